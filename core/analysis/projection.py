"""Codes seen in two or three dimensions, and how far to trust what is seen."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.analysis.data import codes_of, labels_of, shown_of
from core.analysis.principal import fit_pca, pad
from core.analysis.result import Context, Result, choose
from core.errors import LatentLabError
from core.protocol import Array

# Neighbours a point that `trustworthiness` and `neighbours_kept` look at.
NEIGHBOURS = 10
# Fewer points than this have no neighbourhoods to keep.
FEWEST = 8

Points = tuple[Array, dict[str, Any]]


def project(context: Context, method: str = "pca", dimensions: int = 2, seed: int = 0) -> Result:
    """Codes of held-out samples as `points` (N, dimensions) beside the `samples` (N, …), `labels` and `factors` (N, K).

    `trustworthiness` falls below 1 where points are neighbours in the picture only (Venna & Kaski 2001);
    `neighbours_kept` is the share of each code's nearest neighbours that are among its nearest in the picture too.

    Raises:
        LatentLabError: an unknown method, dimensions other than 2 and 3, too few samples, or codes all the same.
    """
    run = choose("projection", method, METHODS)
    if dimensions not in (2, 3):
        raise LatentLabError(f"Codes are shown in 2 or 3 dimensions, not in {dimensions}.")
    shown = shown_of(context.dataset)
    if len(shown.x) < FEWEST:
        raise LatentLabError(f"A projection needs at least {FEWEST} held-out samples; there are {len(shown.x)}.")
    codes = codes_of(context.model.encode, shown.x)
    points, numbers = run(codes, dimensions, seed)
    numbers |= neighbourhoods(codes, points)
    arrays = {"points": points.astype(np.float32), "samples": shown.x.numpy(), **labels_of(shown)}
    if shown.factors is not None:
        arrays["factors"] = shown.factors.numpy()
    return Result(numbers, arrays)


def principal(codes: Array, dimensions: int, seed: int) -> Points:
    """Principal components, and the share of the variance that each explains; there is no chance in it."""
    pca = fit_pca(codes, dimensions)
    return pad(pca.transform(codes), dimensions), {"explained_variance": pca.explained_variance_ratio_.tolist()}


def tsne(codes: Array, dimensions: int, seed: int) -> Points:
    """t-SNE (van der Maaten & Hinton 2008), from the principal components where there are enough of them."""
    from sklearn.manifold import TSNE

    init = "pca" if codes.shape[1] >= dimensions else "random"
    # A perplexity is a number of neighbours, and each point should have about three times as many others.
    perplexity = min(30.0, (len(codes) - 1) / 3)
    return TSNE(dimensions, perplexity=perplexity, init=init, random_state=seed).fit_transform(codes), {}


def umap(codes: Array, dimensions: int, seed: int) -> Points:
    """UMAP (McInnes et al. 2018); the first call in a process compiles for some seconds."""
    from umap import UMAP

    neighbours = min(15, len(codes) - 1)
    # One job: with a fixed seed UMAP takes no more, and warns when asked for more.
    mapping = UMAP(n_components=dimensions, n_neighbors=neighbours, random_state=seed, n_jobs=1)
    return mapping.fit_transform(codes), {}


METHODS: dict[str, Callable[[Array, int, int], Points]] = {"pca": principal, "tsne": tsne, "umap": umap}


def neighbourhoods(codes: Array, points: Array) -> dict[str, float]:
    """How well `points` (N, 2 or 3) keep the `neighbours` nearest of `codes` (N, latent_size): shares, 0 to 1."""
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    k = min(NEIGHBOURS, (len(codes) - 1) // 2)
    near, seen = (NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False) for x in (codes, points))
    kept = (near[:, :, None] == seen[:, None, :]).any(axis=2)
    return {
        "neighbours": k,
        "trustworthiness": float(trustworthiness(codes, points, n_neighbors=k)),
        "neighbours_kept": float(kept.mean()),
    }
