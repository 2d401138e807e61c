"""Filters that somebody has saved."""

import pytest

from community.stories.library import saved_filters
from community.stories.library.saved_filters import FilterNameTakenError, TooManyFiltersError
from models.base import db
from tests.cast import Cast


def test_a_filter_is_saved_opened_renamed_and_deleted(cast: Cast) -> None:
    saved = saved_filters.save_filter(cast.cs, "製造業の会", "theme=紙")
    assert saved_filters.save_filter(cast.cs, "製造業の会", "theme=紙") is saved
    saved_filters.rename_filter(saved, "秋の会")
    assert [(each.name, each.query) for each in saved_filters.list_filters(cast.cs)] == [("秋の会", "theme=紙")]
    assert saved_filters.get_filter(saved.id, cast.cs) is saved
    assert saved_filters.get_filter(saved.id, cast.community_manager) is None
    assert saved_filters.list_filters(cast.community_manager) == []
    saved_filters.delete_filter(saved)
    assert saved_filters.list_filters(cast.cs) == []


def test_names_of_one_person_differ(cast: Cast) -> None:
    saved_filters.save_filter(cast.cs, "甲", "trade=農業")
    other = saved_filters.save_filter(cast.cs, "乙", "trade=農業")
    saved_filters.save_filter(cast.community_manager, "甲", "trade=農業")
    with pytest.raises(FilterNameTakenError):
        saved_filters.save_filter(cast.cs, "甲", "trade=食品")
    with pytest.raises(FilterNameTakenError):
        saved_filters.rename_filter(other, "甲")


def test_there_is_an_end_of_saving(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_filters, "MOST_SAVED", 1)
    saved_filters.save_filter(cast.cs, "甲", "")
    with pytest.raises(TooManyFiltersError):
        saved_filters.save_filter(cast.cs, "乙", "")
    db.session.flush()
