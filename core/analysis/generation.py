"""New samples: whether they are new, and on mixtures, whether they are everywhere they should be."""

import torch
from torch import Tensor

from core.analysis.data import finite, outputs, shown_of
from core.analysis.modes import MIXTURES, coverage
from core.analysis.result import Context, Report, Result, unheard

# Pairwise distances held at once: 64 MB of float64.
PAIRS = 8_000_000
# Differences of values that the yardstick may cost, some seconds; at least so many held-out samples are compared.
COMPARED, FEWEST_COMPARED = 20_000_000_000, 500
# Held-out samples nearer to a training sample than this share of them are near it by chance alone.
QUANTILE = 0.01
MIXTURE_SAMPLES = 2500


def generate(context: Context, n: int = 64, seed: int = 0) -> Result:
    """`n` samples (n, …), the `nearest` training sample of each (n, …), and how far it is, `distances` (n,).

    Distances are Euclidean over all values. The yardstick is how far held-out samples are from their nearest training
    sample: `copy_rate` is the share of samples at or below the 1 % quantile of that, so a perfect model has about 0.01.
    A critic's `scores` (n,) are added, and their mean on held-out samples; on a mixture with known modes, how 2,500
    samples cover them (see `coverage`).
    """
    train = context.dataset.train.x
    samples = finite(context.model.sample(n, seed))
    distances, indices = nearest(samples, train)
    held_out = shown_of(context.dataset).x
    yardstick, _ = nearest(held_out[: max(FEWEST_COMPARED, COMPARED // train.numel())], train, context.report)
    numbers: dict[str, float] = {
        "distance_mean": float(distances.mean()),
        "distance_median": float(distances.median()),
        "held_out_mean": float(yardstick.mean()),
        "held_out_median": float(yardstick.median()),
        "copy_rate": copy_rate(distances, yardstick),
        "shown": len(yardstick),
    }
    if context.config.dataset in MIXTURES:
        points = finite(context.model.sample(MIXTURE_SAMPLES, seed))
        sigma = context.config.data.sigma  # type: ignore[attr-defined]
        numbers |= coverage(points, MIXTURES[context.config.dataset](), sigma)
    arrays = {"samples": samples, "nearest": train[indices], "distances": distances, "held_out_distances": yardstick}
    if "criticise" in context.model.capabilities:
        arrays["scores"] = scores = outputs(context.model.criticise, samples)
        numbers["score_mean"] = float(scores.mean())
        numbers["held_out_score_mean"] = float(outputs(context.model.criticise, held_out).mean())
    return Result(numbers, {name: values.numpy() for name, values in arrays.items()})


def copy_rate(distances: Tensor, yardstick: Tensor) -> float:
    """The share of `distances` (N,) to training data within the 1 % quantile of held-out ones, `yardstick` (M,)."""
    # At the quantile too: where data repeat themselves it is 0, and so is the distance of an exact copy.
    return float((distances <= torch.quantile(yardstick, QUANTILE)).float().mean())


def nearest(x: Tensor, train: Tensor, report: Report = unheard) -> tuple[Tensor, Tensor]:
    """Distance (N,) of each of `x` (N, …) to its nearest of `train` (M, …), and which one that is (N,).

    `report` hears the share done.
    """
    flat, rows = x.flatten(1), train.flatten(1)
    found: list[Tensor] = []
    # |a|² − 2ab + |b|² is six times faster than differences, and in double precision finds the same neighbour.
    doubled = rows.double()
    for part in flat.split(max(1, PAIRS // len(rows))):
        distances = torch.cdist(part.double(), doubled, compute_mode="use_mm_for_euclid_dist")
        found.append(distances.argmin(dim=1))
        report(sum(map(len, found)) / len(flat))
    indices = torch.cat(found)
    # Its small distances are lost to rounding all the same, and they matter here.
    return (flat - rows[indices]).norm(dim=1), indices
