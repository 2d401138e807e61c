"""What spans of time and orders are called."""

from flask_babel import lazy_gettext as _l

from community.search.queries import Order

from .search_params import Age

AGES = {Age.WEEK: _l("この1週間"), Age.MONTH: _l("この30日"), Age.YEAR: _l("この1年")}
ORDERS = {Order.RELEVANT: _l("よく合う順"), Order.NEWEST: _l("新しい順")}
