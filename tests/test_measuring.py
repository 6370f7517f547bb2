"""Validation samples are measured often enough, never so often that training waits for it, and always in the end."""

from pathlib import Path

import pytest

from core import RunConfig, Snapshot
from core.engine.history import Point, append, last
from core.engine.trainer import FIRST_MEASURED, MEASURING, MEASURING_AT_FIRST, Trainer
from core.home import Home
from core.protocol import PANELS
from core.training.observer import DRAWN_FROM, SIGHTS

CONFIG = RunConfig(dataset="digits", model="autoencoder", steps=60)


def held_out(metrics: dict[str, float]) -> bool:
    return "test_mse" in metrics


def test_the_first_pictures_do_not_wait_for_measuring(tmp_path: Path):
    trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
    first, second = trainer.advance(0.0), trainer.advance(1.0, 3)
    assert first.metrics == {}
    assert set(second.metrics) == {"loss"}
    assert second.measuring == 0


def test_it_is_measured_again_when_enough_was_trained(tmp_path: Path):
    trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
    training = trainer.training
    training.advance(5)
    for seconds, share in ((FIRST_MEASURED, MEASURING_AT_FIRST / (1 + FIRST_MEASURED)), (100.0, MEASURING)):
        training.seconds = seconds
        seen = trainer.advance(0.0)
        assert held_out(seen.metrics)
        due = seconds + seen.measuring / share
        training.seconds = due - 1e-6
        assert not held_out(trainer.advance(0.0).metrics)
        training.seconds = due + 1e-6
        assert held_out(trainer.advance(0.0).metrics)


def test_the_end_is_measured(tmp_path: Path):
    trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
    trainer._due = float("inf")
    assert not held_out(trainer.advance(60.0, 59).metrics)
    ended = trainer.advance(60.0)
    assert ended.done
    assert held_out(ended.metrics)


def test_what_a_trainer_measures_is_what_a_snapshot_holds(tmp_path: Path):
    trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
    trainer.training.advance(7)
    assert trainer.measure().metrics == trainer.training.snapshot().metrics


def test_the_last_point_knows_what_was_measured_before(tmp_path: Path):
    path = tmp_path / "history"
    append(path, Point(0, 0.0, {"mse": 3.0, "test_mse": 5.0}))
    append(path, Point(10, 0.1, {"mse": 2.0, "test_mse": 4.0}))
    append(path, Point(20, 0.2, {"mse": 1.0}))
    assert last(path) == Point(20, 0.2, {"mse": 1.0, "test_mse": pytest.approx(4.0)})


def test_a_run_that_nobody_watches_is_looked_at_for_its_film_and_in_the_end(tmp_path: Path):
    trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
    unseen = trainer.advance(60.0, 10, kept_from=11)
    assert (unseen.step, unseen.snapshot, unseen.observing) == (10, b"", 0)
    # Its numbers are known all the same.
    assert "loss" in unseen.metrics
    assert trainer.advance(60.0, 1, kept_from=11).snapshot
    assert trainer.advance(60.0, kept_from=1000).snapshot


def test_what_nobody_has_open_is_looked_at_for_the_film_only(tmp_path: Path):
    for kept_from, renewed in ((11, {"pictures"}), (10, {*SIGHTS})):
        trainer = Trainer(CONFIG.model_dump_json(), None, Home(tmp_path))
        trainer.advance(0.0)
        seen = trainer.advance(60.0, 10, kept_from=kept_from, panels=("strip", "curves"))
        assert {sight for sight, step in trainer.training.observer.steps.items() if step == 10} == renewed
        # Nothing that is shown is older, and what is not shown is still there.
        assert Snapshot.from_bytes(seen.snapshot).since is None
        assert Snapshot.from_bytes(seen.snapshot).codes is not None


def test_every_panel_is_drawn_from_sights_that_there_are():
    assert DRAWN_FROM.keys() == {*PANELS}
    assert {*SIGHTS} == {sight for sights in DRAWN_FROM.values() for sight in sights}
