"""The space of codes: projected, hovered, and decoded while sliders are dragged."""

import numpy as np
import streamlit as st

from core import DATASETS
from core.training.snapshot import Snapshot
from pages.ui.analyses import analysed
from pages.ui.figures import wall
from pages.ui.header import opened_run
from pages.ui.laboratory import laboratory
from pages.ui.probe import decode_grid
from pages.ui.stage import cloud, probe

METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
SLIDERS = 8

record = opened_run("decode", "The codes of held-out samples appear here, and sliders that walk through them.")
source, latents = DATASETS[record.config.dataset], record.config.hyperparameters.latent_size
film = laboratory.engine.store.film(record.id)
codes = Snapshot.from_bytes(laboratory.engine.store.frame(record.id, film[-1])).codes
spread = codes if codes is not None else np.random.default_rng(0).standard_normal((1000, latents))

left, right = st.columns([3, 2], gap="large")

with left:
    st.header("Codes of held-out samples", anchor=False)
    if codes is None:
        st.info("This model has no encoder: there are no codes to project. The sliders decode its noise.")
    else:
        with st.container(horizontal=True):
            method = st.segmented_control(
                "Projection",
                list(METHODS),
                format_func=METHODS.get,
                default="pca",
                key="projection",
                required=True,
                help="PCA is a flat shadow; t-SNE and UMAP keep neighbours together and distort distances.",
            )
            dimensions = st.segmented_control(
                "Dimensions", [2, 3], default=2, key="dimensions", required=True, help="In 3-D, drag to turn."
            )
        result = analysed(record, "projection", METHODS[method], method=method, dimensions=dimensions)
        if result is None and method != "pca":
            st.caption("Meanwhile, the same codes by PCA:")
            method = "pca"
            result = analysed(record, "projection", "PCA", method="pca", dimensions=dimensions)
        if result is not None:
            arrays, numbers = result.arrays, result.numbers
            low, high = source.value_range
            samples = arrays["samples"]
            pictures = samples if samples.ndim == 2 else (samples - low) / (high - low)
            cloud(arrays["points"], arrays.get("labels"), pictures, list(source.label_names), key="cloud")
            st.caption(
                f"How far to trust {METHODS[method]}: {numbers['trustworthiness']:.0%} trustworthiness, and "
                f"{numbers['neighbours_kept']:.0%} of each code's 10 nearest neighbours are still among its nearest "
                "here (100 % would be a faithful picture)."
            )

with right:
    st.header("Walk through the space", anchor=False)
    # The latents that vary most come first; one that never moves decodes to nothing new.
    widest = np.sort(np.argsort(-spread.std(axis=0), kind="stable")[:SLIDERS])
    low, high = (spread[:, widest].mean(axis=0) + side * 3 * spread[:, widest].std(axis=0) for side in (-1, 1))
    probe(
        record,
        "decode",
        latents=widest.tolist(),
        start=spread.mean(axis=0).tolist(),
        low=low.tolist(),
        high=high.tolist(),
    )
    if latents > SLIDERS:
        st.caption(f"The {SLIDERS} latents that vary most, of {latents}; the others rest at their mean.")
    if latents == 2 and source.kind == "image":
        st.header("The whole plane, decoded", anchor=False)
        edges = np.quantile(spread, [0.02, 0.98], axis=0)
        st.image(wall(decode_grid(record.id, edges[0], edges[1]), columns=15, gap=3), width="stretch")
        st.caption("Codes from left to right and bottom to top, over the middle 96 % of where held-out codes lie.")
