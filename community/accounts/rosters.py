"""A company's people from a CSV file: read as it comes from Excel, judged row by row, invited."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from community import audit, text
from community.accounts import invitations, names, queries
from community.tables import FORMULA_STARTS
from models.accounts import Account, Invitation, Member, Membership, covers_today
from models.base import db, now

MAX_BYTES = 256 * 1024
# All letters are written in one transaction; three hundred take some seconds.
MAX_ROWS = 300
# As wide as the columns of models/accounts.py.
EMAIL_MAX, NAME_MAX = 254, 64

# What people call these columns, folded and without what joins words.
_COLUMNS = {
    "email": {"メールアドレス", "メール", "eメール", "email", "mail", "emailaddress", "mailaddress", "アドレス"},
    "family_name": {"姓", "苗字", "familyname", "lastname", "surname"},
    "given_name": {"名", "givenname", "firstname"},
    "name": {"氏名", "名前", "お名前", "name", "fullname"},
}
_JOINING_SIGNS = str.maketrans("", "", " _-")


class BadFile(StrEnum):
    """Why nothing can be done with a file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    BROKEN = "broken"
    NO_EMAIL_COLUMN = "no_email_column"
    TOO_MANY_ROWS = "too_many_rows"


class BadFileError(Exception):
    """The file as a whole; rows of a good file have reasons of their own."""

    def __init__(self, why: BadFile) -> None:
        super().__init__(why)
        self.why = why


class Reason(StrEnum):
    """Why a row is left out."""

    NO_EMAIL = "no_email"
    BAD_EMAIL = "bad_email"
    LONG_NAME = "long_name"
    TWICE = "twice"
    MEMBER = "member"
    INVITED = "invited"
    ELSEWHERE = "elsewhere"
    STRANGE_DOMAIN = "strange_domain"


@dataclass(frozen=True)
class Row:
    """`line`: where it begins in the file, as an editor counts."""

    line: int
    email: str
    family_name: str
    given_name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    heading: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Judged:
    """A row, and why it is left out; None: its person will be invited."""

    row: Row
    reason: Reason | None


# --- reading


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark, or cp932. Raises BadFileError."""
    if len(content) > MAX_BYTES:
        raise BadFileError(BadFile.TOO_LARGE)
    for charset in ("utf-8-sig", "cp932"):
        try:
            found = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if "\0" in found:  # UTF-16, or no text at all
            break
        return found
    raise BadFileError(BadFile.UNREADABLE)


def read(content: str) -> Roster:
    """The rows below the heading; empty ones are skipped. Raises BadFileError."""
    try:
        lines = list(_lines(content))
    except csv.Error as error:
        raise BadFileError(BadFile.BROKEN) from error
    if not lines:
        raise BadFileError(BadFile.EMPTY)
    heading = lines[0][1]
    columns = _find_columns(heading)
    if "email" not in columns:
        raise BadFileError(BadFile.NO_EMAIL_COLUMN)
    if len(lines) == 1:
        raise BadFileError(BadFile.EMPTY)
    if len(lines) - 1 > MAX_ROWS:
        raise BadFileError(BadFile.TOO_MANY_ROWS)
    return Roster(heading, tuple(_row(line, cells, columns) for line, cells in lines[1:]))


def _lines(content: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(StringIO(content, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, tuple(cells)
        begins = reader.line_num + 1


def _find_columns(heading: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, title in enumerate(heading):
        plain = text.fold(title).translate(_JOINING_SIGNS)
        for column, titles in _COLUMNS.items():
            if plain in titles:
                found.setdefault(column, number)
    return found


def _row(line: int, cells: tuple[str, ...], columns: dict[str, int]) -> Row:
    def cell(column: str) -> str:
        number = columns.get(column, len(cells))
        return _bare(cells[number]) if number < len(cells) else ""

    family, _, given = names.clean_line(unicodedata.normalize("NFKC", cell("name"))).partition(" ")
    return Row(
        line=line,
        email=unicodedata.normalize("NFKC", cell("email")).strip().lower(),
        family_name=names.clean_line(cell("family_name")) or family,
        given_name=names.clean_line(cell("given_name")) or given,
        cells=cells,
    )


def _bare(cell: str) -> str:
    """Without the apostrophe by which our own files keep a spreadsheet from calculating."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


# --- judging


def judge(roster: Roster, account: Account, *, strangers: bool) -> list[Judged]:
    """Row by row. `strangers`: also addresses outside the company's mail domains, where it has any.

    Says nothing of people of other companies: they are invited like anybody else. Four queries, whatever the length.
    """
    emails = {row.email for row in roster.rows}
    owners = queries.list_owners_of_domains({email.rpartition("@")[2] for email in emails})
    ours_only = not strangers and bool(queries.list_mail_domains(account.id))
    members, invited = _members(emails, account), _invited(emails, account)
    seen: set[str] = set()

    def reason(row: Row) -> Reason | None:
        owner = owners.get(row.email.rpartition("@")[2])
        checks = (
            (not row.email, Reason.NO_EMAIL),
            (not _is_email(row.email), Reason.BAD_EMAIL),
            (max(len(row.family_name), len(row.given_name)) > NAME_MAX, Reason.LONG_NAME),
            (row.email in seen, Reason.TWICE),
            (row.email in members, Reason.MEMBER),
            (row.email in invited, Reason.INVITED),
            (owner is not None and owner.id != account.id, Reason.ELSEWHERE),
            (owner is None and ours_only, Reason.STRANGE_DOMAIN),
        )
        seen.add(row.email)
        return next((why for holds, why in checks if holds), None)

    return [Judged(row, reason(row)) for row in roster.rows]


def _is_email(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return len(email) <= EMAIL_MAX


def _members(emails: set[str], account: Account) -> set[str]:
    here = (
        sa.select(Member.email)
        .join(Membership, Membership.member_id == Member.id)
        .where(Member.email.in_(emails), Membership.account_id == account.id, covers_today())
    )
    return set(db.session.scalars(here))


def _invited(emails: set[str], account: Account) -> set[str]:
    still_open = sa.select(Invitation.email).where(
        Invitation.email.in_(emails),
        Invitation.account_id == account.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    return set(db.session.scalars(still_open))


# --- inviting


def invite_all(roster: Roster, account: Account, by: Member, *, strangers: bool) -> int:
    """Send a letter to everybody who has none yet, all or nothing; how many were sent.

    Two people with the same file follow one another, and the second finds nobody left to invite.
    """
    queries.get_account_to_change(account.id)
    chosen = [judged.row for judged in judge(roster, account, strangers=strangers) if judged.reason is None]
    for row in chosen:
        invitations.invite(row.email, account, by, family_name=row.family_name, given_name=row.given_name)
    if chosen:
        after = {"account_id": account.id, "rows": len(roster.rows), "invited": len(chosen), "strangers": strangers}
        audit.record(by.id, "invitation.import", "account", account.id, after=after)
    return len(chosen)
