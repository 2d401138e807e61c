"""Pages of customer success's library."""

from . import candidates, library, library_saving, placing, tags

__all__ = ["candidates", "library", "library_saving", "placing", "tags"]
