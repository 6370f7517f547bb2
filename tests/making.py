"""Small things that the tests of models and formulas are made of."""

import torch
from torch import Tensor, nn

from core import DATASETS, MODELS
from core.model import Model


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=rng(seed))


def made(model: str = "gan", dataset: str = "ring", **hyperparameters) -> Model:
    """A model with its first weights."""
    network = MODELS[model](MODELS[model].Hyperparameters(**hyperparameters), DATASETS[dataset])
    network.initialize(rng())
    return network


def optimizers_of(network: Model, rate: float = 0.1) -> dict[str, torch.optim.Optimizer]:
    return {name: torch.optim.SGD(part.parameters(), lr=rate) for name, part in network.parts().items()}


def weights(part: nn.Module) -> list[Tensor]:
    return [value.clone() for value in part.parameters()]
