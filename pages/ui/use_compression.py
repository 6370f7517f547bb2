"""The use of codes as a compressed file: bytes against error, beside PCA and the formats that everybody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis.compression import Compressed, compress
from core.analysis.unpacking import unpack
from core.engine import ReadableRecord
from core.looks import LOOKS
from core.metrics import rounded
from core.selection import Samples
from pages.ui.analyses import analysed, metric
from pages.ui.beside import numbers_beside
from pages.ui.figures import Line, lines, points_by_role
from pages.ui.galleries import Places, rows
from pages.ui.headings import heading
from pages.ui.selection_panel import PICK, selection_panel
from pages.ui.siblings import siblings

# Other sizes of the code that are drawn, and megabytes of a file that is brought.
SIZES = 8
LARGEST = 4


def compression(record: ReadableRecord) -> None:
    """The file, what it loses, the rate–distortion curves, and the file itself, saved and opened again."""
    found = analysed(record, compress, "Compressing held-out samples")
    if found is None:
        return
    has_integers = "index" in MODELS[record.config.model].capabilities
    knob, stored = ("n_codes", "integers") if has_integers else ("latent_size", "latents")
    sizes = {found.numbers: found}
    for size, other in sorted(siblings(record, knob).items())[:SIZES]:
        beside = analysed(other, compress, f"Compressing with {size} {stored}", is_beside=True)
        if beside is not None:
            sizes[beside.numbers] = beside
    left, right = numbers_beside("compression")
    words = {
        "size": f"{found.text('raw')} as it is",
        "rate": f"{found.numbers} {stored} of {found.chosen} bit{'s' if found.chosen > 1 else ''}",
        "mse": f"± {rounded(found.spread, 2)}; "
        + ("nothing is rounded" if has_integers else f"{rounded(found.exact_mse, 3)} with exact codes"),
        "pca_mse": f"± {rounded(found.pca_spread, 2)}; all components, rounded",
    }
    for name, said in words.items():
        metric(left, found, name)
        left.caption(said)
    right.plotly_chart(_curves(found, sizes, stored), width="stretch", key="rate_distortion")
    formats = " and ".join(f"{name} {size:.1f}" for name, size in found.lossless.items())
    along = (
        "The integers are stored as they are: one point."
        if has_integers
        else f"Along its curve a latent gets 1 to {found.bits[-1]} bits."
    )
    beyond = "" if record.spec.alphabet else " beyond 256 levels"
    right.caption(
        f"Down and to the left is better. {along} The rate is that of an ideal coder, which "
        f"{'has the prior of the model' if has_integers else 'knows how often each level came in training'}: "
        "that, the decoder and PCA's components are not counted. ± is the standard error over held-out samples. "
        f"Without loss{beyond} these samples take, in bytes each: {formats}. {_said(found)} {_of_sizes(sizes, stored)}"
    )
    right.download_button(
        f"Save the {found.counts.shown:,} held-out samples in {len(found.file):,} bytes",
        found.file.tobytes(),
        f"{record.config.dataset}-{record.id[-4:]}.codes",
        icon=":material/download:",
        key="save_codes",
        help="What is measured above was read from this very file. Bring it back below, or open it in a script: "
        "core.open_codes(model, file).",
    )
    _open(record, found)


def _open(record: ReadableRecord, found: Compressed) -> None:
    """What is in the file, or in one that somebody brings back, beside the samples that it was made of."""
    heading("What comes out of the file")
    brought = st.file_uploader(
        "Open a saved file",
        type="codes",
        key="open_codes",
        max_upload_size=LARGEST,
        help="A file of codes that was saved above, of this very run. Until then the pictures are those of that file.",
    )
    content = found.file.tobytes() if brought is None else brought.getvalue()
    opened = analysed(record, unpack, "Opening the file", file=content.hex())
    if opened is None:
        return
    spec = record.spec
    if spec.rendering == "dot":
        both = points_by_role({"original": opened.originals, "reconstructed": opened.opened}, spec.value_range)
        st.plotly_chart(both, width="stretch", key="unpacked")
    else:
        places = Places(Samples(record.config, "held-out"), range(len(opened.originals)))
        rows({"Original": opened.originals, "From the file": opened.opened}, spec, "unpacked", places=places)
        selection_panel([record], ["held-out"], PICK)
    st.caption(
        f"{'The file above' if brought is None else 'The file that you brought'}: {opened.size:,} bytes, with all "
        f"{opened.counts.shown:,} held-out samples; MSE {opened.text('mse')}. {LOOKS[spec.rendering].hint}"
    )


def _curves(found: Compressed, sizes: Mapping[int, Compressed], stored: str) -> Any:
    drawn = [
        Line("this model's codes", "reconstructed", found.rates, found.errors),
        Line("PCA", "baseline", found.pca_rates, found.pca_errors),
    ]
    if found.jpeg_rates is not None and found.jpeg_errors is not None:
        drawn.append(Line("JPEG, all on one sheet", "baseline", found.jpeg_rates, found.jpeg_errors, dash="dash"))
    if len(sizes) > 1:
        rates, errors = (np.array([getattr(sizes[size], name) for size in sorted(sizes)]) for name in ("rate", "mse"))
        drawn.append(Line(f"over the number of {stored}", "generated", rates, errors, dash="dot"))
    figure = lines(drawn, "bytes a sample", "MSE of held-out samples", None)
    if len(sizes) > 1:
        names = [str(size) for size in sorted(sizes)]
        figure.data[-1].update(mode="lines+markers+text", text=names, textposition="top center")
    ticks = [n * 10.0**power for power in range(-3, 6) for n in (1, 2, 5)]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    figure.update_yaxes(type="log", dtick=1)
    return figure


def _of_sizes(sizes: Mapping[int, Compressed], stored: str) -> str:
    """With how many numbers a sample less is lost than by PCA at their own rate, in one sentence."""
    if len(sizes) == 1:
        return f"Runs that differ in their number of {stored} alone are drawn as a curve, too: sweep it."
    ahead = [str(size) for size in sorted(sizes) if _is_ahead(sizes[size])[sizes[size].bits.index(sizes[size].chosen)]]
    return (
        f"The dotted curve goes over the number of {stored}, each a run of these settings and its file at the fewest "
        f"bits that lose hardly more than exact codes. Ahead of PCA at the same rate: {', '.join(ahead) or 'none'}."
    )


def _is_ahead(found: Compressed) -> np.ndarray:
    """At which rates (bits,) PCA loses more, by more than chance would make."""
    return found.gains > 2 * found.gain_spreads


def _said(found: Compressed) -> str:
    """Where the codes are the better file, in one sentence."""
    reach = (found.rates >= found.pca_rates.min()) & (found.rates <= found.pca_rates.max())
    if found.rates.min() > found.pca_rates.max():
        least = rounded(float(found.pca_errors.min()), 2)
        return f"PCA never takes so many bytes: with {found.pca_rates.max():.2g} its MSE is {least}."
    if not reach.any():
        return f"PCA never takes so few bytes: at least {found.pca_rates.min():.2g}."
    wins, rates = _is_ahead(found)[reach], found.rates[reach]
    loses = (found.gains < -2 * found.gain_spreads)[reach]
    where = "At every rate that both reach" if len(rates) > 1 else "At this rate"
    if wins.all():
        return f"{where}, this model loses less than PCA."
    if loses.all():
        return f"{where}, PCA loses less than this model."
    if not wins.any():
        return "This model loses less than PCA at no rate that both reach."
    return f"This model loses less than PCA at {rates[wins].min():.2g} to {rates[wins].max():.2g} bytes a sample alone."
