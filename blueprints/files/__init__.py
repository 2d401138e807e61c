"""Takes uploaded files, shows pictures, and hands out what is no picture."""

from .views import bp

__all__ = ["bp"]
