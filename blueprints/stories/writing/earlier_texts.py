"""The texts that a part had: listed, compared with the present one, and brought back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import times
from blueprints.access import RefusedError, members_only, signed_in_member
from blueprints.stories.bp import bp
from blueprints.stories.workflow.working import FRESH, find_name, find_story, open_story, refuse_closed
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.stories import rules
from community.stories.labels import PARTS as LABELS
from community.stories.writing import drafts, saving
from community.stories.writing.saving import Conflict, Writing
from community.text.differences import parts_of
from models.base import transaction

from .editor import SAVES
from .forms import new_save_key, read_number


@bp.get("/<int:story_id>/write/<slug>/texts")
@members_only
def list_part_texts(story_id: int, slug: str) -> ResponseReturnValue:
    """Show the texts that the part had, each compared with the present one."""
    story, name, member = find_story(story_id), find_name(slug), signed_in_member()
    part = drafts.list_draft_parts(story, member)[name]
    rows = [
        {"text": each, "at": times.date_and_time(each.at), "parts": parts_of(part.body, each.body)}
        for each in drafts.list_earlier_texts(story.id, name)
    ]
    page = render_template(
        "stories/writing/texts.html",
        story_id=story.id,
        part=part,
        label=LABELS[name],
        rows=rows,
        may_edit=rules.can_edit(member, story),
        most=saving.MOST_TEXTS,
    )
    return page, FRESH


@bp.post("/<int:story_id>/write/<slug>/texts/<int:text_id>/restore")
@limiter.limit(SAVES, key_func=requester)
@members_only
def restore_part_text(story_id: int, slug: str, text_id: int) -> ResponseReturnValue:
    """Bring an earlier text back, unless the part has changed since the page was shown."""
    name = find_name(slug)
    refuse_closed(story_id)
    earlier = drafts.get_earlier_text(story_id, name, text_id) or abort(404)
    seen = request.form.get("seen", "")
    try:
        with transaction():
            story = open_story(story_id)
            writing = Writing(earlier.body, read_number(seen), new_save_key())
            answer = saving.save_part(story, name, writing, by=signed_in_member())
    except text.BadTextError as error:
        raise RefusedError(403, str(error)) from error
    if isinstance(answer, Conflict):
        flash(_("そのあいだに文が変わったので、戻していません。違いを確かめて、もう一度押してください。"), "error")
        return redirect(url_for(".list_part_texts", story_id=story_id, slug=slug))
    flash(_("前の文に戻しました。置きかえた文も「前の文」にあります。"))
    return redirect(url_for(".write_part", story_id=story_id, slug=slug))
