"""When training has gone wrong: numbers that are not finite, or a loss that ran away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.config import RunConfig
from core.dataset import DataSpec
from core.hyperparameters import Knob

# A loss this many times that of the first step (or 1, if that is more) has run away, even if it is still finite.
RUNAWAY = 100.0


def ceiling_of(losses: dict[str, Tensor]) -> float | None:
    """Above which absolute value a loss has run away, from the losses of the first steps (steps,) by name."""
    first = _worst(losses)[0]
    return RUNAWAY * max(1.0, float(first)) if torch.isfinite(first) else None


def diverged_at(losses: dict[str, Tensor], ceiling: float | None) -> int | None:
    """The index of the first of some steps whose losses (steps,) by name are not finite, or None.

    With a `ceiling` the last step's losses must also lie below it.
    """
    worst = _worst(losses)
    wrong = ~torch.isfinite(worst)
    if ceiling is not None:
        wrong[-1] |= worst[-1] > ceiling
    bad = wrong.nonzero()
    return int(bad[0]) if len(bad) else None


def weights_are_finite(model: nn.Module) -> bool:
    """Whether every weight is a finite number."""
    return all(bool(torch.isfinite(value).all()) for value in model.parameters())


def only_finite(metrics: dict[str, float]) -> dict[str, float]:
    """Metrics without those that overflowed: there is no such number in JSON, nor on an axis."""
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


@dataclass(frozen=True)
class Calmer:
    """A learning rate that ran away: its `knob`, where that `stood`, and a `rate` to try instead."""

    knob: Knob
    stood: float
    rate: float

    @property
    def name(self) -> str:
        """What the rate is called within a sentence."""
        return f"{self.knob.label[0].lower()}{self.knob.label[1:]}"

    @property
    def is_lower(self) -> bool:
        """Whether there is a rate to try: the least that its slider has can be turned down no further."""
        return self.rate < self.stood

    @property
    def advice(self) -> str:
        """What to turn, in a sentence."""
        stood, rate = self.knob.text(self.stood), self.knob.text(self.rate)
        if self.is_lower:
            return f"Turn the {self.name} down (it is {stood}; try {rate})."
        return f"The {self.name} is {stood}, the least there is: look for another cause."


def calmer(config: RunConfig, spec: DataSpec) -> Calmer:
    """The highest learning rate of a configuration, and its default instead, or a tenth where that is less."""
    values = dict(config.hyperparameters)
    rates = [each for each in config.hyperparameters.knobs() if each.name.endswith("learning_rate")]
    knob = max((each for each in rates if each.matters(values)), key=lambda each: values[each.name])
    begin = RunConfig.for_data(spec, dataset=config.dataset, model=config.model, data=config.data)
    # A tenth of 0.0003 is 0.00003, and not what binary fractions make of it.
    tenth = max(knob.slider[0], float(f"{values[knob.name] / 10:.6g}"))
    return Calmer(knob, values[knob.name], min(tenth, getattr(begin.hyperparameters, knob.name)))


def _worst(losses: dict[str, Tensor]) -> Tensor:
    """The largest absolute loss of each step, (steps,)."""
    return torch.stack([values.abs() for name, values in losses.items() if name.endswith("loss")]).amax(dim=0)
