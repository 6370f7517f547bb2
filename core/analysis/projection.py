"""Codes seen in two or three dimensions, how they unfold, and how far to trust what is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from core.analysis.data import DRAWN, SHOWN, codes_of, counts, drawn_of, fitting, labels_of
from core.analysis.embedding import METHODS, SETTINGS, STANDARD
from core.analysis.likelihood import ACTIVE
from core.analysis.result import Context, Result, choose, measured
from core.errors import LatentLabError
from core.metrics import rounded
from core.plane import axes_for, on_axes
from core.protocol import Array
from core.training.observer import watched_of

# What is projected: codes of held-out samples, of the validation samples that a run is watched on, of training samples,
# or noise of the shape of the first.
Projected = Literal["held-out", "validation", "training", "noise"]
# The most points that a method moves step by step: of as many codes of 16 numbers t-SNE took half a minute.
MOVED = 20_000
# Neighbours of a point that `trustworthiness` and `neighbours_kept` look at.
NEIGHBOURS = 10
# Fewer points than this have no neighbourhoods to keep.
FEWEST = 8
# Codes that vary by less than this share of their size differ by little more than float32 rounds them.
FLAT = 1e-5


@dataclass(frozen=True, kw_only=True)
class Projection(Result):
    """Codes in `dimensions` = 2 or 3: by PCA of all samples that are drawn, else of the first `MOVED` of them.

    `points` (N, dimensions) belong to the `codes` (N, latent_size) of samples with `labels` (N,) and `factors` (N, K),
    or None; of very many large ones only the first `samples` (n, …) come along, of noise none. Where points are a
    shadow of the codes, they are codes @ `axes` (latent_size, dimensions). `frames` (T, N, dimensions) is the way they
    took there, one after so many `steps` (T,). `explained_variance` is the share of each principal component, and empty
    where the method has none. The metrics are of the first `looked_at` points and of so many `neighbours` of each.
    """

    definition = 2
    points: Array
    codes: Array
    axes: Array | None
    frames: Array | None
    steps: tuple[int, ...]
    samples: Array
    labels: Array | None
    factors: Array | None
    explained_variance: tuple[float, ...]
    looked_at: int
    neighbours: int
    trustworthiness: float = measured(
        "Trustworthiness",
        "%",
        ".0f",
        "higher",
        "Falls below 100 % where points are neighbours in the picture only (Venna & Kaski 2001).",
    )
    continuity: float = measured(
        "Continuity",
        "%",
        ".0f",
        "higher",
        "Falls below 100 % where neighbours were torn apart in the picture (Venna & Kaski 2001).",
    )
    neighbours_kept: float = measured(
        "Neighbours kept",
        "%",
        ".0f",
        "higher",
        "Share of each code's nearest neighbours that are among its nearest in the picture too.",
    )


def project(
    context: Context, method: str = "pca", dimensions: int = 2, of: Projected = "held-out", **settings: float
) -> Projection:
    """Project codes `of` samples of one part, or noise of the shape of held-out ones, by a method with its `SETTINGS`.

    Raises:
        LatentLabError: an unknown method, settings or dimensions that there are none of, too few samples, or codes that
            are all (nearly) alike.
    """
    chosen = choose("projection", method, METHODS)
    if dimensions not in (2, 3):
        raise LatentLabError(f"Codes are shown in 2 or 3 dimensions, not in {dimensions}.")
    for name, value in settings.items():
        setting = choose("setting of projections", name, SETTINGS)
        if not setting.low <= value <= setting.high:
            raise LatentLabError(f"{setting.title} lies between {setting.low} and {setting.high}, not at {value}.")
    is_noise = choose("kind of points", of, {each: each == "noise" for each in get_args(Projected)})
    sampled, dataset = "held-out" if is_noise else of, context.dataset
    drawn = {
        "held-out": lambda: drawn_of(dataset.test),
        "validation": lambda: watched_of(dataset),
        "training": lambda: dataset.train.fixed(DRAWN),
    }[sampled]()
    looked_at = drawn[: min(SHOWN, fitting(drawn))]
    if len(looked_at.x) < FEWEST:
        raise LatentLabError(f"A projection needs at least {FEWEST} {sampled} samples; there are {len(looked_at.x)}.")
    if method != "pca":
        # A shadow is there at once; other methods take longer than in proportion to what they project.
        drawn = drawn[:MOVED]
    codes = codes_of(context.model.encode, drawn.x)
    # In the plane, on its ground, a small cloud is seen to be small; all other pictures know no scale.
    is_scaled = method == "pca" and dimensions == 2
    refuse_flat(codes, not is_scaled and context.model.code_prior(context.config.hyperparameters) is not None)
    if is_noise:
        codes = noise_like(codes)

    found = chosen.embed(codes, dimensions, {**STANDARD, **settings}, context.follow)
    if is_scaled:
        # The same picture as on the stage and beside clusters.
        axes = axes_for(codes, None if is_noise else context.axes)
        found = replace(found, points=on_axes(codes, axes), axes=axes)
    first = slice(len(looked_at.x))
    neighbours, trustworthiness, continuity, kept = neighbourhoods(codes[first], found.points[first])
    return Projection(
        # Of the held-out samples none is left out where none is looked at.
        counts=counts(dataset, looked_at if sampled == "held-out" else dataset.test),
        points=found.points.astype(np.float32),
        codes=codes,
        axes=None if found.axes is None else found.axes.astype(np.float32),
        frames=np.stack(found.frames).astype(np.float32) if found.frames else None,
        steps=tuple(found.steps),
        samples=drawn.x[: 0 if is_noise else fitting(drawn)].numpy(),
        labels=None if is_noise else labels_of(drawn),
        factors=None if is_noise or drawn.factors is None else drawn.factors.numpy(),
        explained_variance=found.explained,
        looked_at=len(looked_at.x),
        neighbours=neighbours,
        trustworthiness=trustworthiness,
        continuity=continuity,
        neighbours_kept=kept,
    )


def refuse_flat(codes: Array, has_prior: bool) -> None:
    """Let no codes (N, latent_size) pass that hardly vary: a method would blow up what is left of them.

    Beside a prior these are codes of which no latent is active (Burda et al. 2016, section 5.2).

    Raises:
        LatentLabError: they hardly do.
    """
    spread = float(codes.std(axis=0).max())
    same = f"All codes are nearly the same: they vary by {rounded(spread, 1)}"
    if has_prior and spread**2 < ACTIVE:
        raise LatentLabError(
            f"{same}, next to nothing beside the prior, so they say next to nothing of their samples, and there is "
            "nothing to look at. More steps, or less weight on what pulls codes to the prior, may wake them up."
        )
    if spread < FLAT * float(np.abs(codes).max()):
        raise LatentLabError(
            f"{same}, little more than numbers are rounded by, so there is nothing to look at. Other settings or more "
            "steps may help."
        )


def noise_like(codes: Array) -> Array:
    """Normal draws with the mean and the standard deviation of each column of codes (N, latent_size), always the same.

    In these there is nothing to find: what a method shows of them, it has made itself.
    """
    rng = np.random.default_rng(0)
    drawn: Array = rng.normal(codes.mean(axis=0), codes.std(axis=0), codes.shape).astype(np.float32)
    return drawn


def neighbourhoods(codes: Array, points: Array) -> tuple[int, float, float, float]:
    """How well `points` (N, 2 or 3) keep the nearest of `codes` (N, latent_size): neighbours looked at, three shares.

    The shares, 0 to 1, are `trustworthiness`, `continuity` and `neighbours_kept`.
    """
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    k = min(NEIGHBOURS, (len(codes) - 1) // 2)
    near, seen = (NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False) for x in (codes, points))
    kept = (near[:, :, None] == seen[:, None, :]).any(axis=2)
    # Continuity is trustworthiness with codes and points in each other's place.
    trusted, continued = (trustworthiness(*pair, n_neighbors=k) for pair in ((codes, points), (points, codes)))
    return k, float(trusted), float(continued), float(kept.mean())
