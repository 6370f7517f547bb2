"""Six patterns of a control chart, the gauge of a process that may drift, swing or jump.

With m = 30, s = 2 and r(t) ~ U(−3, 3), independent at every t = 1, …, n, n = 60 (Alcock & Manolopoulos 1999):

    normal            y(t) = m + r s
    cyclic            y(t) = m + r s + a sin(2π t/T),  a, T ~ U(10, 15)
    increasing trend  y(t) = m + r s + g t,            g ~ U(0.2, 0.5)
    decreasing trend  y(t) = m + r s − g t
    upward shift      y(t) = m + r s + k x,            x ~ U(7.5, 20)
    downward shift    y(t) = m + r s − k x,            k = 1 from t₃ ~ U(n/3, 2n/3) on, 0 before

No value is further from m than 3 s + 0.5 n = 36, which a trend may reach at its end. The charts are scaled by it:
(y − m) / 36 is inside [−1, 1].

Alcock & Manolopoulos, "Time-Series Similarity Queries Employing a Feature-Based Approach", 7th Hellenic Conference on
Informatics, Ioannina 1999.
"""

import math

import torch
from torch import Tensor

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import Hyperparameters

TRAIN = 2_400
TEST = 600
LENGTH = 60
# The mean m drops out of the scaled charts.
S = 2.0
REACH = 3 * S + 0.5 * LENGTH
CLASSES = ("normal", "cyclic", "increasing trend", "decreasing trend", "upward shift", "downward shift")


def read(seed: int, parameters: Hyperparameters) -> tuple[Split, Split]:
    """Charts (N, 60, 1) in [-1, 1], labelled by pattern, each pattern a sixth of either split."""
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % len(CLASSES)

    def uniform(low: float, high: float, length: int = 1) -> Tensor:
        return low + (high - low) * torch.rand(count, length, generator=generator)

    t = torch.arange(1, LENGTH + 1)
    cycle = uniform(10, 15) * (2 * math.pi * t / uniform(10, 15)).sin()
    trend = uniform(0.2, 0.5) * t
    shift = uniform(7.5, 20) * (t >= uniform(LENGTH / 3, 2 * LENGTH / 3))
    # In the order of CLASSES, (6, N, n).
    patterns = torch.stack([torch.zeros_like(trend), cycle, trend, -trend, shift, -shift])
    deviations = uniform(-3, 3, LENGTH) * S + patterns[labels, torch.arange(count)]
    charts = (deviations / REACH).unsqueeze(2)
    return Split(charts, labels).cut(TRAIN)


CONTROL_CHARTS = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(LENGTH, 1),
        value_range=(-1.0, 1.0),
        label_names=CLASSES,
    ),
    card=Card(
        title="Control charts",
        summary=(
            "Six patterns of a process under control or out of it: trends and jumps of any size, under the same noise."
        ),
        origin="Synthetic, with the formulae of Alcock & Manolopoulos 1999, scaled to [−1, 1]",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
)
