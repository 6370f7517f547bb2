"""Sequences that follow from a formula: cylinders, bells and funnels, and pendulums."""

import math

import numpy as np
import pytest
import torch
from scipy.special import ellipj, ellipkinc
from torch import Tensor

import core

close = torch.testing.assert_close

# ------------------------------------------------------------------------------------------- cylinder, bell and funnel


def expected_mean(shape: int) -> Tensor:
    """The mean sequence (128,) of a shape, by going through all starts and lengths: the mean height is 6, of 12."""
    total = torch.zeros(128)
    for a in range(16, 33):
        for b in range(a + 32, a + 97):
            for t in range(a, min(b, 128) + 1):
                total[t - 1] += (1, (t - a) / (b - a), (b - t) / (b - a))[shape]
    return total / (17 * 65) / 2


@pytest.mark.parametrize("shape", [0, 1, 2], ids=["cylinder", "bell", "funnel"])
def test_shapes_have_the_mean_of_all_starts_and_lengths(shape):
    data = core.load_dataset("cylinder_bell_funnel")
    sequences = torch.cat([part.x[part.y == shape, :, 0] for part in (data.train, data.test)])
    error = sequences.std(dim=0) / math.sqrt(len(sequences))
    assert ((sequences.mean(dim=0) - expected_mean(shape)).abs() / error).max() < 5


def test_without_noise_a_cylinder_is_flat_and_the_others_are_ramps():
    split = core.load_dataset("cylinder_bell_funnel", sigma=0.0).train
    heights = []
    for sequence, label in zip(split.x[:300, :, 0], split.y[:300].tolist(), strict=True):
        lit = sequence.nonzero().flatten()
        run = sequence[lit]
        assert lit[-1] - lit[0] + 1 == len(lit) <= 97
        assert 15 <= lit[0] <= 32
        slope = run.diff()
        close(slope, slope[0].expand_as(slope), atol=1e-6, rtol=0)
        assert slope[0].sign() == (0, 1, -1)[label]
        heights.append(run.max() * 12)
    cylinders = torch.tensor(heights)[0::3]
    assert cylinders.mean().item() == pytest.approx(6, abs=0.5)
    assert cylinders.std().item() == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_noise_is_as_strong_as_set(sigma):
    before = core.load_dataset("cylinder_bell_funnel", sigma=sigma).train.x[:, :15]
    assert before.std().item() * 12 == pytest.approx(sigma, rel=0.02)
    assert before.mean().item() == pytest.approx(0, abs=0.002)


# ---------------------------------------------------------------------------------------------------------- pendulum

FASTEST = math.sqrt(2.5**2 + 4)


def energies(x: Tensor) -> Tensor:
    """Of every moment, (N, 64), from what is seen."""
    return (x[..., 2].double() * FASTEST).square() / 2 - x[..., 1].double()


def test_pendulums_begin_where_their_factors_say():
    split = core.load_dataset("pendulum").train
    angle, velocity = split.factors.T
    close(split.x[:, 0], torch.stack([angle.sin(), angle.cos(), velocity / FASTEST], dim=1), atol=1e-6, rtol=0)
    limits = torch.tensor([math.pi, 2.5])
    # Uniform: a third of the square of the limit.
    close(split.factors.square().mean(dim=0), limits.square() / 3, rtol=0.05, atol=0)
    assert (split.factors.abs() <= limits).all()


def test_energy_is_kept_and_says_who_rotates():
    split = core.load_dataset("pendulum").train
    energy = energies(split.x)
    close(energy, energy[:, :1].expand_as(energy), atol=2e-5, rtol=0)
    assert torch.equal(split.y, (energy[:, 0] > 1).long())
    close(split.x[..., 0].square() + split.x[..., 1].square(), torch.ones(len(split.x), 64), atol=1e-5, rtol=0)
    # Who rotates never turns back; who swings, and has the time for it, does.
    turns_back = (split.x[..., 2] > 0).any(dim=1) & (split.x[..., 2] < 0).any(dim=1)
    assert not turns_back[split.y == 1].any()
    assert turns_back[(split.y == 0) & (energy[:, 0] < 0.9)].all()


def test_swings_are_jacobis_elliptic_functions():
    split = core.load_dataset("pendulum").train
    swinging = energies(split.x)[:, 0] < 0.99
    angle, velocity = split.factors[swinging].double().T
    # sin θ/2 = k sn(t + t₀), θ′ = 2 k cn(t + t₀), cos θ/2 = dn(t + t₀), k² = (E + 1)/2.
    k = ((velocity.square() / 2 - angle.cos() + 1) / 2).sqrt()
    k = k.unsqueeze(1).numpy()
    t0 = ellipkinc(torch.atan2((angle / 2).sin(), velocity / 2).unsqueeze(1).numpy(), k**2)
    sn, cn, dn, _ = ellipj(t0 + 0.25 * np.arange(64), k**2)
    expected = np.stack([2 * k * sn * dn, 1 - 2 * (k * sn) ** 2, 2 * k * cn / FASTEST], axis=2)
    close(split.x[swinging].double(), torch.from_numpy(expected), atol=1e-4, rtol=0)


@pytest.mark.parametrize("friction", [0.1, 0.5])
def test_friction_takes_the_energy_it_should(friction):
    split = core.load_dataset("pendulum", friction=friction).train
    energy, velocity = energies(split.x), split.x[..., 2].double() * FASTEST
    # E′ = −friction θ′²
    lost = friction * torch.trapezoid(velocity.square(), dx=0.25, dim=1)
    close(energy[:, 0] - energy[:, -1], lost, atol=0.02, rtol=0.01)
    assert (energy.diff(dim=1) <= 1e-6).all()
