"""What survives the code: reconstructions beside PCA's, the worst and the best, and noise to repair live."""

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.reconstruction import reconstruct
from core.dataset import DataSpec
from core.glossary import explained
from core.looks import LOOKS, Role
from core.metrics import rounded
from core.protocol import Array
from core.selection import Samples
from pages.ui.analyses import analysed, metric
from pages.ui.choices import choice
from pages.ui.cloud import by_class, cloud
from pages.ui.denoising import under_noise
from pages.ui.figures import histogram, residuals
from pages.ui.galleries import Places, rows
from pages.ui.ground import ground_of_data
from pages.ui.header import opened_run
from pages.ui.headings import heading
from pages.ui.repair import repair_live
from pages.ui.selecting import selected_of
from pages.ui.selection_panel import DRAG, PICK, selection_panel
from pages.ui.units import units

# Samples at either end of an order.
SHOWN = 24


def difference(originals: Array, reconstructions: Array, spec: DataSpec) -> Array:
    """What the reconstructions (N, …) add to the originals, as samples of the same look."""
    low, high = spec.value_range
    error = reconstructions - originals
    # A sound's around silence, so that it can be heard; all others' from the lowest value up, so that none is black.
    return (low + high) / 2 + error if spec.rendering == "sound" else low + np.abs(error)


def classes(labels: Array | None, chosen: Array, spec: DataSpec) -> list[str]:
    """The names of the classes of the samples `chosen` (n,), none where there are no labels (N,)."""
    return [] if labels is None else [spec.label_names[label] for label in labels[chosen]]


record = opened_run("Reconstructions of held-out samples appear here, beside PCA's at the same size.", "reconstruct")
spec, model = record.spec, MODELS[record.config.model]

if model.autoencodes:
    heading("Repair noise, live")
    repair_live(record)
    what = "Reconstructing all held-out samples"
else:
    st.info(
        "A GAN has no encoder, so its generator is inverted: for each held-out sample we search the noise that it "
        "would be made from, down the gradient of the squared error from the best of 256 starts. What it cannot make, "
        "it cannot reconstruct."
    )
    what = "Inverting the generator for every held-out sample"

result = analysed(record, reconstruct, what)
if result is None:
    st.stop()

exact = result.pca_is_exact
if exact:
    heading("Beside the mean sample")
    st.caption(
        f"PCA is no yardstick here: with as many components as this model has latents ({result.size}) it keeps all "
        "that varies in these data and gives every sample back as it is. A code this large can copy; what it has "
        "learned shows under noise, below."
    )
else:
    heading(f"Beside PCA with {result.size} component{'s' if result.size > 1 else ''}")
names = ("model", "mean") if exact else ("model", "pca", "mean")
for column, name in zip(st.columns(3), names, strict=False):
    metric(column, result, f"{name}_mse")
    column.caption(f"PSNR {result.text(f'{name}_psnr')}", help=explained("PSNR"))
errors: dict[Role, Array] = {"reconstructed": result.errors}
if not exact:
    errors["baseline"] = result.pca_errors
figure = histogram(errors, "Error of each held-out sample", "MSE", {"reconstructed": "this model", "baseline": "PCA"})
st.plotly_chart(figure.update_xaxes(exponentformat="power"), width="stretch", key="errors")

under_noise(record)

heading("Sorted by error")
held_out = Samples(record.config, "held-out")
orders = {"worst first": result.order, "best first": result.order[::-1]}
among = result.order[np.isin(result.order, selected_of(held_out)["indices"])]
if len(among):
    orders["selected"] = among
end = st.segmented_control("Show", list(orders), required=True, **choice("order", list(orders), "worst first"))
chosen = orders[end][:SHOWN]
if spec.rendering == "dot":
    which = "worst of the selected" if end == "selected" else end.removesuffix(" first")
    title = f"the {len(chosen)} {which}"
    left, right = st.columns(2, gap="large")
    with left:
        groups = by_class(result.labels, len(result.originals), spec)
        cloud(result.originals, groups, result.originals, spec, "originals", ground_of_data(spec), held_out)
    plane = residuals(result.originals, result.reconstructions, result.errors, chosen, title, spec.value_range)
    right.plotly_chart(plane, width="stretch", key="plane")
    least, most = np.sort(result.errors[chosen])[[0, -1]]
    st.caption(
        f"Left, the samples by class; right, a line leads from each to its reconstruction. Ringed are {title}: their "
        f"MSE is {rounded(least, 2)} to {rounded(most, 2)}, that of the middle sample "
        f"{rounded(np.median(result.errors), 2)}."
    )
else:
    shown = {"Original": result.originals[chosen], "This model": result.reconstructions[chosen]}
    notes = {
        "Original": classes(result.labels, chosen, spec),
        "This model": [rounded(error, 2) for error in result.errors[chosen]],
    }
    if not exact:
        shown["PCA"] = result.pca_reconstructions[chosen]
        notes["PCA"] = [rounded(error, 2) for error in result.pca_errors[chosen]]
    # Between two characters there is no difference to be drawn.
    if spec.rendering != "text":
        shown["Difference"] = difference(shown["Original"], shown["This model"], spec)
    if result.corrupted is not None:
        shown["Training input"] = result.corrupted[chosen]
    rows(shown, spec, "sorted", size=52, notes=notes, places=Places(held_out, chosen))
    captions = ["The number below a reconstruction is its MSE."]
    if result.corrupted is not None:
        captions.append("The training input is the original as the network would see it in training.")
    st.caption(" ".join([*captions, LOOKS[spec.rendering].hint]))
selection_panel([record], ["held-out"], DRAG if spec.rendering == "dot" else PICK)

if model.autoencodes:
    units(record)
