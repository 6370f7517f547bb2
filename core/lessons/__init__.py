"""Lessons of a minute: a question, two settings that answer it side by side, and what the answer teaches.

Each is a file `<name>.toml` beside this one; the table says in which order they are offered.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.config import RunConfig
from core.metrics import Metric
from core.models import MODELS
from core.presets import as_settings
from core.protocol import Panel

FOLDER = Path(__file__).parent


class Setting(BaseModel):
    """One of the two sides: its name, and what differs from the model's defaults, "steps" among it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    values: dict[str, Any] = {}


# From its least to its most.
Range = tuple[float, float]


class Claim(BaseModel):
    """What the numbers must show: on validation samples `metric` is larger on one side.

    It is so many `times` the other's, larger `by` so much at least, and within a range on the `first` side and on the
    `second`: what the text calls nothing is next to nothing, and what it calls a half is not much more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    larger: Literal[0, 1]
    times: Range = (1.0, math.inf)
    by: float = 0.0
    first: Range = (-math.inf, math.inf)
    second: Range = (-math.inf, math.inf)

    @property
    def key(self) -> str:
        """What runs call its metric."""
        return f"test_{self.metric}"

    def values(self, first: Mapping[str, float], second: Mapping[str, float]) -> tuple[float, float]:
        """The numbers that it is about, among the metrics of the two sides."""
        return first[self.key], second[self.key]

    def holds(self, values: tuple[float, float]) -> bool:
        """Whether it is true of the two sides' `values`."""
        large, small = values[self.larger], values[1 - self.larger]
        least, most = self.times
        # Nothing is no share of nothing.
        is_so_many_times = least * small <= large and (math.isinf(most) or large <= most * small)
        ranges = zip((self.first, self.second), values, strict=True)
        is_within = all(low <= value <= high for (low, high), value in ranges)
        return is_so_many_times and large - small >= self.by and is_within


class Next(BaseModel):
    """What to try next, in a sentence: one of the two sides with other `values`.

    What the sentence promises of metrics of validation samples lies, by their names, in the ranges that it `shows`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    side: Literal[0, 1]
    values: dict[str, Any] = Field(min_length=1)
    shows: dict[str, Range] = {}


class Lesson(BaseModel):
    """A question with guesses to choose from, the two settings, what to look at, what happened, and what to try next.

    `right` is the number of the true guess, from 0; `view` is where `look` says to look. In `happened` {0} and {1}
    stand for the metric of the first of the `claims` on the two sides, {2} and {3} for the second's, and so on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    question: str
    guesses: tuple[str, ...] = Field(min_length=2)
    right: int = Field(ge=0)
    dataset: str
    model: str
    seed: int = 0
    settings: tuple[Setting, Setting]
    claims: tuple[Claim, ...] = Field(min_length=1)
    view: Panel
    look: str
    happened: str
    next: Next

    @model_validator(mode="after")
    def _is_whole(self) -> Lesson:
        if self.right >= len(self.guesses):
            raise ValueError(f"{self.title}: there is no guess number {self.right}.")
        for metric in (*(claim.metric for claim in self.claims), *self.next.shows):
            if metric not in self.metrics():
                raise ValueError(f"{self.title}: {self.model} measures no {metric}.")
        self.happened.format(*range(2 * len(self.claims)))
        self.next_config()
        return self

    def metrics(self) -> dict[str, Metric]:
        """What is measured of its runs, by name."""
        from core.datasets import metrics_of

        of_data = metrics_of(self.dataset, self.configs()[0].data)
        return {metric.name: metric for metric in (*MODELS[self.model].metrics, *of_data)}

    def configs(self) -> tuple[RunConfig, RunConfig]:
        """The configurations of the two sides, with the same seed."""
        first, second = (self._config(setting) for setting in self.settings)
        return first, second

    def next_config(self) -> RunConfig:
        """The configuration of what to try next."""
        return self.configs()[self.next.side].having(self.next.values)

    def told(self, first: Mapping[str, float], second: Mapping[str, float]) -> str:
        """What happened, with the numbers of the claims among the metrics of the two sides."""
        texts = [
            self.metrics()[claim.metric].text(value) for claim in self.claims for value in claim.values(first, second)
        ]
        return self.happened.format(*texts)

    def _config(self, setting: Setting) -> RunConfig:
        named = {"dataset": self.dataset, "model": self.model, "seed": self.seed}
        return RunConfig.model_validate({**named, **as_settings(setting.values)})


def read(name: str) -> Lesson:
    """The lesson in the file `name`.toml."""
    return Lesson.model_validate(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


LESSONS: dict[str, Lesson] = {name: read(name) for name in ("squeeze", "noise", "sparse", "collapse")}
