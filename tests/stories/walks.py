"""What the walks ask of stories: each part of the room says its own."""

from tests.stories import walks_approval, walks_library, walks_pages, walks_reading, walks_workflow, walks_writing

STORIES_WALKS = (
    walks_reading.WALK,
    walks_writing.WALK,
    walks_workflow.WALK,
    walks_approval.WALK,
    walks_library.WALK,
    walks_pages.WALK,
)
