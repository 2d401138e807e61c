"""The room's part of a member's data export: the stories that one wrote, with all parts and figures, and comments."""

from collections.abc import Iterator

from flask_babel import ngettext

from blueprints.json_files import to_json
from blueprints.room_parts import DataExport, ExportSummary
from community.stories.versions.content import figure_to_json
from community.stories.workflow import comments
from community.stories.workflow.comments import OwnComment
from community.stories.writing import drafts, figures
from community.stories.writing.drafts import OwnStory
from community.stories.writing.figures import WrittenFigure
from models.accounts import Member


def list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the archive with their names."""
    yield "stories.json", to_json([_story_record(story) for story in _list_written(member)])
    yield "story_comments.json", to_json([_comment_record(each) for each in comments.list_own(member)])


def _summarise(member: Member) -> ExportSummary:
    written, said = len(_list_written(member)), sum(1 for _each in comments.list_own(member))
    lines = [ngettext("事例 %(num)s件（JSON）", "事例 %(num)s件（JSON）", written)] if written else []
    if said:
        lines.append(ngettext("事例のやりとり %(num)s件（JSON）", "事例のやりとり %(num)s件（JSON）", said))
    return ExportSummary(lines)


def _list_written(member: Member) -> list[OwnStory]:
    """Return the stories that the person wrote, alone or with others, not those of which they were interviewer."""
    return [story for story in drafts.list_own_stories(member) if story.is_writer]


def _story_record(story: OwnStory) -> dict[str, object]:
    return {
        "id": story.id,
        "state": story.state.value,
        "is_author": story.is_author,
        "changed_at": story.changed_at.isoformat(),
        "parts": {name.value: body for name, body in drafts.list_texts(story.id).items()},
        "figures": [_figure_record(each) for each in figures.list_written_figures(story.id)],
    }


def _comment_record(comment: OwnComment) -> dict[str, object]:
    return {
        "story_id": comment.story_id,
        "audience": comment.audience,
        "part": comment.part,
        "body": comment.body,
        "created_at": comment.created_at.isoformat(),
    }


def _figure_record(written: WrittenFigure) -> dict[str, object]:
    return {**figure_to_json(written.figure), "evidence_name": written.evidence_name}


EXPORT = DataExport(list_files, _summarise, ("stories.json", "story_comments.json"))
