"""How probable a variational autoencoder finds held-out samples, and how many of its latents it uses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from core.analysis.data import BATCH, counts, finite, shown_of
from core.analysis.independent import binary_entropy, binary_nll, bits_per_value, histogram_nll, normal_nll
from core.analysis.neighbours import density_and_coverage
from core.analysis.result import Context, Result, measured
from core.dataset import Dataset
from core.errors import LatentLabError
from core.models.vae import VAE
from core.nn.likelihood import Bernoulli, Gaussian
from core.nn.losses import gaussian_kl
from core.protocol import Array

# Codes drawn for each sample unless said otherwise.
DRAWS = 50

# Burda et al. 2016, section 5.2: the histogram of activities has two humps, and this lies between them.
ACTIVE = 0.01
# Nats that a latent must say of a sample to count as one that is in use.
INFORMATIVE = 0.01


@dataclass(frozen=True, kw_only=True)
class Likelihood(Result):
    """Two lower bounds of log p(x) on held-out samples, from `draws` codes a sample, and how many `latents` are in use.

    In words, `likelihood_of` says of which values p(x) is, and `baseline` which model without latents is to be beaten.
    `elbos` and `iwaes` (N,) are the bounds of each sample in nats; `activity` (latents,) is the variance of each
    latent's posterior mean over samples, `divergences` (latents,) the KL from the prior to each latent's posterior in
    nats.
    """

    likelihood_of: str
    baseline: str
    draws: int
    latents: int
    elbos: Array
    iwaes: Array
    activity: Array
    divergences: Array
    active_units: int = measured(
        "Active latents",
        "",
        ".0f",
        None,
        "Latents whose mean moves with the sample, by a variance above 0.01; the others only repeat the prior.",
    )
    elbo: float = measured("ELBO", "nats", ".2f", "higher", "A lower bound of log p(x), from one code a sample.")
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
    independent: float = measured(
        "log p(x) without latents",
        "nats",
        ".2f",
        "higher",
        "What each value alone is worth, as it is spread over training data: a model has to do better than that.",
    )
    independent_bits: float = measured(
        "Bits per dimension without latents", "", ".3f", "lower", "The same as a code length per value."
    )
    limit: float | None = measured(
        "Limit of log p(x)",
        "nats",
        ".2f",
        None,
        "No model gets above: what is left of chance where every grey value is known and drawn as black or white.",
        default=None,
    )
    sigma: float | None = measured(
        "σ of the decoder",
        "",
        ".3f",
        None,
        "The standard deviation of a value around what is decoded: the surer the decoder, the smaller.",
        default=None,
    )
    prior_filled: float = measured(
        "Prior filled",
        "%",
        ".1f",
        "higher",
        "Draws from the prior that have a held-out sample's code among their nearest: gaps decode to nothing seen.",
    )
    prior_filled_by_draws: float = measured(
        "Prior filled by draws from it", "%", ".1f", "higher", "The same of as many other draws from the prior."
    )


def estimate(context: Context, draws: int = DRAWS, seed: int = 0) -> Likelihood:
    """Bound log p(x) from below by Kingma & Welling's ELBO (2014, eq. 3) and by Burda et al.'s (2016, eq. 8) `iwae`.

    `bits_per_dim` is −iwae / (D ln 2). A likelihood must be normalised: where p(x | z) is Bernoulli, it is that of
    pixels drawn black or white with their grey value as probability (Salakhutdinov & Murray 2008), whose expected ELBO
    is that of the grey values; where it is Gaussian and values come in levels, the probability of each level's bin;
    otherwise the density of the values as they are scaled, whose bits may be negative.

    Raises:
        LatentLabError: no draw was asked for, or a bound is not finite.
    """
    if draws < 1:
        raise LatentLabError("The bounds need at least one draw.")
    # The capability "likelihood" is that of a variational autoencoder.
    model = cast(VAE, context.model)
    shown, rng = shown_of(context.dataset), torch.Generator().manual_seed(seed)
    is_binary = isinstance(model.likelihood, Bernoulli)
    targets = torch.bernoulli(shown.x, generator=rng) if is_binary else shown.x
    bounds: list[Tensor] = []
    for x, target in zip(shown.x.split(BATCH), targets.split(BATCH), strict=True):
        weights = []
        for _ in range(draws):
            weights.append(model.log_weights(x, target, rng))
            context.report((len(bounds) * BATCH * draws + len(weights) * len(x)) / (len(shown.x) * draws))
        bounds.append(torch.stack(weights))
    log_weights = finite(torch.cat(bounds, dim=1))
    elbos, iwaes = log_weights.mean(dim=0), importance_weighted(log_weights)
    mean, log_variance = model.posterior(shown.x)
    activity = activities(mean)
    codes = mean + (0.5 * log_variance).exp() * torch.randn(mean.shape, generator=rng)
    draw, other = (torch.randn(codes.shape, generator=rng).to(codes) for _ in range(2))
    independent = -float(_independent(context.dataset, targets, is_binary).mean())
    return Likelihood(
        counts=counts(context.dataset, shown),
        likelihood_of=_likelihood_of(context.dataset, is_binary),
        baseline=_baseline(context.dataset, is_binary),
        draws=draws,
        latents=len(activity),
        elbos=elbos.numpy(),
        iwaes=iwaes.numpy(),
        activity=activity.numpy(),
        divergences=gaussian_kl(mean, log_variance).mean(dim=0).numpy(),
        active_units=int((activity > ACTIVE).sum()),
        elbo=float(elbos.mean()),
        iwae=float(iwaes.mean()),
        bits_per_dim=bits_per_value(-float(iwaes.mean()), shown.x),
        independent=independent,
        independent_bits=bits_per_value(-independent, shown.x),
        limit=-float(binary_entropy(shown.x).mean()) if is_binary else None,
        sigma=float(model.likelihood.std) if isinstance(model.likelihood, Gaussian) else None,
        # A ball around each draw: is a code in it (Naeem et al. 2020, coverage)?
        prior_filled=density_and_coverage(codes, draw)[1],
        prior_filled_by_draws=density_and_coverage(other, draw)[1],
    )


def importance_weighted(log_weights: Tensor) -> Tensor:
    """log 1/K Σ_k w_k of log-weights (K, N), (N,) (Burda et al. 2016, eq. 8)."""
    return torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))


def activities(means: Tensor) -> Tensor:
    """A_u = Cov_x(E[u | x]) of each latent, (latents,), from posterior means (N, latents) (Burda et al. 2016, 5.2)."""
    return means.var(dim=0, correction=0)


def inactive_latents(means: Array) -> list[int]:
    """The latents whose posterior means (N, latents) do not move with the sample (Burda et al. 2016, section 5.2)."""
    return [int(latent) for latent in (means.var(axis=0) <= ACTIVE).nonzero()[0]]


def _independent(dataset: Dataset, x: Tensor, is_binary: bool) -> Tensor:
    """−log p(x) in nats per sample, (N,), each value by itself."""
    if is_binary:
        return binary_nll(dataset.train.x, x)
    if dataset.spec.levels is None:
        return normal_nll(dataset.train.x, x, dataset.value_range)
    return histogram_nll(dataset.train.x, x, dataset.spec.levels, dataset.value_range)


def _likelihood_of(dataset: Dataset, is_binary: bool) -> str:
    """What is asked for its probability, in words."""
    if is_binary:
        return "values drawn as 0 or 1, each with itself as probability (pixels black or white)"
    levels = dataset.spec.levels
    return f"{levels} grey levels" if levels else "a density over the values as they are scaled"


def _baseline(dataset: Dataset, is_binary: bool) -> str:
    """What has no latents, in words."""
    if is_binary:
        return "the mean picture for every sample"
    return "a histogram of each value" if dataset.spec.levels else "a normal for each value"
