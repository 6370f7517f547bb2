"""The plane of codes: which way it is turned, and how much of it is shown."""

import numpy as np
import pytest

from core.models import MODELS
from core.plane import Plane, frame_of, on_axes, turn
from tests.making import normal


def points(spread: float, n: int = 400, columns: int = 2) -> np.ndarray:
    return spread * normal(n, columns).numpy()


def inside(x: np.ndarray, frame: np.ndarray) -> np.ndarray:
    low, high = frame
    return ((x >= low) & (x <= high)).all(axis=1)


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.3, 1.0])
def test_codes_that_collapsed_onto_the_prior_stay_small_in_its_frame(spread):
    np.testing.assert_array_equal(frame_of(points(spread).clip(-2.9, 2.9), "normal"), [[-3, -3], [3, 3]])
    np.testing.assert_array_equal(frame_of(points(spread).clip(-1, 1), "uniform"), [[-1.5, -1.5], [1.5, 1.5]])


@pytest.mark.parametrize("prior", ["normal", "uniform", None])
@pytest.mark.parametrize("place", [0, 40, -1e4])
def test_a_frame_is_a_square_around_nearly_all_points(place, prior):
    x = points(5) * [1, 0.2] + [place, 0]
    frame = frame_of(x, prior)
    assert inside(x, frame).mean() >= 0.97
    assert frame[1, 0] - frame[0, 0] == pytest.approx(frame[1, 1] - frame[0, 1])
    # Not much larger than what is in it.
    if prior is None:
        assert frame[1, 0] - frame[0, 0] < 1.5 * np.ptp(x[:, 0])


def test_a_frame_stays_while_points_move_a_little():
    x = points(1)
    frames = [frame_of(x * (1 + 0.001 * step) + 0.001 * step, None) for step in range(10)]
    assert len({frame.tobytes() for frame in frames}) <= 2


def test_a_frame_of_nothing_is_one_still():
    frame = frame_of(np.full((5, 2), np.nan), None)
    assert np.isfinite(frame).all()
    assert (frame[1] > frame[0]).all()


def test_turning_undoes_a_turn_and_a_mirror():
    x = points(1) * [3, 1]
    x -= x.mean(axis=0)
    for angle, mirror in ((0.0, -1), (2.0, 1), (-1.0, -1)):
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * [1, mirror]
        np.testing.assert_allclose(x @ rotation @ turn(x @ rotation, x), x, atol=1e-6)


def test_a_plane_from_kept_axes_is_the_same_and_the_next_one_is_near():
    codes = points(1, columns=5) * [3, 2.9, 1, 1, 0.5]
    first = Plane()
    first.flatten(-codes)
    picture = first.flatten(codes)
    second = Plane(first.axes)
    np.testing.assert_allclose(second.flatten(codes), picture, atol=1e-5)
    moved = codes + 0.02 * normal(400, 5, seed=1).numpy()
    assert np.abs(second.flatten(moved) - picture).max() < 0.3


def test_codes_keep_their_place_among_the_axes():
    codes = points(1, columns=3) * [3, 2, 1] + [10, 0, 0]
    plane = Plane().flatten(codes)
    # Not centred: the prior's middle is at 0.
    assert np.linalg.norm(plane.mean(axis=0)) == pytest.approx(10, rel=0.05)


def test_a_single_number_is_a_strip_that_is_wide_where_many_lie():
    # Twice as many in each half-unit from 2 to 4 as from 0 to 2, and none beyond.
    x = np.concatenate([np.linspace(0, 2, 1000), np.linspace(2, 4, 2000)]).astype(np.float32)
    flat = Plane().flatten(x[:, None])
    np.testing.assert_array_equal(flat[:, 0], x)
    np.testing.assert_array_equal(on_axes(x[:, None], np.eye(1, 2)), flat)
    few, many = (flat[(x > low) & (x < low + 1), 1] for low in (0.5, 2.5))
    # A third of its length, up and down alike.
    assert np.abs(many).max() == pytest.approx(4 / 3, rel=0.05)
    assert np.abs(few).max() == pytest.approx(2 / 3, rel=0.05)
    assert abs(many.mean()) < 0.01
    # Points that are left out move no other one.
    fewer = Plane().flatten(np.append(x[:1000], 4)[:, None])[:1000, 1]
    assert (np.sign(fewer) == np.sign(flat[:1000, 1])).all()
    for alike in (np.ones((5, 1)), np.full((5, 1), np.nan)):
        assert not Plane().flatten(alike)[:, 1].any()


def test_models_say_what_codes_are_spread_like():
    held = {name: model.code_prior(model.Hyperparameters()) for name, model in MODELS.items()}
    spread = {"vae", "convolutional_vae", "beta_tc_vae", "adversarial_autoencoder", "flow_matching", "vae_gan"}
    assert {name for name, prior in held.items() if prior} == spread
    assert held["vae"] == "normal"
    adversarial = MODELS["adversarial_autoencoder"]
    assert adversarial.code_prior(adversarial.Hyperparameters(prior="uniform")) == "uniform"
