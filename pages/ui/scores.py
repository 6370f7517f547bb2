"""Scores of samples, each beside the one that real data get."""

from __future__ import annotations

import streamlit as st

from core.analysis.fidelity import Fidelity, Scores
from core.dataset import DataSpec
from core.modes import Coverage, within_reach
from pages.ui.analyses import metric


def mode_coverage(found: Coverage, real: Coverage, spec: DataSpec) -> None:
    """How well samples visit the modes of a mixture, each number above that of real data."""
    covered, good, spread, extremes = st.columns(4)
    metric(covered, found, "covered", of=found.modes)
    covered.caption(f"{real.covered} of {real.modes} by real data")
    metric(good, found, "high_quality")
    theory = Coverage.metrics()["high_quality"].text(within_reach(spec.shape[0]))
    good.caption(f"{real.text('high_quality')} of real data, {theory} in theory")
    if found.spread is None:
        spread.caption("No mode holds two samples, so none has a spread.")
        return
    metric(spread, found, "spread")
    spread.caption(f"{real.text('spread')} of real data")
    extremes.metric(
        "From mode to mode",
        f"{min(found.spreads):.2f} – {max(found.spreads):.2f} σ",
        help="The spread in the narrowest and in the widest mode.",
    )
    extremes.caption(f"{min(real.spreads):.2f} – {max(real.spreads):.2f} σ of real data")


def compare(found: Fidelity) -> None:
    """Every score of the samples beside that of real ones."""
    rows = [
        {
            "Score": entry.title,
            "Samples": found.generated.text(name),
            "Real": found.real.text(name),
            "Better": entry.better or "–",
            "What it says": entry.help,
        }
        for name, entry in Scores.metrics().items()
        if getattr(found.generated, name) is not None
    ]
    st.dataframe(rows, hide_index=True, key="scores")
    judged = (
        "" if found.judge_accuracy is None else f" The judge names {found.text('judge_accuracy')} of these rightly."
    )
    st.caption(f"{found.compared:,} samples, and as many real ones, against {found.compared:,} held-out ones.{judged}")
