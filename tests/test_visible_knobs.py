"""Every knob shows: turned from one end to the other, a number or a picture on the Train page moves."""

from itertools import combinations

import numpy as np
import pytest

from core import DATASETS, MODELS, RunConfig
from core.errors import Diverged
from core.hyperparameters import Knob
from core.training.loop import Training
from tests.making import first_dataset
from tests.model_cases import refused_by

# Networks that train in no time; a knob that is turned is not held at this.
SMALL = {
    "latent_size": 2,
    "hidden_sizes": (8,),
    "discriminator_sizes": (8,),
    "channels": (4,),
    "hidden_size": 4,
    "static_size": 2,
    "batch_size": 8,
    "learning_rate": 1e-2,
}
STEPS = 6
# A learned σ weighs little against the code until it has seen what that is worth; a first layer has no batch norm.
HELD = {
    "vae": {"reconstruction_loss": "bce"},
    "convolutional_vae": {"reconstruction_loss": "bce"},
    "dcgan": {"channels": (4, 4)},
}
# The number that shows what a knob does where others hardly move.
SHOWN_BY = {
    "weight_decay": "test_weights",
    "layer_weight": "test_layers",
    "mirror_weight": "test_mirrored",
    "ema_decay": "test_ema_distance",
    "kl_warmup": "kl",
    "free_bits": "kl",
    "sparsity_weight": "sparsity",
}
# What the eye can tell: a number by a hundredth, a picture by a hundredth of its size.
VISIBLE = 0.01
# Pictures that a projection may turn round for no reason.
PROJECTED = ("plane", "trajectory")


def ends(knob: Knob) -> tuple:
    """The values of a knob that differ most."""
    if knob.choices:
        return knob.choices
    if knob.type is tuple:
        return ((4,), (8, 8))
    low, high = knob.slider
    differing = {
        "latent_size": (1, 8),
        "hidden_size": (2, 16),
        "static_size": (0, 8),
        "batch_size": (2, 64),
        # The gradients of so small a network are short.
        "gradient_clip": (0.0, 0.01),
    }
    return differing.get(knob.name, (knob.type(0) if knob.low == 0 else low, high))


def shown(model: str, dataset: str, **turned) -> dict[str, np.ndarray] | None:
    """The declared numbers and the pictures after a few steps; None if the run came to grief, which is said."""
    names = MODELS[model].Hyperparameters.model_fields
    small = {name: value for name, value in SMALL.items() if name in names}
    training = Training(
        RunConfig(dataset=dataset, model=model, steps=STEPS, hyperparameters={**small, **HELD.get(model, {}), **turned})
    )
    try:
        training.advance()
    except Diverged:
        return None
    snapshot = training.snapshot()
    pictures = {name: view for name, view in snapshot.views.items() if name not in PROJECTED}
    return {**{name: np.array([value]) for name, value in snapshot.metrics.items()}, **pictures}


def difference(one: dict[str, np.ndarray] | None, other: dict[str, np.ndarray] | None) -> dict[str, float]:
    """How far each number and picture moved that both runs have, as a share of its size; 1 where its shape changed."""
    if one is None or other is None:
        return {"divergence": 1.0}
    found = {}
    for name in one.keys() & other.keys():
        a, b = np.asarray(one[name], float), np.asarray(other[name], float)
        size = max(np.linalg.norm(a), np.linalg.norm(b)) or 1.0
        found[name] = 1.0 if a.shape != b.shape else float(np.linalg.norm(a - b) / size)
    return found


def doors(knob: Knob) -> dict[str, str]:
    """A setting of other knobs under which this one matters."""
    return {name: values[0] for name, values in knob.needs.items()}


def first_models() -> dict[str, list[Knob]]:
    """Each knob with the first model that has it."""
    found: dict[str, list[Knob]] = {}
    known: set[str] = set()
    for model, made in MODELS.items():
        found[model] = [knob for knob in made.Hyperparameters.knobs() if knob.name not in known]
        known |= {knob.name for knob in found[model]}
    return found


@pytest.mark.parametrize(("model", "knobs"), [(model, knobs) for model, knobs in first_models().items() if knobs])
def test_every_knob_moves_a_number_or_a_picture(model, knobs):
    dataset = first_dataset(model)
    for knob in knobs:
        allowed = [value for value in ends(knob) if value not in refused_by(DATASETS[dataset].spec)]
        found = [shown(model, dataset, **doors(knob), **{knob.name: value}) for value in allowed]
        for one, other in combinations(found, 2):
            moved = difference(one, other)
            assert max(moved.values()) >= VISIBLE, f"{knob.name} moves nothing: {moved}"
            named = SHOWN_BY.get(knob.name)
            assert named is None or moved.get(named, 0.0) >= VISIBLE, f"{knob.name} does not move {named}: {moved}"
