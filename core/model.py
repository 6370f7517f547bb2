"""What every model is: declared hyper-parameters, a network, one training step, and its capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.config import Hyperparameters, knob
from core.dataset import Kind, Source

Capability = Literal["encode", "decode", "reconstruct", "sample", "assign", "criticise"]


class Optimisation(Hyperparameters):
    """How weights are changed: shared by all models."""

    optimizer: Literal["adam", "sgd", "rmsprop"] = knob(
        "adam",
        group="Optimisation",
        help="The rule that turns gradients into steps; plain SGD shows why the other two were invented.",
    )
    learning_rate: float = knob(
        2e-3,
        group="Optimisation",
        ge=1e-5,
        le=10.0,
        scale="log",
        help="Size of a step: higher, the loss falls faster, then rattles, then runs away.",
    )
    decay: Literal["none", "linear"] = knob(
        "linear",
        group="Optimisation",
        help="linear lowers the learning rate from half-time on to 2 % at the end: the curve settles.",
    )
    momentum: float = knob(
        0.9,
        group="Optimisation",
        ge=0.0,
        le=0.99,
        needs={"optimizer": ("adam", "sgd")},
        help="How much of the last step is kept (Adam's β₁): higher, smoother but slower to turn.",
    )
    batch_size: int = knob(
        128,
        group="Optimisation",
        ge=2,
        le=1024,
        soft=(8, 512),
        scale="log",
        help="Samples a step: higher, a smoother loss curve but fewer steps a second.",
    )


class Model(nn.Module):
    """Base of all models.

    A subclass states the class variables, builds its networks in `__init__(hyperparameters, source)`, names its
    optimised parts in `parts`, and implements `training_step` and the methods behind its `capabilities`.
    Samples are float32 of the dataset's shape, (N, D), (N, C, H, W) or (N, T, F); codes are (N, latent_size).
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    formula: ClassVar[str]
    references: ClassVar[tuple[str, ...]]
    kinds: ClassVar[frozenset[Kind]]
    capabilities: ClassVar[frozenset[Capability]]
    Hyperparameters: ClassVar[type[Hyperparameters]]
    # Defaults that differ by kind of dataset.
    presets: ClassVar[Mapping[Kind, Mapping[str, Any]]] = MappingProxyType({})
    beta2: ClassVar[float] = 0.999
    # How many steps a run takes unless it says otherwise: enough for the defaults to settle.
    training_steps: ClassVar[int] = 3000

    def __init__(self, hyperparameters: Any, source: Source) -> None:
        super().__init__()
        self.hyperparameters = hyperparameters
        self.shape = source.shape
        self.value_range = source.value_range
        # Steps taken so far and in all, kept up to date by the training loop for warm-ups and schedules.
        self.step, self.steps = 0, 1

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        raise NotImplementedError

    def parts(self) -> dict[str, nn.Module]:
        """The networks that are optimised, each by an optimiser of its own, called by the same name."""
        raise NotImplementedError

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """Take one step on the batch `x`; returns detached scalars by name, "loss" or several "…_loss" among them."""
        raise NotImplementedError

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same scalars on held-out `x`, and whatever else is worth plotting, without learning."""
        raise NotImplementedError

    def learning_rate(self) -> float:
        """The learning rate of the current step: constant, or from half-time on falling linearly to 2 %."""
        rate = float(self.hyperparameters.learning_rate)
        if self.hyperparameters.decay == "none":
            return rate
        return rate * max(0.02, min(1.0, 2 * (1 - self.step / self.steps)))

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """`x` as the encoder sees it while training: itself, unless the model corrupts its input."""
        return x

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → codes (N, latent_size)."""
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        """Codes (N, latent_size) → data (N, …)."""
        raise NotImplementedError

    def reconstruct(self, x: Tensor) -> Tensor:
        """Data (N, …) → data (N, …), with no corruption."""
        return self.decode(self.encode(x))

    def sample(self, n: int, seed: int = 0) -> Tensor:
        """`n` new samples (n, …), the same ones for the same `seed`."""
        if "sample" not in self.capabilities:
            raise NotImplementedError(f"{self.title} gives no meaning to random codes.")
        rng = torch.Generator().manual_seed(seed)
        return self.decode(torch.randn(n, self.hyperparameters.latent_size, generator=rng))

    def assign(self, x: Tensor) -> Tensor:
        """Data (N, …) → cluster probabilities (N, n_clusters), rows summing to 1."""
        raise NotImplementedError

    def criticise(self, x: Tensor) -> Tensor:
        """Data (N, …) → the critic's score (N,): higher, more like the training data."""
        raise NotImplementedError


def minimise(loss: Tensor, optimizer: Optimizer) -> None:
    """One optimiser step down the gradient of `loss`."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
