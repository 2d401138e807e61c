"""Coming in, being invited, and what people say of themselves."""

from . import invitations, passwords, profiles, settings, views
from .bp import bp

__all__ = ["bp", "invitations", "passwords", "profiles", "settings", "views"]
