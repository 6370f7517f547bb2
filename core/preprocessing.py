"""What is done to all numbers of a dataset before anything learns from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.hyperparameters import Hyperparameters, knob
from core.left_out import Labelled
from core.scaling import FITTED, HELP, TITLES, Scaling

if TYPE_CHECKING:
    from core.dataset import DataSpec

# How far values reach that training samples decide is not known before they are read.
OPEN = (float("-inf"), float("inf"))


class Preprocessed(Labelled):
    """How the numbers of data are scaled, by what training is left with."""

    preprocessing: Scaling = knob(
        "none",
        group="Data",
        titles=TITLES,
        help=f"{HELP} as the data come: reconstruction errors are then per squared unit of another scale.",
    )


def applied(spec: DataSpec, data: Hyperparameters) -> Scaling:
    """How samples of this `spec` are scaled when they are read as `data` say.

    What was brought was scaled by all training samples; where classes are left out, it is again by the others.
    """
    if not isinstance(data, Preprocessed):
        return "none"
    is_anew = data.preprocessing == "none" and data.left_out and spec.scaling in FITTED
    return spec.scaling if is_anew else data.preprocessing


def expected(spec: DataSpec, data: Hyperparameters) -> DataSpec:
    """What samples of this `spec` are once they are read as `data` say, as far as that is known before."""
    scaling = applied(spec, data)
    if scaling == "none":
        return spec
    # Scaled values are no grey levels in equal steps of their range any more: they are taken for continuous.
    return replace(spec, scaling=scaling, value_range=(0.0, 1.0) if scaling == "min_max" else OPEN, levels=None)
