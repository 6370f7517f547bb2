"""What the units of a code do: which are active how often, and what each adds to a sample."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core.analysis.data import codes_of, counts, outputs, shown_of
from core.analysis.result import Context, Result, measured
from core.nn.sparsity import active_units, dead_units
from core.protocol import Array
from core.units import by_movement, turned

# Units whose parts are decoded: those that move most.
DECODED = 64


@dataclass(frozen=True, kw_only=True)
class Units(Result):
    """The activity of each unit of the code on held-out samples, and the parts that the first of them add.

    `activations` (N, units) are the codes; `sigmoid` says whether they lie between 0, silent, and 1, loud, or are
    linear; `activity` (units,) is the share of samples on which each is active. `order` (n,) are the units that move
    most, by their standard deviation. `quiet` and `loud` (n, …) is what those decode to at the least and the largest
    activation that they have, all others at their mean; None where codes are not decoded.
    """

    activations: Array
    sigmoid: bool
    activity: Array
    order: Array
    quiet: Array | None
    loud: Array | None
    dead: int = measured(
        "Dead units",
        "",
        ".0f",
        "lower",
        "Units that are active on no held-out sample. A sigmoid is active above 0.1; a linear unit where it is further "
        "from its mean than a tenth of the standard deviation of the unit that moves most.",
    )
    active: float = measured(
        "Active codes", "%", ".1f", None, "The share of units that are active on an average held-out sample."
    )
    mean: float = measured("Mean activation", "", ".3f", None, "The mean over all units and held-out samples.")
    target: float | None = measured("Target ρ", "", ".3f", None, "The mean that each unit is held at.", default=None)

    @property
    def means(self) -> Array:
        """The mean activation of each unit, (units,)."""
        means: Array = self.activations.mean(axis=0)
        return means

    @property
    def spreads(self) -> Array:
        """The standard deviation of the activations of each unit, (units,)."""
        spreads: Array = self.activations.std(axis=0)
        return spreads


def survey(context: Context) -> Units:
    """Look at every unit of the code on held-out samples, and decode those that move most.

    Raises:
        LatentLabError: the codes are not finite, or all the same.
    """
    model, shown = context.model, shown_of(context.dataset)
    codes = codes_of(model.encode, shown.x)
    sigmoid, found = model.has_sigmoid_codes, torch.from_numpy(codes)
    active = active_units(found, sigmoid).float()
    order = by_movement(codes)[:DECODED]
    quiet = loud = None
    if model.autoencodes and "decode" in model.capabilities:
        lowest, highest = (turned(codes, order, ends) for ends in (codes.min(axis=0), codes.max(axis=0)))
        quiet, loud = outputs(model.decode, lowest).numpy(), outputs(model.decode, highest).numpy()
    return Units(
        counts=counts(context.dataset, shown),
        activations=codes,
        sigmoid=sigmoid,
        activity=active.mean(dim=0).numpy(),
        order=order,
        quiet=quiet,
        loud=loud,
        dead=int(dead_units(found, sigmoid).sum()),
        active=float(active.mean()),
        mean=float(codes.mean()),
        target=model.target_activation,
    )
