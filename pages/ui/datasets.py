"""Datasets on a page: which there are, what is known of each, and the offer to fetch one that is not here."""

from __future__ import annotations

import math
from collections import Counter
from urllib.parse import urlsplit

import streamlit as st

from core import DATASETS, RunConfig
from core.dataset import Card, DataSpec, Source
from core.datasets import find
from core.errors import UnknownDataset
from core.fetching import address, missing
from core.guards import cautions
from core.hyperparameters import Hyperparameters
from core.metrics import rounded
from core.preprocessing import expected
from core.scaling import MEANING
from pages.ui.analyses import forget, result_of, under_way
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.owners import is_among
from pages.ui.session import memory

# Classes that are named where a dataset is described.
NAMED = 12


def known() -> list[str]:
    """The ids of all datasets: those that were brought here, the last first, then those of the table."""
    return [*uploads(), *DATASETS]


def catalogue() -> list[str]:
    """The datasets that this visitor is offered: of those that were brought, their own and the one that is chosen."""
    chosen = st.session_state.get("dataset")
    return [name for name in known() if name in DATASETS or name == chosen or is_own(name)]


def is_own(name: str) -> bool:
    """Whether this visitor brought a dataset, or may do with it what whoever brought it may."""
    return is_among(laboratory.home.shelf.owners(name))


def uploads() -> dict[str, Source]:
    """The datasets that were brought here, by id."""
    return {kept.id: kept.source for kept in laboratory.home.shelf.everything()}


def source_of(name: str) -> Source:
    """What is known of a dataset.

    Raises:
        UnknownDataset: it was deleted meanwhile.
    """
    return find(name, laboratory.home)


def spec_of(name: str, data: Hyperparameters | None = None) -> DataSpec:
    """What samples of a dataset are once they are read as `data` say, or as they are by default.

    Raises:
        UnknownDataset: it was deleted meanwhile.
    """
    source = source_of(name)
    return expected(source.spec, data or source.Parameters())


def classes_of(name: str) -> tuple[str, ...]:
    """What the labels of a dataset are called; of one that is not here any more nobody knows."""
    try:
        return source_of(name).spec.label_names
    except UnknownDataset:
        return ()


def title_of(name: str) -> str:
    """A dataset's title, also of one that is not here any more."""
    try:
        return source_of(name).card.title
    except UnknownDataset:
        return "data that are not here any more"


def titles(names: list[str]) -> dict[str, str]:
    """A title for each dataset, no two alike; those that are fetched say how much that is."""
    often = Counter(source_of(name).card.title for name in names)
    return {name: _title(name, often[source_of(name).card.title] > 1) for name in names}


def _title(name: str, doubled: bool) -> str:
    source = source_of(name)
    if name not in DATASETS:
        # Ids end in four characters that tell equal titles apart.
        return f"{source.card.title} ({name[-4:]})" if doubled else source.card.title
    # The same before and after: a picker takes an option that is called otherwise for another one.
    return f"{source.card.title} · {size_of(source)}, fetched once" if source.downloads else source.card.title


def size_of(source: Source) -> str:
    """How much is downloaded for a dataset."""
    return f"about {sum(download.size for download in source.downloads) / 1e6:.0f} MB"


def shape_of(spec: DataSpec) -> str:
    """One sample's shape in words."""
    if spec.kind == "image":
        channels, height, width = spec.shape
        return f"{height} × {width} {'grey' if channels == 1 else 'colour'} pixels"
    if spec.kind == "vector":
        return f"{spec.shape[0]} values"
    steps, features = spec.shape
    if spec.alphabet:
        return f"{steps} characters, {features} different ones"
    if spec.sample_rate:
        seconds = steps * features / spec.sample_rate
        return f"{seconds:.2g} s of sound at {spec.sample_rate:,} Hz, {steps} steps of {features}"
    return f"{steps} steps of {features} value{'s' if features > 1 else ''}"


def range_of(spec: DataSpec) -> str:
    """The range of a dataset's values, as far as it is known, and what they are where they were scaled."""
    low, high = spec.value_range
    reach = f"{rounded(low, 3)} to {rounded(high, 3)}" if math.isfinite(high) else ""
    return ", ".join(filter(None, (reach, MEANING.get(spec.scaling))))


def describe(spec: DataSpec, card: Card, sizes: tuple[int, int]) -> None:
    """What a dataset is: shape, size, range, classes, origin, licence."""
    train, held_out = sizes
    names = f": {', '.join(spec.label_names)}" if len(spec.label_names) <= NAMED else ""
    classes = {0: "no labels", 1: "one class"}.get(len(spec.label_names), f"{len(spec.label_names)} classes{names}")
    st.markdown(f"**{plain(card.title)}.** {plain(card.summary)}")
    st.caption(
        f"{spec.kind.capitalize()}s of {shape_of(spec)}, {range_of(spec)} · {train:,} samples for training, "
        f"{held_out // 2:,} for validation, {held_out - held_out // 2:,} held out · {plain(classes)}"
        + (f" · known factors: {', '.join(spec.known_factors)}" if spec.known_factors else "")
        + f"  \nSource: {plain(card.origin)} · Licence: {plain(card.licence)}"
    )


def say_cautions(config: RunConfig) -> None:
    """A line for each thing that will make a run fail, or teach nothing, on its data."""
    for caution in cautions(config, spec_of(config.dataset, config.data), source_of(config.dataset).sizes[0]):
        st.caption(f":material/warning: {plain(caution)}")


def is_local(name: str) -> bool:
    """Whether a dataset can be read at once, without fetching anything."""
    return not missing(source_of(name).downloads, laboratory.home.downloads)


def offer_fetch(name: str) -> bool:
    """Offer to fetch a dataset that is not on this machine yet; whether it is."""
    if is_local(name):
        return True
    source = source_of(name)
    key = f"fetch {name}"
    hosts = ", ".join(dict.fromkeys(urlsplit(address(download)).netloc for download in source.downloads))
    with st.container(border=True, key="fetch"):
        st.markdown(
            f"**{source.card.title} is not on this machine yet.** Fetching it downloads {size_of(source)} from "
            f"{hosts}; each file is checked by its checksum and kept, so that this is needed only once."
        )
        above = st.container()
        if memory().fetching == name:
            paths = result_of(key, lambda: laboratory.engine.fetch(name), f"Fetching {source.card.title}")
            if paths is not None:
                memory().fetching = None
                st.rerun()
        # It may have ended since: a button that was drawn before that would never be enabled.
        above.button(
            f"Fetch {source.card.title}",
            key="fetch_now",
            icon=":material/download:",
            disabled=under_way(key),
            on_click=_fetch,
            args=(name, key),
        )
    return False


def _fetch(name: str, key: str) -> None:
    """Fetch a dataset, anew where that was tried before."""
    forget(key)
    memory().fetching = name
