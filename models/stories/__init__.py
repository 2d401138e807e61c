"""Success stories (事例): what customers write, the versions that are shown, and the consents that allow it.

Only `community/stories` imports this package, so that nothing shows a story beyond its consents.
"""

from .consents import (
    PlacementKind,
    StoryApproval,
    StoryApprover,
    StoryComment,
    StoryConsent,
    StoryFilter,
    StoryPlacement,
    StoryStep,
    StoryVersion,
    StoryVisit,
)
from .writing import (
    ApprovalAnswer,
    ApproverRole,
    CommentAudience,
    ConsentUse,
    Counting,
    Decision,
    Story,
    StoryCoauthor,
    StoryFigure,
    StoryPart,
    StoryPartName,
    StoryPartText,
    StoryState,
    StoryTag,
    StoryTagging,
    TagKind,
)

__all__ = [
    "ApprovalAnswer",
    "ApproverRole",
    "CommentAudience",
    "ConsentUse",
    "Counting",
    "Decision",
    "PlacementKind",
    "Story",
    "StoryApproval",
    "StoryApprover",
    "StoryCoauthor",
    "StoryComment",
    "StoryConsent",
    "StoryFigure",
    "StoryFilter",
    "StoryPart",
    "StoryPartName",
    "StoryPartText",
    "StoryPlacement",
    "StoryState",
    "StoryStep",
    "StoryTag",
    "StoryTagging",
    "StoryVersion",
    "StoryVisit",
    "TagKind",
]
