"""Runs that stand beside another one: finished, and different in one knob alone."""

from dataclasses import replace
from types import SimpleNamespace

from core.protocol import Status
from pages.ui.laboratory import Laboratory
from pages.ui.siblings import siblings
from tests.making import config_of, new_record


def record(name, status=Status.FINISHED, **settings):
    return replace(new_record(config_of("vae", **settings)), id=name, status=status)


def test_one_finished_run_for_each_value_of_the_knob_alone(monkeypatch):
    one = record("one", latent_size=2)
    others = [
        one,
        record("four", latent_size=4),
        record("four again", latent_size=4),
        record("moving", Status.RUNNING, latent_size=5),
        record("longer", steps=70, latent_size=6),
        record("with another knob", latent_size=8, beta=2.0),
    ]
    monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(store=SimpleNamespace(all=lambda: others)))
    assert {size: other.id for size, other in siblings(one, "latent_size").items()} == {4: "four"}
    assert siblings(one, "beta") == {}
