"""A pendulum that swings or goes over the top.

The angle θ from the lowest point obeys, with time in units of √(length / gravity),

    θ″ = −sin θ − friction · θ′,    θ(0) ~ U(−π, π),    θ′(0) ~ U(−2.5, 2.5)

and is seen 64 times, 0.25 apart, which is two and a half small swings. Without friction the energy θ′²/2 − cos θ never
changes: below 1, its value at the top at rest, the pendulum swings, above it, it rotates. The label is the one that
the energy at the start says.
"""

import math

import numpy as np
import torch
from torch import Tensor

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 4_000
TEST = 1_000
LENGTH = 64
STEP = 0.25
FASTEST_START = 2.5
# Who starts on top with that velocity has this one below.
FASTEST = math.sqrt(FASTEST_START**2 + 4)


class Parameters(Preprocessed):
    """What slows the pendulum down."""

    friction: float = knob(
        0.0,
        group="Data",
        ge=0.0,
        le=0.5,
        help="How much the motion is braked: higher, rotations turn into swings, and all of them come to rest.",
    )


def energy(angle: Tensor, velocity: Tensor) -> Tensor:
    """θ′²/2 − cos θ."""
    return velocity.square() / 2 - angle.cos()


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Sequences (N, 64, 3) of sin θ, cos θ and θ′ / 3.2, in [-1, 1]; the factors are θ(0) in radians and θ′(0)."""
    from scipy.integrate import solve_ivp

    generator = torch.Generator().manual_seed(seed)
    uniform = 2 * torch.rand(2, TRAIN + TEST, generator=generator, dtype=torch.float64) - 1
    start = uniform * torch.tensor([[math.pi], [FASTEST_START]])

    def motion(_: float, state: np.ndarray) -> np.ndarray:
        angle, velocity = state.reshape(start.shape)
        return np.concatenate([velocity, -np.sin(angle) - parameters.friction * velocity])

    times = STEP * np.arange(LENGTH)
    # Fine enough that the energy stays the same to five digits, also close to the top.
    solved = solve_ivp(motion, times[[0, -1]], start.flatten(), "DOP853", times, rtol=1e-8, atol=1e-8)
    angle, velocity = torch.from_numpy(solved.y).reshape(*start.shape, LENGTH)
    x = torch.stack([angle.sin(), angle.cos(), velocity / FASTEST], dim=2).float()
    whole = Split(x, (energy(*start) > 1).long(), start.T.float())
    return whole[:TRAIN], whole[TRAIN:]


PENDULUM = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(LENGTH, 3),
        value_range=(-1.0, 1.0),
        label_names=("swinging", "rotating"),
        factor_names=("angle at the start", "velocity at the start"),
    ),
    card=Card(
        title="Pendulum",
        summary=(
            "A pendulum from any start, seen as the sine and cosine of its angle and its velocity: 192 values that "
            "follow from two, so that a good code is a map of all motions."
        ),
        origin="Synthetic, the equation of motion integrated by SciPy",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
