"""Recording that a story was used outside its pages."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.stories.bp import bp
from community.stories import queries
from community.stories.consent.placed import list_placed
from community.stories.labels import USES
from community.stories.library import library, placements
from community.stories.library.library_entries import Entry
from community.stories.library.placements import USE_OF, BeyondConsentError, PlacementKind
from community.stories.locking import lock_story
from community.stories.rules import works_with_stories
from models.base import today, transaction

from .library_forms import PlacementForm
from .library_words import list_chips


@bp.route("/<int:story_id>/placements", methods=["GET", "POST"])
@staff_only(works_with_stories)
def place_story(story_id: int) -> ResponseReturnValue:
    """Show where the story was used, and record a use; refused where nobody has consented to it."""
    entry = next(iter(library.list_entries([story_id])), None) or abort(404)
    form = PlacementForm(data={"used_on": today(), "placement_kind": PlacementKind.WEBINAR.value})
    if request.method == "POST" and form.validate() and _record(story_id, form):
        flash(_("使ったことを記録しました。"))
        return redirect(url_for(".place_story", story_id=story_id))
    return _render_page(entry, form), limits.REFUSED if form.errors else 200


def _record(story_id: int, form: PlacementForm) -> bool:
    """Record the use and return True; False where it is beyond consent."""
    kind, day = PlacementKind(form.placement_kind.data), form.used_on.data or today()
    try:
        with transaction():
            story = lock_story(story_id, signed_in_member()) or abort(404)
            placements.record_placement(
                story, kind, day, form.note.data or "", by=signed_in_member(), title=form.title.data or ""
            )
    except BeyondConsentError:
        use = USES[USE_OF[kind]]
        form.placement_kind.errors = [_("この日の「%(use)s」には許諾がないため、使えません。", use=use)]
        return False
    return True


def _render_page(entry: Entry, form: PlacementForm) -> str:
    return render_template(
        "stories/library/placements.html",
        entry=entry,
        form=form,
        placed=list_placed(queries.get_evidence(entry.story_id), for_staff=True),
        chips=list_chips(entry, today()),
    )
