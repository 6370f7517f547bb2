"""Spectral normalisation of dense and convolutional layers."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrize import register_parametrization

# A largest singular value below this counts as this: weights of zero stay zero, and their gradient finite.
SMALLEST = 1e-3
# How much of the old direction is kept: enough to have one where all weights are zero, too little to be seen elsewhere.
KEPT = 1e-8


class SpectralNorm(nn.Module):
    """W → W / σ(W), σ the largest singular value by one power iteration a pass (Miyato et al. 2018, algorithm 1).

    `u` (rows,), the estimate of the first left singular vector, moves in training mode only.
    """

    u: Tensor

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.register_buffer("u", F.normalize(torch.ones(rows), dim=0))

    def forward(self, weight: Tensor) -> Tensor:
        """The weight (rows, …) divided by σ of the matrix (rows, columns) that it is."""
        matrix = weight.flatten(1)
        with torch.no_grad():
            u = self.u
            # ṽ = Wᵀũ / ‖Wᵀũ‖, ũ = Wṽ / ‖Wṽ‖
            v = F.normalize(matrix.T @ u, dim=0)
            if self.training:
                u = F.normalize(matrix @ v + KEPT * u, dim=0)
                self.u.copy_(u)
        # σ = ũᵀWṽ, with ũ and ṽ as constants (eq. 8 to 11)
        sigma = u @ (matrix @ v)
        return weight / sigma.clamp(min=SMALLEST)


def normalise_layers(network: nn.Module) -> None:
    """Put every linear and convolutional layer of `network` under spectral normalisation."""
    for layer in list(network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d):
            register_parametrization(layer, "weight", SpectralNorm(len(layer.weight)))
