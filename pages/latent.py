"""The space of codes: projected, hovered, and decoded while sliders are dragged."""

import streamlit as st

from core import MODELS
from core.analysis import ANALYSES
from core.analysis.likelihood import DRAWS, INFORMATIVE, estimate
from pages.ui.analyses import analysed, metric
from pages.ui.arithmetic import sums
from pages.ui.code_book import code_book_in_use
from pages.ui.figures import divergences
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.projected import projected
from pages.ui.stage import film
from pages.ui.walks import plane, strips, walked

invitation = "The codes of held-out samples appear here, and sliders that walk through them."
record = opened_run(invitation, "encode", "decode")
spec, model = record.spec, MODELS[record.config.model]

left, right = st.columns([3, 2], gap="large")
below = st.container()

with left:
    if "encode" in model.capabilities:
        projected(record)
    else:
        st.info("This model has no encoder: there are no codes to project. The sliders decode its noise.")

if "encode" in model.capabilities:
    with below:
        heading("How these codes came to be")
        same = "The same validation samples at each step that was kept, codes on one scale from the first to the last"
        film(record, ["codes", "decoded", "curves"], f"{same}. The rest of this page is of held-out ones.")

with right:
    if "decode" not in model.capabilities:
        st.info("This model has no decoder: codes cannot be turned back into samples, so there is nothing to walk.")
        st.stop()
    walk = walked(record)
    if spec.rendering != "dot":
        if len(walk.latents) > 1:
            plane(record, walk)
        with below:
            strips(record, walk)

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
