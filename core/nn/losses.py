"""Reconstruction losses, likelihoods and the KL divergence, each as its paper writes it."""

import math
from typing import Literal

from torch import Tensor
from torch.nn import functional as F

ReconstructionLoss = Literal["mse", "bce"]


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
