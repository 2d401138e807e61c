"""What may be uploaded and how much of it, at what size a picture is stored, and what keys look like."""

import re
from datetime import timedelta

from flask_babel import lazy_gettext as _

from community.graphemes import cut

from .kinds import Kind, find_kind

KIB, MIB = 1024, 1024 * 1024
# A phone's photograph has 3-8 MB (stack.md asks for limits in bytes and pixels; the figures are ours).
MAX_BYTES = 10 * MIB
# Room for the rest of a form with one file: headers, the file's name, the token.
FORM_BYTES = 64 * KIB
# Checked in the header, before anything is decoded: 40 megapixels decode to 160 MB.
MAX_PIXELS = 40_000_000
# Pictures are scaled down until the shorter side has no more than this: a photograph of 4:3 then fills a wide screen at
# double density. The longer side has no such limit: letters in a full-page capture or a panorama would become too small
# to read.
MAX_SHORT_SIDE = 1_920
# The longest side of a JPEG (ITU T.81: 16 bits, of which Pillow leaves some); no screen capture is longer.
MAX_LONG_SIDE = 65_500
# Found by signature, never by name or by the browser's media type. SVG is refused: it can contain scripts.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# Limits of an animation: this many frames (a minute at ten per second), and this many pixels in all. Decoding the most
# takes a second or two, encoding what is kept about three; larger ones are scaled down, to half at most.
MAX_FRAMES = 600
MAX_ANIMATION_PIXELS = 200_000_000
KEPT_ANIMATION_PIXELS = 50_000_000
# By the media types that are stored.
EXTENSIONS = {"image/webp": "webp", "image/png": "png", "image/jpeg": "jpg"}
# A file is written before its row is committed; if there is no row after this time, there will never be one.
ORPHAN_AGE = timedelta(hours=1)
# Uploads of one person within 24 hours, by whatever form, posted or not. A long evening of screenshots is some fifty.
UPLOADS_A_DAY = 300
A_DAY = timedelta(days=1)
# Documents of one person within 24 hours, in bytes: 25 of the largest, some hundreds as they are sent to support. They
# are kept as they are; pictures are bounded by what is drawn.
DOCUMENT_BYTES_A_DAY = 500 * MIB
# Unattached pictures of one person at any time: in drafts, in refused forms, in forms that were never sent.
MAX_LOOSE = 100
# Beyond MAX_LOOSE the oldest is given up, unless it is in a draft or no older than this: a form saves its draft two
# seconds after a pause, but an evening's connection may be down for a while.
LOOSE_YOUNG = timedelta(hours=1)
# Nobody uses a picture any more that is unattached this long and in no draft: a form that was refused before a week of
# holidays is still sent after it.
LOOSE_AGE = timedelta(days=7)
MAX_ALT_CHARACTERS = 80

_KEY = re.compile("[0-9a-f]{32}")
_NOT_IN_ALT = re.compile(r"[\[\]()<>!`\\*_|\x00-\x1f\x7f]+")


class FileRefusedError(ValueError):
    """An upload that is refused. Its message tells the uploader why, and what to do."""

    def __init__(self, message: object) -> None:
        """`message`: a lazily translated sentence."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """The message in the current language."""
        return str(self.message)


class TooManyBytesError(FileRefusedError):
    """The file is larger than its kind may be; nothing of it was looked at."""

    def __init__(self, message: object = _("画像は10MBまでです。小さくしてからもう一度選んでください。")) -> None:
        super().__init__(message)


class ScannerUnavailableError(FileRefusedError):
    """The operator's scanner gave no answer; nothing is kept that it has not seen."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "いまはファイルの検査ができないため、送れません。数分たってから、もう一度選んでください。画像は送れます。"
            )
        )


class TooManyFilesError(FileRefusedError):
    """The person has stored as many as they may. `wait`: seconds until another may be stored, if known."""

    def __init__(self, message: object, wait: int | None = None) -> None:
        super().__init__(message)
        self.wait = wait


TOO_MANY_TODAY = _("24時間に送れる画像とファイルは、合わせて300個までです。時間をおいて、もう一度選んでください。")
TOO_MANY_BYTES_TODAY = _(
    "24時間に送れるファイルは、合わせて500MBまでです。時間をおいて、もう一度選んでください。画像は送れます。"
)
TOO_MANY_IN_DRAFTS = _(
    "下書きの中に、まだ投稿していない画像とファイルが100個あります。下書きを投稿するか、いらない下書きを破棄すると、すぐに送れます。"
)
TOO_MANY_PIXELS = _("画像が大きすぎます（4,000万画素まで）。小さくしてからもう一度選んでください。")
TOO_LONG = _("画像が長すぎます（縦横それぞれ65,500画素まで）。分けて撮り、もう一度選んでください。")
TOO_LONG_ANIMATION = _(
    "動く画像が長すぎるか、大きすぎます（600コマ・全コマ合わせて2億画素まで）。短くするか小さくして、もう一度選んでください。"
)
NOT_A_PICTURE = _(
    "送れるファイルではありません。送れるのは、画像（JPEG・PNG・WebP・GIF・AVIF）、PDF、Office（Word・Excel・PowerPoint）、"
    "CSV・テキスト・ログ、ZIPです。中身を確かめて、もう一度選んでください。"
)
BROKEN_PICTURE = _("画像が壊れているか、途中で切れています。元の画像を開けるか確かめて、もう一度選んでください。")
BROKEN_FILE = _("ファイルが壊れているか、途中で切れています。元のファイルを開けるか確かめて、もう一度選んでください。")
SCANNER_REFUSED = _(
    "安全でないおそれのあるファイルなので、送れません。元のファイルをウイルス対策ソフトで確かめてください。"
)
# For each kind of file that is refused: what the file is, and what to choose instead.
WRONG_KINDS = {
    Kind.EMPTY: _("ファイルが空です（0バイト）。元のファイルを開けるか確かめて、もう一度選んでください。"),
    Kind.HEIC: _(
        "HEIC形式の写真は表示できません。写真のスクリーンショットか、JPEGで保存しなおした画像を選んでください。"
        "iPhoneでは、設定の「カメラ」＞「フォーマット」を「互換性優先」にすると、次からJPEGで撮れます。"
    ),
    Kind.OTHER_PICTURE: _(
        "TIFF・BMP・Photoshopなど、ブラウザーで表示できない形式の画像です。PNGかJPEGで保存しなおして選んでください。"
    ),
    Kind.SVG: _("画像として読み取れませんでした。SVG形式の図です。PNGに書き出して選んでください。"),
    Kind.OLD_OFFICE: _(
        "OutlookのメールやVisioの図などのファイルは送れません。PDFかテキストで保存しなおして選んでください。"
    ),
    Kind.ARCHIVE: _("圧縮ファイルで送れるのはZIPです。ZIPで圧縮しなおして選んでください。"),
    Kind.EXECUTABLE: _(
        "プログラム（実行できるファイル）は送れません。画面を見せるときは、スクリーンショットを選んでください。"
    ),
    Kind.TEXT: _(
        "画像として読み取れませんでした。中身が文章のファイルです。文章は本文に貼り付け、画像を見せるときは画像を選んでください。"
    ),
    Kind.VIDEO: _("動画や音声は表示できません。見せたい場面のスクリーンショットか、短いGIFを選んでください。"),
}
NO_FILE = _("ファイルが選ばれていません。")


def say_too_large(megabytes: int) -> object:
    """Return a lazily translated sentence: how large a document may be."""
    return _(
        "ファイルは%(n)sMBまでです（画像は10MBまで）。分けるか、ZIPにまとめて小さくしてから、もう一度選んでください。",
        n=megabytes,
    )


def say_wait_for_place(minutes: int) -> object:
    """Return a lazily translated sentence: the oldest picture is given up after so many minutes."""
    return _(
        "まだ投稿に使っていない画像とファイルが100個あります。投稿するか、いらない下書きを破棄すると、すぐに送れます。"
        "そのままでも、%(n)s分たつと送れるようになります。",
        n=minutes,
    )


def why_not_a_picture(data: bytes) -> object:
    """Return a lazily translated sentence about a file that is not decoded."""
    kind = find_kind(data)
    return BROKEN_PICTURE if kind in {Kind.PICTURE, Kind.AVIF} else WRONG_KINDS.get(kind, NOT_A_PICTURE)


def is_key(text: str) -> bool:
    """Return whether the text has the form of a file's key. Nothing else may become part of a path."""
    return _KEY.fullmatch(text) is not None


def alt_from(filename: str) -> str:
    """Return a first alternative text for a picture: the name of its file, without characters that Markdown reads."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return cut(_NOT_IN_ALT.sub(" ", stem).strip(), MAX_ALT_CHARACTERS).strip()
