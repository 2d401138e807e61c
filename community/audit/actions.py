"""Writing the log. It is only ever added to: the database itself refuses anything else."""

from typing import Any

from models.audit import AuditEntry
from models.base import db


def record(
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add a line to the audit log. Ids and values only, no personal data. `actor_id` None: the operator."""
    entry = AuditEntry(
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        before=before,
        after=after,
        reason=reason,
    )
    db.session.add(entry)
    return entry
