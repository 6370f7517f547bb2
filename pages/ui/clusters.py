"""The parts of the Clusters page: choosing a method, scores as a picture and a table, and what is in each cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.cluster_methods import methods_for
from core.analysis.cluster_scores import Scores
from core.analysis.clustering import SPACES, Clustering
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.looks import LOOKS, NOISE, cluster_name
from core.metrics import Metric
from core.selection import Samples
from pages.ui.choices import Between, choice
from pages.ui.cluster_figures import judged, score_bars
from pages.ui.figures import heat
from pages.ui.galleries import Places, wall
from pages.ui.headings import heading
from pages.ui.widgets import draw

# Where no classes say how many clusters to look for, a few.
GUESS = 5


def method_and_parameters(record: ReadableRecord) -> tuple[str, dict[str, Any]]:
    """The method that is chosen for a run's codes, and its parameters."""
    methods = methods_for(MODELS[record.config.model])
    # What a model was trained to decide is shown first.
    first = next(iter(methods))
    name = st.segmented_control(
        "Method",
        list(methods),
        format_func=lambda name: methods[name].title,
        required=True,
        **choice("cluster_method", methods, first),
    )
    method, classes = methods[name or first], len(record.spec.label_names)
    st.caption(method.help)
    if method.is_own:
        clusters = MODELS[record.config.model].cluster_count(record.config.hyperparameters)
        where = ", which is the number of classes that the labels have" if clusters == classes else ""
        st.caption(f"{clusters} clusters, as the model was built{where}.")
        return name or first, {}
    begin = dict(method.Parameters())
    if "clusters" in begin:
        begin["clusters"] = classes if classes > 1 else GUESS
    values = dict(begin)
    with st.container(key="cluster_parameters"):
        for column, knob in zip(st.columns(3), method.Parameters.knobs(), strict=False):
            with column:
                options = knob.choices or Between(*knob.slider).reaching(begin[knob.name])
                place = choice(knob.name, options, begin[knob.name])
                values[knob.name] = draw(knob, begin, values, place)
    if "clusters" in values:
        st.caption(_where_from(values["clusters"], classes))
    return name or first, values


def _where_from(clusters: int, classes: int) -> str:
    """Who says how many clusters there are."""
    unlabelled = "What the codes say without labels stands at the end of the page."
    if classes < 2:
        return f"No labels say how many clusters there are: {GUESS} is a guess to begin with. {unlabelled}"
    if clusters == classes:
        return f"{clusters} comes from the labels: so many classes there are. {unlabelled}"
    return f"The labels have {classes} classes. {unlabelled}"


def score_table(scored: Mapping[str, Scores], chance: float | None, has_noise: bool, key: str) -> None:
    """The scores of each space as a picture and as a table."""
    st.plotly_chart(score_bars(scored, SPACES, chance), width="stretch", key=f"bars-{key}")
    metrics = _metrics(scored, has_noise)
    st.dataframe(
        [
            {"Clustered": SPACES[space], **{metric.title: scores.text(metric.name) for metric in metrics}}
            for space, scores in scored.items()
        ],
        hide_index=True,
        column_config={metric.title: st.column_config.Column(help=metric.help) for metric in metrics},
        key=f"table-{key}",
    )


def _metrics(scored: Mapping[str, Scores], has_noise: bool) -> list[Metric]:
    """The metrics in the table: where there is noise, how much and beside how many clusters too."""
    found = [Scores.metrics()[name] for name in ("groups", "noise")]
    return judged(scored) + found * has_noise


def say_what_scores_mean(result: Clustering, has_noise: bool) -> None:
    """One line a metric, and what the picture's marks and noise are."""
    lines = [f"**{metric.title}**: {metric.help}" for metric in _metrics(result.spaces(), has_noise)]
    if result.chance_accuracy is not None:
        lines.append(f"Dotted: one cluster for all samples has an accuracy of {result.text('chance_accuracy')}.")
    if has_noise:
        lines.append("Noise is a group of its own for ARI and NMI, wrong for the accuracy, not in the silhouette.")
    if result.quantiles is not None:
        lines.append(_said_of_series(result.codes, result.quantiles))
    st.caption("  \n".join(lines))
    if has_noise and result.clusters < 2:
        st.info("All codes hang together, or all are noise: turn the numbers above until there are several clusters.")


def _said_of_series(codes: Scores, quantiles: Scores) -> str:
    """What the two spaces without training say about the data, in a line."""
    line = (
        "**Without training**: 500 random kernels (Dempster et al. 2020), of whose answers PCA keeps ten components; "
        "and eleven quantiles each of |values| and |steps|, which know nothing of shape beyond single steps."
    )
    if codes.ari is not None and quantiles.ari is not None and quantiles.ari.mean > codes.ari.mean:
        line += (
            " Here such quantiles tell classes better than the codes do, a lesson about these data: their classes can "
            "be told by how large values and steps are."
        )
    return line


def confusion(result: Clustering, spec: DataSpec) -> None:
    """Clusters against classes, noise in a row of its own where there is any."""
    if result.confusion is None:
        st.info(
            "These data have no labels: clusters cannot be compared with classes, and there is no accuracy, NMI or ARI."
        )
        return
    names = [*map(cluster_name, range(result.clusters)), cluster_name(NOISE)]
    counted = result.confusion if result.confusion[-1].any() else result.confusion[:-1]
    figure = heat(counted, spec.label_names, names[: len(counted)], "")
    st.plotly_chart(figure, width="stretch", key="confusion")


def gallery(result: Clustering, spec: DataSpec, held_out: Samples) -> None:
    """Held-out samples of each cluster, and then of those that are in none."""
    heading("Gallery")
    if LOOKS[spec.rendering].hint:
        st.caption(LOOKS[spec.rendering].hint)
    for cluster in range(result.clusters):
        _row(result, spec, held_out, cluster, f"Cluster {cluster_name(cluster)}")
    if (result.assignments == NOISE).any():
        heading("Noise")
        st.caption("These lie where samples are thin: they are in no cluster, and have nothing in common but that.")
        _row(result, spec, held_out, NOISE, "In no cluster")


def _row(result: Clustering, spec: DataSpec, held_out: Samples, cluster: int, title: str) -> None:
    members = np.flatnonzero(result.assignments == cluster)
    left, right = st.columns([1, 9], vertical_alignment="center")
    left.markdown(f"**{title}**  \n{len(members)} sample{'s' if len(members) != 1 else ''}")
    if len(members):
        with right:
            columns = LOOKS[spec.rendering].cluster_columns
            shown = members[:columns]
            key, places = f"cluster-{cluster_name(cluster)}", Places(held_out, shown)
            wall(result.samples[shown], spec, key, columns=columns, size=48, places=places)
