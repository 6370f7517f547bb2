"""Whether codes fall into the classes that nobody told the model about."""

import numpy as np
import streamlit as st

from core import DATASETS
from pages.ui.analyses import analysed
from pages.ui.figures import bars, heat, points, wall
from pages.ui.header import opened_run

METHODS = {"kmeans": "k-means", "gmm": "Gaussian mixture"}
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

record = opened_run("encode", "Clusters of the codes appear here, scored beside the same on raw values and on PCA.")
source = DATASETS[record.config.dataset]

with st.container(horizontal=True):
    method = st.segmented_control(
        "Method",
        list(METHODS),
        format_func=METHODS.get,
        default="kmeans",
        key="cluster_method",
        required=True,
        help="k-means cuts the space into round cells of similar size; the mixture allows clusters of different width.",
    )
    clusters = st.slider("Clusters", 2, 30, min(30, len(source.label_names)), key="clusters", width=320)

result = analysed(
    record, "clustering", f"{METHODS[method]}, five seeds, three spaces", method=method, clusters=clusters
)
if result is None:
    st.stop()

numbers, arrays = result.numbers, result.arrays
st.header("Scores on held-out samples, mean ± sd of 5 seeds", anchor=False)
shown = [name for name in METRICS if name in numbers["codes"]]
for column, name in zip(st.columns(len(shown)), shown, strict=True):
    title, meaning = METRICS[name]
    means, spreads = zip(*(numbers[space][name] for space in SPACES), strict=True)
    column.plotly_chart(bars(["codes", "raw", "PCA"], means, spreads, title), width="stretch", key=f"bar-{name}")
    column.caption(meaning)
st.dataframe(
    [
        {"Clustered": text, **{METRICS[m][0]: "{:.3f} ± {:.3f}".format(*numbers[space][m]) for m in shown}}
        for space, text in SPACES.items()
    ],
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
        st.plotly_chart(heat(arrays["confusion"], source.label_names, rows, ""), width="stretch", key="confusion")
    else:
        st.info("This dataset has no labels: clusters cannot be compared with classes.")

if source.kind == "image":
    st.header("Gallery", anchor=False)
    for cluster in range(clusters):
        members = arrays["samples"][assigned == cluster][:24]
        left, right = st.columns([1, 9], vertical_alignment="center")
        left.markdown(f"**Cluster {cluster + 1}**  \n{np.sum(assigned == cluster)} samples")
        if len(members):
            right.image(wall(members, columns=24), width="stretch")
