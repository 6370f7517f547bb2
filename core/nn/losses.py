"""Distances, divergences and adversarial objectives, each as its paper writes it."""

import math
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

ReconstructionLoss = Literal["mse", "bce"]
Objective = Literal["minimax", "non_saturating", "least_squares"]


def reconstruction_distance(output: Tensor, x: Tensor, kind: ReconstructionLoss) -> Tensor:
    """d(x, x̂), averaged over all values; `output` is x̂ itself for `mse` and its logits for `bce`."""
    if kind == "bce":
        return F.binary_cross_entropy_with_logits(output, x)
    return F.mse_loss(output, x)


def bernoulli_nll(logits: Tensor, x: Tensor) -> Tensor:
    """−log p(x | z) in nats per sample, (N,), for x̂ = σ(logits) (Kingma & Welling 2014, appendix C.1).

    On grey values this is the usual cross-entropy, but no normalised likelihood: compare it only with itself.
    """
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def gaussian_nll(mean: Tensor, x: Tensor, std: float) -> Tensor:
    """−log N(x; mean, std² I) in nats per sample, (N,) (Kingma & Welling 2014, appendix C.2)."""
    values = x[0].numel()
    squared = (x - mean).flatten(1).square().sum(dim=1)
    return squared / (2 * std**2) + values * (0.5 * math.log(2 * math.pi) + math.log(std))


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, diag σ²) ‖ N(0, I)) per latent in nats, (N, latents) (Kingma & Welling 2014, appendix B)."""
    # −KL = ½ Σ_j (1 + log σ_j² − μ_j² − σ_j²)
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp())


def critic_loss(real: Tensor, fake: Tensor, objective: Objective) -> Tensor:
    """What the critic minimises, from its logits on real and generated samples, (N,) each.

    Goodfellow et al. 2014, eq. 1; least squares: Mao et al. 2017, eq. 9 with a = 0, b = c = 1.
    """
    if objective == "least_squares":
        # ½ E (D(x) − 1)² + ½ E D(G(z))²
        return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()
    # −E log D(x) − E log(1 − D(G(z))), with D = σ(logit): log(1 − σ(a)) = −softplus(a)
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake: Tensor, objective: Objective) -> Tensor:
    """What the generator minimises, from the critic's logits on generated samples, (N,).

    Goodfellow et al. 2014, eq. 1 (minimax) and section 3 (non-saturating); Mao et al. 2017, eq. 9.
    """
    if objective == "minimax":
        # E log(1 − D(G(z)))
        return -F.softplus(fake).mean()
    if objective == "non_saturating":
        # −E log D(G(z))
        return F.softplus(-fake).mean()
    # ½ E (D(G(z)) − 1)²
    return 0.5 * (fake - 1).square().mean()


def zero_centred_penalty(scores: Tensor, x: Tensor) -> Tensor:
    """½ E ‖∇ₓ D(x)‖² (Mescheder et al. 2018, eq. 9: R₁ on real samples, eq. 10: R₂ on generated ones).

    `scores` (N,) must have been computed from `x`, which requires grad.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return 0.5 * gradient.flatten(1).square().sum(dim=1).mean()
