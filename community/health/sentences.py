"""Explains in the current language why a score changed: the only place where the sentence is composed."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from community.accounts.names import MemberName
from community.health.causes import NAMED_CAUSES, Cause, CauseKind, Why
from community.health.decline_sentences import name_decline
from community.health.emphasis import Span, clean, split_spans, strong
from community.health.explanation import Part
from community.health.labels import kind_label
from community.health.losses import NEVER_A_CAUSE
from community.health.tenths import TENTHS, tenths
from models.ledger import SignalKind

WORTH_SAYING = 0.05
"""New acts with fewer points would read 0.0 and are left out."""

LEAST_PART = 0.1
"""A second cause of a rise with a smaller part of the first one's points (＋0.3 beside ＋10.3) explains nothing."""

NO_SHARES: Mapping[int, int] = MappingProxyType({})

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


def explain_in_words(why: Why, names: Mapping[int, str], shares: Mapping[int, int] = NO_SHARES) -> tuple[Span, ...]:
    """Return the sentence in pieces.

    `names` are family names by member id, without erased members; `shares` the points of members in tenths, as they
    are shown beside it.
    """
    sentences = [said for said in (_headline(why), *_reasons(why, names, shares)) if said]
    language = get_locale()
    gap = "" if language is None or language.language == "ja" else " "
    return tuple(split_spans(gap.join(sentences)))


def family_names(people: Mapping[int, MemberName]) -> dict[int, str]:
    """Return the family names by member id; erased members are left out."""
    return {member_id: person.family_name for member_id, person in people.items() if not person.erased_at}


def plain(spans: Sequence[Span]) -> str:
    """Return the sentence as plain text, for CSV, webhooks and titles."""
    return "".join(span.text for span in spans)


def _headline(why: Why) -> str:
    if why.after is None:
        return _("行動力は判定不能です。この会社のメンバーがまだいないか、区分が決まっていません。")
    after = _points(tenths(why.after))
    if why.before is None:
        return _("行動力は%(after)sです。比べられる日の記録はまだありません。", after=strong(after))
    moved = tenths(why.after) - tenths(why.before)
    if not moved:
        return _("行動力は%(after)sのまま変わっていません。", after=strong(after))
    move = strong(_("%(before)sから%(after)s", before=_points(tenths(why.before)), after=after))
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


def _reasons(why: Why, names: Mapping[int, str], shares: Mapping[int, int]) -> list[str]:
    if why.before is None or why.after is None:
        return []
    ups = [cause for cause in why.ups if _is_worth_saying(cause, why)]
    downs = [cause for cause in why.downs if _is_worth_saying(cause, why)]
    if tenths(why.after) < tenths(why.before):
        return [*_lowered_by(downs, why, names), *name_decline(why, names, shares), *_in_favour(ups, why, names)]
    if not ups and not downs:
        return [_("この間に新しい行動はありません。")] if why.after == why.before else []
    return [*_raised_by(ups, why, names), *_against(downs, why, names)]


def _lowered_by(downs: Sequence[Cause], why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentences about which parts of a fall were how large."""
    if [cause.kind for cause in downs] != [CauseKind.DECAY]:
        return _most_telling(downs, names)
    if not why.ups:
        return [_("この間に点になる新しい行動はなく、前からの行動の点が時間とともに減っています。")]
    return _against(downs, why, names)


def _raised_by(ups: Sequence[Cause], why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentence about what raised the score most; a second cause is named if it explains anything."""
    named = [cause for cause in ups if cause.act_kind not in NEVER_A_CAUSE]
    if not named:
        return _in_favour((), why, names)
    return _most_telling([cause for cause in named if cause.points >= LEAST_PART * named[0].points], names)


def _most_telling(causes: Sequence[Cause], names: Mapping[int, str]) -> list[str]:
    named = [strong(_name_cause(cause, names)) for cause in causes[:NAMED_CAUSES]]
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
            return _name_late(cause, names)
        case CauseKind.RESTORED:
            return _("元に戻された%(n)s件の行動", n=cause.objects)
        case CauseKind.WITHDRAWN:
            return _name_withdrawn(cause, names)
        case CauseKind.DECAY:
            return _("時間がたったこと")
        case CauseKind.POLICY:
            return _("スコアの決め方や会社の区分の変更")


def _name_late(cause: Cause, names: Mapping[int, str]) -> str:
    """Return the acts that arrived late; those that came with their members are said to have come."""
    moved = _("移ってきた%(who)sの行動%(n)s件", who=name_movers(cause.members, names), n=cause.moved)
    if not cause.moved:
        return _("あとから届いた%(n)s件の記録", n=cause.objects)
    if cause.moved == cause.objects:
        return moved
    return _("あとから届いた%(n)s件の記録（うち%(moved)s）", n=cause.objects, moved=moved)


def _name_withdrawn(cause: Cause, names: Mapping[int, str]) -> str:
    """Return the acts that were withdrawn; those that went with their members are said to have gone."""
    moved = _("ほかの会社に移った%(who)sの行動%(n)s件", who=name_movers(cause.members, names), n=cause.moved)
    if not cause.moved:
        return _("取り消された%(n)s件の行動", n=cause.objects)
    if cause.moved == cause.objects:
        return moved
    return _("取り消された%(n)s件の行動（うち%(moved)s）", n=cause.objects, moved=moved)


def name_movers(members: Collection[int], names: Mapping[int, str]) -> str:
    """Return who came or went: by name if it is one person, else how many."""
    if len(members) != 1:
        return _("%(n)s人", n=len(members))
    (member,) = members
    name = clean(names.get(member, ""))
    return _("%(name)sさん", name=name) if name else _("退会した人")


def _name_acts(cause: Cause, names: Mapping[int, str]) -> str:
    act = kind_label(cause.act_kind)
    known = [clean(names[member]) for member in cause.members if names.get(member)]
    by_date = cause.act_kind in REMEMBERED_BY_DATE or not known
    if len(cause.members) > 1:
        return _("%(n)s人の%(act)s", n=len(cause.members), act=act)
    if by_date and cause.last_day is not None:
        return _("%(month)sの%(act)s", month=format_date(cause.last_day, "MMMM"), act=act)
    return _("%(name)sさんの%(act)s", name=known[0], act=act)


def _against(downs: Sequence[Cause], why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentences about what lowered the score, with their points."""
    said = []
    for cause in downs:
        points = _points(_shown_points(cause, why))
        if cause.kind is CauseKind.DECAY:
            said.append(_("時間がたった分は%(points)s下がっています。", points=points))
        else:
            said.append(_("%(cause)sで%(points)s下がっています。", cause=_name_cause(cause, names), points=points))
    return said


def _in_favour(ups: Sequence[Cause], why: Why, names: Mapping[int, str]) -> list[str]:
    """Return the sentences about what raised the score, although it fell as a whole."""
    said = []
    if why.totals[Part.NEW] > 0:
        said.append(_("新しい行動では%(points)s上がっています。", points=_points(why.totals[Part.NEW])))
    for cause in ups:
        if cause.kind is not CauseKind.ACTS:
            points = _points(_shown_points(cause, why))
            said.append(_("%(cause)sで%(points)s上がっています。", cause=_name_cause(cause, names), points=points))
    return said
