"""Where the accounts' pages stand in the navigation."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem, is_signed_in
from community.accounts import rules


def _endpoints(pages: Iterable[str]) -> frozenset[str]:
    return frozenset(f"accounts.{page}" for page in pages)


_OF_ONESELF = _endpoints(
    (
        "edit_profile", "change_profile", "edit_settings", "change_settings", "edit_password", "change_password",
        "edit_email", "change_email", "list_sign_ins", "ask_for_proof", "prove",
        "show_two_step", "set_up_two_step", "confirm_two_step", "ask_for_recovery_codes",
        "renew_recovery_codes", "ask_to_turn_off", "turn_off_two_step",
    )
)  # fmt: skip
_OF_COMPANIES = _endpoints(
    (
        "create_company", "edit_company", "list_people", "edit_contract", "end_contract", "resume_contract",
        "edit_rights", "move_member", "give_role", "ask_about_company_admin", "suspend", "lift_suspension",
        "reset_second_factor",
    )
)  # fmt: skip

NAVIGATION = (
    NavItem(
        NavGroup.OWN,
        10,
        _l("わたしのページ"),
        "accounts.show_profile",
        "person",
        is_signed_in,
        _OF_ONESELF,
        values=lambda member: {"handle": member.handle},
    ),
    NavItem(NavGroup.OWN, 90, _l("設定"), "accounts.edit_settings", "edit", is_signed_in),
    NavItem(
        NavGroup.STAFF,
        20,
        _l("会社一覧"),
        "accounts.list_companies",
        "list",
        rules.can_manage_companies,
        _OF_COMPANIES,
    ),
    NavItem(
        NavGroup.STAFF,
        30,
        _l("会社のページ"),
        "accounts.show_company",
        "building",
        rules.can_see_own_company,
        _endpoints(("correct_company", "ask_about_sharing", "write_to_vendor")),
    ),
    NavItem(
        NavGroup.STAFF,
        40,
        _l("招待"),
        "accounts.list_invitations",
        "users",
        rules.can_invite,
        _endpoints(("invite", "list_links", "make_link", "show_roster", "preview_roster")),
    ),
    NavItem(
        NavGroup.STAFF,
        50,
        _l("規約"),
        "accounts.list_terms",
        "file",
        rules.is_administrator,
        _endpoints(("publish_terms",)),
    ),
)
