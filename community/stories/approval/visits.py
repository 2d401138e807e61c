"""Browsers that have opened a request's link: the code that is mailed for each, and whether it was typed in.

A link can be forwarded; what is confidential opens only in a browser whose person reads the approver's mail.
"""

import hmac
import re
import secrets
from datetime import timedelta
from enum import Enum, auto

import sqlalchemy as sa

from community.signin.tokens import fingerprint, make_token
from community.text.ascii import fold_ascii
from models.base import db, now
from models.stories import StoryApproval, StoryVisit

from . import approval_mails

CODE_LIFE = timedelta(minutes=10)
TRIES = 5
# A working day: the page may lie open over a meeting. The link itself holds for longer, with another code.
VISIT_LIFE = timedelta(hours=12)
# Everybody who has the link can ask for codes: so many for one request, which gives 50 guesses at a million a day, and
# no more mails than that to somebody who asked for none.
CODES = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
_CODE = re.compile(r"[0-9]{6}")
_BETWEEN = re.compile(r"[\s-]")


class TooManyCodesError(Exception):
    """So many codes were mailed for the request that there are no more for a while. `wait`: until then."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Typed(Enum):
    """What became of a code that was typed."""

    RIGHT = auto()
    WRONG = auto()
    VOID = auto()  # too old, tried too often, or of another browser: another one must be mailed


def send_code(approval: StoryApproval) -> str:
    """Mail the approver a code for one browser, and return the key by which that browser is known.

    Raise TooManyCodesError.
    """
    db.session.scalar(sa.select(StoryApproval.id).where(StoryApproval.id == approval.id).with_for_update())
    at = now()
    for within, most in CODES:
        since = sa.select(StoryVisit.created_at).where(
            StoryVisit.approval_id == approval.id, StoryVisit.created_at > at - within
        )
        sent = db.session.scalars(since.order_by(StoryVisit.created_at)).all()
        if len(sent) >= most:
            raise TooManyCodesError(sent[-most] + within - at)
    key, code = make_token(), f"{secrets.randbelow(10**6):06d}"
    visit = StoryVisit(
        approval_id=approval.id,
        key_hash=fingerprint(key),
        code_hash=_hash_code(key, code),
        code_until=at + CODE_LIFE,
        created_at=at,
    )
    db.session.add(visit)
    db.session.flush()
    approval_mails.mail_code(approval, code, visit.key_hash, visit.code_until)
    return key


def check_code(approval: StoryApproval, key: str, typed: str) -> Typed:
    """Count a try at the browser's code, open the request in that browser if it is right, and return what it was.

    The try is counted before it is judged, in one statement: of a hundred at once five count.
    """
    at = now()
    counted = db.session.execute(
        sa.update(StoryVisit)
        .where(
            StoryVisit.key_hash == fingerprint(key),
            StoryVisit.approval_id == approval.id,
            StoryVisit.confirmed_at.is_(None),
            StoryVisit.code_until > at,
            StoryVisit.tries < TRIES,
        )
        .values(tries=StoryVisit.tries + 1)
        .returning(StoryVisit.id, StoryVisit.code_hash, StoryVisit.tries)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        return Typed.VOID
    code = _BETWEEN.sub("", fold_ascii(typed))
    is_right = bool(_CODE.fullmatch(code)) and hmac.compare_digest(counted.code_hash, _hash_code(key, code))
    if not is_right:
        return Typed.WRONG if counted.tries < TRIES else Typed.VOID
    confirmed = sa.update(StoryVisit).where(StoryVisit.id == counted.id).values(confirmed_at=at)
    db.session.execute(confirmed.execution_options(synchronize_session=False))
    if approval.opened_at is None:
        approval.opened_at = at
    return Typed.RIGHT


def is_open_in(approval: StoryApproval, key: str) -> bool:
    """Return whether the request's code was typed in the browser with this key, not longer than a working day ago."""
    visit = _find_visit(approval, key)
    return visit is not None and visit.confirmed_at is not None and now() < visit.confirmed_at + VISIT_LIFE


def is_awaiting_code(approval: StoryApproval, key: str) -> bool:
    """Return whether a code was mailed for the browser with this key that can still be typed in."""
    visit = _find_visit(approval, key)
    return visit is not None and visit.confirmed_at is None and visit.tries < TRIES and now() < visit.code_until


def forget_old() -> None:
    """Delete the visits that open nothing any more and count no more."""
    gone = sa.delete(StoryVisit).where(StoryVisit.created_at < now() - timedelta(days=2))
    db.session.execute(gone.execution_options(synchronize_session=False))


def _find_visit(approval: StoryApproval, key: str) -> StoryVisit | None:
    chosen = sa.select(StoryVisit).where(StoryVisit.key_hash == fingerprint(key), StoryVisit.approval_id == approval.id)
    return db.session.scalar(chosen.execution_options(populate_existing=True)) if key else None


def _hash_code(key: str, code: str) -> str:
    """Return the code's hash. The key, which only the browser has, keeps the million codes from being tried out."""
    return fingerprint(f"{key} {code}")
