"""Publishing policies: version 1 at the start, later ones for future days, with scales fixed at that moment."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from community.audit import record
from community.health.counting import stored_days
from community.health.policies import FIRST, PolicyVersion
from community.health.policy import SCALES, PolicyError, PolicyTerms, chosen_scale
from community.health.rules import behavior_of, points_of_days
from community.health.situations import list_customer_ids, load_customers, today
from models.accounts import Member
from models.base import db
from models.health import AccountSnapshot, Policy


def ensure_first_policy() -> None:
    """Write version 1 if there is no policy yet. Idempotent, also with two processes at once."""
    if db.session.scalar(sa.select(Policy.version).limit(1)) is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(_policy_row(FIRST, None))
    except IntegrityError:
        return  # another process wrote it at the same moment


def publish_policy(terms: PolicyTerms, from_day: date, reason: str, by: Member) -> PolicyVersion:
    """Put terms in force from a day on, with scales chosen from the community's breadth, and return the version.

    The reason is kept in the audit log, since a policy never changes and a reason may name somebody. Raises PolicyError
    if snapshots of that day may exist already, or the same terms are published already.
    """
    ensure_first_policy()
    _check_day(from_day)
    published = terms.with_scales(suggested_scales(terms, today()))
    newest = db.session.scalar(sa.select(sa.func.max(Policy.version))) or 0
    version = PolicyVersion(newest + 1, from_day, published)
    same = db.session.scalar(sa.select(Policy.version).where(Policy.sha256 == published.sha256))
    if same is not None:
        raise PolicyError(f"these very terms are version {same}")
    db.session.add(_policy_row(version, by.id))
    db.session.flush()
    record(by.id, "health.publish_policy", "policy", version.version, after={"sha256": published.sha256}, reason=reason)
    return version


def suggested_scales(terms: PolicyTerms, day: date) -> Mapping[str, float]:
    """Return κ per segment, chosen from the breadth of its customers under these terms."""
    customers = load_customers(list_customer_ids())
    counted = stored_days(customers.ids)
    breadths: defaultdict[str, list[float]] = defaultdict(list)
    for account_id in customers.ids:
        standing = customers.standing(account_id, day)
        if standing is not None:
            points = points_of_days(counted[account_id], terms)
            breadths[standing.segment].append(behavior_of(points, day, terms, standing.scale).breadth)
    return {segment: chosen_scale(breadths[segment], SCALES.get(segment, scale)) for segment, scale in terms.scales}


def _check_day(from_day: date) -> None:
    taken = db.session.scalar(sa.select(sa.func.max(AccountSnapshot.day)))
    newest = db.session.scalar(sa.select(sa.func.max(Policy.from_day)))
    if from_day < today() or (taken is not None and from_day <= taken):
        raise PolicyError("a policy scores days to come: what was written down stays")
    if newest is not None and from_day <= newest:
        raise PolicyError("a later policy is published already")


def _policy_row(policy: PolicyVersion, by_id: int | None) -> Policy:
    return Policy(
        version=policy.version,
        from_day=policy.from_day,
        document=policy.terms.canonical,
        sha256=policy.terms.sha256,
        published_by_id=by_id,
    )
