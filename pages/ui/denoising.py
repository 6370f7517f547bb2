"""The section that compares a model under noise with PCA and the Wiener filter."""

from __future__ import annotations

import streamlit as st

from core.analysis.denoising import Repaired, denoise
from core.engine import ReadableRecord
from pages.ui.analyses import analysed
from pages.ui.headings import heading
from pages.ui.metric_columns import metric_column


def under_noise(record: ReadableRecord) -> None:
    """What model, PCA and Wiener filter make of noisy samples, and where doing nothing would have been better."""
    heading("Under noise")
    result = analysed(record, denoise, "Repairing noisy samples")
    if result is None:
        return
    columns = {
        metric: [getattr(each, metric.name) for each in result.repaired] for metric in Repaired.metrics().values()
    }
    st.dataframe(
        {
            "Noise σ": result.levels,
            **{metric.title: values for metric, values in columns.items()},
            "PCA keeps": result.components,
        },
        hide_index=True,
        column_config={
            "Noise σ": st.column_config.NumberColumn(help="Standard deviation, in units of the data.", format="%.1f"),
            **{metric.title: metric_column(metric, values, metric.help) for metric, values in columns.items()},
            "PCA keeps": st.column_config.NumberColumn(help="Components that repair a part of training best."),
        },
    )
    st.caption(
        "MSE against the clean held-out samples, lower is better. PCA and the Wiener filter, the best that is linear, "
        "are told σ; the model is not."
    )
    levels = [str(level) for level in result.levels]
    worse = [pair for pair in zip(levels, result.repaired, strict=True) if pair[1].is_worse]
    if worse:
        level, first = worse[0]
        st.warning(
            f"Repaired is worse than corrupted at σ {', '.join(each for each, _ in worse)}: the model loses more of a "
            f"sample than the noise hides of it, {first.text('model')} instead of {first.text('noisy')} at σ {level}.",
            icon=":material/info:",
        )
