"""Whether codes fall into the classes that nobody told the model about."""

import streamlit as st

from core import MODELS
from core.analysis.cluster_methods import methods_for
from core.analysis.cluster_scores import Scores
from core.analysis.clustering import SPACES, cluster
from core.glossary import explained
from core.looks import LOOKS
from pages.ui.analyses import analysed
from pages.ui.figures import bars, heat, points
from pages.ui.galleries import wall
from pages.ui.header import opened_run
from pages.ui.headings import heading

record = opened_run("Clusters of the codes appear here, scored beside the same on raw values and on PCA.", "encode")
spec, model = record.spec, MODELS[record.config.model]
methods = methods_for(model)

with st.container(horizontal=True):
    # What a model was trained to decide is shown first.
    first = "model" if "model" in methods else "kmeans"
    chosen = st.segmented_control(
        "Method",
        list(methods),
        format_func=lambda name: methods[name],
        default=first,
        key=f"cluster_method_{'own' if 'model' in methods else 'fitted'}",
        required=True,
        help="k-means takes round cells of similar size, the mixture clusters of different width; UMAP first pulls "
        "neighbours together, which takes some seconds.",
    )
    method = chosen or first
    if method == "model":
        clusters = dict(record.config.hyperparameters)["n_clusters"]
        st.caption(f"{clusters} clusters, as the model was built; on the other spaces k-means with as many.")
    else:
        classes = len(spec.label_names)
        # Where no classes say how many to look for, a few.
        clusters = st.slider("Clusters", 2, 30, min(30, classes) if classes > 1 else 5, key="clusters", width=320)

result = analysed(record, cluster, f"{methods[method]}, three spaces", method=method, clusters=clusters)
if result is None:
    st.stop()

scores: dict[str, Scores] = {space: getattr(result, space) for space in SPACES}
seeds = max(scored.seeds for scored in scores.values())
heading(f"Scores on held-out samples{f', mean ± sd of {seeds} seeds' if seeds > 1 else ''}")
shown = [metric for metric in Scores.metrics().values() if getattr(result.codes, metric.name) is not None]
for column, metric in zip(st.columns(len(shown)), shown, strict=True):
    spreads = [getattr(scored, metric.name) for scored in scores.values()]
    figure = bars(["codes", "raw", "PCA"], [s.mean for s in spreads], [s.sd for s in spreads], metric.title)
    column.plotly_chart(figure, width="stretch", key=f"bar-{metric.name}")
    column.caption(metric.help, help=explained(metric.title) or None)
st.dataframe(
    [
        {"Clustered": title, **{metric.title: scores[space].text(metric.name) for metric in shown}}
        for space, title in SPACES.items()
    ],
    hide_index=True,
)
if result.chance_accuracy is not None:
    st.caption(f"Putting every sample in one cluster has an accuracy of {result.text('chance_accuracy')}.")

left, right = st.columns(2, gap="large")
assigned = result.assignments
with left:
    heading("Codes by cluster")
    st.plotly_chart(points(result.plane, assigned), width="stretch", key="clustered")
with right:
    if result.confusion is not None:
        heading("Clusters against classes")
        rows = [f"cluster {k + 1}" for k in range(len(result.confusion))]
        st.plotly_chart(heat(result.confusion, spec.label_names, rows, ""), width="stretch", key="confusion")
    else:
        heading("Clusters against classes")
        st.info(
            "These data have no labels: clusters cannot be compared with classes, and there is no accuracy, NMI or ARI."
        )

if spec.rendering != "dot":
    heading("Gallery")
    look = LOOKS[spec.rendering]
    if look.hint:
        st.caption(look.hint)
    for number in range(len(result.sizes)):
        members = result.samples[assigned == number]
        left, right = st.columns([1, 9], vertical_alignment="center")
        left.markdown(f"**Cluster {number + 1}**  \n{len(members)} sample{'s' if len(members) != 1 else ''}")
        if len(members):
            with right:
                columns = look.cluster_columns
                wall(members[:columns], spec, f"cluster-{number}", columns=columns, size=48)
