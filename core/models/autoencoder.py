"""The autoencoder: squeeze through a narrow code, unfold again, compare."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.config import Hyperparameters, Sizes, knob
from core.dataset import Source
from core.model import Optimisation, minimise
from core.models._dense import DenseAutoencoder
from core.nn.corruption import Noise, corrupt
from core.nn.initialization import Initialization
from core.nn.layers import Activation, dense
from core.nn.losses import ReconstructionLoss, reconstruction_distance
from core.nn.sparsity import Sparsity, sparsity_penalty


class Architecture(Hyperparameters):
    """The shape of a dense encoder and its mirror image, the decoder."""

    latent_size: int = knob(
        2,
        group="Architecture",
        ge=1,
        le=256,
        soft=(1, 64),
        scale="log",
        help="Numbers in the code: higher, sharper reconstructions, but a space harder to look at.",
    )
    hidden_sizes: Sizes = knob(
        (256,),
        group="Architecture",
        help="Units of each hidden layer of the encoder (the decoder mirrors them): more, finer detail, slower steps.",
    )
    activation: Activation = knob(
        "gelu",
        group="Architecture",
        help="The bend between layers: with tanh or sigmoid deep nets learn more slowly, and codes look rounder.",
    )
    initialization: Initialization = knob(
        "xavier",
        group="Architecture",
        help="How weights begin: he suits relu, xavier smoother bends; from zero only the mean is learned.",
    )


class Corruption(Hyperparameters):
    """What is done to the input while training."""

    noise: Noise = knob(
        "none",
        group="Corruption",
        help="How the input is damaged before encoding; the target stays clean.",
    )
    noise_level: float = knob(
        0.3,
        group="Corruption",
        ge=0.0,
        le=1.0,
        needs={"noise": ("gaussian", "masking", "flip")},
        help="Standard deviation of gaussian noise, share of values hit otherwise: higher, smoother, blurrier results.",
    )


class Penalty(Hyperparameters):
    """What keeps the code quiet."""

    sparsity: Sparsity = knob(
        "none",
        group="Sparsity",
        help="A price on active codes: l1 pulls sigmoid codes to zero; kl holds their mean at a target.",
    )
    sparsity_weight: float = knob(
        1e-3,
        group="Sparsity",
        ge=0.0,
        le=10.0,
        soft=(1e-5, 1.0),
        scale="log",
        needs={"sparsity": ("l1", "kl")},
        help="β, the price: higher, fewer active codes and rougher reconstructions.",
    )
    sparsity_target: float = knob(
        0.05,
        group="Sparsity",
        ge=0.001,
        le=0.5,
        scale="log",
        needs={"sparsity": ("kl",)},
        help="ρ, the mean activation each code is held at: higher, more codes take part in every picture.",
    )


class Objective(Hyperparameters):
    """How far a reconstruction is from its original."""

    reconstruction_loss: ReconstructionLoss = knob(
        "mse",
        group="Objective",
        help="mse: squared error and a linear output; bce: cross-entropy and a sigmoid output, for values in 0…1.",
    )


class AutoencoderHyperparameters(Architecture, Corruption, Penalty, Objective, Optimisation):
    """All that can be turned on an autoencoder."""


class Autoencoder(DenseAutoencoder):
    """min ‖x − g(f(x))‖² over encoder f and decoder g (Hinton & Salakhutdinov 2006)."""

    title = "Autoencoder"
    summary = (
        "An encoder squeezes each sample into a few numbers, a decoder rebuilds it from them, and both are trained "
        "together to lose as little as possible. With one hidden layer on either side of the code it already beats PCA "
        "at the same size."
    )
    formula = r"\min_{f,g}\; \lVert x - g(f(x)) \rVert^2"
    references: ClassVar[tuple[str, ...]] = (
        "Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct"})
    Hyperparameters = AutoencoderHyperparameters

    def __init__(self, hyperparameters: AutoencoderHyperparameters, source: Source) -> None:
        super().__init__(hyperparameters, source)
        sizes = (math.prod(source.shape), *hyperparameters.hidden_sizes, hyperparameters.latent_size)
        self.encoder = dense(sizes, hyperparameters.activation)
        self.decoder = dense(sizes[::-1], hyperparameters.activation)
        # Penalised codes are sigmoids: KL speaks of probabilities, and linear codes would only shrink under L1.
        self.squash = nn.Identity() if hyperparameters.sparsity == "none" else nn.Sigmoid()

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step on a corrupted batch with the clean one as target."""
        losses = self.losses(x, self.corrupt(x, rng))
        minimise(losses["loss"], optimizers["autoencoder"])
        return {name: value.detach() for name, value in losses.items()}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The losses under the training corruption, and the mean squared error without it."""
        return {**self.losses(x, self.corrupt(x, rng)), "mse": (self.reconstruct(x) - x).square().mean()}

    def losses(self, x: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """L = d(x, g(f(x̃))) + β Ω(f(x̃)) for targets `x` and inputs `seen` = x̃, both (N, …)."""
        hp = self.hyperparameters
        codes = self.encode(seen)
        distance = reconstruction_distance(self.output(codes), x, hp.reconstruction_loss)
        if hp.sparsity == "none":
            return {"loss": distance}
        penalty = sparsity_penalty(codes, hp.sparsity, hp.sparsity_target)
        return {"loss": distance + hp.sparsity_weight * penalty, "reconstruction": distance, "sparsity": penalty}

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """x̃ ~ C(x̃ | x)."""
        hp = self.hyperparameters
        return corrupt(x, hp.noise, hp.noise_level, self.value_range, rng)

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → codes (N, latent_size)."""
        codes: Tensor = self.squash(self.encoder(x.flatten(1)))
        return codes
