"""Terms and privacy policy: by version, read by anybody, agreed to once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blueprints.joining.terms import ASKED_AGAIN_SECONDS, ASKED_AT
from community.accounts import queries
from community.joining import invitations, terms
from community.joining.terms import NewVersion
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, now, transaction
from models.joining import TermsAcceptance, TermsKind, TermsVersion
from models.mail import Mail
from tests.cast import Cast
from tests.forms.filling import seen
from tests.signing_in import client_of

TODAY = timedelta(0)
FORM = {"family_name": "新藤", "handle": "shindo", "password": "hajimete-no-asa"}


def coming(app: Flask, member: Member) -> FlaskClient:
    """Somebody who has just signed in."""
    client = client_of(app, member)
    with client.session_transaction() as session:
        session.pop(ASKED_AT)
    return client


def publish(
    kind: TermsKind = TermsKind.TERMS, days: timedelta = TODAY, *, must_accept: bool = True, en: str = ""
) -> TermsVersion:
    with transaction():
        new = NewVersion(kind, queries.today() + days, must_accept, f"## 約束\n\n{kind}の本文です。", en)
        return terms.publish(new, None)


def accepted(member: Member) -> set[int]:
    chosen = sa.select(TermsAcceptance.version_id).where(TermsAcceptance.member_id == member.id)
    return set(db.session.scalars(chosen))


def consent(client: FlaskClient, *versions: TermsVersion, onward: str = "/forums") -> int:
    ids = ",".join(str(version.id) for version in versions)
    return client.post("/terms/consent", data={"versions": ids, "next": onward}).status_code


def test_without_published_terms_there_is_no_gate(app: Flask, cast: Cast) -> None:
    owner = coming(app, cast.owner)
    assert owner.get("/forums").status_code == 200
    assert owner.get("/terms/consent?next=/forums").location == "/forums"
    assert "まだ公開されていません" in app.test_client().get("/privacy").text


def test_the_gate_stands_before_the_next_page_and_keeps_where_one_wanted_to_go(app: Flask, cast: Cast) -> None:
    version = publish()
    owner = coming(app, cast.owner)
    stopped = owner.get("/forums?only=unanswered")
    assert stopped.location == "/terms/consent?next=/forums?only%3Dunanswered"
    assert 'value="/forums?only=unanswered"' in owner.get(stopped.location).text
    assert consent(owner, version) == 302
    assert accepted(cast.owner) == {version.id}
    assert owner.get("/forums").status_code == 200
    assert coming(app, cast.owner).get("/forums").status_code == 200


def test_what_was_typed_is_taken_and_the_page_after_it_asks(app: Flask, cast: Cast) -> None:
    shown = seen(coming(app, cast.owner), "/me/profile")
    publish()
    owner = coming(app, cast.owner)
    profile = {"family_name": "青木", "headline": "長く考えて書きました", "seen": shown}
    saved = owner.post("/me/profile", data=profile)
    assert saved.location == f"/people/{cast.owner.handle}"
    assert cast.owner.headline == "長く考えて書きました"
    assert owner.get(saved.location).location.startswith("/terms/consent?next=/people/")


def test_guests_probes_scripts_and_the_way_out_are_not_stopped(app: Flask, client: FlaskClient, cast: Cast) -> None:
    publish()
    assert client.get("/").status_code == 200
    owner = coming(app, cast.owner)
    for path in ("/healthz", "/readyz", "/terms", "/privacy", "/terms/consent"):
        assert owner.get(path).status_code == 200, path
    assert owner.get("/notifications/count", headers={"X-Requested-With": "fetch"}).status_code in {200, 404}
    assert owner.post("/sign-out").location == "/sign-in"


def test_consent_is_for_what_was_shown(app: Flask, cast: Cast) -> None:
    first = publish()
    owner = coming(app, cast.owner)
    second = publish()
    assert consent(owner, first) == 422
    assert accepted(cast.owner) == set()
    assert consent(owner, second) == 302
    assert consent(owner, second) == 302  # pressed twice
    assert accepted(cast.owner) == {second.id}


def test_a_version_holds_from_its_day_on(app: Flask, cast: Cast) -> None:
    publish(days=timedelta(days=3))
    owner = coming(app, cast.owner)
    assert owner.get("/forums").status_code == 200
    assert "これから有効になる版です" in owner.get("/terms?version=1").text
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        assert owner.get("/forums").status_code == 302


def test_a_mended_word_asks_nobody_who_has_agreed(app: Flask, cast: Cast) -> None:
    first = publish()
    with transaction():
        terms.accept(cast.owner, [first])
    second = publish(must_accept=False)
    day = queries.today()
    assert terms.list_to_accept(cast.owner.id, day) == []
    assert terms.list_to_accept(cast.third.id, day) == [second]
    third = publish()
    assert terms.list_to_accept(cast.owner.id, day) == [third]


def test_each_text_is_agreed_to_by_itself(app: Flask, cast: Cast) -> None:
    use, privacy = publish(TermsKind.TERMS), publish(TermsKind.PRIVACY)
    with transaction():
        terms.accept(cast.owner, [privacy])
    assert terms.list_to_accept(cast.owner.id, queries.today()) == [use]
    assert terms.list_in_force(queries.today()) == [use, privacy]


def test_an_open_session_asks_again_after_a_while(app: Flask, cast: Cast) -> None:
    owner = coming(app, cast.owner)
    assert owner.get("/forums").status_code == 200
    publish()
    assert owner.get("/forums").status_code == 200
    with time_machine.travel(now() + timedelta(seconds=ASKED_AGAIN_SECONDS + 1), tick=False):
        assert owner.get("/forums").status_code == 302


def test_older_versions_stay_readable_and_english_has_its_own(app: Flask, client: FlaskClient) -> None:
    publish(en="## Promise\n\nThe first.")
    publish()
    newest, first = client.get("/terms").text, client.get("/terms?version=1").text
    assert "第2版" in newest
    assert "これは前の版です" in first
    english = {"Accept-Language": "en"}
    assert "The first." in client.get("/terms?version=1", headers=english).text
    assert 'lang="ja">' in client.get("/terms", headers=english).text
    assert client.get("/terms?version=9").status_code == 404


def test_an_administrator_publishes_and_it_is_on_record(app: Flask, cast: Cast) -> None:
    administrator = coming(app, cast.administrator)
    form = {"kind": "terms", "holds_from": queries.today().isoformat(), "must_accept": "y", "body_ja": "約束です。"}
    assert administrator.post("/terms/versions", data=form).status_code == 302
    assert terms.get_version(TermsKind.TERMS, 1) is not None
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "terms.publish")).one()
    assert entry.actor_id == cast.administrator.id
    past = (queries.today() - timedelta(days=1)).isoformat()
    for wrong in ({"holds_from": past}, {"body_ja": ""}, {"kind": "x"}, {"body_ja": "あ" * 20_001}):
        assert administrator.post("/terms/versions", data={**form, **wrong}).status_code == 422, wrong
    assert coming(app, cast.cs).post("/terms/versions", data=form).status_code == 403
    assert terms.get_version(TermsKind.TERMS, 2) is None


def test_hostile_texts_stay_text(app: Flask, client: FlaskClient) -> None:
    with transaction():
        terms.publish(
            NewVersion(TermsKind.TERMS, queries.today(), must_accept=True, body_ja="<script>alert(1)</script>"), None
        )
    assert "<script>alert" not in client.get("/terms").text


@pytest.mark.parametrize("tick", [True, False])
def test_a_new_member_agrees_when_joining(app: Flask, client: FlaskClient, cast: Cast, *, tick: bool) -> None:
    version = publish()
    with transaction():
        invitations.invite("shinjin@example.com", cast.a, cast.cs)
    path = "/invitations/" + (db.session.scalar(sa.select(Mail.text)) or "").partition("/invitations/")[2].split()[0]
    assert "利用規約" in client.get(path).text
    answer = client.post(path, data={**FORM, "versions": str(version.id), **({"agrees": "y"} if tick else {})})
    joined = queries.get_member_by_email("shinjin@example.com")
    if not tick:
        assert (answer.status_code, joined) == (422, None)
        assert client.post(path, data={**FORM, "versions": "0", "agrees": "y"}).status_code == 422
        return
    assert answer.location == "/welcome"
    assert joined is not None
    assert accepted(joined) == {version.id}
    assert client.get("/welcome").status_code == 200
