"""What a run shows on the way: snapshots that survive their journey, and views that belong together."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load, save

import core
from core import Snapshot
from core.analysis import analyse
from core.plane import Plane
from core.training.loop import Training
from core.training.observer import Observer
from core.training.snapshot import VIEWS
from core.training.tensors import pack, read_head
from tests.making import config_of, damaged

# --------------------------------------------------------------------------------------------------------- snapshots


@pytest.mark.parametrize(("model", "dataset"), [("vae", "digits"), ("autoencoder", "ring"), ("gan", "ring")])
def test_snapshot_survives_the_journey(model, dataset):
    training = Training(config_of(model, dataset, steps=3))
    training.advance()
    sent = training.snapshot()
    got = Snapshot.from_bytes(sent.to_bytes())
    assert (got.step, got.since, got.steps, got.seconds) == (sent.step, sent.since, sent.steps, sent.seconds)
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
    sent = Snapshot(step=3, steps=9, seconds=1.5, metrics={"loss": 0.25}, value_range=(0.0, 1.0), since=2)
    assert Snapshot.from_bytes(sent.to_bytes()) == sent


def test_pictures_keep_their_range_when_it_is_not_0_to_1():
    pictures = np.linspace(-3, 5, 64, dtype=np.float32).reshape(1, 1, 8, 8)
    sent = Snapshot(step=0, steps=1, seconds=0.0, metrics={}, value_range=(-2.0, 4.0), samples=pictures)
    got = Snapshot.from_bytes(sent.to_bytes())
    assert got.samples.min() == -2
    assert got.samples.max() == 4
    assert np.abs(got.samples - pictures.clip(-2, 4)).max() <= 6 / 255


def test_damaged_snapshot_is_refused():
    whole = Training(config_of()).snapshot().to_bytes()
    for data in damaged(whole):
        with pytest.raises(ValueError, match="hold no snapshot"):
            Snapshot.from_bytes(data)


@pytest.mark.parametrize("missing", ["step", "steps", "seconds", "metrics", "value_range"])
def test_snapshot_with_a_hole_in_its_head_is_refused(missing):
    whole = Snapshot(step=1, steps=2, seconds=0.5, metrics={}, value_range=(0.0, 1.0)).to_bytes()
    kept = {name: value for name, value in read_head(whole).items() if name != missing}
    data = pack(save, load(whole), kept)
    with pytest.raises(ValueError, match="hold no snapshot"):
        Snapshot.from_bytes(data)


def test_snapshot_names_its_views_and_nothing_else():
    snapshot = Training(config_of("gan", "ring")).snapshot()
    assert snapshot.samples.shape == (1000, 2)
    assert snapshot.landscape.shape == (48, 48)
    assert snapshot.reconstructions is None
    assert snapshot.codes.shape == (1000, 64)
    assert snapshot.assignments is None
    with pytest.raises(AttributeError):
        _ = snapshot.pictures


def test_what_is_not_corrupted_is_sent_once():
    assert Training(config_of("autoencoder")).snapshot().corrupted is None
    assert Training(config_of("autoencoder", noise="gaussian", noise_level=0.0)).snapshot().corrupted is None
    assert Training(config_of("autoencoder", noise="masking")).snapshot().corrupted is not None


def test_what_training_makes_of_its_input_is_shown_for_every_model_that_changes_it():
    noisy = Training(config_of("gan", instance_noise=0.4, steps=4))
    first = noisy.snapshot()
    assert np.std(first.corrupted - first.originals) == pytest.approx(0.4, rel=0.05)
    noisy.advance()
    # Instance noise has faded out by half-time.
    assert noisy.snapshot().originals is noisy.snapshot().corrupted is None
    augmented = Training(config_of("recurrent_clustering", "waves")).snapshot()
    assert augmented.originals.shape == augmented.corrupted.shape
    assert not np.array_equal(augmented.originals, augmented.corrupted)
    assert first.reconstructions is augmented.reconstructions is None


# ------------------------------------------------------------------------------------------------------- the observer


def observed(latent_size: int):
    training = Training(config_of(latent_size=latent_size, steps=30))
    training.advance()
    observer = Observer(training.dataset)

    def plane() -> np.ndarray:
        with torch.no_grad():
            return observer.look(training.model, 0, 30)["plane"]

    return training.model, plane


def test_plane_lies_still_when_the_codes_are_turned_or_mirrored():
    model, plane = observed(5)
    before = plane()
    assert before.shape == (180, 2)
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
    data = core.load_dataset("digits", seed=1).validation.x
    with torch.no_grad():
        codes = model.encode(data).double()
    spread = torch.linalg.svdvals(codes - codes.mean(dim=0))
    seen = plane()
    got = np.linalg.svd(seen - seen.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(got, spread[:2].numpy(), rtol=1e-4)


@pytest.mark.parametrize(("model", "view"), [("vae", "samples"), ("autoencoder", "fitted")])
def test_samples_are_drawn_from_the_same_noise_in_runs_of_all_seeds(model, view):
    training = Training(config_of(model, "ring", hidden_sizes=(4,)))
    with torch.no_grad():
        one, other = (Observer(training.dataset).look(training.model, seed, 0)[view] for seed in (1, 2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("latent_size", [1, 2])
def test_codes_of_one_or_two_numbers_are_shown_as_they_are(latent_size):
    training = Training(config_of(latent_size=latent_size))
    snapshot = training.snapshot()
    assert np.array_equal(snapshot.plane[:, :latent_size], snapshot.codes)


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
    # What comes out is made of what went in, below which it stands.
    corrupted = torch.from_numpy(snapshot.corrupted)
    torch.testing.assert_close(model.reconstruct(corrupted), torch.from_numpy(snapshot.reconstructions))
    torch.testing.assert_close(model.encode(originals), torch.from_numpy(snapshot.codes[:32]))
    assert snapshot.corrupted.shape == snapshot.originals.shape
    assert not np.array_equal(snapshot.corrupted, snapshot.originals)
    rows, labels = data.validation.x.flatten(1).tolist(), data.validation.y.tolist()
    looked_at = {tuple(row): label for row, label in zip(rows, labels, strict=True)}
    assert [looked_at[tuple(row)] for row in originals.flatten(1).tolist()] == snapshot.labels[:32].tolist()
    assert len(set(snapshot.labels[:32].tolist())) > 5


def turned(training: Training) -> Training:
    """The run with its picture upside down: no run that begins anew would draw it so."""
    training.snapshot()
    plane = training.observer.planes["codes"]
    training.observer.planes["codes"] = Plane(-plane.axes)
    return training


def test_a_run_that_goes_on_is_drawn_as_it_was():
    before = turned(Training(config_of("denoising_autoencoder", steps=20)))
    before.advance(5)
    picture, state = before.snapshot().plane, before.state()
    # Resumed, and resumed with a knob turned.
    for config in (before.config, before.config.changed(5, {"noise_level": 0.9})):
        after = Training(config)
        after.restore(state)
        np.testing.assert_allclose(after.snapshot().plane, picture, rtol=1e-4, atol=1e-5)
    # Without the axes in the checkpoint it would not be.
    assert np.abs(Plane().flatten(before.snapshot().codes) - picture).max() > np.abs(picture).max()
    # Analyses of the same checkpoint draw other samples on the same axes.
    with torch.no_grad():
        codes = before.model.encode(before.dataset.test.fixed(2000).x).numpy()
    expected = codes @ before.observer.planes["codes"].axes
    for name in ("projection", "clustering"):
        result = analyse(name, before.config, state, {})
        plane = result.points if name == "projection" else result.plane
        np.testing.assert_allclose(plane, expected, rtol=1e-4, atol=1e-4)


def test_axes_are_kept_as_they_are():
    training = turned(Training(config_of("recurrent_autoencoder", "waves", steps=3)))
    training.snapshot()
    again = Training(training.config)
    again.restore(training.state())
    for view in ("codes", "trajectory"):
        np.testing.assert_array_equal(again.observer.planes[view].axes, training.observer.planes[view].axes)
    assert again.state() == training.state()


def test_the_posterior_of_two_latents_is_drawn():
    training = Training(config_of("vae", latent_size=2))
    snapshot = training.snapshot()
    with torch.no_grad():
        mean, log_variance = training.model.eval().posterior(training.observer.x[:60])
    np.testing.assert_allclose(snapshot.plane[:60], mean, atol=1e-6)
    np.testing.assert_allclose(snapshot.spreads**2, log_variance.exp(), rtol=1e-5)
    assert Training(config_of("vae", latent_size=3)).snapshot().spreads is None
    assert Training(config_of(latent_size=2)).snapshot().spreads is None


def test_a_critic_s_zero_changes_nothing():
    training = Training(config_of("gan", "ring", objective="wasserstein_gp"))
    before = training.snapshot()
    with torch.no_grad():
        list(training.model.discriminator.parameters())[-1].add_(7)
        scores = [training.model.criticise(torch.from_numpy(x)).median() for x in (before.reals, before.samples)]
        corner = training.model.criticise(torch.tensor([[-2.0, -2.0]]))
    after = training.snapshot()
    np.testing.assert_allclose(after.landscape, before.landscape, atol=1e-4)
    assert after.landscape[0, 0] == pytest.approx(float(corner - sum(scores) / 2), abs=1e-4)


def test_landscape_and_warp_are_drawn_row_by_row_from_below():
    training = Training(config_of("gan", "ring"))
    snapshot = training.snapshot()
    with torch.no_grad():
        corners = torch.tensor([[-2.0, -2.0], [2.0, -2.0], [-2.0, 2.0]])
        scores, points = training.model.criticise(corners), training.model.decode(corners[:1])
    got = snapshot.landscape[[0, 0, -1], [0, -1, 0]]
    np.testing.assert_allclose(got, scores.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(snapshot.warp[0, 0], points[0].numpy(), rtol=1e-5, atol=1e-6)
