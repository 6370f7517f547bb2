"""The space of codes: projected, hovered, and decoded while sliders are dragged."""

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import ANALYSES
from core.analysis.likelihood import DRAWS, INFORMATIVE, estimate, inactive_latents
from core.analysis.projection import METHODS, project
from core.glossary import explained
from core.looks import LOOKS
from core.selection import Samples
from pages.ui.analyses import analysed, metric
from pages.ui.arithmetic import sums
from pages.ui.choices import choice
from pages.ui.cloud import by_class, by_factor, cloud
from pages.ui.code_book import code_book_in_use
from pages.ui.figures import divergences
from pages.ui.galleries import wall
from pages.ui.ground import ground_of_codes, ground_of_latents, legend_of, prior_of
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.probe import codes_of, decode_grid, prior
from pages.ui.selection_panel import CLICK, DRAG, selection_panel
from pages.ui.stage import film, probe

SLIDERS = 8

invitation = "The codes of held-out samples appear here, and sliders that walk through them."
record = opened_run(invitation, "encode", "decode")
spec, model = record.spec, MODELS[record.config.model]

left, right = st.columns([3, 2], gap="large")
below = st.container()

with left:
    if "encode" not in model.capabilities:
        st.info("This model has no encoder: there are no codes to project. The sliders decode its noise.")
    else:
        heading("Codes of held-out samples")
        if not model.autoencodes:
            text = "Codes are the discriminator's penultimate features: what it looks at before it decides."
            st.caption(text, help=explained(text))
        codes_lie_on, held_out = ground_of_codes(record), Samples(record.config, "held-out")
        titles = {name: each.title for name, each in METHODS.items()}
        if codes_lie_on["latents"] <= 2:
            titles["pca"] = "As they are"
        with st.container(horizontal=True):
            method = st.segmented_control(
                "Projection",
                list(METHODS),
                format_func=titles.__getitem__,
                required=True,
                **choice("projection", METHODS, "pca"),
                help="PCA is a flat shadow, which two latents do not need; t-SNE and UMAP keep neighbours together and "
                "distort distances.",
            )
            flat_or_solid = choice("dimensions", (2, 3), 2)
            dimensions = st.segmented_control(
                "Dimensions", [2, 3], required=True, help="In 3-D, drag to turn.", **flat_or_solid
            )
        result = analysed(record, project, titles[method], method=method, dimensions=dimensions)
        if result is None and method != "pca":
            st.caption(f"Meanwhile, the same codes: {titles['pca']}.")
            method = "pca"
            result = analysed(record, project, titles["pca"], method="pca", dimensions=dimensions)
        if result is not None:
            groups = by_class(result.labels, len(result.points), spec)
            if result.factors is not None:
                colours = ["class", *spec.factor_names]
                factor = st.selectbox(
                    "Colour by",
                    colours,
                    width=320,
                    **choice("colour_by", colours, "class"),
                    help="The class, or a number that the samples were made from: codes may keep it in order.",
                )
                if factor != "class":
                    groups = by_factor(result.factors[:, spec.factor_names.index(factor)])
            ground = codes_lie_on if method == "pca" and dimensions == 2 else None
            cloud(result.points, groups, result.samples, spec, "cloud", ground, held_out)
            selection_panel([record], "held-out", CLICK if dimensions == 3 else DRAG)
            if ground is not None:
                st.caption(legend_of(ground))
            # Latents drawn as they are leave nothing to doubt.
            if ground is None or ground["latents"] > 2:
                st.caption(
                    f"How far to trust {titles[method]}: {result.text('trustworthiness')} trustworthiness, and "
                    f"{result.text('neighbours_kept')} of each code's {result.neighbours} nearest neighbours are still "
                    "among its nearest here (100 % would be a faithful picture).",
                    help=explained("trustworthiness"),
                )
            if result.labels is None:
                st.caption("These data have no labels: all points have one colour, and no classes can be seen.")

if "encode" in model.capabilities:
    with below:
        heading("How these codes came to be")
        same = "The same validation samples at each step that was kept, codes on one scale from the first to the last"
        film(record, ["codes", "decoded", "curves"], f"{same}. The rest of this page is of held-out ones.")

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
    # Half-way between all islands of a mixture nothing was ever learned: a walk begins at one of its draws.
    is_mixture = getattr(record.config.hyperparameters, "prior", "") == "mixture"
    start = spread[0] if is_mixture else spread.mean(axis=0)
    latents = spread.shape[1]
    # Beside a prior of unit width a small variance is a sign; other codes have any scale.
    has_bound = ANALYSES["likelihood"].fits(model)
    inactive = inactive_latents(spread) if has_bound else []
    # The latents that vary most, those in use first; one that never moves decodes to nothing new.
    widest = np.argsort(-spread.std(axis=0), kind="stable")[:SLIDERS]
    widest = np.array(sorted(widest, key=lambda latent: (latent in inactive, latent)))
    low, high = (spread[:, widest].mean(axis=0) + side * 3 * spread[:, widest].std(axis=0) for side in (-1, 1))
    if has_bound:
        low, high = np.full(len(widest), -3.0), np.full(len(widest), 3.0)
    if latents == 2:
        # The sliders walk over the same plane as is drawn.
        decoded = ground_of_latents(record)
        low, high = np.array(decoded["low"])[widest], np.array(decoded["high"])[widest]
    probe(
        record,
        "decode",
        latents=widest.tolist(),
        inactive=inactive,
        start=start.tolist(),
        low=low.tolist(),
        high=high.tolist(),
    )
    if inactive:
        st.caption("An inactive latent says nothing of a sample, and the decoder does not listen to it.")
    if latents > SLIDERS:
        rest = "a draw of the prior" if is_mixture else "their mean"
        st.caption(f"The {SLIDERS} latents that vary most, of {latents}; the others rest at {rest}.")
    if latents == 2 and spec.rendering != "dot":
        heading("The whole plane, decoded")
        side = LOOKS[spec.rendering].grid_side
        wall(
            decode_grid(record.id, np.array(decoded["low"]), np.array(decoded["high"]), side),
            spec,
            "plane",
            columns=side,
            ground=decoded,
        )
        where = "The same plane as on the left" if model.autoencodes else "The noise that the generator is fed"
        st.caption(f"{where}: each tile is decoded from the two latents at its middle. {prior_of(decoded)}")

if ANALYSES["arithmetic"].fits(model):
    heading("Arithmetic on codes")
    sums(record)

if ANALYSES["code_book"].fits(model):
    code_book_in_use(record)

if ANALYSES["likelihood"].fits(model):
    heading("How many latents are in use, and how likely held-out data are")
    bounds = analysed(record, estimate, f"Bounding the likelihood with {DRAWS} codes a sample")
    if bounds is not None:
        columns = st.columns(3)
        for column, name in zip(columns, ("elbo", "iwae", "bits_per_dim"), strict=True):
            metric(column, bounds, name)
        columns[1].caption(f"{bounds.text('independent')} without latents: {bounds.baseline}.")
        columns[2].caption(f"{bounds.text('independent_bits')} without latents: {bounds.baseline}.")
        if bounds.limit is not None:
            columns[0].caption(f"{bounds.text('limit')} at most: black or white is drawn anew from each grey value.")
        columns = st.columns(3)
        metric(columns[0], bounds, "active_units", of=bounds.latents)
        metric(columns[1], bounds, "prior_filled")
        columns[1].caption(f"{bounds.text('prior_filled_by_draws')} by as many draws from the prior itself.")
        if bounds.sigma is not None:
            metric(columns[2], bounds, "sigma")
        st.plotly_chart(divergences(bounds.divergences, INFORMATIVE), width="stretch", key="activity")
        st.caption(
            "KL is what each latent says of a sample. "
            f"The likelihood is that of {bounds.likelihood_of}: compare it only with others of the same."
        )
