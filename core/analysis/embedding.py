"""Methods that turn codes into points of two or three dimensions, and what can be turned on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import numpy as np

from core.analysis.principal import fit_pca, pad
from core.analysis.result import Follow
from core.analysis.umap_library import umap_class
from core.protocol import Array

# t-SNE's two phases, the exaggerated one first, and UMAP's epochs; between two pictures of them so many pass.
EXAGGERATED, ITERATIONS = 250, 500
EPOCHS = 500
BETWEEN = 25
# From so many points on t-SNE's gradient is interpolated.
MANY = 3000


@dataclass(frozen=True)
class Setting:
    """A number that can be turned on a method, and what is seen when it is."""

    title: str
    low: float
    high: float
    step: float
    default: float
    help: str


SETTINGS = {
    "perplexity": Setting(
        "Perplexity",
        2,
        100,
        1,
        30,
        "About how many neighbours a point minds: few, many small groups; many, large ones.",
    ),
    "near": Setting(
        "Neighbours", 2, 100, 1, 15, "How many neighbours a point is tied to: few, fine threads; many, the large shape."
    ),
    "min_distance": Setting(
        "Minimal distance", 0.0, 1.0, 0.05, 0.1, "How near points may come to each other: 0 packs groups tightly."
    ),
    "seed": Setting("Seed", 0, 99, 1, 0, "Chance: what only one seed shows is not there."),
}


# What they stand at unless somebody turns them.
STANDARD: Mapping[str, float] = {name: setting.default for name, setting in SETTINGS.items()}


@dataclass(frozen=True)
class Embedded:
    """Points (N, dimensions), and what else a method knows of them.

    `explained` is the share of the variance that each principal component has. Where points are codes @ axes, these are
    the `axes` (latent_size, dimensions). Points that moved were in the `frames` after so many `steps` each.
    """

    points: Array
    explained: tuple[float, ...] = ()
    axes: Array | None = None
    frames: Sequence[Array] = ()
    steps: Sequence[int] = ()


def principal(codes: Array, dimensions: int, settings: Mapping[str, float], follow: Follow) -> Embedded:
    """Principal components; there is no chance in them."""
    pca = fit_pca(codes, dimensions)
    return Embedded(pad(pca.transform(codes), dimensions), tuple(pca.explained_variance_ratio_.tolist()))


def tsne(codes: Array, dimensions: int, settings: Mapping[str, float], follow: Follow) -> Embedded:
    """t-SNE (van der Maaten & Hinton 2008), from the principal components where there are enough of them."""
    from openTSNE import TSNE

    frames: dict[int, Array] = {}

    def seen(iteration: int, error: float, embedding: Array) -> bool:
        # The second phase counts from 1 again.
        step = iteration + (EXAGGERATED if len(frames) >= EXAGGERATED // BETWEEN else 0)
        frames[step] = np.array(embedding)
        return follow(frames[step], step / (EXAGGERATED + ITERATIONS))

    found = TSNE(
        dimensions,
        # A perplexity is a number of neighbours, and each point should have about three times as many others.
        perplexity=min(settings["perplexity"], (len(codes) - 1) / 3),
        initialization="pca" if codes.shape[1] >= dimensions else "random",
        early_exaggeration_iter=EXAGGERATED,
        n_iter=ITERATIONS,
        # The faster ways to find neighbours are not the same each time.
        neighbors="exact",
        # Interpolation (Linderman et al. 2019) takes as long for few points as for many, and knows no space.
        negative_gradient_method="fft" if dimensions < 3 and len(codes) > MANY else "bh",
        random_state=int(settings["seed"]),
        callbacks=seen,
        callbacks_every_iters=BETWEEN,
    ).fit(codes)
    return Embedded(np.array(found), frames=list(frames.values()), steps=list(frames))


class _Stopped(Exception):
    """Raised through UMAP's loop, which has no other end than its last epoch."""


class _Epochs(list[int]):
    """The epochs after which UMAP keeps its points, as it asks after each whether it is one: it keeps none."""

    def __init__(self, count: int, passed: Callable[[int], None]) -> None:
        super().__init__([count])
        self._passed = passed

    def __contains__(self, epoch: object) -> bool:
        # UMAP counts from 0.
        self._passed(cast(int, epoch) + 1)
        return False


def umap(codes: Array, dimensions: int, settings: Mapping[str, float], follow: Follow) -> Embedded:
    """UMAP (McInnes et al. 2018)."""
    from umap.layouts import optimize_layout_euclidean
    from umap.umap_ import find_ab_params, make_epochs_per_sample

    seed = int(settings["seed"])
    # Without epochs it is the graph of neighbours and the spectral layout that points set out from.
    mapping = umap_class()(
        n_components=dimensions,
        n_neighbors=min(int(settings["near"]), len(codes) - 1),
        n_epochs=0,
        random_state=seed,
        # With a fixed seed UMAP takes no more, and warns when asked for more.
        n_jobs=1,
    ).fit(codes)
    graph, points = mapping.graph_.tocoo(), mapping.embedding_
    frames: dict[int, Array] = {}

    def passed(epoch: int) -> None:
        if epoch % BETWEEN == 0:
            frames[epoch] = points.copy()
            if follow(frames[epoch], epoch / EPOCHS):
                raise _Stopped

    with suppress(_Stopped):
        passed(0)
        optimize_layout_euclidean(
            points,
            points,
            graph.row,
            graph.col,
            _Epochs(EPOCHS, passed),
            len(points),
            make_epochs_per_sample(graph.data, EPOCHS),
            *find_ab_params(1.0, settings["min_distance"]),
            rng_state=np.random.default_rng(seed).integers(-(2**31), 2**31, 3),
            move_other=True,
        )
    return Embedded(points, frames=list(frames.values()), steps=list(frames))


@dataclass(frozen=True)
class Method:
    """A title, how codes (N, latent_size) become points, which of the `SETTINGS` matter to that, and its `steps`.

    `wait` says why it may take long before the first of them.
    """

    title: str
    embed: Callable[[Array, int, Mapping[str, float], Follow], Embedded]
    settings: tuple[str, ...] = ()
    steps: int = 0
    wait: str = ""


METHODS: dict[str, Method] = {
    "pca": Method("PCA", principal),
    "tsne": Method("t-SNE", tsne, ("perplexity", "seed"), EXAGGERATED + ITERATIONS),
    "umap": Method(
        "UMAP",
        umap,
        ("near", "min_distance", "seed"),
        EPOCHS,
        "The first UMAP on a computer is compiled first, which takes some ten seconds.",
    ),
}
