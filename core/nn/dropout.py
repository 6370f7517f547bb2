"""Dropout, drawn from a generator that is given, so that a run is the same bit for bit."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from core.nn.layers import ACTIVATIONS
from core.nn.recurrent import States

# Layers whose outputs are the activations of hidden units.
HIDDEN = (*ACTIVATIONS.values(), States)


@contextmanager
def dropout(network: nn.Module, share: float, rng: torch.Generator) -> Iterator[None]:
    """Inside, each hidden activation of `network` is silenced with probability `share` (Srivastava et al. 2014, §4).

    What is left speaks up by as much, so that outside nothing has to be scaled down.
    """

    def drop(layer: nn.Module, inputs: tuple[Tensor, ...], activations: Tensor) -> Tensor:
        # r ~ Bernoulli(1 − p), ỹ = r y / (1 − p)
        kept = torch.rand(activations.shape, generator=rng) >= share
        return activations * kept / (1 - share)

    layers = [layer for layer in network.modules() if share and isinstance(layer, HIDDEN)]
    hooks = [layer.register_forward_hook(drop) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
