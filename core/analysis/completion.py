"""Holes in held-out samples, filled in by the model, the mean, nearest neighbours and PCA."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.analysis.data import counts, finite, fitted_of, flat, held_back, labels_of, shown_of
from core.analysis.principal import fit_pca, leading
from core.analysis.reconstruction import psnr
from core.analysis.result import Context, Report, Result, choose, ignore_progress, measured, within
from core.analysis.spread import standard_error
from core.filling import fill, in_the_hole, letters_right
from core.nn.corruption import extent, spread
from core.protocol import Array

# Samples that get holes, each a hole of its own where there is chance in them.
SAMPLES = 200
# Neighbours by what is seen whose mean fills a hole, as scikit-learn's KNNImputer has it.
NEIGHBOURS = 5
# Samples that are filled at once: whoever waits sees it go on.
BATCH = 50
# Numbers of components that are tried, and how much of the time that takes.
COMPONENTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
PCA_SHARE = 0.3
# The errors of all that fills holes, the model's own first, and of words how many letters they get right.
ERRORS = ("mse", "knn_mse", "pca_mse", "mean_mse")
LETTERS = ("letters", "knn_letters", "pca_letters", "mean_letters")
IN_THE_HOLE = "Squared error per value of the hole alone."
RIGHT = "The share of the letters in the hole that are the right ones; blanks at the end of a word count, too."


@dataclass(frozen=True, kw_only=True)
class Completed(Result):
    """Held-out samples with holes of one `kind`, and what each fills them with.

    The `originals` (N, …) have holes where `seen` (N, …) is 0, and `mean` (1, …) is that of training samples; `filled`,
    `neighbours` and `principal` (N, …) are whole again, and `labels` (N,) are classes, or None. `losses` (ways, N) are
    the errors in `ERRORS` in each sample's hole, and `right` (ways, N), of words alone, the shares of `LETTERS`; their
    means over samples have standard errors, `spreads` by name. PCA has so many `components`, which fill holes in a
    held-back fifth of the training samples best.
    """

    definition = 2
    kind: str
    originals: Array
    mean: Array
    seen: Array
    filled: Array
    neighbours: Array
    principal: Array
    losses: Array
    right: Array | None
    labels: Array | None
    components: int
    spreads: Mapping[str, float]
    mse: float = measured("This model: MSE in the hole", "", ".4f", "lower", IN_THE_HOLE)
    knn_mse: float = measured("5 neighbours: MSE in the hole", "", ".4f", "lower", IN_THE_HOLE)
    pca_mse: float = measured("PCA: MSE in the hole", "", ".4f", "lower", IN_THE_HOLE)
    mean_mse: float = measured("Mean: MSE in the hole", "", ".4f", "lower", IN_THE_HOLE)
    psnrs: Mapping[str, float] = measured("PSNR", "dB", ".1f", "higher", "The squared range of values against an MSE.")
    letters: float | None = measured("This model: letters right", "%", ".0f", "higher", RIGHT, default=None)
    knn_letters: float | None = measured("5 neighbours: letters right", "%", ".0f", "higher", RIGHT, default=None)
    pca_letters: float | None = measured("PCA: letters right", "%", ".0f", "higher", RIGHT, default=None)
    mean_letters: float | None = measured("Mean: letters right", "%", ".0f", "higher", RIGHT, default=None)


def complete(context: Context, hole: str = "centre") -> Completed:
    """Fill holes in held-out samples: by the model, and by what training samples alone say.

    Raises:
        LatentLabError: there is no such hole, or what the model fills in is not finite.
    """
    made, rng = choose("hole", hole, HOLES), np.random.default_rng(0)
    shown, fitted = shown_of(context.dataset)[:SAMPLES], fitted_of(context.dataset)
    x, train, spec, shape = flat(shown.x), flat(fitted.x), context.dataset.spec, shown.x.shape
    mean, (low, high) = train.mean(axis=0), spec.value_range
    seen = np.stack([made.seen(spec.shape, rng).ravel() for _ in x]).astype(np.float32)
    pca = best_pca(train, seen, within(context.report, 0, PCA_SHARE))
    holed = seen * x + (1 - seen) * mean
    fills = {
        "mse": _by_model(context, holed.reshape(shape), seen.reshape(shape)),
        "knn_mse": seen * x + (1 - seen) * by_neighbours(train, x, seen),
        "pca_mse": seen * x + (1 - seen) * by_components(pca, x, seen).clip(low, high),
        "mean_mse": holed,
    }
    losses = np.stack([in_the_hole(fills[name], x, seen) for name in ERRORS])
    right = None
    if spec.alphabet:
        words, holes = shown.x.numpy(), seen.reshape(shape)
        right = np.stack([letters_right(fills[name].reshape(shape), words, holes) for name in ERRORS])
    found = dict(zip(ERRORS, losses, strict=True)) | ({} if right is None else dict(zip(LETTERS, right, strict=True)))
    means = {name: float(each.mean()) for name, each in found.items()}
    return Completed(
        counts=counts(context.dataset, shown, fitted),
        kind=hole,
        originals=shown.x.numpy(),
        mean=mean.reshape(1, *shape[1:]),
        seen=seen.reshape(shape),
        filled=fills["mse"].reshape(shape),
        neighbours=fills["knn_mse"].reshape(shape),
        principal=fills["pca_mse"].reshape(shape),
        losses=losses,
        right=right,
        labels=labels_of(shown),
        components=int(pca.n_components_),
        spreads={name: float(standard_error(each)) for name, each in found.items()},
        psnrs={name: psnr(means[name], high - low) for name in ERRORS},
        **means,
    )


def _by_model(context: Context, holed: Array, seen: Array) -> Array:
    parts, limits = [], context.dataset.spec.value_range
    for start in range(0, len(holed), BATCH):
        x, what = (torch.from_numpy(each[start : start + BATCH]) for each in (holed, seen))
        parts.append(finite(fill(context.model, x, what, limits)))
        context.report(PCA_SHARE + (1 - PCA_SHARE) * min(1, (start + BATCH) / len(holed)))
    return flat(torch.cat(parts))


def best_pca(train: Array, seen: Array, report: Report = ignore_progress) -> Any:
    """PCA of training rows (M, D), with as many components as fill holes in a held-back fifth of them best.

    These holes are those of which `seen` (N, D) is left.
    """
    kept, tried = held_back(train, np.random.default_rng(0))
    x, seen = tried[: len(seen)], seen[: len(tried)]
    pca = fit_pca(kept, COMPONENTS[-1])

    errors = {}
    for size in COMPONENTS:
        if len(x) and size <= pca.n_components_:
            errors[size] = float(in_the_hole(by_components(leading(pca, size), x, seen), x, seen).mean())
        report(size / COMPONENTS[-1])
    return fit_pca(train, min(errors, key=errors.__getitem__, default=1))


def by_neighbours(train: Array, x: Array, seen: Array) -> Array:
    """The mean of the five training rows (M, D) nearest to each of the rows `x` (N, D) in what is `seen` (N, D).

    All five count alike (Troyanskaya et al. 2001, KNNimpute, whose nearer ones count more).
    """
    # ‖s (x − t)‖² = Σ s x² − 2 Σ s x t + Σ s t²
    distances = (seen * x**2).sum(axis=1)[:, None] - 2 * (seen * x) @ train.T + seen @ (train**2).T
    few = min(NEIGHBOURS, len(train))
    nearest = np.argpartition(distances, few - 1, axis=1)[:, :few]
    means: Array = train[nearest].mean(axis=1)
    return means


def by_components(pca: Any, x: Array, seen: Array) -> Array:
    """What a hole holds on average, given what is `seen` (N, D) of rows `x` (N, D), if PCA's model of them is true.

    x = μ + W z + ε with z ~ N(0, I) and ε ~ N(0, σ² I), so that E[z] = (Wₛᵀ Wₛ + σ² I)⁻¹ Wₛᵀ (xₛ − μₛ) with the rows of
    W that are seen (Tipping & Bishop 1999).
    """
    # With every component there is no noise, and what is seen may leave z open.
    noise = max(float(pca.noise_variance_), 1e-6 * float(pca.explained_variance_[0]))
    w = pca.components_ * np.sqrt(np.maximum(pca.explained_variance_ - noise, 0))[:, None]
    filled = np.empty_like(x)
    for row, (sample, what) in enumerate(zip(x, seen, strict=True)):
        ws = w * what
        z = np.linalg.solve(ws @ ws.T + noise * np.eye(len(w)), ws @ (sample - pca.mean_))
        filled[row] = pca.mean_ + z @ w
    return filled


@dataclass(frozen=True)
class Hole:
    """A title, and what is seen of a sample of some shape: an array of it, 1 or 0."""

    title: str
    seen: Callable[[tuple[int, ...], np.random.Generator], Array]


def _places(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How many there are: rows and columns of a picture, steps of a sequence, columns of a vector."""
    return tuple(shape[axis] for axis in extent(shape))


def _whole(seen: Array, shape: tuple[int, ...]) -> Array:
    """What is seen of places, for all values of a sample."""
    values: Array = spread(torch.from_numpy(seen)[None], shape)[0].numpy()
    return values


def _box(shape: tuple[int, ...], corner: Callable[[int, int], int], share: int) -> Array:
    """A hole with a side of one `share`-th of each side, at least 1, its corner where `corner` (side, hole) says."""
    places = _places(shape)
    seen = np.ones(places, np.float32)
    holes = [max(1, round(side / share)) for side in places]
    starts = [corner(side, hole) for side, hole in zip(places, holes, strict=True)]
    seen[tuple(slice(start, start + hole) for start, hole in zip(starts, holes, strict=True))] = 0
    return _whole(seen, shape)


def _centre(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    # Half of each side of a picture is a quarter of it; of one side alone it is a quarter.
    return _box(shape, lambda side, hole: (side - hole) // 2, 2 if len(shape) == 3 else 4)


def _block(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _box(shape, lambda side, hole: int(rng.integers(0, side - hole + 1)), 2)


def _random(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    places = _places(shape)
    seen = np.ones(int(np.prod(places)), np.float32)
    seen[rng.permutation(len(seen))[: max(1, len(seen) // 2)]] = 0
    return _whole(seen.reshape(places), shape)


HOLES: dict[str, Hole] = {
    "centre": Hole("Centre quarter", _centre),
    "random": Hole("Random half", _random),
    "block": Hole("Block", _block),
}
