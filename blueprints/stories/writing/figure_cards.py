"""A figure as the editor draws it: as readers are shown it, with what the grade asks for."""

from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints import times
from blueprints.stories.reading.drawing import FigureView, show_figure
from community.stories.labels import COUNTINGS
from community.stories.versions.content import Counting
from community.stories.versions.staleness import stale_months
from community.stories.writing.figures import WrittenFigure
from models.base import today


@dataclass(frozen=True)
class FigureCard:
    """What the card shows. `view`: the figure as readers are shown it."""

    id: int
    view: FigureView
    advice: str
    evidence: str
    facts: tuple[str, ...]


def describe_card(written: WrittenFigure) -> FigureCard:
    """Return the figure as it is drawn."""
    figure = written.figure
    day = times.day_in_words(figure.as_of)
    who = _("%(who)sが確かめました　%(day)s", who=figure.confirmed_by, day=day) if figure.confirmed_by else ""
    how = "　".join(part for part in (str(COUNTINGS[figure.counting]), figure.method) if part)
    evidence = (written.evidence_name or _("写真")) if figure.evidence_key else ""
    return FigureCard(
        id=written.id,
        view=show_figure(figure, today(), stale_months()),
        advice=explain_grade(figure.counting, has_evidence=figure.evidence_key is not None),
        evidence=evidence,
        facts=tuple(fact for fact in (who or _("%(day)s現在", day=day), figure.period, how) if fact),
    )


def explain_grade(counting: Counting, *, has_evidence: bool) -> str:
    """Return a sentence on why the figure has its grade, and how it becomes a better one."""
    if counting == Counting.ESTIMATED:
        return _("おおよその数字なので、根拠はCです。記録を数えるか測ると、Bになります。")
    if has_evidence:
        return _("数えた根拠のファイルがあるので、根拠はAです。")
    return _("数えた数字なので、いまは根拠Bです。写真かファイルを付けるとAになり、読む人に信じてもらいやすくなります。")
