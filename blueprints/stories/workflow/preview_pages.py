"""All that the newest version of a story says, for those who work on it, drawn as readers are shown it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints.access import signed_in_only
from blueprints.stories.bp import bp
from blueprints.stories.reading.drawing import draw_story
from community.stories import queries
from community.stories.versions import whole

from .working import find_story


@bp.get("/<int:story_id>/preview")
@signed_in_only
def preview_story(story_id: int) -> ResponseReturnValue:
    """Show the newest version with everything that it says, whatever is consented to; not to readers."""
    newest = whole.read_newest(find_story(story_id))
    drawn = draw_story(newest) if newest is not None else {}
    title = queries.title_of(story_id)
    return render_template("stories/workflow/preview.html", story_id=story_id, title=title, whole=newest, **drawn)
