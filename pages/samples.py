"""New samples: fresh or repeatable, beside the training samples they come nearest to."""

import secrets

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.fidelity import judge
from core.analysis.flowing import flow
from core.analysis.generation import generate
from core.analysis.sampling import conditions_of, priors_for
from core.looks import LOOKS
from core.selection import Samples
from pages.ui.analyses import analysed, metric
from pages.ui.choices import choice
from pages.ui.figures import flowing, histogram, points_by_role
from pages.ui.galleries import Places, followed, wall
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.probe import last_snapshot
from pages.ui.scores import compare, mode_coverage
from pages.ui.selection_panel import DRAG, PICK_NEAREST, selection_panel
from pages.ui.stage import film

record = opened_run("Samples that the model makes up appear here, each beside its nearest training sample.", "decode")
spec, model, look = record.spec, MODELS[record.config.model], LOOKS[record.spec.rendering]

SEEDS = range(2**31)
with st.container(horizontal=True, vertical_alignment="bottom"):
    seed = st.number_input(
        "Seed",
        SEEDS[0],
        SEEDS[-1],
        width=200,
        help="The same seed gives the same samples.",
        **choice("sample_seed", SEEDS, 0),
    )
    st.button(
        "Fresh noise",
        key="fresh",
        icon=":material/casino:",
        on_click=lambda: st.session_state.update(sample_seed=secrets.randbelow(10_000)),
    )
    some = look.counts[1]
    tied = choice("sample_count", look.counts, some)
    count = st.segmented_control("How many", look.counts, format_func="{:,}".format, required=True, **tied)
    conditions, condition = conditions_of(record.config, spec), ""
    if conditions:
        condition = st.selectbox(
            "Class" if model.needs_labels else "Category",
            ["", *conditions],
            format_func=lambda name: name or "all",
            width=150,
            help="One alone comes from the model's own prior, and from the same noise as the others.",
            **choice("sample_condition", ["", *conditions], ""),
        )
    priors = priors_for(model)
    prior = next(iter(priors))
    if len(priors) > 1 and not condition:
        prior = st.segmented_control(
            "Drawn from",
            list(priors),
            format_func=lambda name: priors[name].title,
            required=True,
            help=" ".join(f"{each.title}: {each.help}" for each in priors.values()),
            **choice("prior_drawn", priors, prior),
        )
    order = "as drawn"
    if "criticise" in model.capabilities and spec.rendering != "dot":
        orders = ["as drawn", "best score first", "worst score first"]
        order = st.segmented_control(
            "Order",
            orders,
            required=True,
            **choice("sample_order", orders, orders[0]),
            help=f"The discriminator's score stands below each sample: higher, {model.high_score}.",
        )

drawn = {"n": count, "seed": int(seed), "prior": prior, "condition": condition}
result = analysed(record, generate, "Drawing samples and looking for copies", **drawn)
if result is None:
    st.stop()

columns = st.columns(4)
for column, name in zip(columns[:3], ("distance_median", "held_out_median", "copy_rate"), strict=True):
    metric(column, result, name)
if result.held_out_median > 0:
    columns[0].caption(f"{result.distance_median / result.held_out_median:.2f} × the next number; 1 is right")
if result.energy is not None:
    metric(columns[3], result, "energy")
    columns[3].caption(f"{result.text('real_energy')} between two real samples")
elif result.score_mean is not None:
    metric(columns[3], result, "score_mean")
    columns[3].caption(f"{result.text('held_out_score_mean')} on held-out data")
if result.coverage is not None and result.real_coverage is not None:
    mode_coverage(result.coverage, result.real_coverage, spec)

if spec.rendering == "dot":
    both = points_by_role({"real": result.nearest, "generated": result.samples}, spec.value_range)
    st.plotly_chart(both, width="stretch", key="plane")
    st.caption("Of the real points only the training point nearest to each sample is shown.")
else:
    scores = result.scores
    ranks = np.arange(count)
    if scores is not None and order != "as drawn":
        ranks = np.argsort(scores)[:: -1 if order.startswith("best") else 1]
    side = look.columns[look.counts.index(count)]
    classes = len(conditions)
    if model.needs_labels and prior == "own" and not condition and order == "as drawn" and 2 * classes <= count:
        # Whole turns, so that each column is of one class.
        side = classes * max(1, round(side / classes))
    # Numbers below 256 pictures could not be read.
    notes = [] if scores is None or count > some else [f"{score:.2f}" for score in scores[ranks]]
    if look.hint:
        st.caption(look.hint)
    left, right = st.columns(2, gap="large")
    with left:
        heading("Samples")
        wall(result.samples[ranks], spec, "samples", columns=side, notes=notes)
    with right:
        heading("Nearest training sample of each")
        nearest = [f"{distance:.2f} away" for distance in result.distances[ranks]] if notes else []
        places = Places(Samples(record.config, "training"), result.nearest_places[ranks])
        wall(result.nearest[ranks], spec, "nearest", columns=side, notes=nearest, places=places)
if "flow" in model.capabilities:
    heading("How noise flows")
    found = analysed(record, flow, "Following the noise", seed=int(seed))
    if found is not None and spec.rendering == "dot":
        ways = flowing(found.times, found.samples, found.reals, found.places, found.velocities, spec.value_range)
        st.plotly_chart(ways, width="stretch", key="flow")
        where = "goes where the arrows point" if len(found.places) else "is decoded from a code that flows"
        st.caption(f"At time 0 points are noise, at time 1 samples; on the way each {where}.")
    elif found is not None:
        times = [f"{time:.2f}" for time in found.times]
        followed(found.samples, times, "Time", spec, "flow", columns=16)
        st.caption("Each is one draw on its way from noise at time 0 to a sample at time 1, decoded after every step.")
heading("How such samples came to be")
beside = "real points are validation samples" if spec.rendering == "dot" else "the curves are of validation samples"
if "sample" in model.capabilities:
    made = "Made from the same random codes at each step that was kept"
    film(record, ["samples", "plane", "curves"], f"{made}; {beside}, all else here is of held-out ones.")
elif last_snapshot(record.id).fitted is None:
    st.caption("No samples of earlier steps were kept of this run. Train it again to see how they came to be.")
else:
    made = (
        "This model has no prior: at each step that was kept, codes are drawn from the one Gaussian with the mean and "
        "the covariance of the validation samples' codes, always with the same noise"
    )
    film(record, ["fitted", "curves"], f"{made}; {beside}. The samples above come from {priors[prior].title}.")
# Of the points of a plane the real ones can be selected.
selection_panel([record], ["validation", "training"], DRAG if spec.rendering == "dot" else PICK_NEAREST, lines=1)
st.plotly_chart(
    histogram(
        {"generated": result.distances, "real": result.held_out_distances},
        "Distance to the nearest training sample",
        "Euclidean distance over all values",
        {"generated": "samples", "real": "held-out data"},
    ),
    width="stretch",
    key="distances",
)

heading("How good they are, beside real ones")
# A classifier of sequences is trained for it, which takes half a minute.
if st.toggle("Judge them", **choice("judged", (False, True), spec.kind != "sequence")):
    judged = analysed(record, judge, "Judging samples and real data", prior=prior, seed=int(seed))
    if judged is not None:
        compare(judged)
