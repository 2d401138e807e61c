"""Explains in the current language why a score changed: the only place where the sentence is composed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from community.accounts.names import MemberName
from community.health.causes import NAMED_CAUSES, Cause, CauseKind, Why
from community.health.explanation import Part
from community.health.labels import kind_label
from community.health.losses import Decline, Loss
from community.health.tenths import TENTHS, tenths
from models.ledger import SignalKind

WORTH_SAYING = 0.05
"""New acts with fewer points would read 0.0 and are left out."""

REMEMBERED_BY_DATE = {SignalKind.STORY_PUBLISHED, SignalKind.MEETUP_ORGANISED}
"""Acts of these kinds are named by their month, others by who did them."""

_PART_OF = {
    CauseKind.DECAY: Part.DECAY,
    CauseKind.LATE: Part.LATE,
    CauseKind.RESTORED: Part.WITHDRAWN,
    CauseKind.WITHDRAWN: Part.WITHDRAWN,
    CauseKind.POLICY: Part.POLICY,
}
"""The part of the change that a cause is; acts are told kind by kind."""

_MARKED = re.compile("\x02(.*?)\x03", re.DOTALL)


class Span(NamedTuple):
    """A piece of the sentence; `strong` pieces are emphasised."""

    text: str
    strong: bool


def explain_in_words(why: Why, names: Mapping[int, str]) -> tuple[Span, ...]:
    """Return the sentence in pieces; `names` are family names by member id, without erased members."""
    sentences = [said for said in (_headline(why), *_reasons(why, names)) if said]
    language = get_locale()
    gap = "" if language is None or language.language == "ja" else " "
    return tuple(_spans(gap.join(sentences)))


def family_names(people: Mapping[int, MemberName]) -> dict[int, str]:
    """Return the family names by member id; erased members are left out."""
    return {member_id: person.family_name for member_id, person in people.items() if not person.erased_at}


def plain(spans: Sequence[Span]) -> str:
    """Return the sentence as plain text, for CSV, webhooks and titles."""
    return "".join(span.text for span in spans)


def _spans(marked: str) -> list[Span]:
    pieces = _MARKED.split(marked)
    return [Span(text, strong=place % 2 == 1) for place, text in enumerate(pieces) if text]


def _strong(text: str) -> str:
    return f"\x02{text}\x03"


def _clean(name: str) -> str:
    """Return a name without the markers, in case it contains them."""
    return name.replace("\x02", "").replace("\x03", "")


def _headline(why: Why) -> str:
    if why.after is None:
        return _("行動力は判定不能です。この会社のメンバーがまだいないか、区分が決まっていません。")
    after = _points(tenths(why.after))
    if why.before is None:
        return _("行動力は%(after)sです。比べられる日の記録はまだありません。", after=_strong(after))
    moved = tenths(why.after) - tenths(why.before)
    if not moved:
        return _("行動力は%(after)sのまま変わっていません。", after=_strong(after))
    move = _strong(_("%(before)sから%(after)s", before=_points(tenths(why.before)), after=after))
    if moved > 0:
        return _("行動力は%(move)sに上がりました。", move=move)
    return _("行動力は%(move)sに下がりました。", move=move)


def _points(in_tenths: int) -> str:
    """Return tenths as points without a sign; they are those of the table below the sentence."""
    return f"{abs(in_tenths) / TENTHS:.1f}"


def _shown_points(cause: Cause, why: Why) -> int:
    """Return the tenths of a cause that is a whole part of the change."""
    return why.totals[_PART_OF[cause.kind]]


def _is_worth_saying(cause: Cause, why: Why) -> bool:
    return abs(cause.points) >= WORTH_SAYING if cause.kind is CauseKind.ACTS else _shown_points(cause, why) != 0


def _reasons(why: Why, names: Mapping[int, str]) -> list[str]:
    if why.before is None or why.after is None:
        return []
    ups = [cause for cause in why.ups if _is_worth_saying(cause, why)]
    downs = [cause for cause in why.downs if _is_worth_saying(cause, why)]
    if tenths(why.after) < tenths(why.before):
        return [*_lowered_by(downs, why, names), *_name_decline(why, names), *_in_favour(ups, why)]
    if not ups and not downs:
        return [_("この間に新しい行動はありません。")] if why.after == why.before else []
    return [*_most_telling(ups, names), *_against(downs, why)]


def _lowered_by(downs: Sequence[Cause], why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentences about which parts of a fall were how large."""
    if [cause.kind for cause in downs] != [CauseKind.DECAY]:
        return _most_telling(downs, names)
    if not why.ups:
        return [_("この間に新しい行動はなく、時間がたった分だけ下がっています。")]
    return _against(downs, why)


def _name_decline(why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentences about who does less than before and what has stopped.

    When the last act was is said where nothing was lost, or where nobody did anything that counts.
    """
    decline, losses = why.decline, why.decline.losses[:NAMED_CAUSES]
    if not losses:
        return [_name_last_act(decline)]
    said = {
        True: _name_stopped([kind_label(loss.kind) for loss in losses if loss.member_id is None]),
        False: _name_lessened(
            [_name_loss(loss, decline, names) for loss in losses if loss.member_id is not None], decline.days
        ),
    }
    largest_has_stopped = losses[0].member_id is None
    found = [sentence for sentence in (said[largest_has_stopped], said[not largest_has_stopped]) if sentence]
    is_idle = not any(cause.kind is CauseKind.ACTS for cause in why.ups)
    return [*found, _name_last_act(decline)] if is_idle else found


def _name_last_act(decline: Decline) -> str:
    if decline.last_act is None or decline.told_on is None:
        return _("数えられる活動の記録はありません。")
    ago = (decline.told_on - decline.last_act).days
    day = _format_day(decline.last_act, decline.told_on)
    if not ago:
        return _("最後の活動は%(day)sです。", day=_strong(day))
    return ngettext(
        "最後の活動は%(day)s（%(num)s日前）です。", "最後の活動は%(day)s（%(num)s日前）です。", ago, day=_strong(day)
    )


def _name_stopped(acts: Sequence[str]) -> str:
    named = [_strong(act) for act in acts]
    if not named:
        return ""
    if len(named) == 1:
        return _("%(act)sが途絶えています。", act=named[0])
    return _("%(first)sと%(second)sが途絶えています。", first=named[0], second=named[1])


def _name_lessened(losses: Sequence[str], days: int) -> str:
    named = [_strong(loss) for loss in losses]
    if not named:
        return ""
    if len(named) == 1:
        return _("前の%(n)s日より減ったのは%(first)sです。", n=days, first=named[0])
    return _("前の%(n)s日より減ったのは%(first)s、%(second)sです。", n=days, first=named[0], second=named[1])


def _name_loss(loss: Loss, decline: Decline, names: Mapping[int, str]) -> str:
    said = {"act": kind_label(loss.kind), "before": loss.objects_before, "now": loss.objects_now}
    name = _clean(names.get(loss.member_id or 0, ""))
    if not name:
        return _("退会した人の%(act)s %(before)s件→%(now)s件", **said)
    if loss.left_on and decline.told_on:
        day = _format_day(loss.left_on, decline.told_on)
        return _("%(name)sさん（%(day)sに異動）の%(act)s %(before)s件→%(now)s件", name=name, day=day, **said)
    return _("%(name)sさんの%(act)s %(before)s件→%(now)s件", name=name, **said)


def _format_day(day: date, now: date) -> str:
    """Return the day, with its year if that is not the present one."""
    return format_date(day, _("M月d日")) if day.year == now.year else format_date(day, "long")


def _most_telling(causes: Sequence[Cause], names: Mapping[int, str]) -> list[str]:
    named = [_strong(_name_cause(cause, names)) for cause in causes[:NAMED_CAUSES]]
    if not named:
        return []
    if len(named) == 1:
        return [_("いちばん効いたのは%(first)sです。", first=named[0])]
    return [_("いちばん効いたのは%(first)s、次が%(second)sです。", first=named[0], second=named[1])]


def _name_cause(cause: Cause, names: Mapping[int, str]) -> str:
    match cause.kind:
        case CauseKind.ACTS:
            return _name_acts(cause, names)
        case CauseKind.LATE:
            return _("あとから届いた%(n)s件の記録", n=cause.objects)
        case CauseKind.RESTORED:
            return _("元に戻された%(n)s件の行動", n=cause.objects)
        case CauseKind.WITHDRAWN:
            return _("取り消された%(n)s件の行動", n=cause.objects)
        case CauseKind.DECAY:
            return _("時間がたったこと")
        case CauseKind.POLICY:
            return _("スコアの決め方や会社の区分の変更")


def _name_acts(cause: Cause, names: Mapping[int, str]) -> str:
    act = kind_label(cause.act_kind)
    known = [_clean(names[member]) for member in cause.members if names.get(member)]
    by_date = cause.act_kind in REMEMBERED_BY_DATE or not known
    if len(cause.members) > 1:
        return _("%(n)s人の%(act)s", n=len(cause.members), act=act)
    if by_date and cause.last_day is not None:
        return _("%(month)sの%(act)s", month=format_date(cause.last_day, "MMMM"), act=act)
    return _("%(name)sさんの%(act)s", name=known[0], act=act)


def _against(downs: Sequence[Cause], why: Why) -> list[str]:
    """Return the sentences about what lowered the score, with their points."""
    said = []
    for cause in downs:
        points = _points(_shown_points(cause, why))
        if cause.kind is CauseKind.DECAY:
            said.append(_("時間がたった分は%(points)s下がっています。", points=points))
        elif cause.kind is CauseKind.WITHDRAWN:
            said.append(_("取り消された%(n)s件の行動で%(points)s下がっています。", n=cause.objects, points=points))
        elif cause.kind is CauseKind.POLICY:
            said.append(_("スコアの決め方や会社の区分の変更で%(points)s下がっています。", points=points))
    return said


def _in_favour(ups: Sequence[Cause], why: Why) -> list[str]:
    """Return the sentences about what raised the score, although it fell as a whole."""
    said = []
    if why.totals[Part.NEW] > 0:
        said.append(_("新しい行動では%(points)s上がっています。", points=_points(why.totals[Part.NEW])))
    for cause in ups:
        if cause.kind is CauseKind.ACTS:
            continue
        points = _points(_shown_points(cause, why))
        if cause.kind is CauseKind.LATE:
            said.append(_("あとから届いた%(n)s件の記録で%(points)s上がっています。", n=cause.objects, points=points))
        elif cause.kind is CauseKind.RESTORED:
            said.append(_("元に戻された%(n)s件の行動で%(points)s上がっています。", n=cause.objects, points=points))
        elif cause.kind is CauseKind.POLICY:
            said.append(_("スコアの決め方や会社の区分の変更で%(points)s上がっています。", points=points))
    return said
