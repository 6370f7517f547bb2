"""Methods that turn codes into points of two or three dimensions, and what can be turned on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.principal import fit_pca, pad
from core.protocol import Array

# t-SNE's two phases, the exaggerated one first, and UMAP's epochs; between two pictures of them so many pass.
EXAGGERATED, ITERATIONS = 250, 500
EPOCHS = 500
BETWEEN = 25

# Told where points are on their way, and the share done, 0 to 1; it says whether to stop there.
Watch = Callable[[Array, float], bool]


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


def principal(codes: Array, dimensions: int, settings: Mapping[str, float], watch: Watch) -> Embedded:
    """Principal components; there is no chance in them."""
    pca = fit_pca(codes, dimensions)
    return Embedded(pad(pca.transform(codes), dimensions), tuple(pca.explained_variance_ratio_.tolist()))


def tsne(codes: Array, dimensions: int, settings: Mapping[str, float], watch: Watch) -> Embedded:
    """t-SNE (van der Maaten & Hinton 2008), from the principal components where there are enough of them."""
    from openTSNE import TSNE

    frames: dict[int, Array] = {}

    def seen(iteration: int, error: float, embedding: Array) -> bool:
        # The second phase counts from 1 again.
        step = iteration + (EXAGGERATED if len(frames) >= EXAGGERATED // BETWEEN else 0)
        frames[step] = np.array(embedding)
        return watch(frames[step], step / (EXAGGERATED + ITERATIONS))

    found = TSNE(
        dimensions,
        # A perplexity is a number of neighbours, and each point should have about three times as many others.
        perplexity=min(settings["perplexity"], (len(codes) - 1) / 3),
        initialization="pca" if codes.shape[1] >= dimensions else "random",
        early_exaggeration_iter=EXAGGERATED,
        n_iter=ITERATIONS,
        # The faster ways to find neighbours are not the same each time.
        neighbors="exact",
        negative_gradient_method="bh",
        random_state=int(settings["seed"]),
        callbacks=seen,
        callbacks_every_iters=BETWEEN,
    ).fit(codes)
    return Embedded(np.array(found), frames=list(frames.values()), steps=list(frames))


def umap(codes: Array, dimensions: int, settings: Mapping[str, float], watch: Watch) -> Embedded:
    """UMAP (McInnes et al. 2018); the first call in a process compiles for some seconds.

    It shows its way only when it has arrived.
    """
    from umap import UMAP

    steps = list(range(0, EPOCHS + 1, BETWEEN))
    # One job: with a fixed seed UMAP takes no more, and warns when asked for more.
    mapping = UMAP(
        n_components=dimensions,
        n_neighbors=min(int(settings["near"]), len(codes) - 1),
        min_dist=settings["min_distance"],
        n_epochs=steps,
        random_state=int(settings["seed"]),
        n_jobs=1,
    ).fit(codes)
    return Embedded(mapping.embedding_, frames=mapping.embedding_list_, steps=steps)


@dataclass(frozen=True)
class Method:
    """A title, how codes (N, latent_size) become points, which of the `SETTINGS` matter to that, and its `steps`."""

    title: str
    embed: Callable[[Array, int, Mapping[str, float], Watch], Embedded]
    settings: tuple[str, ...] = ()
    steps: int = 0


METHODS: dict[str, Method] = {
    "pca": Method("PCA", principal),
    "tsne": Method("t-SNE", tsne, ("perplexity", "seed"), EXAGGERATED + ITERATIONS),
    "umap": Method("UMAP", umap, ("near", "min_distance", "seed"), EPOCHS),
}
