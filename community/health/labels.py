"""Names of the kinds of acts, where a score is explained to staff."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from models.ledger import SignalKind

KIND_LABELS: dict[SignalKind, LazyString] = {
    SignalKind.STORY_PUBLISHED: _("事例公開"),
    SignalKind.MEETUP_ORGANISED: _("勉強会の開催"),
    SignalKind.TALK_GIVEN: _("登壇"),
    SignalKind.REFERENCE_DONE: _("導入検討企業への紹介"),
    SignalKind.ANSWER_ACCEPTED: _("解決した回答"),
    SignalKind.MEETUP_ATTENDED: _("勉強会への参加"),
    SignalKind.SEMINAR_ATTENDED: _("セミナーへの参加"),
    SignalKind.STORY_SUBMITTED: _("事例の応募"),
    SignalKind.AWARD_ENTERED: _("アワードへのエントリー"),
    SignalKind.TOPIC_OPENED: _("質問・相談"),
    SignalKind.REPLY_POSTED: _("返信"),
    SignalKind.SUPPORT_ASKED: _("サポートへの問い合わせ"),
    SignalKind.REGISTERED_NOT_COME: _("申込み（欠席）"),
    SignalKind.MAIL_CLICKED: _("メールのクリック"),
    SignalKind.BALLOT_CAST: _("投票"),
    SignalKind.REACTION_RECEIVED: _("届いたリアクション"),
    SignalKind.ANSWER_ACCEPTED_INSIDE: _("社内で解決した回答"),
    SignalKind.REACTION_RECEIVED_INSIDE: _("社内からのリアクション"),
    SignalKind.STORY_QUOTED: _("事例の引用"),
    SignalKind.ENTRY_ADVANCED: _("アワードの予選通過"),
    SignalKind.ENTRY_WON: _("アワードの受賞"),
    SignalKind.MAIL_OPENED: _("メールの開封"),
}


def kind_label(kind: str) -> str:
    """Return a kind's name in the current language."""
    return str(KIND_LABELS[SignalKind(kind)])
