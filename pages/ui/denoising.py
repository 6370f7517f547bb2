"""The section that compares a model under noise with PCA and the Wiener filter."""

from __future__ import annotations

import streamlit as st

from core.analysis.denoising import Repaired, denoise
from core.engine import ReadableRecord
from pages.ui.analyses import analysed


def under_noise(record: ReadableRecord) -> None:
    """What model, PCA and Wiener filter make of noisy samples, and where doing nothing would have been better."""
    st.header("Under noise", anchor=False)
    result = analysed(record, denoise, "Repairing noisy samples")
    if result is None:
        return
    columns = list(Repaired.metrics().values())
    st.dataframe(
        {
            "Noise σ": [each.level for each in result.repaired],
            **{metric.title: [getattr(each, metric.name) for each in result.repaired] for metric in columns},
            "PCA keeps": [each.components for each in result.repaired],
        },
        hide_index=True,
        column_config={
            "Noise σ": st.column_config.NumberColumn(help="Standard deviation, in units of the data.", format="%.1f"),
            **{m.title: st.column_config.NumberColumn(help=m.help, format=f"%{m.format}") for m in columns},
            "PCA keeps": st.column_config.NumberColumn(help="Components that repair a part of training best."),
        },
    )
    st.caption(
        "MSE against the clean held-out samples, lower is better. PCA and the Wiener filter, the best that is linear, "
        "are told σ; the model is not."
    )
    worse = [
        f"{repaired.text('model')} instead of {repaired.text('noisy')} at σ {repaired.level}"
        for repaired in result.repaired
        if repaired.is_worse
    ]
    if worse:
        st.warning(
            f"Repaired is worse than corrupted: {', '.join(worse)}. The model loses more of a sample than the noise "
            "hides of it.",
            icon=":material/info:",
        )
