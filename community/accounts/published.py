"""Log-ins that everybody knows: those of the sample community, whose password its README and its start print."""

from flask import current_app

from community.config import Config
from models.accounts import Member

# Of every sample person, printed by the command that loads them; never in an installation with real rows.
SAMPLE_PASSWORD = "musubu-kumihimo"  # noqa: S105  known to everybody
# Beneath these lies every company of the sample (a test looks). Registries keep the names free for examples (RFC 2606,
# JPRS), so no real person has an address there.
SAMPLE_ENDINGS = (".example.jp", ".example.com")


def is_sample_login(email: str) -> bool:
    """Whether the address is a sample person's."""
    return email.rpartition("@")[2].lower().endswith(SAMPLE_ENDINGS)


def are_published_refused() -> bool:
    """Whether this installation lets in nobody by a published log-in: it is in production."""
    config: Config = current_app.config["TSUDOI"]
    return config.environment == "production"


def is_published_login(member: Member) -> bool:
    """A sample person in a production installation, where that is no way in."""
    return is_sample_login(member.email) and are_published_refused()
