"""The stories of the sample community."""

from .history import write_sample

__all__ = ["write_sample"]
