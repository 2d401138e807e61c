"""The community manager's pages of categories: create, edit, move."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT, ConflictError, describe_newest_change
from blueprints.fields import choice
from community.accounts.labels import SEGMENTS, STAGES
from community.accounts.queries import list_accounts
from community.accounts.rules import is_community_manager
from community.forums import categories
from community.forums.categories import CircleError
from community.forums.labels import AUDIENCES, category_name
from models.accounts import Segment, Stage
from models.base import transaction
from models.forums import Category

from .bp import bp
from .forms import CategoryForm
from .loaders import viewer

# Value of a select for "none".
NONE = 0


@bp.get("/categories")
@staff_only(is_community_manager)
def list_all_categories() -> ResponseReturnValue:
    """Show the whole tree, with who may read and write in each category."""
    accounts = {account.id: account.name for account in list_accounts()}
    rows = [
        {"category": category, "name": "　" * depth + category_name(category), "only": _narrowed_to(category, accounts)}
        for category, depth in viewer().categories.walk()
    ]
    return render_template("forums/categories.html", rows=rows, audiences=AUDIENCES)


def _narrowed_to(category: Category, accounts: dict[int, str]) -> list[str]:
    """Return the names of the company, the segments and the stages that the category is for."""
    company = [accounts[category.account_id]] if category.account_id is not None else []
    segments = [str(SEGMENTS[Segment(value)]) for value in category.segments.split(",") if value]
    return company + segments + [str(STAGES[Stage(value)]) for value in category.stages.split(",") if value]


@bp.route("/categories/new", methods=["GET", "POST"])
@staff_only(is_community_manager)
def create_category() -> ResponseReturnValue:
    """Show the form for a new category, and create it."""
    form = _category_form()
    if form.validate_on_submit():
        try:
            with transaction():
                categories.create_category(signed_in_member(), _column_values(form))
        except IntegrityError:
            form.slug.errors = [_("このアドレスはもう使われています。例：app-design-2")]
        else:
            flash(_("カテゴリを作りました。"))
            return redirect(url_for(".list_all_categories"))
    return render_template("forums/edit_category.html", form=form, category=None), 422 if form.errors else 200


@bp.route("/categories/<int:category_id>/edit", methods=["GET", "POST"])
@staff_only(is_community_manager)
def edit_category(category_id: int) -> ResponseReturnValue:
    """Show the form of a category, and change it."""
    category = _load_category(category_id)
    form = _category_form(category)
    form.remember(_category_state(category))
    if form.validate_on_submit():
        try:
            with transaction():
                categories.lock_category(category)
                if form.check(
                    _category_state(category),
                    changed_by=lambda: describe_newest_change("category", category_id, "forums.edit_category"),
                ):
                    categories.edit_category(category, signed_in_member(), _column_values(form))
        except ConflictError:
            return render_template("forums/edit_category.html", form=form, category=category), CONFLICT
        except IntegrityError:
            form.slug.errors = [_("このアドレスはもう使われています。例：app-design-2")]
        except CircleError:
            form.parent.errors = [_("自分の下にあるカテゴリは選べません。")]
        else:
            flash(_("カテゴリを変えました。"))
            return redirect(url_for(".list_all_categories"))
    return render_template("forums/edit_category.html", form=form, category=category), 422 if form.errors else 200


@bp.post("/categories/<int:category_id>/<any(up, down):direction>")
@staff_only(is_community_manager)
def move_category(category_id: int, direction: str) -> ResponseReturnValue:
    """Move a category one place up or down among its neighbours."""
    category = _load_category(category_id)
    with transaction():
        categories.move_category(category, signed_in_member(), -1 if direction == "up" else 1)
    return redirect(url_for(".list_all_categories", _anchor=f"category-{category_id}"))


def _load_category(category_id: int) -> Category:
    return viewer().categories.get(category_id) or abort(404)


def _category_form(category: Category | None = None) -> CategoryForm:
    """Return the form with its choices; for an existing category with its values."""
    form = CategoryForm(data=_category_state(category) if category else None)
    form.parent.choices = [choice(NONE, _("（なし）"))] + [
        choice(each.id, "　" * depth + category_name(each))
        for each, depth in viewer().categories.walk()
        if each is not category
    ]
    form.account.choices = [choice(NONE, _("（しない）"))] + [
        choice(account.id, account.name) for account in list_accounts()
    ]
    return form


def _category_state(category: Category) -> dict[str, Any]:
    return {
        "name": category.name,
        "name_en": category.name_en,
        "slug": category.slug,
        "description": category.description,
        "parent": category.parent_id or NONE,
        "readers": category.readers,
        "posters": category.posters,
        "segments": [value for value in category.segments.split(",") if value],
        "stages": [value for value in category.stages.split(",") if value],
        "account": category.account_id or NONE,
    }


def _column_values(form: CategoryForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "name_en": form.name_en.data or "",
        "slug": form.slug.data,
        "description": form.description.data or "",
        "parent_id": form.parent.data or None,
        "readers": form.readers.data,
        "posters": form.posters.data,
        "segments": ",".join(form.segments.data or []),
        "stages": ",".join(form.stages.data or []),
        "account_id": form.account.data or None,
    }
