"""Sentences of the library: why a story fits, why others are left out, what it may be used for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.accounts.labels import SIZE_BANDS, size_band
from community.health.rules import Band
from community.prefectures import prefecture_name
from community.stories.approval.matrix import Chip
from community.stories.consent.consents import ends_soon
from community.stories.labels import USES
from community.stories.library.explaining import Met
from community.stories.library.library import LibraryHit
from community.stories.library.library_entries import Entry
from community.stories.library.library_filter import SIZES, Cause, FigureFilter, LibraryFilter, UseFilter
from community.stories.library.placements import ConsentUse
from community.stories.library.ranking import Place
from community.stories.library.themes import Theme
from community.stories.reading.covers import to_kanji_digits
from community.stories.versions.staleness import count_months

PLACES: Mapping[Place, LazyString] = {
    Place.PROBLEMS: _l("困りごと"),
    Place.FEATURES: _l("機能"),
    Place.TITLE: _l("タイトル"),
    Place.LEAD: _l("はじめの文"),
    Place.PROBLEM: _l("困っていたこと"),
    Place.FIGURES: _l("数字"),
    Place.QUOTE: _l("引用"),
    Place.RESULT: _l("変わったこと"),
    Place.REST: _l("本文"),
    Place.COMPANY: _l("会社のこと"),
}
FIGURE_LABELS: Mapping[FigureFilter, LazyString] = {
    FigureFilter.ANY: _l("数字あり"),
    FigureFilter.A: _l("根拠A"),
    FigureFilter.AB: _l("根拠A・B"),
    FigureFilter.NONE: _l("数字なし"),
}
BAND_LABELS: Mapping[Band, LazyString] = {
    Band.GOOD: _l("良好"),
    Band.WATCH: _l("注意"),
    Band.DANGER: _l("危険"),
    Band.UNJUDGED: _l("判定不能"),
}
USED_LABELS: Mapping[UseFilter, LazyString] = {
    UseFilter.NEVER: _l("まだ使っていない"),
    UseFilter.MONTHS_3: _l("3か月より前"),
    UseFilter.MONTHS_6: _l("6か月より前"),
}
# So many places are named of where a story says what was asked for.
MOST_PLACES = 2
_TENS = 10


class UseChip(NamedTuple):
    """Whether a story may be put to a use, as `components/consents.html` draws it. `until`: the last day, in words."""

    state: Chip
    label: str
    until: str = ""


def name_sizes() -> Mapping[str, str]:
    """Return what the sizes are called that can be chosen."""
    return {name: size_band(bound) for name, bound in zip(SIZES, (1, *SIZE_BANDS), strict=True)}


def kanji_number(number: int) -> str:
    """Return a number below 100 in kanji (十四); a larger one in figures."""
    if number >= _TENS * _TENS:
        return str(number)
    tens, ones = divmod(number, _TENS)
    head = ("" if tens == 1 else to_kanji_digits(str(tens))) + "十" if tens else ""
    return head + (to_kanji_digits(str(ones)) if ones or not tens else "")


def address_of(entry: Entry) -> str:
    """Return the address of the story's page; of its desk while nothing is published."""
    return url_for("stories.show_story" if entry.is_published else "stories.show_desk", story_id=entry.story_id)


def list_reasons(hit: LibraryHit, theme: Theme) -> list[str]:
    """Return why the story fits, in facts that can be checked in it."""
    reasons = [_say_met(met) for met in hit.met]
    ranked = hit.hit
    if ranked is None:
        return reasons
    entry = hit.entry
    if theme.trade is not None and ranked.trade is not None:
        if ranked.trade == 1:
            reasons.append(_("業種が同じです（%(trade)s）", trade=entry.trade))
        elif ranked.trade:
            reasons.append(_("近い業種です（%(trade)s）", trade=entry.trade))
        elif entry.trade:
            reasons.append(_("%(wanted)sではありません（%(trade)s）", wanted=theme.trade.name, trade=entry.trade))
    if ranked.is_of_size:
        reasons.append(_("規模が合います（%(n)s名）", n=entry.employees))
    if ranked.is_of_region:
        reasons.append(_("地域が合います（%(prefecture)s）", prefecture=prefecture_name(entry.prefecture)))
    return reasons


def _say_met(met: Met) -> str:
    where = _("、").join(str(PLACES[place]) for place in met.places[:MOST_PLACES])
    found = _("、").join(_("「%(word)s」", word=word) for word in met.found)
    if not met.name:
        return _("%(where)sに%(words)sとあります", words=found, where=where)
    typed = _("、").join(met.typed) or met.name
    return _("「%(typed)s」に近い言葉：%(words)s（%(where)s）", typed=typed, words=found, where=where)


def list_chips(entry: Entry, on: date) -> list[UseChip]:
    """Return what the story may be used for on the day, what is waited for, and whether its names may be shown."""
    chips = []
    # What everybody may read, members may read, too.
    is_public = entry.may_be_used(ConsentUse.PUBLIC_WEB, on)
    reading = ConsentUse.PUBLIC_WEB if is_public else ConsentUse.MEMBERS
    for use in (ConsentUse.WEBINAR, ConsentUse.SALES_REFERENCE, reading):
        if entry.may_be_used(use, on):
            until = entry.granted[use]
            said = _("〜%(day)s", day=format_date(until, "medium")) if until else ""
            chips.append(UseChip(Chip.SOON if ends_soon(until, on) else Chip.OK, str(USES[use]), said))
        elif use in entry.asked and not entry.is_down:
            chips.append(UseChip(Chip.WAITING, _("%(use)s 承認待ち", use=USES[use])))
    if not entry.may_be_used(ConsentUse.LOGO, on):
        chips.append(UseChip(Chip.NO, _("社名は出せません")))
    return chips or [UseChip(Chip.NO, _("使える許諾がありません"))]


def say_cause(cause: Cause, wanted: LibraryFilter) -> str:
    """Return why stories are left out."""
    use = USES[wanted.use] if wanted.use else ""
    sentences = {
        Cause.DOWN: _l("取り下げたか、非表示にした"),
        Cause.CONSENT: _l("許諾が「%(use)s」を含まない", use=use),
        Cause.ENDED: _l("%(day)sまでに許諾が切れる", day=format_date(wanted.on, "long")),
        Cause.PENDING: _l("承認を待っている"),
        Cause.STALE: _l("数字がすべて古い"),
        Cause.TRADE: _l("業種がちがう"),
        Cause.SIZE: _l("規模がちがう"),
        Cause.REGION: _l("地域がちがう"),
        Cause.PLAN: _l("プランがちがう"),
        Cause.PROBLEM: _l("困りごとがちがう"),
        Cause.FEATURE: _l("機能がちがう"),
        Cause.GRADE: _l("数字と根拠の条件に合わない"),
        Cause.BAND: _l("健康度の帯がちがう"),
        Cause.USED: _l("最近使った"),
        Cause.THEME: _l("テーマに合う言葉がない"),
    }
    return str(sentences[cause])


def say_last_use(last: date | None, today: date) -> str:
    """Return when the story was used last."""
    if last is None:
        return _("まだ使っていません")
    days = (today - last).days
    if not days:
        return _("きょう使いました")
    months = count_months(last, today)
    if months:
        return ngettext("最後に使ったのは%(num)sか月前", "最後に使ったのは%(num)sか月前", months)
    return ngettext("最後に使ったのは%(num)s日前", "最後に使ったのは%(num)s日前", days)


def list_readings(theme: Theme) -> Sequence[tuple[str, str, str]]:
    """Return how the theme was read: what kind of reading, its words, and its name in the address."""
    readings = []
    if theme.trade is not None:
        readings.append((_("業種"), theme.trade.name, "trade"))
    if theme.size is not None:
        readings.append((_("規模"), theme.size.name, "size"))
    if theme.region:
        readings.append((_("地域"), theme.region, "region"))
    return [*readings, *((_("近い言葉"), name, name) for name in theme.groups)]
