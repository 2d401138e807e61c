"""The mails about news as people read them, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from inline_snapshot import snapshot

from community.forums.notifications import ACCEPTED, MENTION, REPLY, SOLVED
from community.mail.letters import Letter, write_letter
from community.mailings.rendering import DigestEntry, DigestLine

WAYS_OUT = {
    "stop_address": "https://example.jp/mails/stop/TOKEN",
    "settings_address": "https://example.jp/me/mails",
}
NEWS: dict[str, Any] = {
    "who": "別府 直樹",
    "title": "日付が1日ずれます",
    "is_own": False,
    "excerpt": "時間帯の設定を見てください。",
    "address": "https://example.jp/forums/posts/30",
    **WAYS_OUT,
}
DIGEST: dict[str, Any] = {
    "name": "青木 陽子",
    "entries": [
        DigestEntry(
            "日付が1日ずれます",
            "https://example.jp/forums/posts/30",
            (DigestLine(ACCEPTED, 1, "別府 直樹", is_own=False), DigestLine(REPLY, 3, "別府 直樹", is_own=False)),
        ),
        DigestEntry(
            "帳票の余白",
            "https://example.jp/forums/posts/41",
            (
                DigestLine(MENTION, 2, "千葉 美咲", is_own=True),
                DigestLine(SOLVED, 1, "", is_own=True),
                DigestLine(REPLY, 1, "", is_own=True),
            ),
        ),
    ],
    "more": 4,
    "all_news": "https://example.jp/notifications",
    **WAYS_OUT,
}
KINDS = {"reply": NEWS, "mention": NEWS, "accepted": NEWS, "solved": NEWS, "digest": DIGEST}

Write = Callable[[str, str, Mapping[str, object]], Letter]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """One: letters ask no database."""
    return request.param


@pytest.fixture
def write(app: Flask) -> Write:
    return write_letter


def as_read(letter: Letter) -> str:
    return f"{letter.subject}\n\n{letter.text}"


def test_reply(write: Write) -> None:
    assert as_read(write("reply", "ja", NEWS)) == snapshot("""\
「日付が1日ずれます」に返信が届きました

別府 直樹さんから返信が届きました。

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
あなたがこの話題を見守っているので、お送りしました。
このお知らせをメールで受け取らない：https://example.jp/mails/stop/TOKEN
メールの設定：https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("reply", "en", NEWS)) == snapshot("""\
New reply to “日付が1日ずれます”

別府 直樹 replied.

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
You get this because you follow this topic.
Stop mail of this kind: https://example.jp/mails/stop/TOKEN
Mail settings: https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_mention(write: Write) -> None:
    assert as_read(write("mention", "ja", NEWS)) == snapshot("""\
「日付が1日ずれます」で呼びかけられました

別府 直樹さんがあなたに呼びかけました。

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
あなたの名前が書かれたので、お送りしました。
このお知らせをメールで受け取らない：https://example.jp/mails/stop/TOKEN
メールの設定：https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("mention", "en", NEWS)) == snapshot("""\
You were mentioned in “日付が1日ずれます”

別府 直樹 mentioned you.

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
You get this because you were mentioned.
Stop mail of this kind: https://example.jp/mails/stop/TOKEN
Mail settings: https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_accepted(write: Write) -> None:
    assert as_read(write("accepted", "ja", NEWS)) == snapshot("""\
「日付が1日ずれます」があなたの回答で解決しました

別府 直樹さんが、あなたの回答で解決したと知らせてくれました。

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
あなたの回答が解決に選ばれたので、お送りしました。
このお知らせをメールで受け取らない：https://example.jp/mails/stop/TOKEN
メールの設定：https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("accepted", "en", NEWS)) == snapshot("""\
Your answer solved “日付が1日ずれます”

別府 直樹 says that your answer solved it.

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
You get this because your answer was chosen as the solution.
Stop mail of this kind: https://example.jp/mails/stop/TOKEN
Mail settings: https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_solved(write: Write) -> None:
    assert as_read(write("solved", "ja", NEWS)) == snapshot("""\
「日付が1日ずれます」が解決しました

見守っている質問が解決しました。

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
あなたがこの質問をしたか、見守っているので、お送りしました。
このお知らせをメールで受け取らない：https://example.jp/mails/stop/TOKEN
メールの設定：https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("solved", "en", {**NEWS, "is_own": True})) == snapshot("""\
“日付が1日ずれます” was solved

Your question was solved.

日付が1日ずれます
https://example.jp/forums/posts/30

> 時間帯の設定を見てください。

--
You get this because you asked this question or follow it.
Stop mail of this kind: https://example.jp/mails/stop/TOKEN
Mail settings: https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_digest(write: Write) -> None:
    assert as_read(write("digest", "ja", DIGEST)) == snapshot("""\
クミヒモ ユーザー会：日付が1日ずれますほか

青木 陽子 さん

あなたに関わる話題に、動きがありました。

■ 日付が1日ずれます
- あなたの回答で解決しました
- 返信が3件届きました
https://example.jp/forums/posts/30

■ 帳票の余白
- 千葉 美咲さんほかから、あなたへの呼びかけが2件あります
- あなたの質問が解決しました
- 退会した方さんから返信が届きました
https://example.jp/forums/posts/41

ほかに4件の話題があります。
https://example.jp/notifications

--
あなたの名前が書かれた話題や見守っている話題を、1日に1回まとめてお送りしています。
このお知らせをメールで受け取らない：https://example.jp/mails/stop/TOKEN
メールの設定：https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("digest", "en", DIGEST)) == snapshot("""\
クミヒモ ユーザー会: 日付が1日ずれます and more

Dear 青木 陽子,

There is news in topics that concern you.

■ 日付が1日ずれます
- Your answer solved it
- 3 replies arrived
https://example.jp/forums/posts/30

■ 帳票の余白
- 千葉 美咲 and others mentioned you (2)
- Your question was solved
- A former member replied
https://example.jp/forums/posts/41

More topics with news: 4
https://example.jp/notifications

--
You get this once a day about topics that mention you or that you follow.
Stop mail of this kind: https://example.jp/mails/stop/TOKEN
Mail settings: https://example.jp/me/mails
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_html_of_a_reply(write: Write) -> None:
    html = write("reply", "ja", NEWS).html
    assert html[html.index("<main>") : html.index("</main>")] == snapshot("""\
<main>
      <header>クミヒモ ユーザー会</header>
  <p>別府 直樹さんから返信が届きました。</p>
  <p class="topic">日付が1日ずれます</p>
    <blockquote>時間帯の設定を見てください。</blockquote>
  <p><a class="act" href="https://example.jp/forums/posts/30">開いて読む</a></p>
  <p class="address">https://example.jp/forums/posts/30</p>
      <footer>  <p>あなたがこの話題を見守っているので、お送りしました。</p>
  <p><a href="https://example.jp/mails/stop/TOKEN">このお知らせをメールで受け取らない</a><br>
  <a href="https://example.jp/me/mails">メールの設定</a></p>
クミヒモ ユーザー会（株式会社クミヒモ）</footer>
    \
""")


def test_html_of_a_digest(write: Write) -> None:
    html = write("digest", "en", DIGEST).html
    assert html[html.index("<main>") : html.index("</main>")] == snapshot("""\
<main>
      <header>クミヒモ ユーザー会</header>
  <p>Dear 青木 陽子,</p>
  <p>There is news in topics that concern you.</p>
    <p class="topic"><a href="https://example.jp/forums/posts/30">日付が1日ずれます</a></p>
    <ul>
        <li>Your answer solved it</li>
        <li>3 replies arrived</li>
    </ul>
    <p class="topic"><a href="https://example.jp/forums/posts/41">帳票の余白</a></p>
    <ul>
        <li>千葉 美咲 and others mentioned you (2)</li>
        <li>Your question was solved</li>
        <li>A former member replied</li>
    </ul>
    <p><a href="https://example.jp/notifications">More topics with news: 4</a></p>
      <footer>  <p>You get this once a day about topics that mention you or that you follow.</p>
  <p><a href="https://example.jp/mails/stop/TOKEN">Stop mail of this kind</a><br>
  <a href="https://example.jp/me/mails">Mail settings</a></p>
クミヒモ ユーザー会（株式会社クミヒモ）</footer>
    \
""")


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_who_sends_it_why_and_how_to_end_it(write: Write, kind: str) -> None:
    letter = write(kind, "ja", KINDS[kind])
    for body in (letter.text, letter.html):
        assert "株式会社クミヒモ" in body
        assert WAYS_OUT["stop_address"] in body
        assert WAYS_OUT["settings_address"] in body
        assert "お送りし" in body
    assert "prefers-color-scheme: dark" in letter.html
    assert "<img" not in letter.html


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_stay_text(write: Write, kind: str) -> None:
    bad = "<script>alert(1)</script>\r\nBcc: x@evil.example"
    entries = [DigestEntry(bad, "https://example.jp/", (DigestLine(REPLY, 1, bad, is_own=False),))]
    values = {**KINDS[kind], "who": bad, "title": bad, "excerpt": bad, "name": bad, "entries": entries}
    letter = write(kind, "en", values)
    assert "<script>" not in letter.html
    assert "\n" not in letter.subject


def test_who_has_left_has_no_name(write: Write) -> None:
    assert "退会した方さんから返信が届きました。" in write("reply", "ja", {**NEWS, "who": ""}).text
