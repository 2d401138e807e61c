"""Who could tell the next story, with what speaks for them. Nobody is contacted from here."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.access import staff_only
from blueprints.stories.bp import bp
from community.stories.library import candidates
from community.stories.library.candidates import Candidate, Deed
from community.stories.rules import works_with_stories
from models.base import today
from models.ledger import SignalKind

MOST_SHOWN = 50


@bp.get("/candidates")
@staff_only(works_with_stories)
def list_candidates() -> ResponseReturnValue:
    """Show who could tell the next story, the strongest reasons first."""
    found = candidates.list_candidates(today())
    return render_template(
        "stories/library/candidates.html",
        candidates=[(each, list_reasons(each)) for each in found[:MOST_SHOWN]],
        left=max(len(found) - MOST_SHOWN, 0),
    )


def list_reasons(candidate: Candidate) -> list[str]:
    """Return what speaks for the person, as facts."""
    reasons = [_say_deed(deed) for deed in candidate.deeds]
    if candidate.rise is not None:
        reasons.append(_("会社の行動力が30日で＋%(points)s点になっています", points=f"{candidate.rise:.1f}"))
    return reasons


def _say_deed(deed: Deed) -> str:
    times = deed.times
    if deed.kind == SignalKind.TALK_GIVEN:
        return ngettext("この1年に%(num)s回登壇しました", "この1年に%(num)s回登壇しました", times)
    if deed.kind == SignalKind.MEETUP_ORGANISED:
        return ngettext("この1年に勉強会を%(num)s回開きました", "この1年に勉強会を%(num)s回開きました", times)
    if deed.kind == SignalKind.REFERENCE_DONE:
        return ngettext(
            "この1年に%(num)s回、ほかの会社に話しました", "この1年に%(num)s回、ほかの会社に話しました", times
        )
    if deed.kind == SignalKind.ANSWER_ACCEPTED:
        return ngettext(
            "ほかの会社の質問を、この1年に%(num)s件解決しました",
            "ほかの会社の質問を、この1年に%(num)s件解決しました",
            times,
        )
    return ngettext(
        "同僚の質問を、この1年に%(num)s件解決しました", "同僚の質問を、この1年に%(num)s件解決しました", times
    )
