"""Parts of the country by which stories are filtered. Their names stand in addresses, and so in saved filters."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Region(NamedTuple):
    """A part of the country: what it is called, and the numbers of its prefectures."""

    label: LazyString
    prefectures: range


REGIONS: Mapping[str, Region] = {
    "北海道・東北": Region(_l("北海道・東北"), range(1, 8)),
    "関東": Region(_l("関東"), range(8, 15)),
    "中部": Region(_l("中部"), range(15, 24)),
    "近畿": Region(_l("近畿"), range(24, 31)),
    "中国・四国": Region(_l("中国・四国"), range(31, 40)),
    "九州・沖縄": Region(_l("九州・沖縄"), range(40, 48)),
}
