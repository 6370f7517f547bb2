"""The loop: lazy, cut anywhere, and honest about running away."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

import core
from core import MODELS, RunConfig, load_dataset
from core.errors import CorruptRun, Diverged
from core.training.checkpoint import Checkpoint, model_of
from core.training.divergence import calmer
from core.training.loop import Training
from tests.making import config_of, damaged


def weights(training: Training) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in training.model.state_dict().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def taken(monkeypatch):
    """How many steps any autoencoder has taken, as a list that grows."""
    steps, original = [], MODELS["autoencoder"].training_step

    def counted(self, x, optimizers, rng):
        steps.append(self.step)
        return original(self, x, optimizers, rng)

    monkeypatch.setattr(MODELS["autoencoder"], "training_step", counted)
    return steps


# ------------------------------------------------------------------------------------------------------ train and fit


def test_train_is_lazy_and_can_be_abandoned(taken):
    running = core.train(config_of(steps=10_000), every=0.0)
    assert taken == []
    assert next(running).step == 0
    assert taken == []
    assert next(running).step == len(taken) == 1
    running.close()
    assert len(taken) == 1


def test_train_ends_at_the_last_step(taken):
    shown = list(core.train(config_of(steps=12), every=0.0))
    assert [snapshot.step for snapshot in shown] == list(range(13))
    assert taken == list(range(12))
    assert {snapshot.steps for snapshot in shown} == {12}


def test_fit_keeps_every_snapshot_up_to_the_last_step():
    config = config_of("vae", steps=20)
    run = core.fit(config, every=0.0)
    assert run.config == config
    steps = [snapshot.step for snapshot in run.history]
    assert (steps[0], steps[-1]) == (0, 20)
    assert all(before < after for before, after in pairwise(steps))
    assert all(before.seconds <= after.seconds for before, after in pairwise(run.history))
    assert run.dataset.name == "digits"
    last = Training(config)
    last.advance()
    assert same(run.model.state_dict(), weights(last))
    assert run.history[-1].metrics == last.snapshot().metrics


def test_a_fitted_model_answers_with_plain_tensors():
    run = core.fit(config_of("vae", steps=1))
    assert run.model.encode(run.dataset.test.x).numpy().shape == (180, 2)
    assert run.model.sample(3).numpy().shape == (3, 1, 8, 8)


def test_the_number_of_threads_is_given_back():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        for _ in core.train(config_of(steps=2), every=0.0):
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_advance_never_passes_the_end():
    training = Training(config_of(steps=5))
    training.advance(100)
    assert training.done
    assert training.step == 5
    kept = weights(training)
    training.advance(3)
    assert training.step == 5
    assert same(weights(training), kept)


def test_losses_are_means_over_the_same_steps_however_the_run_is_cut():
    config, found = config_of("vae", steps=120), []
    for cuts in ([120], [7, 50, 63, 119], [50, 100]):
        training = Training(config)
        for step in cuts:
            training.advance(step - training.step)
            # Moved to another process, which knows no more of it than this.
            moved = Training(config)
            moved.restore(training.state())
            training = moved
        training.advance()
        found.append(training.metrics)
    assert found[1:] == found[:1] * 2
    whole = Training(config)
    whole.advance(100)
    losses = [float(whole.take_step()["loss"]) for _ in range(20)]
    assert found[0]["loss"] == pytest.approx(sum(losses) / 20)


def test_every_sample_is_seen_before_any_is_seen_again():
    training = Training(config_of("autoencoder", "digits", batch_size=479))  # 1437 = 3 × 479
    seen, original = [], training.model.training_step

    def watched(x, optimizers, rng):
        seen.append(x.flatten(1))
        return original(x, optimizers, rng)

    training.model.training_step = watched
    training.advance(6)
    epochs = torch.cat(seen[:3]), torch.cat(seen[3:])
    whole = training.dataset.train.x.flatten(1).unique(dim=0)
    assert all(torch.equal(epoch.unique(dim=0), whole) for epoch in epochs)
    assert not torch.equal(*epochs)


# ------------------------------------------------------------------------------------------------------ state on disk


def test_state_gives_the_model_without_its_data():
    training = Training(config_of("vae", steps=4))
    training.advance()
    model = model_of(training.config, training.dataset.spec, training.state())
    assert same(model.state_dict(), weights(training))
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_one_flipped_bit_of_a_checkpoint_is_found():
    training = Training(config_of(dataset="ring", hidden_sizes=(4,)))
    training.advance(steps=3)
    whole = training.state()
    # All of the first bytes, where the checksum is.
    for bit in [*range(8 * 60), *range(8 * 60, 8 * len(whole), len(whole) // 20)]:
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptRun):
            Checkpoint.from_bytes(bytes(data))


def test_damaged_state_is_refused():
    training = Training(config_of(steps=9))
    training.advance(4)
    for data in damaged(training.state()):
        with pytest.raises(CorruptRun, match="cannot be read"):
            Training(training.config).restore(data)
        with pytest.raises(CorruptRun, match="cannot be read"):
            model_of(training.config, training.dataset.spec, data[:-1])


OTHERS = [
    config_of(latent_size=5), config_of(hidden_sizes=(9,)), config_of("vae"), config_of(dataset="ring"),
    config_of(optimizer="sgd"), config_of(optimizer="rmsprop"),
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: str(list(config_of().differences(other))))
def test_state_of_another_configuration_is_refused(other):
    training = Training(other)
    training.advance(2)
    with pytest.raises(CorruptRun):
        Training(config_of()).restore(training.state())


# -------------------------------------------------------------------------------------------------------- running away


def poisoned(config: RunConfig, step: int, poison) -> Training:
    """A training whose step number `step` (the first is 1) goes wrong as `poison(model, losses)` says."""
    training = Training(config)
    original = training.model.training_step

    def spoilt(x, optimizers, rng):
        losses = original(x, optimizers, rng)
        return poison(training.model, losses) if training.model.step == step - 1 else losses

    training.model.training_step = spoilt
    return training


def advance_by(training: Training, pieces: list[int]) -> None:
    for steps in pieces:
        training.advance(steps)


def nan_loss(model, losses):
    return {**losses, "loss": losses["loss"] * math.nan}


def infinite_loss(model, losses):
    return {**losses, "loss": losses["loss"] + math.inf}


def nan_weights(model, losses):
    with torch.no_grad():
        next(model.parameters()).fill_(math.nan)
    return losses


@pytest.mark.parametrize("poison", [nan_loss, infinite_loss, nan_weights])
@pytest.mark.parametrize("pieces", [[120], [13, 40, 7, 60], [1] * 120])
def test_divergence_is_found_at_its_step_and_finite_weights_are_kept(poison, pieces):
    config = config_of(steps=120)
    training = poisoned(config, 73, poison)
    with pytest.raises(Diverged, match=r"Diverged at step 7\d: .*learning rate down") as diverged:
        advance_by(training, pieces)
    # Broken weights show in the next step's loss, unless the run is cut right behind them.
    assert diverged.value.step in ((73, 74) if poison is nan_weights else (73,))
    kept = diverged.value.kept_step
    # Weights are kept every 50 steps, wherever the run is cut.
    assert kept == training.step == 50
    clean = Training(config)
    clean.advance(kept)
    assert same(weights(training), weights(clean))
    assert f"The weights of step {kept} were kept" in str(diverged.value)
    training.snapshot()


def test_a_loss_that_grows_a_hundredfold_and_stays_there_has_run_away():
    training = Training(config_of(steps=200))
    original = training.model.training_step

    def growing(x, optimizers, rng):
        losses = original(x, optimizers, rng)
        return {**losses, "loss": losses["loss"] + (500.0 if training.model.step >= 70 else 0.0)}

    training.model.training_step = growing
    with pytest.raises(Diverged) as diverged:
        training.advance()
    assert 71 <= diverged.value.step <= 100
    assert diverged.value.kept_step == 50


def huge_weights(model, losses):
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(1e30)
    return losses


def test_a_last_step_into_the_void_is_noticed_though_its_own_loss_was_good():
    with pytest.raises(Diverged, match="Diverged at step 60") as diverged:
        poisoned(config_of(steps=60), 60, huge_weights).advance()
    assert diverged.value.kept_step == 50


def test_the_rate_that_is_highest_is_named_first():
    config = config_of("gan", "two_moons", steps=60, discriminator_learning_rate=10.0, learning_rate=1e-4)
    with pytest.raises(Diverged, match=r"Turn the discriminator's learning rate down \(it is 10; try 0\.002\)"):
        poisoned(config, 60, huge_weights).advance()


@pytest.mark.parametrize(
    ("stood", "tried", "told"),
    [
        (10.0, 0.002, "it is 10; try 0.002"),
        (0.01, 0.001, "it is 0.01; try 0.001"),
        (0.002, 0.0002, "it is 0.002; try 0.0002"),
        (0.0005, 0.00005, "it is 0.0005; try 0.00005"),
        (0.00002, 0.00001, "it is 0.00002; try 0.00001"),
    ],
)
def test_a_rate_that_ran_away_goes_back_to_its_default_or_to_a_tenth(stood, tried, told):
    config = config_of("vae", "digits", learning_rate=stood)
    calm = calmer(config, load_dataset("digits").spec)
    assert (calm.knob.name, calm.stood, calm.rate) == ("learning_rate", stood, tried)
    assert calm.is_lower
    assert calm.advice == f"Turn the learning rate down ({told})."


def test_the_least_rate_that_ran_away_is_turned_down_no_further():
    calm = calmer(config_of("vae", "digits", learning_rate=0.00001), load_dataset("digits").spec)
    assert not calm.is_lower
    assert calm.advice == "The learning rate is 0.00001, the least there is: look for another cause."


def test_a_wasserstein_gan_has_a_critic():
    config = config_of("wgan_gp", "two_moons", steps=60, discriminator_learning_rate=10.0, learning_rate=1e-4)
    with pytest.raises(Diverged, match="Turn the critic's learning rate down"):
        poisoned(config, 60, huge_weights).advance()
    shown = [text for knob in config.hyperparameters.knobs() for text in (knob.label, knob.help)]
    assert "Critic steps" in shown
    assert not any("discriminator" in text.lower() for text in shown)


def test_a_first_step_too_far_that_is_made_good_is_no_divergence():
    # RMSprop's first step is ten times as long as its others: the loss leaps to 450 and is back at 0.1 by step 8.
    training = Training(config_of("deep_autoencoder", "two_moons", optimizer="rmsprop"))
    training.advance()
    assert training.snapshot().metrics["test_loss"] < 0.2


def test_train_passes_a_divergence_on():
    with pytest.raises(Diverged):
        list(core.train(config_of(learning_rate=10.0, steps=500), every=0.0))
