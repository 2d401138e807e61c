"""How kinds of things, states and spans of time are called."""

from flask_babel import lazy_gettext as _l

from community.search.queries import Order

from .asked import Age, Kind, State

KINDS = {
    Kind.TOPIC: _l("話題"),
    Kind.POST: _l("返信"),
    Kind.MEMBER: _l("メンバー"),
    Kind.ACCOUNT: _l("会社"),
}
STATES = {State.SOLVED: _l("解決した"), State.OPEN: _l("まだ解決していない")}
AGES = {Age.WEEK: _l("この1週間"), Age.MONTH: _l("この30日"), Age.YEAR: _l("この1年")}
ORDERS = {Order.RELEVANT: _l("よく合う順"), Order.NEWEST: _l("新しい順")}
