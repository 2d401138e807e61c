"""Handing mails to the SMTP server, over one connection per run."""

import re
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from community import links
from community.mail import rules
from community.mail.actions import Outcome
from community.mail.bounces import UNKNOWN, sender_of
from community.mail.stopping import make_stop_token
from models.mail import Mail

# A server that does not answer in time is tried again later.
TIMEOUT_SECONDS = 30
PERMANENT = 500  # SMTP replies from here on are permanent (RFC 5321, 4.2.1)
SUBMISSION_PORT = 587
SMTPS_PORT = 465
WAY_OUT = "List-Unsubscribe"


class SmtpTransport:
    """Delivers mails over one connection, opened for the first of them.

    `smtp://` uses STARTTLS if the server offers it, and requires it before a password; `smtps://` uses TLS from the
    start.
    """

    def __init__(self, smtp_url: str, mail_from: str, bounces: str = "") -> None:
        self._url = urlsplit(smtp_url)
        self._from = mail_from
        self._bounces = bounces
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """The open transport itself; the connection is opened later."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._hang_up()

    def deliver(self, mail: Mail) -> Outcome:
        """Send one mail and return the result. Errors of the server or the network are results, not exceptions."""
        try:
            envelope = sender_of(mail.id, self._bounces) if self._bounces else None
            # Explicit: Python cannot read back from the header an address with dots where RFC 5322 allows none.
            self._connected().send_message(compose(mail, self._from), from_addr=envelope, to_addrs=[mail.to_address])
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(refused)
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            # A failed login of ours is a fault of the settings, not of this mail.
            final = error.smtp_code >= PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError)
            return Outcome(f"{type(error).__name__}: {error.smtp_code}", final=final)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Outcome(type(error).__name__)
        return Outcome()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._dial()
            self._introduce(self._server)
        return self._server

    def _dial(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        if self._url.scheme == "smtps":
            port = self._url.port or SMTPS_PORT
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, self._url.port or SUBMISSION_PORT, timeout=TIMEOUT_SECONDS)

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self._url.scheme != "smtps" and (self._url.username or server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class _Unbroken(EmailPolicy):
    """Keeps List-Unsubscribe on one line: Python would break a long address into encoded words, useless as a link."""

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401  as EmailPolicy has it
        return f"{name}: {value}{self.linesep}" if name == WAY_OUT else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401  as EmailPolicy has it
        return self.fold(name, value).encode() if name == WAY_OUT else super().fold_binary(name, value)


def _refused(refused: smtplib.SMTPRecipientsRefused) -> Outcome:
    """Return the outcome; a mail has one recipient, so there is one reply."""
    [(code, said)] = refused.recipients.values()
    final = code >= PERMANENT
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    status = re.match(r"5\.\d{1,3}\.\d{1,3}", words)
    return Outcome(f"refused: [{code}]", final=final, refused=(status[0] if status else UNKNOWN) if final else "")


def compose(mail: Mail, mail_from: str) -> EmailMessage:
    """Return the message as it is sent."""
    message = EmailMessage(policy=_Unbroken())
    message["From"] = mail_from
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic reply
    if mail.can_wait and mail.member_id is not None:
        _mark_as_news(message, mail, mail.member_id, rules.domain_of(mail_from))
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _mark_as_news(message: EmailMessage, mail: Mail, member_id: int, domain: str) -> None:
    """Add headers by which mail programs sort the mail and offer to unsubscribe (RFC 2919, RFC 2369, RFC 8058)."""
    message["Precedence"] = "bulk"
    message["List-Id"] = f"<{mail.kind}.news.{domain}>"
    message[WAY_OUT] = f"<{links.stop_mails(make_stop_token(member_id, mail.kind))}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
