"""What is told before a run starts: settings that cannot work, or are pointless, for the data."""

from __future__ import annotations

import math

from torch import Tensor

from core.config import RunConfig
from core.dataset import DataSpec
from core.errors import Unsuitable
from core.left_out import Labelled
from core.metrics import readable
from core.models import MODELS
from core.scaling import Scaling

# Values this far from 0 move weights so much that the usual learning rates diverge, and so near to it hardly at all.
FAR, NEAR = 100.0, 0.001
SCALE_IT = "set Preprocessing to standardise or min-max"
# One value among many may be that far even after standardising: z ≤ √N.
OUTLYING = "a few are far from all others; set Preprocessing to min-max, or bring the data without those"


def check_samples(config: RunConfig, samples: int) -> None:
    """Check settings against the number of `samples` for training.

    Raises:
        Unsuitable: there are more clusters than samples.
    """
    said = _too_few(config, samples, f"{samples:,}")
    if said:
        raise Unsuitable(said)


def _too_few(config: RunConfig, samples: int, counted: str) -> str:
    """The sentence about `samples`, so many as it says, that are fewer than clusters of them; else ""."""
    clusters = getattr(config.hyperparameters, "n_clusters", 0)
    if clusters <= samples:
        return ""
    fitting = max(2, samples // 10)
    return (
        f"There are {counted} samples for training, and {clusters:,} clusters of them cannot be made: turn the number "
        f"of clusters down to {fitting:,}, which leaves about {samples // fitting} samples to each."
    )


def cautions(config: RunConfig, spec: DataSpec, samples: int) -> list[str]:
    """What will make a run on data of this `spec`, with so many `samples` for training, fail or teach nothing.

    One sentence each, with a remedy. Of what is left out of training the classes count alike.
    """
    counted = f"{samples:,}"
    if isinstance(config.data, Labelled) and config.data.left_out:
        samples = round(samples * (1 - len(config.data.left_out) / len(spec.label_names)))
        counted = f"about {samples:,}"
    found = [*filter(None, [_too_few(config, samples, counted)])]
    knobs, values = config.hyperparameters, math.prod(spec.shape)
    model = MODELS[config.model]
    # As many codes as there are steps, and as many batches as the discriminator takes.
    codes = spec.shape[0] if getattr(knobs, "code_at", "") == "every_step" else 1
    batches = getattr(knobs, "discriminator_steps", 1)
    latents, taken = codes * getattr(knobs, "latent_size", 0), batches * getattr(knobs, "batch_size", 0)
    # A generator's noise, and a posterior that pays for what it tells, may be of any size.
    is_plain = model.autoencodes and "sample" not in model.capabilities
    is_free = all(getattr(knobs, name, "none") == "none" for name in ("noise", "sparsity"))
    if latents > values and is_plain and is_free:
        found.append(
            f"A code of {latents:,} numbers can hold a sample of {values:,} as it is, and nothing need be "
            f"learned: turn the latent size down to {max(1, values // 2 // codes):,}, or add noise or sparsity."
        )
    if taken > samples:
        found.append(
            f"A step takes {taken:,} samples, and there are {counted} for training: each step sees "
            f"all of them. Turn the batch size down to {max(2, samples // 4 // batches):,} for the noise that helps to "
            "learn."
        )
    reach = reach_of(spec)
    if reach > FAR:
        far = SCALE_IT if spec.scaling == "none" else OUTLYING
        found.append(f"Values reach to {written(reach)}, where training diverges easily: {far}.")
    if 0 < reach < NEAR:
        found.append(f"Values reach to {written(reach)} only, where hardly anything is learned: {SCALE_IT}.")
    return found


def too_far(x: Tensor, scaling: Scaling) -> str:
    """The sentence about unscaled samples (N, …) that are so far from 0 that training diverged, else ""."""
    reach = float(x.abs().max())
    return f"The data are far from 0 (up to {written(reach)}): {SCALE_IT}." if scaling == "none" and reach > FAR else ""


def written(reach: float) -> str:
    """A number of any size, in four digits that count."""
    return readable(f"{reach:.4g}")


def reach_of(spec: DataSpec) -> float:
    """How far values are from 0 at most, as far as that is known before they are read."""
    reach = max(map(abs, spec.value_range))
    return reach if math.isfinite(reach) else 0.0
