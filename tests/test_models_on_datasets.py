"""Every model on every dataset of its kinds, those that people bring among them: a few steps with the defaults."""

import math

import numpy as np
import pytest
import torch

from core import DATASETS, MODELS, RunConfig
from core.datasets import find
from core.home import Home
from core.training import observer
from core.training.foreseen import foreseen
from core.training.loop import Training
from tests.making import bring

pytestmark = pytest.mark.usefixtures("fetched")

# Shapes that nothing that ships has: fewer samples than a batch and an odd number of them, colours, odd sides, two
# steps, hundreds of them, a single feature, more features than steps, no labels, one class.
BROUGHT = {
    "few vectors": ("vector", (3,), 21),
    "wide vectors": ("vector", (300,), 25),
    "points": ("vector", (2,), 20),
    "colour pictures": ("image", (3, 9, 11), 23),
    "large pictures": ("image", (1, 65, 40), 20),
    "two steps": ("sequence", (2, 1), 21),
    "long sequences": ("sequence", (200, 2), 20),
    "wide sequences": ("sequence", (3, 40), 26),
}


def name_of(dataset: str) -> str:
    return bring(*BROUGHT[dataset]) if dataset in BROUGHT else dataset


KINDS = {
    **{name: source.spec.kind for name, source in DATASETS.items()},
    **{name: what[0] for name, what in BROUGHT.items()},
}
# Enough validation samples to see that they are measured.
FEW = 50
# Nothing that is asked depends on how many samples a step sees.
FEW_AT_ONCE = 32
# Views that no panel's place depends on.
UNPLACED = {"codes", "frame", "labels", "spreads", "lattice", "landscape", "warp"}
PRODUCT = [
    (model, dataset) for dataset, kind in KINDS.items() for model, made in MODELS.items()
    if kind in made.kinds and not (made.needs_labels and dataset in BROUGHT)
]  # fmt: skip


@pytest.mark.parametrize(("model", "dataset"), PRODUCT)
def test_every_model_trains_on_every_dataset_of_its_kinds(model, dataset, monkeypatch):
    monkeypatch.setattr(observer, "MOST", FEW)
    monkeypatch.setattr(observer, "FEWEST", FEW)
    name = name_of(dataset)
    few = {"batch_size": FEW_AT_ONCE}
    config = RunConfig.for_data(find(name, Home()).spec, dataset=name, model=model, steps=2, hyperparameters=few)
    training = Training(config)
    before = {name: value.clone() for name, value in training.model.state_dict().items()}
    training.advance()
    snapshot = training.snapshot()
    assert training.done
    # Which panels there will be is known before; noise on what a discriminator sees has faded by now.
    views, foresaw = snapshot.views.keys() - UNPLACED, set(foreseen(training.config, training.dataset.spec))
    assert views <= foresaw
    assert foresaw - views <= ({"originals", "corrupted"} if "criticise" in MODELS[model].capabilities else set())
    assert any(not torch.equal(value, before[name]) for name, value in training.model.state_dict().items())
    assert all(math.isfinite(value) for value in snapshot.metrics.values())
    assert all(np.isfinite(view).all() for view in snapshot.views.values())
    assert ("labels" in snapshot.views) == ("encode" in MODELS[model].capabilities and dataset not in BROUGHT)
    if "sample" in MODELS[model].capabilities:
        assert training.model.sample(2).shape == (2, *training.dataset.test.x.shape[1:])
