"""A newcomer's first page: what this place is, and one useful thing to do, chosen by what there is."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import browser_sessions, times
from blueprints.access import signed_in_member, signed_in_only
from blueprints.forums.finding import find_topic, reader
from blueprints.forums.presenting import page_url
from community.accounts.labels import company_shown
from community.accounts.rules import is_member
from community.forums import answers, queries, rules
from community.joining import welcomes
from models.accounts import Member
from models.base import transaction
from models.forums import ReactionKind

from .bp import bp
from .helping import is_same_trade, list_waiting


@bp.get("/welcome")
@signed_in_only
def show_welcome() -> ResponseReturnValue:
    """Until it is closed; afterwards the way home."""
    member = signed_in_member()
    if not welcomes.is_waiting(member):
        return redirect(url_for(".show_home"))
    return render_template("home/welcome.html", question=_question_for(member), may_ask=_may_ask(member))


def _question_for(member: Member) -> dict[str, object] | None:
    """One that waits for an answer in this person's own trade."""
    fitting = [row for row in list_waiting(member) if is_same_trade(row, member)] if is_member(member) else []
    if not fitting:
        return None
    row = fitting[0]
    return {
        "topic": row,
        "company": company_shown(row.account, member),
        "age": times.age(row.created_at),
        "href": url_for("forums.show_topic", topic_id=row.id),
        "trade": row.account.industry if row.account else "",
    }


def _may_ask(member: Member) -> bool:
    return is_member(member) and bool(queries.writable_categories(reader()))


@bp.post("/welcome/same/<int:topic_id>")
@signed_in_only
def say_same(topic_id: int) -> ResponseReturnValue:
    """「うちも同じ」: the first act, which also ends the welcome. Pressed twice it is said once."""
    topic, member = find_topic(topic_id), signed_in_member()
    opening = queries.get_opening(topic.id, seen_by=reader())
    if opening is None or not rules.can_react(reader(), opening):
        abort(403)
    with transaction():
        answers.react(opening, opening.topic, member, ReactionKind.SAME)
        welcomes.close(member)
    flash(_("「うちも同じ」を伝えました。同じことで困っている方の力になります。"))
    return redirect(page_url(topic_id, 1, f"post-{opening.id}"))


@bp.post("/welcome/close")
@signed_in_only
def close_welcome() -> ResponseReturnValue:
    """Not shown again; on to the act that was chosen, or home."""
    with transaction():
        welcomes.close(signed_in_member())
    return redirect(browser_sessions.own_path(request.form.get("next")))
