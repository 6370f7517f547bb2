"""Arithmetic on codes: the mean of one group minus that of another, added to samples of a third, and decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.data import SHOWN, codes_of, counts, drawn_of, finite, fitted_of, flat, outputs
from core.analysis.result import Context, Result, measured
from core.analysis.spread import of_share
from core.dataset import Split
from core.errors import LatentLabError
from core.protocol import Array

# How far samples are moved, as shares of the difference: not at all, a part of it, all of it, and beyond.
STRENGTHS = (0.0, 0.5, 1.0, 1.5)
# Samples that are moved and shown.
MOVED = 12
# Training samples that say what a picture looks like.
NEIGHBOURS = 5

# A class by its name, held-out samples by their places, or all of them.
Group = str | Sequence[int] | None


@dataclass(frozen=True, kw_only=True)
class Arithmetic(Result):
    """Up to `MOVED` samples of one group, moved by the difference of two others' means by each of the `STRENGTHS`.

    `moved` is (strengths, n, …). `means` (4, …) are decoded from the mean codes of the moved group, of what is
    subtracted, of what is added, and from the first minus the second plus the third. `length` is that of the difference
    beside the codes' root mean square distance from their mean. Where what is added is mostly of one class, `towards`
    names it, and `spreads` are the standard errors over samples of the two shares, by name.
    """

    moved: Array
    means: Array
    length: float
    towards: str = ""
    spreads: Mapping[str, float]
    arrived: float | None = measured(
        "Arrived",
        "%",
        ".0f",
        "higher",
        f"Of the samples of the moved group, up to {SHOWN:,}, those whose nearest training samples are mostly of the "
        "class that is added once the whole difference is.",
        default=None,
    )
    before: float | None = measured(
        "Arrived unmoved", "%", ".0f", None, "The same before they are moved.", default=None
    )


def arithmetic(context: Context, start: Group = None, minus: Group = None, plus: Group = None) -> Arithmetic:
    """Decode z + t (mean of `plus` − mean of `minus`) for codes z of `start`, t in `STRENGTHS`.

    Radford et al. 2015, section 6.3.2. Groups are of held-out samples: those of a class by its name, those at some
    places, or all.

    Raises:
        LatentLabError: a group is empty or unknown, or outputs are not finite.
    """
    model, drawn = context.model, drawn_of(context.dataset.test)
    codes = torch.from_numpy(codes_of(model.encode, drawn.x))
    names = context.dataset.spec.label_names
    moving, less, more = (_members(group, drawn, names) for group in (start, minus, plus))
    step = codes[more].mean(dim=0) - codes[less].mean(dim=0)
    moved = codes[moving[:SHOWN]] + torch.tensor(STRENGTHS).view(-1, 1, 1) * step
    centres = [codes[group].mean(dim=0) for group in (moving, less, more)]
    means = finite(model.decode(torch.stack([*centres, centres[0] + step])))
    decoded = finite(torch.stack([model.decode(some) for some in moved[:, :MOVED]]))
    towards, shares = _majority(more, drawn), {}
    fitted = fitted_of(context.dataset)
    if towards is not None and fitted.y is not None:
        for name, strength in (("before", 0.0), ("arrived", 1.0)):
            made = outputs(model.decode, moved[STRENGTHS.index(strength)])
            shares[name] = float((looks_like(made, fitted.x, fitted.y) == towards).mean())
    return Arithmetic(
        counts=counts(context.dataset, drawn),
        moved=decoded.numpy(),
        means=means.numpy(),
        length=float(step.norm() / (codes - codes.mean(dim=0)).square().sum(dim=1).mean().sqrt()),
        towards="" if towards is None else names[towards],
        spreads={name: of_share(share, moved.shape[1]) for name, share in shares.items()},
        **shares,
    )


def _members(group: Group, drawn: Split, names: Sequence[str]) -> Array:
    """The places of a group among the samples that are drawn."""
    if group is None:
        return np.arange(len(drawn.x))
    if isinstance(group, str):
        if drawn.y is None or group not in names:
            raise LatentLabError(f"There is no class called {group!r} here.")
        places = np.flatnonzero(drawn.y.numpy() == names.index(group))
    else:
        places = np.array([place for place in group if 0 <= place < len(drawn.x)], dtype=int)
    if len(places) == 0:
        raise LatentLabError(f"No held-out sample is {group}." if isinstance(group, str) else "No sample is selected.")
    return places


def _majority(places: Array, drawn: Split) -> int | None:
    """The class that more than half of some samples are of."""
    if drawn.y is None:
        return None
    labels, numbers = np.unique(drawn.y.numpy()[places], return_counts=True)
    return int(labels[numbers.argmax()]) if 2 * numbers.max() > len(places) else None


def looks_like(samples: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> Array:
    """The class (n,) of most of the samples `x` (M, …), labelled `y` (M,), that are nearest to each of (n, …)."""
    from sklearn.neighbors import KNeighborsClassifier

    classes: Array = KNeighborsClassifier(min(NEIGHBOURS, len(x))).fit(flat(x), y.numpy()).predict(flat(samples))
    return classes
