"""Sparsity penalties on codes, the weight decay that goes with them, and which units are active."""

from typing import Literal

import torch
from torch import Tensor, nn

Sparsity = Literal["none", "l1", "kl"]

# A unit is active on a sample where it is further than this from its rest, in shares of its scale.
ACTIVE = 0.1


def l1_penalty(codes: Tensor) -> Tensor:
    """‖h‖₁ per sample of `codes` (N, units), averaged over the batch (Olshausen & Field 1996, S(h) = |h|)."""
    return codes.abs().sum(dim=1).mean()


def kl_penalty(codes: Tensor, target: float) -> Tensor:
    """Σ_j KL(ρ ‖ ρ̂_j) for sigmoid codes (N, units); ρ̂_j is unit j's mean over the batch (Ng 2011, section 3)."""
    # Saturated units sit at exactly 0 or 1 in float32, where the logarithm has no value. Those that are silent, but not
    # quite, are far below 1e-6 and must still be woken.
    mean = codes.mean(dim=0).clamp(1e-30, 1 - 1e-6)
    # KL(ρ ‖ ρ̂) = ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂))
    return (target * torch.log(target / mean) + (1 - target) * torch.log((1 - target) / (1 - mean))).sum()


def weight_penalty(decoder: nn.Module) -> Tensor:
    """½ Σ W² over the weights of a decoder, biases left out (Ng 2011, section 2, who counts the encoder's as well).

    Without it a mean activation of ρ is cheapest had by codes that all hover at ρ, whose small differences large
    weights blow up again; the encoder's weights must be free to grow for codes that are either silent or loud.
    """
    weights = [weight for weight in decoder.parameters() if weight.dim() > 1]
    return 0.5 * torch.stack([weight.square().sum() for weight in weights]).sum()


def active_units(codes: Tensor, sigmoid: bool) -> Tensor:
    """Which units are active on which samples, (N, units), of codes (N, units).

    A sigmoid rests at 0 and reaches to 1. A linear unit rests at its mean, and its scale is the standard deviation of
    the unit that moves most: one that hardly moves beside it says nothing.
    """
    if sigmoid:
        return codes > ACTIVE
    moved = codes - codes.mean(dim=0)
    return moved.abs() > ACTIVE * moved.square().mean(dim=0).sqrt().max()


def dead_units(codes: Tensor, sigmoid: bool) -> Tensor:
    """Which units (units,) of the codes (N, units) are active on no sample."""
    return ~active_units(codes, sigmoid).any(dim=0)


def sparsity_penalty(codes: Tensor, kind: Sparsity, target: float) -> Tensor:
    """The penalty of this `kind` on `codes` (N, units); zero for `none`."""
    penalty: Tensor = _PENALTIES[kind](codes, target)
    return penalty


# Ω(h) of codes h.
PENALTY_FORMULAS: dict[Sparsity, str] = {
    "none": "",
    "l1": r"\lVert h \rVert_1",
    "kl": r"\sum_j \mathrm{KL}(\rho \,\Vert\, \hat\rho_j)",
}
_PENALTIES = {
    "none": lambda codes, target: codes.new_zeros(()),
    "l1": lambda codes, target: l1_penalty(codes),
    "kl": kl_penalty,
}
