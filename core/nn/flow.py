"""Flows: straight paths from noise to data, the velocity along them, and the solver that follows it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn

from core.nn.layers import Activation, Fourier, dense

# Octaves of the waves that a velocity sees the time as.
TIME_OCTAVES = 3
# Places are divided by it before they become waves: four standard deviations of the noise, or of the data.
REACH = 4.0


class Velocity(nn.Module):
    """A velocity v_t(z) by dense layers: places (N, D) at times (N, 1) → (N, D).

    With `octaves` the layers see sines and cosines of the place, too, and learn fine detail sooner.
    """

    def __init__(self, size: int, hidden_sizes: tuple[int, ...], activation: Activation, octaves: int) -> None:
        super().__init__()
        self.time_waves, self.place_waves = Fourier(TIME_OCTAVES), Fourier(octaves)
        inputs = size * (1 + 2 * octaves) + 1 + 2 * TIME_OCTAVES
        self.layers = dense((inputs, *hidden_sizes, size), activation)

    def forward(self, z: Tensor, t: Tensor) -> Tensor:
        """v_t(z)."""
        velocity: Tensor = self.layers(torch.cat([self.place_waves(z / REACH), self.time_waves(2 * t - 1)], dim=1))
        return velocity


def straight_path(noise: Tensor, data: Tensor, t: Tensor, sigma_min: float) -> tuple[Tensor, Tensor]:
    """Where x_0 = `noise` on its way to x_1 = `data` is at times `t` (N, 1), and its velocity, (N, D) each.

    The optimal-transport path of Lipman et al. 2023, eq. 22, and its derivative, the target of eq. 23.
    """
    # ψ_t(x_0) = (1 − (1 − σ_min) t) x_0 + t x_1
    place = (1 - (1 - sigma_min) * t) * noise + t * data
    # d/dt ψ_t(x_0) = x_1 − (1 − σ_min) x_0
    return place, data - (1 - sigma_min) * noise


def follow(velocity: Callable[[Tensor, Tensor], Tensor], z: Tensor, times: Tensor) -> Iterator[Tensor]:
    """Where z (N, D) is at each of the `times` (T,), forwards or backwards: dz/dt = v_t(z) by the midpoint method."""
    yield z
    for now, later in pairwise(times):
        t, step = now.expand(len(z), 1), later - now
        # z_{t+h} = z_t + h v_{t+h/2}(z_t + h/2 v_t(z_t))
        z = z + step * velocity(z + step / 2 * velocity(z, t), t + step / 2)
        yield z
