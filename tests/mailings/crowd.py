"""Hundreds of people who follow a topic and want each reply at once, at any hour."""

from datetime import date, timedelta

import sqlalchemy as sa

from models.accounts import Member, Membership
from models.base import now
from models.mail import Delivery, MailChoice, MailRhythm
from models.notifications import Watch


def add_crowd(connection: sa.Connection, topic_id: int, account_id: int, number: int) -> None:
    """Straight into the tables; their addresses are crowd0@…, crowd1@… and so on."""
    came = now() - timedelta(days=30)
    handles = [f"crowd{n}" for n in range(number)]
    people = [
        {"email": f"{h}@example.jp", "handle": h, "family_name": h, "given_name": "", "family_reading": "",
         "given_reading": "", "headline": "", "bio": "", "session_version": 1, "locale": "ja",
         "time_zone": "Asia/Tokyo", "created_at": came}
        for h in handles
    ]  # fmt: skip
    connection.execute(sa.insert(Member), people)
    ids = connection.scalars(sa.select(Member.id).where(Member.handle.in_(handles))).all()
    joined = {"account_id": account_id, "from_day": date(2020, 1, 1), "is_company_admin": False}
    place = {"subject_kind": "topic", "subject_id": topic_id, "since": came}
    chosen = {"kind": "reply", "delivery": Delivery.AT_ONCE}
    connection.execute(sa.insert(Membership), [{"member_id": i, **joined} for i in ids])
    connection.execute(sa.insert(Watch), [{"member_id": i, **place} for i in ids])
    connection.execute(sa.insert(MailChoice), [{"member_id": i, **chosen} for i in ids])
    connection.execute(sa.insert(MailRhythm), [{"member_id": i, "at_any_hour": True} for i in ids])
