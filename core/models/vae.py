"""The variational autoencoder: codes are distributions, and samples come for free."""

from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from core.hyperparameters import Hyperparameters, knob
from core.metrics import MSE, Metric
from core.model import Curves, Optimisation, minimise
from core.models._encoder_decoder import EncoderDecoder
from core.models._knobs import Architecture, Objective
from core.nn.losses import bernoulli_nll, gaussian_kl, gaussian_nll
from core.presets import Preset


class Variational(Objective, Optimisation, defaults={"reconstruction_loss": "bce"}):
    """What the evidence lower bound is made of, whatever the networks."""

    decoder_std: float = knob(
        0.1,
        group="Objective",
        label="Decoder's σ",
        ge=0.01,
        le=1.0,
        scale="log",
        needs={"reconstruction_loss": ("mse",)},
        help="σ of the Gaussian p(x | z): higher, reconstruction matters less and codes crowd towards the prior.",
    )
    beta: float = knob(
        1.0,
        group="Objective",
        label="β",
        ge=0.0,
        le=50.0,
        soft=(0.0, 10.0),
        live=True,
        help="β, the price of the code in nats: higher, blurrier pictures, smoother space, fewer latents in use.",
    )
    kl_warmup: int = knob(
        200,
        group="Objective",
        label="KL warm-up",
        ge=0,
        le=20_000,
        soft=(0, 2000),
        help="Steps over which β grows from zero: higher, latents find a use before they have to pay for it.",
    )
    free_bits: float = knob(
        0.0,
        group="Objective",
        ge=0.0,
        le=5.0,
        soft=(0.0, 1.0),
        help="Nats each latent may use free of charge: higher, latents that would collapse stay alive.",
    )


class VAEHyperparameters(Architecture, Variational, defaults={"hidden_sizes": (256, 128)}):
    """All that can be turned on a variational autoencoder."""


ELBO = Metric(
    "elbo",
    "ELBO",
    "nats per sample",
    ".1f",
    "higher",
    "The evidence lower bound of log p(x): minus reconstruction minus KL, at β = 1.",
)
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
        "normal. The code space fills without gaps, so decoding random codes gives new samples."
    )
    formula = r"\mathcal{L} = \mathbb{E}_{q(z\mid x)}\log p(x\mid z) - \beta\,\mathrm{KL}\big(q(z\mid x)\Vert p(z)\big)"
    references: ClassVar[tuple[str, ...]] = (
        "Kingma & Welling 2014, Auto-encoding variational Bayes",
        "Higgins et al. 2017, β-VAE",
        "Burda et al. 2016, Importance weighted autoencoders (a tighter bound, active units)",
        "Kingma et al. 2016, Improving variational inference with inverse autoregressive flow (free bits)",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "likelihood"})
    metrics = (ELBO, MSE, LOSS, RECONSTRUCTION, KL)
    headline = ("elbo", "mse")
    Hyperparameters: ClassVar[type[Hyperparameters]] = VAEHyperparameters
    # A mean and a log-variance for each latent.
    heads = 2
    # Points fill the gap between two moons when the first weights are small; he's are larger.
    defaults_for = {"vector": {"reconstruction_loss": "mse", "initialization": "he"}}
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

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """The loss and its two terms."""
        return Curves(
            ("loss", "reconstruction", "kl"),
            "The loss is reconstruction plus β times KL: more KL buys a better reconstruction, and β is its price. "
            "When the held-out loss turns up, it has begun to learn by heart.",
        )

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step up the evidence lower bound."""
        hp = self.hyperparameters
        nll, kl = self.bound(x, rng)
        warm = min(1.0, (self.step + 1) / hp.kl_warmup) if hp.kl_warmup else 1.0
        # Free bits (Kingma et al. 2016, eq. 15): Σ_j max(λ, E KL_j), the mean taken over the batch.
        charged = kl.mean(dim=0).clamp(min=hp.free_bits).sum()
        loss = nll.mean() + warm * hp.beta * charged
        minimise(loss, optimizers["autoencoder"])
        return {"loss": loss, "reconstruction": nll.mean(), "kl": kl.sum(dim=1).mean()}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The loss at full β, the ELBO (β = 1) and its two terms in nats per sample, and the mean squared error."""
        hp = self.hyperparameters
        nll, kl = self.bound(x, rng)
        charged = kl.mean(dim=0).clamp(min=hp.free_bits).sum()
        return {
            "loss": nll.mean() + hp.beta * charged,
            "elbo": -(nll.mean() + kl.sum(dim=1).mean()),
            "reconstruction": nll.mean(),
            "kl": kl.sum(dim=1).mean(),
            "mse": (self.reconstruct(x) - x).square().mean(),
        }

    def bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """−log p(x | z) per sample, (N,), at one z ~ q(z | x), and KL per latent, (N, latents); both in nats."""
        mean, log_variance = self.posterior(x)
        # The reparameterisation trick (eq. 4): z = μ + σ ε, ε ~ N(0, I).
        z = mean + (0.5 * log_variance).exp() * torch.randn(mean.shape, generator=rng)
        return self.nll(self.output(z), x), gaussian_kl(mean, log_variance)

    def log_weights(self, x: Tensor, target: Tensor, rng: torch.Generator) -> Tensor:
        """log p(target, z) − log q(z | x) in nats per sample, (N,), at one z ~ q(z | x) (Burda et al. 2016, eq. 7).

        `target` is what the likelihood is asked for, `x` what the encoder sees: the same, unless values are binarised
        or dequantised on the way.
        """
        mean, log_variance = self.posterior(x)
        noise = torch.randn(mean.shape, generator=rng)
        z = mean + (0.5 * log_variance).exp() * noise
        # log N(z; 0, I) − log N(z; μ, σ² I) with z = μ + σ ε: ½ Σ_j (ε_j² + log σ_j² − z_j²)
        divergence = 0.5 * (noise.square() + log_variance - z.square()).sum(dim=1)
        return divergence - self.nll(self.output(z), target)

    def nll(self, output: Tensor, x: Tensor) -> Tensor:
        """−log p(x | z) in nats per sample, (N,), from the decoder's output (N, …) at z."""
        hp = self.hyperparameters
        return bernoulli_nll(output, x) if hp.reconstruction_loss == "bce" else gaussian_nll(output, x, hp.decoder_std)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z | x), (N, latent_size) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the posterior's mean (N, latent_size)."""
        return self.posterior(x)[0]
