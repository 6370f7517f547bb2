"""Knobs turned while a run goes on are part of its configuration: the same bits again, whenever and wherever."""

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load

from core import RunConfig
from core.errors import CorruptRun
from core.sentences import sentences
from core.training.loop import Training


def config(*changes: tuple, **hyperparameters) -> RunConfig:
    turned = [{"step": step, "name": name, "value": value} for step, name, value in changes]
    return RunConfig(
        dataset="ring", model="autoencoder", steps=30, seed=3, changes=turned,
        hyperparameters={"decay": "none", "hidden_sizes": (8,), **hyperparameters},
    )  # fmt: skip


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
