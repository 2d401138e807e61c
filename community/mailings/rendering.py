"""Letters about notifications. Those that differ only in whom they go to are rendered once."""

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
# More things than one reads about in a mail; the rest is counted.
DIGEST_ENTRIES = 20


@dataclass(frozen=True)
class DigestLine:
    """Notifications of one kind about one thing: "three replies". `who`: the name of who did the newest."""

    kind: NotificationKind
    count: int
    who: str
    is_own: bool

    def sentence(self) -> str:
        """Return it in the language of the letter that is being rendered."""
        return sentence_of(self.kind, self.count, self.who, is_own=self.is_own)


@dataclass(frozen=True)
class DigestEntry:
    """What a digest says of one thing."""

    title: str
    address: str
    lines: tuple[DigestLine, ...]


class MailRenderer:
    """Renders the letters of one run. What it is given has no obstacle (rules.py)."""

    def __init__(self) -> None:
        # Stands in a rendered letter for the way out of it; nobody can have typed it.
        self._mark = f"stop-{secrets.token_urlsafe(16)}"
        self._rendered: dict[tuple[object, ...], Letter] = {}

    def render_at_once(self, item: MailItem, recipient: Recipient) -> Letter:
        """Return the letter about one notification."""
        locale, kind = recipient.member.locale, current_rooms().notification_kinds[item.mail.kind]
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
            **self._ways_out(),
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
            **self._ways_out(),
        }

    def _ways_out(self) -> dict[str, str]:
        return {"stop_address": self._mark, "settings_address": links.mail_settings()}

    def _personalise(self, letter: Letter, recipient: Recipient, kind: str) -> Letter:
        way_out = links.stop_mails(make_stop_token(recipient.member.id, kind))
        return Letter(
            letter.subject, letter.text.replace(self._mark, way_out), letter.html.replace(self._mark, way_out)
        )


def list_entries(gathered: Sequence[MailItem]) -> list[DigestEntry]:
    """Return entries thing by thing, in the order in which something happened to them first."""
    about: dict[Key, list[MailItem]] = {}
    for item in gathered:
        about.setdefault(item.place, []).append(item)
    return [_entry(items) for items in about.values()]


def _entry(items: list[MailItem]) -> DigestEntry:
    """Return what is said of one thing, the most personal kind first."""
    lines = []
    for kind in current_rooms().notification_kinds.values():
        of_kind = [item for item in items if item.mail.kind == kind.name]
        if of_kind:
            lines.append(DigestLine(kind, len(of_kind), of_kind[-1].name_actor(), of_kind[-1].is_own()))
    place, subject = items[0].describe_place(), items[0].describe_subject()
    return DigestEntry(place.title if place else "", links.thing(subject) if subject else "", tuple(lines))
