"""What people may call themselves; and one function names the author of something.

Elsewhere stand only people before themselves and before staff. Wherever a name is taken from a row, whole or in its
parts, it says here why it is no author's.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from community.accounts import names
from community.accounts.names import author_company, author_label
from community.config import ROOT
from models.base import now
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic

ONESELF, STAFF, PERSON = "a letter or page to this person", "for staff, who see everybody", "the person's own page"
WORKS = "authors, approvers and staff of one story, to each other"
INVITED = "an invitation's name, before whoever invites and whoever is invited"
ALLOWED = {
    "blueprints/accounts/company.py": "a company's own people, and who is in charge of it",
    "blueprints/accounts/company_forms.py": STAFF,
    "blueprints/accounts/transfers.py": STAFF,
    "blueprints/signin/rights.py": STAFF,
    "blueprints/accounts/people.py": "people to call upon, not authors",
    "blueprints/audit/views.py": STAFF,
    "blueprints/conflicts.py": "who changed the same form: staff, or a company's own people",
    "blueprints/accounts/company_list.py": STAFF,
    "blueprints/audit/sentences.py": STAFF,
    "blueprints/health/acts.py": STAFF,
    "blueprints/health/note_views.py": STAFF,
    "blueprints/health/departures.py": STAFF,
    "blueprints/projections/views.py": STAFF,
    "community/health/briefing.py": STAFF,
    "community/stories/versions/versions.py": "authors in a version, shown only as far as they consented to",
    "blueprints/stories/writing/team_views.py": WORKS,
    "blueprints/stories/writing/writing_words.py": WORKS,
    "community/stories/approval/approval_desk.py": WORKS,
    "community/stories/approval/approvals.py": WORKS,
    "community/stories/approval/approvers.py": "compared only: who is named in a version does not approve it",
    "community/stories/workflow/comments.py": WORKS,
    "community/stories/writing/drafts.py": WORKS,
    "community/stories/approval/matrix.py": WORKS,
    "community/stories/things.py": WORKS,
    "community/stories/writing/saving.py": WORKS,
    "community/stories/writing/team.py": WORKS,
    "community/stories/approval/approval_mails.py": WORKS,
    "templates/stories/writing/_team_line.html": WORKS,
    "templates/stories/writing/team.html": WORKS,
    "blueprints/stories/workflow/review.py": STAFF,
    "community/stories/library/candidates.py": STAFF,
    "community/stories/consent/placed.py": STAFF,
    "templates/health/briefing.html": STAFF,
    "community/signin/addresses.py": ONESELF,
    "community/signin/credentials.py": ONESELF,
    "community/accounts/indexing.py": PERSON,
    "community/joining/invitations.py": "who invites, before who is invited",
    "community/signin/known_devices.py": ONESELF,
    "community/accounts/names.py": "the function itself",
    "community/accounts/contact_vendor.py": STAFF,
    "community/signin/second_factor.py": ONESELF,
    "community/mailings/rendering.py": ONESELF,
    "templates/_chrome.html": ONESELF,
    "templates/accounts/company.html": "a company's own people",
    "templates/accounts/company_admin.html": "a company's own people",
    "templates/accounts/transfer_member.html": STAFF,
    "templates/accounts/people.html": STAFF,
    "templates/accounts/profile.html": PERSON,
    "templates/signin/rights.html": STAFF,
    "templates/audit/_parts.html": STAFF,
    "templates/health/_people.html": STAFF,
    "templates/health/account.html": STAFF,
    "templates/health/acts.html": STAFF,
    "templates/home/welcome.html": ONESELF,
    "blueprints/accounts/data_export.py": ONESELF,
    "blueprints/accounts/profiles.py": ONESELF,
    "blueprints/joining/invitations.py": INVITED,
    "blueprints/joining/registration.py": ONESELF,
    "blueprints/joining/requests.py": ONESELF,
    "blueprints/signin/passwords.py": ONESELF,
    "community/accounts/erasures.py": "names of columns",
    "community/accounts/suggestions.py": "searched, not shown",
    "community/demo/companies.py": "invited people of the sample",
    "community/health/list_choices.py": STAFF,
    "community/health/listing.py": STAFF,
    "community/health/sentences.py": STAFF,
    "community/joining/csv_columns.py": INVITED,
    "community/joining/csv_invitations.py": INVITED,
    "templates/accounts/edit_profile.html": ONESELF,
    "templates/home/home.html": ONESELF,
    "templates/joining/become_member.html": ONESELF,
    "templates/joining/csv_invitations_preview.html": INVITED,
}
NAMES = frozenset({"display_name", "full_name", "family_name", "given_name"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  佐伯\u3000裕子 ", "佐伯 裕子"),
        ("admin\u202eimda", "adminimda"),
        ("sa\u200beki\u200d\ufeff", "saeki"),
        ("two\nlines\there", "two lines here"),
        ("か\u3099", "が"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("Z" + "\u0335" * 40, "Z\u0335\u0335"),
        ("nul\x00l", "null"),
        ("\u200b\u200b", ""),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("O'Brien 😀", "O'Brien 😀"),
    ],
)
def test_a_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert names.clean_line(typed) == kept


def test_a_text_keeps_its_lines() -> None:
    assert names.clean_text("  一行目  \r\n\r\n二行目\u202e\r三行目\n") == "  一行目\n\n二行目\n三行目"
    assert names.clean_text("　字下げ\n品名\t数\n") == "　字下げ\n品名\t数"


@pytest.mark.parametrize("handle", ["ab", "saeki", "saeki_m", "saeki-m2", "a" * 32])
def test_handles(handle: str) -> None:
    assert names.is_handle(handle)


@pytest.mark.parametrize(
    "handle", ["", "a", "1a", "_a", "-a", "saeki-", "Saeki", "sa eki", "佐伯", "a" * 33, "admin", "here", "sae\n", "é1"]
)
def test_no_handles(handle: str) -> None:
    assert not names.is_handle(handle)


def _naming() -> Iterator[str]:
    for floor in ("community", "blueprints"):
        for path in (ROOT / floor).rglob("*.py"):
            if any(_takes_name(node) for node in ast.walk(ast.parse(path.read_text()))):
                yield str(path.relative_to(ROOT))
    for path in (ROOT / "templates").rglob("*.*"):
        if re.search(rf"\b({'|'.join(NAMES)})\b", path.read_text()):
            yield str(path.relative_to(ROOT))


def _takes_name(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Constant(value=name):
            return name in NAMES
        case ast.Name(id=name):  # a variable of that name says nothing
            return name == "full_name"
    return False


def test_a_name_put_together_of_its_parts_is_found_too() -> None:
    for line in (
        'f"{row.family_name} {row.given_name}"',
        "full_name(*row)",
        "models.full_name(*row)",
        'getattr(row, "family_name")',
        "sa.select(Member.given_name)",
    ):
        assert any(_takes_name(node) for node in ast.walk(ast.parse(line))), line


def test_nothing_else_names_an_author() -> None:
    assert set(_naming()) == set(ALLOWED)


def test_an_author_is_named_with_their_company_as_the_reader_may_know_it(cast: Cast) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner)
    topic.author, topic.account = cast.owner, cast.a
    assert author_label(None, topic) == author_label(cast.colleague, cast.owner) == cast.owner.display_name
    assert author_company(cast.colleague, topic) == cast.a.name
    assert cast.a.name not in author_company(None, topic)
    topic.author = cast.cs
    assert author_company(cast.colleague, topic) == ""
    cast.cs.erased_at = now()
    assert author_label(cast.colleague, topic) == "退会した方"
