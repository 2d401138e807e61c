"""No form that edits a row which is there can forget to ask before it overwrites what changed meanwhile."""

import inspect
import re
from pathlib import Path

from flask import Flask

import blueprints
from blueprints.conflicts import ConflictForm

# A row that was not there before; what is there is left as it is.
CREATES = {
    "accounts.accept_invitation",
    "accounts.ask_to_join",
    "accounts.ask_to_join_by_link",
    "accounts.become_member",
    "accounts.change_email",  # asks for a change, which the new mailbox confirms
    "accounts.confirm_roster",
    "accounts.create_company",
    "accounts.give_consent",  # to the versions that the page has shown
    "accounts.invite",
    "accounts.make_link",
    "accounts.publish_terms",  # the next version; of two at once one is told
    "accounts.request_password_reset",
    "accounts.write_to_vendor",
    "files.upload",
    "forums.create_category",
    "forums.open_topic",
    "forums.post_reply",
    "forums.save_draft",  # a draft has its own rules: docs/decisions on drafts
    "search.note_miss",
}
# One press that means the same whatever changed meanwhile, and that its own button, a reason in the audit log or the
# next press takes back; or that writes nothing.
ONE_PRESS = {
    "accounts.begin_visit",
    "accounts.choose_locale",
    "accounts.choose_theme",
    "accounts.confirm_email",
    "accounts.download_refused",
    "accounts.end_other_sign_ins",
    "accounts.end_sign_in",
    "accounts.preview_roster",
    "accounts.renew_link",
    "accounts.set_company_admin",
    "accounts.share_company",
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
    "accounts.stop_email",
    "accounts.withdraw_invitation",
    "accounts.withdraw_link",
    "forums.accept_answer",
    "forums.follow_topic",
    "forums.mark_read",
    "forums.move_category",
    "forums.preview",
    "forums.react",
    "forums.remove_post",
    "forums.remove_topic",
    "forums.restore_post",
    "forums.restore_topic",
    "forums.take_back",
    "forums.withdraw_acceptance",
    "home.close_welcome",
    "home.say_same",
    "mailings.resume_mails",
    "mailings.stop_mails",
    "notifications.mark_all_read",
    "notifications.open_notification",
    "settlement.hurry_stuck",
}
# Proves something first (a password, a code, a token of one use), and what it sets nobody sees to overwrite.
PROVEN = {
    "accounts.change_password",
    "accounts.check_code",
    "accounts.confirm_two_step",
    "accounts.let_in",
    "accounts.move_by_invitation",
    "accounts.renew_recovery_codes",
    "accounts.reset_password",
    "accounts.reset_second_factor",
    "accounts.turn_off_two_step",
}
# Shows first what would happen, and does nothing else than what was shown.
PREVIEWED = {"accounts.move_member"}
# Compares what the form was filled from with what is stored: tests/forms/test_conflicts.py tries each.
CHECKED = {
    "accounts.change_profile",
    "accounts.change_settings",
    "accounts.correct_company",
    "accounts.edit_company",
    "accounts.end_contract",
    "accounts.give_role",
    "accounts.lift_suspension",
    "accounts.resume_contract",
    "accounts.suspend",
    "forums.edit_category",
    "forums.save_post",
    "mailings.change_choices",
}


def test_every_route_that_takes_a_form_says_what_it_does_about_changes_meanwhile(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    kinds = (CREATES, ONE_PRESS, PROVEN, PREVIEWED, CHECKED)
    assert set().union(*kinds) == routes
    assert sum(map(len, kinds)) == len(routes), "each in one"


def test_what_is_said_to_be_checked_is_checked(app: Flask) -> None:
    for endpoint in CHECKED:
        source = inspect.getsource(inspect.unwrap(app.view_functions[endpoint]))
        assert "ConflictError" in source or "_change(" in source, endpoint


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
    forms = {form.__name__ for form in _below(ConflictForm)}
    assert forms == {
        "CategoryForm", "ChoicesForm", "CompanyForm", "EditForm", "EndForm", "LiftForm", "OpeningEditForm",
        "OwnCompanyForm", "ProfileForm", "ResumeForm", "RoleForm", "SettingsForm", "SuspensionForm",
    }  # fmt: skip
    assert len(with_notice) == 9


def _below(form: type[ConflictForm]) -> set[type[ConflictForm]]:
    return {each for child in form.__subclasses__() for each in (child, *_below(child))}
