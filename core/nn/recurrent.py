"""Recurrent networks: sequences read, and written, one step at a time."""

from typing import Any, Literal, TypeAlias

from torch import Tensor, nn
from torch.nn import functional as F

Cell = Literal["rnn", "gru", "lstm"]
Carry: TypeAlias = Tensor | tuple[Tensor, Tensor]

CELLS: dict[str, type[nn.RNN | nn.GRU | nn.LSTM]] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


def _gate(name: str) -> str:
    return rf"{name}_t = \sigma(W_{name} x_t + U_{name} h_{{t-1}} + b_{name})"


# h_t from x_t and h_{t−1}.
CELL_FORMULAS: dict[Cell, str] = {
    "rnn": r"h_t = \tanh(W x_t + U h_{t-1} + b)",
    "gru": rf"{_gate('r')},\quad {_gate('u')} \\ "
    r"n_t = \tanh\big(W x_t + b + r_t \odot (U h_{t-1} + c)\big),\quad h_t = (1 - u_t) \odot n_t + u_t \odot h_{t-1}",
    "lstm": rf"{_gate('i')},\quad {_gate('f')},\quad {_gate('o')} \\ "
    r"c_t = f_t \odot c_{t-1} + i_t \odot \tanh(W x_t + U h_{t-1} + b),\quad h_t = o_t \odot \tanh(c_t)",
}


class States(nn.Module):
    """Sequences (N, T, F) → the hidden state after each step, (N, T, units).

    rnn: h_t = tanh(W_hh h_{t−1} + W_xh x_t + b) (Elman 1990); gru: Cho et al. 2014, section 2.3, the reset gate behind
    the matrix; lstm: Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000.
    """

    def __init__(self, cell: Cell, features: int, units: int) -> None:
        super().__init__()
        self.cell = CELLS[cell](features, units, batch_first=True)

    def forward(self, x: Tensor, start: Tensor | None = None) -> Tensor:
        """h_1 … h_T; `start` (N, units) is h_0, and an lstm's c_0 too: zeros unless it is given."""
        first = None if start is None else start.unsqueeze(0)
        both = first is not None and isinstance(self.cell, nn.LSTM)
        states: Tensor = self.cell(x, (first, first) if both else first)[0]
        return states

    def step(self, x: Tensor, carry: Carry | None) -> tuple[Tensor, Carry]:
        """The hidden state (N, units) after one more step (N, F), and what to carry on to the next; at first nothing.

        What is carried is the hidden state, and an lstm's c_t beside it.
        """
        states, carried = self.cell(x.unsqueeze(1), carry)
        return states[:, 0], carried


class Last(nn.Module):
    """Hidden states (N, T, units) → the last one, (N, units)."""

    def forward(self, states: Tensor) -> Tensor:
        """h_T."""
        return states[:, -1]


class Mean(nn.Module):
    """Hidden states (N, T, units) → their mean over time, (N, units)."""

    def forward(self, states: Tensor) -> Tensor:
        """1/T Σ_t h_t."""
        return states.mean(dim=1)


class Windows(nn.Module):
    """Sequences (N, T, F) → windows of `size` steps, (N, ⌈T / size⌉, size · F), the last one filled up with zeros."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        """(x_1 … x_size), (x_{size + 1} … x_{2 size}), …"""
        missing = -x.shape[1] % self.size
        windows: Tensor = F.pad(x, (0, 0, 0, missing)).unflatten(1, (-1, self.size))
        return windows.flatten(2)


class Unwindow(nn.Module):
    """Windows (N, S, size · features) → sequences (N, steps, features), what is too much at the end cut off."""

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.steps, self.features = steps, features

    def forward(self, windows: Tensor) -> Tensor:
        """x_1 … x_T."""
        steps: Tensor = windows.unflatten(2, (-1, self.features))
        return steps.flatten(1, 2)[:, : self.steps]


class Backwards(nn.Module):
    """Sequences (N, T, F), the last step first."""

    def forward(self, x: Tensor) -> Tensor:
        """x_T … x_1."""
        return x.flip(1)


class Unfold(nn.Module):
    """Codes (N, latents) → hidden states (N, T, units) of a decoder that is given the code at every step.

    The first state is computed from the code as well (Cho et al. 2014, section 2.2 and appendix A.1.2).
    """

    def __init__(self, cell: Cell, latents: int, units: int, steps: int) -> None:
        super().__init__()
        self.start, self.states, self.steps = nn.Linear(latents, units), States(cell, latents, units), steps

    def forward(self, z: Tensor) -> Tensor:
        """h_t = f(h_{t−1}, z), h_0 = tanh(V z)."""
        told = z.unsqueeze(1).expand(-1, self.steps, -1)
        states: Tensor = self.states(told, self.start(z).tanh())
        return states


def recurrent_backbone(hp: Any, shape: tuple[int, ...], outputs: int) -> tuple[nn.Sequential, nn.Sequential]:
    """An encoder (N, T, F) → (N, outputs) and a decoder (N, latent_size) → (N, T, F).

    The encoder's answer is linear in its last hidden state. The decoder writes the last step first, which is the one
    read most recently (Srivastava et al. 2015, section 2.2). With a code at every step it is linear in each state, all
    codes in a row, (N, T · outputs), and the decoder reads them as they come.
    """
    steps, features = shape
    if hp.code_at == "every_step":
        states, writer = States(hp.cell, features, hp.hidden_size), States(hp.cell, hp.latent_size, hp.hidden_size)
        encoder = nn.Sequential(states, nn.Linear(hp.hidden_size, outputs), nn.Flatten())
        one_by_one = nn.Unflatten(1, (steps, hp.latent_size))
        return encoder, nn.Sequential(one_by_one, writer, nn.Linear(hp.hidden_size, features))
    encoder = nn.Sequential(States(hp.cell, features, hp.hidden_size), Last(), nn.Linear(hp.hidden_size, outputs))
    unfold = Unfold(hp.cell, hp.latent_size, hp.hidden_size, steps)
    return encoder, nn.Sequential(unfold, nn.Linear(hp.hidden_size, features), Backwards())
