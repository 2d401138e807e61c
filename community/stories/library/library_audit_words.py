"""How the log of privileged acts speaks of what customer success does with stories."""

from flask_babel import lazy_gettext as _l

from community.room import AuditWords
from community.stories.labels import PLACEMENTS

LIBRARY_WORDS = AuditWords(
    actions={
        "stories.record_placement": _l("事例を使ったと記録した"),
        "stories.add_tag": _l("事例の困りごと・機能を加えた"),
        "stories.rename_tag": _l("事例の困りごと・機能の名前を変えた"),
        "stories.move_tag": _l("事例の困りごと・機能を並べかえた"),
        "stories.archive_tag": _l("事例の困りごと・機能をしまった、またはまた使うことにした"),
    },
    actions_by_value={
        ("stories.archive_tag", "is_archived", True): _l("事例の困りごと・機能をしまった"),
        ("stories.archive_tag", "is_archived", False): _l("事例の困りごと・機能をまた使うことにした"),
    },
    sentences={
        "stories.record_placement": _l("%(who)sが%(whom)sを%(used_on)sの%(placement_kind)sに使ったと記録しました"),
        "stories.add_tag": _l("%(who)sが事例の困りごと・機能「%(name)s」を加えました"),
        "stories.rename_tag": _l("%(who)sが事例の困りごと・機能「%(old_name)s」の名前を「%(name)s」に変えました"),
        "stories.move_tag": _l("%(who)sが%(whom)sを並べかえました"),
        "stories.archive_tag": _l("%(who)sが%(whom)sの扱いを変えました"),
        ("stories.archive_tag", "is_archived", True): _l("%(who)sが%(whom)sをしまいました"),
        ("stories.archive_tag", "is_archived", False): _l("%(who)sが%(whom)sをまた使うことにしました"),
    },
    subjects={"story_tag": _l("事例の困りごと・機能")},
    names={
        "is_archived": _l("しまった"),
        "placement_kind": _l("使ったもの"),
        "used_on": _l("使った日"),
    },
    words={"placement_kind": PLACEMENTS},
)
