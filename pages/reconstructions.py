"""What survives the code: reconstructions beside PCA's, the worst and the best, and noise to repair live."""

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import Result
from core.dataset import DataSpec
from core.looks import LOOKS
from pages.ui.analyses import analysed
from pages.ui.figures import bars, histogram, points_by_role
from pages.ui.galleries import rows
from pages.ui.header import opened_run
from pages.ui.stage import probe

DETECTORS = {
    "model": "This model's error",
    "pca": "PCA's error",
    "nearest": "Distance to 5 nearest",
    "local_outlier_factor": "Local outlier factor",
    "isolation_forest": "Isolation forest",
}


def difference(originals: np.ndarray, reconstructions: np.ndarray, spec: DataSpec) -> np.ndarray:
    """What the reconstructions (N, …) add to the originals, as samples of the same look."""
    low, high = spec.value_range
    error = reconstructions - originals
    # A sound's around silence, so that it can be heard; all others' from the lowest value up, so that none is black.
    return (low + high) / 2 + error if spec.rendering == "sound" else low + np.abs(error)


def strange(result: Result, spec: DataSpec) -> None:
    """The strangest samples by each detector, and where something was left out, how well each finds it."""
    aucs = result.numbers.get("auc")
    if aucs:
        left_out = ", ".join(result.numbers["unseen_classes"])
        figure = bars(list(DETECTORS.values()), [aucs[name] for name in DETECTORS], None, "ROC-AUC")
        st.plotly_chart(figure, width="stretch", key="aucs")
        st.caption(
            f"How often a held-out {left_out}, never seen in training, scores higher than another sample: 0.5 is "
            "chance, 1 is perfect."
        )
    elif "labels" not in result.arrays:
        st.caption("These data have no labels: nothing was left out of training, so no detector can be scored.")
    if spec.rendering != "dot":
        st.markdown("**The strangest, by each**")
        originals = result.arrays["originals"]
        rows(
            {title: originals[np.argsort(-result.arrays[name])[:24]] for name, title in DETECTORS.items()},
            spec,
            "odd",
        )


record = opened_run("Reconstructions of held-out samples appear here, beside PCA's at the same size.", "reconstruct")
spec, model, hp = record.spec, MODELS[record.config.model], record.config.hyperparameters

if model.autoencodes:
    st.header("Repair noise, live", anchor=False)
    noise = getattr(hp, "noise", "none")
    kinds = ["none", "gaussian", "masking", "flip"]
    level = getattr(hp, "noise_level", 0.3)
    probe(record, "noise", kinds=kinds, noise=noise if noise != "none" else "gaussian", level=level)
    what = "Reconstructing all held-out samples"
else:
    st.info(
        "A GAN has no encoder, so its generator is inverted: for each held-out sample we search the noise that it "
        "would be made from, down the gradient of the squared error from the best of 256 starts. What it cannot make, "
        "it cannot reconstruct."
    )
    what = "Inverting the generator for every held-out sample"

result = analysed(record, "reconstruction", what)
if result is None:
    st.stop()

numbers, arrays = result.numbers, result.arrays
size = numbers["size"]
st.header(f"Beside PCA with {size} component{'s' if size > 1 else ''}", anchor=False)
columns = st.columns(3)
for column, (name, title) in zip(
    columns, {"model": "This model", "pca": "PCA", "mean": "The mean sample"}.items(), strict=True
):
    column.metric(
        f"{title}: held-out MSE", f"{numbers[f'{name}_mse']:.4f}", help="Squared error per value: lower is better."
    )
    column.caption(f"PSNR {numbers[f'{name}_psnr']:.1f} dB")
st.plotly_chart(
    histogram(
        {"reconstructed": arrays["errors"], "baseline": arrays["pca_errors"]},
        "Error of each held-out sample",
        "MSE",
        {"reconstructed": "this model", "baseline": "PCA"},
    ),
    width="stretch",
    key="errors",
)

st.header("Sorted by error", anchor=False)
end = st.segmented_control("Show", ["worst first", "best first"], default="worst first", key="order", required=True)
order = arrays["order"] if end == "worst first" else arrays["order"][::-1]
if spec.rendering == "dot":
    both = points_by_role({"original": arrays["originals"], "reconstructed": arrays["reconstructions"]})
    st.plotly_chart(both, width="stretch", key="plane")
else:
    chosen = order[:24]
    shown = {
        "Original": arrays["originals"][chosen],
        "This model": arrays["reconstructions"][chosen],
        "PCA": arrays["pca_reconstructions"][chosen],
    }
    # Between two characters there is no difference to be drawn.
    if spec.rendering != "text":
        shown["Difference"] = difference(shown["Original"], shown["This model"], spec)
    rows(shown, spec, "sorted", size=52)
    if LOOKS[spec.rendering].hint:
        st.caption(LOOKS[spec.rendering].hint)

st.header("Anomalies", anchor=False)
st.caption(
    "What a model never learned, it rebuilds badly: its error is a detector. On digits, leave one out of training "
    "(Data, Left out) and see whether the error finds it."
)
if st.toggle("Compare with other detectors", key="anomalies"):
    result = analysed(record, "anomaly", "Looking for strange samples")
    if result is not None:
        strange(result, spec)
