"""Means of codes are subtracted and added, and what comes of it is decoded."""

from importlib import import_module

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.arithmetic import MOVED, STRENGTHS, looks_like
from core.analysis.data import drawn_of
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.model import Model


class Doubler(Model):
    """Codes are the doubled values: what is decoded can be said by hand."""

    title = "Doubler"
    capabilities = frozenset({"encode", "decode", "reconstruct"})

    def __init__(self):
        torch.nn.Module.__init__(self)

    def encode(self, x):
        return 2 * x

    def decode(self, z):
        return z / 2


class Forgetful(Doubler):
    """Decodes every code to the same sample."""

    def decode(self, z):
        return 0 * z


def corners(labelled=True):
    """Twenty points each at three corners of a square, (0, 0), (1, 0) and (0, 1), close together."""
    y = torch.arange(60) % 3
    x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])[y] + 0.01 * torch.randn(
        60, 2, generator=torch.Generator().manual_seed(0)
    )
    split = Split(x, y if labelled else None)
    return Dataset("corners", split, split, split, DataSpec("vector", (2,), (-3.0, 3.0), ("origin", "right", "up")))


def done(model=None, data=None, **groups):
    config = RunConfig(dataset="swiss_roll", model="autoencoder")
    return ANALYSES["arithmetic"](Context(model or Doubler(), data or corners(), config), **groups)


def test_groups_are_of_all_that_are_drawn_and_a_few_of_them_are_judged(monkeypatch):
    judged = []

    def spied(rows, *arguments):
        judged.append(len(rows))
        return looks_like(rows, *arguments)

    monkeypatch.setattr("core.analysis.data.SHOWN", 5)
    # By its name one finds the function.
    module = import_module("core.analysis.arithmetic")
    monkeypatch.setattr(module, "SHOWN", 3)
    monkeypatch.setattr(module, "looks_like", spied)
    done(start=tuple(range(40, 60)), minus="origin", plus="right")
    assert judged == [3, 3]


def test_right_minus_origin_plus_up_is_the_fourth_corner():
    data = corners()
    found = done(start="right", minus="origin", plus="up")
    shown = drawn_of(data.test)
    x, y = shown.x, shown.y
    step = x[y == 2].mean(dim=0) - x[y == 0].mean(dim=0)
    for at, strength in enumerate(STRENGTHS):
        np.testing.assert_allclose(found.moved[at], x[y == 1][:MOVED] + strength * step, atol=1e-6)
    means = torch.stack([x[y == 1].mean(0), x[y == 0].mean(0), x[y == 2].mean(0), x[y == 1].mean(0) + step])
    np.testing.assert_allclose(found.means, means, atol=1e-6)
    spread = (x - x.mean(dim=0)).square().sum(dim=1).mean().sqrt()
    assert found.length == pytest.approx(float(step.norm() / spread), rel=1e-5)


def test_who_is_moved_all_the_way_arrives_and_a_decoder_that_does_not_listen_brings_nobody():
    found = done(start="origin", minus="origin", plus="up")
    assert (found.towards, found.before, found.arrived) == ("up", 0, 1)
    found = done(start="origin", minus="up", plus="origin")
    assert (found.towards, found.before) == ("origin", 1)
    assert done(Forgetful(), start="right", minus="origin", plus="up").arrived == 0


def test_groups_are_selected_samples_or_all_too():
    data = corners()
    ups = np.flatnonzero(drawn_of(data.test).y == 2).tolist()
    by_name, by_place = done(start=None, minus=None, plus="up"), done(plus=[*ups, 999])
    np.testing.assert_array_equal(by_name.moved, by_place.moved)
    assert by_place.towards == "up"
    # All samples are of no class more than half.
    assert done().towards == ""
    assert done().arrived is None
    assert done().length == 0
    found = done(data=corners(labelled=False), plus=ups)
    assert found.arrived is None
    assert found.length > 0


@pytest.mark.parametrize(
    ("group", "sentence"), [("left", "no class called 'left'"), ([], "No sample is selected"), ([60], "No sample")]
)
def test_what_is_no_group_is_said(group, sentence):
    with pytest.raises(LatentLabError, match=sentence):
        done(plus=group)
    with pytest.raises(LatentLabError, match="no class called"):
        done(data=corners(labelled=False), plus="up")
