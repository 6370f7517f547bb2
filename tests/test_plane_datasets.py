"""Points of the plane lie where their formulae say."""

import math
from itertools import pairwise

import pytest
import torch

import core
from core import DATASETS
from core.dataset import Dataset
from tests.making import everything

MIXTURES = {"ring": 8, "grid": 25}
close = torch.testing.assert_close


def modes(data: Dataset) -> torch.Tensor:
    """Each mode's mean, (K, 2)."""
    return torch.stack([data.train.x[data.train.y == label].mean(dim=0) for label in range(len(data.label_names))])


def test_ring_has_eight_modes_on_the_unit_circle():
    means = modes(core.load_dataset("ring"))
    assert means.shape == (8, 2)
    torch.testing.assert_close(means.norm(dim=1), torch.ones(8), atol=2e-3, rtol=0)
    angles = torch.atan2(means[:, 1], means[:, 0]).sort().values
    torch.testing.assert_close(angles.diff(), torch.full((7,), math.pi / 4), atol=4e-3, rtol=0)


def test_grid_has_twenty_five_modes_in_five_rows():
    means = modes(core.load_dataset("grid"))
    assert means.shape == (25, 2)
    places = {(round(x / 0.75, 1), round(y / 0.75, 1)) for x, y in means.tolist()}
    assert places == {(float(x), float(y)) for x in range(-2, 3) for y in range(-2, 3)}


@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.parametrize("sigma", [None, 0.05])
def test_modes_are_as_wide_as_set_and_equally_full(name, sigma):
    given = {} if sigma is None else {"sigma": sigma}
    data = core.load_dataset(name, **given)
    expected = sigma or DATASETS[name].Parameters().sigma
    spread = data.train.x - modes(data)[data.train.y]
    torch.testing.assert_close(spread.std(dim=0), torch.full((2,), expected), rtol=0.05, atol=0)
    counts = torch.bincount(data.train.y).double()
    n, share = len(data.train.y), 1 / MIXTURES[name]
    # Five standard errors of a binomial count.
    assert (counts - n * share).abs().max() < 5 * math.sqrt(n * share * (1 - share))


def test_two_moons_without_noise_are_two_half_circles():
    data = core.load_dataset("two_moons", sigma=0.0)
    centres = torch.tensor([[-0.5, -0.25], [0.5, 0.25]])
    distances = (data.train.x - centres[data.train.y]).norm(dim=1)
    torch.testing.assert_close(distances, torch.ones(len(distances)), atol=1e-5, rtol=0)


def test_swiss_roll_without_noise_is_a_spiral_labelled_from_the_inside_out():
    data = core.load_dataset("swiss_roll", sigma=0.0)
    x, y = data.train.x.double().T
    # Archimedes' spiral: the angle is ten times the radius.
    radius = data.train.x.double().norm(dim=1)
    turned = torch.remainder(torch.atan2(y, x) - 10 * radius + math.pi, 2 * math.pi) - math.pi
    assert turned.abs().max() < 1e-4
    reach = [(radius[data.train.y == label].min(), radius[data.train.y == label].max()) for label in range(4)]
    assert all(inner[1] <= outer[0] for inner, outer in pairwise(reach))


def in_polar(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Radius and angle, (N,) each."""
    x, y = points.double().T
    return torch.hypot(x, y), torch.atan2(y, x)


def apart(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """How far two angles are apart, at most π."""
    return (torch.remainder(one - other + math.pi, 2 * math.pi) - math.pi).abs()


@pytest.mark.parametrize("twist", [0.0, 0.25, 0.6])
def test_pinwheel_without_noise_lies_on_its_arms(twist):
    data = core.load_dataset("pinwheel", sigma=0.0, twist=twist)
    radius, angle = in_polar(data.train.x / 0.8)
    # Close to the middle, points may be a little past it.
    outside = radius > 0.5
    expected = -(2 * math.pi * data.train.y / 5 + twist * radius.exp())
    assert apart(angle, expected)[outside].max() < 1e-5
    assert outside.double().mean() > 0.9


@pytest.mark.parametrize("sigma", [0.1, 0.3])
def test_pinwheel_is_as_long_and_as_wide_as_set(sigma):
    data = core.load_dataset("pinwheel", sigma=sigma, twist=0.0)
    turn = 2 * math.pi * data.train.y / 5
    # Each arm turned back onto the first axis.
    x, y = data.train.x.T / 0.8
    along, across = x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()
    close(torch.stack([along.mean(), across.mean()]), torch.tensor([1.0, 0.0]), atol=0.015, rtol=0)
    close(torch.stack([along.std(), across.std()]), torch.tensor([0.3, sigma]), rtol=0.03, atol=0)


@pytest.mark.parametrize("inner", [0.5, 0.8])
def test_circles_without_noise_are_two_circles(inner):
    data = core.load_dataset("circles", sigma=0.0, inner=inner)
    radius, _ = in_polar(data.train.x)
    close(radius, torch.tensor([1.0, inner]).double()[data.train.y], atol=1e-6, rtol=0)
    for label in (0, 1):
        whole = everything(data)
        _, angle = in_polar(whole.x[whole.y == label])
        close(angle.sort().values.diff(), torch.full((5999,), 2 * math.pi / 6000).double(), atol=1e-5, rtol=0)


def test_circles_are_as_blurred_as_set():
    data = core.load_dataset("circles", sigma=0.05)
    radius, _ = in_polar(data.train.x)
    spread = radius - torch.tensor([1.0, 0.5])[data.train.y]
    assert spread.std().item() == pytest.approx(0.05, rel=0.05)


def test_checkerboard_fills_its_dark_squares_evenly():
    data = core.load_dataset("checkerboard")
    x, labels = data.train.x, data.train.y
    # The paper's other way to say it: in the even columns [−2, −1) and [0, 1), in the odd ones each a square higher.
    lowered = x[:, 1] - x[:, 0].floor() % 2
    assert (((lowered >= -2) & (lowered < -1)) | ((lowered >= 0) & (lowered < 1))).all()
    places = {(label, *corner) for label, corner in zip(labels.tolist(), x.floor().int().tolist(), strict=True)}
    assert len(places) == len({place[1:] for place in places}) == 8
    n, share = len(x), 1 / 8
    assert (torch.bincount(labels) - n * share).abs().max() < 5 * math.sqrt(n * share * (1 - share))
    inside = x - x.floor()
    close(inside.mean(dim=0), torch.full((2,), 0.5), atol=0.015, rtol=0)
    close(inside.std(dim=0), torch.full((2,), 1 / math.sqrt(12)), atol=0.01, rtol=0)


def test_two_spirals_without_noise_are_the_papers_at_half_their_size():
    data = core.load_dataset("two_spirals", sigma=0.0)
    radius, _ = in_polar(data.train.x)
    # n = √u · 540°, one arm (−n cos n, n sin n)/3, the other its mirror image in the origin.
    n = 6 * radius
    first = torch.stack([-n * n.cos(), n * n.sin()], dim=1) / 6
    close(data.train.x.double(), first * torch.tensor([1, -1])[data.train.y].unsqueeze(1), atol=1e-5, rtol=0)
    uniform = (n / (3 * math.pi)).square()
    assert uniform.max() <= 1 + 1e-6
    assert uniform.mean().item() == pytest.approx(1 / 2, abs=0.015)
    assert uniform.var().item() == pytest.approx(1 / 12, abs=0.004)


@pytest.mark.parametrize("turns", [0.25, 3.0])
def test_two_spirals_make_as_many_turns_as_set(turns):
    data = core.load_dataset("two_spirals", sigma=0.0, turns=turns)
    radius, angle = in_polar(data.train.x[data.train.y == 0])
    assert apart(angle, math.pi - turns * 4 * radius).max() < 1e-4


def test_two_spirals_are_as_blurred_as_set():
    exact, blurred = (core.load_dataset("two_spirals", sigma=sigma).train.x for sigma in (0.0, 0.1))
    close((blurred - exact).std(dim=0), torch.full((2,), 0.1), rtol=0.03, atol=0)
