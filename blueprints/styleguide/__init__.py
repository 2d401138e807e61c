"""The living style guide at /styleguide."""

from .views import bp

__all__ = ["bp"]
