"""The energy distance: how far two sets of samples are from one distribution."""

import torch
from torch import Tensor


def energy_distance(x: Tensor, y: Tensor) -> float:
    """2 E|X − Y| − E|X − X′| − E|Y − Y′| of samples `x` (N, D) and `y` (M, D) (Székely and Rizzo 2013, section 2).

    It is never negative, and two samples of one distribution are not at 0, but the nearer to it the more there are.
    """
    # In double precision: the terms nearly cancel.
    x, y = x.double(), y.double()
    # 2 / (NM) Σ|xᵢ − yⱼ| − 1 / N² Σ|xᵢ − xⱼ| − 1 / M² Σ|yᵢ − yⱼ|
    return float(2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean())
