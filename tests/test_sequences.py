"""How sequences are told apart: by a classifier, and by their spectra."""

import math

import pytest
import torch

from core import load_dataset
from core.analysis.sequences import discriminative_score, spectrum, spectrum_distance
from tests.making import normal, rng

close = torch.testing.assert_close


def test_classifier_cannot_tell_two_halves_of_real_data_and_can_tell_noise(monkeypatch):
    real = load_dataset("digit_rows").train.x[:800]
    one, other = real.chunk(2)
    # Three standard errors of a coin's share on the 400 held-out sequences, and as much again for a lucky fit.
    assert discriminative_score(one, other) < 6 * 0.5 / math.sqrt(400)
    # A quarter of the steps is enough for that.
    monkeypatch.setattr("core.analysis.sequences.STEPS", 100)
    assert discriminative_score(one, torch.rand(one.shape, generator=rng())) > 0.49


def test_classifier_sees_as_many_of_either_and_follows_its_seed_alone(monkeypatch):
    monkeypatch.setattr("core.analysis.sequences.STEPS", 5)
    one, other = normal(40, 8, 2), normal(20, 8, 2, seed=1)
    torch.manual_seed(0)
    first = discriminative_score(one, other, seed=1)
    torch.manual_seed(1)
    assert discriminative_score(one[:20], other, seed=1) == first


def test_spectrum_by_hand():
    # cos(2π t/8) + 2 has all its power at one cycle in 8 steps; 3, −3, 3, … at four. A constant has none.
    slow = (2 * math.pi * torch.arange(8) / 8).cos() + 2
    fast = 3 * (-1.0) ** torch.arange(8)
    x = torch.stack([slow, fast, torch.ones(8)]).unsqueeze(2)
    close(spectrum(x[:1]), torch.tensor([1.0, 0, 0, 0]))
    close(spectrum(x), torch.tensor([1.0, 0, 0, 1.0]) / 3)
    # |k| cycles of amplitude a: P_1 = (8/2)², P_4 = (3 · 8)² = 36 P_1, features together.
    both = torch.stack([slow, fast], dim=1).unsqueeze(0)
    close(spectrum(both), torch.tensor([1 / 37, 0, 0, 36 / 37]))


def test_spectrum_distance_by_hand():
    slow = (2 * math.pi * torch.arange(8) / 8).cos().reshape(1, 8, 1)
    fast = ((-1.0) ** torch.arange(8)).reshape(1, 8, 1)
    assert spectrum_distance(slow, slow.roll(3, dims=1)) == pytest.approx(0, abs=1e-6)
    assert spectrum_distance(slow, fast) == pytest.approx(1)
    # ½ (|1 − ½| + |0 − ½|)
    assert spectrum_distance(slow, torch.cat([slow, fast])) == pytest.approx(0.5)
