"""Mails to approvers, who have no log-in: the request, its reminders, the code, the receipt.

They hold the story's title and what it is used for, and nothing else of it. Requests name its author, since nobody
answers a stranger of another company; they go to the address on record, in the author's own company. What a link shows
before the code does not.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import quote

import sqlalchemy as sa
from flask_babel import force_locale

from community import links
from community.mail.actions import drop_events, queue_mail
from community.mail.letters import write_letter
from community.stories.labels import USES
from community.stories.turns.owners import find_credited
from community.stories.versions.content import from_json
from community.stories.versions.reading_time import count_minutes
from models.base import day_at, db
from models.stories import ApproverRole, ConsentUse, Story, StoryApproval, StoryApprover

from .renewals import read_renewal

# They hold a link or a code.
SECRET_MAILS = frozenset({"story_ask", "story_ask_due", "story_code", "story_receipt"})
# Of reminders: before the day by which an answer is wanted, on it, and after.
STAGES = ("before", "due", "after")


def link_of(token: str) -> str:
    """Return the absolute address of a request's page."""
    return links.page(f"/stories/approve/{quote(token, safe='')}")


def mail_request(approval: StoryApproval, token: str, asker: str, story: Story) -> None:
    """Mail the link to the approver. `asker`: who asks, by name; the story is loaded with its people."""
    values = {"asker": asker, "address": link_of(token), "author": _name_author(approval.approver, story)}
    key, locale = _key_of_request(approval), story.author.locale
    with force_locale(locale):
        renewal = read_renewal(approval, story)
    _mail("story_ask", approval, locale, key, {**values, "renewal": renewal})


def mail_reminder(approval: StoryApproval, token: str, stage: str) -> None:
    """Mail the approver the same link again, once for each stage: "before", "due" or "after" the day."""
    story, key = approval.version.story, _key_of_reminder(approval, stage)
    values = {"stage": stage, "address": link_of(token), "author": _name_author(approval.approver, story)}
    with force_locale(story.author.locale):
        renewal = read_renewal(approval, story)
    _mail("story_ask_due", approval, story.author.locale, key, {**values, "renewal": renewal})


def drop_unsent(ids: Collection[int]) -> None:
    """Give up what was not sent yet of these requests and their reminders, which have ended."""
    ended = db.session.scalars(sa.select(StoryApproval).where(StoryApproval.id.in_(ids))).all()
    keys = [_key_of_request(each) for each in ended]
    keys += [_key_of_reminder(each, stage) for each in ended for stage in STAGES]
    drop_events(keys)


def mail_code(approval: StoryApproval, code: str, key_hash: str, until: datetime) -> None:
    """Mail the approver the code that opens the page in the browser with this key. It is of no use after `until`."""
    locale = approval.version.story.author.locale
    letter = write_letter("story_code", locale, {"code": code, "name": approval.approver.name})
    key = f"story code {key_hash}"
    queue_mail("story_code", approval.approver.email, letter, event_key=key, drop_after=until)


def mail_receipt(
    approval: StoryApproval, token: str, granted: Mapping[ConsentUse, date | None], declined: list[ConsentUse]
) -> None:
    """Mail the approver what they answered, to which version, and the link by which it is withdrawn."""
    locale = approval.version.story.author.locale
    with force_locale(locale):
        values = {
            "granted": [(str(USES[use]), until) for use, until in granted.items()],
            "declined": [str(USES[use]) for use in declined],
        }
    _mail(
        "story_receipt",
        approval,
        locale,
        f"story receipt {approval.id} {approval.asked_at.isoformat()}",
        {
            **values,
            "answer": approval.answer,
            "answered_at": approval.answered_at,
            "address": f"{link_of(token)}/withdraw",
        },
        is_late_useful=True,
    )


def last_day_of(approval: StoryApproval) -> date:
    """Return the last day on which the request's link opens anything."""
    return day_at(approval.expires_at - timedelta(microseconds=1))


def _name_author(approver: StoryApprover, story: Story) -> str:
    """Return the name of an author who is still of the approver's company; "" where that is the approver."""
    author = find_credited(story) if approver.role != ApproverRole.SELF else None
    return author.display_name if author else ""


def _key_of_request(approval: StoryApproval) -> str:
    return f"story ask {approval.token_hash}"


def _key_of_reminder(approval: StoryApproval, stage: str) -> str:
    return f"story ask {approval.id} {approval.asked_at.isoformat()} {stage}"


def _mail(
    kind: str,
    approval: StoryApproval,
    locale: str,
    event_key: str,
    values: Mapping[str, object],
    *,
    is_late_useful: bool = False,
) -> None:
    content = from_json(approval.version.content)
    known = {
        "name": approval.approver.name,
        "title": content.title,
        "number": approval.version.number,
        "minutes": count_minutes(content.lead, approval.version.html.values()),
        "due_on": approval.due_on,
        "last_day": last_day_of(approval),
        **values,
    }
    drop_after = None if is_late_useful else approval.expires_at
    queue_mail(
        kind, approval.approver.email, write_letter(kind, locale, known), event_key=event_key, drop_after=drop_after
    )
