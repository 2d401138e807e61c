"""Every place that holds a person's words, name or number, of the rooms and of what stands beside them.

The desk that erases people works through this list; a test compares it with the tables.
"""

from collections.abc import Sequence

from community.room import Erasure, Treatment, current_rooms

# Tables that are there whichever rooms there are.
HOUSE_ERASURES = (
    Erasure("signal", ("member_id", "by_id"), Treatment.KEEP, "append-only: opaque numbers, no personal data"),
    Erasure("signal", ("source_key",), Treatment.KEEP, "an opaque key: `source_key` says whose"),
    Erasure("source_key", ("key",), Treatment.BLANK),
    Erasure("daily_count", ("member_id",), Treatment.KEEP, "a score says which acts it is made of"),
    Erasure("policy", ("reason",), Treatment.KEEP, "words of the vendor's about numbers"),
    Erasure("policy", ("published_by_id",), Treatment.KEEP),
    Erasure("alarm_note", ("by_id",), Treatment.KEEP),
    Erasure("alarm_note", ("leavers",), Treatment.KEEP, "opaque numbers with days: whose departure it is about"),
    Erasure("alarm_note", ("note",), Treatment.BLANK, "those that name the person"),
    Erasure("audit_entry", ("actor_id", "subject_id", "before", "after"), Treatment.KEEP, "append-only: nothing typed"),
    Erasure("audit_entry", ("reason",), Treatment.BLANK, "of a former release; the next one drops it"),
    Erasure("audit_text", ("reason", "details"), Treatment.BLANK),
    Erasure("ask", ("member_id", "asked_by_id"), Treatment.KEEP, "opaque numbers with days: who was asked how often"),
    Erasure("competition", ("noted_by_id",), Treatment.KEEP),
    Erasure("removal", ("removed_by_id", "restored_by_id"), Treatment.KEEP),
    Erasure("removal", ("note", "restore_note"), Treatment.BLANK, "on things of the person"),
    Erasure("stored_file", ("owner_id", "name"), Treatment.CHOICE, "a file goes where its text goes"),
    Erasure("mail", ("member_id", "to_address", "subject", "text", "html", "error"), Treatment.DELETE),
    Erasure("notification_mail", ("member_id",), Treatment.DELETE),
    Erasure("notice", ("member_id",), Treatment.DELETE),
    Erasure("notice", ("by_id",), Treatment.KEEP, "others were told of something that stays"),
    Erasure("notice", ("key",), Treatment.KEEP, "made of numbers of things, so that nobody is told twice"),
    Erasure("mail_choice", ("member_id",), Treatment.DELETE),
    Erasure("mail_rhythm", ("member_id",), Treatment.DELETE),
    Erasure("mail_bounce", ("address",), Treatment.DELETE),
    Erasure("notification", ("member_id",), Treatment.DELETE),
    Erasure("notification", ("by_id",), Treatment.KEEP, "others were told of an act that stays"),
    Erasure("notification_read", ("member_id",), Treatment.DELETE),
    Erasure("bell", ("member_id",), Treatment.DELETE),
    Erasure("watch", ("member_id",), Treatment.DELETE),
    Erasure("mention", ("member_id",), Treatment.DELETE),
    Erasure("search_document", ("heading", "title", "body", "text", "lexemes"), Treatment.DELETE, "then indexed anew"),
    Erasure("search_document", ("author_id",), Treatment.KEEP),
    Erasure("search_miss", ("words",), Treatment.KEEP, "nobody is kept who looked"),
    Erasure("stuck_signal", ("error",), Treatment.EXPIRES, "when the signal can be read"),
)


def list_erasures() -> Sequence[Erasure]:
    """Return how each place is treated: those of the house first, then the rooms' in their order."""
    return (*HOUSE_ERASURES, *current_rooms().erasures)
