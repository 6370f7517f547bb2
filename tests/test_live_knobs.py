"""Knobs turned while a run goes on are part of its configuration: the same bits again, whenever and wherever."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load

from core import RunConfig, inference
from core.analysis import ANALYSES, Analysis, analyse
from core.engine import RunStore
from core.errors import CorruptRun, LatentLabError
from core.home import Home
from core.model import Model
from core.sentences import sentences
from core.training.loop import Training
from pages.ui import dial, probe
from pages.ui.questions import Decoding
from tests.making import config_of


def config(*changes: tuple, **hyperparameters) -> RunConfig:
    turned = [{"step": step, "name": name, "value": value} for step, name, value in changes]
    return RunConfig(
        dataset="ring", model="autoencoder", steps=30, seed=3, changes=turned,
        hyperparameters={"decay": "none", "hidden_sizes": (8,), **hyperparameters},
    )  # fmt: skip


def test_a_knob_that_acts_while_it_is_dragged_says_so_where_a_moving_run_takes_it(monkeypatch):
    given = {}
    monkeypatch.setattr(dial, "_dial", lambda key, data, **how: given.update({key: data["live"]}))
    knobs = [knob for knob in config().knobs() if knob.first and knob.type in (int, float)]
    for knob in knobs:
        dial.dial(knob, knob.default, [], is_changed=False)
    assert given == {f"dial-{knob.name}": knob.live for knob in knobs}
    assert {*given.values()} == {True, False}


def refusal(make) -> str:
    with pytest.raises(ValidationError) as refused:
        make()
    (sentence,) = sentences(refused.value)
    return sentence


def trained(config: RunConfig, steps: int | None = None) -> Training:
    training = Training(config)
    training.advance(steps)
    return training


def weights(training: Training) -> list[torch.Tensor]:
    return list(training.model.state_dict().values())


def same(one: Training, other: Training) -> bool:
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def test_a_change_is_in_force_from_its_step_on():
    changed = config((10, "learning_rate", 0.1), (20, "learning_rate", 0.5))
    rates = [changed.at(step).learning_rate for step in (0, 9, 10, 19, 20, 29)]
    assert rates == [0.002, 0.002, 0.1, 0.1, 0.5, 0.5]
    assert changed.in_force(15) == config(learning_rate=0.1)
    assert [len(changed.until(step).changes) for step in (10, 11, 20, 21)] == [0, 1, 1, 2]


def test_training_hears_a_change_at_its_step_and_not_before():
    plain, turned = config(), config((10, "learning_rate", 0.0001))
    assert same(trained(plain, 10), trained(turned, 10))
    assert not same(trained(plain, 11), trained(turned, 11))
    # Turned at the very beginning, it is the same as set from the beginning.
    assert same(trained(config((0, "learning_rate", 0.0001))), trained(config(learning_rate=0.0001)))


def test_a_run_changed_half_way_is_bit_for_bit_the_one_that_knew_it_from_the_start():
    before = trained(config(), 12)
    now = config().changed(12, {"learning_rate": 0.05})
    after = Training(now)
    after.restore(before.state())
    after.advance(7)
    # Paused and resumed once more, with the change behind it.
    again = Training(now)
    again.restore(after.state())
    again.advance()
    whole = trained(now)
    mine, others = load(again.state()), load(whole.state())
    assert all(torch.equal(mine[name], others[name]) for name in others)


def test_weights_beyond_a_change_belong_to_another_run():
    state = trained(config(), 13).state()
    with pytest.raises(CorruptRun, match="another configuration"):
        Training(config((12, "learning_rate", 0.05))).restore(state)


def test_json_keeps_changes():
    changed = config((3, "learning_rate", 0.25), (7, "learning_rate", 1.0))
    assert RunConfig.model_validate_json(changed.model_dump_json()) == changed


def test_what_cannot_be_changed_is_refused_in_a_sentence():
    sentence = refusal(lambda: config().changed(5, {"latent_size": 3}))
    assert sentence.startswith("latent_size cannot be changed while a run goes on; these can: learning_rate")
    assert "nonsense cannot be changed" in refusal(lambda: config((5, "nonsense", 3)))
    assert refusal(lambda: config((5, "learning_rate", 11.0))).startswith("learning_rate = 11.0 is too large")
    assert "order" in refusal(lambda: config((5, "learning_rate", 1.0), (4, "learning_rate", 0.5)))


def restored(wanted: RunConfig, steps: int, folder: Path) -> tuple[Training, list[Model]]:
    """Training that went on from a checkpoint, and the models that an analysis and the probe make of the same one."""
    first = Training(wanted)
    first.advance(steps)
    state = first.state()
    again = Training(wanted)
    again.restore(state)
    store, seen = RunStore(Home(folder)), []
    run = store.create(wanted, "", again.dataset.spec)
    store.save_state(run, state)
    store.add_snapshot(run, steps, 0.0, {}, first.snapshot().to_bytes(), last=True)

    def look(context):
        seen.append(context.model)
        raise LatentLabError("Seen.")

    def decode(model, codes):
        seen.append(model)
        return inference.decode(model, codes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ANALYSES, "look", Analysis(look, needs="encode"))
        with pytest.raises(LatentLabError, match="Seen"):
            analyse("look", wanted, state, {})
        patch.setattr(probe, "laboratory", SimpleNamespace(engine=SimpleNamespace(store=store)))
        patch.setattr(probe, "decode", decode)
        probe.answer(run, Decoding(decode=[[0.0] * again.model.latents]))
    store.close()
    return again, seen


def test_whoever_restores_a_model_gets_the_knobs_and_the_clock_of_its_step(tmp_path):
    wanted = config_of("denoising_autoencoder", steps=60, noise_level=0.1).changed(20, {"noise_level": 0.9})
    training, models = restored(wanted, 40, tmp_path)
    assert len(models) == 2
    for model in models:
        assert (model.hyperparameters.noise_level, model.step, model.steps) == (0.9, 39, 60)
        assert model.hyperparameters == training.model.hyperparameters
        assert all(torch.equal(a, b) for a, b in zip(model.parameters(), training.model.parameters(), strict=True))
        rng = torch.Generator().manual_seed(0)
        x = training.dataset.test.x[:20]
        assert torch.equal(model.corrupt(x, rng), training.model.corrupt(x, rng.manual_seed(0)))


def test_a_restored_model_knows_when_its_clustering_began(tmp_path):
    training, models = restored(config_of("deep_embedded_clustering", steps=20, pretraining=0.1), 12, tmp_path)
    for model in (training.model, *models):
        assert (model.start, model.step, model.steps) == (2, 11, 20)
        # Beyond the start the clustering counts.
        assert "clustering" in model.evaluate(training.dataset.test.x[:50], torch.Generator().manual_seed(0))
