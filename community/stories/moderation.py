"""How moderators hide a story and restore it. Signals are reversed by moderation itself."""

from flask_babel import lazy_gettext as _l

from community.accounts import rules as accounts
from community.room import Moderation
from models.accounts import Member
from models.moderation import Removal
from models.stories import Story

from . import rules
from .addresses import desk_page_of, page_of
from .locking import lock_story
from .publishing.publication import follow_change
from .queries import find_story
from .things import STORY, load_stories, viewer_of


def get_moderated(story_id: int, viewer: Member | None) -> Story | None:
    """Return the story if the viewer reads it or works on it, or may restore it as a moderator; else None."""
    loaded = load_stories([story_id]).get(story_id)
    if loaded is None:
        return None
    may_restore = viewer is not None and accounts.is_moderator(viewer) and loaded.story.hidden_at is not None
    return find_story(story_id) if may_restore or STORY.can_see(viewer, loaded) else None


def lock_moderated(story: Story) -> None:
    """Lock the story, and read it anew."""
    lock_story(story.id)


def can_remove(viewer: Member | None, story: Story, removal: Removal | None) -> bool:
    """Return whether the viewer, a moderator, may hide the story: one that is shown and not hidden already."""
    del removal
    is_moderator = viewer is not None and accounts.is_moderator(viewer)
    return is_moderator and story.hidden_at is None and not rules.is_private(story)


def can_take_back(viewer: Member | None, story: Story) -> bool:
    """Return False: authors withdraw a story by its own page, which says what becomes of its consents."""
    del viewer, story
    return False


def can_restore(viewer: Member | None, story: Story, removal: Removal | None) -> bool:
    """Return whether the viewer, a moderator, may show the hidden story again."""
    return viewer is not None and accounts.is_moderator(viewer) and story.hidden_at is not None and removal is not None


MODERATION = Moderation(
    kind=Story.__tablename__,
    question=_l("この事例を取り下げますか"),
    viewer=viewer_of,
    get=get_moderated,
    address=lambda story: desk_page_of(story.id) if story.hidden_at is not None else page_of(story.id),
    can_remove=can_remove,
    can_take_back=can_take_back,
    can_restore=can_restore,
    lock=lock_moderated,
    after_hide=follow_change,
    after_restore=follow_change,
)
