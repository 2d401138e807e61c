"""The navigation around every page: links to rooms, the addresses in the bar, the number of unread notifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask.sansio.app import App
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.access import READING, current_member
from blueprints.room import current_pages
from blueprints.room_parts import NavGroup, NavItem
from community.accounts import rules
from community.app.cached_urls import cached_url
from community.config import Config
from community.notifications.unread import count_unread
from models.accounts import Member


@dataclass(frozen=True)
class NavLink:
    """A navigation item as one visitor sees it."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


def register_template_values(app: App) -> None:
    """Register the navigation's functions for templates."""
    app.jinja_env.globals.update(nav_main=nav_main, nav_staff=nav_staff, nav_own=nav_own, nav_act=nav_act)
    app.context_processor(_addresses)


def nav_main() -> list[NavLink]:
    """Return the links to rooms that this visitor may enter."""
    return _links(NavGroup.MAIN)


def nav_staff() -> list[NavLink]:
    """Return the links for the vendor's staff and companies' administrators; empty for others."""
    return _links(NavGroup.STAFF)


def nav_own() -> list[NavLink]:
    """Return the links to pages about oneself; empty for guests."""
    return _links(NavGroup.OWN)


def nav_act() -> NavLink | None:
    """Return the one button of the top bar; None if this visitor may press none."""
    return next(iter(_links(NavGroup.ACT)), None)


def first_address_of(member: Member) -> str:
    """Return the address of the page with which the member's day begins: their work, else the members' first page."""
    for item in current_pages().navigation[NavGroup.STAFF]:
        if item.begins_day is not None and item.begins_day(member):
            return url_for(item.endpoint)
    return url_for("home.show_home")


def _may_open_mailbox(member: Member) -> bool:
    config: Config = current_app.config["TSUDOI"]
    return config.environment == "development" and rules.is_administrator(member)


# Pages that belong to no room.
HOUSE_NAVIGATION = (
    NavItem(NavGroup.MAIN, 0, _l("ホーム"), "home.show_home", "home", is_whole_blueprint=True),
    NavItem(NavGroup.STAFF, 70, _l("見つからない言葉"), "search.list_misses", "search", rules.is_staff),
    NavItem(
        NavGroup.STAFF,
        80,
        _l("台帳"),
        "projections.show_projections",
        "table",
        rules.is_staff,
        is_whole_blueprint=True,
    ),
    NavItem(
        NavGroup.STAFF,
        90,
        _l("操作の記録"),
        "audit.list_entries",
        "lock",
        rules.is_administrator,
        is_whole_blueprint=True,
    ),
    NavItem(NavGroup.STAFF, 100, _l("届かないメール"), "mailings.list_failed", "mail", rules.is_administrator),
    NavItem(
        NavGroup.STAFF, 110, _l("メール箱"), "mail.show_mailbox", "mail", _may_open_mailbox, is_whole_blueprint=True
    ),
)
# Pages about oneself that belong to no room; those of rooms are named by their navigation items.
_OWN = frozenset({"mailings.edit_choices", "mailings.change_choices"})


def _links(group: NavGroup) -> list[NavLink]:
    """Return the visitor's links of the group, built once for each request: a page shows some of them twice."""
    groups: dict[NavGroup, list[NavLink]] = g.setdefault("navigation", {})
    if group not in groups:
        member = current_member()
        groups[group] = [_link(item, member) for item in current_pages().navigation[group] if _is_shown(item, member)]
    return groups[group]


def _is_shown(item: NavItem, member: Member | None) -> bool:
    return item.rule is None or (member is not None and item.rule(member))


def _link(item: NavItem, member: Member | None) -> NavLink:
    values: Mapping[str, Any] = item.values(member) if member is not None else {}
    return NavLink(str(item.label), cached_url(item.endpoint, **values), item.icon, _is_current(item))


def _is_current(item: NavItem) -> bool:
    if item.is_whole_blueprint:
        return request.blueprint == item.endpoint.partition(".")[0] and not _is_own_page()
    return request.endpoint == item.endpoint or request.endpoint in item.behind


def _is_own_page() -> bool:
    return request.endpoint in _OWN or any(
        request.endpoint in item.behind for item in current_pages().navigation[NavGroup.OWN]
    )


def _addresses() -> dict[str, object]:
    """Return the addresses that base.html shows where they are given."""
    member = current_member()
    places: dict[str, object] = {
        "here": request.full_path.rstrip("?") if request.method in READING else cached_url("home.show_home"),
        "home_url": cached_url("home.show_home"),
        "search_url": cached_url("search.find"),
        "theme_url": cached_url("accounts.choose_theme"),
        "locale_url": cached_url("accounts.choose_locale"),
        "terms_url": cached_url("joining.show_terms"),
        "privacy_url": cached_url("joining.show_privacy"),
    }
    if member is None:
        # After signing in, a guest returns to pages of rooms that ask for it, not to the first or a sign-in page.
        returns = request.blueprint == "search" or request.blueprint in current_pages().returning_blueprints
        comes_back = request.method in READING and returns
        return {**places, "sign_in_url": url_for("signin.sign_in", next=places["here"] if comes_back else None)}
    return places | {
        "unread": count_unread(member.id),
        "member_note": member.account.name if member.account else "",
        "notifications_url": cached_url("notifications.list_notifications"),
        "notifications_count_url": cached_url("notifications.count_unread"),
        "profile_url": cached_url("accounts.show_profile", handle=member.handle),
        "sign_out_url": cached_url("signin.sign_out"),
        "visit_url": cached_url("accounts.begin_visit"),
        "profile_current": _is_own_page(),
        "farewell": rules.farewell_day(member),
        "data_export_url": cached_url("accounts.show_data_export"),
        # A customer's administrator is not the vendor's staff.
        "deck_name": _("運営") if rules.is_staff(member) else _("会社の管理"),
    }
