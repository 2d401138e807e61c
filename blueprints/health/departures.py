"""Says who has left a company and when, in the viewer's language."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from community.accounts.names import MemberName
from community.health.leavers import Leaver, LeftCompany


def full_name_of(leaver: Leaver, names: Mapping[int, MemberName]) -> str:
    """Return the name of somebody who left, without さん; of somebody erased, a word for them."""
    known = names.get(leaver.member_id)
    return known.display_name if known and not known.erased_at else _("退会した人")


def day_of(leaver: Leaver) -> str:
    """Return when somebody left: 「8月4日に異動」 where they went to a company, else 「8月4日に離れた」."""
    day = format_date(leaver.departure.day, _("M月d日"))
    return _("%(day)sに異動", day=day) if leaver.departure.account_id else _("%(day)sに離れた", day=day)


def in_words(left: Iterable[LeftCompany], names: Mapping[int, MemberName]) -> dict[int, str]:
    """Return the sentence that names who has left each company and its family, by account; others are missing."""
    told: dict[int, str] = {}
    for company in left:
        days = {leaver.member_id: leaver.departure.left_family_on for leaver in company.leavers}
        score = company.row.score
        if said := tell_who_left(days, names, score.left_unnoted_since or score.left_since if score else None):
            told[company.row.account.id] = said
    return told


def tell_who_left(days: Mapping[int, date | None], names: Mapping[int, MemberName], since: date | None) -> str:
    """Return the sentence that names who has left a company and its family; "" if nobody has.

    `days`: when each left the family (None: they have not), who holds most first. Who left on `since` is named before
    all others: they are why an alarm rings.
    """
    left = sorted((item for item in days.items() if item[1] is not None), key=lambda item: item[1] != since)
    if not left:
        return ""
    (member_id, left_on), others = left[0], len(left) - 1
    known, day = names.get(member_id), format_date(left_on, _("M月d日"))
    name = _("%(name)sさん", name=known.family_name) if known and not known.erased_at else _("退会した人")
    if not others:
        return _("%(name)s（%(day)s）が離れました。", name=name, day=day)
    return ngettext(
        "%(name)s（%(day)s）ほか%(num)s人が離れました。",
        "%(name)s（%(day)s）ほか%(num)s人が離れました。",
        others,
        name=name,
        day=day,
    )
