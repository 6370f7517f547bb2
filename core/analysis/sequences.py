"""Whether generated sequences can be told from real ones, by a classifier and by their spectra."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.analysis.result import Report, ignore_progress
from core.nn.initialization import initialize
from core.nn.recurrent import Mean, States
from core.training.loop import one_thread

# The classifier's budget: enough to find what is there to be found in a few seconds, too little to learn by heart.
STEPS = 400
BATCH = 128
UNITS = 16
RATE = 1e-2


def discriminative_score(real: Tensor, generated: Tensor, seed: int = 0, report: Report = ignore_progress) -> float:
    """|½ − accuracy| of a classifier of `real` and `generated` sequences (N, T, F): 0 is best, ½ worst.

    Two layers of GRU and a logit of their mean state, trained on the first half of either, tested on the second (after
    Yoon et al. 2019, TimeGAN, section 5, who take LSTMs). Of the longer set only as many sequences are used as
    there are in the other.
    """
    count = min(len(real), len(generated))
    x = torch.cat([real[:count], generated[:count]])
    y = torch.cat([torch.ones(count), torch.zeros(count)])
    seen = torch.arange(2 * count) % count < count // 2
    rng = torch.Generator().manual_seed(seed)
    classifier = nn.Sequential(
        States("gru", x.shape[2], UNITS), States("gru", UNITS, UNITS), Mean(), nn.Linear(UNITS, 1), nn.Flatten(0)
    )
    initialize(classifier, "xavier", rng)
    optimizer = torch.optim.Adam(classifier.parameters(), RATE, fused=True)
    train_x, train_y = x[seen], y[seen]
    with one_thread(), torch.enable_grad():
        for step in range(STEPS):
            batch = torch.randint(len(train_x), (BATCH,), generator=rng)
            loss = F.binary_cross_entropy_with_logits(classifier(train_x[batch]), train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            report((step + 1) / STEPS)
    with one_thread(), torch.no_grad():
        right = (classifier(x[~seen]) > 0) == (y[~seen] > 0.5)
    return abs(0.5 - float(right.float().mean()))


def spectrum(x: Tensor) -> Tensor:
    """The mean share of power at k = 1 … T // 2 cycles a sequence, (T // 2,), of sequences (N, T, F).

    A sequence's power is that of all its features together, their means left out; a constant sequence has none.
    """
    # P_k = Σ_f |Σ_t x_{t,f} e^{−2πi k t/T}|², p_k = P_k / Σ_j P_j
    power = torch.fft.rfft(x, dim=1)[:, 1:].abs().square().sum(dim=2)
    shares: Tensor = power / power.sum(dim=1, keepdim=True).clamp(min=1e-12)
    return shares.mean(dim=0)


def spectrum_distance(real: Tensor, generated: Tensor) -> float:
    """½ Σ_k |p_k − q_k| between the mean spectra of two sets of sequences (N, T, F): 0 the same, 1 nothing in common.

    That is the total variation distance. Two halves of real data are the yardstick: what chance alone makes of it.
    """
    return 0.5 * float((spectrum(real) - spectrum(generated)).abs().sum())
