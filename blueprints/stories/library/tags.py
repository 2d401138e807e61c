"""The staff's list of problems and features by which stories are found."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from blueprints.stories.bp import bp
from community.stories.library import tag_management
from community.stories.library.tag_management import SlugTakenError, StoryTag, TagKind
from community.stories.rules import works_with_stories
from models.base import transaction

from .library_forms import NewTagForm, TagForm

KINDS = {TagKind.PROBLEM: _l("困りごと"), TagKind.FEATURE: _l("機能")}


@bp.get("/tags")
@staff_only(works_with_stories)
def list_tags() -> ResponseReturnValue:
    """Show both lists, and a form that adds to each."""
    return _render_lists({kind: NewTagForm(formdata=None, prefix=kind.value) for kind in TagKind})


@bp.post("/tags/<any(problem, feature):kind>")
@staff_only(works_with_stories)
def add_tag(kind: str) -> ResponseReturnValue:
    """Add a problem or a feature."""
    form = NewTagForm(prefix=kind)
    if form.validate():
        try:
            with transaction():
                tag_management.add_tag(
                    TagKind(kind),
                    form.slug.data or "",
                    form.name.data or "",
                    form.name_en.data or "",
                    by=signed_in_member(),
                )
        except (SlugTakenError, IntegrityError):
            form.slug.errors = [_("このアドレスはもう使われています。例：paper-approval-2")]
        else:
            flash(_("「%(name)s」を加えました。", name=form.name.data))
            return redirect(url_for(".list_tags"))
    forms = {each: form if each == kind else NewTagForm(formdata=None, prefix=each.value) for each in TagKind}
    return _render_lists(forms), limits.REFUSED


@bp.route("/tags/<int:tag_id>/edit", methods=["GET", "POST"])
@staff_only(works_with_stories)
def edit_tag(tag_id: int) -> ResponseReturnValue:
    """Show the names of a tag, and change them."""
    tag = tag_management.get_tag(tag_id) or abort(404)
    form = TagForm(data=_state_of(tag))
    form.remember(_state_of(tag))
    status = 200
    if form.is_submitted():
        status = limits.REFUSED
        if form.validate():
            try:
                with transaction():
                    tag = tag_management.lock_tag(tag)
                    if form.check(
                        _state_of(tag),
                        changed_by=lambda: describe_newest_change("story_tag", tag_id, "stories.rename_tag"),
                    ):
                        tag_management.rename_tag(
                            tag, form.name.data or "", form.name_en.data or "", by=signed_in_member()
                        )
            except ConflictError:
                status = CONFLICT
            else:
                flash(_("名前を変えました。"))
                return redirect(url_for(".list_tags"))
    return render_template("stories/library/edit_tag.html", form=form, tag=tag), status


@bp.post("/tags/<int:tag_id>/<any(up, down):direction>")
@staff_only(works_with_stories)
def move_tag(tag_id: int, direction: str) -> ResponseReturnValue:
    """Move a tag one place up or down in its list."""
    tag = tag_management.get_tag(tag_id) or abort(404)
    with transaction():
        tag_management.move_tag(tag_management.lock_tag(tag), up=direction == "up", by=signed_in_member())
    return redirect(url_for(".list_tags", _anchor=f"tag-{tag_id}"))


@bp.post("/tags/<int:tag_id>/<any(archive, restore):what>")
@staff_only(works_with_stories)
def archive_tag(tag_id: int, what: str) -> ResponseReturnValue:
    """Offer a tag no longer, or again."""
    tag = tag_management.get_tag(tag_id) or abort(404)
    with transaction():
        tag_management.archive_tag(tag_management.lock_tag(tag), is_archived=what == "archive", by=signed_in_member())
    return redirect(url_for(".list_tags", _anchor=f"tag-{tag_id}"))


def _state_of(tag: StoryTag) -> dict[str, str]:
    return {"name": tag.name, "name_en": tag.name_en}


def _render_lists(forms: dict[TagKind, NewTagForm]) -> str:
    return render_template(
        "stories/library/manage_tags.html",
        lists=[(kind, KINDS[kind], tag_management.list_tags(kind), forms[kind]) for kind in TagKind],
        counts=tag_management.count_stories(),
    )
