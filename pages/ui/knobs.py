"""The column of knobs: the first ones in sight, the others in groups, each with what was changed and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import RunConfig
from core.hyperparameters import Knob, Names, exact
from pages.ui import sweep_plan
from pages.ui.dial import dial
from pages.ui.session import memory
from pages.ui.state import is_following, put
from pages.ui.widgets import KEPT, draw, ladder_slider

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

STEPS = [100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000]
CHANGED = ":primary[**●**]"
LIVE = ":material/bolt:"
LEGEND = f":small[{CHANGED} is not its default · {LIVE} can be turned while a run goes on]"


def draw_knobs(base: RunConfig, presets: Collection[Mapping[str, Any]], classes: Collection[str]) -> None:
    """Draw the knobs of a dataset with these `classes` and a model, which begin at `base`, but for those folded away.

    Sliders can also take the values of `presets`.
    """
    begin = base.settings()
    values = dict(begin)

    def draw_all(knobs: Collection[Knob], is_unfolded: bool = True) -> None:
        for knob in knobs:
            if is_unfolded and knob.matters(values):
                marks = list(classes) if knob.type == Names else [p[knob.name] for p in presets if knob.name in p]
                with _place(knob.name, begin[knob.name], knob.text) as sign:
                    if is_following() and knob.first and knob.type in (int, float):
                        values[knob.name] = dial(knob, begin[knob.name], marks, is_changed=bool(sign))
                        continue
                    label = " ".join([sign, knob.label, LIVE * knob.live]).strip()
                    values[knob.name] = draw(knob, begin, values, marks=marks, label=label)
            else:
                values[knob.name] = st.session_state.get(knob.name, begin[knob.name])

    knobs = base.knobs()
    draw_all([knob for knob in knobs if knob.first])
    others = [knob for knob in knobs if not knob.first]
    for group, members in groupby(others, key=lambda knob: knob.group):
        drawn = list(members)
        fold = _group(group) if any(knob.matters(values) for knob in drawn) else None
        with nullcontext() if fold is None else fold:
            draw_all(drawn, is_unfolded=fold is not None and bool(fold.open))
        if fold is not None and not fold.open:
            _say_changed(begin, {knob.name: (knob.label, knob.text) for knob in drawn if knob.matters(values)})
    fold = _group("Run")
    if fold.open:
        with fold:
            _draw_run(begin)
    else:
        _say_changed(begin, {"steps": ("Steps", exact), "seed": ("Seed", str)})
    st.markdown(LEGEND)


def _say_changed(begin: Mapping[str, Any], folded: Mapping[str, tuple[str, Callable[[Any], str]]]) -> None:
    """Which knobs that are folded away, by their names with labels and texts, are not at their defaults."""
    changed = [
        f"{label} {text(_value(name, begin[name]))}"
        for name, (label, text) in folded.items()
        if _value(name, begin[name]) != begin[name]
    ]
    if changed:
        st.markdown(f":small[{CHANGED} {', '.join(changed)}]")


def _value(name: str, begin: Any) -> Any:
    """What a knob stands at."""
    value = st.session_state.get(name, begin)
    # A widget for several names holds a list.
    return tuple(value) if isinstance(value, list) else value


def _draw_run(begin: Mapping[str, Any]) -> None:
    """How long a run goes, and its seed."""
    with _place("steps", begin["steps"], exact) as sign:
        ladder_slider(
            f"{sign} Steps".strip(),
            STEPS,
            begin["steps"],
            "How many batches to learn from: more, better, until the curve is flat.",
            {"key": "steps", **KEPT},
        )
    with _place("seed", begin["seed"], str) as sign:
        st.number_input(
            f"{sign} Seed".strip(),
            0,
            2**31 - 1,
            begin["seed"],
            key="seed",
            help="Where all chance comes from: the same seed gives the same run, bit for bit.",
            **KEPT,
        )


def _group(name: str) -> ExpanderContainer:
    """Knobs that are folded away, or not, as they were left when another page was visited, or as the address says.

    Most are, and a page is there sooner where what nobody sees is not drawn.
    """
    key = f"group-{name.lower()}"

    def fold() -> None:
        others = memory().unfolded - {name}
        memory().unfolded = others | {name} if st.session_state[key] else others

    # Not as an argument: with another one it would be another group, drawn anew under the pointer.
    put(key, name in memory().unfolded)
    return st.expander(name, key=key, on_change=fold)


@contextmanager
def _place(name: str, begin: Any, text: Any) -> Iterator[str]:
    """A place for the widget called `name`, with a button to sweep it, and one to put it back once it was changed.

    What is given is the sign of a change.
    """
    is_changed = _value(name, begin) != begin
    with st.container(key=f"knob-{name}"):
        yield CHANGED if is_changed else ""
        if is_changed:
            _icon("undo", name, "undo", f"Back to the default, {text(begin)}", _put_back, name, begin)
        if name != "seed":
            _icon("sweep", name, "stacked_line_chart", f"Sweep this knob. {sweep_plan.WHY}", sweep_plan.want, name)


def _icon(what: str, name: str, icon: str, help: str, action: Callable[..., None], *arguments: Any) -> None:
    """A small button beside a knob."""
    key, sign = f"{what}-{name}", f":material/{icon}:"
    st.button("", key=key, icon=sign, type="tertiary", help=help, on_click=action, args=arguments)


def _put_back(name: str, value: Any) -> None:
    st.session_state[name] = value
