"""Entries of the accounts' pages in the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem, every_member
from community.accounts import rules

_OF_ONESELF = frozenset(
    {
        "accounts.edit_profile", "accounts.change_profile", "accounts.edit_settings",
        "accounts.change_settings", "signin.edit_password", "signin.change_password", "signin.edit_email",
        "signin.change_email", "signin.list_sign_ins", "signin.ask_to_reauthenticate", "signin.reauthenticate",
        "signin.show_two_step", "signin.set_up_two_step", "signin.confirm_two_step",
        "signin.ask_for_recovery_codes", "signin.renew_recovery_codes", "signin.ask_to_turn_off",
        "signin.turn_off_two_step",
    }
)  # fmt: skip
_OF_COMPANIES = frozenset(
    {
        "accounts.create_company", "accounts.edit_company", "accounts.list_people", "accounts.edit_contract",
        "accounts.end_contract", "accounts.resume_contract", "accounts.list_competitors", "accounts.note_competition",
        "accounts.end_competition", "signin.edit_rights", "accounts.transfer_member",
        "signin.give_role", "signin.ask_about_company_admin", "signin.suspend", "signin.lift_suspension",
        "signin.reset_second_factor",
    }
)  # fmt: skip

NAVIGATION = (
    NavItem(
        NavGroup.OWN,
        10,
        _l("わたしのページ"),
        "accounts.show_profile",
        "person",
        every_member,
        _OF_ONESELF,
        values=lambda member: {"handle": member.handle},
    ),
    NavItem(NavGroup.OWN, 90, _l("設定"), "accounts.edit_settings", "edit", every_member),
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
        frozenset({"accounts.correct_company", "accounts.ask_about_sharing", "accounts.write_to_vendor"}),
    ),
)
