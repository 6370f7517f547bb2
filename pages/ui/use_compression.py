"""The use of codes as a compressed file: bytes against error, beside PCA and the formats that everybody knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.analysis.compression import Compressed, compress
from core.engine import ReadableRecord
from pages.ui.analyses import analysed, metric
from pages.ui.figures import Line, lines


def compression(record: ReadableRecord) -> None:
    """The file, what it loses, the rate–distortion curves, and the file itself."""
    found = analysed(record, compress, "Compressing held-out samples")
    if found is None:
        return
    left, right = st.columns([1, 3], gap="large")
    beside = {
        "size": f"{found.text('raw')} as it is",
        "rate": f"{found.latents} latents of {found.chosen} bit{'s' if found.chosen > 1 else ''}",
        "mse": f"{found.exact_mse:.4f} with exact codes",
        "pca_mse": "all components, rounded",
    }
    for name, words in beside.items():
        metric(left, found, name)
        left.caption(words)
    right.plotly_chart(_curves(found), width="stretch", key="rate_distortion")
    formats = " and ".join(f"{name} {size:.1f}" for name, size in found.lossless.items())
    right.caption(
        f"Down and to the left is better. Along its curve a latent gets 1 to {found.bits[-1]} bits. The rate is that "
        "of an ideal coder, which knows how often each level came in training; decoder and PCA's components are not "
        f"counted. Without loss beyond 256 levels these samples take, in bytes each: {formats}. {_said(found)}"
    )
    right.download_button(
        f"Save the {found.counts.shown:,} held-out samples in {len(found.file):,} bytes",
        found.file.tobytes(),
        f"{record.config.dataset}-{record.id[-4:]}.codes",
        icon=":material/download:",
        key="save_codes",
        help="What is measured above was read from this very file. To open it: core.open_codes(model, file).",
    )


def _curves(found: Compressed) -> Any:
    drawn = [
        Line("this model's codes", "reconstructed", found.rates, found.errors),
        Line("PCA", "baseline", found.pca_rates, found.pca_errors),
    ]
    if found.jpeg_rates is not None and found.jpeg_errors is not None:
        drawn.append(Line("JPEG, all on one sheet", "baseline", found.jpeg_rates, found.jpeg_errors, dash="dash"))
    figure = lines(drawn, "bytes a sample", "MSE of held-out samples", None)
    ticks = [n * 10.0**power for power in range(-3, 6) for n in (1, 2, 5)]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    return figure


def _said(found: Compressed) -> str:
    """Where the codes are the better file, in one sentence."""
    reach = (found.rates >= found.pca_rates.min()) & (found.rates <= found.pca_rates.max())
    if not reach.any():
        return ""
    beside = np.interp(found.rates[reach], found.pca_rates, found.pca_errors)
    wins = found.errors[reach] < beside
    if wins.all():
        return "At every rate that both reach, this model loses less than PCA."
    if not wins.any():
        return "At every rate that both reach, PCA loses less than this model."
    rates = found.rates[reach][wins]
    return (
        f"This model loses less than PCA at {rates.min():.2g} to {rates.max():.2g} bytes a sample, and more elsewhere."
    )
