"""What a recurrent network does while it reads: its units, its gates, and what it thinks after each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.chains import Chain
from core.analysis.data import counts, finite, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.analysis.spread import standard_error
from core.dataset import Dataset
from core.errors import LatentLabError
from core.model import Model
from core.nn.gates import GATES, advance, begin
from core.nn.symbols import Letters
from core.protocol import Array

# Held-out sequences that are shown.
SEQUENCES = 12
# Nets before their first step.
UNTRAINED = 5
# Parts of the held-out sequences, each of which says anew how large a number is.
PARTS = 5


@dataclass(frozen=True, kw_only=True)
class Unfolded(Result):
    """Some held-out `sequences` (n, T, F), and what the network that reads them does.

    `states` (n, S, units) are its hidden states and `gates` (gates, n, S, units) what each of the gates called `names`
    lets through, 0 to 1; there are none in a plain rnn. Units are in order, those that change least from step to step
    first. It takes S steps for the T of a sequence. Where a model has them, `assignments` (n, T, clusters) are those
    after each step, and `forecasts` (n, T − 1, F) the guesses of the next values. `untrained` (nets,) has the
    directions that states of nets before their first step take, and `untrained_decided` (nets,) after which share of a
    sequence these are decided. `spreads` are the standard errors of the numbers, by
    name, over `PARTS` parts of the held-out sequences.
    """

    definition = 2
    sequences: Array
    states: Array
    gates: Array
    names: tuple[str, ...]
    assignments: Array | None
    forecasts: Array | None
    untrained: Array
    untrained_decided: Array | None
    spreads: Mapping[str, float]
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
        default=None,
    )
    forecast_error: float | None = measured(
        "Forecast error",
        "",
        ".4f",
        "lower",
        "The MSE of guessing the next value of held-out sequences.",
        default=None,
    )
    still_error: float | None = measured(
        "Forecast by standing still",
        "",
        ".4f",
        "lower",
        "The same error, were each value guessed to stay as it is.",
        default=None,
    )
    hits: float | None = measured(
        "Next letters hit",
        "%",
        ".0f",
        "higher",
        "How often the letter that is thought most probable is the next one of a held-out word; blanks at its end "
        "count, too.",
        default=None,
    )
    chain_hits: float | None = measured(
        "Hit by the letter before", "%", ".0f", "higher", "The same of counts of what follows what.", default=None
    )
    surprise: float | None = measured(
        "Surprise at a letter",
        "nats",
        ".2f",
        "lower",
        "−log of the probability that the next letter of a held-out word was given, mean over letters.",
        default=None,
    )
    chain_surprise: float | None = measured(
        "Surprise by the letter before",
        "nats",
        ".2f",
        "lower",
        "The same of counts of what follows what.",
        default=None,
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

    def numbers(part: slice) -> dict[str, float]:
        found = {"directions": directions(states[part])}
        if after is not None:
            found["decided"] = decided(after[part])
        return found if guessed is None else found | judged(guessed[part], shown.x[part], context.dataset)

    whole = numbers(slice(None))
    nets = [context.untrained(seed) for seed in range(UNTRAINED)]
    parts = [numbers(slice(first, None, PARTS)) for first in range(min(PARTS, len(states)))]
    return Unfolded(
        counts=counts(context.dataset, shown),
        sequences=x.numpy(),
        states=states[: len(x), :, calm].numpy(),
        gates=finite(torch.stack(gates, dim=2))[..., calm].numpy(),
        names=GATES[type(reader)],
        assignments=None if after is None else after[: len(x)].numpy(),
        forecasts=None if guessed is None else guessed[: len(x)].numpy(),
        untrained=np.array([directions(outputs(net.trajectory, shown.x)) for net in nets], np.float32),
        untrained_decided=None if after is None else _decided(nets, shown.x),
        spreads={name: float(standard_error(np.array([part[name] for part in parts]))) for name in whole},
        **whole,
    )


def judged(guessed: Tensor, x: Tensor, dataset: Dataset) -> dict[str, float]:
    """Forecasts `guessed` (N, T − 1, F) of the next steps of held-out `x` (N, T, F), and of what is simpler.

    Letters are guessed as probabilities, of which squared errors would say little.
    """
    if not dataset.spec.alphabet:
        errors = (guessed - x[:, 1:]).square().mean(), x.diff(dim=1).square().mean()
        return dict(zip(("forecast_error", "still_error"), map(float, errors), strict=True))
    symbols = Letters(x.shape[2])
    letters, chain = symbols.read(x), Chain(symbols.read(dataset.train.x), symbols.choices, order=1)
    counted = torch.cat([chain.following(letters[:, :step]) for step in range(1, x.shape[1])], dim=1)
    found, following = {}, letters[:, 1:]
    for name, p in (("", guessed), ("chain_", counted)):
        found[f"{name}hits"] = float((p.argmax(dim=2, keepdim=True) == following).float().mean())
        # A softmax that is all too sure rounds what is left to 0.
        found[f"{name}surprise"] = -float(p.gather(2, following).clamp(min=torch.finfo(p.dtype).tiny).log().mean())
    return found


def _after_each(method: Callable[[Tensor], Tensor | None], x: Tensor) -> Tensor | None:
    """What a method says of sequences (N, T, F), where a model has it."""
    parts = [method(part) for part in x.split(SEQUENCES)]
    found = [part for part in parts if part is not None]
    return finite(torch.cat(found)) if found else None


def _decided(nets: Sequence[Model], x: Tensor) -> Array:
    """After which share of sequences (N, T, F) each net's cluster changes no more, (nets,)."""
    after = [_after_each(net.assignments, x) for net in nets]
    return np.array([decided(each) for each in after if each is not None], np.float32)


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
