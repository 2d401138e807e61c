"""Every endpoint that only some may use leaves a line in the log: who, on what, and why where a reason is asked for."""

import dataclasses
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, current_app, url_for

from blueprints.access import ENTRANCE
from community.accounts import memberships
from community.forums.answers import accept_answer
from community.ledger import reassignment
from community.ledger.actions import record_signal, reinstate, reverse
from community.projections.tasks import process_pending
from models.audit import AuditEntry
from models.base import db, today, transaction
from models.competitors import Competition
from models.ledger import SignalKind
from tests.access.test_walk import undone
from tests.access.world import World, make_world
from tests.cast import Cast
from tests.forms.parsing import Form, list_forms, parse
from tests.never_changed import list_named
from tests.signing_in import client_of
from tests.walked_rooms import WALKS
from tests.walks import Act

# Endpoints open to these change only what is the visitor's own; privileged acts among them are in `further_acts`.
ORDINARY = {"public", "signed_in", "members"}
# A dry run and its rows that were left out write nothing; the confirmation carries a signed file, so what it writes is
# seen where there is one (tests/joining/test_csv_invitations.py).
ELSEWHERE = {"joining.preview_csv_invitations", "joining.download_refused_rows", "joining.confirm_csv_invitations"}
# What people of the staff keep for themselves, and nobody else sees.
OWN = {"stories.save_filter", "stories.edit_filter", "stories.delete_filter"}
REASON = "4月から運営に加わったため"


def acts(world: World) -> list[Act]:
    cast = world.cast
    owner, colleague = {"handle": cast.owner.handle}, {"handle": cast.colleague.handle}
    suspended = {"handle": cast.suspended.handle}
    lifted, reset = {"lift_reason": REASON}, {"reset_reason": REASON}
    invitation = {"invitation_id": world.invitation.id}
    entry = {"entry_id": world.audit_entry.id}
    role = {"role": "moderator", "role_reason": REASON}
    until = {"through": "2099-01-01", "suspension_reason": REASON}
    return [
        Act("accounts.create_company", "cs", "account.create", {}, {"name": "株式会社あたらしい", "kind": "prospect"}),
        Act("accounts.edit_company", "cs", "account.change", {"account_id": cast.a.id}, {"plan": "プレミアム"}),
        Act("joining.invite", "cs", "invitation.send", {}, {"email": "new@example.jp", "account": str(cast.a.id)}),
        Act("joining.withdraw_invitation", "company_admin", "invitation.withdraw", invitation),
        Act("signin.give_role", "administrator", "member.grant_role", owner, role, "signin.edit_rights", REASON),
        Act("signin.set_company_admin", "administrator", "member.set_company_admin", owner, {"is_admin": "1"}),
        Act("signin.suspend", "administrator", "member.suspend", owner, until, "signin.edit_rights", REASON),
        Act(
            "signin.lift_suspension", "administrator", "member.lift_suspension", suspended, lifted,
            "signin.edit_rights", REASON,
        ),
        Act(
            "signin.reset_second_factor", "administrator", "member.reset_second_factor", colleague, reset,
            reason=REASON,
        ),
        *of_companies(world),
        *(act for walk in WALKS for act in walk.acts(world)),
        Act("audit.erase_text", "administrator", "audit.erase_text", entry, shown_on="audit.ask_about_erasing"),
        Act("projections.hurry_stuck", "cs", "projections.hurry_stuck"),
    ]  # fmt: skip


def shown_move(world: World, day: str) -> str:
    """What the preview of the owner's move to the other company says it is of."""
    page = f"/people/{world.cast.owner.handle}/company"
    client = client_of(current_app, world.cast.cs)
    fields = {"account": str(world.cast.b.id), "from_day": day, "transfer_reason": REASON}
    preview = client.post(page, data=fields)
    return next(form.fields["seen"].value for form in list_forms(parse(preview.text), page) if "seen" in form.fields)


def of_companies(world: World) -> list[Act]:
    cast, day = world.cast, "2026-04-01"
    owner, customer, link = {"handle": cast.owner.handle}, {"account_id": cast.a.id}, {"link_id": world.company_link.id}
    move = {"account": str(cast.b.id), "from_day": day, "transfer_reason": REASON, "seen": shown_move(world, day)}
    ends, goes_on = {"last_day": "2099-03-31", "end_reason": REASON}, {"resume_reason": REASON}
    words = {"matter": "records", "message": "返信を記録しないでください。"}
    terms = {"kind": "terms", "holds_from": "2099-04-01", "body_ja": "第1条 仲よくします。"}
    shown = "accounts.show_company"
    rivals = Competition(first_id=cast.a.id, second_id=cast.b.id, from_day=today(), noted_by_id=cast.cs.id)
    db.session.add(rivals)
    db.session.flush()
    ended, rival = {**customer, "competition_id": rivals.id}, {"competitor": str(cast.c.id)}
    listed = "accounts.list_competitors"
    return [
        Act("joining.make_link", "cs", "company_link.make", {}, {"account": str(cast.a.id)}, "joining.list_links"),
        Act("joining.renew_link", "cs", "company_link.renew", link),
        Act("joining.withdraw_link", "cs", "company_link.withdraw", link),
        Act("joining.publish_terms", "administrator", "terms.publish", {}, terms, "joining.list_terms"),
        Act("accounts.transfer_member", "cs", "member.move", owner, move, reason=REASON),
        Act("accounts.correct_company", "company_admin", "account.change", {}, {"industry": "食品製造業"}, shown),
        Act("accounts.write_to_vendor", "company_admin", "account.write_to_vendor", {}, words, shown),
        Act("accounts.share_company", "company_admin", "member.set_company_admin", owner, {"is_admin": "1"}),
        Act("accounts.note_competition", "cs", "account.note_competition", customer, rival, listed),
        Act("accounts.end_competition", "cs", "account.end_competition", ended, {}, listed),
        Act("accounts.end_contract", "cs", "account.end_contract", customer, ends, reason=REASON),
        Act("accounts.resume_contract", "cs", "account.resume_contract", customer, goes_on, reason=REASON),
    ]


def further_acts(world: World) -> list[Act]:
    """Privileges behind endpoints that others use for what is their own."""
    return [act for walk in WALKS for act in walk.further_acts(world)]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """One database: what is written does not depend on it."""
    return request.param


@pytest.fixture
def world(cast: Cast) -> World:
    with transaction():
        made = make_world(cast, WALKS)
        place = made.places["public"]
        db.session.refresh(place.reply, ["author"])
        accept_answer(place.topic, place.reply, cast.owner)
    process_pending()
    return made


def test_every_privileged_door_is_known(app: Flask, world: World) -> None:
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint != "static"
        if getattr(app.view_functions[rule.endpoint], ENTRANCE) not in ORDINARY
    }
    assert {act.endpoint for act in acts(world)} | ELSEWHERE | OWN == endpoints


def test_every_privileged_act_is_in_the_log(app: Flask, world: World) -> None:
    wrong = []
    for act in [*acts(world), *further_acts(world)]:
        with undone():
            status, found = press(app, world, act)
        if (world.cast.people()[act.by].id, act.action, act.reason) not in found:
            wrong.append(f"{act.endpoint}: {status}, {found}")
    assert not wrong, "\n".join(wrong)


def test_no_privileged_act_leaves_a_name_in_rows_that_are_never_changed(app: Flask, world: World) -> None:
    """Every act of this module, each with a reason that names somebody."""
    found = {}
    for act in [*acts(world), *further_acts(world)]:
        with undone():
            naming = {
                name: f"{value} 青木 陽子 owner@example.jp" for name, value in act.fields.items() if value == REASON
            }
            press(app, world, dataclasses.replace(act, fields={**act.fields, **naming}))
            found[act.endpoint] = list_named()
    assert {endpoint: named for endpoint, named in found.items() if named} == {}


@pytest.mark.parametrize("kind", SignalKind)
def test_no_act_leaves_a_name_in_the_ledger(cast: Cast, kind: SignalKind) -> None:
    key = f"{cast.owner.email} {cast.owner.display_name} {cast.owner.handle}"
    with transaction():
        act = record_signal(kind, cast.owner, subject=("mailing", 1), by=cast.third, source="csv", source_key=key)
        reverse(act)
        reinstate(act)
        moved = memberships.plan_transfer(cast.owner, cast.b, today())
        reassignment.carry_out(moved, by=cast.cs, reason="青木 陽子の異動")
    process_pending()
    assert list_named() == []


def filled(form: Form) -> Iterator[tuple[str, str]]:
    """As a browser would send it untouched."""
    for name, known in form.fields.items():
        if known.kind == "select":
            yield name, known.value or known.options[0]
        elif known.value or known.kind not in {"radio", "checkbox", "button"}:
            yield name, known.value


def press(app: Flask, world: World, act: Act) -> tuple[int, list[tuple[object, ...]]]:
    """Send the form as somebody who may; answer what the log holds since."""
    client = client_of(app, world.cast.people()[act.by])
    with app.test_request_context():
        address = url_for(act.endpoint, **act.values)
        page = url_for(act.shown_on, **act.values) if act.shown_on else address
    shown = client.get(page)
    forms = list_forms(parse(shown.text), page) if shown.status_code == 200 else []
    form = next((form for form in forms if form.action == address), None)
    held = dict(filled(form)) if form else {}
    before = db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
    status = client.post(address, data={**held, **act.fields}).status_code
    said = sa.select(AuditEntry).where(AuditEntry.id > before)
    return status, [(entry.actor_id, entry.action, entry.reason) for entry in db.session.scalars(said)]
