"""How probable a variational autoencoder finds held-out samples, and how many of its latents it uses."""

import math

import torch
from torch import Tensor

from core.analysis.data import BATCH, finite, labels_of, shown_of
from core.analysis.result import Context, Result
from core.errors import LatentLabError
from core.models.vae import VAE

# Burda et al. 2016, section 5.2: the histogram of activities has two humps, and this lies between them.
ACTIVE = 0.01
# Values that come in no more steps than a byte has are taken for quantised ones.
LEVELS = 256


def estimate(context: Context, draws: int = 50, seed: int = 0) -> Result:
    """Two lower bounds of log p(x) on held-out samples, in nats per sample, bits per dimension, and active units.

    `elbo` is Kingma & Welling's bound (2014, eq. 3), `iwae` the tighter one of Burda et al. 2016 (eq. 8) from `draws`
    codes a sample; `bits_per_dim` is −iwae / (D ln 2). A likelihood must be normalised, so what is asked for its
    probability is not quite x, and `likelihood_of` says what: where p(x | z) is Bernoulli, pixels drawn black or white
    with their grey value as probability (Salakhutdinov & Murray 2008), whose expected ELBO is that of the grey values;
    where it is Gaussian and values come in steps, the steps, by uniform noise of their width (Theis et al. 2016,
    section 3.1); otherwise the density of the values as they are scaled, whose bits may be negative.
    `activity` (latents,) is the variance of each latent's posterior mean over samples; `active_units` counts those
    above 0.01. `elbos` and `iwaes` (N,) are the bounds of each sample.

    Raises:
        LatentLabError: the model is no variational autoencoder, or no draw was asked for.
    """
    model = context.model
    if not isinstance(model, VAE):
        raise LatentLabError(
            f"This needs a variational autoencoder, whose likelihood is bounded; {model.title} is none."
        )
    if draws < 1:
        raise LatentLabError("The bounds need at least one draw.")
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
    numbers = {
        "likelihood_of": likelihood_of,
        "draws": draws,
        "elbo": float(elbos.mean()),
        "iwae": float(iwaes.mean()),
        "bits_per_dim": -float(iwaes.mean()) / (shown.x[0].numel() * math.log(2)),
        "active_units": int((activity > ACTIVE).sum()),
        "latents": len(activity),
    }
    arrays = {"elbos": elbos.numpy(), "iwaes": iwaes.numpy(), "activity": activity.numpy(), **labels_of(shown)}
    return Result(numbers, arrays)


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
