"""No form that edits a row which is there can forget to ask before it overwrites what changed meanwhile."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

import blueprints
from blueprints.conflicts import ConflictForm
from models.base import db, today
from tests.cast import Cast
from tests.forms.filling import Tab
from tests.forms.test_conflicts import REASONS, SCENES, Scene, add_of_stories, is_saved
from tests.forums.conftest import make_forum, open_topic, reply
from tests.signing_in import client_of
from tests.walked_rooms import WALKS
from tests.walks import Meanwhile

pytestmark = pytest.mark.one_database

# A row that was not there before; what is there is left as it is.
CREATES = {
    "joining.accept_invitation",
    "joining.ask_to_join",
    "joining.ask_to_join_by_link",
    "joining.become_member",
    "signin.change_email",  # asks for a change, which the new mailbox confirms
    "joining.confirm_csv_invitations",
    "accounts.create_company",
    "accounts.note_competition",
    "joining.give_consent",  # to the versions that the page has shown
    "joining.invite",
    "joining.make_link",
    "joining.publish_terms",  # the next version; of two at once one is told
    "signin.request_password_reset",
    "accounts.write_to_vendor",
    "files.upload",
    "search.note_miss",
}
# One press that means the same whatever changed meanwhile, and that its own button, a reason in the audit log or the
# next press takes back; or that writes nothing.
ONE_PRESS = {
    "accounts.begin_visit",
    "accounts.choose_locale",
    "accounts.choose_theme",
    "accounts.end_competition",  # ended is ended; the next press says so
    "signin.confirm_email",
    "joining.download_refused_rows",
    "signin.end_other_sign_ins",
    "signin.end_sign_in",
    "signin.forget_device",
    "joining.preview_csv_invitations",
    "signin.reauthenticate",  # writes only that it was proved
    "joining.renew_link",
    "signin.set_company_admin",
    "accounts.share_company",
    "signin.sign_out",
    "signin.sign_out_everywhere",
    "signin.stop_email",
    "joining.withdraw_invitation",
    "joining.withdraw_link",
    "audit.erase_text",  # its own page asks first
    "home.close_welcome",
    "home.do_welcome_act",
    "mailings.resume_mails",
    "mailings.stop_mails",
    "moderation.remove",
    "moderation.restore",
    "moderation.take_back",
    "notifications.mark_all_read",
    "notifications.open_notification",
    "projections.hurry_stuck",
}
# Proves something first (a password, a code, a token of one use), and what it sets nobody sees to overwrite.
PROVEN = {
    "signin.change_password",
    "signin.check_code",
    "signin.confirm_two_step",
    "signin.let_in",
    "joining.transfer_by_invitation",
    "signin.renew_recovery_codes",
    "signin.reset_password",
    "signin.reset_second_factor",
    "signin.turn_off_two_step",
}
# Shows first what would happen, and does nothing else than what was shown.
PREVIEWED = {"accounts.transfer_member"}
# Compares what the form was filled from with what is stored. Each with its scene of tests/forms/test_conflicts.py, or
# one of ALONE.
CHECKED = {
    "accounts.change_profile": "profile",
    "accounts.change_settings": "settings",
    "accounts.correct_company": "own company",
    "accounts.edit_company": "company",
    "accounts.end_contract": "contract",
    "signin.give_role": "role",
    "signin.lift_suspension": "lift",
    "accounts.resume_contract": "resume",
    "signin.suspend": "suspension",
    "mailings.change_choices": "mails",
}
# Two tabs have their own tests there, since the second form is no longer the same.
ALONE: dict[str, Scene] = {
    "lift": ("/people/suspended/rights", "/people/suspended/lift", "lift_reason", "", "済み", "administrator", ""),
    "suspension": ("/people/owner/rights", "/people/owner/suspend", "through", "", "{soon}", "administrator", ""),
    "story tags": ("/stories/{story}/tags", None, "problems", "", "paper", "owner", ""),
    "resume": ("/companies/{a}/end", "/companies/{a}/resume", "resume_reason", "", "更新", "administrator", ""),
}
# And what the rooms say of theirs.
OF_ROOMS = [(endpoint, kind) for walk in WALKS for endpoint, kind in walk.meanwhile.items()]
CREATES.update(endpoint for endpoint, kind in OF_ROOMS if kind is Meanwhile.CREATES)
ONE_PRESS.update(endpoint for endpoint, kind in OF_ROOMS if kind is Meanwhile.ONE_PRESS)
PROVEN.update(endpoint for endpoint, kind in OF_ROOMS if kind is Meanwhile.PROVEN)
PREVIEWED.update(endpoint for endpoint, kind in OF_ROOMS if kind is Meanwhile.PREVIEWED)
CHECKED |= {endpoint: scene for walk in WALKS for endpoint, scene in walk.checked.items()}
MORE_REASONS = {"suspension": {"suspension_reason": "乗っ取りのおそれ"}}


def test_every_route_that_takes_a_form_says_what_it_does_about_changes_meanwhile(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    kinds = (CREATES, ONE_PRESS, PROVEN, PREVIEWED, CHECKED)
    assert set().union(*kinds) == routes
    assert sum(map(len, kinds)) == len(routes), "each in one"


@pytest.mark.parametrize("endpoint", CHECKED)
def test_what_is_said_to_be_checked_is_checked(app: Flask, cast: Cast, endpoint: str) -> None:
    """Of a form that was filled from something else its view asks; knowingly sent again, it is saved."""
    name = CHECKED[endpoint]
    page, action, field, _, says, who, _ = (SCENES | ALONE)[name]
    tab = open_tab(app, cast, who, page, action)
    assert app.url_map.bind("localhost").match(tab.action, method="POST")[0] == endpoint
    soon = (today() + timedelta(days=30)).isoformat()
    typed = {field: says.format(soon=soon), **(REASONS | MORE_REASONS).get(name, {})}
    assert tab.send(**typed, seen=f"{field}.stale").status_code == 409
    assert {**tab.fields, **typed} == tab.fields, "what was typed is kept"
    assert is_saved(tab.send())


def open_tab(app: Flask, cast: Cast, who: str, page: str, action: str | None) -> Tab:
    forum = make_forum(cast)
    post = reply(open_topic(forum.public, cast.owner), cast.stranger)
    cast.a.contract_ended_on = today() + timedelta(days=30) if action and action.endswith("/resume") else None
    db.session.flush()
    places = {"a": cast.a.id, "category": forum.members.id, "post": post.id, **add_of_stories(cast)}
    return Tab(client_of(app, cast.people()[who]), page.format(**places), (action or page).format(**places))


def test_every_scene_of_two_tabs_is_of_a_route_that_is_checked() -> None:
    assert set(CHECKED.values()) == (SCENES.keys() - {"opening"}) | ALONE.keys(), "an opening is a post"


def test_every_form_that_can_be_asked_about_is_shown_with_its_question() -> None:
    """The hidden field and the place of the notice are in the page of each ConflictForm."""
    templates = Path(blueprints.__file__).parent.parent / "templates"
    with_notice = {
        str(path.relative_to(templates)) for path in templates.rglob("*.html") if "conflict_notice(" in path.read_text()
    } - {"components/conflicts.html", "styleguide/_parts.html"}
    for name in with_notice:
        page = (templates / name).read_text()
        asked = set(re.findall(r"conflict_notice\((\w+),", page))
        for form in asked:
            assert re.search(rf"\b{form}\.(hidden_tag|seen)\(", page), (name, form)
    forms = {form.__name__ for form in _below(ConflictForm) if form.__module__.startswith("blueprints.")}
    assert forms == {
        "CategoryForm", "ChoicesForm", "CompanyForm", "EditForm", "EndContractForm", "FigureForm", "FilterForm",
        "LiftForm", "OpeningEditForm", "OwnCompanyForm", "ProfileForm", "ResumeContractForm", "RoleForm",
        "SettingsForm", "SuspensionForm", "TagForm", "TagsForm",
    }  # fmt: skip
    assert len(with_notice) == 13


def _below(form: type[ConflictForm]) -> set[type[ConflictForm]]:
    return {each for child in form.__subclasses__() for each in (child, *_below(child))}
