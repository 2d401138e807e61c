"""Every form of the application × every hostile string: a page of ours, nothing executed, nothing lost.

The forms are found in the pages, so a new one is walked without being named here; a route that takes a form which no
page shows has to be named in UNSEEN, or by its room.

What a form refuses when it is left empty is marked; and nothing is chosen beforehand that is refused.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from blueprints import ALL_BLUEPRINTS
from community.forums.answers import accept_answer
from community.projections.tasks import process_pending
from community.signin.tokens import Mailbox, fingerprint, make_change_token, make_reset_token
from models.accounts import Invitation, Member
from models.base import db, now, today, transaction
from models.competitors import Competition
from models.security import EmailChange
from tests.access.endpoints import list_knocks
from tests.access.test_walk import client_of, undone
from tests.access.world import World, make_world
from tests.cast import PASSWORD, make_cast
from tests.forms.hostile import BUNDLES, FORGED, OF_DATABASES, STRINGS, bundle
from tests.forms.parsing import Field, Form, list_forms, parse
from tests.walked_rooms import WALKS
from tests.walks import RoomWalk

pytestmark = pytest.mark.timeout(600)

ROOMS = sorted(blueprint.name for blueprint in ALL_BLUEPRINTS)
WALKERS = ("guest", "prospect", "company_admin", "owner", "colleague", "administrator")
# Sent by scripts, or by buttons that stand only where there is something to press them for.
UNSEEN = {
    "accounts.begin_visit": ({}, ()),
    "joining.confirm_csv_invitations": ({}, ("upload",)),
    "joining.download_refused_rows": ({}, ("upload",)),
    "joining.give_consent": ({}, ("versions", "next")),
    "home.close_welcome": ({}, ("next",)),
    "home.do_welcome_act": ({"name": "same", "thing_id": 0}, ()),
    "signin.check_code": ({}, ("code",)),
    "signin.end_other_sign_ins": ({}, ()),
    "signin.reauthenticate": ({}, ("role_reason",)),  # a field of the form that waits for the proof
    "signin.end_sign_in": ({"sign_in_id": 0}, ()),
    "signin.forget_device": ({"device_id": 0}, ()),
    "files.upload": ({}, ("file",)),
    "moderation.restore": ({"kind": "post", "item_id": 0}, ("note",)),
    "mailings.resume_mails": ({}, ()),
    "search.note_miss": ({}, ("q",)),
    "projections.hurry_stuck": ({}, ()),
}
# What an honest visitor would have put into the other fields.
HONEST = {
    "email": "shinjin@example.jp",
    "password": "tsudoi-no-engawa",
    "old_password": PASSWORD,
    "handle": "yamada",
    "slug": "tana",
    "category": "",
}
MOVER_TOKEN = "a-token-for-somebody-who-is-here-already"
# Its forms lead nowhere.
SAMPLES = "styleguide.show_styleguide"
NUL_AS_READ = "\ufffd"
HARMLESS_SCRIPT = "/static/js/main.js"


@dataclass
class Found:
    """A form, whose page it stands on, and the address of that page."""

    endpoint: str
    form: Form
    who: str
    page: str


@pytest.fixture(scope="module")
def world(walked: Flask) -> World:
    cast = make_cast(db.session)
    with transaction():
        made = make_world(cast, WALKS)
        mover = Invitation(
            token_hash=fingerprint(MOVER_TOKEN),
            email=cast.prospect.email,
            account_id=cast.a.id,
            invited_by_id=cast.cs.id,
            expires_at=now() + timedelta(days=3),
        )
        cast.partner_account.contract_ended_on = today() + timedelta(days=30)
        change = EmailChange(member_id=cast.owner.id, old_email=cast.owner.email, new_email="atarashii@example.jp")
        rivals = Competition(first_id=cast.a.id, second_id=cast.b.id, from_day=today(), noted_by_id=cast.cs.id)
        db.session.add_all([mover, change, rivals])
        place = made.places["members"]
        db.session.refresh(place.reply, ["author"])
        accept_answer(place.topic, place.reply, cast.owner)
    process_pending()
    return made


@pytest.fixture(scope="module")
def everything(walked: Flask, world: World) -> list[Found]:
    """All forms there are, found once."""
    return find_forms(walked, world)


@pytest.fixture(scope="module")
def strings(walked: Flask, request: pytest.FixtureRequest) -> Collection[str]:
    """The labels of those that are sent: on PostgreSQL, unless there is time, what a database could take otherwise."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    return STRINGS.keys() if on_sqlite or request.config.getoption("--long") else OF_DATABASES


def people(world: World) -> dict[str, Member | None]:
    return {"guest": None, **world.cast.people()}


def pages_of(app: Flask, world: World) -> set[str]:
    """Of each kind the first and the last: a public topic, and one that was removed."""
    by_endpoint: dict[str, list[str]] = {}
    with app.test_request_context():
        for knock in list_knocks(world):
            if knock.method == "GET" and knock.endpoint != SAMPLES:
                by_endpoint.setdefault(knock.endpoint, []).append(url_for(knock.endpoint, **knock.values))
        return {page for pages in by_endpoint.values() for page in (pages[0], pages[-1])} | {
            url_for("signin.show_reset_password", token=make_reset_token(world.cast.owner)),
            url_for("joining.show_invitation", token=MOVER_TOKEN),
            *addresses_of_changes(),
            url_for("signin.edit_rights", handle=world.cast.suspended.handle),
            url_for("signin.edit_rights", handle=world.cast.colleague.handle),
            url_for("forums.show_topic", topic_id=world.places["members"].topic.id),
            url_for("moderation.remove", kind="post", item_id=world.places["members"].reply.id),
        }


def addresses_of_changes() -> Iterator[str]:
    change = db.session.scalars(sa.select(EmailChange)).one()
    yield url_for("signin.show_confirm_email", token=make_change_token(change, Mailbox.NEW))
    yield url_for("signin.show_stop_email", token=make_change_token(change, Mailbox.OLD))


def find_forms(app: Flask, world: World) -> list[Found]:
    """Every form of the pages, and those that no page shows."""
    return [*find_forms_of_pages(app, world, pages_of(app, world)), *unseen(app, world)]


def find_forms_of_pages(app: Flask, world: World, pages: Collection[str]) -> list[Found]:
    """Each form once: by its route and its fields, as the first walker sees it."""
    found: dict[tuple[str, ...], Found] = {}
    for who in WALKERS:
        client = client_of(app, people(world)[who])
        for page in sorted(pages):
            with undone():
                answer = client.get(page)
            assert answer.status_code < 500, f"{page} for {who}: {answer.status_code}"
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in list_forms(parse(answer.text), page):
                endpoint = endpoint_of(app, form.action)
                found.setdefault((endpoint, *sorted(form.fields)), Found(endpoint, form, who, page))
    return list(found.values())


def unseen(app: Flask, world: World, walks: Iterable[RoomWalk] = WALKS) -> Iterator[Found]:
    place = world.places["members"]
    numbers: dict[str, Any] = {"topic_id": place.topic.id, "item_id": place.reply.id, "thing_id": place.topic.id}
    forms = dict(UNSEEN)
    for walk in walks:
        forms |= walk.unseen_forms
    for endpoint, (values, names) in forms.items():
        with app.test_request_context():
            action = url_for(endpoint, **{name: numbers.get(name, value) for name, value in values.items()})
        fields = {name: Field(name, "text", "") for name in names}
        yield Found(endpoint, Form(action, fields), "administrator", "/")


def endpoint_of(app: Flask, action: str) -> str:
    endpoint, _ = app.url_map.bind("localhost").match(action.partition("?")[0], method="POST")
    return str(endpoint)


def attempts(
    found: Found, strings: Collection[str], *, each_alone: bool = False
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """One field is hostile, the others are honest; and all that are written, or all that are chosen, at once.

    Where several are written, they share the strings among them, as those that are chosen share the forged values; at
    once come bundles, and so they do where all that is written are long texts, which have room for them. With
    `each_alone` each forged value goes to each field, and each string by itself.
    """
    fields = {name: field for name, field in found.form.fields.items() if name != "csrf_token"}
    honest = {name: honest_value(field) for name, field in fields.items()}
    written = [name for name, field in fields.items() if field.is_written]
    chosen = [name for name in fields if name not in written]
    texts, forged = ([label for label in labels if label in strings] for labels in (STRINGS, FORGED))
    alone = {label: STRINGS[label] for label in texts}
    at_once = alone if each_alone else bundle(texts)
    typed = at_once if all(fields[name].kind == "textarea" for name in written) else alone
    for name, label in share(written, list(typed)):
        yield name, label, {**honest, name: typed[label]}
    for name, label in (product if each_alone else share)(chosen, forged):
        yield name, label, {**honest, name: STRINGS[label]}
    for names, sent in ((written, at_once), (chosen, {label: STRINGS[label] for label in forged})):
        for label, text in sent.items() if len(names) > 1 else ():
            yield "*", label, {**honest, **dict.fromkeys(names, text)}


def share(names: list[str], labels: list[str]) -> Iterator[tuple[str, str]]:
    """Each label for one of the names, and for each name one at least."""
    for place, name in enumerate(names):
        yield from ((name, label) for label in labels[place % len(labels) :: len(names)])


def honest_value(field: Field) -> str:
    if field.options:
        offered = [option for option in field.options if option not in {"", "0"}]
        return field.value if field.value not in {"", "0"} or not offered else offered[-1]
    return field.value or HONEST.get(field.name, "ふつうの文" if field.is_written else "")


def send(client: FlaskClient, action: str, fields: dict[str, str]) -> TestResponse:
    body = urlencode(fields, errors="surrogatepass")
    return client.post(action, data=body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("room", ROOMS)
def test_every_form_bears_every_string(
    walked: Flask,
    world: World,
    everything: list[Found],
    strings: Collection[str],
    room: str,
    request: pytest.FixtureRequest,
) -> None:
    of_room = [found for found in everything if found.endpoint.partition(".")[0] == room]
    assert {found.endpoint for found in of_room} == routes_with_forms(walked, room)
    wrong = find_wrong(walked, world, of_room, strings, each_alone=bool(request.config.getoption("--long")))
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:60])


def test_bundles_leave_no_string_out() -> None:
    sent = bundle(STRINGS)
    assert all(any(text in held for held in sent.values()) for text in STRINGS.values())
    assert len(sent) == len(STRINGS) - sum(len(parts) - 1 for parts in BUNDLES.values())


@pytest.mark.parametrize(("kind", "apart"), [("textarea", bundle(STRINGS)), ("text", STRINGS)])
def test_a_field_is_sent_every_string_together_where_there_is_room(kind: str, apart: Collection[str]) -> None:
    found = Found("notes.add", Form("/notes", {"body": Field("body", kind, "")}), "owner", "/notes")
    sent = [(label, fields["body"]) for _name, label, fields in attempts(found, STRINGS.keys())]
    assert [label for label, _text in sent] == list(apart)
    assert all(any(text in held for _label, held in sent) for text in STRINGS.values())


def find_wrong(
    app: Flask, world: World, forms: Collection[Found], strings: Collection[str], *, each_alone: bool = False
) -> list[str]:
    """Say of each form what it did not bear."""
    wrong: list[str] = []
    for found in forms:
        client = client_of(app, people(world)[found.who])
        tries = list(attempts(found, strings, each_alone=each_alone))
        for name, label, fields in tries:  # to which a refused bundle adds
            with undone():
                answer = send(client, found.form.action, fields)
                problems = list(judge(client, found, fields, answer))
            wrong += [f"{found.endpoint} as {found.who}, {name} = {label}: {problem}" for problem in problems]
            if name != "*" and label in BUNDLES and answer.status_code >= 400:
                # Too long together, or refused for one of them: whether the others are taken is seen by themselves.
                apart = [each for each in BUNDLES[label] if each in strings]
                tries += [(name, each, {**fields, name: STRINGS[each]}) for each in apart]
    return wrong


def routes_with_forms(app: Flask, room: str) -> set[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if rule.endpoint.partition(".")[0] == room}


def test_every_route_with_a_form_is_of_a_room(walked: Flask) -> None:
    rules = [rule for rule in walked.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert {rule.endpoint for rule in rules} == {name for room in ROOMS for name in routes_with_forms(walked, room)}


def judge(client: FlaskClient, found: Found, fields: dict[str, str], answer: TestResponse) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"answered {answer.status_code}"
        return
    if "X-Injected" in answer.headers:
        yield "wrote a header"
    if answer.status_code in {301, 302, 303}:
        if not re.fullmatch(r"/(?!/)[^\\\x00-\x20]*", answer.location):
            yield f"leads to {answer.location!r}"
        if any(field.is_written for field in found.form.fields.values()):
            yield from judge_what_was_stored(client, found, fields)
    elif answer.mimetype == "text/html":
        yield from judge_page(parse(answer.text), found, fields, answer.status_code)


def judge_page(page: LexborHTMLParser, found: Found, fields: dict[str, str], status: int) -> Iterator[str]:
    yield from executed(page)
    if status < 400:
        return
    if page.css_first("html[lang] .brand") is None:
        yield "is no page of ours"
    said = page.css(".error-text, .error-summary, .error-page h1, .gate > p, .notice, .conflict p")
    if not any(re.search("[ぁ-ん]", sentence.text()) for sentence in said):
        yield f"{status} without a sentence"
    if status in {409, 422}:
        shown = next((form for form in list_forms(page, found.form.action) if form.action == found.form.action), None)
        for name, text in fields.items():
            field = found.form.fields[name]
            if field.is_written and field.kind != "password":
                if shown is None or name not in shown.fields:
                    yield f"{name} is not shown again"
                elif visible(shown.fields[name].value) != visible(text):
                    yield f"{name} was lost: {shown.fields[name].value[:60]!r}"


def judge_what_was_stored(client: FlaskClient, found: Found, fields: dict[str, str]) -> Iterator[str]:
    """A page that shows the same form again shows what is stored."""
    answer = client.get(found.page)
    if answer.status_code >= 500:
        yield f"{found.page} answers {answer.status_code} afterwards"
    if answer.mimetype != "text/html" or answer.status_code != 200:
        return
    page = parse(answer.text)
    yield from executed(page)
    shown = next((form for form in list_forms(page, found.form.action) if form.action == found.form.action), None)
    for name, field in found.form.fields.items():
        was_stored = field.is_written and field.value
        if was_stored and shown and visible(shown.fields[name].value) != visible(fields[name]):
            yield f"{name} is stored as {shown.fields[name].value[:60]!r}"


def executed(page: LexborHTMLParser) -> Iterator[str]:
    """What of a page a browser would run that we did not write."""
    for script in page.css("script"):
        if not (script.attributes.get("src") or "").startswith(HARMLESS_SCRIPT):
            yield f"a script: {(script.html or '')[:80]}"
    for tag in page.css("*"):
        for name, value in tag.attributes.items():
            if name.startswith("on") or (name in {"href", "src", "action"} and "script:" in (value or "").lower()):
                yield f"runs: {name}={(value or '')[:60]}"


def visible(text: str) -> str:
    """What a reader sees of a text: without spaces, line ends and signs that turn, control or pile up.

    Capitals count as small letters, as addresses and handles have it, and all digits as digits, as numbers have it.
    What is no character stays as it was sent; a NUL is the replacement character that browsers read in its place.
    """
    sent = "".join(quote(sign, errors="surrogatepass") if 0xD800 <= ord(sign) <= 0xDFFF else sign for sign in text)
    return "".join(
        str(unicodedata.digit(sign, sign))
        for sign in unicodedata.normalize("NFC", sent).casefold()
        if not sign.isspace() and sign != NUL_AS_READ and unicodedata.category(sign) not in {"Cc", "Cf", "Mn", "Me"}
    )


# --- fields that must be filled


def form_on(page: LexborHTMLParser, found: Found) -> LexborNode | None:
    """The form as its page shows it."""
    for form in page.css("form"):
        names = {tag.attributes.get("name") for tag in form.css("[name]")}
        if (form.attributes.get("action") or found.page) == found.form.action and set(found.form.fields) <= names:
            return form
    return None


def refused(page: LexborHTMLParser, name: str) -> bool:
    """Whether the page says something of this very field."""
    links = [link.attributes.get("href") or "" for link in page.css(".error-summary a")]
    return f"#{name}" in links or page.css_first(f"[id='{name}-error']") is not None


def begins_refused(
    client: FlaskClient, found: Found, field: Field, tag: LexborNode, honest: dict[str, str]
) -> Iterator[str]:
    """A select as it is shown may be refused only where it says 「選んでください」."""
    first = field.value or field.options[0]
    with undone():
        chosen = send(client, found.form.action, {**honest, field.name: first})
    says = next(o.text() for o in tag.css("option") if (o.attributes.get("value") or "") == first)
    if chosen.status_code == 422 and refused(parse(chosen.text), field.name) and "選んでください" not in says:
        yield f"{found.endpoint}: {field.name} begins with 「{says}」, which is refused"


# One database: what is refused does not depend on it.
@pytest.mark.parametrize("walked", ["sqlite"], indirect=True)
def test_what_is_refused_when_it_is_empty_is_marked_and_nothing_chosen_beforehand_is_refused(
    walked: Flask, world: World, everything: list[Found]
) -> None:
    wrong: list[str] = []
    for found in everything:
        client = client_of(walked, people(world)[found.who])
        with undone():
            form = form_on(parse(client.get(found.page).text), found)
        if form is None:
            continue
        honest = {name: honest_value(field) for name, field in found.form.fields.items() if name != "csrf_token"}
        shown = {tag.attributes.get("name"): tag for tag in form.css("input, textarea, select")}
        for name, field in found.form.fields.items():
            tag = shown.get(name)
            if tag is None or field.kind in {"hidden", "button", "checkbox"}:
                continue
            if field.kind == "radio" and field.value:
                continue  # nobody can take a choice back
            if field.kind == "select" and "" not in field.options:
                wrong += begins_refused(client, found, field, tag, honest)
                continue
            with undone():
                empty = send(client, found.form.action, {**honest, name: ""})
            tags = form.css(f"[name='{name}']")
            is_marked = any({"required", "aria-required"} & set(each.attributes) for each in tags)
            if empty.status_code == 422 and refused(parse(empty.text), name) and not is_marked:
                wrong.append(f"{found.endpoint}: {name} is refused when it is empty, and is not marked")
            if is_marked and empty.status_code != 422:
                wrong.append(f"{found.endpoint}: {name} is marked, and {empty.status_code} when it is empty")
            if field.kind == "select":
                wrong += begins_refused(client, found, field, tag, honest)
    assert not wrong, "\n".join(wrong)
