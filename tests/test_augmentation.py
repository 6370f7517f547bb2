"""Made samples help where they tell something of a class, and harm where they tell something wrong."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.augmentation import DRAWS, TIMES
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.model import Model
from tests.making import blobs, context


class Along(Model):
    """Knows that classes differ in the first value only: what it decodes has the others drawn anew."""

    title = "Along"
    capabilities = frozenset({"encode", "decode"})
    latents = 1

    def __init__(self, sign=1.0):
        torch.nn.Module.__init__(self)
        self.sign = sign

    def encode(self, x):
        return x[:, :1]

    def decode(self, z):
        noise = torch.randn(len(z), 39, generator=torch.Generator().manual_seed(len(z)))
        return torch.cat([self.sign * z, 4 * noise], dim=1)


class Drawing(Along):
    """The same, with samples of its own alone."""

    capabilities = frozenset({"decode", "sample"})
    autoencodes = False

    def sample(self, n, seed=0):
        z = torch.randn(n, 1, generator=torch.Generator().manual_seed(seed)).sign()
        return self.decode(z)


def stripes():
    """Two classes at ±1 of the first value, lost among 39 that say nothing."""
    rng = torch.Generator().manual_seed(0)
    y = torch.arange(400) % 2
    x = 4 * torch.randn(400, 40, generator=rng)
    x[:, 0] = 2.0 * y - 1 + 0.2 * torch.randn(400, generator=rng)
    train, test = (Split(x[part], y[part]) for part in (slice(200), slice(200, None)))
    return Dataset("stripes", train, test, test, DataSpec("vector", (40,), (-20.0, 20.0), ("left", "right")))


def augmented(model, **asked):
    return ANALYSES["augmentation"](Context(model, stripes(), RunConfig(dataset="swiss_roll", model="vae")), **asked)


def test_a_model_that_knows_what_is_the_same_in_a_class_helps():
    found = augmented(Along())
    assert found.between
    assert (found.labelled, found.times) == (5, TIMES)
    assert found.generated.shape == found.jittered.shape == (len(TIMES), DRAWS)
    np.testing.assert_array_equal(found.generated[0], found.jittered[0])
    assert found.with_generated > found.alone + 0.1
    assert found.with_generated > found.with_jitter + 0.1
    assert found.alone == pytest.approx(found.generated[0].mean())


def test_a_model_that_turns_classes_around_harms():
    assert augmented(Along(sign=-1.0)).with_generated < 0.5


def test_copies_of_the_real_samples_change_nothing(monkeypatch):
    def copies(context):
        return lambda x, y, count, seed: (np.tile(x, (count // len(x), 1)), np.tile(y, count // len(x)))

    monkeypatch.setattr(import_module("core.analysis.augmentation"), "_jitter", copies)
    found = augmented(Along(), labelled=20)
    np.testing.assert_allclose(found.jittered, found.jittered[:1].repeat(len(TIMES), 0), atol=0.011)
    assert not np.array_equal(found.generated[0], found.generated[-1])


def test_unlabelled_samples_help_where_what_is_known_names_them_rightly():
    found = augmented(Along())
    # Lost among 39 values that say nothing, few are named rightly.
    assert found.unlabelled.shape == found.generated.shape
    np.testing.assert_array_equal(found.unlabelled[0], found.generated[0])
    assert found.with_generated > found.with_unlabelled + 0.05
    assert found.with_unlabelled == pytest.approx(found.unlabelled[-1].mean())


def test_how_many_real_samples_there_are_is_asked(monkeypatch):
    for constant, value in {"DRAWS": 5, "FEWEST_DRAWS": 3, "DRAWN": 300}.items():
        monkeypatch.setattr(import_module("core.analysis.augmentation"), constant, value)
    one, many = (augmented(Along(), labelled=labelled) for labelled in (1, 50))
    assert (one.labelled, many.labelled) == (1, 50)
    # Fewer draws of many.
    assert (one.generated.shape[1], many.generated.shape[1]) == (5, 3)
    assert many.alone > one.alone + 0.1
    assert many.with_generated > 0.95 > one.with_generated
    for labelled in (0, 100):
        with pytest.raises(LatentLabError, match=f"has 100 samples, of which {labelled} cannot"):
            augmented(Along(), labelled=labelled)


def test_samples_without_a_class_get_one_from_the_classifier_that_has_the_real_ones():
    found = augmented(Drawing())
    assert not found.between
    # Who names them knows no more than before.
    assert found.with_generated == pytest.approx(found.alone, abs=0.1)


def test_without_labels_or_with_one_class_there_is_nothing_to_ask():
    data = blobs()
    with pytest.raises(LatentLabError, match="no labels"):
        ANALYSES["augmentation"](context(data=blobs(labelled=False)))
    one = replace(data, train=data.train[data.train.y == 0])
    with pytest.raises(LatentLabError, match="one class"):
        ANALYSES["augmentation"](context(data=one))
