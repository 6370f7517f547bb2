"""A sweep in a script: every run trained in this process, and their numbers as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.config import RunConfig
from core.datasets import find
from core.errors import Diverged
from core.home import Home
from core.sweeps.declaration import Sweep
from core.sweeps.estimate import Estimate, estimate
from core.training.loop import fit

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Row:
    """One run: what the swept knobs stood at, its seed, its last metrics, and why it has none if it diverged.

    `baselines` are what the simplest answer gets in the same metrics, where that is known.
    """

    settings: Mapping[str, Any]
    seed: int
    metrics: Mapping[str, float]
    reason: str = ""
    baselines: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The runs of a sweep, one `Row` each."""

    rows: tuple[Row, ...]

    def over_seeds(self, metric: str) -> list[tuple[Mapping[str, Any], Estimate | None]]:
        """Each setting with the metric's mean ± sd over the seeds; None where no run has it."""
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            found.setdefault(tuple(row.settings.values()), []).append(row)
        return [
            (rows[0].settings, estimate([row.metrics[metric] for row in rows if metric in row.metrics]))
            for rows in found.values()
        ]

    def to_dict(self) -> list[dict[str, Any]]:
        """One dictionary a run: swept knobs, seed, metrics, reason."""
        return [{**row.settings, "seed": row.seed, **row.metrics, "reason": row.reason} for row in self.rows]

    def to_frame(self) -> DataFrame:
        """The same as a DataFrame of pandas."""
        from pandas import DataFrame

        return DataFrame(self.to_dict())


def sweep(config: RunConfig, axes: Mapping[str, Iterable[Any]], seeds: int = 1, home: Home | None = None) -> Table:
    """Train every combination of the values in `axes`, by the names of their knobs, with `seeds` seeds each.

    A run is what `fit` gives for its configuration; one that diverges has no metrics and says why.

    Raises:
        ValidationError: with one sentence for what cannot be tried, before anything is trained.
    """
    home = home or Home()
    swept = Sweep.for_data(find(config.dataset, home).spec, base=config, axes=axes, seeds=seeds)
    return Table(tuple(_row(swept, run, home) for run in swept.configs()))


def _row(swept: Sweep, config: RunConfig, home: Home) -> Row:
    settings = swept.setting_of(config)
    try:
        # Only the last numbers are asked for.
        last = fit(config, every=math.inf, home=home).history[-1]
    except Diverged as error:
        return Row(settings, config.seed, {}, str(error))
    return Row(settings, config.seed, dict(last.metrics))
