"""Codes seen in two or three dimensions, and how far to trust what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.analysis.data import codes_of, counts, labels_of, shown_of
from core.analysis.principal import fit_pca, pad
from core.analysis.result import Context, Result, choose, measured
from core.errors import LatentLabError
from core.plane import on_axes
from core.protocol import Array

# Neighbours of a point that `trustworthiness` and `neighbours_kept` look at.
NEIGHBOURS = 10
# Fewer points than this have no neighbourhoods to keep.
FEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Projection(Result):
    """Codes of held-out samples in `dimensions` = 2 or 3.

    `points` (N, dimensions) belong to the `samples` (N, …), their `labels` (N,) and `factors` (N, K), or None.
    `explained_variance` is the share of each principal component, and empty where the method has none; `neighbours` is
    how many of each code the two metrics look at.
    """

    points: Array
    samples: Array
    labels: Array | None
    factors: Array | None
    explained_variance: tuple[float, ...]
    neighbours: int
    trustworthiness: float = measured(
        "Trustworthiness",
        "%",
        ".0f",
        "higher",
        "Falls below 100 % where points are neighbours in the picture only (Venna & Kaski 2001).",
    )
    neighbours_kept: float = measured(
        "Neighbours kept",
        "%",
        ".0f",
        "higher",
        "Share of each code's nearest neighbours that are among its nearest in the picture too.",
    )


def project(context: Context, method: str = "pca", dimensions: int = 2, seed: int = 0) -> Projection:
    """Project the codes of held-out samples by one of `METHODS`.

    Raises:
        LatentLabError: an unknown method, dimensions other than 2 and 3, too few samples, or codes all the same.
    """
    chosen = choose("projection", method, METHODS)
    if dimensions not in (2, 3):
        raise LatentLabError(f"Codes are shown in 2 or 3 dimensions, not in {dimensions}.")
    shown = shown_of(context.dataset)
    if len(shown.x) < FEWEST:
        raise LatentLabError(f"A projection needs at least {FEWEST} held-out samples; there are {len(shown.x)}.")
    codes = codes_of(context.model.encode, shown.x)
    points, explained = chosen.project(codes, dimensions, seed)
    if method == "pca" and dimensions == 2:
        # The same picture as on the stage and beside clusters.
        points = on_axes(codes, context.axes)
    neighbours, trustworthiness, kept = neighbourhoods(codes, points)
    return Projection(
        counts=counts(context.dataset, shown),
        points=points.astype(np.float32),
        samples=shown.x.numpy(),
        labels=labels_of(shown),
        factors=None if shown.factors is None else shown.factors.numpy(),
        explained_variance=explained,
        neighbours=neighbours,
        trustworthiness=trustworthiness,
        neighbours_kept=kept,
    )


# Points (N, dimensions), and the share of the variance that each principal component explains.
Points = tuple[Array, tuple[float, ...]]


def principal(codes: Array, dimensions: int, seed: int) -> Points:
    """Principal components; there is no chance in them."""
    pca = fit_pca(codes, dimensions)
    return pad(pca.transform(codes), dimensions), tuple(pca.explained_variance_ratio_.tolist())


def tsne(codes: Array, dimensions: int, seed: int) -> Points:
    """t-SNE (van der Maaten & Hinton 2008), from the principal components where there are enough of them."""
    from sklearn.manifold import TSNE

    init = "pca" if codes.shape[1] >= dimensions else "random"
    # A perplexity is a number of neighbours, and each point should have about three times as many others.
    perplexity = min(30.0, (len(codes) - 1) / 3)
    return TSNE(dimensions, perplexity=perplexity, init=init, random_state=seed).fit_transform(codes), ()


def umap(codes: Array, dimensions: int, seed: int) -> Points:
    """UMAP (McInnes et al. 2018); the first call in a process compiles for some seconds."""
    from umap import UMAP

    neighbours = min(15, len(codes) - 1)
    # One job: with a fixed seed UMAP takes no more, and warns when asked for more.
    mapping = UMAP(n_components=dimensions, n_neighbors=neighbours, random_state=seed, n_jobs=1)
    return mapping.fit_transform(codes), ()


@dataclass(frozen=True)
class Method:
    """A title, and how codes (N, latent_size) become points: `project(codes, dimensions, seed)`."""

    title: str
    project: Callable[[Array, int, int], Points]


METHODS: dict[str, Method] = {
    "pca": Method("PCA", principal),
    "tsne": Method("t-SNE", tsne),
    "umap": Method("UMAP", umap),
}


def neighbourhoods(codes: Array, points: Array) -> tuple[int, float, float]:
    """How well `points` (N, 2 or 3) keep the nearest of `codes` (N, latent_size): neighbours looked at, two shares.

    The shares, 0 to 1, are `trustworthiness` and `neighbours_kept`.
    """
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    k = min(NEIGHBOURS, (len(codes) - 1) // 2)
    near, seen = (NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False) for x in (codes, points))
    kept = (near[:, :, None] == seen[:, None, :]).any(axis=2)
    return k, float(trustworthiness(codes, points, n_neighbors=k)), float(kept.mean())
