"""Presets: settings of a model that show something, each with what you will see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.dataset import Kind


@dataclass(frozen=True)
class Preset:
    """Values that differ from a model's defaults, by the names of its knobs, "steps" among them.

    It is offered for data of the `kinds` it was made for, or for all that its model accepts.
    """

    title: str
    values: Mapping[str, Any]
    what_you_will_see: str
    kinds: frozenset[Kind] = frozenset({"vector", "image", "sequence"})

    def settings(self) -> dict[str, Any]:
        """The values as a `RunConfig` takes them."""
        return as_settings(self.values)


def as_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names of knobs as a `RunConfig` takes them: hyper-parameters, and steps if they are among them."""
    hyperparameters = {name: value for name, value in values.items() if name != "steps"}
    steps = {"steps": values["steps"]} if "steps" in values else {}
    return {"hyperparameters": hyperparameters, **steps}
