"""New samples: fresh or repeatable, beside the training samples they come nearest to."""

import secrets

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.generation import generate
from pages.ui.analyses import analysed, metric
from pages.ui.figures import histogram, points
from pages.ui.header import opened_run
from pages.ui.stage import HINTS, wall

SIZES = {
    "dot": [250, 1000, 2500],
    "picture": [16, 64, 256],
    "curve": [12, 24, 60],
    "text": [20, 40, 120],
    "sound": [12, 24, 60],
}
COLUMNS = {
    "picture": {16: 4, 64: 8, 256: 16},
    "curve": {12: 3, 24: 4, 60: 5},
    "text": {20: 4, 40: 4, 120: 5},
    "sound": {12: 3, 24: 4, 60: 5},
}

record = opened_run("Samples that the model makes up appear here, each beside its nearest training sample.", "sample")
spec, model = record.spec, MODELS[record.config.model]

st.session_state.setdefault("sample_seed", 0)
with st.container(horizontal=True, vertical_alignment="bottom"):
    seed = st.number_input(
        "Seed", 0, 2**31 - 1, key="sample_seed", width=200, help="The same seed gives the same samples."
    )
    st.button(
        "Fresh noise",
        key="fresh",
        icon=":material/casino:",
        on_click=lambda: st.session_state.update(sample_seed=secrets.randbelow(10_000)),
    )
    sizes = SIZES[spec.rendering]
    count = st.segmented_control("How many", sizes, default=sizes[1], key=f"sample_count_{sizes[1]}", required=True)
    order = "as drawn"
    if "criticise" in model.capabilities and spec.rendering != "dot":
        order = st.segmented_control(
            "Order",
            ["as drawn", "best score first", "worst score first"],
            default="as drawn",
            key="sample_order",
            required=True,
            help="The discriminator's score stands below each sample: higher, more like the training data in its eyes.",
        )

result = analysed(record, generate, "Drawing samples and looking for copies", n=count, seed=int(seed))
if result is None:
    st.stop()

columns = st.columns(4)
for column, name in zip(columns[:3], ("distance_median", "held_out_median", "copy_rate"), strict=True):
    metric(column, result, name)
if result.coverage is not None:
    metric(columns[3], result.coverage, "fair", of=result.coverage.modes)
    columns[3].caption(f"{result.coverage.text('high_quality')} within 3 σ of a mode")
elif result.score_mean is not None:
    metric(columns[3], result, "score_mean")
    columns[3].caption(f"{result.text('held_out_score_mean')} on held-out data")

if spec.rendering == "dot":
    both = np.concatenate([result.nearest, result.samples])
    st.plotly_chart(points(both, np.repeat([0, 1], count)), width="stretch", key="plane")
    st.caption("Orange: samples. Blue: the training point nearest to each.")
else:
    scores = result.scores
    ranks = np.arange(count)
    if scores is not None and order != "as drawn":
        ranks = np.argsort(scores)[:: -1 if order.startswith("best") else 1]
    side = COLUMNS[spec.rendering][count]
    # Numbers below 256 pictures could not be read.
    notes = [] if scores is None or count > sizes[1] else [f"{score:.2f}" for score in scores[ranks]]
    if spec.rendering in HINTS:
        st.caption(HINTS[spec.rendering])
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Samples", anchor=False)
        wall(result.samples[ranks], spec, "samples", columns=side, notes=notes)
    with right:
        st.header("Nearest training sample of each", anchor=False)
        nearest = [f"{distance:.2f} away" for distance in result.distances[ranks]] if notes else []
        wall(result.nearest[ranks], spec, "nearest", columns=side, notes=nearest)
st.plotly_chart(
    histogram(
        {"samples": result.distances, "held-out data": result.held_out_distances},
        "Distance to the nearest training sample",
        "Euclidean distance over all values",
    ),
    width="stretch",
    key="distances",
)
