"""Inviting many from a CSV file: a preview that writes nothing, then the same again, confirmed.

Between the two the file's text travels, signed, in the page: nothing of people who may not be invited is stored.
"""

import base64
from dataclasses import dataclass

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from itsdangerous import BadSignature

from blueprints import limits, reauthentication
from blueprints.access import signed_in_member, staff_only
from blueprints.joining.bp import bp
from blueprints.joining.forms import ENCODINGS, CsvInvitationsForm, SecondAccountsForm
from blueprints.throttling import requester
from community import table_files
from community.accounts import queries
from community.clock import PatientSerializer
from community.extensions import limiter
from community.files.kinds import Kind
from community.joining import csv_invitations
from community.joining import queries as joining_queries
from community.joining import rules as joining_rules
from community.joining.csv_invitations import (
    MAX_BYTES,
    MAX_ROWS,
    BadFile,
    BadFileError,
    CsvInvitations,
    JudgedRow,
    Reason,
)
from community.table_files import Encoding
from community.tables import Charset, CsvFile, to_csv
from models.accounts import Account, AccountKind, Member
from models.base import release, transaction

# Long enough to look at three hundred rows and ask a colleague.
PREVIEW_SECONDS = 60 * 60
KIB = 1024
GONE = 410

BAD_FILES: dict[BadFile, LazyString] = {
    BadFile.EMPTY: _l("ファイルに、招待する人の行がありません。1行目に見出し、2行目から1人ずつ書いてください。"),
    BadFile.TOO_LARGE: _l("ファイルが大きすぎます。%(n)sKBまでにしてください。", n=MAX_BYTES // KIB),
    BadFile.NOT_A_TABLE: _l("%(kind)sです。CSV（コンマ区切り）かタブ区切りのテキストとして保存しなおしてください。"),
    BadFile.UNREADABLE: _l("文字コードがわかりません。ExcelでCSV（UTF-8）として保存しなおしてください。"),
    BadFile.BROKEN: _l('CSVとして読めません。%(line)s行目から、引用符（"）の閉じ忘れがないかを確かめてください。'),
    BadFile.NO_HEADING: _l(
        "文字コードは%(encoding)s、区切りは%(separator)sとして読みました。見出しの行がなく、"
        "人の行から始まっています。1行目に「メールアドレス」などの見出しを足してください。読めた1行目：%(first_line)s"
    ),
    BadFile.NO_EMAIL_COLUMN: _l(
        "文字コードは%(encoding)s、区切りは%(separator)sとして読みましたが、「メールアドレス」か「email」という見出しがありません。"
        "読めた1行目：%(first_line)s"
    ),
    BadFile.TOO_MANY_ROWS: _l("一度に招待できるのは%(n)s人までです。ファイルを分けてください。", n=MAX_ROWS),
}
KINDS: dict[Kind, LazyString] = {
    Kind.EXCEL: _l("Excelなど表計算のファイル"),
    Kind.OLD_EXCEL: _l("古い形式のExcel（.xls）"),
    Kind.LOCKED_OFFICE: _l("パスワードの付いたOfficeのファイル"),
    **dict.fromkeys((Kind.WORD, Kind.OLD_WORD), _l("Wordなどの文書")),
    **dict.fromkeys((Kind.POWERPOINT, Kind.OLD_POWERPOINT), _l("PowerPointなどのスライド")),
    Kind.OLD_OFFICE: _l("Outlookなど、ほかのソフトのファイル"),
    Kind.PDF: _l("PDF"),
    **dict.fromkeys((Kind.ZIP, Kind.ARCHIVE), _l("ZIPなどの圧縮ファイル")),
    Kind.EXECUTABLE: _l("プログラム"),
    Kind.VIDEO: _l("動画か音声"),
}
A_PICTURE = _l("画像")
SEPARATORS = {
    ",": _l("コンマ"),
    "\t": _l("タブ"),
    ";": _l("セミコロン"),
    "|": _l("縦棒"),
    "，": _l("全角のコンマ"),
    "、": _l("読点"),
}
REASONS: dict[Reason, LazyString] = {
    Reason.NO_EMAIL: _l("メールアドレスがありません"),
    Reason.BAD_EMAIL: _l("メールアドレスの形になっていません"),
    Reason.LONG_NAME: _l("名前が長すぎます（姓・名それぞれ64文字まで）"),
    Reason.TWICE: _l("同じアドレスが上の行にあります"),
    Reason.TWICE_ALIKE: _l("上の行と、書き方が違うだけのアドレスです"),
    Reason.MEMBER: _l("もうメンバーです"),
    Reason.ALIKE: _l("もうメンバーのアドレスと、書き方が違うだけです"),
    Reason.INVITED: _l("招待状を送ってあり、返事を待っています"),
    Reason.ELSEWHERE: _l("別の会社のアドレスとして登録されています"),
    Reason.STRANGE_DOMAIN: _l("この会社のメールドメインではありません"),
}


@dataclass(frozen=True)
class Upload:
    """A previewed file, for which company, and how it was read."""

    account: Account
    strangers: bool
    content: bytes
    encoding: Encoding
    sheet: CsvInvitations


@bp.get("/invitations/csv")
@staff_only(joining_rules.can_invite)
def show_csv_invitations() -> ResponseReturnValue:
    return _render_upload_page(_make_csv_form(signed_in_member(), request.args.get("account", type=int)))


@bp.post("/invitations/csv")
@limiter.limit(limits.CSV_INVITATIONS_PER_MEMBER, key_func=requester)
@staff_only(joining_rules.can_invite)
def preview_csv_invitations() -> ResponseReturnValue:
    """Show what the file would do. Nothing is written."""
    member = signed_in_member()
    if request.form.get("upload"):
        return _preview_in_encoding(member)
    form = _make_csv_form(member)
    if not form.validate():
        return _render_upload_page(form), limits.REFUSED
    account = queries.get_account(form.account.data)
    if account is None or not joining_rules.can_invite_into(member, account):
        abort(403)
    content = form.file.data.read(MAX_BYTES + 1)
    return _render_preview(member, form, account, content, form.chosen_encoding)


def _preview_in_encoding(member: Member) -> ResponseReturnValue:
    """Preview the same file in another encoding, which the person has chosen."""
    before, chosen = _read_signed_upload(request.form.get("upload", ""), member), request.form.get("encoding", "")
    if before is None or chosen not in set(Encoding):
        return _refuse_outdated_preview(member)
    form = _make_csv_form(member, before.account.id)
    form.strangers.data = before.strangers
    return _render_preview(member, form, before.account, before.content, Encoding(chosen))


def _render_preview(
    member: Member, form: CsvInvitationsForm, account: Account, content: bytes, encoding: Encoding | None
) -> ResponseReturnValue:
    try:
        encoding = encoding or csv_invitations.recognise_encoding(content)
        sheet = csv_invitations.parse_csv(csv_invitations.decode_file(content, encoding))
    except BadFileError as error:
        form.file.errors = [_describe_bad_file(error, encoding)]
        return _render_upload_page(form), limits.REFUSED
    upload = Upload(account, bool(form.strangers.data), content, encoding, sheet)
    return _show_preview(upload, member, SecondAccountsForm(formdata=None))


def _show_preview(upload: Upload, member: Member, second_accounts: SecondAccountsForm) -> str:
    judged = _judge_rows(upload, member)
    refused = [each for each in judged if each.reason is not None]
    second_accounts.upload.data = _sign_upload(upload, member)
    return render_template(
        "joining/csv_invitations_preview.html",
        upload=upload,
        chosen=[each.row for each in judged if each.reason is None],
        refused=refused,
        reasons=REASONS,
        encodings=[(each.value, str(ENCODINGS[each])) for each in table_files.list_encodings(upload.content)],
        separator=SEPARATORS[upload.sheet.separator],
        is_ascii=upload.content.isascii(),
        signed=second_accounts.upload.data,
        second_accounts=second_accounts if any(each.reason == Reason.ALIKE for each in refused) else None,
        fits_cp932=not _write_refused_rows(upload, refused, Charset.CP932).refused,
    )


def _judge_rows(upload: Upload, member: Member) -> list[JudgedRow]:
    sees_members = joining_rules.can_invite_anybody(member)
    return csv_invitations.judge_rows(
        upload.sheet, upload.account, strangers=upload.strangers, sees_members=sees_members
    )


def _describe_bad_file(error: BadFileError, encoding: Encoding | None) -> str:
    """Return the sentence that says what was recognised in the file, and what is missing."""
    return str(BAD_FILES[error.why]) % {
        "kind": KINDS.get(error.kind, A_PICTURE) if error.kind else "",
        "line": error.line,
        "encoding": ENCODINGS[encoding] if encoding else "",
        "separator": SEPARATORS.get(error.separator, ""),
        "first_line": error.first_line,
    }


def _is_into_vendor() -> bool:
    """Return whether the people in the file will be the vendor's."""
    upload = _read_signed_upload(request.form.get("upload", ""), signed_in_member())
    return upload is not None and upload.account.kind == AccountKind.VENDOR


@bp.post("/invitations/csv/confirm")
@limiter.limit(limits.CSV_INVITATIONS_PER_MEMBER, key_func=requester)
@staff_only(joining_rules.can_invite)
@reauthentication.required(lambda: _("権限を持つ人を招待する"), "joining.show_csv_invitations", when=_is_into_vendor)
def confirm_csv_invitations() -> ResponseReturnValue:
    """Invite the people in the file; sent again, nobody is invited twice."""
    member = signed_in_member()
    upload = _read_signed_upload(request.form.get("upload", ""), member)
    if upload is None:
        return _refuse_outdated_preview(member)
    form = SecondAccountsForm()
    with_others = "second_account_reason" in request.form
    if with_others and not form.validate():
        return _show_preview(upload, member, form), limits.REFUSED
    reason = form.second_account_reason.data or "" if with_others else ""
    release()
    with transaction():
        sent = csv_invitations.invite_all(
            upload.sheet, upload.account, member, strangers=upload.strangers, second_account_reason=reason
        )
    flash(_("%(n)s人に招待状を送りました。", n=sent) if sent else _("新しく招待する人はいませんでした。"))
    return redirect(url_for(".list_invitations"))


@bp.post("/invitations/csv/refused")
@staff_only(joining_rules.can_invite)
def download_refused_rows() -> ResponseReturnValue:
    """Send the rows that are left out with their reasons, to be corrected and uploaded again."""
    member = signed_in_member()
    upload = _read_signed_upload(request.form.get("upload", ""), member)
    if upload is None:
        return _refuse_outdated_preview(member)
    judged = _judge_rows(upload, member)
    refused = [each for each in judged if each.reason is not None]
    file = _write_refused_rows(upload, refused, Charset.UTF8)
    if request.form.get("encoding") == Charset.CP932:
        narrow = _write_refused_rows(upload, refused, Charset.CP932)
        file = file if narrow.refused else narrow
    response = make_response(file.body)
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return response


def _write_refused_rows(upload: Upload, refused: list[JudgedRow], charset: Charset) -> CsvFile:
    """Return these rows as CSV, with line and reason before the original cells.

    If cp932 cannot hold the heading, the heading counts as a refused row.
    """
    heading = (_("行"), _("理由"), *upload.sheet.heading)
    rows = [(each.row.line, str(REASONS[each.reason]), *each.row.cells) for each in refused if each.reason is not None]
    try:
        return to_csv(heading, rows, charset)
    except UnicodeEncodeError:
        return to_csv((), [heading, *rows], charset)


def _refuse_outdated_preview(member: Member) -> ResponseReturnValue:
    form = _make_csv_form(member)
    form.form_errors.append(_("確認の画面が古くなりました。もう一度ファイルを選んでください。"))
    return _render_upload_page(form), GONE


def _make_csv_form(member: Member, account_id: int | None = None) -> CsvInvitationsForm:
    form = CsvInvitationsForm(account=account_id)
    form.offer(joining_queries.list_accounts_to_invite_into(member))
    return form


def _render_upload_page(form: CsvInvitationsForm) -> str:
    return render_template("joining/csv_invitations.html", form=form, most=MAX_ROWS)


def _sign_upload(upload: Upload, member: Member) -> str:
    content = base64.b85encode(upload.content).decode()
    return _upload_serializer().dumps([member.id, upload.account.id, upload.strangers, upload.encoding, content])


def _read_signed_upload(signed: str, member: Member) -> Upload | None:
    """Return the upload that this member has previewed; None if it is outdated or they may not invite any more."""
    try:
        member_id, account_id, strangers, encoding, coded = _upload_serializer().loads(signed, max_age=PREVIEW_SECONDS)
    except BadSignature:
        return None
    account = queries.get_account(account_id)
    if member_id != member.id or account is None or not joining_rules.can_invite_into(member, account):
        return None
    content, encoding = base64.b85decode(coded), Encoding(encoding)
    return Upload(
        account, strangers, content, encoding, csv_invitations.parse_csv(csv_invitations.decode_file(content, encoding))
    )


def _upload_serializer() -> PatientSerializer:
    return PatientSerializer(str(current_app.secret_key), salt="csv invitations")
