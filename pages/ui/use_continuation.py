"""The use of an autoregressive model to go on with a beginning: several ways, and what it expects next."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.analysis.continuation import Continuation, go_on
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.looks import LOOKS
from pages.ui.analyses import analysed, metric, sure, with_spread
from pages.ui.choices import Between, OrTyped, choice
from pages.ui.figures import bars
from pages.ui.galleries import wall

# Held-out sequences whose beginnings can be chosen, and the steps of the temperature.
SEQUENCES = 20
LEAST, MOST, STEP = 0.1, 2.0, 0.1


def continuation(record: ReadableRecord) -> None:
    """The beginning, ways to go on with it, the numbers, and probabilities of the next step."""
    spec, begin = record.spec, dict(record.config.hyperparameters)["temperature"]
    left, *middle, right = st.columns(2 if spec.alphabet else 3)
    asked: dict[str, Any] = {}
    if spec.alphabet:
        tied = choice("beginning", OrTyped(("",)), "")
        asked["beginning"] = left.text_input(
            "Beginning", max_chars=spec.shape[0] - 1, placeholder="none: whole words", **tied
        )
    else:
        tied = choice("begun_by", range(SEQUENCES), 0)
        asked["sequence"] = left.number_input("Held-out sequence", 0, SEQUENCES - 1, **tied)
        steps = range(spec.shape[0])
        asked["given"] = middle[0].slider(
            "Steps given", 0, spec.shape[0] - 1, **choice("given", steps, len(steps) // 4)
        )
    asked["temperature"] = right.slider(
        "Temperature",
        LEAST,
        MOST,
        step=STEP,
        help="Lower, what is most expected; higher, it dares more and goes wrong more often.",
        **choice("temperature_drawn", Between(LEAST, MOST), round(begin, 1)),
    )
    found = analysed(record, go_on, "Going on", **asked)
    if found is None:
        return
    shown = found.drawn if found.truth is None else np.concatenate([found.truth[None], found.drawn])
    notes = [] if found.truth is None else ["real", *["drawn"] * len(found.drawn)]
    wall(shown, spec, "continued", columns=LOOKS[spec.rendering].columns[2], size=64, notes=notes)
    _numbers(found)
    st.plotly_chart(_next(found, spec), width="stretch", key="next_step")
    st.caption(
        f"{len(found.drawn)} ways to go on after {found.known} given steps, each step drawn and read again before the "
        "next. The bars are at temperature 1, as the model learned them. Nats are those of "
        f"{found.counts.shown:,} whole held-out sequences; ± is the standard error over them, of shares over words. "
        f"{_said(found)} {LOOKS[spec.rendering].hint}"
    )


def _numbers(found: Continuation) -> None:
    """What the model expects and what it draws, each beside the same of counts and of real words."""
    pair, chain, alone = (_text(found, f"{of}_nats") for of in ("pair", "chain", "alone"))
    shown = {"nats": f"{pair} by two steps before, {chain} by one, {alone} by place"}
    if found.spelled is not None:
        for name in ("spelled", "copied"):
            pair, chain, real = (_text(found, f"{of}_{name}") for of in ("pair", "chain", "real"))
            shown[name] = f"{real} of held-out words · {pair} by two letters before, {chain} by one"
    for column, (name, beside) in zip(st.columns(len(shown)), shown.items(), strict=True):
        metric(column, found, name)
        column.caption(f"{sure(found, name, found.spreads[name])}; {beside}")


def _text(found: Continuation, name: str) -> str:
    return with_spread(found, name, found.spreads[name])


def _next(found: Continuation, spec: DataSpec) -> Any:
    """How probable each letter or level is as the next one."""
    if spec.alphabet:
        names = [spec.alphabet[int(letter)].replace(" ", "end") for letter in found.values]
    else:
        names = [f"{value:.2f}" for value in found.values]
    return bars(names, found.following.tolist(), None, f"Probability of step {found.known + 1}")


def _said(found: Continuation) -> str:
    """What the model knows beyond counts, in one sentence."""
    counted = min(found.pair_nats, found.chain_nats, found.alone_nats)
    if found.nats < counted:
        return f"Reading all that came before saves {counted - found.nats:.1f} nats a sequence over such counts."
    return f"Counts expect held-out sequences better than this model, by {found.nats - counted:.1f} nats."
