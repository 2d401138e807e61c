"""The list of accounts: whom to call today, the matrix, and the table behind it."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import staff_only
from blueprints.health import filters, reasons, words
from blueprints.health.bp import bp
from blueprints.health.figures import figure, signed
from blueprints.health.filters import AccountListParams, Sort
from blueprints.health.matrix import scatters
from blueprints.health.overview import ROWS_A_PAGE, Overview, overview
from community.accounts import rules
from community.health import listing, policies
from community.health.groups import QUADRANTS
from community.health.situations import today

AROUND = 2
"""Page numbers shown on either side of this page's."""


@bp.get("/accounts")
@staff_only(rules.can_see_scores)
def list_accounts() -> ResponseReturnValue:
    """Show customers by behavior and momentum, or in a table."""
    asked = filters.parse_params(request.args)
    day = today()
    policy = policies.policy_in_force(day)
    rows = listing.list_accounts(asked.chosen, day, sort=asked.sort, descending=asked.descending)
    seen = overview(rows, asked, day)
    is_drawn = seen.has_marks and not asked.as_table
    return render_template(
        "health/accounts.html",
        asked=asked,
        seen=seen,
        policy=policy,
        charts=scatters(seen.placed, asked.group, day) if is_drawn else [],
        selects=_selects(asked),
        columns=_columns(asked) if asked.as_table else [],
        listed=seen.asked[(asked.page - 1) * ROWS_A_PAGE : asked.page * ROWS_A_PAGE],
        pages=_page_numbers(asked, seen),
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
    csms = listing.list_csms()
    industries = [(industry, industry) for industry in listing.list_industries()]
    renewals = [(n, _("%(n)s日以内", n=n)) for n in filters.RENEWAL_DAYS]
    return [
        ("csm", _("担当"), [everything, *csms], chosen.csm_id),
        ("segment", _("セグメント"), [everything, *_named(words.SEGMENTS)], chosen.segment),
        ("stage", _("フェーズ"), [everything, *_named(words.STAGES)], chosen.stage),
        ("industry", _("業種"), [everything, *industries], chosen.industry),
        ("renewal", _("更新まで"), [everything, *renewals], chosen.renews_within),
    ]


def _named(names: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(value), str(name)) for value, name in names.items()]


def _columns(asked: AccountListParams) -> list[dict[str, Any]]:
    """Return the table's column heads.

    Each links to the list sorted by its column, reversed if it is sorted so already.
    """
    names: Sequence[tuple[Sort, str, bool]] = (
        (Sort.NAME, _("会社"), False),
        (Sort.SEGMENT, _("セグメント"), False),
        (Sort.STAGE, _("フェーズ"), False),
        (Sort.BEHAVIOR, _("行動力"), True),
        (Sort.CHANGE, _("30日の変化"), True),
        (Sort.MOMENTUM, _("勢い"), True),
        (Sort.ACTIVE, _("動いた人（90日）"), True),
        (Sort.ALERTS, _("知らせ"), False),
        (Sort.RENEWAL, _("契約更新"), True),
    )
    return [
        {
            "label": label,
            "is_number": is_number,
            "href": asked.link(sort=sort, order="desc" if asked.sort is sort and not asked.descending else None),
            "sorted": ("descending" if asked.descending else "ascending") if asked.sort is sort else None,
        }
        for sort, label, is_number in names
    ]


def _page_numbers(asked: AccountListParams, seen: Overview) -> list[dict[str, Any] | None]:
    """Return the page numbers under a long table; empty if everything is on one page."""
    last = -(-len(seen.asked) // ROWS_A_PAGE)
    shown = [n for n in range(1, last + 1) if n in {1, last} or abs(n - asked.page) <= AROUND]
    pages: list[dict[str, Any] | None] = []
    for before, n in zip([0, *shown], shown, strict=False):
        if n - before > 1:
            pages.append(None)
        pages.append({"label": str(n), "href": asked.link(page=n), "current": n == asked.page})
    return pages if last > 1 else []
