"""Reminders to approvers: before the day by which an answer is wanted, on it, and once after."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import current_app

from community.stories.turns.due_days import REMIND_AT
from community.workdays import add_working_days, last_working_day
from models.base import now
from models.stories import StoryApproval

from . import approval_mails, approvals
from .approvals import LinkState

# Working days from the last one on which an answer is in time.
STAGES: Mapping[str, int] = dict(zip(approval_mails.STAGES, (-3, 0, 2), strict=True))


def remind_approvers() -> int:
    """Mail each approver who has not answered the reminder of their stage, once each; return for how many one is due.

    A stage that was missed is left out where the next one has come; answered, ended and expired requests are left
    alone. Before nine nothing is sent.
    """
    here = now().astimezone(current_app.config["COMMUNITY_ZONE"])
    return sum(_remind(approval, here) for approval in approvals.list_unanswered()) if here.time() >= REMIND_AT else 0


def find_stage(asked_on: date, due_on: date, on: date) -> str | None:
    """Return the stage whose reminder is due on the day: the last that has come since the request, or None."""
    in_time = last_working_day(due_on)
    come = [(day, stage) for stage, days in STAGES.items() if asked_on < (day := add_working_days(in_time, days)) <= on]
    return max(come)[1] if come else None


def _remind(approval: StoryApproval, here: datetime) -> bool:
    newest = approvals.get_newest_version_id(approval)
    asked_on = approval.asked_at.astimezone(here.tzinfo).date()
    stage = find_stage(asked_on, approval.due_on, here.date())
    if stage is None or approvals.link_state(approval, newest, now()) != LinkState.OPEN:
        return False
    approval_mails.mail_reminder(approval, approvals.renew_token(approval), stage)
    return True
