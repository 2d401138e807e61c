"""What may be set, what is refused, what is made up for."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from community.config import EXAMPLE_SECRET, Config


def settings(tmp_path: Path, **given: Any) -> Config:  # noqa: ANN401  any setting
    return Config(_env_file=None, data_dir=tmp_path, **given)  # pyright: ignore[reportCallIssue]  pydantic-settings' own


@pytest.mark.parametrize("secret", ["", EXAMPLE_SECRET, "short"])
def test_production_refuses_a_weak_secret(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValidationError, match="TSUDOI_SECRET_KEY"):
        settings(tmp_path, environment="production", secret_key=secret)


def test_production_takes_a_secret_of_its_own(tmp_path: Path) -> None:
    assert settings(tmp_path, environment="production", secret_key="x" * 32).secret == "x" * 32


def test_the_secret_of_the_example_is_refused_everywhere(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="TSUDOI_SECRET_KEY"):
        settings(tmp_path, secret_key=EXAMPLE_SECRET)


def test_an_embedded_installation_makes_its_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = settings(tmp_path).secret, settings(tmp_path).secret
    assert first == second
    assert len(first) >= 32
    [kept] = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_means_the_driver_that_is_installed(tmp_path: Path, scheme: str) -> None:
    assert settings(tmp_path, database_url=f"{scheme}://db/tsudoi").database == "postgresql+psycopg://db/tsudoi"


def test_nothing_set_means_sqlite_below_the_data_folder(tmp_path: Path) -> None:
    assert settings(tmp_path).database == f"sqlite:///{tmp_path / 'tsudoi.db'}"


@pytest.mark.parametrize(
    ("name", "value"), [("time_zone", "Asia/Kyoto"), ("public_url", "community"), ("settle_seconds", 0)]
)
def test_a_setting_that_makes_no_sense_is_refused(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises((ValidationError, ValueError, KeyError)):
        settings(tmp_path, **{name: value})
