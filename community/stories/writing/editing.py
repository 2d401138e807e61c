"""The way in to every change of what is being written: the story is locked, and whether it may be changed is asked."""

from flask_babel import gettext as _

from community.stories import rules
from community.stories.labels import STATES
from community.stories.locking import lock_story
from community.stories.turns.acts import StoryAct, list_acts
from models.accounts import Member
from models.base import now
from models.stories import Story, StoryState


class ClosedError(Exception):
    """The story may not be changed by this person now; the message says why."""


def open_for_change(story_id: int, by: Member) -> Story:
    """Return the story, locked and read anew, with its coauthors and people. Raise ClosedError unless `can_edit`."""
    story = lock_story(story_id, by)
    if story is None or not rules.can_edit(by, story):
        raise ClosedError(why_closed(by, story) if story is not None else _("この事例はありません。"))
    return story


def note_change(story: Story) -> None:
    """Raise the story's revision: something of what is being written has changed."""
    story.content_revision += 1
    story.changed_at = now()


def why_closed(member: Member, story: Story) -> str:
    """Return a sentence why the person may not change the text now; "" if they may."""
    if rules.can_edit(member, story):
        return ""
    if story.hidden_at is not None:
        return _("運営が非表示にしているため、いまは直せません。")
    if story.state not in rules.EDITABLE:
        return _why_state_is_closed(member, story)
    if rules.is_author(member, story):
        return _("ご契約が終わっているため、直せません。文は読めます。")
    return _("書けるのは、著者と聞き手だけです。")


def _why_state_is_closed(member: Member, story: Story) -> str:
    if story.state == StoryState.WITHDRAWN:
        return _("取り下げた事例です。文は読めますが、直せません。")
    if StoryAct.BEGIN_UPDATE in list_acts(member, story):
        return _("公開中の文は、このままでは直せません。進みぐあいのページで「新しくする」を押してください。")
    return _(
        "いまは「%(state)s」の段階なので、直せません。直したいところがあれば、担当者に伝えてください。",
        state=STATES[StoryState(story.state)],
    )
