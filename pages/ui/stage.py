"""The components that follow a run over a socket: the live stage, and the probe with its sliders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Literal, Unpack, cast

import streamlit as st

from core import MODELS, RunConfig
from core.analysis.sampling import conditions_of
from core.datasets import metrics_of
from core.engine import LiveRun, ReadableRecord, Record
from core.glossary import explained
from core.metrics import Metric
from core.protocol import PANELS, Panel, Status
from core.selection import Samples
from core.training.foreseen import foreseen
from pages.ui.before import ghost_of
from pages.ui.choices import chosen
from pages.ui.comparison import COMPARE, act, difference, is_pinned
from pages.ui.component import component
from pages.ui.component_data.probe import ProbeData, Sliders
from pages.ui.component_data.stage import Plotted, Remarked, StageData, Turned
from pages.ui.encoding import drawn
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.pinned import turn_in
from pages.ui.probe import SHOWN
from pages.ui.selecting import select, selected_of
from pages.ui.session import memory
from pages.ui.state import address, step_of

# What the stage draws: there a cross decodes the plane, where it is dragged, and samples come from a prior.
ON_STAGE: list[Panel] = [panel for panel in PANELS if panel not in ("decoded", "fitted")]

# What a script says of the newest snapshot, which is none of the film's.
NEWEST = -1

_stage, _probe = component("stage", "stage"), component("probe", "probe")


def stage(record: Record, live: LiveRun | None) -> None:
    """The live pictures of a run; the page is run again when the run starts or ends moving."""
    # The run may be over before its first message comes.
    data: StageData = {
        **described(record, Status(live.status if live else record.status)),
        "at": step_of(record.id),
        "page": memory().page,
    }
    data["plotted"] = _picked(data)
    before = ghost_of(record)
    if isinstance(record, ReadableRecord):
        data["pinned"] = is_pinned(record, before)
    if before is not None and isinstance(record, ReadableRecord):
        data["before"] = {
            "data": described(before, before.status),
            "difference": difference(before, record),
        }
    plots = [Samples(each.config, "validation") for each in (record, before) if isinstance(each, ReadableRecord)]
    shown = _stage(
        key="stage_view",
        data=data,
        on_status_change=lambda: None,
        on_looked_change=lambda: _look_back("stage_view", record),
        on_plotted_change=lambda: _plot("stage_view"),
        on_ghost_change=act,
        on_aside_change=lambda: turn_in("stage_view"),
        on_selected_change=lambda: select("stage_view", *plots),
    )
    if shown.ghost == COMPARE:
        st.switch_page(page("compare"), query_params=address())


def film(record: ReadableRecord, panels: Sequence[Panel], caption: str) -> None:
    """Some panels of a run at each step that was kept, under a slider, or a sentence where there is one step alone."""
    live = laboratory.engine.live(record.id)
    if live is None and len(laboratory.engine.store.snapshots(record.id)) < 2:
        st.caption("This run has no film: pictures of a single step were kept. Train one for longer to see one.")
        return
    data = described(record, Status(live.status if live else record.status))
    with st.container(key="film"):
        _stage(
            key="film_view",
            data={**data, "panels": list(panels), "at": step_of(record.id), "plotted": _picked(data)},
            on_status_change=lambda: None,
            on_looked_change=lambda: _look_back("film_view", record),
            on_plotted_change=lambda: _plot("film_view"),
            on_aside_change=lambda: turn_in("film_view"),
            on_selected_change=lambda: select("film_view", Samples(record.config, "validation")),
        )
    st.caption(caption)


def _look_back(key: str, record: Record) -> None:
    """Somebody looks back at a step of the film, or at the newest again."""
    step = st.session_state[key]["looked"]
    # Nothing was said where another trigger of the same view runs the page.
    if step is not None:
        memory().looked = (record.id, step) if step != NEWEST else None


def _picked(data: StageData) -> list[str]:
    """The metrics that are plotted in place of those at first."""
    picked: list[str] = chosen("plotted", [metric["name"] for metric in data["metrics"]], [])
    return picked


def _plot(key: str) -> None:
    """Somebody picks what is plotted."""
    names = st.session_state[key]["plotted"]
    if names is not None:
        st.session_state["plotted"] = list(names)


# What the stage is told of a run whose configuration cannot be read; it shows the reason and no panel.
UNREADABLE: StageData = {
    "run": "",
    "name": "",
    "panels": [],
    "foreseen": [],
    "drawn": Status.QUARANTINED,
    "look": None,
    "labels": [],
    "codes": "",
    "codes_help": "",
    "prior": None,
    "verdicts": [],
    "in_turn": 1,
    "metrics": [],
    "headline": [],
    "curves": [],
    "text": "",
    "remarks": [],
    "changes": [],
    "at": None,
    "aside": False,
    "before": None,
    "pinned": None,
    "selected": {"samples": "", "indices": []},
    "plotted": [],
    "page": "",
}


def described(record: Record, status: Status) -> StageData:
    """What a script must know of a run's samples and its model to draw them."""
    aside = record.id in memory().aside
    if not isinstance(record, ReadableRecord):
        return {**UNREADABLE, "run": record.id, "name": record.name, "drawn": status, "aside": aside}
    config, spec = record.config, record.spec
    model = MODELS[config.model]
    codes = "Codes" if model.autoencodes else f"{_discriminator(config).capitalize()}'s features"
    curves = model.curves(config.hyperparameters)
    of_data = metrics_of(config.dataset, config.data) if "sample" in model.capabilities else ()
    return {
        "run": record.id,
        "name": record.name,
        "panels": ON_STAGE,
        "foreseen": foreseen(config, spec),
        "drawn": status,
        "look": drawn(spec),
        "labels": list(spec.label_names),
        "codes": codes,
        "codes_help": explained(codes),
        "prior": model.code_prior(config.hyperparameters),
        "verdicts": list(model.verdicts(config.hyperparameters)),
        "in_turn": len(conditions_of(config, spec)) if model.needs_labels else 1,
        "metrics": [_plotted(metric) for metric in (*model.metrics, *of_data)],
        "headline": [*model.headline, *(metric.name for metric in of_data[:2])],
        "curves": list(curves.metrics),
        "text": curves.text,
        "remarks": [cast(Remarked, asdict(remark)) for remark in curves.remarks],
        "changes": _turned(config),
        "at": None,
        "aside": aside,
        "before": None,
        "pinned": None,
        "selected": selected_of(Samples(config, "validation")),
        "plotted": [],
        "page": "",
    }


def _turned(config: RunConfig) -> list[Turned]:
    """The knobs that were turned on the way, in words."""
    knobs = {knob.name: knob for knob in config.knobs()}
    return [
        {"step": change.step, "text": f"{knobs[change.name].label} {knobs[change.name].text(change.value)}"}
        for change in config.changes
    ]


def _plotted(metric: Metric) -> Plotted:
    return {
        "name": metric.name,
        "title": metric.title,
        "unit": metric.unit,
        "format": metric.format,
        "help": metric.explanation,
    }


def _discriminator(config: RunConfig) -> str:
    """What the discriminator is called: a critic where it estimates a Wasserstein distance."""
    objective = getattr(config.hyperparameters, "objective", "")
    return "critic" if objective.startswith("wasserstein") else config.hyperparameters.worded("discriminator")


def probe(
    record: ReadableRecord,
    kind: Literal["decode", "noise"],
    rested: Callable[[], None],
    **sliders: Unpack[Sliders],
) -> None:
    """Sliders that ask the run's model while they are dragged, to decode codes or to repair noise.

    `rested` is called when one has come to rest.
    """
    shape = [SHOWN if kind == "noise" else 1, *record.spec.shape]
    data: ProbeData = {"run": record.id, "kind": kind, "shape": shape, "look": drawn(record.spec), **sliders}
    _probe(key=f"probe_{kind}", data=data, on_stands_change=rested)
