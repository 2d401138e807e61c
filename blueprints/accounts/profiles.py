"""Profiles: what people see of one another, and edit of themselves."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, signed_in_only
from blueprints.accounts.bp import bp
from blueprints.accounts.forms import ProfileForm
from blueprints.conflicts import CONFLICT, ConflictError
from blueprints.room import current_pages
from blueprints.room_parts import ShownPart
from community.accounts import actions, labels, queries, rules
from community.accounts.actions import Profile
from models.accounts import Member
from models.base import transaction


@bp.get("/people/<handle>")
@signed_in_only
def show_profile(handle: str) -> ResponseReturnValue:
    """Show a person, as far as the viewer may know them."""
    viewer = signed_in_member()
    person = queries.get_profile(handle, seen_by=viewer) or abort(404)
    return render_template(
        "accounts/profile.html",
        person=person,
        company=labels.company_shown(person.account, viewer),
        role=labels.role_name(person),
        reading=f"{person.family_reading} {person.given_reading}".strip(),
        is_staff=rules.is_staff(person),
        is_own=person.id == viewer.id,
        may_transfer=rules.can_transfer(viewer, person, None),
        profile_current=person.id == viewer.id,
        sections=[
            ShownPart(part.template, values)
            for part in current_pages().profile_sections
            if (values := part.values(viewer, person)) is not None
        ],
    )


@bp.get("/me/profile")
@signed_in_only
def edit_profile() -> ResponseReturnValue:
    member = signed_in_member()
    form = ProfileForm(obj=member)
    form.remember(_profile_state(member))
    return render_template("accounts/edit_profile.html", form=form)


@bp.post("/me/profile")
@signed_in_only
def change_profile() -> ResponseReturnValue:
    member, form = signed_in_member(), ProfileForm()
    if not form.validate():
        return render_template("accounts/edit_profile.html", form=form), 422
    profile = Profile(
        family_name=form.family_name.data or "",
        given_name=form.given_name.data or "",
        family_reading=form.family_reading.data or "",
        given_reading=form.given_reading.data or "",
        headline=form.headline.data or "",
        bio=form.bio.data or "",
    )
    try:
        with transaction():
            member = queries.get_member_to_change(member.id) or abort(404)
            if form.check(_profile_state(member)):
                actions.change_profile(member, profile)
    except ConflictError:
        return render_template("accounts/edit_profile.html", form=form), CONFLICT
    flash(_("プロフィールを保存しました。"))
    return redirect(url_for(".show_profile", handle=member.handle))


def _profile_state(member: Member) -> dict[str, str]:
    """Return the values that the form shows."""
    return {name: getattr(member, name) for name in Profile.__annotations__}
