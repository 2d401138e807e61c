"""What a person takes along of joining: what they agreed to, and that they invited. No link, and nobody's address."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import ngettext

from blueprints.json_files import to_json
from blueprints.room_parts import DataExport, ExportSummary
from community.joining.queries import list_sent_invitations
from community.joining.terms import list_accepted
from models.accounts import Invitation, Member
from models.joining import TermsVersion


def _list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    yield "terms.json", to_json([_acceptance(version, at) for version, at in list_accepted(member.id)])
    yield "invitations.json", to_json([_invitation(each) for each in list_sent_invitations(member.id)])


def _summarise(member: Member) -> ExportSummary:
    accepted, invited = len(list_accepted(member.id)), len(list_sent_invitations(member.id))
    return ExportSummary(
        contents=[
            ngettext("同意した規約 %(num)s件", "同意した規約 %(num)s件", accepted),
            *([ngettext("送った招待 %(num)s件", "送った招待 %(num)s件", invited)] if invited else []),
        ]
    )


def _acceptance(version: TermsVersion, at: datetime) -> dict[str, object]:
    return {
        "kind": version.kind,
        "number": version.number,
        "holds_from": version.holds_from.isoformat(),
        "accepted_at": at.isoformat(),
    }


def _invitation(invitation: Invitation) -> dict[str, object]:
    """Return when somebody was invited, and as what; who it was, and where they joined, is theirs to take along."""
    return {
        "is_company_admin": invitation.is_company_admin,
        "sent_at": invitation.created_at.isoformat(),
        "expires_at": invitation.expires_at.isoformat(),
        "withdrawn_at": invitation.withdrawn_at.isoformat() if invitation.withdrawn_at else None,
    }


EXPORT = DataExport(_list_files, _summarise, ("terms.json", "invitations.json"))
