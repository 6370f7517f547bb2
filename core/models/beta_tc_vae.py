"""The β-TC-VAE: a variational autoencoder whose latents pay for what they say together."""

from typing import Any

import torch
from torch import Tensor

from core.hyperparameters import knob
from core.latex import stacked
from core.metrics import MSE, Metric
from core.model import Curves
from core.models._knobs import Architecture
from core.models._variational import LIKELIHOODS, Bound
from core.models.vae import ELBO, KL, LOSS, RECONSTRUCTION, REMARKS, SIGMA, VAE, drawn
from core.nn.losses import gaussian_kl, kl_terms
from core.presets import Preset

# Posteriors whose mean stands for that of all samples: more would take memory with their square.
GROUP = 256


class BetaTCVAEHyperparameters(
    Architecture,
    Bound,
    defaults={"latent_size": 10, "hidden_sizes": (256, 128), "reconstruction_loss": "bce"},
    paper={"hidden_sizes": "1200 – 1200", "activation": "ReLU and tanh", "optimizer": "Adam", "batch_size": "2048"},
):
    """All that can be turned on a β-TC-VAE."""

    beta: float = knob(
        6.0,
        group="Objective",
        label="β",
        ge=0.0,
        le=50.0,
        soft=(0.0, 20.0),
        live=True,
        seen_in="total_correlation",
        help="β, the price of total correlation in nats: higher, latents say less that others say too, pictures blur.",
    )


TOTAL_CORRELATION = Metric(
    "total_correlation",
    "Total correlation",
    "nats per sample",
    ".2f",
    "lower",
    "KL(q(z) ‖ Π q(z_j)): what the latents say about each other; 0 if they are independent. Like the two terms beside "
    "it, it is estimated within groups of at most 256 samples, and too high where codes say more than their logarithm.",
)
INDEX_CODE = Metric(
    "index_code",
    "Index-code information",
    "nats per sample",
    ".2f",
    None,
    "KL(q(z, n) ‖ q(z) p(n)): how well a code tells which sample it came from, at most the logarithm of their number. "
    "What KL has beside this and total correlation is how far each latent by itself is from the prior.",
)


class BetaTCVAE(VAE):
    """max E_q(z|x) log p(x|z) − I(z; n) − β TC(z) − Σ_j KL(q(z_j) ‖ p(z_j)) (Chen et al. 2018)."""

    title = "β-TC-VAE"
    summary = (
        "A variational autoencoder whose price of the code is in three parts: what it says of a sample, what latents "
        "say about each other, and how far each strays from the prior. Only the second is dearer, so that each latent "
        "has something of its own to say. The price is a blur: of sprites it says where they are and how large, hardly "
        "of what shape; a lower β makes them sharper, and latents less apart. An autoencoder's have corners."
    )
    references = (
        "Chen, Li, Grosse & Duvenaud 2018, Isolating sources of disentanglement in variational autoencoders",
        "Higgins et al. 2017, β-VAE (every nat of the code gets dearer)",
        "Locatello et al. 2019, Challenging common assumptions in the unsupervised learning of disentangled "
        "representations (seeds matter more than the objective)",
    )
    metrics = (ELBO, MSE, LOSS, RECONSTRUCTION, KL, TOTAL_CORRELATION, INDEX_CODE, SIGMA)
    headline = ("elbo", "mse", "total_correlation")
    Hyperparameters = BetaTCVAEHyperparameters
    presets = (
        Preset(
            "Dear correlation, β 20",
            {"beta": 20.0},
            "On digits latents say next to nothing twice, 0.06 and 0.00 nats of two runs, where β 6 leaves 0.11, and "
            "the price is a blur: reconstructions have an MSE of 0.035 and 0.038, where β 6 has 0.028 and 0.027.",
            kinds=frozenset({"image"}),
        ),
    )
    defaults_for = {
        "vector": {"initialization": "he", "latent_size": 2},
        "sprites": {"latent_size": 10, "beta": 4.0, "learning_rate": 4e-3},
    }

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """The bound with its KL in three terms (eq. 2), and the chosen likelihood."""
        hp = hyperparameters
        weight = "" if hp.beta == 1 else rf"{hp.beta:g}\,"
        return stacked(
            r"\max\; \mathbb{E}_{q(z \mid x)} \log p(x \mid z) - I_q(z; n)"
            rf" - {weight}\mathrm{{KL}}\big(q(z) \,\Vert\, \textstyle\prod_j q(z_j)\big)"
            r" - \sum_j \mathrm{KL}\big(q(z_j) \,\Vert\, p(z_j)\big)",
            rf"\log p(x \mid z) = {LIKELIHOODS[hp.reconstruction_loss].formula(hp)}",
        )

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """The loss and what is made dearer."""
        return Curves(
            ("loss", "reconstruction", "total_correlation"),
            "Total correlation is what latents say twice, and β is its price: when it falls, each latent has found "
            "something of its own to say.",
            REMARKS,
        )

    def terms(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The loss at this step's β and what it is made of, on samples (N, …)."""
        mean, log_variance = self.posterior(x)
        z = drawn(mean, log_variance, rng)
        nll = self.likelihood.nll(self.output(z), x).mean()
        kl = gaussian_kl(mean, log_variance).sum(dim=1).mean()
        index_code, total_correlation, _ = self.parted(z, mean, log_variance)
        # I + β TC + Σ_j KL_j = KL + (β − 1) TC, of which KL is known in closed form; all of it warms up.
        charged = self.warmth * kl + (self.beta - self.warmth) * total_correlation
        return {
            "loss": nll + charged,
            "reconstruction": nll,
            "kl": kl,
            "total_correlation": total_correlation,
            "index_code": index_code,
            **self.learned(),
        }

    def parted(self, *posteriors: Tensor) -> Tensor:
        """The three terms of KL, (3,), the mean of groups as large as a batch: they depend on how many samples see it.

        The `posteriors` are codes, means and log-variances, (N, latents) each.
        """
        size = min(self.hyperparameters.batch_size, GROUP)
        groups = list(zip(*(part.split(size) for part in posteriors), strict=True))
        terms = torch.stack([torch.stack(kl_terms(*group)) for group in groups])
        shares = torch.tensor([len(group[0]) for group in groups]) / len(posteriors[0])
        return shares @ terms
