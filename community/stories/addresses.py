"""Addresses of a story's pages, for what is written where no page is being drawn: notices, mails, lists of things."""


def page_of(story_id: int) -> str:
    """Return the address at which the story is read."""
    return f"/stories/{story_id}"


def desk_page_of(story_id: int) -> str:
    """Return the address of the page of those who work on the story."""
    return f"/stories/{story_id}/desk"
