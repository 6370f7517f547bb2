"""The frozen declaration of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from core import sentences
from core.config import RunConfig
from core.dataset import DataSpec
from core.hyperparameters import Knob, Names
from core.models import MODELS

# More would take hours, and nobody could look at them all.
MOST_RUNS = 60
Value = int | float | str | tuple[int, ...] | Names
STEPS = Knob(
    name="steps",
    label="Steps",
    type=int,
    default=3000,
    choices=(),
    titles={},
    low=1,
    high=200_000,
    soft=(100, 200_000),
    scale="log",
    group="Optimisation",
    help="How many batches to learn from: more, better, until the curve is flat.",
    needs={},
    live=False,
    first=False,
    seen_in="",
)


def sweepable(config: RunConfig) -> dict[str, Knob]:
    """What can be swept of a configuration, by name: the knobs of its data and its model, and the steps."""
    return {knob.name: knob for knob in (*config.knobs(), STEPS)}


def offered(config: RunConfig) -> dict[str, Knob]:
    """What is worth sweeping, by name: what changes anything as the other knobs stand."""
    now = config.settings()
    return {name: knob for name, knob in sweepable(config).items() if knob.matters(now)}


def first_offered(config: RunConfig, *names: str | None) -> str:
    """Which of these to begin with, the first that is worth sweeping; else a knob that is always in sight."""
    knobs = offered(config)
    in_sight = (name for name, knob in knobs.items() if knob.first)
    return next(name for name in (*names, *in_sight, STEPS.name) if name is not None and name in knobs)


class Sweep(BaseModel):
    """Each combination of the `axes`' values, every other setting as in `base`, with so many `seeds` from its own on.

    Raises:
        ValidationError: with one sentence for what cannot be tried.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    base: RunConfig
    axes: dict[str, tuple[Value, ...]]
    seeds: int = Field(1, ge=1)

    @classmethod
    def for_data(cls, spec: DataSpec, **values: Any) -> Sweep:
        """A new sweep on samples as `spec` describes them, which decides what suits them; numbers go in order.

        Raises:
            ValidationError: with one sentence for what cannot be tried.
        """
        given = cls.model_validate(values, context=spec)
        # A kept one stays as it is: its runs are told apart by their places.
        return given.model_copy(update={"axes": {name: _in_order(each) for name, each in given.axes.items()}})

    @field_validator("axes", mode="before")
    @classmethod
    def _listed(cls, axes: Any) -> Any:
        """Values may come as any list, sizes among them as lists: JSON has nothing else."""
        if not isinstance(axes, Mapping):
            return axes
        return {name: tuple(map(_hashable, values)) for name, values in axes.items() if _is_list(name, values)}

    @model_validator(mode="after")
    def _can_be_tried(self, info: ValidationInfo) -> Self:
        knobs = sweepable(self.base)
        if not self.axes:
            raise sentences.sentence("Nothing is swept: name a knob and the values to try.")
        for name, values in self.axes.items():
            if name not in knobs:
                raise sentences.sentence(sentences.unknown_knob(name, MODELS[self.base.model].title))
            if not values:
                raise sentences.sentence(f"{knobs[name].label} has no values to try: give one at least.")
        runs = self.seeds * prod(map(len, self.axes.values()))
        if runs > MOST_RUNS:
            raise sentences.sentence(f"These are {runs:,} runs; {MOST_RUNS} are the most. Try fewer values or seeds.")
        try:
            tried = [self.base.having(setting, info.context).settings() for setting in _combined(self.axes)]
            self.base.having({"seed": self.base.seed + self.seeds - 1}, info.context)
        except ValidationError as error:
            raise sentences.sentence(" ".join(sentences.sentences(error))) from None
        for name in self.axes:
            if not any(knobs[name].matters(settings) for settings in tried):
                raise sentences.sentence(_idle(knobs[name], knobs))
        # As the knobs have them, each once: 1 and 1.0 are one value of a knob that takes fractions.
        taken = {name: tuple(dict.fromkeys(settings[name] for settings in tried)) for name in self.axes}
        object.__setattr__(self, "axes", taken)
        return self

    def knobs(self) -> dict[str, Knob]:
        """The knobs that are swept, by name."""
        known = sweepable(self.base)
        return {name: known[name] for name in self.axes}

    def settings(self) -> list[dict[str, Any]]:
        """Every combination of values by the names of their knobs; the last knob changes fastest."""
        return _combined(self.axes)

    def configs(self) -> list[RunConfig]:
        """Every run: all combinations with the first seed, then all with the next."""
        seeds = range(self.base.seed, self.base.seed + self.seeds)
        return [self.base.having({**setting, "seed": seed}) for seed in seeds for setting in self.settings()]

    def setting_of(self, config: RunConfig) -> dict[str, Any]:
        """What the swept knobs stand at in one of the `configs`."""
        known = config.settings()
        return {name: known[name] for name in self.axes}

    def text(self, setting: Mapping[str, Any]) -> str:
        """A combination as people read it: "Latent size 4, Noise Gaussian"."""
        labels = [self.knobs()[name].label for name in setting]
        return ", ".join(f"{label} {value}" for label, value in zip(labels, self.values(setting), strict=True))

    def values(self, setting: Mapping[str, Any]) -> list[str]:
        """The values of a combination as people read them."""
        knobs = self.knobs()
        return [knobs[name].text(value) for name, value in setting.items()]

    def extended(self, name: str, values: Iterable[Any], spec: DataSpec) -> Sweep:
        """The same sweep with further values of one of its knobs; `spec` as for `for_data`.

        Raises:
            ValidationError: with one sentence for what cannot be tried.
        """
        axes = {**self.axes, name: [*self.axes[name], *values]}
        return Sweep.for_data(spec, base=self.base, axes=axes, seeds=self.seeds)


def _in_order(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Numbers from the lowest to the highest, all else as it was given."""
    numbers = [value for value in values if isinstance(value, int | float)]
    return tuple(sorted(numbers)) if len(numbers) == len(values) else values


def _combined(axes: Mapping[str, tuple[Value, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _is_list(name: str, values: Any) -> bool:
    """True for a list of values.

    Raises:
        PydanticCustomError: it is something else.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise sentences.sentence(f"The values of {name} are given as a list, not as {values!r}.")
    return True


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _idle(knob: Knob, knobs: Mapping[str, Knob]) -> str:
    """A knob changes nothing as the others stand."""
    wanted = " and ".join(
        f"{knobs[other].label} {' or '.join(knobs[other].text(value) for value in values)}"
        for other, values in knob.needs.items()
    )
    return f"{knob.label} changes nothing here: it matters with {wanted}."
