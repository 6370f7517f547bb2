"""What survives the code: reconstructions beside PCA's, the worst and the best, and noise to repair live."""

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.anomaly import TITLES, Anomalies, detect
from core.analysis.reconstruction import reconstruct
from core.dataset import DataSpec
from core.looks import LOOKS
from core.protocol import Array
from pages.ui.analyses import analysed, metric
from pages.ui.figures import bars, histogram, points_by_role
from pages.ui.galleries import rows
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.repair import first_noise
from pages.ui.stage import probe


def difference(originals: Array, reconstructions: Array, spec: DataSpec) -> Array:
    """What the reconstructions (N, …) add to the originals, as samples of the same look."""
    low, high = spec.value_range
    error = reconstructions - originals
    # A sound's around silence, so that it can be heard; all others' from the lowest value up, so that none is black.
    return (low + high) / 2 + error if spec.rendering == "sound" else low + np.abs(error)


def strange(result: Anomalies, spec: DataSpec) -> None:
    """The strangest samples by each detector, and where something was left out, how well each finds it."""
    if result.auc is not None:
        area = result.metrics()["auc"]
        figure = bars(list(TITLES.values()), [result.auc[name] for name in TITLES], None, area.title)
        st.plotly_chart(figure, width="stretch", key="aucs")
        st.caption(f"Never seen in training: {', '.join(result.unseen_classes)}. {area.help}")
    elif result.labels is None:
        st.caption("These data have no labels: nothing was left out of training, so no detector can be scored.")
    if spec.rendering != "dot":
        st.markdown("**The strangest, by each**")
        strangest = np.argsort(-result.scores, axis=1)[:, :24]
        rows(dict(zip(TITLES.values(), result.originals[strangest], strict=True)), spec, "odd")


record = opened_run("Reconstructions of held-out samples appear here, beside PCA's at the same size.", "reconstruct")
spec, model = record.spec, MODELS[record.config.model]

if model.autoencodes:
    heading("Repair noise, live")
    probe(record, "noise", **first_noise(record))
    what = "Reconstructing all held-out samples"
else:
    st.info(
        "A GAN has no encoder, so its generator is inverted: for each held-out sample we search the noise that it "
        "would be made from, down the gradient of the squared error from the best of 256 starts. What it cannot make, "
        "it cannot reconstruct."
    )
    what = "Inverting the generator for every held-out sample"

result = analysed(record, reconstruct, what)
if result is None:
    st.stop()

heading(f"Beside PCA with {result.size} component{'s' if result.size > 1 else ''}")
for column, name in zip(st.columns(3), ("model", "pca", "mean"), strict=True):
    metric(column, result, f"{name}_mse")
    column.caption(f"PSNR {result.text(f'{name}_psnr')}")
st.plotly_chart(
    histogram(
        {"reconstructed": result.errors, "baseline": result.pca_errors},
        "Error of each held-out sample",
        "MSE",
        {"reconstructed": "this model", "baseline": "PCA"},
    ),
    width="stretch",
    key="errors",
)

heading("Sorted by error")
end = st.segmented_control("Show", ["worst first", "best first"], default="worst first", key="order", required=True)
order = result.order if end == "worst first" else result.order[::-1]
if spec.rendering == "dot":
    both = points_by_role({"original": result.originals, "reconstructed": result.reconstructions})
    st.plotly_chart(both, width="stretch", key="plane")
else:
    chosen = order[:24]
    shown = {
        "Original": result.originals[chosen],
        "This model": result.reconstructions[chosen],
        "PCA": result.pca_reconstructions[chosen],
    }
    # Between two characters there is no difference to be drawn.
    if spec.rendering != "text":
        shown["Difference"] = difference(shown["Original"], shown["This model"], spec)
    rows(shown, spec, "sorted", size=52)
    if LOOKS[spec.rendering].hint:
        st.caption(LOOKS[spec.rendering].hint)

heading("Anomalies")
st.caption(
    "What a model never learned, it rebuilds badly: its error is a detector. On digits, leave one out of training "
    "(Data, Left out) and see whether the error finds it."
)
if st.toggle("Compare with other detectors", key="anomalies"):
    anomalies = analysed(record, detect, "Looking for strange samples")
    if anomalies is not None:
        strange(anomalies, spec)
