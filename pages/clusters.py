"""Whether codes fall into the classes that nobody told the model about."""

import streamlit as st

from core.analysis.cluster_density import density
from core.analysis.cluster_methods import METHODS
from core.analysis.cluster_number import number_of_clusters
from core.analysis.cluster_scores import over_models
from core.analysis.clustering import cluster, score_clusters
from core.selection import Samples
from pages.ui.analyses import analysed, metric
from pages.ui.cloud import by_cluster, cloud
from pages.ui.cluster_figures import core_distance_curve, number_curve
from pages.ui.clusters import confusion, gallery, method_and_parameters, say_what_scores_mean, score_table
from pages.ui.ground import ground_of_codes, legend_of
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.repetition import repeated
from pages.ui.selection_panel import selection_panel

record = opened_run("Clusters of the codes appear here, scored beside the same on raw values and on PCA.", "encode")
spec = record.spec
name, parameters = method_and_parameters(record)
method, asked = METHODS[name], {"method": name, **parameters}

result = analysed(record, cluster, f"{method.title}, space by space", **asked)
if result is None:
    st.stop()

heading("Scores on held-out samples")
if method.restarts > 1:
    st.caption(
        f"Mean ± sd of {method.restarts} {method.varies} on one model and one split: what is owed to where the method "
        "starts, and not to training."
        + " There is no chance in the model's own assignments."
        * (result.own is not None)
    )
else:
    st.caption(f"There is no chance in {method.title}: on one model and one split it always finds the same.")
score_table(result.spaces(), result.chance_accuracy, method.leaves_noise, "scores")
say_what_scores_mean(result, method.leaves_noise)

heading("The same on five models")
models = repeated(record, score_clusters, f"{method.title} on five models", **asked)
if models:
    st.caption(
        "Mean ± sd of five models of this configuration, trained from other seeds: first weights, the order of batches "
        "and, unless the data come with a fixed one, the split differ. This is the spread by which models are compared."
    )
    over = {space: over_models([found.spaces()[space] for found in models]) for space in models[0].spaces()}
    score_table(over, result.chance_accuracy, method.leaves_noise, "models")

left, right = st.columns(2, gap="large")
with left:
    heading("Codes by cluster")
    ground = ground_of_codes(record)
    held_out = Samples(record.config, "held-out")
    cloud(result.plane, by_cluster(result.clustered), result.samples, spec, "clustered", ground, held_out)
    selection_panel([record], ["held-out"])
    st.caption(f"Clusters have letters, classes their own names. {legend_of(ground)}")
with right:
    heading("Clusters against classes")
    confusion(result, spec)

if spec.rendering != "dot":
    gallery(result, spec, held_out)

if name == "dbscan":
    heading("How far is near")
    reach = analysed(record, density, "Distances to the nearest codes", **parameters)
    if reach is not None:
        st.plotly_chart(core_distance_curve(reach), width="stretch", key="core_distances")
        st.caption(
            f"How far each training code has to reach for {parameters['min_samples']} codes, itself included, in "
            f"order. {parameters['dense_share']:.0%} of them are to be dense, so ε is {reach.text('radius')}. "
            "Where the curve turns up, noise begins. Raw values and PCA have an ε of their own, from the same share."
        )
elif "clusters" in dict(method.Parameters()):
    heading("How many clusters, without labels")
    number = analysed(
        record, number_of_clusters, "Trying every number of clusters", most=max(15, len(spec.label_names) + 5)
    )
    if number is not None:
        for column, chooses in zip(st.columns(3), number.metrics(), strict=True):
            if getattr(number, chooses) is None:
                column.metric(number.metrics()[chooses].title, f"none of 1…{number.numbers[-1]}")
            else:
                metric(column, number, chooses)
            column.plotly_chart(number_curve(number, chooses), width="stretch", key=f"number-{chooses}")
            if getattr(number, chooses) == number.numbers[-1]:
                column.caption("The most that was tried: there may be more.")
        st.caption(
            "  \n".join(f"**{one.title}**: {one.help}" for one in number.metrics().values())
            + f" The bars are ± one standard error. The highest gap is that of {number.numbers[number.gaps.argmax()]}."
        )
