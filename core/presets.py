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
        """The values as a `RunConfig` takes them: hyper-parameters, and steps if they are among them."""
        hyperparameters = {name: value for name, value in self.values.items() if name != "steps"}
        steps = {"steps": self.values["steps"]} if "steps" in self.values else {}
        return {"hyperparameters": hyperparameters, **steps}
