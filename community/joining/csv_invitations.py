"""Invitations from a CSV file: it is read as it comes from Excel, judged row by row, and its people are invited."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from community import audit, table_files
from community.accounts import names, queries
from community.accounts.mail_addresses import is_address, tidy_address
from community.accounts.rules import belongs_to
from community.files.kinds import Kind
from community.joining import csv_columns, invitations
from community.joining import rules as joining_rules
from community.table_files import BrokenQuotesError, Cells, Encoding, NotATableError, Table, UnknownEncodingError
from community.tables import may_be_formula
from models.accounts import Account, Invitation, Member
from models.address_keys import address_key
from models.base import db, now

MAX_BYTES = 256 * 1024
# All letters are written in one transaction; three hundred take some seconds.
MAX_ROWS = 300
# As wide as the columns of models/accounts.py.
NAME_MAX = 64


class BadFile(StrEnum):
    """Why nothing can be done with a file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_TABLE = "not_a_table"
    UNREADABLE = "unreadable"
    BROKEN = "broken"
    NO_HEADING = "no_heading"
    NO_EMAIL_COLUMN = "no_email_column"
    TOO_MANY_ROWS = "too_many_rows"


class BadFileError(Exception):
    """The file as a whole cannot be used; rows of a good file have reasons of their own.

    What is known of it by then: its kind, where it is no table; the separator and the first line as they were read; the
    line where it breaks.
    """

    def __init__(
        self, why: BadFile, *, kind: Kind | None = None, separator: str = "", first_line: str = "", line: int = 0
    ) -> None:
        super().__init__(why)
        self.why = why
        self.kind = kind
        self.separator = separator
        self.first_line = first_line
        self.line = line


class Reason(StrEnum):
    """Why a row is left out."""

    NO_EMAIL = "no_email"
    BAD_EMAIL = "bad_email"
    LONG_NAME = "long_name"
    TWICE = "twice"
    TWICE_ALIKE = "twice_alike"
    MEMBER = "member"
    ALIKE = "alike"
    INVITED = "invited"
    ELSEWHERE = "elsewhere"
    STRANGE_DOMAIN = "strange_domain"


@dataclass(frozen=True)
class Row:
    """A person's row. `line`: where it begins in the file, as an editor counts."""

    line: int
    email: str
    family_name: str
    given_name: str
    cells: Cells


@dataclass(frozen=True)
class CsvInvitations:
    """The contents of a file: the heading, the rows below it, and the separator."""

    heading: Cells
    rows: tuple[Row, ...]
    separator: str


@dataclass(frozen=True)
class JudgedRow:
    """A row, and why it is left out; None: its person will be invited.

    `known`: the member whose address differs from the row's only in how it is written, if the reader may know.
    """

    row: Row
    reason: Reason | None
    known: Member | None = None


# --- reading


def recognise_encoding(content: bytes) -> Encoding:
    """Return the encoding of the file.

    Raises BadFileError if the file is too large, no table, or in no known encoding.
    """
    if len(content) > MAX_BYTES:
        raise BadFileError(BadFile.TOO_LARGE)
    try:
        return table_files.find_encoding(content)
    except NotATableError as error:
        raise BadFileError(BadFile.NOT_A_TABLE, kind=error.kind) from error
    except UnknownEncodingError as error:
        raise BadFileError(BadFile.UNREADABLE) from error


def decode_file(content: bytes, encoding: Encoding | None = None) -> str:
    """Return the text of the file. Raises BadFileError.

    `encoding` None: the recognised one.
    """
    recognised = recognise_encoding(content)
    try:
        return table_files.decode(content, encoding or recognised)
    except UnknownEncodingError as error:
        raise BadFileError(BadFile.UNREADABLE) from error


def parse_csv(content: str) -> CsvInvitations:
    """Return the heading and the rows below it, without blank ones and remarks (`#`). Raises BadFileError."""
    try:
        table = _read_table(content)
    except BrokenQuotesError as error:
        raise BadFileError(BadFile.BROKEN, line=error.line) from error
    if not table.lines:
        raise BadFileError(BadFile.EMPTY)
    if table.heading is None:
        has_people = any(is_address(tidy_address(cell)) for cell in table.lines[0][1])
        why = BadFile.NO_HEADING if has_people else BadFile.NO_EMAIL_COLUMN
        raise BadFileError(why, separator=table.separator, first_line=table_files.first_line(content))
    columns = csv_columns.find_columns(table.heading)
    rows = tuple(
        _parse_row(line, cells, columns) for line, cells in table.lines[1:] if not csv_columns.is_remark(cells)
    )
    if not rows:
        raise BadFileError(BadFile.EMPTY)
    if len(rows) > MAX_ROWS:
        raise BadFileError(BadFile.TOO_MANY_ROWS)
    return CsvInvitations(_trim_heading(table.heading), rows, table.separator)


def _read_table(content: str) -> Table:
    table = table_files.read_table(content, csv_columns.is_heading)
    return table if table.heading else table_files.read_table(content, csv_columns.is_loose_heading)


def _trim_heading(cells: Cells) -> Cells:
    """Return the heading without the nameless columns that a spreadsheet leaves at the end."""
    last = max(number for number, cell in enumerate(cells) if cell.strip())
    return cells[: last + 1]


def _parse_row(line: int, cells: Cells, columns: dict[str, list[int]]) -> Row:
    def cell(column: str) -> str:
        held = (_strip_apostrophe(cells[number]) for number in columns.get(column, ()) if number < len(cells))
        return next((text for text in held if text.strip()), "")

    family, _, given = names.clean_line(unicodedata.normalize("NFKC", cell("name"))).partition(" ")
    return Row(
        line=line,
        email=tidy_address(cell("email")),
        family_name=names.clean_line(cell("family_name")) or family,
        given_name=names.clean_line(cell("given_name")) or given,
        cells=cells,
    )


def _strip_apostrophe(cell: str) -> str:
    """Return the cell without the apostrophe by which our own files keep a spreadsheet from calculating."""
    return cell[1:] if cell.startswith("'") and may_be_formula(cell[1:]) else cell


# --- judging


def judge_rows(
    sheet: CsvInvitations,
    account: Account,
    *,
    strangers: bool,
    sees_members: bool = False,
    second_account_reason: str = "",
) -> list[JudgedRow]:
    """Return each row with the reason for leaving it out, if there is one. Four queries, whatever the length.

    `strangers`: also invite addresses outside the company's mail domains, where it has any. People of other companies
    are invited like anybody else, so that the result says nothing of them. Only who `sees_members` is told who has
    another form of an address; with a reason they are let in.
    """
    emails = {row.email for row in sheet.rows}
    owners = queries.list_owners_of_domains({email.rpartition("@")[2] for email in emails})
    ours_only = not strangers and bool(queries.list_mail_domains(account.id))
    members, invited = _find_members(emails), _find_invited_emails(emails, account)
    seen: set[str] = set()
    seen_keys: set[str] = set()

    def judge(row: Row) -> JudgedRow:
        key = address_key(row.email)
        same_person = members.get(key, [])
        exact = [member for member in same_person if member.email == row.email]
        known = same_person[0] if sees_members and same_person and not exact else None
        here = any(belongs_to(member, account) for member in (exact if sees_members else same_person))
        owner = owners.get(row.email.rpartition("@")[2])
        checks = (
            (not row.email, Reason.NO_EMAIL),
            (not is_address(row.email), Reason.BAD_EMAIL),
            (max(len(row.family_name), len(row.given_name)) > NAME_MAX, Reason.LONG_NAME),
            (row.email in seen, Reason.TWICE),
            (key in seen_keys, Reason.TWICE_ALIKE),
            (here, Reason.MEMBER),
            (known is not None and not second_account_reason, Reason.ALIKE),
            (row.email in invited, Reason.INVITED),
            (owner is not None and owner.id != account.id, Reason.ELSEWHERE),
            (owner is None and ours_only, Reason.STRANGE_DOMAIN),
        )
        seen.add(row.email)
        seen_keys.add(key)
        return JudgedRow(row, next((why for holds, why in checks if holds), None), known)

    return [judge(row) for row in sheet.rows]


def _find_members(emails: set[str]) -> dict[str, list[Member]]:
    """Return by key the members who have one of these addresses or another form of one; first accounts first."""
    keys = {address_key(email) for email in emails}
    chosen = sa.select(Member).where(Member.address_key.in_(keys))
    found: dict[str, list[Member]] = {}
    for member in db.session.scalars(chosen.order_by(Member.is_second_account, Member.id)):
        found.setdefault(member.address_key, []).append(member)
    return found


def _find_invited_emails(emails: set[str], account: Account) -> set[str]:
    unanswered = sa.select(Invitation).where(
        Invitation.email.in_(emails),
        Invitation.account_id == account.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    return {each.email for each in db.session.scalars(unanswered) if joining_rules.is_open(each)}


# --- inviting


def invite_all(
    sheet: CsvInvitations, account: Account, by: Member, *, strangers: bool, second_account_reason: str = ""
) -> int:
    """Invite everybody who is not left out, all or nothing. Return how many were invited.

    The company is locked: two people with the same file follow one another, and the second finds nobody left to invite.
    """
    queries.get_account_to_change(account.id)
    is_staff = joining_rules.can_invite_anybody(by)
    why = second_account_reason if is_staff else ""
    judged = judge_rows(sheet, account, strangers=strangers, sees_members=is_staff, second_account_reason=why)
    chosen = [each.row for each in judged if each.reason is None]
    for row in chosen:
        invitations.invite(
            row.email,
            account,
            by,
            family_name=row.family_name,
            given_name=row.given_name,
            second_account_reason=why,
        )
    if chosen:
        after = {"account_id": account.id, "rows": len(sheet.rows), "invited": len(chosen), "strangers": strangers}
        audit.record(by.id, "invitation.import", "account", account.id, after=after)
    return len(chosen)
