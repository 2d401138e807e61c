"""The development mailbox: what would be sent, where no mail server is configured."""

from .views import bp

__all__ = ["bp"]
