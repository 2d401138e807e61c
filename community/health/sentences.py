"""Explains in the current language why a score changed: the only place where the sentence is composed."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from community.accounts.names import MemberName
from community.health.causes import NAMED_CAUSES, Cause, CauseKind, Why
from community.health.explanation import Part
from community.health.labels import kind_label
from models.ledger import SignalKind

WHOLE_POINT = 1.0
"""Smaller changes have one decimal; from a whole point on the decimal would be noise."""

WORTH_SAYING = 0.05
"""Smaller points would read 0.0 and are left out."""

REMEMBERED_BY_DATE = {SignalKind.STORY_PUBLISHED, SignalKind.MEETUP_ORGANISED}
"""Acts of these kinds are named by their month, others by who did them."""

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
    if why.before is None:
        return _(
            "行動力は%(after)sです。比べられる日の記録はまだありません。",
            after=_strong(_format_number(why.after, fine=False)),
        )
    fine = _is_fine(why.before, why.after)
    before, after = _format_number(why.before, fine=fine), _format_number(why.after, fine=fine)
    if before == after:
        return _("行動力は%(after)sのまま変わっていません。", after=_strong(after))
    move = _strong(_("%(before)sから%(after)s", before=before, after=after))
    if why.after > why.before:
        return _("行動力は%(move)sに上がりました。", move=move)
    return _("行動力は%(move)sに下がりました。", move=move)


def _is_fine(before: float, after: float) -> bool:
    return abs(after - before) < WHOLE_POINT or round(before) == round(after)


def _format_number(points: float, *, fine: bool) -> str:
    return f"{points:.1f}" if fine else f"{points:.0f}"


def _format_points(points: float) -> str:
    size = abs(points)
    return _format_number(size, fine=size < WHOLE_POINT)


def _reasons(why: Why, names: Mapping[int, str]) -> list[str]:
    if why.before is None or why.after is None:
        return []
    ups = [cause for cause in why.ups if cause.points >= WORTH_SAYING]
    downs = [cause for cause in why.downs if cause.points <= -WORTH_SAYING]
    if not ups and not downs:
        return [_("この間に新しい行動はありません。")] if why.after == why.before else []
    fine = _is_fine(why.before, why.after)
    if _format_number(why.before, fine=fine) == _format_number(why.after, fine=fine):
        return [*_most_telling(ups, names), *_against(downs)]
    if why.after > why.before:
        return [*_most_telling(ups, names), *_against(downs)]
    if [cause.kind for cause in downs] == [CauseKind.DECAY] and not ups:
        return [_("この間に新しい行動はなく、時間がたった分だけ下がっています。")]
    return [*_most_telling(downs, names), *_in_favour(ups, why)]


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


def _against(downs: Sequence[Cause]) -> list[str]:
    """Return the sentences about what lowered the score, although it did not fall as a whole."""
    said = []
    for cause in downs:
        points = _format_points(cause.points)
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
    if why.totals[Part.NEW] >= WORTH_SAYING:
        said.append(_("新しい行動では%(points)s上がっています。", points=_format_points(why.totals[Part.NEW])))
    for cause in ups:
        points = _format_points(cause.points)
        if cause.kind is CauseKind.LATE:
            said.append(_("あとから届いた%(n)s件の記録で%(points)s上がっています。", n=cause.objects, points=points))
        elif cause.kind is CauseKind.RESTORED:
            said.append(_("元に戻された%(n)s件の行動で%(points)s上がっています。", n=cause.objects, points=points))
        elif cause.kind is CauseKind.POLICY:
            said.append(_("スコアの決め方や会社の区分の変更で%(points)s上がっています。", points=points))
    return said
