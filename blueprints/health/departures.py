"""Says who has left a company and when, in the viewer's language."""

from collections.abc import Iterable, Mapping

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
    """Return the sentence that names who has left each company, by account.

    Who went to a company of the same family has not left it; companies that nobody else left are missing.
    """
    return {
        company.row.account.id: _sentence(lost, names)
        for company in left
        if (lost := [leaver for leaver in company.leavers if not leaver.departure.is_inside_family])
    }


def _sentence(leavers: list[Leaver], names: Mapping[int, MemberName]) -> str:
    first, others = leavers[0], len(leavers) - 1
    known, day = names.get(first.member_id), format_date(first.departure.day, _("M月d日"))
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
