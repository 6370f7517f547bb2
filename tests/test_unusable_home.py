"""A folder in which nothing can be kept: every page says so, with the folder and what to do."""

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.engine import RunStore, form
from core.engine.sweep_store import SweepStore
from core.errors import HomeTooNew, HomeUnusable, StoreUnwritable
from core.home import Home
from core.sealed import seal
from core.sweeps.declaration import Sweep
from pages.ui.laboratory import Laboratory
from pages.ui.navigation import FOLDER
from tests.disks import disk, read_only
from tests.making import bring
from tests.stores import CONFIG, create

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


def test_a_home_of_another_user_that_everybody_may_write_is_used(tmp_path, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    store = RunStore(Home(tmp_path))
    assert store.get(create(store)).config == CONFIG
    store.close()


def test_a_read_only_home_is_a_sentence(tmp_path):
    with disk(tmp_path, "ro"):
        for home in (tmp_path, tmp_path / "home"):
            with pytest.raises(HomeUnusable, match="Read-only file system"):
                RunStore(Home(home))


@pytest.mark.parametrize("text", ["two", "0", "-1", "1.5"])
def test_a_number_of_workers_that_is_none_is_a_sentence(monkeypatch, capsys, text):
    monkeypatch.setenv("LATENT_LAB_WORKERS", text)
    broken = Laboratory()
    broken.open()
    broken.wait()
    assert f"LATENT_LAB_WORKERS is {text!r}, and takes the number of worker processes, from 1" in broken.problem
    assert broken.problem in capsys.readouterr().out


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


def test_a_home_that_can_only_be_read_from_now_on_is_said(tmp_path):
    home = Home(tmp_path)
    assert not home.problem
    with disk(tmp_path), read_only(tmp_path):
        assert f"The folder {tmp_path} can only be read now" in home.problem
    assert not home.problem
    assert "is not there now" in Home(tmp_path / "taken away").problem


def test_where_the_home_goes_away_nothing_begins_anew_in_its_place(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    store, sweeps = RunStore(home), SweepStore(home)
    run = create(store)
    shutil.rmtree(home.path)
    for change in (
        lambda: store.update(run, step=3),
        lambda: store.rename(run, "another"),
        lambda: store.delete(run),
        lambda: create(store),
        lambda: sweeps.save("sweep", Sweep(base=CONFIG, axes={"latent_size": (1, 2)}), ["a", "b"]),
        lambda: bring("vector", (3,), 30, home),
    ):
        with pytest.raises(StoreUnwritable, match="No such file or directory"):
            change()
        assert not home.path.exists()
    engine = SimpleNamespace(home=home, store=store, sweeps=SimpleNamespace(kept=sweeps), live=lambda run: None)
    monkeypatch.setattr(Laboratory, "engine", engine)
    page = AppTest.from_file(str(FOLDER / "runs.py"), default_timeout=60).run()
    assert not page.exception
    assert [caption.value for caption in page.caption if "1 run" in caption.value]
    store.close()


def test_a_home_of_a_later_version_is_left_alone(tmp_path):
    RunStore(Home(tmp_path)).close()
    path = tmp_path / form.FILE
    RunStore(Home(tmp_path)).close()
    # Damaged, it is no number.
    path.write_bytes(path.read_bytes().replace(b"1}", b"9}"))
    RunStore(Home(tmp_path)).close()
    assert path.read_bytes() == seal(form.FORM)
    later = seal(form.FORM + 1)
    path.write_bytes(later)
    with pytest.raises(HomeTooNew, match=f"in form {form.FORM + 1}; this one knows form {form.FORM}"):
        RunStore(Home(tmp_path))
    assert path.read_bytes() == later
    # It is not held, either.
    path.unlink()
    RunStore(Home(tmp_path)).close()
