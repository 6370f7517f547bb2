"""Hyper-parameters → widgets: the only place where a widget is chosen.

Every widget is bound to the page's address under the knob's own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from itertools import groupby
from typing import Any

import streamlit as st
from pydantic import ValidationError

from core import MODELS, RunConfig
from core.config import sentences
from core.datasets import find
from core.hyperparameters import Knob
from pages.ui.datasets import catalogue, id_of, titles
from pages.ui.state import FIRST, defaults, models_for, reset_knobs

BOUND: dict[str, Any] = {"bind": "query-params"}
SHAPES = [
    (),
    (16,),
    (32,),
    (64,),
    (128,),
    (256,),
    (512,),
    (32, 32),
    (64, 64),
    (128, 64),
    (256, 128),
    (512, 256),
    (64, 64, 64),
    (128, 64, 32),
    (256, 128, 64),
    (512, 256, 128),
    (1024, 512, 256, 128),
]
STEPS = [100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000]


def pick_config() -> RunConfig | None:
    """Draw dataset, model and all knobs; the configuration they say, or None with a sentence on the page."""
    names = catalogue()
    named = titles(names)
    _read_dataset(names)
    _read_id("model", MODELS)
    dataset = st.selectbox(
        "Dataset",
        names,
        index=names.index(FIRST["dataset"]),
        format_func=lambda name: named[name],
        key="dataset",
        on_change=reset_knobs,
        help="What the network learns from, without looking at labels.",
        **BOUND,
    )
    fitting = models_for(dataset)
    model = st.selectbox(
        "Model",
        fitting,
        index=fitting.index(FIRST["model"]) if FIRST["model"] in fitting else 0,
        format_func=lambda name: MODELS[name].title,
        key="model",
        on_change=reset_knobs,
        help="The models that accept this kind of data.",
        **BOUND,
    )
    base = defaults(dataset, model)
    knobs = [*find(dataset).Parameters.knobs(), *MODELS[model].Hyperparameters.knobs()]
    begin = {**dict(base.data), **dict(base.hyperparameters)}
    values = dict(begin)
    for group, members in groupby(knobs, key=lambda knob: knob.group):
        drawn = list(members)
        with st.expander(group, expanded=group == "Architecture", key=f"group-{group.lower()}"):
            for knob in drawn:
                values[knob.name] = draw(knob, begin, values)
    with st.expander("Run", key="group-run"):
        steps = _log_slider(
            "steps",
            "Steps",
            STEPS,
            base.steps,
            (1, 200_000),
            "How many batches to learn from: more, better, until the curve is flat.",
        )
        seed = st.number_input(
            "Seed",
            0,
            2**31 - 1,
            base.seed,
            key="seed",
            help="Where all chance comes from: the same seed gives the same run, bit for bit.",
            **BOUND,
        )
    data = {name: values[name] for name in dict(base.data)}
    hyperparameters = {name: values[name] for name in dict(base.hyperparameters)}
    try:
        return RunConfig(
            dataset=dataset, model=model, steps=steps, seed=seed, hyperparameters=hyperparameters, data=data
        )
    except ValidationError as error:
        st.error(" ".join(sentences(error)), icon=":material/tune:")
        return None


def _read_dataset(names: list[str]) -> None:
    """Let an address name a dataset by its id or its title; let go of one that was deleted."""
    known = st.session_state.get("dataset")
    if known not in names:
        st.session_state.pop("dataset", None)
        asked = id_of(known or st.query_params.get("dataset", ""))
        if asked:
            st.session_state["dataset"] = asked


def _read_id(key: str, table: Collection[str]) -> None:
    """Let an address name a choice by its id as well as by its title, which is what the widget reads."""
    asked = st.query_params.get(key)
    if key not in st.session_state and asked in table:
        st.session_state[key] = asked


def draw(knob: Knob, begin: dict[str, Any], values: dict[str, Any]) -> Any:
    """Draw one knob and return its value; one that changes nothing now is not drawn and keeps what it had."""
    if not knob.matters(values):
        return st.session_state.get(knob.name, begin[knob.name])
    return WIDGETS[_style(knob)](knob, begin[knob.name])


def _style(knob: Knob) -> str:
    if knob.choices:
        return "buttons" if len(knob.choices) <= 3 else "choice"
    if knob.type is tuple:
        return "shape"
    return knob.scale


def _help(knob: Knob) -> str:
    return knob.help + " Can be turned while a run goes on." * knob.live


def _choice(knob: Knob, value: Any) -> Any:
    _read_id(knob.name, knob.choices)
    return st.selectbox(
        knob.label,
        knob.choices,
        index=knob.choices.index(value),
        format_func=_spaced,
        key=knob.name,
        help=_help(knob),
        **BOUND,
    )


def _buttons(knob: Knob, value: Any) -> Any:
    _read_id(knob.name, knob.choices)
    return st.segmented_control(
        knob.label,
        knob.choices,
        default=value,
        required=True,
        format_func=_spaced,
        key=knob.name,
        help=_help(knob),
        width="stretch",
        **BOUND,
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _shape(knob: Knob, value: Any) -> Any:
    now = st.session_state.get(knob.name, value)
    options = [*SHAPES, *(shape for shape in dict.fromkeys((value, now)) if shape not in SHAPES)]
    return st.selectbox(
        knob.label,
        options,
        index=options.index(value),
        key=knob.name,
        help=_help(knob),
        format_func=lambda shape: " – ".join(map(str, shape)) or "none",
        **BOUND,
    )


def _linear(knob: Knob, value: Any) -> Any:
    low, high = knob.soft or (knob.low, knob.high)
    now = _now(knob.name, value, (knob.low, knob.high), knob.type)
    # A stored run or an address may lie beyond the soft range; the slider then reaches that far.
    low, high = knob.type(min(low, now)), knob.type(max(high, now))
    # Fine enough that the default can be reached again.
    digits = max(2 if high <= 2 else 1, -Decimal(str(value)).as_tuple().exponent)
    step, shown = (1, "%d") if knob.type is int else (10.0**-digits, f"%.{digits}f")
    return st.slider(knob.label, low, high, knob.type(value), step, shown, key=knob.name, help=_help(knob), **BOUND)


def _log(knob: Knob, value: Any) -> Any:
    ladder = _ladder(*(knob.soft or (knob.low, knob.high)), knob.type)
    return _log_slider(knob.name, knob.label, ladder, value, (knob.low, knob.high), _help(knob))


def _log_slider(key: str, label: str, ladder: list[Any], value: Any, limits: tuple[Any, Any], help: str) -> Any:
    options = sorted({*ladder, value, _now(key, value, limits, type(value))})
    return st.select_slider(label, options, value, format_func=lambda v: f"{v:,g}", key=key, help=help, **BOUND)


def _now(key: str, value: Any, limits: tuple[Any, Any], kind: type) -> Any:
    """What a slider is about to show: this session's value, the address', or its default."""
    if key in st.session_state:
        return st.session_state[key]
    try:
        asked = kind(st.query_params.get(key, "").replace(",", ""))
    except ValueError:
        return value
    if not limits[0] <= asked <= limits[1]:
        return value
    # The widget itself reads only what it would show: 200,000, not 200000.
    st.session_state[key] = asked
    return asked


def _ladder(low: float, high: float, kind: type) -> list[Any]:
    """1, 2, 5, 10, … between `low` and `high`, powers of two for whole numbers, both ends included."""
    if kind is int:
        return sorted({int(low), *(2**k for k in range(20) if low <= 2**k <= high), int(high)})
    steps = [float(f"{digit}e{power}") for power in range(-6, 5) for digit in (1, 2, 5)]
    return sorted({low, *(step for step in steps if low <= step <= high), high})


WIDGETS: dict[str, Callable[[Knob, Any], Any]] = {
    "choice": _choice,
    "buttons": _buttons,
    "shape": _shape,
    "linear": _linear,
    "log": _log,
}
