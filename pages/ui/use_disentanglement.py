"""The use of codes as a map of known factors: who knows what, walks along each latent, and the scores."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.analysis.disentanglement import DRAWS, LEARNED, MEASURES, SPACES, Disentangled, disentangle
from core.engine import ReadableRecord
from core.looks import LOOKS
from pages.ui.analyses import analysed, metric, sure
from pages.ui.figures import heat
from pages.ui.galleries import rows
from pages.ui.latent_names import latent_names


def disentanglement(record: ReadableRecord) -> None:
    """The matrix of latents and factors beside walks along the latents, five scores and how to read them."""
    found = analysed(record, disentangle, "Looking for factors in the code")
    if found is None:
        return
    for place, (column, name) in enumerate(zip(st.columns(len(MEASURES)), MEASURES, strict=True)):
        metric(column, found, name)
        text, draws = found.metrics()[name].text, found.scores[:, place]
        means, sds = draws.mean(axis=1), draws.std(axis=1, ddof=1)
        _, untrained, pca = (text(mean, sd) for mean, sd in zip(means, sds, strict=True))
        column.caption(f"{sure(found, name, sds[0])} · untrained {untrained} · PCA {pca}")
    left, right = st.columns([2, 3], gap="large")
    called = latent_names(record)
    names = [called[latent] for latent in found.order]
    matrix = heat(found.information[found.order], found.factors, names, "What each latent knows", "factor", ".2f")
    left.plotly_chart(matrix, width="stretch", key="factors")
    spec = record.spec
    if found.walks is not None and spec.rendering != "dot":
        with right:
            rows(dict(zip(names, found.walks, strict=True)), spec, "walks", size=30)
    st.caption(
        "The matrix is the share of each factor's entropy that each latent knows; a disentangled code has one bright "
        f"place in each column, each in another row. {_walked(found)}Scores are means ± sd of {DRAWS} draws of samples "
        "of this one model, each with another untrained encoder: how far other seeds of training come is not in it. "
        f"Predictors of factors learn from at most {LEARNED:,} samples and are asked about two thirds of the held-out "
        "ones, so compare scores with each other: published ones are of many more. PCA has as many components as the "
        "code. "
        f"{_said(found)} {LOOKS[spec.rendering].hint}"
    )


def _walked(found: Disentangled) -> str:
    if found.walks is None:
        return ""
    return (
        "A row of pictures is what is decoded along a latent, from its 5th to its 95th percentile, through the sample "
        "nearest to the mean. "
    )


def _said(found: Disentangled) -> str:
    """What the matrix and the headline show, in one sentence."""
    model, *others = found.scores[:, MEASURES.index("mig")]
    best = max(others, key=np.mean)
    rival = {"untrained": "an untrained encoder", "pca": "PCA"}[SPACES[1 + int(best is others[1])]]
    least = 2 * np.hypot(model.std(ddof=1), best.std(ddof=1))
    known = found.information.max(axis=0)
    clearest = f"{found.factors[known.argmax()]} is what a single latent knows best ({known.max():.0%})"
    if model.mean() > best.mean() + least:
        return f"By MIG these latents are nearer to the factors than those of {rival}; {clearest}."
    return f"By MIG these latents are no nearer to the factors than those of {rival}; {clearest}."
