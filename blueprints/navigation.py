"""What stands around every page: the rooms one may enter, the addresses of the bar, how much is unread."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request
from flask.sansio.app import App
from flask_babel import gettext as _

from blueprints.access import current_member
from community.accounts import rules
from community.app.addresses import url_for
from community.config import Config
from community.notifications.queries import count_unread
from models.accounts import Member


@dataclass(frozen=True)
class Door:
    """One entry of a navigation row."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


def furnish(app: App) -> None:
    """Give templates the navigation."""
    app.jinja_env.globals.update(nav_rooms=nav_rooms, nav_staff=nav_staff)
    app.context_processor(_addresses)


def nav_rooms() -> list[Door]:
    """The rooms that exist and that this visitor may enter."""
    return [
        Door(_("ホーム"), url_for("home.show_home"), "home", _is_in("home")),
        Door(_("質問・相談"), url_for("forums.list_categories"), "message", _is_in("forums")),
    ]


def nav_staff() -> list[Door]:
    """The staff's deck; customers never load it."""
    member = current_member()
    if member is None:
        return []
    return [
        Door(label(), url_for(endpoint), icon, _is_in_staff_room(endpoint))
        for endpoint, label, icon, rule in _STAFF_DOORS
        if rule(member)
    ]


def _may_open_mailbox(member: Member) -> bool:
    config: Config = current_app.config["TSUDOI"]
    return config.environment == "development" and rules.is_administrator(member)


_STAFF_DOORS: tuple[tuple[str, Callable[[], str], str, Callable[[Member], bool]], ...] = (
    ("health.list_accounts", lambda: _("契約企業"), "building", rules.can_see_scores),
    ("accounts.list_companies", lambda: _("会社一覧"), "list", rules.can_manage_companies),
    ("accounts.show_company", lambda: _("会社のページ"), "building", rules.can_see_own_company),
    ("joining.list_invitations", lambda: _("招待"), "users", rules.can_invite),
    ("joining.list_terms", lambda: _("規約"), "file", rules.is_administrator),
    ("forums.list_all_categories", lambda: _("カテゴリ"), "book", rules.is_community_manager),
    ("search.list_misses", lambda: _("見つからない言葉"), "search", rules.is_staff),
    ("settlement.show_settlement", lambda: _("台帳"), "table", rules.is_staff),
    ("audit.list_entries", lambda: _("操作の記録"), "lock", rules.is_administrator),
    ("mailings.list_failed", lambda: _("届かないメール"), "mail", rules.is_administrator),
    ("mail.show_mailbox", lambda: _("メール箱"), "mail", _may_open_mailbox),
)


def _is_in_staff_room(endpoint: str) -> bool:
    """Rooms that the staff share with everybody are told apart by the page."""
    room = endpoint.partition(".")[0]
    if room not in _SHARED_ROOMS:
        return _is_in(room)
    return request.endpoint == endpoint or _BEHIND.get(request.endpoint or "") == endpoint


_SHARED_ROOMS = {"accounts", "signin", "joining", "forums", "mailings", "search"}
# Pages of shared rooms that one comes to through a door of the staff's.
_OF_COMPANIES = (
    "accounts.create_company",
    "accounts.edit_company",
    "accounts.list_people",
    "accounts.edit_contract",
    "accounts.end_contract",
    "accounts.resume_contract",
    "signin.edit_rights",
    "accounts.move_member",
    "signin.give_role",
    "signin.ask_about_company_admin",
    "signin.suspend",
    "signin.lift_suspension",
    "signin.reset_second_factor",
)
_BEHIND = dict.fromkeys(_OF_COMPANIES, "accounts.list_companies") | {
    "joining.invite": "joining.list_invitations",
    "joining.list_links": "joining.list_invitations",
    "joining.make_link": "joining.list_invitations",
    "joining.show_roster": "joining.list_invitations",
    "joining.preview_roster": "joining.list_invitations",
    "joining.publish_terms": "joining.list_terms",
    "accounts.correct_company": "accounts.show_company",
    "accounts.ask_about_sharing": "accounts.show_company",
    "accounts.write_to_vendor": "accounts.show_company",
    "forums.create_category": "forums.list_all_categories",
    "forums.edit_category": "forums.list_all_categories",
}
# Of the accounts' pages those that are about oneself; a profile says itself whose it is.
_OWN = frozenset(
    {
        "accounts.edit_profile", "accounts.change_profile", "accounts.edit_settings", "accounts.change_settings",
        "signin.edit_password", "signin.change_password", "signin.edit_email", "signin.change_email",
        "signin.list_sign_ins", "signin.ask_for_proof", "signin.prove", "signin.show_two_step",
        "signin.set_up_two_step", "signin.confirm_two_step", "signin.ask_for_recovery_codes",
        "signin.renew_recovery_codes", "signin.ask_to_turn_off", "signin.turn_off_two_step", "mailings.edit_choices",
        "mailings.change_choices",
    }
)  # fmt: skip


def _is_in(room: str) -> bool:
    return request.blueprint == room


def _addresses() -> dict[str, object]:
    """What base.html draws, where it is given."""
    member = current_member()
    places: dict[str, object] = {
        "here": request.full_path.rstrip("?") if request.method == "GET" else url_for("home.show_home"),
        "home_url": url_for("home.show_home"),
        "search_url": url_for("search.find"),
        "theme_url": url_for("accounts.choose_theme"),
        "locale_url": url_for("accounts.choose_locale"),
        "terms_url": url_for("joining.show_terms"),
        "privacy_url": url_for("joining.show_privacy"),
    }
    if member is None:
        # From a page that asks for it one comes back to it, from the front and the ways in not.
        comes_back = request.method == "GET" and request.blueprint in {"forums", "search"}
        return {**places, "sign_in_url": url_for("signin.sign_in", next=places["here"] if comes_back else None)}
    places |= {
        "unread": count_unread(member.id),
        "member_note": member.account.name if member.account else "",
        "notifications_url": url_for("notifications.list_notifications"),
        "notifications_count_url": url_for("notifications.count_unread"),
        "profile_url": url_for("accounts.show_profile", handle=member.handle),
        "drafts_url": url_for("forums.list_drafts"),
        "settings_url": url_for("accounts.edit_settings"),
        "sign_out_url": url_for("signin.sign_out"),
        "visit_url": url_for("accounts.begin_visit"),
        "profile_current": request.endpoint in _OWN,
        "farewell": rules.farewell_day(member),
        "take_out_url": url_for("accounts.show_take_out"),
        # A customer's own administrator is none of the vendor's staff.
        "deck_name": _("運営") if rules.is_staff(member) else _("会社の管理"),
    }
    if rules.is_member(member) and rules.can_take_part(member):
        places["ask_url"] = url_for("forums.new_topic")
    return places
