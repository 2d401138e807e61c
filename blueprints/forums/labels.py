"""What kinds of topics, filters and reactions are called."""

from blueprints.fields import _
from community.forums.listing import TopicFilter
from models.forums import ReactionKind, TopicKind

KINDS = {
    TopicKind.QUESTION: _("質問（解決した回答を選べます）"),
    TopicKind.DISCUSSION: _("相談・雑談"),
    TopicKind.ANNOUNCEMENT: _("お知らせ"),
}
FILTERS = {
    TopicFilter.ALL: _("すべて"),
    TopicFilter.UNANSWERED: _("回答待ち"),
    TopicFilter.UNSOLVED: _("未解決"),
    TopicFilter.SOLVED: _("解決"),
    TopicFilter.NEW: _("新着"),
}
REACTIONS = {
    ReactionKind.THANKS: (_("ありがとう"), "hand"),
    ReactionKind.HELPFUL: (_("参考になった"), "bulb"),
    ReactionKind.SAME: (_("うちも同じ"), "users"),
}
