"""Addresses in mails lead to routes."""

from collections.abc import Callable

import pytest
from flask import Flask

from community import links
from community.room import Thing

pytestmark = pytest.mark.one_database

LINKS: dict[str, tuple[Callable[[], str], str]] = {
    "sign_in": (links.sign_in, "signin.sign_in"),
    "forgot_password": (links.forgot_password, "signin.forgot_password"),
    "reset_password": (lambda: links.reset_password("a.b-c_d"), "signin.show_reset_password"),
    "invitation": (lambda: links.invitation("a-b_c"), "joining.show_invitation"),
    "company_link": (lambda: links.company_link("a-b_c"), "joining.show_company_link"),
    "join_confirmation": (lambda: links.join_confirmation("a-b_c"), "joining.confirm_address"),
    "sign_ins": (links.sign_ins, "signin.list_sign_ins"),
    "second_factor": (links.second_factor, "signin.show_two_step"),
    "confirm_email": (lambda: links.confirm_email("a.b-c_d"), "signin.show_confirm_email"),
    "stop_email": (lambda: links.stop_email("a.b-c_d"), "signin.show_stop_email"),
    "thing": (lambda: links.thing(Thing("post", 30, "", "/forums/posts/30")), "forums.show_post"),
    "page": (lambda: links.page("/search"), "search.find"),
    "stop_mails": (lambda: links.stop_mails("a.b-c_d"), "mailings.show_stop"),
    "mail_settings": (links.mail_settings, "mailings.edit_choices"),
    "notifications": (links.notifications, "notifications.list_notifications"),
    "profile": (lambda: links.profile("saeki_m"), "accounts.show_profile"),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_resolves_to_its_route(app: Flask, name: str) -> None:
    link, endpoint = LINKS[name]
    base = "http://localhost:8000"
    assert link().startswith(base + "/")
    found, _ = app.url_map.bind("localhost").match(link().removeprefix(base), method="GET")
    assert found == endpoint


def test_every_link_is_tried() -> None:
    made = {name for name, link in vars(links).items() if getattr(link, "__module__", "") == links.__name__}
    assert made - {"home", "_absolute"} == set(LINKS)


def test_links_begin_where_the_public_finds_the_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    config = app.config["TSUDOI"].model_copy(update={"public_url": "https://example.jp/community/"})
    monkeypatch.setitem(app.config, "TSUDOI", config)
    assert links.profile("saeki") == "https://example.jp/community/people/saeki"
    assert links.invitation("a/b?c") == "https://example.jp/community/invitations/a%2Fb%3Fc"
