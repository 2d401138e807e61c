"""What changed between two versions is said, whatever it is: a consent that ends for nothing is not understood."""

from dataclasses import replace

import pytest
from flask import Flask

from community.stories.versions.comparison import list_changes
from tests.stories.test_content import CONTENT, FIGURE, OTHER_FIGURE, OTHERS

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("field", OTHERS)
def test_every_change_of_a_version_is_said(app: Flask, field: str) -> None:
    assert app
    assert list_changes(CONTENT, replace(CONTENT, **{field: OTHERS[field]}))
    assert list_changes(CONTENT, CONTENT) == []


@pytest.mark.parametrize("field", OTHER_FIGURE)
def test_every_change_of_a_figure_is_said(app: Flask, field: str) -> None:
    assert app
    other = replace(CONTENT, figures=(replace(FIGURE, **{field: OTHER_FIGURE[field]}),))
    assert list_changes(CONTENT, other)


def test_a_company_that_changed_its_name_is_said_by_both_names(app: Flask) -> None:
    assert app
    [change] = list_changes(CONTENT, replace(CONTENT, company="株式会社ゆうひ製作所"))
    assert change.label == "会社"
