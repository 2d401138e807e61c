"""Writes stories for tests straight into the tables: fast, and independent of the pages."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from community.stories.consent import consent_ledger
from community.stories.versions import versions
from community.stories.versions.content import QUESTIONS
from models.accounts import Account, MailDomain, Member
from models.base import db, now
from models.stories import (
    ApprovalAnswer,
    ApproverRole,
    ConsentUse,
    Counting,
    Story,
    StoryApproval,
    StoryApprover,
    StoryCoauthor,
    StoryFigure,
    StoryPart,
    StoryPartName,
    StoryState,
    StoryStep,
    StoryVersion,
)

FOREVER: Mapping[ConsentUse, date | None] = dict.fromkeys(ConsentUse)
# Everything but the names of company and people.
UNNAMED: Mapping[ConsentUse, date | None] = dict.fromkeys(use for use in ConsentUse if use != ConsentUse.LOGO)


def write_story(account: Account, author: Member, title: str = "紙の点検表をやめた。", **bodies: str) -> Story:
    """Write a whole draft; `bodies`: other texts by the name of their part. Flushed, not committed."""
    story = Story(account_id=account.id, author_id=author.id)
    story.account, story.author, story.coauthors = account, author, []
    db.session.add(story)
    db.session.flush()
    texts = {name.value: f"{name.value}の答えです。" for name in QUESTIONS}
    texts |= {"title": title, "lead": "ロッカー四つ分の紙が、一つになりました。", "quote": "紙は、探すものでした。"}
    texts |= {"tries": "同じ数字を何回書くか数える｜15分"} | bodies
    for name in StoryPartName:
        db.session.add(StoryPart(story_id=story.id, name=name, body=texts.get(name.value, ""), revision=1))
    db.session.add(StoryStep(story_id=story.id, state=StoryState.DRAFT, owner_id=author.id, begun_by_id=author.id))
    db.session.flush()
    return story


def add_figure(story: Story, label: str = "点検表の紙", **values: object) -> StoryFigure:
    """Add a figure to the draft."""
    figure = StoryFigure(
        **{
            "story_id": story.id,
            "label": label,
            "baseline": 1840,
            "result": 210,
            "unit": "枚/月",
            "counting": Counting.COUNTED,
            "period": "前後6か月の平均",
            "method": "伝票を数えた",
            "as_of": now().date() - timedelta(days=30),
            **values,
        }
    )
    db.session.add(figure)
    db.session.flush()
    return figure


def give_domain(account_id: int, domain: str) -> None:
    """Give the company a mail domain, if nobody has it."""
    if db.session.get(MailDomain, domain) is None:
        db.session.add(MailDomain(domain=domain, account_id=account_id))
        db.session.flush()


def add_approver(
    story: Story, by: Member, uses: Collection[ConsentUse] = tuple(ConsentUse), email: str = "onishi@a.example.jp"
) -> StoryApprover:
    """Name somebody who is asked about these uses, at a domain of the company's."""
    give_domain(story.account_id, email.rpartition("@")[2])
    approver = StoryApprover(
        story_id=story.id,
        role=ApproverRole.SUPERIOR,
        name="大西 健吾",
        title="製造部長",
        email=email,
        uses=[use.value for use in uses],
        added_by_id=by.id,
    )
    db.session.add(approver)
    db.session.flush()
    return approver


def consent(
    version: StoryVersion, author: Member, approver: StoryApprover, allowed: Mapping[ConsentUse, date | None]
) -> StoryApproval:
    """Let the author and the approver allow the same uses, through the same days."""
    consent_ledger.record_author_consents(version, author, allowed)
    approval = StoryApproval(
        approver_id=approver.id,
        version_id=version.id,
        token_hash=f"hash of {approver.id} and {version.id}",
        asked_by_id=author.id,
        due_on=now().date(),
        expires_at=now() + timedelta(days=14),
        answered_at=now(),
        answer=ApprovalAnswer.APPROVED,
    )
    approval.version, approval.approver = version, approver
    db.session.add(approval)
    db.session.flush()
    consent_ledger.record_approver_consents(approval, allowed, [ConsentUse(use) for use in approver.uses])
    return approval


def publish(story: Story, by: Member, allowed: Mapping[ConsentUse, date | None] = FOREVER) -> StoryVersion:
    """Freeze the draft, let everybody consent, and publish it."""
    version = versions.freeze(story, by)
    consent(version, story.author, add_approver(story, by), allowed)
    story.published_version_id = version.id
    story.published_at = story.published_at or now()
    story.state = StoryState.PUBLISHED
    db.session.flush()
    return version


def join(story: Story, member: Member) -> None:
    """Let somebody write the story too, of whatever company they are."""
    added = StoryCoauthor(story_id=story.id, member_id=member.id, added_by_id=story.author_id)
    added.member = member
    story.coauthors.append(added)
    db.session.flush()
