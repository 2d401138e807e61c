"""What follows a change of what may be shown of a story."""

from models.stories import Story


def follow_change(story: Story) -> None:
    """Do nothing yet: the story's readers, search documents and cached pages follow here."""
    del story
