"""Walks through what a run's model decodes: sliders, each latent as a strip, and the plane of any two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from core import MODELS
from core.analysis import ANALYSES
from core.analysis.likelihood import inactive_latents
from core.engine import ReadableRecord
from core.inference import decode_grid, traverse
from core.looks import LOOKS
from core.metrics import rounded
from core.model import Model
from core.protocol import Array
from pages.ui.choices import Between, choice, chosen, unchoose
from pages.ui.component_data.gallery import Walked
from pages.ui.component_data.shared import Ground
from pages.ui.galleries import rows, wall
from pages.ui.ground import ground_of_latents, prior_of
from pages.ui.headings import heading
from pages.ui.latent_names import latent_names, mark_names, mark_title
from pages.ui.probe import codes_of, model_of_run, prior
from pages.ui.session import memory
from pages.ui.stage import probe

# Latents that have a slider and a strip unless all are asked for, and samples along a strip.
SHOWN = 8
ALONG = 11
# To which share of its range the place of a slider is told, so that an address stays short.
ROUNDED = 0.001


@dataclass(frozen=True)
class Walk:
    """What is walked: from a code, along its `latents`, those in use and that vary most first, each within its range.

    The first of them, `shown`, have a slider and a strip.
    `inactive` ones say nothing; `names` are those of all numbers of the code, of which the first may name a class or a
    component and be no latents. Of a mixture, the others rest at one of its draws.
    """

    start: Array
    latents: list[int]
    low: Array
    high: Array
    inactive: list[int]
    names: list[str]
    is_mixture: bool
    shown: int


def walked(record: ReadableRecord) -> Walk:
    """The sliders, and what is walked with them."""
    heading("Walk through the space")
    walk = _walk(record)
    latents = walk.latents[: walk.shown]
    # Scripts round where sliders stand.
    margin = ROUNDED * (walk.high - walk.low)
    reach = Between(float((walk.low - margin).min()), float((walk.high + margin).max()))
    _leave_other_walks(record)
    stands = chosen("walked_to", reach, tuple(walk.start[walk.latents].tolist()))
    probe(
        record,
        "decode",
        _walk_on,
        latents=latents,
        names=[walk.names[latent] for latent in latents],
        inactive=walk.inactive,
        start=walk.start.tolist(),
        stands=list(stands[: walk.shown]),
        low=walk.low[: walk.shown].tolist(),
        high=walk.high[: walk.shown].tolist(),
    )
    if walk.inactive:
        st.caption("An inactive latent says nothing of a sample, and the decoder does not listen to it.")
    if len(walk.latents) > walk.shown:
        rest = "a draw of the prior" if walk.is_mixture else "their mean"
        st.caption(f"The {walk.shown} latents that vary most, of {len(walk.latents)}; the others rest at {rest}.")
    return walk


def _leave_other_walks(record: ReadableRecord) -> None:
    """Have sliders begin anew after those of another run, whose places mean nothing here; an address knows better."""
    before, memory().walked = memory().walked, record.id
    if before != record.id and not memory().asked.get("walked_to"):
        unchoose("walked_to")


def _walk_on() -> None:
    # Those without a slider stand where they stood.
    stands = tuple(st.session_state["probe_decode"]["stands"])
    st.session_state["walked_to"] = stands + st.session_state["walked_to"][len(stands) :]


def _walk(record: ReadableRecord) -> Walk:
    model = MODELS[record.config.model]
    if model.autoencodes:
        spread = codes_of(record.id)
    else:
        spread = prior(record.id)
        st.caption("The sliders are the generator's noise, not the codes of samples: a GAN's two networks share none.")
    marks = model_of_run(record.id).marks
    # Half-way between all islands of a mixture nothing was ever learned: a walk begins at one of its draws.
    is_mixture = marks > 0 and not model.autoencodes
    start = spread[0].copy() if is_mixture else spread.mean(axis=0)
    if marks:
        start[:marks] = spread[:, :marks].max() * (np.arange(marks) == _mark(record, marks))
    free = np.arange(marks, len(start))
    # Beside a prior of unit width a small variance is a sign; other codes have any scale.
    has_bound = ANALYSES["likelihood"].fits(model)
    inactive = [latent for latent in inactive_latents(spread) if latent >= marks] if has_bound else []
    # Those that vary most, those in use first; one that never moves decodes to nothing new.
    widest = sorted(free[np.argsort(-spread.std(axis=0)[free], kind="stable")].tolist(), key=inactive.__contains__)
    low, high = (spread[:, widest].mean(axis=0) + side * 3 * spread[:, widest].std(axis=0) for side in (-1, 1))
    if has_bound:
        low, high = np.full(len(widest), -3.0), np.full(len(widest), 3.0)
    if len(start) == 2:
        # The sliders walk over the same plane as is drawn.
        ground = ground_of_latents(record)
        low, high = np.array(ground["low"])[widest], np.array(ground["high"])[widest]
    is_all = len(widest) > SHOWN and st.toggle(
        f"All {len(widest)} latents",
        **choice("all_latents", (False, True), False),
        help=f"A slider and a strip for each, and not only for the {SHOWN} that vary most.",
    )
    shown = len(widest) if is_all else SHOWN
    return Walk(start, widest, low, high, inactive, latent_names(record), is_mixture, shown)


def _mark(record: ReadableRecord, marks: int) -> int:
    """The class, category or component to walk under."""
    names = mark_names(record)
    return int(
        st.selectbox(
            mark_title(record),
            range(marks),
            format_func=names.__getitem__,
            **choice("walked_mark", range(marks), 0),
            help="The first numbers of a code say this: one of them is set, the others are 0, so no slider is theirs.",
        )
    )


def strips(record: ReadableRecord, walk: Walk) -> None:
    """Each latent as a strip, the most active first."""
    heading("Each latent by itself")
    shown = walk.latents[: walk.shown]
    ends = tuple(walk.low[: len(shown)].tolist()), tuple(walk.high[: len(shown)].tolist())
    decoded = _strips(model_of_run(record.id), tuple(walk.start.tolist()), tuple(shown), *ends)
    places = [np.linspace(low, high, ALONG) for low, high in zip(walk.low, walk.high, strict=False)]
    named = {
        walk.names[latent] + (" (inactive)" if latent in walk.inactive else ""): strip
        for latent, strip in zip(shown, decoded, strict=True)
    }
    notes = {name: [rounded(value, 2) for value in at] for name, at in zip(named, places, strict=False)}
    rows(named, record.spec, "strips", size=36, notes=notes, is_whole=True)
    st.caption("One latent moves, the others rest where the sliders began. The most active one is on top.")


def plane(record: ReadableRecord, walk: Walk) -> None:
    """The plane of two latents, decoded place by place."""
    two = walk.latents[:2]
    is_all = len(walk.start) == 2
    heading("The whole plane, decoded" if is_all else "The plane of two latents, decoded")
    if len(walk.latents) > 2:
        two = [
            column.selectbox(
                title, walk.latents, format_func=walk.names.__getitem__, **choice(name, walk.latents, first)
            )
            for column, title, name, first in zip(
                st.columns(2),
                ("From left to right", "From below to above"),
                ("latent_across", "latent_up"),
                two,
                strict=True,
            )
        ]
    if is_all:
        two = [0, 1]
        ground = ground_of_latents(record)
    elif two[0] == two[1]:
        st.caption("One latent alone is a line, and stands among the strips: choose two to see a plane.")
        return
    else:
        ground = _ground(record, walk, two)
    side = LOOKS[record.spec.rendering].grid_side
    corners = tuple(ground["low"]), tuple(ground["high"])
    decoded = _tiles(model_of_run(record.id), tuple(walk.start.tolist()), (two[0], two[1]), *corners, side)
    walk_here: Walked = {"run": record.id, "latents": (two[0], two[1])}
    wall(decoded, record.spec, "plane", columns=side, ground=ground, walked=walk_here)
    if not is_all:
        where = f"{walk.names[two[0]].capitalize()} from left to right, {walk.names[two[1]]} from below to above"
    elif MODELS[record.config.model].autoencodes:
        where = "The same plane as that of the codes"
    else:
        where = "The noise that the generator is fed"
    st.caption(f"{where}: each tile is decoded from the two latents at its middle. {prior_of(ground)}".rstrip())
    st.caption("The cross is where the sliders stand. They follow the pointer while it is pressed.")


def _ground(record: ReadableRecord, walk: Walk, two: list[int]) -> Ground:
    """The plane of two of several latents, as far as each one's strip reaches."""
    at = [walk.latents.index(latent) for latent in two]
    kind = MODELS[record.config.model].code_prior(record.config.hyperparameters)
    low, high = walk.low[at].tolist(), walk.high[at].tolist()
    return {"low": low, "high": high, "latents": 2, "prior": kind}


# Pages are drawn anew whatever is turned on them; a run's model is the same one until it has another checkpoint.
@lru_cache(maxsize=8)
def _strips(
    model: Model, code: tuple[float, ...], latents: tuple[int, ...], low: tuple[float, ...], high: tuple[float, ...]
) -> Array:
    return traverse(model, np.array(code), [*latents], np.array(low), np.array(high), ALONG)


@lru_cache(maxsize=8)
def _tiles(
    model: Model,
    code: tuple[float, ...],
    two: tuple[int, int],
    low: tuple[float, ...],
    high: tuple[float, ...],
    side: int,
) -> Array:
    return decode_grid(model, np.array(code), two, np.array(low), np.array(high), side)
