"""The loop: lazy, cut anywhere, honest about running away; and what it shows on the way."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors.numpy import load, save
from torch import Tensor

import core
from core import DATASETS, MODELS, RunConfig, Snapshot
from core.errors import CorruptRun, Diverged
from core.training.loop import Training, model_from
from core.training.observer import Observer
from core.training.snapshot import VIEWS
from core.training.tensors import head, read_head


def config_of(model: str = "autoencoder", dataset: str = "digits", steps: int = 60, **hyperparameters) -> RunConfig:
    return RunConfig(dataset=dataset, model=model, steps=steps, seed=1, hyperparameters=hyperparameters)


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
    assert run.history[-1].metrics["test_loss"] == last.snapshot().metrics["test_loss"]


def test_a_fitted_model_answers_with_plain_tensors():
    run = core.fit(config_of("vae", steps=1))
    assert run.model.encode(run.dataset.test.x).numpy().shape == (360, 2)
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


# --------------------------------------------------------------------------------------------------------- snapshots


@pytest.mark.parametrize(("model", "dataset"), [("vae", "digits"), ("autoencoder", "ring"), ("gan", "ring")])
def test_snapshot_survives_the_journey(model, dataset):
    training = Training(config_of(model, dataset, steps=3))
    training.advance()
    sent = training.snapshot()
    got = Snapshot.from_bytes(sent.to_bytes())
    assert (got.step, got.steps, got.seconds) == (sent.step, sent.steps, sent.seconds)
    assert (got.metrics, got.value_range) == (sent.metrics, sent.value_range)
    assert got.views.keys() == sent.views.keys()
    low, high = sent.value_range
    for name, view in sent.views.items():
        if view.ndim == 4 and name != "warp":
            # 256 levels: half a level off at most, and drawn inside the range.
            assert np.abs(got.views[name] - view.clip(low, high)).max() <= (high - low) / 255 / 2 * 1.001
            assert got.views[name].dtype == np.float32
        else:
            assert np.array_equal(got.views[name], view)


def test_snapshot_without_views_survives_too():
    sent = Snapshot(3, 9, 1.5, {"loss": 0.25}, (0.0, 1.0))
    assert Snapshot.from_bytes(sent.to_bytes()) == sent


def test_pictures_keep_their_range_when_it_is_not_0_to_1():
    pictures = np.linspace(-3, 5, 64, dtype=np.float32).reshape(1, 1, 8, 8)
    got = Snapshot.from_bytes(Snapshot(0, 1, 0.0, {}, (-2.0, 4.0), {"samples": pictures}).to_bytes())
    assert got.samples.min() == -2
    assert got.samples.max() == 4
    assert np.abs(got.samples - pictures.clip(-2, 4)).max() <= 6 / 255


def damaged(whole: bytes) -> list[bytes]:
    """Bytes that were cut short, overwritten, or are something else."""
    size = int.from_bytes(whole[:8], "little")
    return [b"", b"no such thing", whole[:5], whole[: 8 + size // 2], whole[:-1], whole[: 8 + size], whole[8:],
            b"\xff" * 8 + whole[8:], whole[:8] + b"\0" * size + whole[8 + size :]]  # fmt: skip


def test_damaged_snapshot_is_refused():
    whole = Training(config_of()).snapshot().to_bytes()
    for data in damaged(whole):
        with pytest.raises(ValueError, match="hold no snapshot"):
            Snapshot.from_bytes(data)


@pytest.mark.parametrize("missing", ["step", "steps", "seconds", "metrics", "value_range"])
def test_snapshot_with_a_hole_in_its_head_is_refused(missing):
    whole = Snapshot(1, 2, 0.5, {}, (0.0, 1.0)).to_bytes()
    kept = {name: value for name, value in read_head(whole).items() if name != missing}
    data = save(load(whole), metadata=head(kept))
    with pytest.raises(ValueError, match="hold no snapshot"):
        Snapshot.from_bytes(data)


def test_snapshot_names_its_views_and_nothing_else():
    snapshot = Training(config_of("gan", "ring")).snapshot()
    assert snapshot.samples.shape == (1000, 2)
    assert snapshot.landscape.shape == (48, 48)
    assert snapshot.reconstructions is None
    assert snapshot.codes.shape == (2000, 64)
    assert snapshot.assignments is None
    with pytest.raises(AttributeError):
        _ = snapshot.pictures


# ------------------------------------------------------------------------------------------------------ state on disk


def test_state_gives_the_model_without_its_data():
    training = Training(config_of("vae", steps=4))
    training.advance()
    model = model_from(training.config, training.state())
    assert same(model.state_dict(), weights(training))
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_damaged_state_is_refused():
    training = Training(config_of(steps=9))
    training.advance(4)
    for data in damaged(training.state()):
        with pytest.raises(CorruptRun, match="cannot be read"):
            Training(training.config).restore(data)
        with pytest.raises(CorruptRun, match="cannot be read"):
            model_from(training.config, data[:-1])


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
    config = config_of("gan", "two_moons", steps=60, critic_learning_rate=10.0, learning_rate=1e-4)
    with pytest.raises(Diverged, match=r"Turn the critic's learning rate down \(it is 10; try 1\)"):
        poisoned(config, 60, huge_weights).advance()


def test_a_first_step_too_far_that_is_made_good_is_no_divergence():
    # RMSprop's first step is ten times as long as its others: the loss leaps to 450 and is back at 0.1 by step 8.
    training = Training(config_of("deep_autoencoder", "two_moons", optimizer="rmsprop"))
    training.advance()
    assert training.snapshot().metrics["test_loss"] < 0.2


def test_train_passes_a_divergence_on():
    with pytest.raises(Diverged):
        list(core.train(config_of(learning_rate=10.0, steps=500), every=0.0))


# ------------------------------------------------------------------------------------------------------- the observer


def observed(latent_size: int):
    training = Training(config_of(latent_size=latent_size, steps=30))
    training.advance()
    observer = Observer(training.dataset, DATASETS["digits"])

    def plane() -> np.ndarray:
        with torch.no_grad():
            return observer.look(training.model, 0)[1]["plane"]

    return training.model, plane


def test_plane_lies_still_when_the_codes_are_turned_or_mirrored():
    model, plane = observed(5)
    before = plane()
    assert before.shape == (360, 2)
    last = model.encoder[-1]
    for seed in range(6):
        # Other axes for the same codes: a random rotation or reflection of the code space.
        turn, _ = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(seed)))
        with torch.no_grad():
            last.weight.copy_(turn @ last.weight)
            last.bias.copy_(turn @ last.bias)
        assert np.abs(plane() - before).max() < 1e-3 * np.abs(before).max()


def test_plane_is_the_principal_one():
    model, plane = observed(5)
    data = core.load_dataset("digits", seed=1).test.x
    with torch.no_grad():
        codes = model.encode(data).double()
    spread = torch.linalg.svdvals(codes - codes.mean(dim=0))
    got = np.linalg.svd(plane(), compute_uv=False)
    np.testing.assert_allclose(got, spread[:2].numpy(), rtol=1e-4)


@pytest.mark.parametrize("latent_size", [1, 2])
def test_codes_of_one_or_two_numbers_are_shown_as_they_are(latent_size):
    training = Training(config_of(latent_size=latent_size))
    snapshot = training.snapshot()
    assert np.array_equal(snapshot.plane[:, :latent_size], snapshot.codes)
    assert not snapshot.plane[:, latent_size:].any()


def test_the_same_things_are_looked_at_every_time():
    training = Training(config_of("vae", steps=9, latent_size=2))
    first = training.snapshot()
    training.advance()
    second = training.snapshot()
    for fixed in ("originals", "labels"):
        assert np.array_equal(first.views[fixed], second.views[fixed])
    assert not np.array_equal(first.samples, second.samples)
    assert first.views.keys() <= set(VIEWS)
    # Two looks at the same weights are the same look.
    again = training.snapshot()
    assert again.metrics == second.metrics
    assert all(np.array_equal(view, again.views[name]) for name, view in second.views.items())


def test_views_belong_together():
    training = Training(config_of("denoising_autoencoder"))
    snapshot, data = training.snapshot(), training.dataset
    model = training.model.requires_grad_(False)
    originals = torch.from_numpy(snapshot.originals)
    torch.testing.assert_close(model.reconstruct(originals), torch.from_numpy(snapshot.reconstructions))
    torch.testing.assert_close(model.encode(originals), torch.from_numpy(snapshot.codes[:32]))
    assert snapshot.corrupted.shape == snapshot.originals.shape
    assert not np.array_equal(snapshot.corrupted, snapshot.originals)
    rows, labels = data.test.x.flatten(1).tolist(), data.test.y.tolist()
    held_out = {tuple(row): label for row, label in zip(rows, labels, strict=True)}
    assert [held_out[tuple(row)] for row in originals.flatten(1).tolist()] == snapshot.labels[:32].tolist()
    assert len(set(snapshot.labels[:32].tolist())) > 5


def test_landscape_and_warp_are_drawn_row_by_row_from_below():
    training = Training(config_of("gan", "ring"))
    snapshot = training.snapshot()
    with torch.no_grad():
        corners = torch.tensor([[-2.0, -2.0], [2.0, -2.0], [-2.0, 2.0]])
        scores, points = training.model.criticise(corners), training.model.decode(corners[:1])
    got = snapshot.landscape[[0, 0, -1], [0, -1, 0]]
    np.testing.assert_allclose(got, scores.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(snapshot.warp[0, 0], points[0].numpy(), rtol=1e-5, atol=1e-6)
