"""Holes in samples, filled by a model: in one pass, by rebuilding again and again, or by a search among its codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from core.dataset import DataSpec
from core.model import Model
from core.nn.corruption import extent, spread
from core.nn.inversion import descend, nearest_first
from core.protocol import Array
from core.training.loop import one_thread

# How often what is rebuilt takes the place of what was not seen.
REPEATED = 20
# Fills of one sample that are searched for beside each other, and the steps of a search between two looks at it.
FILLS = 4
SLICE = 15

Way = Literal["search", "pass", "repeat", "pass_and_repeat"]
# Noise that puts values at 0, as a hole does, and how what was trained with it fills one.
HOLED: dict[str, Way] = {"block": "pass", "masking": "pass_and_repeat"}


@dataclass(frozen=True)
class Filled:
    """Fills (k, …) of one sample, the codes (k, latents) that were searched for, or None, and how good they are.

    The `scores` are what is measured in the hole: "filled" of all fills in the mean, "mean" of the mean sample. Of
    words it is the share of letters that are right, of all else the squared error.
    """

    fills: Array
    codes: Array | None
    scores: dict[str, float]


def way(model: Model | type[Model], hyperparameters: Any) -> Way:
    """How a model fills holes: one that has a prior searches, one that was trained with blocks at 0 needs one pass."""
    if "sample" in model.capabilities:
        return "search"
    return HOLED.get(getattr(hyperparameters, "noise", "none"), "repeat")


def fill(model: Model, x: Tensor, seen: Tensor, limits: tuple[float, float]) -> Tensor:
    """Samples (N, …) of which only what is `seen` (N, …), 1 or 0, is kept; the rest is the model's, inside `limits`.

    With a prior, from the code whose sample comes nearest to what is seen. After training with blocks at 0, in one
    pass, the hole at 0. Else what is rebuilt takes the place of what was not seen, again and again: x ← s x + (1 − s)
    g(f(x)), as Rezende et al. 2014 do with draws, from `x` on, or after training with single values at 0 from what such
    a pass makes. Beyond the limits of the data the network was never trained and runs away.
    """
    how = way(model, model.hyperparameters)
    if how == "search":
        return seen * x + (1 - seen) * model.nearest(x, seen).clamp(*limits)
    if how != "repeat":
        x = seen * x + (1 - seen) * model.reconstruct(seen * x).clamp(*limits)
    for _ in range(REPEATED if how != "pass" else 0):
        x = seen * x + (1 - seen) * model.reconstruct(x).clamp(*limits)
    return x


def search(model: Model, x: Tensor, seen: Tensor, codes: Tensor | None = None) -> tuple[Array, Array]:
    """Fills (k, …) of one sample (1, …) after some more steps, and their codes (k, latents).

    Without `codes` to go on from, from the few draws of the prior whose samples come nearest to what is seen: each
    finds its own way to fill the hole.
    """
    if codes is None:
        codes = nearest_first(model.decode, x, model.starts(), model.reach, seen)[0, :FILLS]
    x, seen = x.expand(len(codes), *x.shape[1:]), seen.expand(len(codes), *seen.shape[1:])
    found = descend(model.decode, x, codes, model.reach, seen, SLICE)
    filled = seen * x + (1 - seen) * model.decode(found).clamp(*model.value_range)
    return filled.detach().numpy(), found.numpy()


def fill_hole(
    model: Model, spec: DataSpec, original: Array, mean: Array, missing: list[int], codes: Tensor | None
) -> Filled:
    """Fill the `missing` places of a sample (…), the hole being at the `mean` (1, …) of training samples before.

    A search goes on from `codes` (k, latents), if there are any.

    Raises:
        IndexError: there is no such place.
    """
    places = torch.ones([original.shape[axis] for axis in extent(original.shape)])
    places.view(-1)[missing] = 0
    seen = spread(places[None], original.shape)
    holed = seen * torch.from_numpy(original) + (1 - seen) * torch.from_numpy(mean)
    with one_thread():
        if way(model, model.hyperparameters) == "search":
            fills, found = search(model, holed, seen, codes)
        else:
            with torch.no_grad():
                fills, found = fill(model, holed, seen, model.value_range).numpy(), None
    measure = letters_right if spec.alphabet else in_the_hole
    scores = {
        name: float(measure(values, original[None], seen.numpy()).mean())
        for name, values in (("filled", fills), ("mean", holed.numpy()))
    }
    return Filled(fills, found, scores)


def in_the_hole(filled: Array, x: Array, seen: Array) -> Array:
    """The mean squared error (N,) of what is `filled` in (N, …) for samples `x`, where nothing is `seen` of them."""
    hidden, gaps = (1 - seen).reshape(len(seen), -1), (filled - x).reshape(len(filled), -1)
    means: Array = (hidden * np.square(gaps, dtype=np.float64)).sum(axis=1) / hidden.sum(axis=1)
    return means


def letters_right(filled: Array, x: Array, seen: Array) -> Array:
    """The share (N,) of the hidden letters of words `x` (N, T, letters) that are the likeliest ones in `filled`."""
    hidden = seen[:, :, 0] == 0
    is_right = filled.argmax(axis=2) == x.argmax(axis=2)
    shares: Array = (hidden & is_right).sum(axis=1) / hidden.sum(axis=1)
    return shares
