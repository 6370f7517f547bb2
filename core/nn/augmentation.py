"""Data augmentation of sequences: of series, and of words."""

import torch
from torch import Tensor


def augment(x: Tensor, jitter: float, scaling: float, crop: float, rng: torch.Generator) -> Tensor:
    """Sequences (N, T, F), each changed in a way of its own (after Um et al. 2017).

    A window of length w T, w ~ U(1 − crop, 1), is taken anywhere, stretched back to T steps, multiplied by
    e^(scaling ε) with ε ~ N(0, 1), and given noise of standard deviation `jitter`, in units of the data.
    """
    steps = x.shape[1]
    position = _window(x, crop, rng)
    before = position.floor().long().clamp(0, steps - 2)
    share = (position - before).unsqueeze(2)
    window = torch.lerp(_at(x, before), _at(x, before + 1), share)
    factor = (scaling * torch.randn(len(x), 1, 1, generator=rng)).exp()
    return factor * window + jitter * torch.randn(x.shape, generator=rng)


def augment_words(x: Tensor, share: float, crop: float, rng: torch.Generator) -> Tensor:
    """Words (N, T, letters), each changed in a way of its own, and words still: nothing lies between two letters.

    A window as of `augment` is stretched by letters that come twice. Then each gives way with probability `share` to
    the one at its place in another word, so that letters stay as frequent as they are there.
    """
    window = _at(x, _window(x, crop, rng).round().long())
    others = window[torch.randperm(len(x), generator=rng)]
    return torch.where(torch.rand(*x.shape[:2], 1, generator=rng) < share, others, window)


def _window(x: Tensor, crop: float, rng: torch.Generator) -> Tensor:
    """Where in each of `x` (N, T, F) the steps of a stretched window lie, from 0 to T − 1, mostly between two steps."""
    width = 1 - crop * torch.rand(len(x), 1, generator=rng)
    begin = (1 - width) * torch.rand(len(x), 1, generator=rng)
    return (begin + width * torch.linspace(0, 1, x.shape[1])) * (x.shape[1] - 1)


def _at(x: Tensor, places: Tensor) -> Tensor:
    """The steps (N, T, F) of each of `x` (N, T, F) at its `places` (N, T)."""
    return x.gather(1, places.unsqueeze(2).expand_as(x))
