"""Recurrent cells one step at a time, with what their gates let through: torch's own say only what comes out."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

# What a step hands on to the next: h_t, and an lstm's c_t behind it, (N, units) each.
Carried = tuple[Tensor, ...]
Gates = tuple[Tensor, ...]
# The gates of a cell, (N, units) each, from 0, shut, to 1, open, in the order that `advance` gives them in.
GATES: dict[type[nn.RNNBase], tuple[str, ...]] = {
    nn.RNN: (),
    nn.GRU: ("reset", "update"),
    nn.LSTM: ("input", "forget", "output"),
}


def _rnn(heard: Tensor, fed: Tensor, h: Tensor) -> tuple[Carried, Gates]:
    # h_t = tanh(W x_t + U h_{t−1} + b)
    return (torch.tanh(heard + fed),), ()


def _gru(heard: Tensor, fed: Tensor, h: Tensor) -> tuple[Carried, Gates]:
    (heard_r, heard_u, heard_n), (fed_r, fed_u, fed_n) = heard.chunk(3, dim=1), fed.chunk(3, dim=1)
    reset, update = torch.sigmoid(heard_r + fed_r), torch.sigmoid(heard_u + fed_u)
    # h_t = (1 − u_t) ⊙ tanh(W x_t + b + r_t ⊙ (U h_{t−1} + c)) + u_t ⊙ h_{t−1}
    return ((1 - update) * torch.tanh(heard_n + reset * fed_n) + update * h,), (reset, update)


def _lstm(heard: Tensor, fed: Tensor, h: Tensor, c: Tensor) -> tuple[Carried, Gates]:
    entry, forget, new, exit = (heard + fed).chunk(4, dim=1)
    gates = torch.sigmoid(entry), torch.sigmoid(forget), torch.sigmoid(exit)
    # c_t = f_t ⊙ c_{t−1} + i_t ⊙ tanh(W x_t + U h_{t−1} + b), h_t = o_t ⊙ tanh(c_t)
    c = gates[1] * c + gates[0] * torch.tanh(new)
    return (gates[2] * torch.tanh(c), c), gates


_STEPS: dict[type[nn.RNNBase], Callable[..., tuple[Carried, Gates]]] = {nn.RNN: _rnn, nn.GRU: _gru, nn.LSTM: _lstm}


def begin(cell: nn.RNNBase, n: int) -> Carried:
    """What the first step of `n` sequences is handed: zeros."""
    parts = 2 if isinstance(cell, nn.LSTM) else 1
    return tuple(torch.zeros(n, cell.hidden_size) for _ in range(parts))


def advance(cell: nn.RNNBase, x: Tensor, carried: Carried) -> tuple[Carried, Gates]:
    """One step of the cell on its input `x` (N, values): what it hands on, and its gates as `GATES` names them."""
    # Before any bend, (N, units) for each gate and for the new content: W x_t + b and U h_{t−1} + c.
    w, u, b, c = (cell.get_parameter(f"{name}_l0") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    heard, fed = nn.functional.linear(x, w, b), nn.functional.linear(carried[0], u, c)
    return _STEPS[type(cell)](heard, fed, *carried)
