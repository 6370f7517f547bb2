"""A folder in which nothing can be kept: every page says so, with the folder and what to do."""

import pytest
from streamlit.testing.v1 import AppTest

from core.engine import RunStore
from core.errors import HomeUnusable
from core.home import Home
from pages.ui.laboratory import Laboratory
from pages.ui.navigation import FOLDER
from tests.disks import disk

SHELL = FOLDER / "ui" / "shell.py"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where a folder should be is a file."""
    place = tmp_path / "home"
    place.write_text("mine")
    monkeypatch.setenv("LATENT_LAB_HOME", str(place))
    return place


def test_a_home_that_is_a_file_is_a_sentence(file):
    with pytest.raises(HomeUnusable, match=r"Not a directory.*set LATENT_LAB_HOME to another") as problem:
        RunStore(Home(file))
    assert str(file) in str(problem.value)
    assert file.read_text() == "mine"


def test_a_read_only_home_is_a_sentence(tmp_path):
    with disk(tmp_path, "ro"):
        for home in (tmp_path, tmp_path / "home"):
            with pytest.raises(HomeUnusable, match="Read-only file system"):
                RunStore(Home(home))


def test_every_page_shows_the_folder_and_the_remedy(file, monkeypatch, capsys):
    broken = Laboratory()
    monkeypatch.setattr("pages.ui.laboratory.laboratory", broken)
    broken.open()
    # While it is being opened, and afterwards.
    for _ in range(2):
        shown = AppTest.from_file(str(SHELL), default_timeout=60).run()
        assert not shown.exception
        assert [title.value for title in shown.title] == ["Train"]
        (said,) = [error.value.replace("\\", "") for error in shown.error]
        assert f"cannot keep anything in {file}: Not a directory" in said
        assert "set LATENT_LAB_HOME to another one" in said
    assert f"Latent Lab cannot keep anything in {file}" in capsys.readouterr().out
