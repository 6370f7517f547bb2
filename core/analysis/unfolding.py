"""What a recurrent network does while it reads: its units, its gates, and what it thinks after each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import counts, finite, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.errors import LatentLabError
from core.model import Model
from core.nn.gates import GATES, advance, begin
from core.protocol import Array

# Held-out sequences that are shown.
SEQUENCES = 12
# Nets before their first step.
UNTRAINED = 5


@dataclass(frozen=True, kw_only=True)
class Unfolded(Result):
    """Some held-out `sequences` (n, T, F), and what the network that reads them does.

    `states` (n, S, units) are its hidden states and `gates` (gates, n, S, units) what each of the gates called `names`
    lets through, 0 to 1; there are none in a plain rnn. Units are in order, those that change least from step to step
    first. It takes S steps for the T of a sequence. Where a model has them, `assignments` (n, T, clusters) are those
    after each step, and `forecasts` (n, T − 1, F) the guesses of the next values. `untrained` (nets,) has the
    directions that states of nets before their first step take.
    """

    sequences: Array
    states: Array
    gates: Array
    names: tuple[str, ...]
    assignments: Array | None
    forecasts: Array | None
    untrained: Array
    directions: float = measured(
        "Directions in use",
        "",
        ".1f",
        None,
        "Among how many directions hidden states spread evenly: (Σ λ)² / Σ λ² of the eigenvalues λ of their "
        "covariance, over all steps. At most there are as many as units.",
    )
    decided: float | None = measured(
        "Decided after",
        "%",
        ".0f",
        None,
        "The share of a sequence after which its cluster changes no more: the median over held-out sequences.",
    )
    forecast_error: float | None = measured(
        "Forecast error", "", ".4f", "lower", "The MSE of guessing the next value of held-out sequences."
    )
    still_error: float | None = measured(
        "Forecast by standing still", "", ".4f", "lower", "The same error, were each value guessed to stay as it is."
    )


def unfold(context: Context) -> Unfolded:
    """Read held-out sequences step by step.

    Raises:
        LatentLabError: a state is not finite, or none ever changes.
    """
    model, shown = context.model, shown_of(context.dataset)
    states = outputs(model.trajectory, shown.x)
    if (states == states[0, 0]).all():
        raise LatentLabError("No hidden state ever changes: the network ignores its input, so there is nothing to see.")
    x = shown.x[:SEQUENCES]
    reader = model.reader.cell
    carried, gates = begin(reader, len(x)), []
    for at in model.inputs(x).unbind(dim=1):
        carried, let_through = advance(reader, at, carried)
        gates.append(torch.stack(let_through) if let_through else torch.zeros(0, *carried[0].shape))
    calm = states.diff(dim=1).square().mean(dim=(0, 1)).argsort()
    after, guessed = _after_each(model.assignments, shown.x), _after_each(model.forecasts, shown.x)
    return Unfolded(
        counts=counts(context.dataset, shown),
        sequences=x.numpy(),
        states=states[: len(x), :, calm].numpy(),
        gates=finite(torch.stack(gates, dim=2))[..., calm].numpy(),
        names=GATES[type(reader)],
        assignments=None if after is None else after[: len(x)].numpy(),
        forecasts=None if guessed is None else guessed[: len(x)].numpy(),
        directions=directions(states),
        untrained=_untrained(context, shown.x),
        decided=None if after is None else decided(after),
        forecast_error=None if guessed is None else float((guessed - shown.x[:, 1:]).square().mean()),
        still_error=None if guessed is None else float(shown.x.diff(dim=1).square().mean()),
    )


def _after_each(method: Callable[[Tensor], Tensor | None], x: Tensor) -> Tensor | None:
    """What a method says of sequences (N, T, F), where a model has it."""
    parts = [method(part) for part in x.split(SEQUENCES)]
    found = [part for part in parts if part is not None]
    return finite(torch.cat(found)) if found else None


def _untrained(context: Context, x: Tensor) -> Array:
    """The directions that states of nets before their first step take."""

    def of(model: Model) -> float:
        return directions(outputs(model.trajectory, x))

    return np.array([of(context.untrained(seed)) for seed in range(UNTRAINED)], np.float32)


def directions(states: Tensor) -> float:
    """Among how many directions states (N, S, units) spread: the participation ratio (Gao & Ganguli 2015, section 4).

    1 if all lie on a line, `units` if they spread alike in all directions.
    """
    eigenvalues = torch.linalg.eigvalsh(states.flatten(0, 1).double().T.cov().reshape(states.shape[2], -1))
    # (Σ λ)² / Σ λ²
    return float(eigenvalues.sum() ** 2 / eigenvalues.square().sum())


def decided(assignments: Tensor) -> float:
    """The share of the steps of (N, T, clusters) after which the likeliest cluster stays: the median."""
    named = assignments.argmax(dim=2)
    # Counted from the end, as long as nothing changes.
    same = (named == named[:, -1:]).flip(1).cumprod(dim=1).sum(dim=1)
    return float((1 - (same - 1) / named.shape[1]).median())
