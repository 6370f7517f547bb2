"""The use of generated samples beside real ones: told apart or not, how often which class comes, whether copied."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.copying import Copies, find_copies
from core.analysis.embedding import METHODS
from core.analysis.sample_map import map_samples
from core.analysis.sampling import priors_for
from core.analysis.two_sample import CLASSIFIERS, TwoSamples, compare_samples
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.looks import cluster_name
from core.metrics import rounded
from core.selection import Part, Samples
from pages.ui.analyses import analysed, metric
from pages.ui.beside import numbers_beside
from pages.ui.choices import choice
from pages.ui.cloud import by_role, cloud
from pages.ui.figures import histogram, paired_bars
from pages.ui.galleries import Places, rows
from pages.ui.headings import heading
from pages.ui.selection_panel import PICK_REAL, selection_panel

# A difference is one up to this probability of a coin; below the other it is not said how small it is.
SURE = 0.05
LEAST = 1e-6
# What samples are compared by, for people.
SPACES = {"values": "Values", "classifier": "Features of a classifier", "codes": "Codes of this model"}


def told_apart(record: ReadableRecord) -> None:
    """Three numbers with their baselines, a map of both, the shares of classes and clusters, and copies."""
    priors = priors_for(MODELS[record.config.model])
    prior = next(iter(priors))
    if len(priors) > 1:
        prior = st.segmented_control(
            "Drawn from",
            list(priors),
            format_func=lambda name: priors[name].title,
            required=True,
            **choice("told_prior", priors, prior),
        )
    spec = record.spec
    left, right = numbers_beside("told")
    with right:
        _map(record, prior)
    with left:
        found = analysed(record, compare_samples, "Telling generated from real samples", prior=prior)
    if found is None:
        return
    for name, baseline in {
        "told": "told_baseline",
        "share_distance": "share_baseline",
        "cluster_distance": "cluster_baseline",
    }.items():
        if getattr(found, name) is not None:
            metric(left, found, name)
            own, theirs = (round(100 * found.spreads[each]) for each in (name, baseline))
            left.caption(f"± {own} %; of training data {100 * getattr(found, baseline):.0f} ± {theirs} %")
    st.caption(_said(found))
    names = spec.label_names
    shares = st.columns(2, gap="large")
    if found.class_shares is not None:
        figure = paired_bars(names, found.class_shares, "Share of each class, %")
        shares[0].plotly_chart(figure, width="stretch", key="class_shares")
        shares[0].caption(
            "As a classifier of training samples says that saw no other, of generated and of held-out samples. Of the "
            f"latter it names {found.text('named')} rightly."
        )
    clusters = [f"{cluster_name(cluster)}<br>{share}" for cluster, share in enumerate(_generated(found.cluster_shares))]
    figure = paired_bars(clusters, found.cluster_shares, "Share of each cluster, %")
    shares[-1].plotly_chart(figure, width="stretch", key="cluster_shares")
    shares[-1].caption(
        "k-means, of both and training data together: a cluster that only one fills is a kind the other lacks. Below "
        "each, how much of it is generated: 50 % would be even."
    )
    _copied(record, prior)


def _map(record: ReadableRecord, prior: str) -> None:
    """Where real and generated samples are, and what is selected of the real ones."""
    method = st.segmented_control(
        "Map",
        list(METHODS),
        format_func=lambda name: METHODS[name].title,
        required=True,
        help="All values of a sample, on a plane. PCA is a flat shadow; t-SNE and UMAP keep neighbours together.",
        **choice("map_of_samples", METHODS, "pca"),
    )
    what = "Mapping real and generated samples"
    found = analysed(record, map_samples, what, is_beside=True, method=method, prior=prior)
    if found is None:
        return
    count = len(found.places)
    # What is generated stands in no other plot.
    places = Places(Samples(record.config, "held-out"), np.append(found.places, np.full(count, -1)))
    groups = by_role({"real": count, "generated": count})
    cloud(found.points, groups, found.samples, record.spec, "map_of_both", None, places)
    drawn: list[Part] = ["held-out"] if record.spec.is_plane else ["held-out", "training"]
    selection_panel([record], drawn, PICK_REAL)


def _copied(record: ReadableRecord, prior: str) -> None:
    """How near samples come to training data by values or by features, and those that come nearest."""
    heading("Whether they are copies")
    found = analysed(record, find_copies, "Looking for copies", prior=prior)
    if found is None:
        return
    left, right = numbers_beside("copies")
    for name in ("copy_rate", "feature_copy_rate"):
        if getattr(found, name) is not None:
            metric(left, found, name)
            left.caption(f"1 % is chance, up to {100 * found.by_chance:.0f} % for {found.distances.shape[1]} samples")
    with right:
        space = found.spaces[0]
        if len(found.spaces) > 1:
            space = st.segmented_control(
                "Compared by",
                found.spaces,
                format_func=SPACES.__getitem__,
                required=True,
                **choice("copied_by", found.spaces, found.spaces[-1]),
            )
        at = found.spaces.index(space)
        figure = histogram(
            {
                "baseline": found.training_distances[at],
                "real": found.held_out_distances[at],
                "generated": found.distances[at],
            },
            "How near samples come to training data",
            "distance to the nearest training sample",
            {"generated": "samples", "real": "held-out data", "baseline": "training data, to others"},
        )
        st.plotly_chart(figure, width="stretch", key="copied")
    spec = record.spec
    if spec.rendering != "dot":
        places = Places(Samples(record.config, "training"), found.nearest_places[at])
        rows({"Nearest samples": found.samples[at], "To which": found.nearest[at]}, spec, "copies", places=places)
    st.caption(_said_of_copies(found, spec))


def _said_of_copies(found: Copies, spec: DataSpec) -> str:
    """Whether there are more copies than chance would make, in one sentence."""
    rates = [rate for rate in (found.copy_rate, found.feature_copy_rate) if rate is not None]
    if max(rates) > found.by_chance:
        said = "More of them are near than chance would make: some were learned by heart."
    else:
        said = "No more of them are near than chance would make."
    unseen = (
        " Copies that are shifted by a pixel go unseen, as digits and Fashion show." if spec.kind == "image" else ""
    )
    return (
        f"A sample counts as a copy if it is nearer to a training sample than 99 % of held-out data are. {said}{unseen}"
    )


def _said(found: TwoSamples) -> str:
    """How to read the first number."""
    each = ", ".join(
        f"{title} {100 * folds.mean():.0f} ± {100 * folds.std(ddof=1):.0f} %"
        for title, folds in zip(CLASSIFIERS, found.accuracies, strict=True)
    )
    if found.p_value > SURE:
        verdict = "Neither finds a difference that chance would not make."
    elif found.told > 0.9:
        verdict = "It sees at a glance what is generated."
    else:
        verdict = "There is a difference, and many samples that do not show it."
    return (
        f"{found.compared} of each. Told apart by: {each} (mean ± sd of five folds; of shares, sd over samples drawn "
        f"anew). A coin would be right as often with a probability {_probability(found.p_value)}; its sd is "
        f"{100 * found.by_chance:.1f} %. {verdict}"
    )


def _probability(p: float) -> str:
    """In words, where it is too small to be told from another."""
    return f"of {rounded(p, 2)}" if p >= LEAST else "below a millionth"


def _generated(shares: np.ndarray) -> list[str]:
    """How much of each cluster is generated, by shares (2, clusters) of the real and the generated samples."""
    # One that only training samples fill is neither's.
    return [f"{100 * own / (own + real):.0f} %" if own + real else "none" for real, own in shares.T]
