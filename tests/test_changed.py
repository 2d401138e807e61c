"""`--changed`: which tests are chosen for a change, and that all are where every room is concerned."""

import subprocess
import sys
from pathlib import Path

import pytest

from community.config import ROOT
from tests.changed import ALWAYS, DOCUMENTS, FORMS, WALKS, list_changed, list_tests


@pytest.mark.parametrize(
    "path",
    [
        "models/base.py", "models/__init__.py", "models/migrations/versions/0001_first.py", "community/app/factory.py",
        "community/config.py", "community/extensions.py", "blueprints/__init__.py", "blueprints/conflicts.py",
        "templates/base.html", "templates/components/fields.html", "static/css/main.css", "wsgi.py", "run",
        "pyproject.toml", "translations/en/LC_MESSAGES/messages.po", "tests/conftest.py", "tests/cast.py",
        "tests/access/world.py", "something/new.py",
    ],
)  # fmt: skip
def test_what_no_room_owns_means_everything(path: str) -> None:
    assert list_tests([path]) is None
    assert list_tests(["tests/search/test_views.py", path]) is None


@pytest.mark.parametrize("path", ["blueprints/search/views.py", "templates/search/find.html"])
def test_a_page_means_the_tests_of_its_room_and_the_walks(path: str) -> None:
    forms = [f"{FORMS}[{database}-search]" for database in ("sqlite", "postgresql")]
    assert list_tests([path]) == sorted([*ALWAYS, *WALKS, *forms, "tests/search"])


def test_a_room_below_means_the_rooms_that_lean_on_it() -> None:
    asked = list_tests(["community/forums/answers.py"])
    assert asked is not None
    assert {"tests/forums", "tests/home", "tests/demo"} <= set(asked)
    assert "tests/serving" not in asked


def test_a_test_means_itself_and_what_one_folder_shares_its_folder() -> None:
    assert list_tests(["tests/search/test_views.py"]) == sorted([*ALWAYS, "tests/search/test_views.py"])
    assert list_tests(["tests/health/scenario.py"]) in (None, sorted([*ALWAYS, "tests/health"]))
    assert list_tests(["tests/search/conftest.py"]) == sorted([*ALWAYS, "tests/search"])
    assert list_tests(["tests/search/test_that_is_gone.py"]) == sorted(ALWAYS)


def test_documents_mean_what_reads_them_and_no_change_means_nothing() -> None:
    assert list_tests(["docs/testing.md", "CHANGELOG.md"]) == sorted([*ALWAYS, *DOCUMENTS])
    assert list_tests([]) == []


def test_all_that_is_named_is_there() -> None:
    rooms = [folder.name for folder in (ROOT / "community").iterdir() if (folder / "__init__.py").exists()]
    asked = list_tests(f"community/{room}/__init__.py" for room in rooms if room != "app")
    assert asked is not None
    for name in asked:
        assert (ROOT / name.partition("::")[0]).exists(), name


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with two commits; the second changed b."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for name in ("a", "b"):
        (tmp_path / name).write_text("one")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "--message", name)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Tsudoi", "-c", "user.email=tests@example.jp")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607  the git of whoever runs the tests


def test_without_a_main_branch_it_is_the_last_commit_and_what_is_not_committed(checkout: Path) -> None:
    (checkout / "new").write_text("new")
    assert list_changed(checkout) == ["b", "new"]
    (checkout / "a").unlink()
    assert list_changed(checkout) == ["a", "b", "new"]


def test_with_one_it_is_everything_since_this_branch_left_it(checkout: Path) -> None:
    git(checkout, "update-ref", "refs/remotes/origin/HEAD", "HEAD~1")
    (checkout / "c").write_text("three")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message", "c")
    (checkout / "a").write_text("two")
    assert list_changed(checkout) == ["a", "b", "c"]


def test_paths_and_changed_exclude_each_other() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--changed", "--collect-only", "tests/test_changed.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "give it no paths" in done.stderr
