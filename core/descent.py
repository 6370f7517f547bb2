"""A step of training: down the gradient of a loss, without a trace in networks that only look on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer


@contextmanager
def preserve_buffers(*networks: nn.Module) -> Iterator[None]:
    """Afterwards the buffers of `networks` (batch statistics, power iterations) are as they were before."""
    kept = [(buffer, buffer.clone()) for network in networks for buffer in network.buffers()]
    yield
    for buffer, before in kept:
        buffer.copy_(before)


def minimise(loss: Tensor, *optimizers: Optimizer) -> None:
    """One step of each optimiser down the gradient of `loss`."""
    _differentiate(loss, optimizers)
    for optimizer in optimizers:
        optimizer.step()


def minimise_clipped(loss: Tensor, optimizer: Optimizer, limit: float) -> Tensor:
    """One step down the gradient g of `loss`, which is shortened to `limit` if it is longer; returns ‖g‖ before.

    A limit of 0 is none (Pascanu et al. 2013, On the difficulty of training recurrent neural networks, algorithm 1).
    """
    # g ← g · min(1, limit / ‖g‖)
    norm = clip_grad_norm_(_differentiate(loss, (optimizer,)), limit or math.inf)
    optimizer.step()
    return norm


def _differentiate(loss: Tensor, optimizers: tuple[Optimizer, ...]) -> list[Tensor]:
    """The weights of the optimisers, which have gradients of `loss` afterwards."""
    for optimizer in optimizers:
        optimizer.zero_grad()
    weights = [weight for optimizer in optimizers for weight in optimizer.param_groups[0]["params"]]
    # No other player's weights: their gradients would cost time, and nobody would ever clear them away.
    loss.backward(inputs=weights)
    return weights
