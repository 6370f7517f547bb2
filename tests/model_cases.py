"""What the contract of models runs over: every model on every kind of data that it accepts, small and short."""

import math
from functools import cache

import pytest
import torch
from safetensors.torch import load

from core import DATASETS, MODELS, RunConfig
from core.dataset import DataSpec
from core.hyperparameters import Knob
from core.training.loop import Training

# The first dataset of each kind stands for the kind.
STANDS_FOR = {source.spec.kind: name for name, source in reversed(DATASETS.items())}
CASES = [(model, STANDS_FOR[kind]) for model, made in MODELS.items() for kind in sorted(made.kinds)]
# Past one of the loop's looks at the losses, which come more often here than they do elsewhere.
STEPS, CHECK_EVERY = 17, 10


def together(rows):
    """Rows that begin with a model, so that all tests of one model share a process and what was trained there."""
    return [pytest.param(*row, marks=pytest.mark.xdist_group(row[0])) for row in rows]


each_model = pytest.mark.parametrize("model", together([(model,) for model in MODELS]))
each_case = pytest.mark.parametrize(("model", "dataset"), together(CASES))


# Nothing that is asked here depends on how large a network is.
SMALL = {
    "hidden_sizes": (8,),
    "discriminator_sizes": (8,),
    "velocity_sizes": (8,),
    "prior_sizes": (8,),
    "channels": (4, 4),
    "hidden_size": 8,
}


def config_of(model: str, dataset: str, steps: int = STEPS, **hyperparameters) -> RunConfig:
    small = {knob.name: SMALL[knob.name] for knob in MODELS[model].Hyperparameters.knobs() if knob.name in SMALL}
    return RunConfig(dataset=dataset, model=model, steps=steps, seed=3, hyperparameters={**small, **hyperparameters})


def trained(config: RunConfig) -> Training:
    training = Training(config)
    training.advance()
    return training


def bits(training: Training) -> dict[str, torch.Tensor]:
    """Everything the next step depends on: weights, optimiser, random numbers, order; not how pictures are turned."""
    return {name: tensor for name, tensor in load(training.state()).items() if not name.startswith("plane.")}


@cache
def in_one_go(config: RunConfig) -> dict[str, torch.Tensor]:
    """What a run without a break comes to, however often it is asked for."""
    torch.manual_seed(0)
    return bits(trained(config))


def reference(model: str, dataset: str) -> dict[str, torch.Tensor]:
    return in_one_go(config_of(model, dataset))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@cache
def weights_of(config: RunConfig) -> dict[str, torch.Tensor]:
    return trained(config).model.state_dict()


def samples_of(config: RunConfig) -> dict[str, torch.Tensor]:
    """A few samples, of a model that draws any."""
    model = trained(config).model
    return {"samples": model.sample(8)} if "sample" in model.capabilities else {}


def finite(training: Training) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in training.model.state_dict().values())


def moved(knob: Knob, value: float) -> float:
    """A quarter of the way to the farther limit, measured on the knob's own scale."""
    there, back = (math.log, math.exp) if knob.scale == "log" and knob.low > 0 else (float, float)
    far = max(knob.low, knob.high, key=lambda limit: abs(there(limit) - there(value)))
    result = back(0.75 * there(value) + 0.25 * there(far))
    return round(result) if knob.type is int else result


def other_values(knob: Knob, value, dataset: str) -> list:
    """Values this knob may take instead of `value` on this dataset."""
    if knob.type is tuple:
        return [(*value, 8), tuple(size + 1 for size in value) or (3,)]
    if knob.name == "gradient_clip":
        # Nobody hears of a limit that no gradient reaches.
        return [1e-3]
    if not knob.choices:
        return [moved(knob, value)]
    return [choice for choice in knob.choices if choice not in {value} | refused_by(DATASETS[dataset].spec)]


def refused_by(spec: DataSpec) -> set[str]:
    """Reconstruction losses that samples do not suit: cross-entropy is for values in 0…1, a softmax for letters."""
    return ({"bce"} if spec.value_range != (0.0, 1.0) else set()) | ({"softmax"} if not spec.alphabet else set())
