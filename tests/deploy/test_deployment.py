"""The set-up of deploy/ at work: the product's main job behind nginx, on a backup restored elsewhere, and again."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.deployment import Deployment
from tests.journey import test_journey

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.needs("nginx"), pytest.mark.timeout(1800)]


AGREED = "The ledger, its projections and the snapshots agree."


def test_the_journey_behind_nginx_a_restored_backup_and_the_journey_again(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "backup.zip"
    with Deployment(tmp_path / "first", demo=True) as first:
        test_journey.test_a_customers_post_moves_the_score_and_its_removal_takes_it_back(first, browser, tmp_path)
        assert " rows, 1 uploads" in first.command("backup", str(archive))
    second = Deployment(tmp_path / "second")
    assert AGREED in second.command("restore", str(archive))
    monkeypatch.setattr(test_journey, "QUESTION", "帳票の印刷で、二枚目の見出しが消えます")
    with second:
        test_journey.test_a_customers_post_moves_the_score_and_its_removal_takes_it_back(second, browser, tmp_path)
        assert AGREED in second.command("verify")
