"""Codes of samples in a plane or in space: how they are projected, and how far to trust what is seen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import MODELS
from core.analysis.embedding import METHODS, SETTINGS
from core.analysis.projection import MOVED, Projection, project
from core.engine import Job, ReadableRecord
from core.glossary import explained
from core.selection import Part, Samples
from pages.ui.analyses import again, analysed, give_up, metric
from pages.ui.choices import Between, choice
from pages.ui.cloud import Groups, by_class, by_factor, cloud
from pages.ui.component_data.shared import Ground
from pages.ui.ground import ground_of_codes, legend_of
from pages.ui.hands import hands_of
from pages.ui.headings import heading
from pages.ui.selection_panel import CLICK, DRAG, selection_panel
from pages.ui.session import memory

# What is projected, by its name in an address.
POINTS = {"held-out": "Held out", "validation": "Validation", "training": "Training", "noise": "Noise"}
# Of more points than these have what hands do would be too much for the browser.
HANDLED = ("held-out", "validation")


def projected(record: ReadableRecord) -> None:
    """The choice of a projection and its settings, the picture, and three numbers beside it."""
    heading("Codes of samples")
    if not MODELS[record.config.model].autoencodes:
        text = "Codes are the discriminator's penultimate features: what it looks at before it decides."
        st.caption(text, help=explained(text))
    codes_lie_on = ground_of_codes(record)
    titles = {name: each.title for name, each in METHODS.items()}
    if codes_lie_on["latents"] <= 2:
        titles["pca"] = "As they are"
    method, asked = _chosen(titles)
    _leave_the_last(record, asked)
    shadow = {"method": "pca", "dimensions": asked["dimensions"], "of": asked["of"]}
    first = None if method == "pca" else analysed(record, project, titles["pca"], is_beside=True, **shadow)

    def meanwhile(job: Job[Projection]) -> None:
        """The same points as a shadow, until those on their way are known."""
        if first is not None:
            _on_their_way(record, first, job, method, asked["of"])

    result = analysed(record, project, titles[method], meanwhile=meanwhile, **asked)
    if result is None:
        return
    ground = codes_lie_on if method == "pca" and asked["dimensions"] == 2 else None
    _draw(record, result, asked, ground)
    if ground is not None:
        st.caption(legend_of(ground))
    elif method == "pca" and codes_lie_on["latents"] < asked["dimensions"]:
        st.caption("Codes of two numbers, or one, fill no space: they lie on a flat sheet in it, which you can turn.")
    # Latents drawn as they are leave nothing to doubt.
    if ground is None or ground["latents"] > 2:
        _trust(result, titles[method])
    if result.labels is None and asked["of"] != "noise":
        st.caption("These data have no labels: all points have one colour, and no classes can be seen.")


def _draw(record: ReadableRecord, result: Projection, asked: dict[str, Any], ground: Ground | None) -> None:
    """The cloud, a way on where it was stopped, what its points are, and what is selected of them."""
    is_flat = asked["dimensions"] == 2
    hands = hands_of(record, result, asked["of"]) if is_flat and asked["of"] in HANDLED else None
    way = None if result.frames is None else (result.frames, result.steps)
    part = _selectable(result, asked["of"])
    of = Samples(record.config, part) if part else None
    cloud(result.points, _groups(record, result), result.samples, record.spec, "cloud", ground, of, hands, way)
    if hands is not None:
        near = "Thin rings: the five codes nearest to the one under the pointer."
        is_exact = ground is not None and ground["latents"] <= 2
        cross = " The cross is where the sliders stand" + ("; a click moves them." if is_exact else ".")
        st.caption(near + (cross if hands["decodes"] else ""))
    steps = METHODS[asked["method"]].steps
    if result.steps and result.steps[-1] < steps:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Stopped after {result.steps[-1]} of {steps} steps.")
            if st.button("Go to the end", key="to_the_end"):
                again(record, project, **asked)
                st.rerun()
    if asked["of"] != "held-out":
        st.caption(_told(result, asked["of"]))
    hint = f"With *Select*: {DRAG}" if hands else DRAG if is_flat else CLICK
    # The film below is of validation samples.
    drawn: list[Part] = [part, "validation"] if part not in (None, "validation") else ["validation"]
    selection_panel([record], drawn, hint if part else "")


def _selectable(result: Projection, of: Any) -> Part | None:
    """The part of the data whose samples can be selected: of very many large ones only some come along."""
    return None if of == "noise" or len(result.samples) < len(result.points) else of


def _told(result: Projection, of: Any) -> str:
    """What points are that are no codes of held-out samples."""
    if of == "noise":
        return (
            "Noise: normal draws with the mean and the width of each latent. Groups and threads in it are made by the "
            "method; in codes, only what goes beyond that is theirs."
        )
    drawn, training = len(result.points), result.counts.training
    if of == "validation":
        return f"Codes of the {drawn:,} validation samples that Train draws, on which the run was watched."
    measured = f" The numbers below are of the first {result.looked_at:,}." if result.looked_at < drawn else ""
    few = "" if _selectable(result, of) else " These are too many samples of this size to select some of them."
    return f"Codes of {drawn:,} of the {training:,} samples that the model was fitted to.{measured}{few}"


def _leave_the_last(record: ReadableRecord, asked: dict[str, Any]) -> None:
    """Give up the projection that was asked for before this one: each turn of a slider asks for another."""
    last, memory().projected = memory().projected, (record, asked)
    # What takes no steps is the shadow of what does.
    if last is not None and (last[0].id, last[1]) != (record.id, asked) and METHODS[last[1]["method"]].steps:
        give_up(last[0], project, **last[1])


def _on_their_way(record: ReadableRecord, first: Projection, job: Job[Projection], method: str, of: Any) -> None:
    """Points where they stand now, and a button that has them stay there; before they are known, their shadow."""
    # Of those that the shadow has, these are the first.
    points = first.points[:MOVED] if job.points is None else job.points
    groups = by_class(None if first.labels is None else first.labels[: len(points)], len(points), record.spec)
    if job.points is None:
        st.caption(f"Meanwhile, the same points by PCA. {METHODS[method].wait}".strip())
    elif st.button("Stop here", key="stop_here", disabled=job.is_stopped):
        memory().stopped.add(job.token)
        job.stop()
    part = _selectable(first, of)
    samples = Samples(record.config, part) if part else None
    cloud(points, groups, first.samples[:0], record.spec, "cloud", None, samples, is_moving=job.points is not None)


def _chosen(titles: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The method, and all that the analysis is asked with; nothing that the method does not mind."""
    with st.container(horizontal=True):
        method = st.segmented_control(
            "Projection",
            list(METHODS),
            format_func=titles.__getitem__,
            required=True,
            **choice("projection", METHODS, "pca"),
            help="PCA is a flat shadow, which two latents do not need; t-SNE and UMAP keep neighbours together and "
            "distort distances, and can be stopped on their way.",
        )
        flat_or_solid = choice("dimensions", (2, 3), 2)
        dimensions = st.segmented_control(
            "Dimensions", [2, 3], required=True, help="In 3-D, drag to turn.", **flat_or_solid
        )
        what = st.segmented_control(
            "Of",
            list(POINTS),
            format_func=POINTS.__getitem__,
            required=True,
            **choice("projected", POINTS, "held-out"),
            help="Codes of held-out samples, of the validation samples that Train draws, or of the samples that the "
            "model was trained on; or the same projection of noise of the same shape: what a method makes out of "
            "nothing. Samples that are selected on any page are projected here.",
        )
    settings = {}
    if METHODS[method].settings:
        for name, column in zip(METHODS[method].settings, st.columns(3), strict=False):
            setting = SETTINGS[name]
            settings[name] = column.slider(
                setting.title,
                setting.low,
                setting.high,
                step=setting.step,
                help=setting.help,
                **choice(f"projection_{name}", Between(setting.low, setting.high), setting.default),
            )
    return method, {"method": method, "dimensions": dimensions, "of": what, **settings}


def _groups(record: ReadableRecord, result: Projection) -> Groups:
    """Points by class, or by a factor that was chosen."""
    names = record.spec.factor_names
    if result.factors is None:
        return by_class(result.labels, len(result.points), record.spec)
    colours = ["class", *names]
    factor = st.selectbox(
        "Colour by",
        colours,
        width=320,
        **choice("colour_by", colours, "class"),
        help="The class, or a number that the samples were made from: codes may keep it in order.",
    )
    if factor == "class":
        return by_class(result.labels, len(result.points), record.spec)
    return by_factor(result.factors[:, names.index(factor)])


def _trust(result: Projection, title: str) -> None:
    """How faithful the picture is, in three numbers."""
    st.caption(
        f"How far to trust {title}: of the {result.neighbours} nearest neighbours of each code; 100 % would be a "
        "faithful picture.",
        help=explained("trustworthiness"),
    )
    for column, name in zip(st.columns(3), ("trustworthiness", "continuity", "neighbours_kept"), strict=True):
        metric(column, result, name)
