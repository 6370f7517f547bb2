"""Arithmetic on codes as sentences: take these samples, subtract that, add the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.analysis.arithmetic import STRENGTHS, arithmetic
from core.engine import ReadableRecord
from core.selection import Samples
from pages.ui.analyses import analysed, metric, sure, with_spread
from pages.ui.choices import choice
from pages.ui.figures import points_by_role
from pages.ui.galleries import rows
from pages.ui.session import memory

ALL, SELECTED = "all samples", "what is selected"
SAID = {0.0: "As they are", 0.5: "Half of it", 1.0: "All of it", 1.5: "Half more"}


def sums(record: ReadableRecord) -> None:
    """Three groups to choose, their means, and samples on the way."""
    spec = record.spec
    classes = [*spec.label_names]
    held = memory().selection
    selected = held.indices if held is not None and held.of.key == Samples(record.config, "held-out").key else ()
    groups = [*classes, ALL, *([SELECTED] if selected else [])]
    if not classes and not selected:
        st.caption(
            "These data have no classes: select held-out points above (drag around them), and they can be added here."
        )
        return
    first, second = (classes * 2)[:2] if classes else (ALL, ALL)
    begin = {"moved": first, "minus": first, "plus": SELECTED if selected else second}
    words = {"moved": "Take", "minus": "minus the mean of", "plus": "plus the mean of"}
    chosen = {
        name: column.selectbox(words[name], groups, **choice(name, groups, begin[name]))
        for name, column in zip(words, st.columns(3), strict=True)
    }
    start, minus, plus = (_group(chosen[name], selected) for name in words)
    found = analysed(record, arithmetic, "Adding and subtracting codes", start=start, minus=minus, plus=plus)
    if found is None:
        return
    if spec.rendering == "dot":
        unmoved, moved = (found.moved[STRENGTHS.index(strength)] for strength in (0.0, 1.0))
        figure = points_by_role({"reconstructed": unmoved, "generated": moved}, spec.value_range)
        st.plotly_chart(figure, width="stretch", key="arithmetic")
    else:
        notes = {"Means": ["taken", "subtracted", "added", "result"]}
        rows({"Means": found.means}, spec, "arithmetic_means", size=52, notes=notes)
        rows({SAID[t]: found.moved[at] for at, t in enumerate(STRENGTHS)}, spec, "arithmetic", size=52)
    if found.arrived is not None:
        left, right = st.columns([1, 3], gap="large")
        metric(left, found, "arrived")
        unmoved = with_spread(found, "before", found.spreads["before"])
        left.caption(f"{sure(found, 'arrived', found.spreads['arrived'])}; {unmoved} unmoved")
        right.caption(_read(found.length, found.towards, chosen["plus"]))
    else:
        st.caption(_read(found.length, "", chosen["plus"]))


def _group(name: str, selected: Sequence[int]) -> Any:
    return {ALL: None, SELECTED: list(selected)}.get(name, name)


def _read(length: float, towards: str, plus: str) -> str:
    """How to read the rows."""
    what = (
        f" Arrived is what has mostly {towards} among its five nearest training samples; ± is the standard error over "
        "the samples that are moved."
        if towards
        else ""
    )
    said = "The two means are the same: nothing is moved." if length == 0 else f"The difference is {length:.2g} times"
    far = "" if length == 0 else " as long as a code is usually far from the mean of all."
    return (
        f"{said}{far}{what} Where one straight step turns every sample of a kind into another, the codes keep the kind "
        "apart from the rest; where pictures fall apart, it is not a direction."
    )
