"""How far back a recurrent network remembers: what an earlier input changes, and what an earlier state hears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import counts, finite, outputs
from core.analysis.result import Context, Result, measured
from core.errors import LatentLabError
from core.model import Model
from core.nn.gates import advance, begin
from core.protocol import Array

# Held-out sequences that are changed, draws of those that they are changed with, and steps back that are looked at.
CHANGED = 100
DRAWS = 3
LAGS = 48
# A change still counts while it moves the code by this share of how far the codes of two sequences are apart.
HEARD = 0.01
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, kw_only=True)
class Remembered(Result):
    """What is left of a step so many `lags` (k,) before the last one, for this net and for untrained ones, a row each.

    Sequences have so many `steps`; lags at which no two differ, as at the padded end of words, are left out.
    `changes` (2, draws, k) are distances of codes after one step's values were replaced by those of another sequence,
    as shares of the distance between the two sequences' codes; each draw pairs others, and has another untrained net.
    Codes are those of the last state alone: what an earlier state says of its own step takes no memory.
    `horizons` (2, draws) follow from them. `norms` (2, quartiles, S) are those of ∂L / ∂s_t after each step t of the
    reader, as shares of the last one's, L the loss that the last state answers for and s_t all that step t hands on.
    """

    definition = 3
    steps: int
    lags: Array
    changes: Array
    horizons: Array
    norms: Array
    horizon: float = measured(
        "Memory horizon",
        "steps",
        ".0f",
        None,
        "How many steps back from the last one every change still moves the code, by "
        f"{100 * HEARD:.0f} % of how far the codes of two sequences are apart.",
    )
    kept: float = measured(
        "Gradient kept",
        "",
        ".2g",
        None,
        "How large the gradient of the last loss is after the first step, as a share of that after the last one: the "
        "median over held-out sequences.",
    )


def remember(context: Context) -> Remembered:
    """Change one step at a time, and follow the last loss back through time.

    Raises:
        LatentLabError: a sequence is one step to the reader, all sequences or their codes are the same, or the last
            state makes no difference to the loss.
    """
    shown = context.dataset.test.fixed(CHANGED)
    if context.model.inputs(shown.x[:1]).shape[1] == 1:
        raise LatentLabError(
            "This network reads a whole sequence in one step, so nothing is remembered. Shorten the window."
        )
    steps = shown.x.shape[1]
    lags = lags_that_differ(shown.x, np.unique(np.linspace(0, steps - 1, LAGS).round().astype(np.int64)))
    if len(lags) == 0:
        raise LatentLabError("Held-out sequences are all but the same, so there is no change to be remembered.")
    untrained = [context.untrained(draw) for draw in range(DRAWS)]
    nets = [context.model] * DRAWS + untrained
    changes = np.zeros((len(nets), len(lags)), np.float32)
    for row, model in enumerate(nets):
        changes[row] = changed(model.last_code, shown.x, lags, row % DRAWS)
        context.report((row + 1) / (len(nets) + 1))
    horizons = np.array([horizon(lags, of) for of in changes], np.float32).reshape(2, DRAWS)
    norms = [gradients(context.model, shown.x), torch.cat([gradients(model, shown.x) for model in untrained])]
    quartiles = torch.stack([of.quantile(torch.tensor(QUARTILES), dim=0) for of in norms])
    return Remembered(
        counts=counts(context.dataset, shown),
        steps=steps,
        lags=lags,
        changes=changes.reshape(2, DRAWS, -1),
        horizons=horizons,
        norms=quartiles.numpy(),
        horizon=float(horizons[0].mean()),
        kept=float(quartiles[0, QUARTILES.index(0.5), 0]),
    )


def another(x: Tensor, seed: int) -> Tensor:
    """For each of the sequences `x` (N, T, F) another one of them."""
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    return x[order.roll(1)][order.argsort()]


def lags_that_differ(x: Tensor, lags: Array) -> Array:
    """Those of the `lags` (k,) at which in each draw some of the sequences `x` (N, T, F) differs from its other one."""
    differ = torch.stack([(another(x, draw) != x).any(dim=2).any(dim=0) for draw in range(DRAWS)]).all(dim=0)
    kept: Array = lags[differ.numpy()[x.shape[1] - 1 - lags]]
    return kept


def changed(encode: Callable[[Tensor], Tensor], x: Tensor, lags: Array, seed: int) -> Array:
    """Distances of codes (k,) after one step of sequences `x` (N, T, F) has the values of another, drawn by `seed`.

    They are shares of the distance between the codes of the two, over all pairs whose values differ at that step, of
    which there must be some; `lags` (k,) are steps before the last.

    Raises:
        LatentLabError: the codes of all sequences are the same.
    """
    other, codes = another(x, seed), outputs(encode, x)
    apart = (codes - outputs(encode, other)).norm(dim=1)
    if not apart.any():
        raise LatentLabError("All codes are the same: the encoder ignores its input, so there is nothing to remember.")
    found = []
    for lag in lags:
        at = x.shape[1] - 1 - int(lag)
        seen = torch.cat([x[:, :at], other[:, at : at + 1], x[:, at + 1 :]], dim=1)
        moved, differ = (outputs(encode, seen) - codes).norm(dim=1), (seen != x).flatten(1).any(dim=1)
        found.append(moved.sum() / apart[differ].sum() if apart[differ].any() else moved.sum())
    shares: Array = torch.stack(found).numpy()
    return shares


def horizon(lags: Array, changes: Array) -> int:
    """The farthest of the `lags` (k,) up to which all changes (k,) count; 0 where the nearest does not."""
    counts_so_far = np.logical_and.accumulate(changes >= HEARD)
    return int(lags[counts_so_far].max(initial=0))


def gradients(model: Model, x: Tensor) -> Tensor:
    """‖∂L / ∂s_t‖ / ‖∂L / ∂s_S‖ of sequences (N, T, F) after each step t of the reader, (n, S); L is the last loss.

    s_t is all that a step hands on, h_t and an lstm's c_t; back through many steps the norm vanishes or explodes
    (Pascanu et al. 2013, section 2). Sequences whose last state makes no difference are left out.

    Raises:
        LatentLabError: it makes none for any sequence.
    """
    reader = model.reader.cell
    with torch.enable_grad():
        # Weights need no gradient here: what does is every state, beginning with the zeros before the first step.
        carried = tuple(part.requires_grad_() for part in begin(reader, len(x)))
        handed_on = []
        for at in model.inputs(x).unbind(dim=1):
            # Copies, so that the gradient of c_t goes by way of the next steps alone, not by way of h_t as well.
            carried = tuple(part.clone() for part in advance(reader, at, carried)[0])
            handed_on.append(carried)
        loss = model.last_loss(x, carried[0]).sum()
        parts = [part for state in handed_on for part in state]
        slopes = torch.autograd.grad(loss, parts, allow_unused=True, materialize_grads=True)
    # (N, S): one norm for all parts of a state.
    size = len(carried)
    norms = torch.stack([torch.cat(slopes[at : at + size], dim=1).norm(dim=1) for at in range(0, len(slopes), size)], 1)
    norms = finite(norms[norms[:, -1] > 0])
    if len(norms) == 0:
        raise LatentLabError("The last state makes no difference to the loss, so no gradient goes back from it.")
    return norms / norms[:, -1:]
