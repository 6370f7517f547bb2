"""How probable a variational autoencoder finds held-out samples, and how many of its latents it uses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from core.analysis.data import BATCH, counts, finite, shown_of
from core.analysis.result import Context, Result, measured
from core.errors import LatentLabError
from core.models.vae import VAE
from core.protocol import Array

# Codes drawn for each sample unless said otherwise.
DRAWS = 50

# Burda et al. 2016, section 5.2: the histogram of activities has two humps, and this lies between them.
ACTIVE = 0.01
# Values that come in no more steps than a byte has are taken for quantised ones.
LEVELS = 256


@dataclass(frozen=True, kw_only=True)
class Likelihood(Result):
    """Two lower bounds of log p(x) on held-out samples, from `draws` codes a sample, and how many `latents` are in use.

    `likelihood_of` says in words what is asked for its probability. `elbos` and `iwaes` (N,) are the bounds of each
    sample in nats; `activity` (latents,) is the variance of each latent's posterior mean over samples.
    """

    likelihood_of: str
    draws: int
    latents: int
    elbos: Array
    iwaes: Array
    activity: Array
    active_units: int = measured(
        "Active latents",
        "",
        ".0f",
        None,
        "Latents whose mean moves with the sample, by a variance above 0.01; the others only repeat the prior.",
    )
    elbo: float = measured(
        "ELBO",
        "nats",
        ".2f",
        "higher",
        "The lower bound of log p(x) that training pushes up, per sample.",
    )
    iwae: float = measured(
        f"IWAE bound, {DRAWS} codes",
        "nats",
        ".2f",
        "higher",
        "A tighter lower bound of the same log p(x): the gap shows how much the encoder simplifies.",
    )
    bits_per_dim: float = measured(
        "Bits per dimension", "", ".3f", "lower", "The tighter bound as a code length per value."
    )


def estimate(context: Context, draws: int = DRAWS, seed: int = 0) -> Likelihood:
    """Bound log p(x) from below by Kingma & Welling's ELBO (2014, eq. 3) and by Burda et al.'s (2016, eq. 8) `iwae`.

    `bits_per_dim` is −iwae / (D ln 2). A likelihood must be normalised, so what is asked for its probability is not
    quite x: where p(x | z) is Bernoulli, pixels drawn black or white with their grey value as probability
    (Salakhutdinov & Murray 2008), whose expected ELBO is that of the grey values; where it is Gaussian and values come
    in steps, the steps, by uniform noise of their width (Theis et al. 2016, section 3.1); otherwise the density of the
    values as they are scaled, whose bits may be negative.

    Raises:
        LatentLabError: no draw was asked for, or a bound is not finite.
    """
    if draws < 1:
        raise LatentLabError("The bounds need at least one draw.")
    # The capability "likelihood" is that of a variational autoencoder.
    model = cast(VAE, context.model)
    shown, rng = shown_of(context.dataset), torch.Generator().manual_seed(seed)
    likelihood_of, targets, volume = _targets(model, shown.x, context.dataset.train.x, rng)
    bounds: list[Tensor] = []
    for x, target in zip(shown.x.split(BATCH), targets.split(BATCH), strict=True):
        weights = []
        for _ in range(draws):
            weights.append(model.log_weights(x, target, rng))
            context.report((len(bounds) * BATCH * draws + len(weights) * len(x)) / (len(shown.x) * draws))
        bounds.append(torch.stack(weights))
    log_weights = finite(torch.cat(bounds, dim=1)) + volume
    elbos, iwaes = log_weights.mean(dim=0), importance_weighted(log_weights)
    activity = activities(model.encode(shown.x))
    return Likelihood(
        counts=counts(context.dataset, shown),
        likelihood_of=likelihood_of,
        draws=draws,
        latents=len(activity),
        elbos=elbos.numpy(),
        iwaes=iwaes.numpy(),
        activity=activity.numpy(),
        active_units=int((activity > ACTIVE).sum()),
        elbo=float(elbos.mean()),
        iwae=float(iwaes.mean()),
        bits_per_dim=-float(iwaes.mean()) / (shown.x[0].numel() * math.log(2)),
    )


def importance_weighted(log_weights: Tensor) -> Tensor:
    """log 1/K Σ_k w_k of log-weights (K, N), (N,) (Burda et al. 2016, eq. 8)."""
    return torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))


def activities(means: Tensor) -> Tensor:
    """A_u = Cov_x(E[u | x]) of each latent, (latents,), from posterior means (N, latents) (Burda et al. 2016, 5.2)."""
    return means.var(dim=0, correction=0)


def _targets(model: VAE, x: Tensor, train: Tensor, rng: torch.Generator) -> tuple[str, Tensor, float]:
    """What the likelihood is of, in words and as values (N, …), and the log of the volume that a density is times."""
    if model.hyperparameters.reconstruction_loss == "bce":
        return (
            "values drawn as 0 or 1, each with itself as probability (pixels black or white)",
            torch.bernoulli(x, generator=rng),
            0.0,
        )
    step = _step(train)
    if step is None:
        return "a density over the values as they are scaled", x, 0.0
    noise = step * (torch.rand(x.shape, generator=rng) - 0.5)
    return f"values in steps of 1/{1 / step:.4g}", x + noise, x[0].numel() * math.log(step)


def _step(x: Tensor) -> float | None:
    """The width of the steps that values come in, or None where they are continuous."""
    levels = x.unique()
    if not 2 <= len(levels) <= LEVELS:
        return None
    gaps = levels.diff()
    step = gaps.min()
    multiples = gaps / step
    return float(step) if torch.allclose(multiples, multiples.round(), atol=0.01) else None
