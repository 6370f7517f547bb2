"""What is told of a code book, on made data whose integers are known."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.analysis import ANALYSES
from tests.making import CENTRES, Mirror, context


class Nearest(Mirror):
    """Two integers a sample: the nearest of four centres, and always the entry 5; a code book has 8 entries."""

    capabilities = Mirror.capabilities | {"index"}
    hyperparameters = SimpleNamespace(codebook_size=8)

    def index(self, x):
        return torch.stack([torch.cdist(x, CENTRES).argmin(dim=1), torch.full((len(x),), 5)], dim=1)

    def reconstruct(self, x):
        return x

    def bits(self, indices):
        # A prior that takes all entries for as likely.
        return torch.full((len(indices),), indices.shape[1] * 3.0)


def test_entries_are_counted_priced_and_shown_as_what_they_stand_for():
    found = ANALYSES["code_book"](context(Nearest()))
    assert (found.rate, found.used, found.size) == (6, 5, 8)
    # 50 of 200 training samples are near each centre, and one more of each of the 8 entries is counted.
    assert found.coded == pytest.approx(-math.log2(51 / 208) - math.log2(201 / 208), rel=1e-6)
    assert found.guessed == 6
    # As many entries are shown as each of the two codes has in use, here one.
    assert found.shares.tolist() == [[0.25], [1]]
    assert found.entries[1].tolist() == [5]
    np.testing.assert_allclose(found.pictures[0, 0], CENTRES[found.entries[0, 0]], atol=0.05)
    np.testing.assert_array_equal(found.integers[:, 0], torch.cdist(torch.tensor(found.samples), CENTRES).argmin(dim=1))
