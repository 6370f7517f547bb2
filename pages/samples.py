"""New samples: fresh or repeatable, beside the training samples they come nearest to."""

import secrets

import numpy as np
import streamlit as st

from core import DATASETS
from pages.ui.analyses import analysed
from pages.ui.figures import histogram, points, wall
from pages.ui.header import opened_run

record = opened_run("sample", "Samples that the model makes up appear here, each beside its nearest training sample.")

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
    sizes = [250, 1000, 2500] if DATASETS[record.config.dataset].is_plane else [16, 64, 256]
    count = st.segmented_control("How many", sizes, default=sizes[1], key=f"sample_count_{sizes[1]}", required=True)

result = analysed(record, "generation", "Drawing samples and looking for copies", n=count, seed=int(seed))
if result is None:
    st.stop()

numbers, arrays = result.numbers, result.arrays
columns = st.columns(4)
columns[0].metric(
    "Distance to training data",
    f"{numbers['distance_median']:.3g}",
    help="Median Euclidean distance of a sample to its nearest training sample.",
)
columns[1].metric(
    "The same for held-out data",
    f"{numbers['held_out_median']:.3g}",
    help="What real, unseen data have: far more means odd samples, far less means copies.",
)
columns[2].metric(
    "Copies",
    f"{numbers['copy_rate']:.0%}",
    help="Share of samples nearer to a training sample than 99 % of held-out data are; 1 % is chance.",
)
if "modes" in numbers:
    columns[3].metric(
        "Modes covered",
        f"{numbers['modes_fair']} of {numbers['modes']}",
        help="Modes with at least a fifth of their fair share of 2,500 samples.",
    )
    columns[3].caption(f"{numbers['high_quality']:.0%} within 3 σ of a mode")

if arrays["samples"].ndim == 2:
    both = np.concatenate([arrays["nearest"], arrays["samples"]])
    st.plotly_chart(points(both, np.repeat([0, 1], count)), width="stretch", key="plane")
    st.caption("Orange: samples. Blue: the training point nearest to each.")
else:
    left, right = st.columns(2, gap="large")
    side = int(np.sqrt(count))
    left.header("Samples", anchor=False)
    left.image(wall(arrays["samples"], columns=side), width="stretch")
    right.header("Nearest training sample of each", anchor=False)
    right.image(wall(arrays["nearest"], columns=side), width="stretch")
st.plotly_chart(
    histogram(
        {"samples": arrays["distances"], "held-out data": arrays["held_out_distances"]},
        "Distance to the nearest training sample",
        "Euclidean distance over all values",
    ),
    width="stretch",
    key="distances",
)
