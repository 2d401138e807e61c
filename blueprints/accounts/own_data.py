"""What a person takes along of the accounts: what they say of themselves, and where they belong."""

from collections.abc import Iterator

from blueprints.json_files import to_json
from blueprints.room_parts import DataExport, ExportSummary
from community.accounts import queries
from models.accounts import Member


def list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the archive with their names."""
    yield "profile.json", to_json(_describe_profile(member))


def _describe_profile(member: Member) -> dict[str, object]:
    memberships = queries.list_memberships(member.id)
    names = {a.id: a.name for a in queries.list_accounts_by_id([m.account_id for m in memberships]).values()}
    return {
        "handle": member.handle,
        "email": member.email,
        "family_name": member.family_name,
        "given_name": member.given_name,
        "family_reading": member.family_reading,
        "given_reading": member.given_reading,
        "headline": member.headline,
        "bio": member.bio,
        "locale": member.locale,
        "time_zone": member.time_zone,
        "joined_at": member.created_at.isoformat(),
        "companies": [
            {
                "name": names[membership.account_id],
                "from_day": membership.from_day.isoformat(),
                "until_day": membership.until_day.isoformat() if membership.until_day else None,
            }
            for membership in memberships
        ],
    }


def _summarise(member: Member) -> ExportSummary:
    """Nothing to count: the page says it of everybody."""
    del member
    return ExportSummary()


EXPORT = DataExport(list_files, _summarise)
