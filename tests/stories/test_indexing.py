"""Stories are found as far as they may be read, and no longer. On both databases: each has an index of its own."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from community.stories import tasks
from community.stories.publishing import publication
from models.base import now, transaction
from models.stories import ConsentUse
from tests.cast import Cast
from tests.stories.reading import FOR_MEMBERS, TITLE, SignIn, page, tell, withdraw
from tests.stories.telling import publish, write_story


def found(client: FlaskClient, words: str) -> list[str]:
    """The titles of the stories that a search finds."""
    read = page(client, f"/search?q={words}&kind=story")
    return [link.get_text().strip() for link in read.select("main a[href^='/stories/']")]


def test_each_finds_what_they_may_read_by_search(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    tell(cast, title="ロッカーの話。")
    tell(cast, *FOR_MEMBERS, title="ロッカーは会員の話。")
    tell(cast, ConsentUse.PRESS, title="ロッカーは報道の話。")
    member = signed_in(cast.third)
    assert [set(found(reader, "ロッカー")) for reader in (client, signed_in(cast.prospect), member)] == [
        {"ロッカーの話。"},
        {"ロッカーの話。"},
        {"ロッカーの話。", "ロッカーは会員の話。"},
    ]


@pytest.mark.parametrize(("word", "use"), [("榎本", ConsentUse.LOGO), ("探すもの", ConsentUse.QUOTE)])
def test_what_is_not_consented_to_is_not_found(signed_in: SignIn, cast: Cast, word: str, use: ConsentUse) -> None:
    story = tell(cast)
    member = signed_in(cast.third)
    assert found(member, word) == [TITLE]
    withdraw(story, use, cast.owner)
    assert found(member, word) == []
    assert found(member, "点検表") == [TITLE]


def test_a_document_ends_with_its_first_permit_and_the_rest_is_indexed_anew(
    client: FlaskClient, signed_in: SignIn, cast: Cast
) -> None:
    with transaction():
        story = write_story(cast.a, cast.owner)
        ends = {ConsentUse.MEMBERS: 4, ConsentUse.PUBLIC_WEB: 1}
        days = {ConsentUse.LOGO: None} | {use: now().date() + timedelta(days=n) for use, n in ends.items()}
        publish(story, cast.cs, days)
        publication.follow_change(story)
    assert found(client, "点検表") == [TITLE]
    with time_machine.travel(now() + timedelta(days=3)):
        member = signed_in(cast.third)
        assert (found(client, "点検表"), found(member, "点検表")) == ([], [])
        assert tasks.mend_index() == 1
        assert (found(client, "点検表"), found(member, "点検表")) == ([], [TITLE])
        assert tasks.mend_index() == 0


def test_a_hit_that_may_no_longer_be_read_is_not_shown(signed_in: SignIn, cast: Cast) -> None:
    """Although nobody has told the index."""
    story = tell(cast)
    with transaction():
        story.hidden_at = now()
    assert found(signed_in(cast.third), "点検表") == []
