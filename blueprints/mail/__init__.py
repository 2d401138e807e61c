"""The development mailbox: the mails that would be sent if a mail server were configured."""

from .views import bp

__all__ = ["bp"]
