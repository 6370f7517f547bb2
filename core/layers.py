"""The layers of a network, as they answer: how large they are, and what their units say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.dataset import DataSpec
from core.model import Model
from core.nn.layers import ACTIVATIONS

# Samples that a model is asked about to see how large its layers are.
ASKED = 2


@dataclass(frozen=True)
class Layer:
    """A layer of a network: where it stands, what it is, the shape that it answers with for a sample, its weights."""

    path: str
    kind: str
    shape: tuple[int, ...]
    weights: int

    @property
    def network(self) -> str:
        """The network of the model that it is a part of."""
        return self.path.split(".")[0]


@torch.no_grad()
def layers_of(model: Model, spec: DataSpec) -> tuple[Layer, ...]:
    """The layers that a model measures samples with, each once, in the order in which they answer."""
    found: dict[str, Layer] = {}

    def note(path: str, layer: nn.Module, output: Tensor) -> None:
        weights = sum(weight.numel() for weight in layer.parameters())
        # In place of a generator its average answers, whose layers are the same.
        path = path.removeprefix("ema_")
        found.setdefault(path, Layer(path, _kind(layer), tuple(output.shape[1:]), weights))

    # Where all has begun that begins in the course of a run.
    model.eval().set_clock(1, 1)
    with _answering(model, note):
        model.evaluate(torch.zeros(ASKED, *spec.shape), torch.Generator().manual_seed(0))
    return tuple(found.values())


@torch.no_grad()
def activations(network: nn.Module, x: Tensor, *beside: Tensor) -> list[tuple[str, Tensor]]:
    """What the units of each hidden layer of a network answer to `x` (N, D), (N, units), and its end, if it is flat.

    `beside` is what else it is given.
    """
    found: list[tuple[str, Tensor]] = []

    def note(path: str, layer: nn.Module, output: Tensor) -> None:
        if isinstance(layer, tuple(ACTIVATIONS.values())) and output.dim() == 2:
            found.append((path, output))

    with _answering(network, note):
        output: Tensor = network(x, *beside)
    return [*found, ("", output.reshape(len(x), -1))] if output.dim() <= 2 else found


@contextmanager
def _answering(network: nn.Module, note: Callable[[str, nn.Module, Tensor], None]) -> Iterator[None]:
    """Inside, `note` is told of each layer of a network that answers: its path, itself and its answer."""

    def hook(path: str) -> Callable[[nn.Module, object, object], None]:
        def noted(layer: nn.Module, inputs: object, output: object) -> None:
            # A recurrent cell answers with the states, and with what it carries on.
            answer = output[0] if isinstance(output, tuple) else output
            if isinstance(answer, Tensor):
                note(path, layer, answer)

        return noted

    with ExitStack() as undone:
        for path, layer in network.named_modules():
            if not any(True for _ in layer.children()) or _is_normalised(layer):
                undone.callback(layer.register_forward_hook(hook(path)).remove)
        yield


def _is_normalised(layer: nn.Module) -> bool:
    """Whether a layer has children only to compute its weights."""
    return hasattr(layer, "parametrizations")


def _kind(layer: nn.Module) -> str:
    """What a layer is called: of one whose weights are normalised, what it was before."""
    kind = type(layer).__mro__[1] if _is_normalised(layer) else type(layer)
    return kind.__name__
