"""How weights begin."""

import math
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

Initialization = Literal["he", "xavier", "normal", "uniform", "zero"]

# The fixed width of the two schemes that ignore the layer's size.
WIDTH = 0.05

_DRAW: dict[str, Callable[[Tensor, int, int, torch.Generator], Tensor]] = {
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
    """Draw every linear layer's weights inside `module` by `scheme`; biases begin at zero.

    Variances: he 2/fan_in (He et al. 2015, eq. 10), xavier 2/(fan_in + fan_out) (Glorot & Bengio 2010,
    eq. 16), normal 0.05², uniform 0.05²/3, zero 0.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            _DRAW[scheme](layer.weight, layer.in_features, layer.out_features, rng)
            layer.bias.zero_()


def _uniform(weight: Tensor, bound: float, rng: torch.Generator) -> Tensor:
    return weight.uniform_(-bound, bound, generator=rng)
