"""The adversarial autoencoder: a discriminator sees to it that codes are spread like the prior."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import Sizes, knob
from core.latex import stacked, weighted
from core.metrics import MSE
from core.model import Curves, Part
from core.models._adversarial_metrics import DISCRIMINATOR_ACCURACY, DISCRIMINATOR_LOSS, GENERATOR_LOSS
from core.models._encoder_decoder import RECONSTRUCTION_LOSS, EncoderDecoder
from core.models._knobs import Architecture, Corruption, Objective
from core.nn.adversarial import (
    Prior,
    discriminator_accuracy,
    discriminator_loss,
    draw,
    game_formulas,
    generator_loss,
    slope_formula,
    zero_centred_penalty,
)
from core.nn.corruption import CORRUPTION_FORMULAS
from core.nn.layers import dense
from core.nn.losses import DISTANCE_FORMULAS, reconstruction_distance
from core.optimisation import Optimisation
from core.presets import Preset


class AdversarialAutoencoderHyperparameters(
    Architecture,
    Corruption,
    Objective,
    Optimisation,
    defaults={"hidden_sizes": (256, 128), "reconstruction_loss": "bce", "momentum": 0.5},
    paper={
        "hidden_sizes": "1000 – 1000",
        "activation": "ReLU",
        "initialization": "normal, of deviation 0.01",
        "optimizer": "SGD",
        "batch_size": "100",
    },
):
    """All that can be turned on an adversarial autoencoder; `learning_rate` is that of the reconstruction."""

    discriminator_sizes: Sizes = knob(
        (128, 128),
        group="Architecture",
        label="Discriminator's layers",
        help="Units of each hidden layer of the discriminator: more, and smaller gaps between the codes are found "
        "out (in the paper: 1000 – 1000).",
    )
    prior: Prior = knob(
        "normal",
        group="Architecture",
        help="How the codes should be spread: normal makes a round cloud, uniform a square with sharp edges "
        "(in the paper: normal, of deviation 5).",
    )
    r1: float = knob(
        0.1,
        group="Objective",
        label="R1",
        ge=0.0,
        le=10.0,
        soft=(1e-3, 10.0),
        scale="log",
        help="The price on the discriminator's slope at draws from the prior: higher, codes are moved more calmly (in "
        "the paper: 0).",
    )
    discriminator_learning_rate: float = knob(
        2e-3,
        group="Optimisation",
        label="Discriminator's learning rate",
        ge=1e-5,
        le=10.0,
        scale="log",
        help="Size of a discriminator's step: higher, it finds gaps in the codes sooner, until it wins for good.",
    )
    generator_learning_rate: float = knob(
        1e-3,
        group="Optimisation",
        label="Encoder's learning rate in the game",
        ge=1e-5,
        le=10.0,
        scale="log",
        help="Size of the encoder's step against the discriminator: higher, codes fill the prior, reconstructions get "
        "worse.",
    )


class AdversarialAutoencoder(EncoderDecoder):
    """min ‖x − g(f(x))‖² while f(x) fools a discriminator that knows the prior (Makhzani et al. 2015, section 2)."""

    title = "Adversarial autoencoder"
    summary = (
        "An autoencoder whose codes face a discriminator: it learns to tell them from draws of a prior, the encoder "
        "learns to leave it no chance. Once the codes are spread like the prior, decoding random draws gives new "
        "samples, as in a variational autoencoder, but no formula for the prior is needed: it is enough to draw from "
        "it."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Makhzani et al. 2015, Adversarial autoencoders",
        "Mescheder et al. 2018, Which training methods for GANs do actually converge? (R1)",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "criticise"})
    metrics = (MSE, RECONSTRUCTION_LOSS, DISCRIMINATOR_ACCURACY, DISCRIMINATOR_LOSS, GENERATOR_LOSS)
    headline = ("mse", "discriminator_accuracy")
    scenes = {**EncoderDecoder.scenes, "discriminator": Part("Judged", "D")}
    aims = {**EncoderDecoder.aims, "discriminator": r"\min_D", "generator": r"\min_f"}
    presets = (
        Preset(
            "Nobody minds the prior",
            {"generator_learning_rate": 1e-5},
            "The encoder hardly plays: in a run on digits the MSE was 0.030 instead of 0.038, but codes lay where no "
            "draw of the prior does, so samples covered 32 % of held-out digits instead of 98 %, and had 3 classes "
            "instead of 10.",
            kinds=frozenset({"image"}),
        ),
    )
    high_score = "its code is more like a draw from the prior; of the sample itself it says nothing"
    Hyperparameters = AdversarialAutoencoderHyperparameters
    # Curves have no width to fill a square with: noise gives them some, and the decoder learns to take it off again.
    defaults_for = {
        "vector": {
            "hidden_sizes": (64, 64),
            "discriminator_sizes": (64, 64),
            "initialization": "he",
            "prior": "uniform",
            "noise": "gaussian",
            "noise_level": 0.1,
            "reconstruction_loss": "mse",
        }
    }

    def __init__(self, hyperparameters: AdversarialAutoencoderHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        self.discriminator = dense((hp.latent_size, *hp.discriminator_sizes, 1), hp.activation)

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """The reconstruction, then the game about the codes, with the prior that was chosen."""
        hp = hyperparameters
        is_corrupted = hp.noise != "none" and hp.noise_level > 0
        seen = r"\tilde x" if is_corrupted else "x"
        discriminator, generator = game_formulas("non_saturating", "z", f"f({seen})")
        prior = r"z \sim \mathcal{N}(0, I)" if hp.prior == "normal" else r"z_j \sim U(-1, 1)"
        return stacked(
            rf"\min_{{f,g}}\; d(x, \hat x), \qquad \hat x = g(f({seen})),\ {DISTANCE_FORMULAS[hp.reconstruction_loss]}",
            rf"\min_D\; {discriminator}{weighted(hp.r1, slope_formula('z'))}, \qquad {prior}",
            rf"\min_f\; {generator}",
            CORRUPTION_FORMULAS[hp.noise] if is_corrupted else "",
        )

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """The reconstruction, which the game with the discriminator pulls against."""
        return Curves(
            ("reconstruction_loss",),
            "Reconstruction falls as in any autoencoder; a discriminator right half the time cannot tell codes from "
            "the prior, which is the goal, and the losses of that game need not fall.",
        )

    def optimised_modules(self) -> dict[str, nn.Module]:
        """Encoder and decoder as one, the discriminator, and the encoder once more as the discriminator's opponent."""
        autoencoder = nn.ModuleList([self.encoder, self.decoder])
        return {"autoencoder": autoencoder, "discriminator": self.discriminator, "generator": self.encoder}

    def base_rate(self, module: str) -> float:
        """Each module's own learning rate."""
        hp = self.hyperparameters
        rates = {"discriminator": hp.discriminator_learning_rate, "generator": hp.generator_learning_rate}
        return float(rates.get(module, hp.learning_rate))

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """The reconstruction phase, then the regularisation phase: the discriminator, then the encoder against it."""
        hp = self.hyperparameters
        seen = self.corrupt(x, rng)
        reconstruction = reconstruction_distance(self.output(self.encode(seen)), x, hp.reconstruction_loss)
        minimise(reconstruction, optimizers["autoencoder"])

        codes = self.encode(seen)
        draws = self.prior(len(x), rng).requires_grad_(hp.r1 > 0)
        drawn, coded = self.score(draws), self.score(codes.detach())
        discriminator = discriminator_loss(drawn, coded, "non_saturating")
        penalty = hp.r1 * zero_centred_penalty(drawn, draws) if hp.r1 > 0 else 0.0
        minimise(discriminator + penalty, optimizers["discriminator"])

        generator = generator_loss(self.score(codes), "non_saturating")
        minimise(generator, optimizers["generator"])
        return {
            "reconstruction_loss": reconstruction,
            "discriminator_loss": discriminator,
            "generator_loss": generator,
            "discriminator_accuracy": discriminator_accuracy(drawn, coded, "non_saturating"),
        }

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same on validation samples, and the mean squared error without corruption."""
        codes = self.encode(self.corrupt(x, rng))
        drawn, coded = self.score(self.prior(len(x), rng)), self.score(codes)
        return {
            "reconstruction_loss": reconstruction_distance(
                self.output(codes), x, self.hyperparameters.reconstruction_loss
            ),
            "discriminator_loss": discriminator_loss(drawn, coded, "non_saturating"),
            "generator_loss": generator_loss(coded, "non_saturating"),
            "discriminator_accuracy": discriminator_accuracy(drawn, coded, "non_saturating"),
            "mse": (self.reconstruct(x) - x).square().mean(),
        }

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Codes z ~ p(z), (n, latent_size): N(0, I), or uniform between −1 and 1."""
        return draw(self.hyperparameters.prior, (n, self.latents), rng)

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> str:
        """The prior that codes are held against."""
        return str(hyperparameters.prior)

    @classmethod
    def verdicts(cls, hyperparameters: Any) -> tuple[str, str]:
        """The discriminator sees codes, not samples."""
        return "code like a draw from the prior", "code unlike one"

    def score(self, z: Tensor) -> Tensor:
        """The discriminator's scores (N,) of codes (N, latent_size), before any sigmoid."""
        scores: Tensor = self.discriminator(z)
        return scores.squeeze(1)

    def criticise(self, x: Tensor) -> Tensor:
        """The discriminator's score (N,) of each sample's code: higher, more like a draw from the prior."""
        return self.score(self.encode(x))
