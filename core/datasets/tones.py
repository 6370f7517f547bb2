"""A quarter of a second of sound: a pure tone, a plucked string, a bell, or noise.

At 8,000 samples a second, a note of f Hz sounds for 2,048 samples, with time t in seconds and e(t) = exp(−t / 0.1 s):

    sine    x(t) = sin(2π f t)
    string  a burst of ±1 by chance goes around in a loop of one period, averaged with its neighbour at each turn:
            y_n = ½ (y_{n−p} + y_{n−p−1}) (Karplus & Strong 1983), the loop's length tuned to fractions of a sample by
            an all-pass filter (Jaffe & Smith 1983)
    bell    x(t) = e(t) sin(2π f t + 4 e(t) sin(2π 1.4 f t)) (Chowning 1973, whose bell has the index 10, not 4; here
            its overtones would pass 4,000 Hz)
    noise   x(t) ~ U(−1, 1)

Notes are semitones from the A of 110 Hz up. Every sound has a peak drawn from U(0.4, 0.9), and its last 10 ms fade out.

Karplus & Strong, "Digital Synthesis of Plucked-String and Drum Timbres", Computer Music Journal 7(2), 1983; Jaffe &
Smith, "Extensions of the Karplus-Strong Plucked-String Algorithm", same issue; Chowning, "The Synthesis of Complex
Audio Spectra by Means of Frequency Modulation", Journal of the Audio Engineering Society 21(7), 1973.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.dataset import Card, DataSpec, Source, Split
from core.hyperparameters import knob
from core.preprocessing import Preprocessed

TRAIN = 2_000
TEST = 500
# 16 ms a step: within fewer samples, recurrent networks hardly find the period.
STEPS = 16
FEATURES = 128
LENGTH = STEPS * FEATURES
RATE = 8_000
LOWEST = 110.0
FADE = 80
SOUNDS = ("sine", "string", "bell", "noise")


class Parameters(Preprocessed):
    """Which notes are played."""

    octaves: int = knob(
        1,
        group="Data",
        ge=0,
        le=2,
        help="How far up from 110 Hz the notes go: higher, there are more of them, and faster ones; at 0, one only.",
    )


def pluck(frequency: float, bursts: Tensor) -> Tensor:
    """Strings (N, T) of one pitch in Hz, each started by the first period of its row of `bursts`."""
    from scipy.signal import lfilter

    # A period is the loop's p samples, half a one for the average, and between 0.1 and 1.1 for the all-pass filter.
    period = RATE / frequency
    loop = math.floor(period - 0.6)
    rest = period - 0.5 - loop
    c = (1 - rest) / (1 + rest)
    # y = burst + z^−p · ½ (1 + z^−1) · (c + z^−1) / (1 + c z^−1) · y, solved for y.
    forward = [1, c]
    back = np.zeros(loop + 3)
    back[:2] = forward
    back[loop:] -= 0.5 * np.array([c, 1 + c, 1])
    # The loop would keep the burst's mean for ever.
    burst = bursts[:, :loop] - bursts[:, :loop].mean(dim=1, keepdim=True)
    struck = F.pad(burst, (0, bursts.shape[1] - loop))
    return torch.from_numpy(lfilter(forward, back, struck.double().numpy())).float()


def bell(frequency: Tensor, t: Tensor) -> Tensor:
    """Bells (N, T) of pitches (N, 1) in Hz at times (T,) in seconds."""
    decay = (-t / 0.1).exp()
    return decay * (2 * math.pi * frequency * t + 4 * decay * (2 * math.pi * 1.4 * frequency * t).sin()).sin()


def read(seed: int, parameters: Parameters) -> tuple[Split, Split]:
    """Sounds (N, 16, 128) in [-1, 1], 128 amplitudes a step, labelled by what sounds, each a quarter of a split."""
    generator = torch.Generator().manual_seed(seed)
    count = TRAIN + TEST
    labels = torch.arange(count) % len(SOUNDS)
    notes = torch.randint(12 * parameters.octaves + 1, (count,), generator=generator)
    peak = 0.4 + 0.5 * torch.rand(count, 1, generator=generator)
    noise = 2 * torch.rand(count, LENGTH, generator=generator) - 1
    t = torch.arange(LENGTH) / RATE
    pitch = LOWEST * 2 ** (notes.unsqueeze(1) / 12)

    # Noise stays as it is; the others replace it.
    sounds = noise.clone()
    sounds[labels == 0] = (2 * math.pi * pitch[labels == 0] * t).sin()
    for note in notes.unique():
        plucked = (labels == 1) & (notes == note)
        sounds[plucked] = pluck(LOWEST * 2 ** (note.item() / 12), noise[plucked].sign())
    sounds[labels == 2] = bell(pitch[labels == 2], t)

    sounds *= ((LENGTH - torch.arange(LENGTH)) / FADE).clamp(max=1)
    sounds *= peak / sounds.abs().amax(dim=1, keepdim=True)
    x = sounds.unflatten(1, (STEPS, FEATURES))
    return Split(x, labels).cut(TRAIN)


TONES = Source(
    spec=DataSpec(
        kind="sequence",
        shape=(STEPS, FEATURES),
        value_range=(-1.0, 1.0),
        label_names=SOUNDS,
        sample_rate=RATE,
    ),
    card=Card(
        title="Tones",
        summary=(
            "A quarter of a second of a pure tone, a plucked string, a bell or noise: what repeats can be remembered "
            "in a few numbers, what is random cannot."
        ),
        origin="Synthetic, after Karplus & Strong 1983, Jaffe & Smith 1983 and Chowning 1973",
        licence="generated here",
    ),
    sizes=(TRAIN, TEST),
    read=read,
    Parameters=Parameters,
)
