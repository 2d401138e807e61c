"""What follows where more or less of a story may be shown than before."""

from models.stories import Story


def follow_change(story: Story) -> None:
    """Follow a change of what may be shown of the story. Called in the transaction of the act."""
    del story
