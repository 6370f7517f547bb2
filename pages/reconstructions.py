"""What survives the code: reconstructions beside PCA's, the worst and the best, and noise to repair live."""

import numpy as np
import streamlit as st

from pages.ui.analyses import analysed
from pages.ui.figures import histogram, points, wall
from pages.ui.header import opened_run
from pages.ui.stage import probe

record = opened_run("reconstruct", "Reconstructions of held-out samples appear here, beside PCA's at the same size.")
latents = record.config.hyperparameters.latent_size

st.header("Repair noise, live", anchor=False)
noise = getattr(record.config.hyperparameters, "noise", "none")
level = getattr(record.config.hyperparameters, "noise_level", 0.3)
kinds = ["none", "gaussian", "masking", "flip"]
probe(record, "noise", kinds=kinds, noise=noise if noise != "none" else "gaussian", level=level)

result = analysed(record, "reconstruction", "Reconstructing all held-out samples")
if result is None:
    st.stop()

numbers, arrays = result.numbers, result.arrays
st.header(f"Beside PCA with {latents} components", anchor=False)
columns = st.columns(3)
for column, (name, title) in zip(
    columns, {"model": "This model", "pca": "PCA", "mean": "The mean image"}.items(), strict=True
):
    column.metric(
        f"{title}: held-out MSE", f"{numbers[f'{name}_mse']:.4f}", help="Squared error per value: lower is better."
    )
    column.caption(f"PSNR {numbers[f'{name}_psnr']:.1f} dB")
st.plotly_chart(
    histogram({"this model": arrays["errors"], "PCA": arrays["pca_errors"]}, "Error of each held-out sample", "MSE"),
    width="stretch",
    key="errors",
)

st.header("Sorted by error", anchor=False)
end = st.segmented_control("Show", ["worst first", "best first"], default="worst first", key="order", required=True)
order = arrays["order"] if end == "worst first" else arrays["order"][::-1]
if arrays["originals"].ndim == 2:
    both = np.concatenate([arrays["originals"], arrays["reconstructions"]])
    which = np.repeat([0, 1], len(arrays["originals"]))
    st.plotly_chart(points(both, which), width="stretch", key="plane")
    st.caption("Blue: originals. Orange: their reconstructions.")
else:
    chosen = order[:24]
    for title, name in {"Original": "originals", "This model": "reconstructions", "PCA": "pca_reconstructions"}.items():
        left, right = st.columns([1, 9], vertical_alignment="center")
        left.markdown(f"**{title}**")
        right.image(wall(arrays[name][chosen], columns=24), width="stretch")
    left, right = st.columns([1, 9], vertical_alignment="center")
    left.markdown("**Difference**")
    difference = np.abs(arrays["originals"] - arrays["reconstructions"])[chosen]
    right.image(wall(difference, columns=24), width="stretch")
