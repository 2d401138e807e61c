"""The list of accounts: whom to call today, the matrix, and the table behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import staff_only
from blueprints.health import filters, reasons, words
from blueprints.health.account_table import table_rows
from blueprints.health.bp import bp
from blueprints.health.figures import figure, signed
from blueprints.health.filters import AccountListParams, Sort
from blueprints.health.matrix import scatters
from blueprints.health.overview import MOST_MARKS, ROWS_A_PAGE, Overview, overview
from community.accounts import rules
from community.health import listing, policies
from community.health.groups import QUADRANTS
from community.health.list_choices import list_choices
from community.health.situations import today

AROUND = 2
"""Page numbers shown on either side of this page's."""

DESCENDING_FIRST = {Sort.ALERTS}
"""Heads whose first press shows the highest first: the most urgent."""

CALLS_BESIDE = 12
"""Companies listed beside the matrix, as long as it is high; the others stand in the table."""


@bp.get("/accounts")
@staff_only(rules.can_see_scores)
def list_accounts() -> ResponseReturnValue:
    """Show customers by behavior and momentum, or in a table."""
    asked = filters.parse_params(request.args)
    day = today()
    policy = policies.policy_in_force(day)
    rows = listing.list_accounts(asked.chosen, day, sort=asked.sort, descending=asked.descending)
    seen = overview(rows, asked, day)
    is_table = asked.as_table or seen.is_crowded
    is_drawn = seen.has_marks and not is_table
    listed = seen.asked[(asked.page - 1) * ROWS_A_PAGE : asked.page * ROWS_A_PAGE]
    return render_template(
        "health/accounts.html",
        asked=asked,
        seen=seen,
        is_table=is_table,
        policy=policy,
        charts=scatters(seen.placed, asked.group, day) if is_drawn else [],
        selects=_selects(asked),
        columns=_columns(asked) if is_table else [],
        rows=table_rows(listed, day) if is_table else [],
        listed=listed,
        pages=_page_numbers(asked, seen),
        last_page=seen.last_page,
        calls_beside=CALLS_BESIDE,
        most_marks=MOST_MARKS,
        quadrants=QUADRANTS,
        words=words,
        reasons=reasons,
        figure=figure,
        signed=signed,
        today=day,
    )


def _selects(asked: AccountListParams) -> list[tuple[str, str, list[tuple[Any, str]], Any]]:
    """Return the filters: name, label, choices, the chosen value."""
    chosen, everything = asked.chosen, ("", _("すべて"))
    offered = list_choices()
    industries = [(industry, industry) for industry in offered.industries]
    renewals = [(n, _("%(n)s日以内", n=n)) for n in filters.RENEWAL_DAYS]
    return [
        ("csm", _("担当"), [everything, *offered.csms], chosen.csm_id),
        ("segment", _("セグメント"), [everything, *_named(words.SEGMENTS)], chosen.segment),
        ("stage", _("フェーズ"), [everything, *_named(words.STAGES)], chosen.stage),
        ("band", _("判定"), [everything, *_named(words.BANDS)], chosen.band),
        ("industry", _("業種"), [everything, *industries], chosen.industry),
        ("renewal", _("更新まで"), [everything, *renewals], chosen.renews_within),
    ]


def _named(names: Mapping[Any, Any]) -> list[tuple[str, str]]:
    return [(str(value), str(name)) for value, name in names.items()]


def _columns(asked: AccountListParams) -> list[dict[str, Any]]:
    """Return the table's column heads: the kind of cell, and the links that sort; what rings stands under the name."""
    heads: Sequence[tuple[str, list[tuple[Sort, str]]]] = (
        ("", [(Sort.NAME, _("会社")), (Sort.ALERTS, _("知らせ"))]),
        ("n", [(Sort.BEHAVIOR, _("行動力"))]),
        ("n", [(Sort.CHANGE, _("30日の変化"))]),
        ("", []),
        ("n", [(Sort.MOMENTUM, _("勢い"))]),
        ("n", [(Sort.ACTIVE, _("活動中の人（90日）"))]),
        ("n", [(Sort.RENEWAL, _("契約更新"))]),
        ("", [(Sort.SEGMENT, _("セグメント"))]),
        ("", [(Sort.STAGE, _("フェーズ"))]),
    )
    return [{"kind": kind, "links": [_head(asked, sort, label) for sort, label in links]} for kind, links in heads]


def _head(asked: AccountListParams, sort: Sort, label: str) -> dict[str, Any]:
    """Return the link of a head: sorted by it already, it turns the order around."""
    is_descending = not asked.descending if asked.sort is sort else sort in DESCENDING_FIRST
    return {
        "label": label,
        "href": asked.link(sort=sort, order="desc" if is_descending else None),
        "sorted": ("descending" if asked.descending else "ascending") if asked.sort is sort else None,
    }


def _page_numbers(asked: AccountListParams, seen: Overview) -> list[dict[str, Any] | None]:
    """Return the page numbers under a long table; empty if everything is on one page."""
    last = seen.last_page
    shown = [n for n in range(1, last + 1) if n in {1, last} or abs(n - asked.page) <= AROUND]
    pages: list[dict[str, Any] | None] = []
    for before, n in zip([0, *shown], shown, strict=False):
        if n - before > 1:
            pages.append(None)
        pages.append({"label": str(n), "href": asked.link(page=n), "current": n == asked.page})
    return pages if last > 1 else []
