"""The autoencoder: encode, decode, compare with the original."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import Hyperparameters
from core.latex import stacked, weighted
from core.metrics import MSE, Metric
from core.models._encoder_decoder import LOSS, RECONSTRUCTION, EncoderDecoder
from core.models._knobs import Architecture, Corruption, Objective, Penalty
from core.nn.corruption import CORRUPTION_FORMULAS, corrupt
from core.nn.losses import DISTANCE_FORMULAS, reconstruction_distance
from core.nn.sparsity import PENALTY_FORMULAS, active_units, dead_units, sparsity_penalty, weight_penalty
from core.optimisation import Optimisation
from core.presets import Preset

SPARSITY = Metric(
    "sparsity",
    "Sparsity penalty",
    "per sample",
    ".3g",
    "lower",
    "How far codes are from the wished-for silence, before its weight: Σ KL(ρ ‖ ρ̂) in nats, or ‖h‖₁.",
)
ACTIVE_CODES = Metric(
    "active_codes",
    "Active codes",
    "%",
    ".1f",
    None,
    "The share of codes above 0.1, over all units and validation samples: how many take part in an average sample.",
    bound=MSE,
)
DEAD_UNITS = Metric(
    "dead_units",
    "Dead units",
    "%",
    ".0f",
    "lower",
    "The share of units that are above 0.1 on no validation sample: they explain nothing.",
)
# The noise that is taken off pictures to see whether a network knows what they should look like.
NOISE = 0.3
NOISE_REMOVED = Metric(
    "noise_removed",
    "Noise removed",
    "dB",
    ".1f",
    "higher",
    f"How much nearer to the original the reconstruction of a picture with Gaussian noise of σ {NOISE} is than the "
    "noisy picture, both as they are seen, cut off at white and black: a copy removes 0 dB, and 10 dB are nine tenths "
    "of the squared error.",
)
WEIGHTS = Metric(
    "weights",
    "Squared weights",
    "½ Σ W²",
    ".3g",
    "lower",
    "Half the sum of the decoder's squared weights, before the weight decay λ it is multiplied by.",
)


class AutoencoderHyperparameters(
    Architecture,
    Corruption,
    Penalty,
    Objective,
    Optimisation,
    paper={
        "hidden_sizes": "1000 – 500 – 250",
        "activation": "sigmoid",
        "initialization": "by restricted Boltzmann machines, layer by layer",
        "reconstruction_loss": "BCE",
        "optimizer": "conjugate gradients",
    },
):
    """All that can be turned on an autoencoder."""


class Autoencoder(EncoderDecoder):
    """min ‖x − g(f(x))‖² over encoder f and decoder g (Hinton & Salakhutdinov 2006)."""

    title = "Autoencoder"
    summary = (
        "An encoder squeezes each sample into a few numbers, a decoder rebuilds it from them, and both are trained "
        "together to lose as little as possible. With one hidden layer on either side of the code it already beats PCA "
        "at the same size."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct"})
    Hyperparameters: ClassVar[type[Hyperparameters]] = AutoencoderHyperparameters
    metrics: ClassVar[tuple[Metric, ...]] = (
        MSE,
        LOSS,
        RECONSTRUCTION,
        SPARSITY,
        NOISE_REMOVED,
        ACTIVE_CODES,
        DEAD_UNITS,
        WEIGHTS,
    )
    headline: ClassVar[tuple[str, ...]] = ("mse",)
    # Edges between white and black, which squared errors leave blurred.
    defaults_for: ClassVar[Mapping[str, Mapping[str, Any]]] = {"sprites": {"reconstruction_loss": "bce"}}
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "Linear, like PCA",
            {
                "hidden_sizes": (),
                "noise": "none",
                "sparsity": "none",
                "weight_decay": 0.0,
                "reconstruction_loss": "mse",
            },
            "Without hidden layers nothing bends: the code is a flat shadow of the data, and the error comes down to "
            "PCA's but never below it, which the Reconstructions page sets beside it.",
        ),
    )

    def __init__(self, hyperparameters: AutoencoderHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        # Penalised codes are sigmoids: KL speaks of probabilities, and linear codes would only shrink under L1.
        self.squash = nn.Sigmoid() if self.has_sigmoid_codes else nn.Identity()

    @classmethod
    def squashes(cls, hyperparameters: Any) -> bool:
        """Whether there is a price on active codes."""
        return bool(hyperparameters.sparsity != "none")

    @property
    def target_activation(self) -> float | None:
        """ρ, for the price that has one."""
        hp = self.hyperparameters
        return float(hp.sparsity_target) if hp.sparsity == "kl" else None

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """min d(x, g(f(x̃))) + β Ω(f(x̃)) + λ/2 Σ W², with what is switched on."""
        hp = hyperparameters
        is_corrupted, is_sparse = hp.noise != "none" and hp.noise_level > 0, hp.sparsity != "none"
        seen = r"\tilde x" if is_corrupted else "x"
        penalty = weighted(hp.sparsity_weight, PENALTY_FORMULAS[hp.sparsity]) if is_sparse else ""
        decay = weighted(hp.weight_decay, r"\tfrac{1}{2} \sum W^2")
        return stacked(
            rf"\min_{{f,g}}\; d(x, \hat x){penalty}{cls.extra_term(hp)}{decay}, \qquad \hat x = g(h),\ h = f({seen})",
            DISTANCE_FORMULAS[hp.reconstruction_loss],
            CORRUPTION_FORMULAS[hp.noise] if is_corrupted else "",
        )

    @classmethod
    def extra_term(cls, hyperparameters: Any) -> str:
        """What a subclass adds to the loss, in LaTeX."""
        return ""

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step on a corrupted batch with the clean one as target."""
        losses = self.losses(x, self.corrupt(x, rng))
        minimise(losses["loss"], optimizers["autoencoder"])
        return losses

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The losses under the training corruption; without it the squared error, active units, and noise removed."""
        codes = self.encode(x)
        found = {
            **self.losses(x, self.corrupt(x, rng)),
            "mse": (self.decode(codes) - x).square().mean(),
            "weights": weight_penalty(self.decoder),
        }
        if self.has_sigmoid_codes:
            found["active_codes"] = active_units(codes, sigmoid=True).float().mean()
            found["dead_units"] = dead_units(codes, sigmoid=True).float().mean()
        if len(self.shape) == 3:
            found["noise_removed"] = self.noise_removed(x, rng)
        return found

    def noise_removed(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """10 log₁₀(‖x̃ − x‖² / ‖x̂ − x‖²) in dB, x̂ the reconstruction of pictures x̃ with noise, of `x` (N, C, H, W).

        Both are held inside the range of values.
        """
        noisy = corrupt(x, "gaussian", NOISE, self.value_range, rng)
        pictures = noisy, self.decode(self.encode(noisy))
        before, after = ((picture.clamp(*self.value_range) - x).square().mean() for picture in pictures)
        removed: Tensor = 10 * (before / after).log10()
        return removed

    def losses(self, x: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """L = d(x, g(f(x̃))) + β Ω(f(x̃)) + λ/2 Σ W² for targets `x` and inputs `seen` = x̃, both (N, …)."""
        hp = self.hyperparameters
        codes = self.encode(seen)
        distance = reconstruction_distance(self.output(codes), x, hp.reconstruction_loss)
        if hp.sparsity == "none" and hp.weight_decay == 0:
            return {"loss": distance}
        penalty, weights = sparsity_penalty(codes, hp.sparsity, hp.sparsity_target), weight_penalty(self.decoder)
        loss = distance + hp.sparsity_weight * penalty + hp.weight_decay * weights
        return {"loss": loss, "reconstruction": distance, "sparsity": penalty, "weights": weights}

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → codes (N, latent_size)."""
        codes: Tensor = self.squash(self.encoder(x))
        return codes
