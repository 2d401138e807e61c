"""Writing the parts of a story: their contents, one page for each, and saving while somebody types."""

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import attachments, limits, times
from blueprints.access import members_only, signed_in_member
from blueprints.conflicts import CONFLICT, describe_change
from blueprints.stories.bp import bp
from blueprints.stories.workflow.working import FRESH, find_name, find_story, open_story, refuse_closed
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.files.queries import list_shapes
from community.stories import rules
from community.stories.labels import PARTS as LABELS
from community.stories.labels import STATES, name_story
from community.stories.turns import acts
from community.stories.turns.acts import StoryAct
from community.stories.versions.content import QUESTIONS, StoryPartName
from community.stories.versions.names_within import find_names
from community.stories.workflow.wanted import Remark, list_wanted
from community.stories.writing import drafts, editing, figures, saving
from community.stories.writing.editing import Story
from community.stories.writing.parts import GUIDE, PARTS, longest, measure
from community.stories.writing.saving import Conflict, Saved, SaveKey, Writing
from community.stories.writing.tagging import list_chosen_tags
from community.stories.writing.team import describe_team, list_team_names
from community.text.differences import parts_of
from models.accounts import Member
from models.base import transaction

from .figure_cards import describe_card
from .forms import PartForm, new_form_key, new_save_key, note_seen, read_number
from .writing_words import PROMPTS, say_readers

# A form saves every two or three seconds while somebody types.
SAVES = "60 per minute"
# The longest bar of the length guide: marks at 30 and 60 per cent (the design's picture).
LONGEST_BAR = 266


@bp.get("/<int:story_id>/write")
@members_only
def show_contents(story_id: int) -> ResponseReturnValue:
    """Show all parts of the story, with what is written and who is writing."""
    story, member = find_story(story_id), signed_in_member()
    parts = drafts.list_draft_parts(story, member)
    cards = figures.list_written_figures(story.id)
    unanswered = next((name for name in QUESTIONS if not parts[name].body), None)
    page = render_template(
        "stories/writing/contents.html",
        story_id=story.id,
        parts=parts,
        questions=QUESTIONS,
        frame=[name for name in PARTS if name not in QUESTIONS],
        labels=LABELS,
        unanswered=unanswered,
        figures=cards,
        without_evidence=[each.figure.label for each in cards if not each.figure.evidence_key],
        tags=len(list_chosen_tags(story.id)),
        team=(team := describe_team(story)),
        readers=say_readers(team, is_private=rules.is_private(story)),
        state=STATES[story.state],
        closed=editing.why_closed(member, story),
        may_submit=acts.can_do(StoryAct.SUBMIT, member, story),
        title=name_story(parts[StoryPartName.TITLE].body),
        wanted=_show_wanted(story, member),
        was_submitted=story.state not in rules.PRIVATE,
    )
    return page, FRESH


@bp.get("/<int:story_id>/write/<slug>")
@members_only
def write_part(story_id: int, slug: str) -> ResponseReturnValue:
    """Show one part with its question, to be written or, where somebody else is writing, to be read."""
    name = find_name(slug)
    form = PartForm(formdata=None)
    part = drafts.list_draft_parts(find_story(story_id), signed_in_member())[name]
    form.body.data, form.seen.data = part.body, note_seen(part.revision, part.body)
    return _show_part(story_id, name, form)


@bp.post("/<int:story_id>/write/<slug>")
@limiter.limit(SAVES, key_func=requester)
@members_only
def save_part(story_id: int, slug: str) -> ResponseReturnValue:
    """Save what was sent and go on; where the text has changed meanwhile, show both."""
    name = find_name(slug)
    refuse_closed(story_id)
    form = PartForm()
    if not form.validate() or (name in QUESTIONS and not attachments.store_files(form)):
        return _show_part(story_id, name, form, limits.REFUSED)
    if form.is_untouched:
        return redirect(_next_address(story_id, name, request.form.get("go", "")))
    try:
        with transaction():
            story = open_story(story_id)
            answer = saving.save_part(story, name, _read_writing(form), by=signed_in_member())
            if isinstance(answer, Conflict):
                saving.keep_aside(story.id, name, form.body.data or "", by=signed_in_member())
    except text.BadTextError as error:
        form.body.errors = [str(error)]
        return _show_part(story_id, name, form, limits.REFUSED)
    if isinstance(answer, Conflict):
        return _show_conflict(story_id, name, form, answer)
    return redirect(_next_address(story_id, name, request.form.get("go", "")))


@bp.post("/<int:story_id>/write/<slug>/autosave")
@limiter.limit(SAVES, key_func=requester)
@members_only
def autosave_part(story_id: int, slug: str) -> ResponseReturnValue:
    """Save what is being typed. JSON: the part's revision, the number of the form's last save, whether it was stored.

    409 for a conflict, 422 for a text that cannot be stored, 403 where nothing may be changed now, with a sentence.
    """
    name = find_name(slug)
    named = list_team_names(find_story(story_id))
    form = PartForm()
    is_leaving = request.form.get("leaving") == "1"
    try:
        with transaction():
            story = editing.open_for_change(story_id, signed_in_member())
            writing = _read_writing(form, is_typing=not is_leaving)
            answer = saving.save_part(story, name, writing, by=signed_in_member())
            if isinstance(answer, Conflict) and is_leaving:
                saving.keep_aside(story.id, name, writing.body, by=signed_in_member())
    except text.BadTextError as error:
        return jsonify(error="bad_text", message=str(error)), limits.REFUSED
    except editing.ClosedError as error:
        return jsonify(error="closed", message=str(error)), 403
    if isinstance(answer, Saved):
        seen, names = note_seen(answer.revision, writing.body), find_names(writing.body, named)
        return jsonify(seen=seen, number=answer.number, saved=not answer.is_late, named=_("、").join(names))
    return jsonify(error="conflict", message=_say_parted(answer)), CONFLICT


@bp.post("/preview")
@limiter.limit("60 per minute", key_func=requester)
@members_only
def preview_part() -> ResponseReturnValue:
    """Answer the HTML that an answer becomes, or a sentence why it cannot be shown."""
    body = request.form.get("body", "")
    try:
        return _to_html(body)
    except text.BadTextError as error:
        return str(error), limits.REFUSED, {"Content-Type": "text/plain; charset=utf-8"}


def _read_writing(form: PartForm, *, is_typing: bool = False) -> Writing:
    # Without a script there are no saves before this one: a form that is sent again comes from the browser's memory.
    number = read_number(request.form.get("save_number", ""))
    return Writing(
        body=form.body.data or "",
        seen_revision=form.seen_revision,
        key=SaveKey(form.key, number) if form.key and number > 0 else new_save_key(),
        is_typing=is_typing,
        is_chosen=form.chosen.data == "1",
        is_copy=request.form.get("copy") == "1",
    )


def _say_parted(conflict: Conflict) -> str:
    if conflict.is_own:
        return _("別の画面で書いたあなたの文と分かれました。この画面の文は、この端末にあります。")
    return _("%(who)sさんの文と分かれました。あなたの文はこの端末にあります。", who=conflict.by or _("ほかの方"))


def _say_changed(conflict: Conflict) -> str:
    """Return who wrote the text that is there, and when; "" if nobody has."""
    if conflict.at is None:
        return ""
    if conflict.is_own:
        return _("%(when)sに、あなたが別の画面で変えました。", when=times.date_and_time(conflict.at))
    return describe_change(conflict.by, conflict.at)


def _next_address(story_id: int, name: StoryPartName, go: str) -> str:
    at = PARTS.index(name)
    if go == "back" and at:
        return url_for(".write_part", story_id=story_id, slug=PARTS[at - 1].value)
    if go == "next":
        following = PARTS[at + 1].value if at + 1 < len(PARTS) else None
        if following is None:
            return url_for(".choose_tags", story_id=story_id)
        return url_for(".write_part", story_id=story_id, slug=following)
    if go == "figure":
        return url_for(".add_figure", story_id=story_id)
    return url_for(".show_contents", story_id=story_id)


def _show_part(story_id: int, name: StoryPartName, form: PartForm, status: int = 200) -> ResponseReturnValue:
    story, member = find_story(story_id), signed_in_member()
    parts = drafts.list_draft_parts(story, member)
    form.body.label.text = str(LABELS[name])
    part, closed = parts[name], editing.why_closed(member, story)
    is_read = bool(closed) or (bool(part.writer) and request.method == "GET" and request.args.get("write") != "1")
    at = PARTS.index(name)
    page = render_template(
        "stories/writing/part.html",
        story_id=story.id,
        part=part,
        parts=parts,
        form=form,
        prompt=PROMPTS[name],
        labels=LABELS,
        questions=QUESTIONS,
        is_question=name in QUESTIONS,
        previous=PARTS[at - 1] if at else None,
        following=PARTS[at + 1] if at + 1 < len(PARTS) else None,
        longest=longest(name),
        guide=GUIDE,
        longest_bar=LONGEST_BAR,
        closed=closed,
        html=_to_html(part.body) if is_read and name in QUESTIONS else "",
        is_read=is_read,
        saved_at=times.clock_time(part.saved_at) if part.saved_at and not form.body.errors else "",
        has_texts=bool(drafts.list_earlier_texts(story.id, name)),
        length=measure(form.body.data or ""),
        names=find_names(form.body.data or "", list_team_names(story)),
        wanted=_show_wanted(story, member),
        cards=[describe_card(each) for each in figures.list_written_figures(story.id)] if name == "result" else None,
        most_figures=figures.MOST_FIGURES,
        team=(team := describe_team(story)),
        readers=say_readers(team, is_private=rules.is_private(story)),
        busy=[each for each in parts.values() if each.writer and each.name != name],
    )
    return page, status, FRESH


def _show_conflict(story_id: int, name: StoryPartName, form: PartForm, conflict: Conflict) -> ResponseReturnValue:
    """Show both texts; the one that was sent is kept already, whatever is chosen."""
    took, form.form_key.data = form.key or "", new_form_key()
    form.seen.data, form.chosen.data = note_seen(conflict.revision, conflict.body), "1"
    page = render_template(
        "stories/writing/part_conflict.html",
        story_id=story_id,
        name=name,
        label=LABELS[name],
        form=form,
        took=took,
        conflict=conflict,
        changed_by=_say_changed(conflict),
        parts=parts_of(conflict.body, text.tidy(form.body.data or "")),
        longest=longest(name),
    )
    return page, CONFLICT, FRESH


def _show_wanted(story: Story, member: Member) -> list[tuple[Remark, str]]:
    """Return what was asked of the writers, and when."""
    return [(each, times.date_and_time(each.at)) for each in list_wanted(story, member)]


def _to_html(body: str) -> str:
    sizes, files = list_shapes(text.possible_files(body))
    return text.to_html(body, images=sizes, files=files)
