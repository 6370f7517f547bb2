"""New samples: whether they are new, and on mixtures, whether they are everywhere they should be."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.analysis.data import counts, finite, like_training, outputs, places_drawn
from core.analysis.energy import energy_distance
from core.analysis.result import Context, Report, Result, ignore_progress, measured
from core.analysis.sampling import sampler
from core.modes import DRAWN, Coverage, coverage
from core.protocol import Array

# Pairwise distances held at once: 64 MB of float64.
PAIRS = 8_000_000
# Differences of values that the yardstick may cost, some seconds; at least so many held-out samples are compared.
COMPARED = 20_000_000_000
FEWEST_COMPARED = 500
# Held-out samples nearer to a training sample than this share of them are near it by chance alone.
QUANTILE = 0.01


@dataclass(frozen=True, kw_only=True)
class Generation(Result):
    """New `samples` (n, …), and how near they are to what the model learned from.

    `nearest` (n, …) are the training samples nearest to each, at `nearest_places` (n,) among those that plots draw, and
    `distances` (n,) how far these are: Euclidean over all values. `held_out_distances` (N,) are the same of real,
    unseen samples, the yardstick. Of models with a discriminator `scores` (n,) are its scores of the samples, else
    None. `coverage`, and that of training samples, `real_coverage`, are known on mixtures only, the energy distance on
    planes.
    """

    definition = 4
    samples: Array
    nearest: Array
    nearest_places: Array
    distances: Array
    held_out_distances: Array
    scores: Array | None
    coverage: Coverage | None
    real_coverage: Coverage | None
    distance_median: float = measured(
        "Distance to training data",
        "",
        ".3g",
        None,
        "Median Euclidean distance of a sample to its nearest training sample, in the units of the data. Right is what "
        "held-out data have.",
    )
    held_out_median: float = measured(
        "The same for held-out data",
        "",
        ".3g",
        None,
        "What real, unseen data have: far more means odd samples, far less means copies.",
    )
    copy_rate: float = measured(
        "Copies",
        "%",
        ".0f",
        "lower",
        "Share of samples nearer to a training sample than 99 % of held-out data are; 1 % is chance.",
    )
    score_mean: float | None = measured(
        "Discriminator's score",
        "",
        ".3g",
        None,
        "Mean over the samples, before any sigmoid: what the discriminator (or critic) was trained to tell apart.",
    )
    held_out_score_mean: float | None = measured(
        "Discriminator's score of held-out data", "", ".3g", None, "The same mean over real, unseen data."
    )
    energy: float | None = measured(
        "Energy distance",
        "",
        ".2g",
        "lower",
        f"How far up to {DRAWN:,} samples are from held-out data as a whole: shape, place and share of every part.",
    )
    real_energy: float | None = measured(
        "Energy distance of training data", "", ".2g", None, "The same of as many training samples: the best there is."
    )


def generate(context: Context, n: int = 64, seed: int = 0, prior: str = "", condition: str = "") -> Generation:
    """Draw `n` samples, their codes from `prior`, and look for the training sample nearest to each.

    Where there is a `condition`, the model's own prior is drawn from, and all samples are of this class or category.

    Raises:
        LatentLabError: a sample or a score is not finite, or there is no such prior or condition for this model.
    """
    # New samples are as far from training data as real ones of the classes that were trained on.
    model, train, held_out = context.model, context.dataset.train.x, like_training(context.dataset)
    draw = sampler(context, prior, condition)
    samples = finite(draw(n, seed))
    distances, indices = nearest(samples, train)
    compared = held_out[: max(FEWEST_COMPARED, COMPARED // train.numel())]
    yardstick, _ = nearest(compared.x, train, context.report)
    covered = real_covered = energy = real_energy = scores = score_mean = held_out_score_mean = None
    if context.dataset.spec.is_plane:
        real = context.dataset.train.fixed(DRAWN).x
        points = finite(draw(len(real), seed))
        energy, real_energy = energy_distance(points, held_out.x), energy_distance(real, held_out.x)
        if context.dataset.modes is not None:
            covered, real_covered = coverage(points, context.dataset.modes), coverage(real, context.dataset.modes)
    if "criticise" in model.capabilities:
        scores = outputs(model.criticise, samples)
        score_mean = float(scores.mean())
        held_out_score_mean = float(outputs(model.criticise, held_out.x).mean())
    return Generation(
        counts=counts(context.dataset, compared),
        samples=samples.numpy(),
        nearest=train[indices].numpy(),
        nearest_places=places_drawn(context.dataset.train, indices),
        distances=distances.numpy(),
        held_out_distances=yardstick.numpy(),
        scores=None if scores is None else scores.numpy(),
        coverage=covered,
        real_coverage=real_covered,
        distance_median=float(distances.median()),
        held_out_median=float(yardstick.median()),
        copy_rate=copy_rate(distances, yardstick),
        score_mean=score_mean,
        held_out_score_mean=held_out_score_mean,
        energy=energy,
        real_energy=real_energy,
    )


def copy_rate(distances: Tensor, yardstick: Tensor) -> float:
    """The share of `distances` (N,) to training data below the 1 % quantile of held-out ones, `yardstick` (M,).

    A perfect model has about 0.01; of words less, which are one letter apart, or two, and all of one distance count or
    none.
    """
    # Where data repeat themselves the quantile is 0, and nothing nearer than an exact copy.
    copies = (distances < torch.quantile(yardstick, QUANTILE)) | (distances == 0)
    return float(copies.float().mean())


def nearest(
    x: Tensor, train: Tensor, report: Report = ignore_progress, itself: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Distance (N,) of each of `x` (N, …) to its nearest of `train` (M, …), and which one that is (N,).

    Where `x` is of `train` itself, `itself` (N,) says at which places, which do not count.
    """
    flat, rows = x.flatten(1), train.flatten(1)
    found: list[Tensor] = []
    # |a|² − 2ab + |b|² is six times faster than differences, and in double precision finds the same neighbour.
    doubled = rows.double()
    for part in flat.split(max(1, PAIRS // len(rows))):
        distances = torch.cdist(part.double(), doubled, compute_mode="use_mm_for_euclid_dist")
        if itself is not None:
            start = sum(map(len, found))
            distances.scatter_(1, itself[start : start + len(part), None], torch.inf)
        found.append(distances.argmin(dim=1))
        report(sum(map(len, found)) / len(flat))
    indices = torch.cat(found)
    # Its small distances are lost to rounding all the same, and they matter here.
    return (flat - rows[indices]).norm(dim=1), indices
