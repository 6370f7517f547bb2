"""The use of a model's error to find what is strange, beside detectors that need no network."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.analysis.anomaly import TITLES, detect
from core.engine import ReadableRecord
from pages.ui.analyses import analysed
from pages.ui.figures import bars
from pages.ui.galleries import rows

# The strangest samples that are shown of each detector.
SHOWN = 24


def anomalies(record: ReadableRecord) -> None:
    """The strangest samples by each detector, and where something was left out, how well each finds it."""
    result = analysed(record, detect, "Looking for strange samples")
    if result is None:
        return
    spec, titles = record.spec, [TITLES[name] for name in result.detectors]
    if result.auc is not None:
        area = result.metrics()["auc"]
        figure = bars(titles, [result.auc[name] for name in result.detectors], None, area.title)
        st.plotly_chart(figure, width="stretch", key="aucs")
        st.caption(f"Never seen in training: {', '.join(result.unseen_classes)}. {area.help}")
    elif result.labels is None:
        st.caption("These data have no labels: nothing was left out of training, so no detector can be scored.")
    else:
        st.caption("No class was left out of training, so no detector can be scored: these are only the strangest.")
    if "pca" not in result.detectors:
        st.caption("PCA is left out: at this size it rebuilds every sample, strange or not.")
    if spec.rendering == "dot":
        return
    st.markdown("**The strangest, by each**")
    strangest = np.argsort(-result.scores, axis=1)[:, :SHOWN]
    notes = {}
    if result.labels is not None:
        named = [[spec.label_names[label] for label in result.labels[of]] for of in strangest]
        notes = dict(zip(titles, named, strict=True))
    rows(dict(zip(titles, result.originals[strangest], strict=True)), spec, "odd", notes=notes)
