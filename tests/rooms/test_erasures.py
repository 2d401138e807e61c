"""Every column that can hold a person's words, name or number says what becomes of it when the person is erased."""

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

import models
from community.erasures import list_erasures
from community.room import Erasure, Room, Rooms, Treatment
from models.base import db

assert models

# Text that nobody types of themselves: words of ours, fingerprints, marks, and what a company is.
NOT_OF_A_PERSON = {
    "account": {"name", "reading", "kind", "plan", "industry"},
    "account_phase": {"segment", "stage"},
    "account_score": {"band", "band_reason"},
    "account_snapshot": {"segment", "stage", "band", "band_reason", "alarms"},
    "alarm_note": {"alarm"},
    "ask": {"kind", "subject_kind"},
    "audit_entry": {"action", "subject_kind", "text_hash"},
    "audit_text": {"salt"},
    "category": {"slug", "name", "name_en", "description", "readers", "posters", "segments", "stages"},
    "company_link": {"token_hash"},
    "daily_count": {"kind"},
    "draft": {"place", "form_key", "kind", "seen"},
    "invitation": {"token_hash"},
    "join_request": {"token_hash"},
    "known_device": {"token_hash", "browser", "system"},
    "mail": {"message_id", "kind"},
    "mail_bounce": {"status"},
    "mail_choice": {"kind", "delivery"},
    "mail_domain": {"domain"},
    "notice": {"kind", "thing_kind"},
    "notification_mail": {"kind", "obstacle"},
    "member": {"staff_role", "locale", "time_zone"},
    "mention": {"subject_kind"},
    "notification": {"kind", "subject_kind", "parent_kind"},
    "notification_kind_period": {"kind"},
    "policy": {"document", "sha256"},
    "post": {"form_key"},
    "projection": {"name"},
    "projection_lease": {"holder"},
    "public_version": {"scope", "version"},
    "reaction": {"kind"},
    "recovery_code": {"code_hash"},
    "removal": {"item_kind", "reason"},
    "search_audience": {"audience", "token"},
    "search_document": {"kind", "audience", "state"},
    "sign_in": {"key", "browser", "system"},
    "signal": {"kind", "subject_kind", "parent_kind", "cause", "source"},
    "source_key": {"source"},
    "story": {"state", "origin_kind", "draft_key"},
    "story_approval": {"token_hash", "answer"},
    "story_approver": {"role"},
    "story_comment": {"audience", "part", "form_key"},
    "story_consent": {"content_hash", "use", "decision"},
    "story_figure": {"counting", "evidence_key"},
    "story_part": {"name", "saved_key"},
    "story_placement": {"use", "kind", "place_kind"},
    "story_step": {"state"},
    "story_tag": {"kind", "slug", "name", "name_en"},
    "story_version": {"content_hash"},
    "story_visit": {"key_hash", "code_hash"},
    "stored_file": {"key", "subject_kind", "media_type", "kind"},
    "stuck_signal": {"projection"},
    "terms_version": {"kind", "body_ja", "body_en"},
    "topic": {"kind"},
    "watch": {"subject_kind"},
}
# Numbers of people that the database does not know as such.
NUMBERS_OF_PEOPLE = {
    ("signal", "by_id"),
    ("audit_entry", "actor_id"),
    ("audit_entry", "subject_id"),
    ("search_document", "author_id"),
}


def is_text(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary) or column.name == "lexemes"


def list_personal() -> set[tuple[str, str]]:
    found = set(NUMBERS_OF_PEOPLE)
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            is_person = any(key.target_fullname == "member.id" for key in column.foreign_keys)
            is_words = is_text(column) and column.name not in NOT_OF_A_PERSON.get(table.name, ())
            if is_person or is_words:
                found.add((table.name, column.name))
    return found


def test_every_place_is_named_exactly_once(app: Flask) -> None:
    assert app.extensions["rooms"]
    named = Counter((erasure.table, column) for erasure in list_erasures() for column in erasure.columns)
    assert list_personal() - named.keys() == set()
    assert named.keys() - list_personal() == set()
    assert [place for place, times in named.items() if times > 1] == []


def test_what_is_said_not_to_be_of_a_person_is_there() -> None:
    tables = db.metadata.tables
    missing = {
        (name, column)
        for name, columns in NOT_OF_A_PERSON.items()
        for column in columns
        if name not in tables or column not in tables[name].columns
    }
    assert missing == set()


def test_a_room_adds_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    note = Erasure("note", ("words",), Treatment.DELETE)
    rooms: Rooms = app.extensions["rooms"]
    monkeypatch.setitem(app.extensions, "rooms", Rooms((*rooms.rooms, Room("notes", erasures=(note,)))))
    assert list_erasures()[-1] == note
