"""What the live stage is given."""

from __future__ import annotations

from typing import TypedDict

from core.protocol import Panel, Status
from pages.ui.component_data.shared import Drawn, Selected


class Plotted(TypedDict):
    """A metric, as curves and read-outs need to know it: see `core.metrics.Metric`; `help` is its explanation."""

    name: str
    title: str
    unit: str
    format: str
    help: str


class Remarked(TypedDict):
    """A sentence that is said while a held-out metric lies below a limit: see `core.model.Remark`."""

    metric: str
    below: float
    text: str


class Turned(TypedDict):
    """A live knob that was turned at a step, in words."""

    step: int
    text: str


class Before(TypedDict):
    """The ghost of a run: what is drawn of it, and how its settings differ."""

    data: StageData
    difference: str


class StageData(TypedDict):
    """A run on the stage, called `name`; `look` is None where its configuration cannot be read.

    Of the `panels` those are shown that the run has views for; `foreseen` are those of its first picture.
    `drawn` is the status that the page's buttons were drawn for, `codes` the title of the panel of codes, `codes_help`
    what it means, `prior` what training spreads them like, "normal" or "uniform", `verdicts` what a discriminator's
    scores say above and below their boundary. So many classes are drawn `in_turn`, 1 where none is asked for.
    `headline` and `curves` are the names of the metrics read out and plotted at first, `text` says how to read those,
    `remarks` what the last of them show. `changes` are the knobs that were turned on the way, `before` is the run to
    compare with; it is `pinned` where that one, or without it this one, stays for the next runs, which is None where
    none follow. `selected` are validation samples, `plotted` metrics in place of those at first. It is looked back
    `at` a step, or None, and set `aside` to be compared. By the name `page` the server knows where the next run will
    take this one's place; it is empty where none will.
    """

    run: str
    name: str
    panels: list[Panel]
    foreseen: list[str]
    drawn: Status
    look: Drawn | None
    labels: list[str]
    codes: str
    codes_help: str
    prior: str | None
    verdicts: list[str]
    in_turn: int
    metrics: list[Plotted]
    headline: list[str]
    curves: list[str]
    text: str
    remarks: list[Remarked]
    changes: list[Turned]
    at: int | None
    aside: bool
    before: Before | None
    pinned: bool | None
    selected: Selected
    plotted: list[str]
    page: str
