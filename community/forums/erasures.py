"""Columns of the forum that name a person, and what becomes of each when the person is erased."""

from community.room import Erasure, Treatment

ERASURES = (
    Erasure("topic", ("author_id",), Treatment.KEEP),
    Erasure("topic", ("title",), Treatment.CHOICE),
    Erasure("topic", ("about_kind",), Treatment.KEEP, "the name of a kind of thing, which nobody types"),
    Erasure("post", ("author_id",), Treatment.KEEP, "tallies, accepted answers and the ledger stay right"),
    Erasure("post", ("body", "html"), Treatment.CHOICE),
    Erasure("post_revision", ("body", "html", "title"), Treatment.DELETE, "what was withdrawn by an edit"),
    Erasure("post_revision", ("replaced_by_id",), Treatment.DELETE),
    Erasure("reaction", ("member_id",), Treatment.KEEP, "counted; nobody is shown who"),
    Erasure("topic_read", ("member_id",), Treatment.DELETE),
    Erasure("draft", ("member_id", "title", "body", "topic_title"), Treatment.DELETE),
)
