"""What a denoising autoencoder's input is damaged by: shares, places and levels."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from core.nn.corruption import corrupt
from tests.making import made, rng

close = torch.testing.assert_close


def uniform(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=rng(seed))


MANY, RANGE = 200_000, (-1.0, 3.0)


def test_gaussian_corruption_has_the_level_as_standard_deviation():
    x = uniform(MANY)
    added = corrupt(x, "gaussian", 0.3, RANGE, rng(1)) - x
    # Five standard errors: σ/√n of the mean, σ/√(2n) of the deviation.
    assert abs(added.mean()) < 5 * 0.3 / math.sqrt(MANY)
    assert abs(added.std() - 0.3) < 5 * 0.3 / math.sqrt(2 * MANY)


@pytest.mark.parametrize(("noise", "hit"), [("masking", 0.0), ("flip", 1.5)])
def test_masking_and_flipping_hit_their_share_and_leave_the_rest(noise, hit):
    x = torch.full((MANY,), 0.5)  # mirrored in −1…3: 1.5
    seen = corrupt(x, noise, 0.3, RANGE, rng(1))
    share = (seen == hit).float().mean()
    assert abs(share - 0.3) < 5 * math.sqrt(0.3 * 0.7 / MANY)
    assert ((seen == hit) | (seen == x)).all()


@pytest.mark.parametrize(("noise", "expected"), [("masking", [0.0, 0.0]), ("flip", [3.0, 0.8])])
def test_full_level_hits_every_value(noise, expected):
    close(corrupt(torch.tensor([-1.0, 1.2]), noise, 1.0, RANGE, rng()), torch.tensor(expected))


@pytest.mark.parametrize(
    ("shape", "level", "block"),
    [((1, 8, 8), 0.25, (4, 4)), ((3, 6, 4), 0.25, (3, 2)), ((10, 2), 0.3, (3,)), ((8,), 0.5, (4,))],
)
def test_a_block_of_the_level_s_share_is_cut_out_in_one_piece_anywhere(shape, level, block):
    x = torch.ones(400, *shape)
    cut = corrupt(x, "block", level, RANGE, rng(1)) == 0
    # All channels of a pixel and all features of a step go together.
    axes = (1,) if len(shape) == 3 else (2,) if len(shape) == 2 else ()
    assert all(torch.equal(cut.amax(dim=axis), cut.amin(dim=axis)) for axis in axes)
    places = cut.amax(dim=axes) if axes else cut
    firsts = set()
    for one in places:
        where = one.nonzero()
        low, high = where.amin(dim=0), where.amax(dim=0)
        assert tuple((high - low + 1).tolist()) == block
        assert len(where) == math.prod(block)
        firsts.add(tuple(low.tolist()))
    sides = shape[1:] if len(shape) == 3 else shape[:1]
    assert len(firsts) == math.prod(side - length + 1 for side, length in zip(sides, block, strict=True))


def test_each_sample_s_block_has_its_own_level():
    levels = torch.tensor([0.0, 0.5, 1.0, 7.0]).reshape(4, 1)
    close((corrupt(torch.ones(4, 8), "block", levels, RANGE, rng()) == 0).sum(dim=1), torch.tensor([0, 4, 8, 8]))


@pytest.mark.parametrize("noise", ["none", "gaussian", "masking", "block", "flip"])
def test_corruption_follows_its_generator_and_spares_the_original(noise):
    x = uniform(3, 1, 8, 8)
    kept = x.clone()
    first = corrupt(x, noise, 0.3, (0.0, 1.0), rng(1))
    assert torch.equal(first, corrupt(x, noise, 0.3, (0.0, 1.0), rng(1)))
    assert torch.equal(x, kept)
    assert torch.equal(first, x) is (noise == "none")
    assert torch.equal(corrupt(x, noise, 0.0, (0.0, 1.0), rng(1)), x)


def test_the_target_of_a_corrupted_input_is_the_clean_one():
    network, x = made("denoising_autoencoder", "digits", reconstruction_loss="mse"), uniform(6, 1, 8, 8)
    seen = network.corrupt(x, rng(1))
    assert not torch.equal(seen, x)
    close(network.evaluate(x, rng(1))["loss"], F.mse_loss(network.reconstruct(seen), x))
    close(network.evaluate(x, rng(1))["mse"], F.mse_loss(network.reconstruct(x), x))


@pytest.mark.parametrize(("spread", "lowest"), [(0.0, 0.4), (0.25, 0.3), (1.0, 0.0)])
def test_each_sample_s_noise_level_is_drawn_evenly_between_the_lowest_and_the_level(spread, lowest):
    network = made("denoising_autoencoder", "digits", noise_level=0.4, noise_spread=spread)
    seen = network.corrupt(torch.zeros(2000, 1, 8, 8), rng(1))
    levels = seen.flatten(1).std(dim=1)
    # Five standard errors of the mean of a uniform law, and of a deviation estimated from 64 values.
    assert abs(levels.mean() - (lowest + 0.4) / 2) < 5 * (0.4 - lowest) / math.sqrt(12 * 2000) + 0.005
    error = 5 * 0.4 / math.sqrt(2 * 64)
    assert lowest - error < levels.min() < lowest + error
    assert 0.4 - error < levels.max() < 0.4 + error
