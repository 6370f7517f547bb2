"""The variational autoencoder: codes are distributions, and samples come for free."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import Hyperparameters
from core.latex import stacked
from core.metrics import MSE, Metric
from core.model import Curves, Part, Remark
from core.models._encoder_decoder import EncoderDecoder
from core.models._knobs import Architecture
from core.models._variational import LIKELIHOODS, Variational
from core.nn.initialization import initialize
from core.nn.likelihood import LearnedGaussian
from core.nn.losses import gaussian_kl
from core.presets import Preset


class VAEHyperparameters(
    Architecture,
    Variational,
    defaults={"hidden_sizes": (256, 128)},
    paper={"hidden_sizes": "500", "activation": "tanh", "initialization": "normal, of variance 0.01"},
):
    """All that can be turned on a variational autoencoder."""


ELBO = Metric(
    "elbo",
    "ELBO",
    "nats per sample",
    ".1f",
    "higher",
    "The evidence lower bound of log p(x): minus reconstruction minus KL, at β = 1.",
)
REMARKS = (Remark("kl", math.log(2), "The codes carry {}, less than a bit: the decoder all but ignores them."),)
LOSS = Metric(
    "loss",
    "Loss",
    "nats per sample",
    ".1f",
    "lower",
    "What training minimises: reconstruction plus β times KL.",
)
RECONSTRUCTION = Metric(
    "reconstruction",
    "Reconstruction",
    "nats per sample",
    ".1f",
    "lower",
    "−log p(x | z) at one draw from the posterior: what the decoder still does not know of a sample.",
)
SIGMA = Metric(
    "sigma",
    "Learned σ",
    "",
    ".3f",
    None,
    "The decoder's standard deviation of a value, learned with the networks: the surer the decoder, the smaller.",
)
KL = Metric(
    "kl",
    "KL",
    "nats per sample",
    ".2f",
    None,
    "KL(q(z | x) ‖ p(z)): what the code says about a sample; at 0 the posterior has collapsed onto the prior.",
)


class VAE(EncoderDecoder):
    """max E_q(z|x) log p(x|z) − β KL(q(z|x) ‖ N(0, I)) (Kingma & Welling 2014, eq. 10; β: Higgins et al. 2017)."""

    title = "Variational autoencoder"
    summary = (
        "The encoder answers with a small cloud instead of a point, and every cloud pays for straying from a standard "
        "normal. All clouds together come near it (on digits they fill 92 % of it, as many draws from it 98 %), so "
        "decoding random codes gives new samples."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Kingma & Welling 2014, Auto-encoding variational Bayes",
        "Higgins et al. 2017, β-VAE",
        "Rybkin, Daniilidis & Levine 2021, Simple and effective VAE training with calibrated decoders (σ-VAE)",
        "Burda et al. 2016, Importance weighted autoencoders (a tighter bound, active units)",
        "Kingma et al. 2016, Improving variational inference with inverse autoregressive flow (free bits, grey levels)",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "likelihood"})
    metrics: ClassVar[tuple[Metric, ...]] = (ELBO, MSE, LOSS, RECONSTRUCTION, KL, SIGMA)
    headline: ClassVar[tuple[str, ...]] = ("elbo", "mse", "sigma")
    Hyperparameters: ClassVar[type[Hyperparameters]] = VAEHyperparameters
    # A mean and a log-variance for each latent.
    heads = 2
    scenes = {**EncoderDecoder.scenes, "encoder": Part("Posterior", "q"), "decoder": Part("Decoded", "p")}
    aims = {"autoencoder": r"\max"}
    # Points fill the gap between two moons when the first weights are small; he's are larger.
    defaults_for = {
        "vector": {"initialization": "he"},
        "mnist_5000": {"batch_size": 64, "learning_rate": 3e-3, "steps": 1000},
        # With a Gaussian likelihood samples are a haze, with a Bernoulli one white shapes on black.
        "sprites": {"reconstruction_loss": "bce", "hidden_sizes": (256,), "learning_rate": 4e-3},
    }
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "The paper's settings",
            {
                "latent_size": 20,
                "hidden_sizes": (500,),
                "activation": "tanh",
                "initialization": "normal",
                "reconstruction_loss": "bce",
                "beta": 1.0,
                "kl_warmup": 0,
                "free_bits": 0.0,
                "batch_size": 100,
                "decay": "none",
                "steps": 2000,
            },
            "One hidden layer of 500 tanh units and no warm-up (Adam stands in for Adagrad): about 8 of 20 latents "
            "come into use, the others repeat the prior, and half of the samples are digits to a classifier.",
            kinds=frozenset({"image"}),
        ),
    )

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        self.likelihood = LIKELIHOODS[hyperparameters.reconstruction_loss](hyperparameters, spec)

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`; the learned σ begins where the likelihood says."""
        for network in (self.encoder, self.decoder):
            initialize(network, self.hyperparameters.initialization, rng)

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """The bound with the chosen likelihood; free bits where there are any (Kingma et al. 2016, eq. 15)."""
        hp = hyperparameters
        divergence = r"\mathrm{KL}\big(q(z \mid x) \,\Vert\, \mathcal{N}(0, I)\big)"
        if hp.free_bits:
            divergence = (
                rf"\sum_j \max\big({hp.free_bits:g},\ \mathrm{{KL}}(q(z_j \mid x) \,\Vert\, \mathcal{{N}}(0, 1))\big)"
            )
        weight = "" if hp.beta == 1 else rf"{hp.beta:g}\,"
        expected = r"\mathbb{E}_{q(z \mid x)} \log p(x \mid z)"
        likelihood = LIKELIHOODS[hp.reconstruction_loss].formula(hp)
        return stacked(rf"\max\; {expected} - {weight}{divergence}", rf"\log p(x \mid z) = {likelihood}")

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """The loss and its two terms."""
        is_bound = hyperparameters.beta == 1 and hyperparameters.free_bits == 0
        return Curves(
            ("loss", "reconstruction", "kl"),
            "The loss is reconstruction plus β times KL: more KL buys a better reconstruction, and β is its price. "
            f"{'It is minus the ELBO once β has warmed up. ' if is_bound else ''}"
            "When the validation loss turns up, it has begun to learn by heart.",
            REMARKS,
        )

    @property
    def warmth(self) -> float:
        """How far KL has warmed up at this step, 0 to 1 (Bowman et al. 2016, Sønderby et al. 2016)."""
        steps = self.hyperparameters.kl_warmup
        return min(1.0, (self.step + 1) / steps) if steps else 1.0

    @property
    def beta(self) -> float:
        """β at this step: it grows from zero while KL warms up."""
        return float(self.warmth * self.hyperparameters.beta)

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step up the evidence lower bound."""
        measured = self.terms(x, rng)
        minimise(measured["loss"], optimizers["autoencoder"])
        return measured

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same on validation samples, the ELBO (β = 1) in nats per sample, and the mean squared error."""
        measured = self.terms(x, rng)
        return {
            **measured,
            "elbo": -(measured["reconstruction"] + measured["kl"]),
            "mse": (self.reconstruct(x) - x).square().mean(),
        }

    def terms(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The loss and what it is made of, on samples (N, …)."""
        return self.priced(*self.bound(x, rng))

    def priced(self, nll: Tensor, kl: Tensor) -> dict[str, Tensor]:
        """The loss at this step's β and its two terms, as `bound` has them; the learned σ, where there is one."""
        # Free bits (Kingma et al. 2016, eq. 15): Σ_j max(λ, E KL_j), the mean taken over the batch.
        charged = kl.mean(dim=0).clamp(min=self.hyperparameters.free_bits).sum()
        return {
            "loss": nll.mean() + self.beta * charged,
            "reconstruction": nll.mean(),
            "kl": kl.sum(dim=1).mean(),
            **self.learned(),
        }

    def learned(self) -> dict[str, Tensor]:
        """The decoder's σ by its name, where it is learned."""
        return {"sigma": self.likelihood.std} if isinstance(self.likelihood, LearnedGaussian) else {}

    def bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """−log p(x | z) per sample, (N,), at one z ~ q(z | x), and KL per latent, (N, latents); both in nats."""
        mean, log_variance = self.posterior(x)
        z = drawn(mean, log_variance, rng)
        return self.likelihood.nll(self.output(z), x), gaussian_kl(mean, log_variance)

    def log_weights(self, x: Tensor, target: Tensor, rng: torch.Generator) -> Tensor:
        """log p(target, z) − log q(z | x) in nats per sample, (N,), at one z ~ q(z | x) (Burda et al. 2016, eq. 7).

        `target` is what the likelihood is asked for, `x` what the encoder sees: the same, unless values are binarised
        on the way.
        """
        z, divergence = weighed(*self.posterior(x), rng)
        return divergence - self.likelihood.level_nll(self.output(z), target)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z | x), (N, latent_size) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> str | None:
        """N(0, I)."""
        return "normal"

    def spreads(self, x: Tensor) -> Tensor:
        """Data (N, …) → σ of q(z | x), (N, latent_size)."""
        return (0.5 * self.posterior(x)[1]).exp()

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the posterior's mean (N, latent_size)."""
        return self.posterior(x)[0]

    def expected(self, output: Tensor) -> Tensor:
        """The decoder's last layer (N, …) → E[x | z], (N, …)."""
        return self.likelihood.mean(output)


def weighed(mean: Tensor, log_variance: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Codes z ~ q, (N, latent_size), one for each row, and log p(z) − log q(z) of each in nats, (N,)."""
    noise = torch.randn(mean.shape, generator=rng)
    z = mean + (0.5 * log_variance).exp() * noise
    # log N(z; 0, I) − log N(z; μ, σ² I) with z = μ + σ ε: ½ Σ_j (ε_j² + log σ_j² − z_j²)
    return z, 0.5 * (noise.square() + log_variance - z.square()).sum(dim=1)


def drawn(mean: Tensor, log_variance: Tensor, rng: torch.Generator) -> Tensor:
    """Codes z ~ N(μ, diag σ²), (N, latent_size), one for each row: the reparameterisation trick (eq. 4)."""
    # z = μ + σ ε, ε ~ N(0, I)
    return mean + (0.5 * log_variance).exp() * torch.randn(mean.shape, generator=rng)
