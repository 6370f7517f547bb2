"""Drawn sequences are what their formulae say, measured back from the data."""

import math

import pytest
import torch

import core
from core.dataset import Dataset

# --------------------------------------------------------------------------------------------------------- sequences


def family(data: Dataset, name: str) -> torch.Tensor:
    """The training sequences of one class, (N, T), in double precision."""
    return data.train.x[data.train.y == data.label_names.index(name), :, 0].double()


@pytest.mark.parametrize("name", ["waves", "control_charts"])
def test_classes_of_drawn_sequences_are_equally_full(name):
    data = core.load_dataset(name)
    for split in (data.train, data.test):
        assert torch.bincount(split.y).tolist() == [len(split.y) // len(data.label_names)] * len(data.label_names)


def assert_uniform(values: torch.Tensor, low: float, high: float, slack: float = 0.0) -> None:
    """Values lie in [low, high], up to `slack`, and spread over it: mean and deviation within five standard errors."""
    width, root = high - low, math.sqrt(len(values))
    assert values.min() >= low - slack - 1e-4
    assert values.max() <= high + slack + 1e-4
    assert abs(values.mean() - (low + high) / 2) <= 5 * width / math.sqrt(12) / root + 1e-4
    # The fourth moment of a uniform variable: the sample deviation has a standard error of sd · √(0.2 / N).
    assert (
        abs(values.std() - width / math.sqrt(12)) <= (5 * math.sqrt(0.2) / root + slack) * width / math.sqrt(12) + 1e-4
    )


@pytest.mark.parametrize("periods", [1.0, 6.0, 16.0])
def test_sines_have_one_frequency_each_drawn_up_to_periods(periods):
    sines = family(core.load_dataset("waves", sigma=0.0, periods=periods), "sine")
    # Any sine obeys x(t+1) + x(t−1) = 2 cos(ω) x(t), and nothing else does with |cos ω| < 1.
    middle, around = sines[:, 1:-1], sines[:, 2:] + sines[:, :-2]
    twice_cosine = (middle * around).sum(dim=1) / middle.square().sum(dim=1)
    torch.testing.assert_close(around, twice_cosine[:, None] * middle, atol=1e-5, rtol=0)
    assert_uniform((twice_cosine / 2).acos() * 64 / (2 * math.pi), 1.0, periods)
    # The phase is uniform, so the first value is a sine of a uniform angle.
    assert abs(sines[:, 0].mean()) < 5 * 0.8 / math.sqrt(2 * len(sines))
    torch.testing.assert_close(sines.abs().max().item(), 0.8, atol=1e-4, rtol=0)


def test_squares_have_two_values_and_equal_steps():
    squares = family(core.load_dataset("waves", sigma=0.0), "square")
    torch.testing.assert_close(squares.abs(), torch.full_like(squares, 0.8), atol=1e-6, rtol=0)
    changes = [(row.diff() != 0).nonzero().flatten() for row in squares]
    # Half periods of equal length, as near as whole steps allow: 64 / 2f, f from 1 to 6.
    steps = [change.diff() for change in changes if len(change) > 1]
    assert all(step.max() - step.min() <= 1 for step in steps)
    assert min(map(min, steps)) >= 5
    assert max(map(max, steps)) <= 32
    assert {len(change) for change in changes} >= {2, 12}
    assert abs((squares[:, 0] > 0).double().mean() - 0.5) < 2.5 / math.sqrt(len(squares))


def test_saws_rise_steadily_and_drop_at_once():
    saws = family(core.load_dataset("waves", sigma=0.0), "saw")
    # A drop of twice the amplitude is no step at all on a circle of that length.
    rises = torch.remainder(saws.diff(dim=1), 1.6)
    torch.testing.assert_close(rises, rises[:, :1].expand_as(rises), atol=1e-5, rtol=0)
    assert_uniform(rises[:, 0] / 1.6 * 64, 1.0, 6.0)
    assert_uniform(saws[:, 0], -0.8, 0.8)


def test_noise_has_no_frequency():
    noise = family(core.load_dataset("waves", sigma=0.0), "noise")
    assert_uniform(noise.flatten(), -0.8, 0.8)
    power = torch.fft.rfft(noise).abs().square().mean(dim=0)[1:-1]
    # Each line's power is exponentially distributed: its mean over N sequences has a standard error of 1/√N.
    assert (power / power.mean() - 1).abs().max() < 5 / math.sqrt(len(noise))


def test_sigma_is_as_strong_as_set_and_changes_nothing_else():
    plain, rough = core.load_dataset("waves", sigma=0.0).train.x, core.load_dataset("waves", sigma=0.1).train.x
    added = (rough - plain)[plain.abs() < 0.5]
    assert added.std().item() == pytest.approx(0.1, rel=0.01)
    assert abs(added.mean()) < 1e-3


def charts(name: str) -> torch.Tensor:
    """Deviations y(t) − m of one pattern of the control charts in the paper's units, (N, 60)."""
    return 36 * family(core.load_dataset("control_charts"), name)


T = torch.arange(1, 61).double()
# 3 s: what the noise r s may add, and its standard deviation.
BAND, SPREAD = 6.0, 6.0 / math.sqrt(3)


def test_normal_charts_are_uniform_noise():
    assert_uniform(charts("normal").flatten(), -BAND, BAND)


@pytest.mark.parametrize(("name", "sign"), [("increasing trend", 1), ("decreasing trend", -1)])
def test_trends_stay_around_a_line_of_a_slope_in_range(name, sign):
    deviations = sign * charts(name)
    # Some slope g of the range keeps every value within the band around g t.
    lowest, highest = ((deviations - BAND) / T).amax(dim=1), ((deviations + BAND) / T).amin(dim=1)
    assert (lowest.clamp(min=0.2) <= highest.clamp(max=0.5) + 1e-5).all()
    # Least squares through (0, m) gives the slope up to a small error.
    slopes = deviations @ T / (T @ T)
    assert_uniform(slopes, 0.2, 0.5, slack=5 * SPREAD / math.sqrt(T @ T))


@pytest.mark.parametrize(("name", "sign"), [("upward shift", 1), ("downward shift", -1)])
def test_shifts_jump_once_in_the_middle_third(name, sign):
    deviations = sign * charts(name)
    possible = torch.zeros(len(deviations), dtype=torch.bool)
    for first in range(20, 41):
        before, after = deviations[:, : first - 1], deviations[:, first - 1 :]
        # Some height x of the range keeps every later value within the band around it.
        lowest, highest = after.amax(dim=1) - BAND, after.amin(dim=1) + BAND
        level = lowest.clamp(min=7.5) <= highest.clamp(max=20.0) + 1e-4
        possible |= (before.abs().amax(dim=1) <= BAND + 1e-4) & level
    assert possible.all()
    # Where charts jump is uniform over the middle third, so their mean climbs in a straight line there.
    expected = 13.75 * ((T - 20) / 20).clamp(0, 1)
    error = deviations.std(dim=0) / math.sqrt(len(deviations))
    assert ((deviations.mean(dim=0) - expected).abs() <= 5 * error).all()
    heights = deviations[:, T > 40].mean(dim=1)
    assert_uniform(heights, 7.5, 20.0, slack=5 * SPREAD / math.sqrt(20))


def test_cycles_are_sines_of_a_height_and_length_in_range():
    deviations = charts("cyclic")
    lengths = torch.arange(10.0, 15.01, 0.05).double()
    waves = (2 * math.pi * T / lengths[:, None]).sin()
    heights = deviations @ waves.T / waves.square().sum(dim=1)
    residuals = (deviations[:, None] - heights[..., None] * waves).square().mean(dim=2)
    best = residuals.argmin(dim=1)
    assert residuals.amin(dim=1).mean().sqrt() == pytest.approx(SPREAD, rel=0.03)
    assert_uniform(lengths[best], 10.0, 15.0)
    heights = heights[torch.arange(len(best)), best]
    assert_uniform(heights, 10.0, 15.0, slack=5 * SPREAD / math.sqrt(30))
