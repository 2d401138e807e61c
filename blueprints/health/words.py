"""Words of the pages about accounts, in the viewer's language."""

from datetime import date
from functools import lru_cache

from babel.support import NullTranslations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from blueprints.health.figures import figure
from community.accounts.labels import SEGMENTS, STAGES
from community.extensions import babel
from community.health.acts import ListedAct
from community.health.explanation import Part
from community.health.groups import MatrixGroup
from community.health.momentum import COOLING_BELOW
from community.health.rules import Band
from models.ledger import SignalCause

GROUPS: dict[MatrixGroup, tuple[LazyString, LazyString]] = {
    MatrixGroup.MOVING: (_l("動きつづけている"), _l("事例や登壇をお願いする")),
    MatrixGroup.COOLING: (_l("動きが鈍ってきた"), _l("何があったかを聞く")),
    MatrixGroup.STIRRING: (_l("少しずつ動いている"), _l("勉強会や質問に誘う")),
    MatrixGroup.QUIET: (_l("動きが少ない"), _l("訪問か電話をする")),
    MatrixGroup.FRESH: (_l("勢いはまだ分からない"), _l("はじめての行動から90日たつと分かります")),
    MatrixGroup.ENDED: (_l("契約終了"), _l("動きの数字は、契約の最後の日で閉じました")),
    MatrixGroup.UNJUDGED: (_l("判定不能"), _l("メンバーがいないか、区分が決まっていません")),
}
PARTS: dict[Part, LazyString] = {
    Part.NEW: _l("新しい行動"),
    Part.DECAY: _l("時間の経過"),
    Part.LATE: _l("遅れて届いた"),
    Part.WITHDRAWN: _l("取り消し・復元"),
    Part.POLICY: _l("決め方・区分の変更"),
    Part.SHARE: _l("割合の変化"),
}
"""In the order of the table, new acts first."""

STANDSTILL = 0.05
"""A lower momentum would be printed as 0.0, and "0.0 times" makes no sentence."""

PILLS: dict[Band, str] = {Band.GOOD: "good", Band.WATCH: "watch", Band.DANGER: "bad", Band.UNJUDGED: "unknown"}
"""Names of the bands in the components."""

BANDS: dict[Band, LazyString] = {
    Band.GOOD: _l("良好"),
    Band.WATCH: _l("注意"),
    Band.DANGER: _l("危険"),
    Band.UNJUDGED: _l("判定不能"),
}


def segment_name(segment: str | None) -> str:
    return str(SEGMENTS[segment]) if segment else ""


def stage_name(stage: str | None) -> str:
    return str(STAGES[stage]) if stage else ""


def days_left(day: date | None, today: date) -> str:
    """Return how long it is until a day: 「あと133日」."""
    if day is None:
        return ""
    return _left((day - today).days, babel.domain_instance.get_translations())


@lru_cache(maxsize=1024)
def _left(days: int, language: NullTranslations) -> str:
    """Cached until the process ends: a list says it in each row, and renewals of many companies fall on one day."""
    del language  # part of the key: the sentence follows from it
    if days < 0:
        return ngettext("%(num)s日過ぎました", "%(num)s日過ぎました", -days)
    return ngettext("あと%(num)s日", "あと%(num)s日", days) if days else _("きょう")


def momentum_sentence(momentum: float | None) -> str:
    """Return a sentence on the momentum; 1 is as usual."""
    if momentum is None:
        return _("勢いは、はじめての行動から90日たつと分かります")
    times = figure(momentum)
    if momentum < STANDSTILL:
        return _("直近14日は、ほとんど動いていません")
    if momentum < COOLING_BELOW:
        return _("直近14日は90日平均の%(times)s倍に冷えています", times=times)
    return _("直近14日は90日平均の%(times)s倍", times=times)


def state_of(act: ListedAct) -> str:
    """Return a word for the act's state if the act was ever withdrawn or restored, else ""."""
    if not act.reversals:
        return ""
    if act.counts:
        return _("元に戻された")
    causes = {
        SignalCause.MODERATION: _("投稿の削除で取り消し"),
        SignalCause.MOVED: _("所属の訂正で取り消し"),
    }
    return causes.get(SignalCause(act.reversals[-1].cause), _("取り消し"))
