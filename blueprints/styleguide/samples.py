"""Values for the style guide: fictional, fixed, in the shapes that the macros document."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from blueprints.conflicts import Conflict, Difference
from community.config import ROOT
from community.text.differences import parts_of

POSTED_AT = datetime(2026, 11, 17, 16, 42, tzinfo=ZoneInfo("Asia/Tokyo"))

MOTIFS = (
    "futaba",
    "kikyo",
    "wachigai",
    "ougi",
    "umebachi",
    "tomoe",
    "nami",
    "asanoha",
    "kikko",
    "chigaiya",
    "hishi",
)  # fmt: skip
SWATCHES = (
    ("紙", "paper"),
    ("面", "surface"),
    ("沈", "sunk"),
    ("墨", "ink"),
    ("墨2", "ink-2"),
    ("墨3", "ink-3"),
    ("罫", "line"),
    ("枠", "edge"),
    ("藍", "ai"),
    ("藍深", "ai-deep"),
    ("藍淡", "ai-wash"),
    ("柿", "kaki"),
    ("柿塗", "kaki-fill"),
    ("抹茶", "matcha"),
    ("山吹", "yama"),
    ("臙脂", "enji"),
)
ICONS = tuple(re.findall(r'<symbol id="(\w+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))
QUESTION = Markup(
    "<p>商品マスタの単価を4月に改定したのですが、受注アプリで前に取得したレコードは<strong>古い単価のまま</strong>です。"
    "2,400件ほどあり、1件ずつ取得し直すしかないのでしょうか。</p>"
)
ANSWER = Markup(
    "<p>ルックアップは「取得したときの値」を写す機能なので、あとから直しても連動しません。次の順番がいちばん安全でした。</p>"
    "<ol><li>受注アプリを<strong>「納品前」だけ</strong>で絞り込み、CSVに書き出します。</li>"
    "<li>CSVは<strong>レコード番号と商品コードの2列だけ</strong>残します。</li>"
    "<li>そのまま読み込むと、単価が取得し直されます。</li></ol>"
    "<blockquote><p>引用はこう見えます。</p></blockquote>"
    "<p>設定名は<code>lookup_refresh</code>です。くわしくは<a href='#posts'>前の回答</a>へ。</p>"
)


def everything() -> dict[str, Any]:
    """Return all samples, by the names that the template uses."""
    return {
        "motifs": MOTIFS,
        "swatches": SWATCHES,
        "icons": ICONS,
        "posted_at": POSTED_AT,
        "question": QUESTION,
        "answer_html": ANSWER,
        "reactions_shown": reactions(),
        "line": line(),
        "matrix": matrix(),
        "pages": pages(),
        "refused_edit": {"conflict": conflict()},
    }


def reactions() -> list[dict[str, object]]:
    """Return the reactions of a post, one of them the viewer's."""
    return [
        {"kind": "thanks", "label": "ありがとう", "icon": "hand", "count": 14, "mine": True},
        {"kind": "helpful", "label": "参考になった", "icon": "bulb", "count": 31, "mine": False},
        {"kind": "same", "label": "うちも同じ", "icon": "users", "count": 7, "mine": False},
    ]


def conflict() -> Conflict:
    """Return a conflict: a name, a field that was left alone, and a text."""
    before, after = "単価が\n翌日に戻ります。", "単価が\n次の日に戻ります。"
    return Conflict(
        "11月30日 14:03に、高瀬 和真さんが変えました。",
        (
            Difference("会社の名前", "北浜精工株式会社", "株式会社北浜精工", is_mine=True, parts=[]),
            Difference("都道府県", "大阪府", "", is_mine=False, parts=[]),
            Difference("説明", before, after, is_mine=True, parts=parts_of(before, after)),
        ),
    )


def pages() -> list[dict[str, object] | None]:
    """Return the pages of a long list, with a gap."""
    return [
        {"label": "1", "href": "#lists", "current": False},
        None,
        {"label": "7", "href": "#lists", "current": False},
        {"label": "8", "href": None, "current": True},
        {"label": "9", "href": "#lists", "current": False},
    ]


def line() -> Mapping[str, object]:
    """Return a score over time, in drawing units."""
    mine = (140, 136, 130, 124, 121, 116, 118, 125, 116, 120, 108, 91, 84)
    others = {
        "dashed": (70, 65, 64, 68, 74, 62, 58, 56, 54, 55, 53, 51, 51),
        "dotted": (60, 62, 60, 63, 66, 71, 63, 62, 61, 63, 65, 66, 68),
    }
    words = {"dashed": ("活用度", "78", 55), "dotted": ("浸透度", "71", 72), "main": ("行動力", "64", 89)}
    return {
        "width": 776,
        "height": 214,
        "title": "3つの軸の推移",
        "description": "行動力は8月20日からの90日で50から64に上がりました。",
        "plot": {"left": 34, "right": 690, "top": 4, "bottom": 166},
        "period": {"x": 362, "width": 328, "label": "この90日"},
        "y_ticks": [
            {"y": 46, "label": "80", "strong": False, "note": None},
            {"y": 94, "label": "60", "strong": True, "note": {"x": 38, "y": 89, "text": "良好の目安 60"}},
            {"y": 142, "label": "40", "strong": False, "note": None},
        ],
        "x_ticks": [{"x": 77 + 110 * i, "label": f"{6 + i}月"} for i in range(6)],
        "series": [_series(kind, heights, words[kind]) for kind, heights in (*others.items(), ("main", mine))],
        "events": [
            {"n": n, "x": x, "y": y, "drop": 190, "disc_y": 200, "date": date, "text": text, "href": "#charts"}
            for n, x, y, date, text in (
                (1, 471.3, 116, "9/16", "大阪の勉強会に3名"),
                (2, 580.7, 108, "10/14", "佐伯さんが登壇"),
                (3, 635.3, 91, "10/28", "田中さんが事例を公開"),
                (4, 690, 84, "11/17", "回答が解決"),
            )
        ],
    }


def _series(kind: str, heights: tuple[int, ...], words: tuple[str, str, int]) -> dict[str, object]:
    label, value, label_y = words
    steps = "L".join(f"{34 + 656 * i / 12:.1f} {y}" for i, y in enumerate(heights))
    return {"kind": kind, "d": f"M{steps}", "label": label, "value": value, "label_x": 702, "label_y": label_y}


def matrix() -> Mapping[str, object]:
    """Return a small matrix of accounts, in drawing units."""
    marks = (
        (480, 126, 14, "good", "みなと食品株式会社", "行動力 75　勢い 69"),
        (230, 420, 13, "bad", "有限会社つばき運輸", "行動力 22　勢い 18\n30日、誰も動いていません"),
        (560, 340, 12, "watch", "株式会社北浜精工", "行動力 38　勢い 82"),
        (300, 180, 10, "watch", "三ツ星商事株式会社", "行動力 66　勢い 40"),
        (600, 220, 8, "good", "株式会社あおば印刷", "行動力 60　勢い 88"),
        (420, 470, 7, "unknown", "株式会社ひなた保険", "行動力 —　観測が足りません"),
    )
    ticks = (0, 25, 50, 75, 100)
    return {
        "width": 716,
        "height": 584,
        "title": "行動力と勢いの散布図",
        "description": "右上ほど、よく動き、勢いがある会社です。",
        "plot": {"left": 44, "right": 676, "top": 8, "bottom": 528},
        "mid_x": 360,
        "mid_y": 268,
        "selected": {"x": 44, "y": 268, "width": 316, "height": 260},
        "x_ticks": [{"x": 44 + 6.32 * t, "label": str(t), "grid": t in (25, 75)} for t in ticks],
        "y_ticks": [{"y": 528 - 5.2 * t, "label": str(t), "grid": t in (25, 75)} for t in ticks],
        "x_label": "勢い　直近14日が90日平均の何倍か",
        "y_label": "行動力　自分から動いているか",
        "corners": [
            {"x": 666, "y": 28, "anchor": "end", "label": "よく動き、伸びている"},
            {"x": 54, "y": 28, "anchor": "start", "label": "動くが、静まってきた"},
            {"x": 666, "y": 516, "anchor": "end", "label": "動きはじめた"},
            {"x": 54, "y": 516, "anchor": "start", "label": "動いていない"},
        ],
        "marks": [
            {
                "x": x,
                "y": y,
                "r": r,
                "band": band,
                "href": "#charts",
                "name": name,
                "text": text,
                "selected": band == "bad",
            }
            for x, y, r, band, name, text in marks
        ],
    }
