"""The VAE-GAN: a variational autoencoder whose reconstructions are compared as a discriminator sees them."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import knob
from core.latex import stacked, weighted
from core.metrics import MSE, Metric
from core.model import Part
from core.models._adversarial import Adversarial
from core.models._game import Players, Rules
from core.models.gan import GAN, DenseGAN
from core.models.vae import KL, drawn
from core.nn.layers import dense
from core.nn.losses import gaussian_kl
from core.presets import Preset


class VAEGANHyperparameters(
    DenseGAN, Rules, Players, defaults={"r1": 0.1}, words={"the generator": "the decoder", "Generator": "Decoder"}
):
    """All that can be turned on a VAE-GAN; the encoder mirrors the decoder, which is the generator."""

    gamma: float = knob(
        0.1,
        group="Objective",
        label="Likeness γ",
        ge=0.0,
        le=10.0,
        soft=(1e-3, 1.0),
        scale="log",
        live=True,
        seen_in="mse",
        help="γ, what a likeness is worth to the decoder beside looking real: higher, reconstructions keep to their "
        "originals; lower, they are good samples of something else.",
    )


FEATURE_DISTANCE = Metric(
    "feature_distance",
    "Distance in features",
    "nats per sample",
    ".2f",
    None,
    "−log p of an original's features given its reconstruction's, up to a constant: half the squared distance, as the "
    "discriminator of that moment sees it.",
)


class VAEGAN(GAN):
    """min L_prior + L_like − L_GAN, each for the networks that algorithm 1 says (Larsen et al. 2016, eq. 8).

    Of the discriminator's game half of the generated samples are reconstructions, half are decoded from the prior, and
    Dis_l are its penultimate features.
    """

    title = "VAE-GAN"
    summary = (
        "A variational autoencoder and a GAN that share a network: the decoder is the generator. Reconstructions are "
        "not compared value by value but in the features that the discriminator has found, and must look real to it."
    )
    references = ("Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric",)
    metrics = (MSE, KL, FEATURE_DISTANCE, *Adversarial.metrics)
    headline = ("mse", "kl", *Adversarial.headline)
    autoencodes = True
    scenes = {
        **GAN.scenes,
        "encoder": Part("Posterior", "q"),
        "discriminator.features": Part("Features", r"\text{Dis}_l"),
    }
    aims = {**GAN.aims, "encoder": r"\min_{\text{Enc}}"}
    Hyperparameters = VAEGANHyperparameters
    presets = (
        Preset(
            "Little likeness, γ 0.002",
            {"gamma": 0.002},
            "Looking real comes first: 75 and 77 % of two runs' new digits are digits to a classifier, where γ 0.1 "
            "makes it 69 %, but reconstructions have an MSE of 0.023, where γ 0.1 makes it 0.015.",
            kinds=frozenset({"image"}),
        ),
    )
    defaults_for = {
        "vector": {"momentum": 0.0},
        "image": GAN.defaults_for["image"],
        "digits": {"steps": 2500, "r1": 0.05},
    }

    def __init__(self, hyperparameters: VAEGANHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        sizes = (math.prod(spec.shape), *hp.hidden_sizes[::-1], 2 * hp.latent_size)
        self.encoder = nn.Sequential(nn.Flatten(), *dense(sizes, hp.activation))

    def optimised_modules(self) -> dict[str, nn.Module]:
        """The two players, and the encoder."""
        return {**super().optimised_modules(), "encoder": self.encoder}

    @property
    def noise_prior(self) -> str:
        """N(0, I), which posteriors are held to."""
        return "normal"

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> str:
        """N(0, I)."""
        return "normal"

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """What the encoder minimises, then a GAN's with the decoder's likeness."""
        hp = hyperparameters
        like = r"L_{\text{like}}"
        return stacked(
            rf"\min_{{\text{{Enc}}}}\; \mathrm{{KL}}\big(q(z \mid x) \,\Vert\, \mathcal{{N}}(0, I)\big) + {like}, "
            rf"\qquad {like} = \tfrac{{1}}{{2}}\, \mathbb{{E}}_{{q(z \mid x)}} "
            r"\lVert \text{Dis}_l(x) - \text{Dis}_l(G(z)) \rVert^2",
            super().formula(hp) + weighted(hp.gamma, like),
            r"z \text{ half from } q(z \mid x) \text{, half from } \mathcal{N}(0, I)",
        )

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step of the encoder, which the decoder and the discriminator's features judge, then those of a GAN."""
        hp = self.hyperparameters
        terms = self.terms(x[: hp.batch_size], rng)
        if hp.players != "discriminator":
            # θ_Enc ← −∇ (L_prior + L_like)
            minimise(terms["kl"] + terms["feature_distance"], optimizers["encoder"])
        return {**terms, **super().training_step(x, optimizers, rng)}

    def terms(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """What the encoder minimises on samples (N, …): L_prior (eq. 4) and L_like (eq. 7), at one z ~ q(z | x)."""
        mean, log_variance = self.posterior(x)
        rebuilt = self.generator(drawn(mean, log_variance, rng))
        return {
            "kl": gaussian_kl(mean, log_variance).sum(dim=1).mean(),
            "feature_distance": self.feature_distance(x, rebuilt),
        }

    def feature_distance(self, x: Tensor, rebuilt: Tensor) -> Tensor:
        """E −log N(Dis_l(x); Dis_l(x̃), I) up to a constant, of samples (N, …) and their reconstructions."""
        # ½ ‖Dis_l(x) − Dis_l(x̃)‖²
        squares = (self.features(x) - self.features(rebuilt)).square().sum(dim=1)
        return 0.5 * squares.sum() / max(1, len(x))

    def noise(self, x: Tensor, n: int, rng: torch.Generator) -> Tensor:
        """Codes (n, latents): one for each sample of half a batch, the rest from the prior (x̃ and x_p in the paper)."""
        with torch.no_grad():
            of_samples = drawn(*self.posterior(x[: n // 2]), rng)
        return torch.cat([of_samples, self.prior(n - len(of_samples), rng)])

    def beside_generator(self, x: Tensor, z: Tensor, fake: Tensor) -> Tensor:
        """γ L_like of the half that are reconstructions: θ_Dec ← −∇ (γ L_like − L_GAN)."""
        original, gamma = x[: len(z) // 2], float(self.hyperparameters.gamma)
        return gamma * self.feature_distance(original, fake[: len(original)])

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """As of every GAN, what the encoder minimises, and the mean squared error."""
        return {**super().evaluate(x, rng), **self.terms(x, rng), "mse": (self.reconstruct(x) - x).square().mean()}

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z | x), (N, latent_size) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def spreads(self, x: Tensor) -> Tensor:
        """Data (N, …) → σ of q(z | x), (N, latent_size)."""
        return (0.5 * self.posterior(x)[1]).exp()

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the posterior's mean (N, latent_size)."""
        return self.posterior(x)[0]

    def reconstruct(self, x: Tensor) -> Tensor:
        """Data (N, …) → data (N, …): what the EMA generator makes of the posterior's mean."""
        return self.decode(self.encode(x))
