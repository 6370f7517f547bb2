"""The space of codes: projected, hovered, and decoded while sliders are dragged."""

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import ANALYSES
from core.analysis.likelihood import DRAWS, estimate
from core.analysis.projection import METHODS, project
from core.glossary import explained
from core.looks import LOOKS
from pages.ui.analyses import analysed, metric
from pages.ui.cloud import by_class, by_factor, cloud
from pages.ui.figures import bars
from pages.ui.galleries import wall
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.probe import codes_of, decode_grid, prior
from pages.ui.stage import probe

SLIDERS = 8

invitation = "The codes of held-out samples appear here, and sliders that walk through them."
record = opened_run(invitation, "encode", "decode")
spec, model = record.spec, MODELS[record.config.model]

left, right = st.columns([3, 2], gap="large")

with left:
    if "encode" not in model.capabilities:
        st.info("This model has no encoder: there are no codes to project. The sliders decode its noise.")
    else:
        heading("Codes of held-out samples")
        if not model.autoencodes:
            text = "Codes are the discriminator's penultimate features: what it looks at before it decides."
            st.caption(text, help=explained(text))
        with st.container(horizontal=True):
            method = st.segmented_control(
                "Projection",
                list(METHODS),
                format_func=lambda name: METHODS[name].title,
                default="pca",
                key="projection",
                required=True,
                help="PCA is a flat shadow; t-SNE and UMAP keep neighbours together and distort distances.",
            )
            dimensions = st.segmented_control(
                "Dimensions", [2, 3], default=2, key="dimensions", required=True, help="In 3-D, drag to turn."
            )
        result = analysed(record, project, METHODS[method].title, method=method, dimensions=dimensions)
        if result is None and method != "pca":
            st.caption("Meanwhile, the same codes by PCA:")
            method = "pca"
            result = analysed(record, project, METHODS["pca"].title, method="pca", dimensions=dimensions)
        if result is not None:
            groups = by_class(result.labels, len(result.points), spec)
            if result.factors is not None:
                factor = st.selectbox(
                    "Colour by",
                    ["class", *spec.factor_names],
                    key="colour_by",
                    width=320,
                    help="The class, or a number that the samples were made from: codes may keep it in order.",
                )
                if factor != "class":
                    groups = by_factor(result.factors[:, spec.factor_names.index(factor)])
            cloud(result.points, groups, result.samples, spec, key="cloud")
            st.caption(
                f"How far to trust {METHODS[method].title}: {result.text('trustworthiness')} trustworthiness, and "
                f"{result.text('neighbours_kept')} of each code's {result.neighbours} nearest neighbours are still "
                "among its nearest here (100 % would be a faithful picture).",
                help=explained("trustworthiness"),
            )
            if result.labels is None:
                st.caption("These data have no labels: all points have one colour, and no classes can be seen.")

with right:
    if "decode" not in model.capabilities:
        st.info("This model has no decoder: codes cannot be turned back into samples, so there is nothing to walk.")
        st.stop()
    heading("Walk through the space")
    if model.autoencodes:
        spread = codes_of(record.id)
    else:
        spread = prior(record.id)
        st.caption("The sliders are the generator's noise, not the codes on the left: a GAN's two networks share none.")
    latents = spread.shape[1]
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
    if latents == 2 and spec.rendering != "dot":
        heading("The whole plane, decoded")
        edges, side = np.quantile(spread, [0.02, 0.98], axis=0), LOOKS[spec.rendering].grid_side
        wall(decode_grid(record.id, edges[0], edges[1], side), spec, "plane", columns=side)
        where = "where held-out codes lie" if model.autoencodes else "the noise that it is fed"
        st.caption(f"Codes from left to right and bottom to top, over the middle 96 % of {where}.")

if ANALYSES["likelihood"].fits(model):
    heading("How many latents are in use, and how likely held-out data are")
    bounds = analysed(record, estimate, f"Bounding the likelihood with {DRAWS} codes a sample")
    if bounds is not None:
        columns = st.columns(4)
        metric(columns[0], bounds, "active_units", of=bounds.latents)
        for column, name in zip(columns[1:], ("elbo", "iwae", "bits_per_dim"), strict=True):
            metric(column, bounds, name)
        names = [str(latent + 1) for latent in range(bounds.latents)]
        figure = bars(names, bounds.activity.tolist(), None, "Variance of each latent's mean", peers=True)
        st.plotly_chart(figure, width="stretch", key="activity")
        st.caption(f"The likelihood is that of {bounds.likelihood_of}: compare it only with others of the same.")
