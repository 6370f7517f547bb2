"""What is told before a run starts: settings that cannot work, or are pointless, for the data."""

from __future__ import annotations

import math

from torch import Tensor

from core.config import RunConfig
from core.dataset import DataSpec
from core.errors import Unsuitable
from core.models import MODELS

# Values this far from 0 move weights so much that the usual learning rates diverge.
FAR = 100.0
SCALE_IT = "set Preprocessing to standardise or min-max"


def check_samples(config: RunConfig, samples: int) -> None:
    """Check settings against the number of `samples` for training.

    Raises:
        Unsuitable: there are more clusters than samples.
    """
    clusters = getattr(config.hyperparameters, "n_clusters", 0)
    if clusters > samples:
        raise Unsuitable(
            f"There are {samples:,} samples for training, and {clusters:,} clusters of them cannot be made: turn the "
            f"number of clusters down to {max(2, samples // 10):,}."
        )


def cautions(config: RunConfig, spec: DataSpec, samples: int) -> list[str]:
    """What will make a run on data of this `spec`, with so many `samples` for training, fail or teach nothing.

    One sentence each, with a remedy.
    """
    found = []
    try:
        check_samples(config, samples)
    except Unsuitable as error:
        found.append(str(error))
    knobs, values = config.hyperparameters, math.prod(spec.shape)
    latents, model = getattr(knobs, "latent_size", 0), MODELS[config.model]
    # A generator's noise, and a posterior that pays for what it tells, may be of any size.
    is_plain = model.autoencodes and "sample" not in model.capabilities
    is_free = all(getattr(knobs, name, "none") == "none" for name in ("noise", "sparsity"))
    if latents > values and is_plain and is_free:
        found.append(
            f"A code of {latents:,} numbers can hold a sample of {values:,} as it is, and nothing need be learned: "
            f"turn the latent size down to {max(1, values // 2):,}, or add noise or sparsity."
        )
    batch = getattr(knobs, "batch_size", 0)
    if batch > samples:
        found.append(
            f"A batch of {batch:,} is more than the {samples:,} samples for training: each step sees all of them. Turn "
            f"the batch size down to {max(2, samples // 4):,} for the noise that helps to learn."
        )
    reach = reach_of(spec)
    if reach > FAR:
        found.append(f"Values reach to {reach:,.4g}, where training diverges easily: {SCALE_IT}.")
    return found


def too_far(x: Tensor) -> str:
    """The sentence about samples (N, …) that are so far from 0 that training diverged, "" where they are not."""
    reach = float(x.abs().max())
    return f"The data are far from 0 (up to {reach:,.4g}): {SCALE_IT}." if reach > FAR else ""


def reach_of(spec: DataSpec) -> float:
    """How far values are from 0 at most, as far as that is known before they are read."""
    reach = max(map(abs, spec.value_range))
    return reach if math.isfinite(reach) else 0.0
