"""What the pages of writing say: questions, hints, and the words for states and steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.stories.versions.content import StoryPartName
from community.stories.writing.drafts import OwnStory, StoryState
from community.stories.writing.team import Team


@dataclass(frozen=True)
class Prompt:
    """How one part is asked for. `helps`: questions of an interviewer, for who does not know how to begin."""

    question: LazyString
    hint: LazyString
    helps: tuple[LazyString, ...] = ()


PROMPTS: Mapping[StoryPartName, Prompt] = {
    StoryPartName.COMPANY: Prompt(
        _l("あなたと会社のことを教えてください。"),
        _l("どんな仕事を、何人くらいで。あなたは何の担当ですか。"),
        (
            _l("会社は、だれに何を届けていますか。"),
            _l("あなたの一日は、どんなふうに始まりますか。"),
            _l("この仕事をして、何年になりますか。"),
        ),
    ),
    StoryPartName.PROBLEM: Prompt(
        _l("何に困っていましたか。"),
        _l("手間、まちがい、待ち時間。その日のようすを、そのまま書いてください。"),
        (
            _l("いちばん困ったのは、どの日でしたか。"),
            _l("だれが、どれくらい待っていましたか。"),
            _l("それまでは、どうやってしのいでいましたか。"),
        ),
    ),
    StoryPartName.CHOICE: Prompt(
        _l("なぜ、この方法にしましたか。"),
        _l("ほかに考えたことと、決め手になったこと。"),
        (
            _l("最初に言い出したのは、だれでしたか。"),
            _l("比べたものは、ありましたか。"),
            _l("心配だったことは、何でしたか。"),
        ),
    ),
    StoryPartName.INTRODUCTION: Prompt(
        _l("どうやって始めましたか。"),
        _l("小さく始めたところから、広がるまで。"),
        (
            _l("最初に使ったのは、何人でしたか。"),
            _l("つまずいたところは、ありましたか。"),
            _l("だれが手伝ってくれましたか。"),
        ),
    ),
    StoryPartName.USE: Prompt(
        _l("いま、どう使っていますか。"),
        _l("だれが、いつ、どの場面で。写真があると伝わります。"),
        (
            _l("朝いちばんに開く画面は、どれですか。"),
            _l("よく使うのは、だれですか。"),
            _l("自分たちで工夫したところは、ありますか。"),
        ),
    ),
    StoryPartName.RESULT: Prompt(
        _l("何が変わりましたか。"),
        _l("減ったもの、早くなったこと、まわりに言われるようになったこと。ふだんの言葉で十分です。"),
        (
            _l("やめられた仕事は、ありますか。"),
            _l("まわりの人は、何と言っていますか。"),
            _l("空いた時間で、何をしていますか。"),
        ),
    ),
    StoryPartName.NEXT: Prompt(
        _l("これから、何をしたいですか。"),
        _l("次に直したいこと、試したいこと。決まっていなくてもかまいません。"),
        (
            _l("まだ残っている困りごとは、何ですか。"),
            _l("ほかの部署にも広げますか。"),
            _l("これから始める会社に、ひとこと伝えるなら。"),
        ),
    ),
    StoryPartName.TITLE: Prompt(
        _l("タイトルをつけてください。"),
        _l("何がどう変わったかを、一文で。例：点検表の紙を、ロッカー一つ分まで減らした。"),
    ),
    StoryPartName.LEAD: Prompt(
        _l("はじめに置く文を書いてください。"),
        _l("一覧で読まれる2、3文です。困っていたことと、変わったことを一つずつ。"),
    ),
    StoryPartName.QUOTE: Prompt(
        _l("引用してよい一文はありますか。"),
        _l("目立たせて載せる言葉です。載せるかどうかは、提出するときに選べます。"),
    ),
    StoryPartName.TRIES: Prompt(
        _l("読んだ人が、まず試すなら。"),
        _l("1行に1つ、5つまで。かかる時間は、終わりに（ ）で。例：同じ数字を何回書くか数える（15分）"),
    ),
}


def say_next(story: OwnStory) -> str:
    """Return what happens next with a story of one's own; "" where its state says all."""
    if story.state == StoryState.DRAFT:
        return _("7つの質問のうち、%(n)sつに答えました。", n=story.written)
    return {
        StoryState.REVIEW: _("担当者が読んでいます。"),
        StoryState.CHANGES_ASKED: _("直しのお願いが届いています。"),
        StoryState.APPROVAL: _("社内の承認をお願いしています。"),
        StoryState.APPROVED: _("承認がそろいました。まもなく公開します。"),
        StoryState.PUBLISHED: "",
        StoryState.UPDATE_ASKED: _("更新のお願いが届いています。"),
        StoryState.WITHDRAWN: "",
    }[story.state]


def say_readers(team: Team, *, is_private: bool) -> str:
    """Return who sees what is being written. `is_private`: it was not submitted yet."""
    names = [_("%(name)sさん", name=each.member.display_name) for each in team.writers if not each.has_left]
    if team.interviewer is not None:
        names.append(_("聞き手の%(name)sさん", name=team.interviewer.display_name))
    who = _("、").join(names)
    if is_private:
        return _("見られるのは、%(who)sだけです。", who=who)
    return _("見られるのは、%(who)sと、事例の担当者です。", who=who)
