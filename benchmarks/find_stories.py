"""Filters and ranks 2,000 stories for themes, as a page of the library does, beside a plain query of their titles.

Run it on a database of its own, which it fills with copies of the sample stories, and with `TSUDOI_DATA_DIR` or
`TSUDOI_DATABASE_URL` set to that: python -m benchmarks.find_stories
"""

import sys
from itertools import cycle
from statistics import quantiles
from time import perf_counter

import sqlalchemy as sa

from community.stories import consent_ledger, library, versions
from community.stories.library_filter import LibraryFilter
from community.stories.themes import read_theme
from community.toml_files import read_toml
from models.accounts import Account, Member
from models.base import db, today, transaction
from models.stories import (
    ConsentUse,
    Story,
    StoryApproval,
    StoryApprover,
    StoryPart,
    StoryPartName,
    StoryState,
    StoryVersion,
)
from community.config import ROOT
from wsgi import app
