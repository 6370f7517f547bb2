"""Data augmentation of sequences: of series, and of words."""

import torch
from torch import Tensor


def augment(x: Tensor, jitter: float, scaling: float, crop: float, rng: torch.Generator) -> Tensor:
    """Sequences (N, T, F), each changed in a way of its own (after Um et al. 2017).

    A window of length w T, w ~ U(1 − crop, 1), is taken anywhere, stretched back to T steps, multiplied by
    e^(scaling ε) with ε ~ N(0, 1), and given noise of standard deviation `jitter`, in units of the data.
    """
    n, steps, features = x.shape
    width = 1 - crop * torch.rand(n, 1, generator=rng)
    begin = (1 - width) * torch.rand(n, 1, generator=rng)
    # Where in the original each new step lies, between two of its steps.
    position = (begin + width * torch.linspace(0, 1, steps)) * (steps - 1)
    before = position.floor().long().clamp(0, steps - 2)
    share = (position - before).unsqueeze(2)
    index = before.unsqueeze(2).expand(n, steps, features)
    window = torch.lerp(x.gather(1, index), x.gather(1, index + 1), share)
    factor = (scaling * torch.randn(n, 1, 1, generator=rng)).exp()
    return factor * window + jitter * torch.randn(x.shape, generator=rng)


def exchange(x: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """Words (N, T, letters), each letter giving way with probability `share` to the one there in another word.

    Between two letters there is nothing to stretch or to scale: a version of a word has other letters, as frequent at
    their place (swap noise).
    """
    others = x[torch.randperm(len(x), generator=rng)]
    return torch.where(torch.rand(*x.shape[:2], 1, generator=rng) < share, others, x)
