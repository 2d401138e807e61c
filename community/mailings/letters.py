"""Letters about news. Those that differ only in whom they go to are drawn once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from community import links, text
from community.mail.letters import Letter, write_letter
from community.mail.stopping import make_stop_token
from community.notifications import sentences
from models.forums import Post, Topic
from models.notifications import NotificationKind

from .news import News, Recipient
from .rules import DIGEST

EXCERPT_LENGTH = 200
# More topics than one reads in a mail; the rest is counted.
DIGEST_TOPICS = 20


@dataclass(frozen=True)
class Line:
    """One kind of news about a topic: "three replies". `who`: the newest doer's name."""

    kind: NotificationKind
    count: int
    who: str
    is_own: bool

    def sentence(self) -> str:
        """In the language of the letter that is being drawn."""
        return sentences.tell(self.kind, self.count, self.who, is_own=self.is_own)


@dataclass(frozen=True)
class Entry:
    """What a digest says of one topic."""

    title: str
    address: str
    lines: tuple[Line, ...]


class Desk:
    """Where one run writes its letters."""

    def __init__(self) -> None:
        # Stands in a drawn letter for the way out of it; nobody can have typed it.
        self._mark = f"stop-{secrets.token_urlsafe(16)}"
        self._drawn: dict[tuple[object, ...], Letter] = {}

    def write_news(self, news: News, topic: Topic, post: Post, recipient: Recipient) -> Letter:
        """Of one act."""
        member, kind = recipient.member, news.notice.kind
        key = (news.notice.signal_id, kind, member.locale, news.is_own())
        drawn = self._drawn.get(key)
        if drawn is None:
            values = {
                "who": news.who,
                "title": topic.title,
                "is_own": news.is_own(),
                "excerpt": text.to_excerpt(post.html, EXCERPT_LENGTH),
                "address": links.post(post.id),
                **self._ways_out(),
            }
            drawn = self._drawn[key] = write_letter(kind, member.locale, values)
        return self._hand_over(drawn, recipient, kind)

    def write_digest(self, gathered: Sequence[News], recipient: Recipient) -> Letter:
        """Of several acts, topic by topic."""
        entries = list_entries(gathered)
        values = {
            "name": recipient.member.display_name,
            "entries": entries[:DIGEST_TOPICS],
            "more": max(len(entries) - DIGEST_TOPICS, 0),
            "all_news": links.notifications(),
            **self._ways_out(),
        }
        return self._hand_over(write_letter(DIGEST, recipient.member.locale, values), recipient, DIGEST)

    def _ways_out(self) -> dict[str, str]:
        return {"stop_address": self._mark, "settings_address": links.mail_settings()}

    def _hand_over(self, letter: Letter, recipient: Recipient, kind: str) -> Letter:
        way_out = links.stop_mails(make_stop_token(recipient.member.id, kind))
        return Letter(
            letter.subject, letter.text.replace(self._mark, way_out), letter.html.replace(self._mark, way_out)
        )


def list_entries(gathered: Sequence[News]) -> list[Entry]:
    """Topic by topic, in the order in which something happened in them first."""
    topics: dict[int, list[News]] = {}
    for news in gathered:
        if news.topic is not None:
            topics.setdefault(news.topic.id, []).append(news)
    return [_entry(about) for about in topics.values()]


def _entry(about: list[News]) -> Entry:
    topic, post = about[0].topic, about[0].post
    assert topic is not None and post is not None  # noqa: S101, PT018  nothing hidden is mailed
    kinds = sorted(about, key=lambda news: news.notice.kind)
    lines = []
    for kind, some in groupby(kinds, key=lambda news: news.notice.kind):
        of_kind = list(some)
        lines.append(Line(NotificationKind(kind), len(of_kind), of_kind[-1].who, of_kind[-1].is_own()))
    return Entry(topic.title, links.post(post.id), tuple(lines))
