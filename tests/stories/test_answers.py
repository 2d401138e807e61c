"""What an approver's answer records: never more than the author allows, and a no ends what they allowed before."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from community.stories import queries
from community.stories.approval import answers
from community.stories.approval.answers import BeyondWishesError
from community.stories.consent import consent_ledger
from community.stories.consent.consents import Party, list_words
from models.base import now, today
from models.stories import ApprovalAnswer, ConsentUse, Decision
from tests.cast import Cast
from tests.stories.asking import answer, ask, submit
from tests.stories.telling import FOREVER

MEMBERS, WEBINAR = ConsentUse.MEMBERS, ConsentUse.WEBINAR


def test_nobody_consents_beyond_what_the_author_allows(cast: Cast) -> None:
    last = today() + timedelta(days=30)
    story, version = submit(cast, {MEMBERS: last})
    approval = ask(story, cast)
    beyond: tuple[Mapping[ConsentUse, date | None], ...] = (
        {MEMBERS: None},
        {MEMBERS: last + timedelta(days=1)},
        {WEBINAR: None},
        {MEMBERS: last, WEBINAR: last},
    )
    party = Party(approval.approver_id)
    for allowed in beyond:
        with pytest.raises(BeyondWishesError):
            answer(approval, ApprovalAnswer.APPROVED, allowed)
        assert approval.answered_at is None, allowed
        assert list_words(party, version, queries.list_entries(story.id)) == {}, allowed
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: last})
    said = list_words(party, version, queries.list_entries(story.id))
    assert {use: (entry.decision, entry.until_day) for use, entry in said.items()} == {
        MEMBERS: (Decision.GRANTED, last)
    }


def test_what_has_ended_is_not_offered(cast: Cast) -> None:
    story, _version = submit(cast, {MEMBERS: today(), WEBINAR: today() - timedelta(days=1)})
    wishes = answers.read_wishes(ask(story, cast))
    assert (dict(wishes.allowed), WEBINAR in wishes.declined) == ({MEMBERS: today()}, True)


def test_a_no_ends_what_was_allowed_before_and_is_not_offered_now(cast: Cast) -> None:
    """Else it would come back by itself when the author allows it again."""
    story, version = submit(cast)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: None, WEBINAR: None})
    consent_ledger.record_author_consents(version, cast.owner, {MEMBERS: None})
    again = ask(queries.load_with_people(story.id), cast, approval.approver)
    answer(again, ApprovalAnswer.DECLINED, note="終わりにします。")
    said = list_words(Party(approval.approver_id), version, queries.list_entries(story.id))
    assert {entry.decision for entry in said.values()} == {Decision.DECLINED}


def test_a_receipt_names_what_was_declined_too(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: None})
    receipt = answers.read_receipt(approval)
    assert (dict(receipt.granted), receipt.withdrawn) == ({MEMBERS: None}, ())
    assert set(receipt.declined) == FOREVER.keys() - {MEMBERS}


@pytest.mark.one_database
@pytest.mark.parametrize("said", [ApprovalAnswer.DECLINED, ApprovalAnswer.CHANGES])
def test_a_no_grants_nothing(cast: Cast, said: ApprovalAnswer) -> None:
    story, version = submit(cast)
    approval = ask(story, cast)
    story.published_version_id, story.published_at = version.id, now()
    answer(approval, said, FOREVER, "まだです。")
    words = [entry for entry in queries.list_entries(story.id) if entry.approver_id is not None]
    assert {entry.decision for entry in words} <= {Decision.DECLINED}
    assert queries.get_permit(story.id, (ConsentUse.MEMBERS,)) is None
