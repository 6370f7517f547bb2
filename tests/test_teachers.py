"""The teacher's word: remembered across restarts, of no use once it is another, and not to be guessed."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.engine import RunStore
from core.errors import LatentLabError
from core.home import Home
from pages.ui import owners, teachers
from pages.ui.laboratory import Laboratory
from pages.ui.owner_names import name_of
from pages.ui.teacher import in_turn
from tests.making import config_of


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Runs of three people in a laboratory that is open to others, where somebody may teach."""
    store = RunStore(Home(tmp_path))
    engine = SimpleNamespace(home=store.home, store=store, live=lambda run: None, problem="", state="ready")
    monkeypatch.setattr(Laboratory, "engine", engine)
    monkeypatch.setattr(teachers, "_wrong", [])
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example")
    monkeypatch.setenv("LATENT_LAB_TEACHER", "chalk")
    for owner in ("ann", "bob", "bob", ""):
        store.create(config_of(), "Run", DATASETS["digits"].spec, owner)
    yield store
    store.close()


@pytest.fixture
def as_visitor(monkeypatch):
    def become(name):
        for place in ("pages.ui.owners.visitor", "pages.ui.teacher.visitor"):
            monkeypatch.setattr(place, lambda: name)

    return become


def listed(store) -> set[str]:
    return {record.owner for record in owners.mine(store.all())}


def test_whoever_enters_the_word_sees_all_until_it_is_another(store, as_visitor, monkeypatch):
    as_visitor("ann")
    assert listed(store) == {"ann"}
    owners.enter("chalk")
    assert listed(store) == {"ann", "bob", ""}
    as_visitor("bob")
    assert listed(store) == {"bob"}
    # Another server in the same home knows only what is on disk, which tells neither the word nor who it was.
    (noted,) = (store.home.path / "teachers").iterdir()
    assert not {"ann", "chalk"} & {noted.name, noted.read_text()}
    as_visitor("ann")
    monkeypatch.setenv("LATENT_LAB_TEACHER", "sponge")
    assert listed(store) == {"ann"}
    monkeypatch.delenv("LATENT_LAB_TEACHER")
    assert listed(store) == {"ann"}
    with pytest.raises(LatentLabError):
        owners.enter("")


def test_wrong_words_are_few_for_each_visitor(store, as_visitor, monkeypatch):
    as_visitor("ann")
    now = [0.0]
    monkeypatch.setattr(teachers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    for left in (4, 3, 2, 1):
        with pytest.raises(LatentLabError, match=f"Tries that are left: {left}"):
            owners.enter("cheese")
    with pytest.raises(LatentLabError, match="Try again in 10 min"):
        owners.enter("cheese")
    now[0] = 301.0
    with pytest.raises(LatentLabError, match=r"5 wrong words\. Try again in 5 min"):
        owners.enter("chalk")
    assert not owners.is_teacher()
    # That is nobody else's fault, and is forgiven.
    as_visitor("bob")
    owners.enter("chalk")
    as_visitor("ann")
    now[0] = 601.0
    owners.enter("chalk")
    assert owners.is_teacher()


def test_wrong_words_are_few_for_all_who_come_as_somebody_new_each_time(store, as_visitor, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(teachers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    refused = 0
    for number in range(200):
        as_visitor(f"fresh{number}")
        now[0] += 0.1
        with pytest.raises(LatentLabError) as problem:
            owners.enter("cheese")
        refused += "nobody can enter one now. Try again in 10 min" in str(problem.value)
    assert refused == 150
    assert len(teachers._wrong) == 50
    now[0] = 601.0
    owners.enter("chalk")
    assert owners.is_teacher()


def test_where_it_cannot_be_remembered_it_is_said(store, as_visitor):
    as_visitor("ann")
    (store.home.path / "teachers").write_text("a file where the folder should be")
    with pytest.raises(LatentLabError, match="could not be written to disk"):
        owners.enter("chalk")


def runs_page() -> AppTest:
    app = AppTest.from_file("../pages/runs.py", default_timeout=60).run()
    assert not app.exception
    return app


def test_the_teacher_sees_whose_runs_move_and_a_pupil_what_they_are_called(store, as_visitor):
    as_visitor("bob")
    page = runs_page()
    assert any(f"as those of {name_of('bob')}." in caption.value for caption in page.caption)
    assert set(page.dataframe[0].value["Whose"]) == {""}
    page.text_input(key="teachers_word").input("chalk").run()
    page = runs_page()
    assert any(caption.value.startswith("4 runs move, of 3 visitors.") for caption in page.caption)
    whose = page.dataframe[0].value["Whose"]
    assert sorted(whose) == sorted(["", "", name_of("ann"), name_of("")])


def test_the_first_run_of_each_comes_first_and_names_stay(store):
    assert [record.owner for record in in_turn(store.all())] == ["", "bob", "ann", "bob"]
    names = {name_of(str(number)) for number in range(1000)}
    assert len(names) > 980
    assert name_of("ann") == name_of("ann") != name_of("bob")
    assert len(max(names, key=len)) < 12
