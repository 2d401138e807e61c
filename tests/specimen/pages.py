"""What the specimen hands over on floor 2. A real room has this in blueprints/<room>/room.py."""

import json
from collections.abc import Iterator, Mapping, Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l

from blueprints.room import RoomPages
from blueprints.room_parts import (
    CompanySection,
    DataExport,
    ExportSummary,
    HomeCard,
    HomeRole,
    NavGroup,
    NavItem,
    PreparedAct,
    ProfileSection,
    Values,
    WelcomeAct,
)
from blueprints.search_parts import HitView, NextStep, SearchPart
from community.accounts.names import author_label
from community.accounts.rules import is_member
from community.room import Key
from community.search.marking import excerpt, mark
from community.search.queries import Hit
from community.search.words import Term
from models.accounts import Account, Member

from . import actions, queries
from .conversions import CONVERSIONS
from .room import LIST_SCOPE
from .views import bp


def _show_hits(hits: Sequence[Hit], terms: Sequence[Term], authors: Mapping[int, Member]) -> Mapping[Key, HitView]:
    return {
        (hit.kind, hit.thing_id): HitView(
            href=url_for("notes.show_note", note_id=hit.thing_id),
            title=mark(hit.title, terms),
            excerpt=excerpt(hit.body, terms),
            notes=[author_label(None, author) for id_, author in authors.items() if id_ == hit.author_id],
        )
        for hit in hits
    }


def _show_newest(member: Member | None) -> Values:
    del member
    notes = queries.list_notes()[:3]
    return {"notes": notes} if notes else None


def _show_of_person(viewer: Member, person: Member) -> Values:
    del viewer
    notes = queries.list_notes_of(person)
    return {"notes": notes} if notes else None


def _show_of_company(viewer: Member, account: Account) -> Values:
    del viewer
    notes = [note for note in queries.list_notes() if note.account_id == account.id]
    return {"notes": notes} if notes else None


def _list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    notes = queries.list_notes_of(member, with_hidden=True)
    yield "notes.json", json.dumps([{"title": each.title, "body": each.body} for each in notes]).encode()


def _prepare(member: Member, thing_id: int) -> PreparedAct:
    del thing_id
    return PreparedAct(
        lambda: actions.write_note(member, "はじめまして", "よろしくお願いします。"), "残しました。", "/notes"
    )


NOTE_PAGES = RoomPages(
    name="notes",
    blueprint=bp,
    search=SearchPart(
        kinds=("note",), show=_show_hits, after_miss=lambda: NextStep(url_for("notes.list_notes"), "覚え書きを見る")
    ),
    guest_scopes=lambda: {LIST_SCOPE},
    navigation=(
        NavItem(NavGroup.MAIN, 30, _l("覚え書き"), "notes.list_notes", "book", is_whole_blueprint=True),
        NavItem(NavGroup.ACT, 90, _l("覚え書きを書く"), "notes.write_note", "plus", is_member),
    ),
    returns_after_sign_in=True,
    conversions=CONVERSIONS,
    home_cards=(HomeCard(tuple(HomeRole), 30, "notes/_card.html", _show_newest),),
    pulse=lambda: f"覚え書き{len(queries.list_notes())}枚",
    welcome_acts=(WelcomeAct("note", 5, "notes/_offer.html", lambda _member: {}, _prepare),),
    profile_sections=(ProfileSection(30, "notes/_section.html", _show_of_person),),
    company_sections=(CompanySection(30, "notes/_section.html", _show_of_company),),
    export=DataExport(
        _list_files,
        lambda member: ExportSummary([f"覚え書き {len(queries.list_notes_of(member))}枚"]),
        ("notes.json",),
    ),
)
