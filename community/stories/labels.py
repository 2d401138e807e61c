"""What states, uses and parts are called."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from models.stories import ApproverRole, ConsentUse, Counting, PlacementKind, StoryPartName, StoryState, TagKind

STATES: Mapping[StoryState, LazyString] = {
    StoryState.DRAFT: _l("下書き"),
    StoryState.REVIEW: _l("担当者の確認"),
    StoryState.CHANGES_ASKED: _l("直しのお願い"),
    StoryState.APPROVAL: _l("お客さまの承認"),
    StoryState.APPROVED: _l("公開待ち"),
    StoryState.PUBLISHED: _l("公開"),
    StoryState.UPDATE_ASKED: _l("更新のお願い"),
    StoryState.WITHDRAWN: _l("取り下げ"),
}
USES: Mapping[ConsentUse, LazyString] = {
    ConsentUse.PUBLIC_WEB: _l("だれでも読めるページ"),
    ConsentUse.MEMBERS: _l("会員のページ"),
    ConsentUse.WEBINAR: _l("ウェビナーと資料"),
    ConsentUse.SALES_REFERENCE: _l("商談での紹介"),
    ConsentUse.LOGO: _l("社名と名前"),
    ConsentUse.QUOTE: _l("発言の引用"),
    ConsentUse.PRESS: _l("報道・取材"),
}
USE_NOTES: Mapping[ConsentUse, LazyString] = {
    ConsentUse.PUBLIC_WEB: _l("検索からも読めます"),
    ConsentUse.MEMBERS: _l("ユーザー会の中だけで読めます"),
    ConsentUse.WEBINAR: _l("担当者が話し、資料に載せて配ります"),
    ConsentUse.SALES_REFERENCE: _l("検討中の会社に個別に送ります"),
    ConsentUse.LOGO: _l("切ると、業種・人数の幅・都道府県だけ出します"),
    ConsentUse.QUOTE: _l("選んだ一文を、引用として目立たせて載せます"),
    ConsentUse.PRESS: _l("新聞や雑誌に渡します"),
}
ROLES: Mapping[ApproverRole, LazyString] = {
    ApproverRole.SELF: _l("本人"),
    ApproverRole.SUPERIOR: _l("上長"),
    ApproverRole.PR: _l("広報"),
}
PARTS: Mapping[StoryPartName, LazyString] = {
    StoryPartName.COMPANY: _l("会社と仕事のこと"),
    StoryPartName.PROBLEM: _l("困っていたこと"),
    StoryPartName.CHOICE: _l("なぜこの方法にしたか"),
    StoryPartName.INTRODUCTION: _l("どうやって始めたか"),
    StoryPartName.USE: _l("いまの使い方"),
    StoryPartName.RESULT: _l("変わったこと"),
    StoryPartName.NEXT: _l("これから"),
    StoryPartName.TITLE: _l("タイトル"),
    StoryPartName.LEAD: _l("はじめの文"),
    StoryPartName.QUOTE: _l("引用してよい一文"),
    StoryPartName.TRIES: _l("まず試すなら"),
}
TAG_KINDS: Mapping[TagKind, LazyString] = {TagKind.PROBLEM: _l("課題"), TagKind.FEATURE: _l("機能")}
PLACEMENTS: Mapping[PlacementKind, LazyString] = {
    PlacementKind.WEBINAR: _l("ウェビナー"),
    PlacementKind.DECK: _l("資料"),
    PlacementKind.MAIL: _l("メール"),
    PlacementKind.REFERENCE: _l("商談での紹介"),
    PlacementKind.INTRODUCTION: _l("会社どうしの紹介"),
}
COUNTINGS: Mapping[Counting, LazyString] = {
    Counting.COUNTED: _l("記録を数えた"),
    Counting.MEASURED: _l("測った"),
    Counting.ESTIMATED: _l("おおよそ"),
}


def name_story(title: str) -> str:
    """Return what a story is called by those who work on it, also before it has a title."""
    return title or _("タイトルのない事例")
