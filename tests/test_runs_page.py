"""The page Runs without a browser: what is told of runs, which are listed, and what is done with those picked."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS
from core.datasets import metrics_of
from core.engine import RunStore
from core.engine.sweep_store import SweepStore
from core.home import Home
from core.protocol import Status
from pages.ui.laboratory import Laboratory
from pages.ui.run_actions import _said
from pages.ui.run_filter import Filter
from pages.ui.run_names import names
from pages.ui.run_order import NEWEST, best_first
from pages.ui.run_table import numbers, row, title_with_unit
from pages.ui.session import Memory
from pages.ui.state import MOST_PICKED
from tests.making import config_of, new_record


@pytest.fixture(autouse=True)
def laboratory(tmp_path, monkeypatch):
    """A laboratory without workers."""
    home = Home(tmp_path)
    store, sweeps = RunStore(home), SimpleNamespace(kept=SweepStore(home))
    engine = SimpleNamespace(home=home, store=store, stop=lambda run: None, sweeps=sweeps)
    monkeypatch.setattr(Laboratory, "engine", engine)
    yield engine
    store.close()


def record(name="", model="autoencoder", dataset="digits", status=Status.FINISHED, metrics=None, **hyperparameters):
    made = new_record(config_of(model, dataset, **hyperparameters))
    return replace(made, id=f"id{name}", name=name, status=status, step=60, metrics=metrics or {})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter(), "abc"),
        (Filter(datasets=("ring",)), "bc"),
        (Filter(datasets=("ring",), models=("gan",)), "c"),
        (Filter(statuses=(Status.PAUSED,)), "b"),
        (Filter(statuses=(Status.PAUSED,), models=("gan",)), ""),
        (Filter(words="LATENT size 7"), "a"),
        (Filter(words="8 gaussians"), "bc"),
        (Filter(words="idc"), "c"),
        (Filter(words="no such words"), ""),
    ],
    ids=str,
)
def test_all_that_is_asked_of_a_run_must_be_true_of_it(asked, found):
    runs = [
        record("a", latent_size=7),
        record("b", dataset="ring", status=Status.PAUSED),
        record("c", model="gan", dataset="ring"),
    ]
    assert "".join(run.name for run in runs if asked.fits(run)) == found


def test_a_row_says_what_a_run_is():
    made = record("Variational autoencoder · Digits", "vae", latent_size=3, metrics={"test_mse": 0.25, "loss": 3.0})
    told = row(made, numbers(made))
    assert told["Name"] == ""
    assert told["Differs from the defaults"] == "Latent size 3"
    assert (told["Model"], told["Data"], told["Step"], told["Of"]) == ("Variational autoencoder", "Digits", 60, 60)
    assert told["MSE"] == 0.25
    assert "loss" not in told
    assert row(replace(made, name="Mine"), {})["Name"] == "Mine"
    share = record("", "gan", "ring", metrics={"test_discriminator_accuracy": 0.5, "test_covered": 8.0})
    assert row(share, numbers(share))["Discriminator right (%)"] == 50
    assert row(share, numbers(share))["Modes covered (of 8)"] == 8


def test_no_column_has_two_kinds_of_number():
    headlines = {metric for model in MODELS.values() for metric in model.metrics if metric.name in model.headline}
    known = headlines.union(*(metrics_of(name, source.Parameters()) for name, source in DATASETS.items()))
    assert len({title_with_unit(metric) for metric in known}) == len(known)


def test_the_best_run_comes_first_whichever_way_is_better_and_one_without_the_number_last():
    runs = [record(name, "vae", metrics=found) for name, found in (("a", {}), ("b", {"test_elbo": -9.0}))]
    runs.append(record("c", "vae", metrics={"test_elbo": -5.0, "test_mse": 0.1}))
    elbo, mse = (next(each for each in numbers(runs[2]) if each.name == name) for name in ("elbo", "mse"))
    assert [run.name for run in best_first(runs, elbo)] == ["c", "b", "a"]
    assert [run.name for run in best_first(runs, mse)] == ["c", "a", "b"]


def test_runs_are_listed_by_one_of_two_metrics_of_one_name(laboratory):
    told = {"test_information": 0.5}
    for model, dataset in (("recurrent_clustering", "digit_rows"), ("info_gan", "digits"), ("vae", "digits")):
        run = laboratory.store.create(config_of(model, dataset), f"My {model}", DATASETS[dataset].spec)
        laboratory.store.update(run, metrics=told)
    app = AppTest.from_file("../pages/runs.py", default_timeout=60)
    app.session_state["memory"] = memory = Memory()
    memory.address = {"dataset": "ring", "model": "gan"}
    for title, first in (("Mutual information (nats)", "clustering"), ("Information of the code (nats)", "info_gan")):
        opened(app).selectbox(key="listed_by").set_value(title)
        assert listed(opened(app))[0].endswith(first)


def test_why_a_run_ended_is_told_where_one_did_not_as_it_should(laboratory):
    run = laboratory.store.create(config_of(), "Mine", DATASETS["digits"].spec)
    app = AppTest.from_file("../pages/runs.py", default_timeout=60)
    assert "Why" not in opened(app).dataframe[0].proto.column_order
    laboratory.store.update(run, status=Status.FAILED, reason="The disk is full.")
    assert "Why" in opened(app).dataframe[0].proto.column_order
    assert list(app.dataframe[0].value["Why"]) == ["The disk is full."]


def test_it_is_said_where_more_are_picked_than_an_address_holds():
    runs = [record(str(i)) for i in range(MOST_PICKED + 1)]
    assert _said(runs[1:], runs, runs) == "50 of 51 runs picked."
    said = "51 of 51 runs picked, 1 of them not listed now, more than the 50 that a reload and Back find again."
    assert _said(runs, runs, runs[1:]) == said


def test_a_picker_says_what_sets_runs_apart():
    here, other = record("a", latent_size=3), record("b", latent_size=4, learning_rate=0.01)
    elsewhere, same = record("c", dataset="ring"), replace(record("a", latent_size=3), id="twin")
    lines = names([elsewhere, other, here], here)
    # What is on the same data comes first.
    assert list(lines) == ["idb", "ida", "idc"]
    assert lines["idb"] == "b (Autoencoder · Digits): Learning rate 0.01, Latent size 4 · 60 steps · finished"
    assert "seed 1, Latent size 3" in lines["ida"]
    assert "the same settings" in names([here, same], here)["twin"]
    # A run of a sweep is called by what it varies, which is not said twice.
    swept = replace(here, name="Autoencoder · Digits · Latent size: 3, seed 1")
    assert names([swept])["ida"] == "Latent size: 3, seed 1 (Autoencoder · Digits) · 60 steps · finished"
    assert len(set(names([here, same]).values())) == 2


def opened(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["Name"])


def test_runs_are_found_picked_renamed_deleted_and_restored(laboratory):
    for model in ("autoencoder", "vae", "gan"):
        laboratory.store.create(config_of(model, "ring"), f"My {model}", DATASETS["ring"].spec)
    app = AppTest.from_file("../pages/runs.py", default_timeout=60)
    app.session_state["memory"] = memory = Memory()
    memory.address = {"dataset": "ring", "model": "gan"}
    assert listed(opened(app)) == ["My gan", "My vae", "My autoencoder"]
    assert app.button(key="open").disabled
    assert app.button(key="delete").disabled

    app.text_input(key="filter_words").input("vae")
    assert listed(opened(app)) == ["My vae"]
    app.text_input(key="filter_words").input("nothing of the kind")
    assert not opened(app).dataframe
    app.button(key="show_all").click()
    assert len(listed(opened(app))) == 3

    laboratory.store.update(memory.listed[1], metrics={"test_mse": 0.2})
    opened(app).selectbox(key="listed_by").set_value("MSE")
    assert listed(opened(app)) == ["My vae", "My gan", "My autoencoder"]
    laboratory.store.update(memory.listed[2], metrics={"test_mse": 0.1})
    assert listed(opened(app)) == ["My autoencoder", "My vae", "My gan"]
    app.selectbox(key="listed_by").set_value(NEWEST)
    assert listed(opened(app)) == ["My gan", "My vae", "My autoencoder"]

    gan, vae, _ = memory.listed
    memory.picked = (vae,)
    opened(app).text_input(key=f"name-{vae}").input("Best")
    assert listed(opened(app)) == ["My gan", "Best", "My autoencoder"]
    memory.picked = (gan, vae)
    assert not opened(app).button(key="compare").disabled
    assert app.button(key="open").disabled
    app.button(key="delete").click()
    assert listed(opened(app)) == ["My autoencoder"]
    assert app.session_state["run_table"]["selection"]["rows"] == []
    app.button(key="undo").click()
    assert len(listed(opened(app))) == 3
    assert not laboratory.store.deleted()
