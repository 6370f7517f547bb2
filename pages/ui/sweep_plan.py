"""A new sweep: which knobs, which values, how many seeds, and what it will cost."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import ValidationError

from core import RunConfig, Sweep
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.engine.budget import budget
from core.errors import LatentLabError
from core.hyperparameters import Knob
from core.query import read_value
from core.sentences import TYPES, sentences
from core.sweeps.declaration import first_offered, offered, sweepable
from core.sweeps.suggestions import suggested, thinned
from pages.ui.choices import OrTyped, choice
from pages.ui.datasets import is_local, offer_fetch, source_of, uploads
from pages.ui.differences import called
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.navigation import page
from pages.ui.once import once
from pages.ui.owners import is_own
from pages.ui.session import VALUES, memory
from pages.ui.state import address, attempt, open_run, session
from pages.ui.sweep_list import open_sweep

MOST_KNOBS = 3
MOST_SEEDS = 10
# Values to begin with, by how many knobs are swept.
BEGIN = {1: 7, 2: 4, 3: 3}
# What is swept unless a knob was turned: the first of these that a model has.
FIRST = ("latent_size", "hidden_size")


def offer(config: RunConfig | None) -> None:
    """Below the knobs of the Train page: sweep the one that was turned last."""
    wanted, memory().go_to_sweep = memory().go_to_sweep, False
    if config is None:
        if wanted:
            st.caption("A sweep begins with knobs that fit together: what is wrong with these stands above.")
        return
    now = config.settings()
    knobs = offered(config)
    turned = [name for name in knobs if name in memory().stood and memory().stood[name] != now[name]]
    if len(turned) == 1:
        suggest(turned[0])
    memory().stood = now
    knob = knobs[first_offered(config, memory().turned, *FIRST)]
    st.button(
        f"Sweep {knob.label}",
        key="sweep_this",
        icon=":material/stacked_line_chart:",
        width="stretch",
        help=WHY,
        on_click=want,
        args=(knob.name,),
    )
    if wanted:
        open_sweep(None)
        st.switch_page(page("sweep"), query_params=address())


def want(name: str) -> None:
    """Go to the Sweep page with this knob, once it is known what the others say."""
    suggest(name)
    memory().go_to_sweep = True


def offer_sweep(record: ReadableRecord, name: str, help: str) -> None:
    """A button that leads from a run to the Sweep page, with this knob of the run's settings."""
    label = sweepable(record.config)[name].label
    if st.button(f"Sweep {label}", key="sweep_run", icon=":material/stacked_line_chart:", help=help):
        open_run(record)
        suggest(name)
        open_sweep(None)
        st.switch_page(page("sweep"), query_params=address())


def suggest(name: str) -> None:
    """Have the next sweep begin with this knob."""
    memory().turned = memory().asked["swept"] = name


WHY = "Train this knob at many values at once, and see what it does."


def show() -> None:
    """Pick knobs and values, read the budget, start."""
    config, _ = RunConfig.from_query(memory().address, uploads())
    title = called(config)
    knobs, now = offered(config), config.settings()
    st.markdown(f"**{plain(title)}**: every other knob stands as on Train.")
    if not offer_fetch(config.dataset):
        return
    left, right = st.columns([4, 1], gap="large")
    names = left.multiselect(
        "Knobs to sweep",
        list(knobs),
        format_func=lambda name: knobs[name].label,
        max_selections=MOST_KNOBS,
        **choice("swept", knobs, [first_offered(config, *FIRST)], MOST_KNOBS),
        help="One for a curve, two for a grid of all combinations, three for those who like many lines.",
    )
    seeds = right.number_input(
        "Seeds",
        1,
        MOST_SEEDS,
        help="Runs for each value: their spread shows what is chance.",
        **choice("sweep_seeds", range(1, MOST_SEEDS + 1), 1),
    )
    sweep, problem = None, ""
    try:
        spec = source_of(config.dataset).spec
        axes = {name: _values(knobs[name], now[name], len(names), spec) for name in names}
        sweep = Sweep.for_data(spec, base=config, axes=axes, seeds=seeds)
    except ValidationError as error:
        problem = " ".join(sentences(error))
    except LatentLabError as error:
        problem = str(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start the sweep",
            key="start_sweep",
            type="primary",
            icon=":material/play_arrow:",
            disabled=sweep is None or not is_local(config.dataset),
            on_click=once(_start, sweep, title),
        )
        if sweep is not None:
            st.text(_budget(sweep))
    # Below the button, which stays where it is.
    if problem:
        st.error(problem, icon=":material/tune:")


def pick_values(knob: Knob, ladder: list[Any], now: Any, place: dict[str, Any]) -> list[Any]:
    """Values of a knob as chips in a `place` of their own, of a `ladder`; others can be typed.

    Raises:
        LatentLabError: what was typed is no value of this knob.
    """
    chosen = st.multiselect(
        knob.label,
        ladder,
        format_func=lambda value: value if isinstance(value, str) and not knob.choices else knob.text(value),
        accept_new_options=not knob.choices,
        **place,
        placeholder="Choose values" if knob.choices else "Choose or type values",
        help=f"{knob.help} On Train it stands at {knob.text(now)}.",
    )
    return [_read(knob, value) for value in chosen]


def _values(knob: Knob, now: Any, knobs: int, spec: DataSpec) -> list[Any]:
    ladder = suggested(knob, now, spec.label_names)
    options = ladder if knob.choices else OrTyped(ladder)
    return pick_values(knob, ladder, now, choice(f"{VALUES}{knob.name}", options, thinned(ladder, now, BEGIN[knobs])))


def _read(knob: Knob, value: Any) -> Any:
    """A value that was chosen, or one that was typed."""
    if not isinstance(value, str) or knob.choices:
        return value
    try:
        return read_value(value.strip(), knob.type, knob.choices)
    except ValueError:
        raise LatentLabError(f"{knob.label}: {value!r} is not {TYPES[knob.type]}.") from None


def _budget(sweep: Sweep) -> str:
    engine, configs = laboratory.engine, sweep.configs()
    left = [config for config, run in zip(configs, engine.sweeps.finished(configs, is_own), strict=True) if run is None]
    return budget(left, len(configs) - len(left), engine.store.all(), engine.workers).text


def _start(sweep: Sweep, title: str) -> None:
    attempt(lambda: open_sweep(laboratory.engine.sweeps.start(sweep, session(), title, is_own)))
