"""Reconstruction losses, likelihoods and the KL divergence, each as its paper writes it."""

import math
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

ReconstructionLoss = Literal["mse", "bce"]
# Letters are one of an alphabet at each step.
SequenceLoss = Literal["mse", "bce", "softmax"]

# d(x, x̂), x̂ = g(f(x)), over the D values of a sample, or over its T steps.
DISTANCE_FORMULAS: dict[SequenceLoss, str] = {
    "mse": r"d(x, \hat x) = \tfrac{1}{D} \lVert x - \hat x \rVert^2",
    "bce": r"d(x, \hat x) = -\tfrac{1}{D} \sum_i x_i \log \hat x_i + (1 - x_i) \log(1 - \hat x_i)",
    "softmax": r"d(x, \hat x) = -\tfrac{1}{T} \sum_t \sum_k x_{tk} \log \hat x_{tk}",
}


def reconstruction_distance(output: Tensor, x: Tensor, kind: SequenceLoss) -> Tensor:
    """d(x, x̂), averaged over all values, for `softmax` over all steps, in nats; `output` is as `decoded` takes it."""
    if kind == "bce":
        return F.binary_cross_entropy_with_logits(output, x)
    if kind == "softmax":
        return -(x * output.log_softmax(dim=-1)).sum(dim=-1).mean()
    return F.mse_loss(output, x)


def decoded(output: Tensor, kind: SequenceLoss) -> Tensor:
    """x̂ of a decoder's output: that itself for `mse`, its sigmoid for `bce`, for `softmax` shares of the alphabet."""
    if kind == "bce":
        return output.sigmoid()
    return output.softmax(dim=-1) if kind == "softmax" else output


def bernoulli_nll(logits: Tensor, x: Tensor) -> Tensor:
    """−log p(x | z) in nats per sample, (N,), for x̂ = σ(logits) (Kingma & Welling 2014, appendix C.1).

    On grey values this is the usual cross-entropy, but no normalised likelihood: compare it only with itself.
    """
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def gaussian_nll(mean: Tensor, x: Tensor, std: Tensor | float) -> Tensor:
    """−log N(x; mean, std² I) in nats per sample, (N,) (Kingma & Welling 2014, appendix C.2)."""
    values, sigma = x[0].numel(), torch.as_tensor(std, dtype=torch.float64)
    squared = (x - mean).flatten(1).square().sum(dim=1)
    nll: Tensor = squared / (2 * sigma**2) + values * (0.5 * math.log(2 * math.pi) + sigma.log())
    return nll


def gaussian_level_nll(
    mean: Tensor, x: Tensor, std: Tensor | float, levels: int, value_range: tuple[float, float]
) -> Tensor:
    """−log of the probability that N(mean, std² I) gives to the bins of `x` (N, …), in nats per sample, (N,).

    Values come in `levels` equal steps over the range; a level's bin reaches half a step to either side, those of the
    lowest and the highest level without end (Kingma et al. 2016, section 4, with a normal for the logistic).
    """
    low, high = value_range
    half = (high - low) / (levels - 1) / 2
    z, reach = (x - mean) / std, half / std
    lowest, highest = x < low + half, x > high - half
    # log [Φ(z + r) − Φ(z − r)], mirrored into the lower tail, where logarithms keep their digits; of an open bin
    # log Φ(r + z) or log Φ(r − z).
    mirrored = -z.abs()
    upper = torch.special.log_ndtr(reach + torch.where(lowest, z, torch.where(highest, -z, mirrored)))
    lower = torch.special.log_ndtr(mirrored - reach)
    inner = torch.log(-torch.expm1(lower - upper))
    log_probability: Tensor = upper + inner.masked_fill(lowest | highest, 0.0)
    return -log_probability.flatten(1).sum(dim=1)


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, diag σ²) ‖ N(0, I)) per latent in nats, (N, latents) (Kingma & Welling 2014, appendix B)."""
    # −KL = ½ Σ_j (1 + log σ_j² − μ_j² − σ_j²)
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp())


def normal_log_density(z: Tensor, mean: Tensor | float, log_variance: Tensor) -> Tensor:
    """log N(z; μ, σ²) of each value in nats, in the shape that all three are broadcast to."""
    return -0.5 * ((z - mean).square() * (-log_variance).exp() + log_variance + math.log(2 * math.pi))


def aggregate_log_densities(z: Tensor, mean: Tensor, log_variance: Tensor) -> tuple[Tensor, Tensor]:
    """log q(z), (N,), and log q(z_j) of each latent, (N, latents), at codes `z` (N, latents), in nats.

    q is the mean of the posteriors N(μ, diag σ²) of a batch, (M, latents). This is minibatch-weighted sampling (Chen et
    al. 2018), log 1/(N M) Σ_m q(z | x_m) for N training samples, without log 1/N: no gradient hears of that constant,
    and without it the batch counts as all the data, so that divergences from q are divergences.
    """
    # log q(z_j | x_m), (N, M, latents)
    each = normal_log_density(z.unsqueeze(1), mean, log_variance)
    count = math.log(len(mean))
    return each.sum(dim=2).logsumexp(dim=1) - count, each.logsumexp(dim=1) - count


def kl_terms(z: Tensor, mean: Tensor, log_variance: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Index-code information, total correlation and dimension-wise KL of a batch in nats per sample: they add up to KL.

    The codes z ~ N(μ, diag σ²) are one for each posterior, all (N, latents) (Chen et al. 2018, eq. 2).
    """
    joint, marginals = aggregate_log_densities(z, mean, log_variance)
    # I(z; n) = E log q(z | n) / q(z)
    index_code = normal_log_density(z, mean, log_variance).sum(dim=1) - joint
    # TC = E log q(z) / Π_j q(z_j)
    total_correlation = joint - marginals.sum(dim=1)
    # Σ_j E log q(z_j) / p(z_j), p = N(0, 1)
    dimension_wise = (marginals - normal_log_density(z, 0.0, torch.zeros(()))).sum(dim=1)
    return index_code.mean(), total_correlation.mean(), dimension_wise.mean()
