"""The list of accounts as a file for a spreadsheet, with the same filters and in the same order."""

from collections.abc import Sequence

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import staff_only
from blueprints.health import filters, words
from blueprints.health.bp import bp
from blueprints.health.overview import overview
from blueprints.health.reasons import ALARMS
from community.accounts import rules
from community.health import listing
from community.health.listing import AccountRow
from community.health.situations import today
from community.prefectures import prefecture_name
from community.tables import Cell, Charset, CsvFile, to_csv

POINTS, RATIO = 1, 2
"""Digits of a score, as on the page, and of a momentum, one more so that low ones can be sorted."""


@bp.get("/accounts.csv")
@staff_only(rules.can_see_scores)
def export_accounts() -> ResponseReturnValue:
    """Send the table in UTF-8, or in cp932 if asked for; companies that cp932 cannot encode are listed first."""
    asked = filters.parse_params(request.args)
    day = today()
    rows = listing.list_accounts(asked.chosen, day, sort=asked.sort, descending=asked.descending)
    chosen = [each.row for each in overview(rows, asked, day).asked]
    charset = Charset.CP932 if request.args.get("encoding") == Charset.CP932 else Charset.UTF8
    file = to_csv(_csv_heading(), [_cells_of_company(row) for row in chosen], charset)
    if file.refused and not request.args.get("partial"):
        left = len(chosen) - len(file.refused)
        return render_template("health/refused_rows.html", asked=asked, refused=file.refused, left=left), 422
    return _download(file, f"accounts-{day.isoformat()}.csv")


def _download(file: CsvFile, name: str) -> Response:
    response = make_response(file.body)
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv_heading() -> list[str]:
    return [
        _("番号"),
        _("会社"),
        _("セグメント"),
        _("フェーズ"),
        _("業種"),
        _("都道府県"),
        _("プラン"),
        _("ライセンス数"),
        _("担当"),
        _("契約更新"),
        _("行動力"),
        _("判定"),
        _("30日の変化"),
        _("勢い"),
        _("活動中の人（90日）"),
        *(str(name) for name in ALARMS.values()),
        _("スコアの日"),
        _("点の決め方の版"),
    ]


def _cells_of_company(row: AccountRow) -> Sequence[Cell]:
    """Return the cells of one company; an unknown value is an empty cell, never 0."""
    account, score = row.account, row.score
    is_closed = rules.is_past(account.contract_ended_on, today())
    judged = score if score and score.behavior is not None else None
    return [
        account.id,
        account.name,
        words.segment_name(row.segment),
        words.stage_name(row.stage),
        account.industry,
        prefecture_name(account.prefecture),
        account.plan,
        account.licences,
        row.csm_name,
        account.renews_on,
        _rounded(row.behavior, POINTS),
        _("契約終了") if is_closed else str(words.BANDS[row.band]),
        _rounded(row.change, POINTS),
        _rounded(judged.momentum if judged else None, RATIO),
        judged.active_members if judged else None,
        *(_yes(alarm in row.alarms and not is_closed) if score else None for alarm in ALARMS),
        score.day if score else None,
        score.policy_version if score else None,
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _yes(ringing: bool) -> str:  # noqa: FBT001 -- a cell's value
    return _("はい") if ringing else _("いいえ")
