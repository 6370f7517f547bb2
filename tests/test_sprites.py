"""Sprites show the factors that they were made from."""

import math

import pytest
import torch
from torch import Tensor

import core
from core.datasets.sprites import SHAPES, draw
from tests.making import everything, held_out

close = torch.testing.assert_close
each_shape = pytest.mark.parametrize("shape", range(3), ids=SHAPES)


def drawn(shape: int, scale: float = 1.0, rotation: float = 0.0, x: float = 16.0, y: float = 16.0) -> Tensor:
    """One picture, (32, 32)."""
    return draw(shape, torch.tensor([[scale, rotation, x, y]]))[0, 0]


def test_area_and_centroid_are_those_of_the_factors():
    split = core.load_dataset("sprites").train
    scale, _, x, y = split.factors.T
    ink, centres = split.x[:, 0], torch.arange(32) + 0.5
    area = ink.sum(dim=(1, 2))
    close(area, 100 * scale**2, rtol=0.05, atol=0)
    # From the left and from the top.
    close((ink.sum(dim=1) @ centres) / area, x, atol=0.1, rtol=0)
    close((ink.sum(dim=2) @ centres) / area, y, atol=0.1, rtol=0)


def test_nothing_is_cut_off_by_the_border():
    x = everything(core.load_dataset("sprites")).x
    border = torch.ones(32, 32, dtype=torch.bool)
    border[1:-1, 1:-1] = False
    # At most the faint rim of the longest ellipse.
    assert x[:, 0, border].max() < 0.55


def inside(shape: int, right: Tensor, up: Tensor) -> Tensor:
    """Whether points around a shape's centroid belong to it, by its geometry."""
    if shape == 0:
        return (right.abs() < 5) & (up.abs() < 5)
    if shape == 1:
        return right**2 / 4 + up**2 < 100 / (2 * math.pi)
    side = 2 * math.sqrt(100 / (4 + math.pi))
    # With the tip at the origin, the sides of the square along the diagonals; two thirds of a side above it, or so,
    # lies the centroid: the mean of the square's and the half discs' own, weighted by area.
    half = side / 2
    disc = math.pi * half**2 / 2
    above = (side**2 * half + disc * (side + 4 * half / (3 * math.pi)) + disc * half) / (side**2 + 2 * disc)
    u, v = (up + right) / math.sqrt(2) + above, (up - right) / math.sqrt(2) + above
    body = (u > 0) & (u < side) & (v > 0) & (v < side)
    lobes = ((u - side) ** 2 + (v - half) ** 2 < half**2) | ((u - half) ** 2 + (v - side) ** 2 < half**2)
    return body | lobes


@each_shape
@pytest.mark.parametrize(("scale", "rotation"), [(1.0, 0.0), (0.5, 0.0), (0.8, 30.0)])
def test_pixels_are_lit_by_how_much_of_them_is_covered(shape, scale, rotation):
    fine = 20
    places = (torch.arange(32 * fine) + 0.5) / fine
    right, up = (places - 15.3) / scale, (16.9 - places).unsqueeze(1) / scale
    cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    covered = inside(shape, right * cos + up * sin, up * cos - right * sin).float()
    covered = torch.nn.functional.avg_pool2d(covered[None, None], fine)[0, 0]
    picture = drawn(shape, scale, rotation, 15.3, 16.9)
    assert (picture - covered).abs().max() < 0.25
    assert (picture - covered).abs().sum() < 0.04 * covered.sum()


@each_shape
def test_shapes_turn_counter_clockwise_and_repeat_with_their_own_symmetry(shape):
    one = drawn(shape, rotation=17.0)
    close(drawn(shape, rotation=107.0), torch.rot90(one), atol=1e-4, rtol=0)
    # A square repeats after a quarter of a turn, an ellipse after a half, a heart after a whole one, none before.
    repeats = (90.0, 180.0, 360.0)[shape]
    close(drawn(shape, rotation=17.0 + repeats), one, atol=1e-4, rtol=0)
    for turn in (45.0, 90.0, 180.0):
        if turn < repeats:
            assert (drawn(shape, rotation=17.0 + turn) - one).abs().sum() > 5


@each_shape
def test_a_shape_is_white_where_its_centroid_is_a_pixels(shape):
    # Where the distance to an ellipse is a division by zero.
    assert drawn(shape, scale=0.5, x=8.5, y=23.5)[23, 8] == 1


def test_a_heart_stands_on_its_tip():
    columns = drawn(2).gt(0.5).sum(dim=1)
    lit = columns.nonzero()
    # Its last row is narrow; in the first one two lobes are parted by a gap.
    assert columns[lit[-1]] <= 2
    gap = drawn(2)[lit[0], 15:17]
    assert gap.max() < drawn(2)[lit[0]].max()


def test_factors_come_from_grids_and_not_from_each_other():
    data = core.load_dataset("sprites", seed=2)
    whole = everything(data)
    known = torch.column_stack([whole.y, whole.factors]).double()
    assert [len(column.unique()) for column in known.T] == [3, 6, 40, 32, 32]
    assert len(known.unique(dim=0)) == len(known) == 7500
    assert whole.factors.amin(dim=0).tolist() == [0.5, -45, 8.5, 8.5]
    assert whole.factors.amax(dim=0).tolist() == [1, 42.75, 23.5, 23.5]
    for column, values in zip(known.T, [3, 6, 40, 32, 32], strict=True):
        share = 1 / values
        counts = column.unique(return_counts=True)[1].double()
        assert (counts - 7500 * share).abs().max() < 5 * math.sqrt(7500 * share * (1 - share))
    # Five standard errors of a correlation.
    correlations = torch.corrcoef(known.T) - torch.eye(5)
    assert correlations.abs().max() < 5 / math.sqrt(7500)


def test_no_held_out_picture_is_nearly_one_of_training():
    data = core.load_dataset("sprites")
    assert torch.cdist(held_out(data).x.flatten(1), data.train.x.flatten(1)).min() > 0.05


def test_hearts_on_the_right_are_missing_from_training_only():
    whole, without = (
        core.load_dataset("sprites", combination_left_out=choice) for choice in ("none", "hearts on the right")
    )
    on_the_right = (whole.train.y == 2) & (whole.train.factors[:, 2] > 16)
    assert on_the_right.sum() > 800
    assert torch.equal(without.train.x, whole.train.x[~on_the_right])
    assert torch.equal(without.train.factors, whole.train.factors[~on_the_right])
    assert torch.equal(without.test.x, whole.test.x)
    assert ((without.test.y == 2) & (without.test.factors[:, 2] > 16)).any()
