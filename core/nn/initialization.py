"""Weight initialisation."""

import math
import zlib
from collections.abc import Callable, Iterator
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

Initialization = Literal["he", "xavier", "normal", "uniform", "zero"]

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d)
NORMALISATIONS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)
# A parametrisation's weight is drawn with the layer that it belongs to.
KNOWN = (
    nn.Linear,
    nn.Embedding,
    nn.RNNBase,
    parametrize.ParametrizationList,
    *CONVOLUTIONS,
    *NORMALISATIONS,
)
# The fixed width of the two schemes that ignore the layer's size.
WIDTH = 0.05

_DRAW: dict[str, Callable[[Tensor, float, float, torch.Generator], Tensor]] = {
    # He et al. 2015, eq. 10: Var = 2 / fan_in.
    "he": lambda w, fan_in, fan_out, rng: w.normal_(0, math.sqrt(2 / fan_in), generator=rng),
    # Glorot & Bengio 2010, eq. 16: U(−a, a), a² = 6 / (fan_in + fan_out), so Var = 2 / (fan_in + fan_out).
    "xavier": lambda w, fan_in, fan_out, rng: _uniform(w, math.sqrt(6 / (fan_in + fan_out)), rng),
    "normal": lambda w, fan_in, fan_out, rng: w.normal_(0, WIDTH, generator=rng),
    "uniform": lambda w, fan_in, fan_out, rng: _uniform(w, WIDTH, rng),
    "zero": lambda w, fan_in, fan_out, rng: w.zero_(),
}


@torch.no_grad()
def initialize(module: nn.Module, scheme: Initialization, rng: torch.Generator) -> None:
    """Draw the weights of every linear, convolutional, recurrent and embedding layer inside `module`; biases are zero.

    Variances: he 2/fan_in (He et al. 2015, eq. 10), xavier 2/(fan_in + fan_out) (Glorot & Bengio 2010,
    eq. 16), normal 0.05², uniform 0.05²/3, zero 0. An LSTM's forget gates begin open, at bias 1 (Gers et al. 2000).
    Normalisation layers keep their scale of 1.

    Each weight is drawn from a stream of its own, seeded by one number from `rng` and its name: one of the same name
    and shape begins the same whatever stands around it, and so is what is drawn from `rng` afterwards.

    Raises:
        TypeError: a layer with weights of a type that is not known here: how they begin would be left to chance.
    """
    seed = draw_seed(rng)
    for place, layer in module.named_modules():
        if any(True for _ in layer.parameters(recurse=False)) and not isinstance(layer, KNOWN):
            raise TypeError(f"Nothing says how the weights of a {type(layer).__name__} begin: add it to {__name__}.")
        for name, weight, fan_in, fan_out in _weights(layer):
            _DRAW[scheme](weight, fan_in, fan_out, stream(seed, f"{place}.{name}"))
        for name, parameter in layer.named_parameters(recurse=False):
            if name.startswith("bias"):
                parameter.zero_()
        if isinstance(layer, nn.LSTM):
            # PyTorch's gates stand in the order input, forget, cell, output; one of its two biases is enough.
            forget = slice(layer.hidden_size, 2 * layer.hidden_size)
            layer.get_parameter("bias_ih_l0")[forget] = 1
        if parametrize.is_parametrized(layer, "weight"):
            # Spectral normalisation's estimates of the singular vectors, which torch drew from its global generator.
            for name, vector in layer.parametrizations.weight.named_buffers():
                drawn = torch.randn(vector.shape, generator=stream(seed, f"{place}.{name}"))
                vector.copy_(nn.functional.normalize(drawn, dim=0))


def draw_seed(rng: torch.Generator) -> int:
    """A seed for streams of their own: however much is drawn from these, `rng` has moved by one number."""
    return int(torch.randint(2**32, (), generator=rng))


def stream(seed: int, name: str) -> torch.Generator:
    """The random numbers that the weight called `name` is drawn from."""
    return torch.Generator().manual_seed(seed ^ zlib.crc32(name.encode()))


def _weights(layer: nn.Module) -> Iterator[tuple[str, Tensor, float, float]]:
    """The weight matrices of one layer, each with its name, its fan-in and its fan-out.

    With a stride s an input of a convolution reaches 1/s² of the kernel's places, as does an output of its transpose.
    """
    if isinstance(layer, nn.Linear):
        yield "weight", _weight(layer), layer.in_features, layer.out_features
    elif isinstance(layer, nn.Embedding):
        # A row is looked up, not summed: one entry a unit.
        yield "weight", layer.weight, 1, layer.embedding_dim
    elif isinstance(layer, CONVOLUTIONS):
        kernel, stride = math.prod(layer.kernel_size), math.prod(layer.stride)
        fan_in, fan_out = layer.in_channels * kernel, layer.out_channels * kernel
        if isinstance(layer, nn.ConvTranspose1d | nn.ConvTranspose2d):
            yield "weight", _weight(layer), fan_in / stride, fan_out
        else:
            yield "weight", _weight(layer), fan_in, fan_out / stride
    elif isinstance(layer, nn.RNNBase):
        for name, weight in layer.named_parameters(recurse=False):
            if name.startswith("weight"):
                # One block of rows a gate.
                for index, gate in enumerate(weight.split(layer.hidden_size)):
                    yield f"{name}.{index}", gate, gate.shape[1], gate.shape[0]


def _weight(layer: nn.Module) -> Tensor:
    """The weight that is learned: below a parametrisation, if there is one."""
    if parametrize.is_parametrized(layer, "weight"):
        return layer.parametrizations.weight.original  # type: ignore[union-attr, return-value]
    return layer.weight  # type: ignore[return-value]


def _uniform(weight: Tensor, bound: float, rng: torch.Generator) -> Tensor:
    return weight.uniform_(-bound, bound, generator=rng)
