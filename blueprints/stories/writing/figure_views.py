"""Figures of a story with what they rest on, and its tags: added, changed, moved, taken out and put back."""

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from blueprints import attachments, limits
from blueprints.access import RefusedError, members_only, signed_in_member
from blueprints.conflicts import CONFLICT, ConflictError, State
from blueprints.fields import choice
from blueprints.stories.bp import bp
from blueprints.stories.workflow.working import find_story, open_story, refuse_closed
from blueprints.throttling import requester
from community.extensions import limiter
from community.files.rules import FileRefusedError
from community.stories.versions.content import Counting, Figure, figure_to_json
from community.stories.writing import editing, figures, tagging
from community.stories.writing.figures import TooManyFiguresError, WrittenFigure
from community.stories.writing.tagging import TagKind
from models.base import today, transaction

from .figure_cards import explain_grade
from .forms import FigureForm, TagsForm

CHANGES = "120 per hour"
STEPS = {"up": -1, "down": 1}


@bp.route("/<int:story_id>/figures/new", methods=["GET", "POST"])
@limiter.limit(CHANGES, key_func=requester, methods=["POST"])
@members_only
def add_figure(story_id: int) -> ResponseReturnValue:
    """Show the form of a new figure, and add what was sent."""
    refuse_closed(story_id)
    form = FigureForm(data={"as_of": today()})
    if request.method == "GET" or not _take_form(form, None):
        return _show_form(story_id, form, None)
    try:
        with transaction():
            story = open_story(story_id)
            figures.add_figure(story, _typed(form), by=signed_in_member())
    except TooManyFiguresError:
        form.label.errors = [_("数字は%(n)sつまでです。ほかの数字を外してから足してください。", n=figures.MOST_FIGURES)]
        return _show_form(story_id, form, None)
    return redirect(_figures_url(story_id))


@bp.route("/<int:story_id>/figures/<int:figure_id>/edit", methods=["GET", "POST"])
@limiter.limit(CHANGES, key_func=requester, methods=["POST"])
@members_only
def edit_figure(story_id: int, figure_id: int) -> ResponseReturnValue:
    """Show a figure's form, and change it; where it has changed meanwhile, ask."""
    refuse_closed(story_id)
    written = figures.get_written_figure(story_id, figure_id)
    if written is None or written.is_removed:
        abort(404)
    form = FigureForm(data=_state(written))
    form.remember(_state(written))
    if request.method == "GET" or not _take_form(form, written):
        return _show_form(story_id, form, written)
    try:
        with transaction():
            story = open_story(story_id)
            stored = figures.get_written_figure(story_id, figure_id) or abort(404)
            typed = _typed(form)
            if form.check(_state(stored), _state(replace(stored, figure=typed))):
                figures.change_figure(story, figure_id, typed, by=signed_in_member())
    except ConflictError:
        return _show_form(story_id, form, written, CONFLICT)
    return redirect(_figures_url(story_id))


@bp.post("/<int:story_id>/figures/<int:figure_id>/remove")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def remove_figure(story_id: int, figure_id: int) -> ResponseReturnValue:
    """Take a figure out, and offer to bring it back."""
    refuse_closed(story_id)
    with transaction():
        story = open_story(story_id)
        if not figures.remove_figure(story, figure_id):
            abort(404)
    undo = url_for(".restore_figure", story_id=story_id, figure_id=figure_id)
    flash(_("数字を外しました。"), f"undo {undo}")
    return redirect(_figures_url(story_id))


@bp.post("/<int:story_id>/figures/<int:figure_id>/restore")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def restore_figure(story_id: int, figure_id: int) -> ResponseReturnValue:
    """Bring a figure back that was taken out."""
    refuse_closed(story_id)
    if figures.get_written_figure(story_id, figure_id) is None:
        abort(404)
    try:
        with transaction():
            figures.restore_figure(open_story(story_id), figure_id)
    except TooManyFiguresError:
        flash(_("数字は%(n)sつまでなので、戻せませんでした。", n=figures.MOST_FIGURES), "error")
    return redirect(_figures_url(story_id))


@bp.post("/<int:story_id>/figures/<int:figure_id>/move/<direction>")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def move_figure(story_id: int, figure_id: int, direction: str) -> ResponseReturnValue:
    """Move a figure up or down."""
    refuse_closed(story_id)
    if direction not in STEPS or figures.get_written_figure(story_id, figure_id) is None:
        abort(404)
    with transaction():
        figures.move_figure(open_story(story_id), figure_id, STEPS[direction])
    return redirect(_figures_url(story_id))


@bp.route("/<int:story_id>/tags", methods=["GET", "POST"])
@limiter.limit(CHANGES, key_func=requester, methods=["POST"])
@members_only
def choose_tags(story_id: int) -> ResponseReturnValue:
    """Show the problems and features that can be chosen, and store the choice."""
    story = find_story(story_id)
    closed = editing.why_closed(signed_in_member(), story)
    if closed and request.method == "POST":
        raise RefusedError(403, closed)
    form = TagsForm(data=_tag_state(story_id))
    _offer_tags(form, story_id)
    form.remember(_tag_state(story_id))
    status = limits.REFUSED if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                changed = open_story(story_id)
                if form.check(_tag_state(story_id)):
                    tagging.choose_tags(changed, [*(form.problems.data or []), *(form.features.data or [])])
            return redirect(url_for(".show_contents", story_id=story_id))
        except ConflictError:
            status = CONFLICT
    return render_template("stories/writing/tags.html", story_id=story_id, form=form, closed=closed), status


def _take_form(form: FigureForm, written: WrittenFigure | None) -> bool:
    """Return whether the form can be stored; a file that was chosen is stored first, and named in the form."""
    is_valid = form.validate_on_submit()
    figure_id = written.id if written is not None else None
    key = form.evidence.data or ""
    if key and not figures.can_be_evidence(key, figure_id, signed_in_member()):
        form.evidence.data = key = ""
    if form.drop_evidence.data:
        form.evidence.data = ""
    file = form.chosen_file()
    if file is None:
        return is_valid
    try:
        stored = attachments.store_file(signed_in_member(), file, form.form_key.data or None)
    except FileRefusedError as error:
        form.file.errors = [str(error)]
        return False
    form.evidence.data, form.evidence.raw_data = stored.key, None
    return is_valid


def _typed(form: FigureForm) -> Figure:
    return Figure(
        label=form.label.data or "",
        baseline=form.baseline.number,
        result=form.result.number,
        unit=form.unit.data or "",
        counting=Counting(form.counting.data),
        period=form.period.data or "",
        method=form.method.data or "",
        as_of=form.day,
        evidence_key=form.evidence.data or None,
        confirmed_by=form.confirmed_by.data or "",
    )


def _state(written: WrittenFigure) -> State:
    figure = written.figure
    return {**figure_to_json(figure), "as_of": figure.as_of, "evidence": figure.evidence_key or ""}


def _show_form(
    story_id: int, form: FigureForm, written: WrittenFigure | None, status: int | None = None
) -> ResponseReturnValue:
    counting = Counting(form.counting.data) if form.counting.data in set(Counting) else Counting.COUNTED
    page = render_template(
        "stories/writing/figure.html",
        story_id=story_id,
        form=form,
        figure_id=written.id if written is not None else None,
        evidence=_evidence_name(form, written),
        advice=explain_grade(counting, has_evidence=bool(form.evidence.data)),
        back=_figures_url(story_id),
    )
    return page, status or (limits.REFUSED if form.is_submitted() else 200)


def _evidence_name(form: FigureForm, written: WrittenFigure | None) -> str:
    """Return what the file of the form is called, "" without one."""
    if not form.evidence.data:
        return ""
    if written is not None and written.figure.evidence_key == form.evidence.data:
        return written.evidence_name or _("写真")
    return figures.name_evidence(form.evidence.data) or _("写真")


def _figures_url(story_id: int) -> str:
    return url_for(".write_part", story_id=story_id, slug="result", _anchor="figures")


def _tag_state(story_id: int) -> State:
    chosen = set(tagging.list_chosen_tags(story_id))
    tags = [tag for tag in tagging.list_offered_tags(story_id) if tag.slug in chosen]
    return {
        "problems": [tag.slug for tag in tags if tag.kind == TagKind.PROBLEM],
        "features": [tag.slug for tag in tags if tag.kind == TagKind.FEATURE],
    }


def _offer_tags(form: TagsForm, story_id: int) -> None:
    is_english = str(get_locale()) == "en"
    for field, kind in ((form.problems, TagKind.PROBLEM), (form.features, TagKind.FEATURE)):
        field.choices = [
            choice(tag.slug, tag.name_en if is_english and tag.name_en else tag.name)
            for tag in tagging.list_offered_tags(story_id)
            if tag.kind == kind
        ]
