"""Beginning a story, and the list of one's own."""

import re

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints import limits, times
from blueprints.access import members_only, signed_in_member
from blueprints.conversions import find_origin
from blueprints.room_parts import Conversion
from blueprints.stories.bp import bp
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.room import Thing
from community.stories import rules
from community.stories.labels import STATES, name_story
from community.stories.versions.content import StoryPartName
from community.stories.writing.beginning import begin_story as begin
from community.stories.writing.drafts import list_own_stories as list_own
from community.stories.writing.parts import clean_part, longest
from models.accounts import Member
from models.base import transaction

from .forms import BeginForm
from .writing_words import say_next

# The draft keys of forms are UUIDs.
_DRAFT_KEY = re.compile(r"[0-9a-f-]{36}")
_LINE_END = re.compile(r"</(?:p|li|h\d|pre|blockquote|tr)>|<br\s*/?>")


def can_convert(member: Member, thing: Thing) -> bool:
    """Return whether the member may begin a story with the words of this thing: only with their own."""
    return rules.can_tell(member) and thing.author_id == member.id


CONVERSIONS = (Conversion("topic", _l("事例にする"), "book", "stories.new_story", can_convert),)


@bp.get("/new")
@members_only
def new_story() -> ResponseReturnValue:
    """Show how a story is written, and the button that begins one."""
    return _show_beginning(BeginForm())


@bp.post("/new")
@limiter.limit("20 per hour", key_func=requester)
@members_only
def begin_story() -> ResponseReturnValue:
    """Begin a story, with the words of what it is made from; the same form sent twice begins one."""
    member = signed_in_member()
    if not rules.can_tell(member):
        abort(403)
    form = BeginForm()
    if not form.validate() or not _DRAFT_KEY.fullmatch(form.draft_key.data or ""):
        form.draft_key.data = form.draft_key.default() if callable(form.draft_key.default) else ""
        form.form_errors.append(_("はじめられませんでした。もう一度「書きはじめる」を押してください。"))
        return _show_beginning(form, limits.REFUSED)
    origin = find_origin(CONVERSIONS, member)
    with transaction():
        key = origin.key if origin else None
        story = begin(member, form.draft_key.data or "", key, begin_with(origin) if origin else {})
        story_id = story.id
    return redirect(url_for(".show_contents", story_id=story_id))


@bp.get("/mine")
@members_only
def list_own_stories() -> ResponseReturnValue:
    """Show the stories that the member writes, or interviews for."""
    member = signed_in_member()
    rows = [
        {
            "story": story,
            "title": name_story(story.title),
            "state": STATES[story.state],
            "next": say_next(story),
            "due": times.day_in_words(story.due_on) if story.due_on and story.is_mine_to_act else "",
            "changed": times.when(story.changed_at),
        }
        for story in list_own(member)
    ]
    return render_template("stories/writing/mine.html", rows=rows, may_tell=rules.can_tell(member))


def begin_with(origin: Thing) -> dict[StoryPartName, str]:
    """Return what a story begins with that is started from this thing: its title, and its words as the problem."""
    words = _LINE_END.sub("\n", origin.html)
    lines = (text.to_plain(line) for line in words.split("\n"))
    body = "\n\n".join(line for line in lines if line)
    texts = {
        StoryPartName.TITLE: text.cut(origin.title, longest(StoryPartName.TITLE)),
        StoryPartName.PROBLEM: text.cut(body, longest(StoryPartName.PROBLEM)),
    }
    return {name: words for name, words in texts.items() if _can_be_kept(name, words)}


def _can_be_kept(name: StoryPartName, words: str) -> bool:
    try:
        clean_part(name, words)
    except text.BadTextError:
        return False
    return True


def _show_beginning(form: BeginForm, status: int = 200) -> ResponseReturnValue:
    member = signed_in_member()
    page = render_template(
        "stories/writing/new.html", form=form, may_tell=rules.can_tell(member), origin=find_origin(CONVERSIONS, member)
    )
    return page, status
