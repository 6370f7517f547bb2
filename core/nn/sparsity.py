"""Penalties that keep most of a code silent."""

from typing import Literal

import torch
from torch import Tensor

Sparsity = Literal["none", "l1", "kl"]


def l1_penalty(codes: Tensor) -> Tensor:
    """‖h‖₁ per sample, averaged over the batch; `codes` (N, units)."""
    return codes.abs().sum(dim=1).mean()


def kl_penalty(codes: Tensor, target: float) -> Tensor:
    """Σ_j KL(ρ ‖ ρ̂_j) for sigmoid codes (N, units); ρ̂_j is unit j's mean over the batch (Ng 2011, section 3)."""
    # Saturated units sit at exactly 0 or 1 in float32, where the logarithm has no value.
    mean = codes.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    # KL(ρ ‖ ρ̂) = ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂))
    return (target * torch.log(target / mean) + (1 - target) * torch.log((1 - target) / (1 - mean))).sum()


def sparsity_penalty(codes: Tensor, kind: Sparsity, target: float) -> Tensor:
    """The penalty of this `kind` on `codes` (N, units); zero for `none`."""
    penalty: Tensor = _PENALTIES[kind](codes, target)
    return penalty


_PENALTIES = {
    "none": lambda codes, target: codes.new_zeros(()),
    "l1": lambda codes, target: l1_penalty(codes),
    "kl": kl_penalty,
}
