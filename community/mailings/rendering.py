"""Renders letters about notifications. Letters that differ only in their recipient are rendered once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale

from community import links, text
from community.mail.letters import Letter, write_letter
from community.mail.stopping import make_stop_token
from community.notifications.sentences import sentence_of
from community.room import Key, NotificationKind, current_rooms

from .items import MailItem, Recipient
from .rules import DIGEST

EXCERPT_LENGTH = 200
# Nobody reads about more things in one mail; the others are counted.
DIGEST_ENTRIES = 20


@dataclass(frozen=True)
class DigestLine:
    """Notifications of one kind about one thing: "three replies". `who`: the name of who did the newest."""

    kind: NotificationKind
    count: int
    who: str
    is_own: bool

    def sentence(self) -> str:
        """Return the line as a sentence in the language of the letter that is being rendered."""
        return sentence_of(self.kind, self.count, self.who, is_own=self.is_own)


@dataclass(frozen=True)
class DigestEntry:
    """One thing in a digest, with a line for each kind of notification."""

    title: str
    address: str
    lines: tuple[DigestLine, ...]


class MailRenderer:
    """Renders the letters of one run of the task. Callers have checked `rules.obstacle` of each item."""

    def __init__(self) -> None:
        # Placeholder for the unsubscribe link in a rendered letter; random, so that no text of a member contains it.
        self._placeholder = f"stop-{secrets.token_urlsafe(16)}"
        self._rendered: dict[tuple[object, ...], Letter] = {}

    def render_at_once(self, item: MailItem, recipient: Recipient) -> Letter:
        """Return the letter about one notification."""
        locale, kind = recipient.member.locale, current_rooms().notification_kinds[item.notification_mail.kind]
        key = (item.event, kind.name, locale, item.is_own())
        rendered = self._rendered.get(key)
        if rendered is None:
            rendered = self._rendered[key] = write_letter(kind.letter, locale, self._values(item, locale))
        return self._personalise(rendered, recipient, kind.name)

    def render_digest(self, gathered: Sequence[MailItem], recipient: Recipient) -> Letter:
        """Return the letter about several notifications, thing by thing."""
        with force_locale(recipient.member.locale):
            entries = list_entries(gathered)
        values = {
            "name": recipient.member.display_name,
            "entries": entries[:DIGEST_ENTRIES],
            "more": max(len(entries) - DIGEST_ENTRIES, 0),
            "all_news": links.notifications(),
            **self._unsubscribe_links(),
        }
        return self._personalise(write_letter(DIGEST, recipient.member.locale, values), recipient, DIGEST)

    def _values(self, item: MailItem, locale: str) -> dict[str, object]:
        with force_locale(locale):
            place, subject, who = item.describe_place(), item.describe_subject(), item.name_actor()
        return {
            "who": who,
            "title": place.title if place else "",
            "is_own": item.is_own(),
            "excerpt": text.to_excerpt(subject.html, EXCERPT_LENGTH) if subject else "",
            "address": links.thing(subject) if subject else "",
            **self._unsubscribe_links(),
        }

    def _unsubscribe_links(self) -> dict[str, str]:
        return {"stop_address": self._placeholder, "settings_address": links.mail_settings()}

    def _personalise(self, letter: Letter, recipient: Recipient, kind: str) -> Letter:
        link = links.stop_mails(make_stop_token(recipient.member.id, kind))
        text_part = letter.text.replace(self._placeholder, link)
        return Letter(letter.subject, text_part, letter.html.replace(self._placeholder, link))


def list_entries(gathered: Sequence[MailItem]) -> list[DigestEntry]:
    """Return one entry for each thing, in the order in which something happened to them first."""
    about: dict[Key, list[MailItem]] = {}
    for item in gathered:
        about.setdefault(item.place, []).append(item)
    return [_digest_entry(items) for items in about.values()]


def _digest_entry(items: list[MailItem]) -> DigestEntry:
    """Return the entry of one thing, its most personal kind first."""
    lines = []
    for kind in current_rooms().notification_kinds.values():
        of_kind = [item for item in items if item.notification_mail.kind == kind.name]
        if of_kind:
            lines.append(DigestLine(kind, len(of_kind), of_kind[-1].name_actor(), of_kind[-1].is_own()))
    place, subject = items[0].describe_place(), items[0].describe_subject()
    return DigestEntry(place.title if place else "", links.thing(subject) if subject else "", tuple(lines))
