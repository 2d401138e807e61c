"""Columns of stories that hold a person's words, name or id, and what becomes of each when the person is erased."""

from community.room import Erasure, Treatment

ERASURES = (
    Erasure("story", ("author_id", "interviewer_id"), Treatment.KEEP, "consents and the ledger stay right"),
    Erasure("story_coauthor", ("member_id",), Treatment.DELETE),
    Erasure("story_coauthor", ("added_by_id",), Treatment.KEEP),
    Erasure("story_part", ("body",), Treatment.CHOICE),
    Erasure("story_part", ("saved_by_id", "held_by_id"), Treatment.KEEP),
    Erasure("story_part_text", ("body",), Treatment.DELETE, "what was replaced"),
    Erasure("story_part_text", ("written_by_id", "replaced_by_id"), Treatment.DELETE),
    Erasure("story_figure", ("label", "period", "method", "unit"), Treatment.CHOICE),
    Erasure("story_figure", ("confirmed_by",), Treatment.BLANK),
    Erasure("story_version", ("content", "html"), Treatment.CHOICE, "its hash stays, by which consents are checked"),
    Erasure("story_version", ("created_by_id",), Treatment.KEEP),
    Erasure("story_approver", ("name", "title", "email"), Treatment.BLANK),
    Erasure("story_approver", ("added_by_id",), Treatment.KEEP),
    Erasure("story_approval", ("note",), Treatment.BLANK),
    Erasure("story_approval", ("asked_by_id",), Treatment.KEEP),
    Erasure("story_consent", ("member_id",), Treatment.KEEP, "the record of a consent holds ids only"),
    Erasure("story_step", ("owner_id", "begun_by_id"), Treatment.KEEP),
    Erasure("story_comment", ("body", "html"), Treatment.CHOICE),
    Erasure("story_comment", ("author_id",), Treatment.KEEP),
    Erasure("story_placement", ("note", "title"), Treatment.BLANK),
    Erasure("story_placement", ("placed_by_id",), Treatment.KEEP),
    Erasure("story_approver", ("uses",), Treatment.KEEP, "which consents are needed"),
    Erasure("story_filter", ("owner_id", "name", "query"), Treatment.DELETE),
)
