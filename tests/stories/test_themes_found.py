"""The themes of customer success find the sample stories that fit (docs/decisions, theme ranking)."""

from pathlib import Path
from statistics import fmean

import pytest

from tests.stories.ranking_measures import (
    GOLDEN,
    is_far,
    ndcg,
    rank_by_keywords,
    rank_by_method,
    read_measured,
    read_sample,
    read_themes,
)

LEAST, LEAST_AHEAD, LEAST_FAR = 0.80, 0.10, 10
# Sets of themes: the one that the method was chosen by, and what others graded and held back.
SETS = sorted(GOLDEN.glob("*.toml"))


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_the_right_stories_stand_first(path: Path) -> None:
    graded = read_measured(path)
    by_method = fmean(ndcg(rank_by_method(each.text), each.relevance) for each in graded)
    by_keywords = fmean(ndcg(rank_by_keywords(each.text), each.relevance) for each in graded)
    assert by_method >= LEAST
    assert by_method >= by_keywords + LEAST_AHEAD


def test_themes_are_graded_over_stories_that_there_are() -> None:
    graded = {key for path in SETS for each in read_themes(path) for key in each.relevance}
    assert graded <= set(read_sample().keys.values())


def test_some_themes_share_no_pair_of_signs_with_the_right_stories_and_find_them() -> None:
    far = [each for path in SETS for each in read_measured(path) if is_far(each)]
    assert len(far) >= LEAST_FAR
    assert fmean(ndcg(rank_by_method(each.text), each.relevance) for each in far) >= LEAST
