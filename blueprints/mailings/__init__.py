"""What a person is mailed of, the way out of it, and for administrators what did not arrive."""

from .views import bp

__all__ = ["bp"]
