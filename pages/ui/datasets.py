"""Datasets on a page: which there are, what is known of each, and the offer to fetch one that is not here."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import streamlit as st

from core import DATASETS, RunConfig
from core.dataset import Source
from core.datasets import find
from core.fetching import address, missing
from core.uploads import shelf
from pages.ui.analyses import forget, settled, under_way
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain

# Classes that are named where a dataset is described.
NAMED = 12


def catalogue() -> list[str]:
    """The ids of all datasets: those that were brought here, the last first, then those of the table."""
    return [*(kept.id for kept in shelf.everything()), *DATASETS]


def titles(names: list[str]) -> dict[str, str]:
    """A title for each dataset, no two alike; those that are fetched say how much that is."""
    often = Counter(find(name).title for name in names)
    return {name: _title(name, often[find(name).title] > 1) for name in names}


def _title(name: str, doubled: bool) -> str:
    source = find(name)
    if name not in DATASETS:
        # Ids end in four characters that tell equal titles apart.
        return f"{source.title} ({name[-4:]})" if doubled else source.title
    # The same before and after: a picker takes an option that is called otherwise for another one.
    return f"{source.title} · {size_of(source)}, fetched once" if source.downloads else source.title


def id_of(text: str) -> str | None:
    """The dataset that goes by this id or title; None where there is none (any more)."""
    names = catalogue()
    known = {
        **{title: name for name, title in titles(names).items()},
        **{DATASETS[name].title: name for name in DATASETS},
    }
    return text if text in names else known.get(text)


def size_of(source: Source) -> str:
    """How much is downloaded for a dataset."""
    return f"about {sum(download.size for download in source.downloads) / 1e6:.0f} MB"


def shape_of(source: Source) -> str:
    """One sample's shape in words."""
    if source.kind == "image":
        channels, height, width = source.shape
        return f"{height} × {width} {'grey' if channels == 1 else 'colour'} pixels"
    if source.kind == "vector":
        return f"{source.shape[0]} values"
    steps, features = source.shape
    if source.alphabet:
        return f"{steps} characters, {features} different ones"
    if source.sample_rate:
        seconds = steps * features / source.sample_rate
        return f"{seconds:.2g} s of sound at {source.sample_rate:,} Hz, {steps} steps of {features}"
    return f"{steps} steps of {features} value{'s' if features > 1 else ''}"


def range_of(source: Source) -> str:
    """The range of a dataset's values."""
    low, high = source.value_range
    return f"{low:.3g} to {high:.3g}".replace("-", "−")


def describe(source: Source) -> None:
    """What a dataset is: shape, size, range, classes, origin, licence."""
    train, held_out = source.sizes
    names = f": {', '.join(source.label_names)}" if len(source.label_names) <= NAMED else ""
    classes = {0: "no labels", 1: "one class"}.get(len(source.label_names), f"{len(source.label_names)} classes{names}")
    st.markdown(f"**{plain(source.title)}.** {plain(source.summary)}")
    st.caption(
        f"{source.kind.capitalize()}s of {shape_of(source)}, {range_of(source)} · {train:,} training and {held_out:,} "
        f"held-out samples · {plain(classes)}"
        + (f" · known factors: {', '.join(source.factor_names)}" if source.factor_names else "")
        + f"  \nSource: {plain(source.origin)} · Licence: {plain(source.licence)}"
    )


def say_if_few(config: RunConfig) -> None:
    """A line where a batch is larger than what there is to learn from."""
    samples, batch = find(config.dataset).sizes[0], getattr(config.hyperparameters, "batch_size", 0)
    if samples < batch:
        st.caption(f"There are only {samples} training samples: every batch is all of them, not {batch}.")


def here(name: str) -> bool:
    """Whether a dataset can be read at once; if it must be fetched first, the page offers to."""
    source = find(name)
    if not missing(source.downloads):
        return True
    key = f"fetch {name}"
    hosts = ", ".join(dict.fromkeys(urlsplit(address(download)).netloc for download in source.downloads))
    with st.container(border=True, key="fetch"):
        st.markdown(
            f"**{source.title} is not on this machine yet.** Fetching it downloads {size_of(source)} from {hosts}; "
            "each file is checked by its checksum and kept, so that this is needed only once."
        )
        busy = under_way(key)
        label = f"Fetch {source.title}"
        if st.button(label, key="fetch_now", icon=":material/download:", disabled=busy, on_click=forget, args=(key,)):
            st.session_state["fetching"] = name
        if st.session_state.get("fetching") == name:
            result = settled(key, lambda: laboratory.engine.fetch(name), f"Fetching {source.title}")
            if result is not None:
                del st.session_state["fetching"]
                st.rerun()
    return False
