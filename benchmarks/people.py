"""The sizes of a benchmark's data, and its companies and people, written one by one."""

from dataclasses import dataclass
from datetime import timedelta

from models.accounts import Account, AccountKind, AccountPhase, Member, Membership, Segment, StaffRole, Stage
from models.base import db, now

POSTS_A_TOPIC = 20
DAYS = 730
# A prime: neighbours in number are strangers in everything else.
STRIDE = 7_919


@dataclass(frozen=True)
class Sizes:
    """How many rows of each kind there are."""

    companies: int = 60
    members: int = 400
    posts: int = 10_000
    signals: int = 20_000

    @property
    def topics(self) -> int:
        return max(self.posts // POSTS_A_TOPIC, 1)


def add_people(sizes: Sizes) -> None:
    arrival = now() - timedelta(days=DAYS)
    vendor = Account(name="株式会社ベンダー", kind=AccountKind.VENDOR, created_at=arrival)
    industries = ("製造業", "卸売業", "運輸業", "小売業", "建設業", "医療")
    customers = [
        Account(
            name=f"株式会社第{n}製作所",
            reading=f"ダイ{n:05}セイサクショ",
            industry=industries[n % len(industries)],
            employees=10 + n * STRIDE % 3_000,
            licences=5 + n * STRIDE % 200,
            created_at=arrival,
        )
        for n in range(sizes.companies)
    ]
    db.session.add_all([vendor, *customers])
    db.session.flush()
    segments, stages = list(Segment), [Stage.ONBOARDING, Stage.ADOPTION, Stage.RENEWAL, Stage.ADVOCATE]
    db.session.add_all(
        AccountPhase(account_id=a.id, from_day=arrival.date(), segment=segments[n % 3], stage=stages[n % 4])
        for n, a in enumerate([vendor, *customers])
    )
    staff = Member(email="cs@example.jp", handle="cs", family_name="須藤", given_name="涼子", staff_role=StaffRole.CS)
    people = [
        Member(email=f"m{n}@example.jp", handle=f"m{n}", family_name="山田", given_name=f"{n}号", created_at=arrival)
        for n in range(sizes.members)
    ]
    db.session.add_all([staff, *people])
    db.session.flush()
    homes = [vendor, *(customers[n % len(customers)] for n in range(sizes.members))]
    db.session.add_all(
        Membership(member_id=member.id, account_id=home.id, from_day=arrival.date())
        for member, home in zip([staff, *people], homes, strict=True)
    )
    for customer in customers:
        customer.csm_id = staff.id
