"""Whether codes fall into the classes that nobody told the model about."""

import streamlit as st

from core import MODELS
from core.analysis.clustering import methods_for
from core.looks import LOOKS
from pages.ui.analyses import analysed
from pages.ui.figures import bars, heat, points
from pages.ui.galleries import wall
from pages.ui.header import opened_run

SPACES = {"codes": "this model's codes", "raw": "raw values", "pca": "PCA, same size"}
METRICS = {
    "accuracy": ("Accuracy", "Share of held-out samples in the cluster matched to their class; 100 % is perfect."),
    "nmi": (
        "NMI",
        "Normalised mutual information with the classes: 1 is perfect; not corrected for chance, as ARI is.",
    ),
    "ari": ("ARI", "Adjusted Rand index, pairs grouped as the classes group them: 0 is chance, 1 is perfect."),
    "silhouette": (
        "Silhouette",
        "How far apart clusters lie, −1 to 1, each space by its own distances: no ranking between spaces.",
    ),
}

record = opened_run("Clusters of the codes appear here, scored beside the same on raw values and on PCA.", "encode")
spec, model = record.spec, MODELS[record.config.model]
methods = methods_for(model)

with st.container(horizontal=True):
    method = st.segmented_control(
        "Method",
        list(methods),
        format_func=methods.get,
        # What a model was trained to decide is shown first.
        default="model" if "model" in methods else "kmeans",
        key=f"cluster_method_{'own' if 'model' in methods else 'fitted'}",
        required=True,
        help="k-means takes round cells of similar size, the mixture clusters of different width; UMAP first pulls "
        "neighbours together, which takes some seconds.",
    )
    if method == "model":
        clusters = record.config.hyperparameters.n_clusters
        st.caption(f"{clusters} clusters, as the model was built; on the other spaces k-means with as many.")
    else:
        classes = len(spec.label_names)
        # Where no classes say how many to look for, a few.
        clusters = st.slider("Clusters", 2, 30, min(30, classes) if classes > 1 else 5, key="clusters", width=320)

result = analysed(record, "clustering", f"{methods[method]}, three spaces", method=method, clusters=clusters)
if result is None:
    st.stop()

numbers, arrays = result.numbers, result.arrays
seeds = max(numbers["seeds"].values())
st.header(f"Scores on held-out samples{f', mean ± sd of {seeds} seeds' if seeds > 1 else ''}", anchor=False)
shown = [name for name in METRICS if name in numbers["codes"]]


def score(space: str, metric: str) -> str:
    """Mean ± sd, or the number alone where there is no chance in it."""
    mean, spread = numbers[space][metric]
    return f"{mean:.3f} ± {spread:.3f}" if numbers["seeds"][space] > 1 else f"{mean:.3f}"


for column, name in zip(st.columns(len(shown)), shown, strict=True):
    title, meaning = METRICS[name]
    means, spreads = zip(*(numbers[space][name] for space in SPACES), strict=True)
    column.plotly_chart(bars(["codes", "raw", "PCA"], means, spreads, title), width="stretch", key=f"bar-{name}")
    column.caption(meaning)
st.dataframe(
    [{"Clustered": text, **{METRICS[m][0]: score(space, m) for m in shown}} for space, text in SPACES.items()],
    hide_index=True,
)
if "chance_accuracy" in numbers:
    st.caption(f"Putting every sample in one cluster has an accuracy of {numbers['chance_accuracy']:.1%}.")

left, right = st.columns(2, gap="large")
assigned = arrays["assignments"]
with left:
    st.header("Codes by cluster", anchor=False)
    st.plotly_chart(points(arrays["plane"], assigned), width="stretch", key="clustered")
with right:
    if "confusion" in arrays:
        st.header("Clusters against classes", anchor=False)
        rows = [f"cluster {k + 1}" for k in range(len(arrays["confusion"]))]
        st.plotly_chart(heat(arrays["confusion"], spec.label_names, rows, ""), width="stretch", key="confusion")
    else:
        st.header("Clusters against classes", anchor=False)
        st.info(
            "These data have no labels: clusters cannot be compared with classes, and there is no accuracy, NMI or ARI."
        )

if spec.rendering != "dot":
    st.header("Gallery", anchor=False)
    look = LOOKS[spec.rendering]
    if look.hint:
        st.caption(look.hint)
    for cluster in range(len(arrays["sizes"])):
        members = arrays["samples"][assigned == cluster]
        left, right = st.columns([1, 9], vertical_alignment="center")
        left.markdown(f"**Cluster {cluster + 1}**  \n{len(members)} sample{'s' if len(members) != 1 else ''}")
        if len(members):
            with right:
                wall(members[: look.cluster_columns], spec, f"cluster-{cluster}", columns=look.cluster_columns, size=48)
