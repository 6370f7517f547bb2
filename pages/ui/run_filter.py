"""Which of many runs are listed: those on some data, of some models, at some status, that some words are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core import MODELS
from core.engine import Record
from core.protocol import Status
from pages.ui.choices import OrTyped, choice, unchoose
from pages.ui.datasets import title_of
from pages.ui.differences import called, own_settings
from pages.ui.run_order import in_order

T = TypeVar("T", bound=str)
# The choices that make a filter.
ASKED = ("filter_words", "filter_data", "filter_model", "filter_status")


@dataclass(frozen=True)
class Filter:
    """What a run must be to be listed; what is empty asks nothing."""

    words: str = ""
    datasets: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()

    def fits(self, record: Record) -> bool:
        """Whether a run is all that is asked; every word must be found in its name, model, data, settings or id."""
        config = record.config
        if self.statuses and record.status not in self.statuses:
            return False
        if self.datasets and (config is None or config.dataset not in self.datasets):
            return False
        if self.models and (config is None or config.model not in self.models):
            return False
        if not self.words:
            return True
        told = f"{record.name} {called(config) if config else ''} {own_settings(record)} {record.id}".casefold()
        return all(word in told for word in self.words.casefold().split())


def pick(records: Sequence[Record]) -> list[Record]:
    """Ask for a filter and an order; the runs that pass, in that order."""
    configs = [record.config for record in records if record.config]
    datasets = {config.dataset: title_of(config.dataset) for config in configs}
    models = {config.model: MODELS[config.model].title for config in configs}
    statuses = {record.status: str(record.status) for record in records}
    with st.container(horizontal=True, key="filter"):
        words = st.text_input(
            "Search",
            **choice("filter_words", OrTyped(), ""),
            icon=":material/search:",
            placeholder="Name or settings",
            label_visibility="collapsed",
            width=178,
        )
        wanted = Filter(
            words.strip(),
            _asked("data", datasets),
            _asked("model", models),
            _asked("status", statuses),
        )
        ordered = in_order(records)
    return [record for record in ordered if wanted.fits(record)]


def offer_all(count: int) -> None:
    """Where no run passes: a way back to all of them."""
    with st.container(border=True, key="empty"):
        st.markdown(f"**No run fits.** Ask for less: {count} runs are kept here.")
        st.button("Show all runs", key="show_all", icon=":material/filter_alt_off:", on_click=unchoose, args=ASKED)


def _asked(what: str, options: dict[T, str]) -> tuple[T, ...]:
    """Those of the options that are asked for; what no run has any more is not."""
    chosen = st.multiselect(
        what.capitalize(),
        list(options),
        format_func=options.__getitem__,
        **choice(f"filter_{what}", options, []),
        placeholder=f"Any {what}",
        label_visibility="collapsed",
        width=158,
    )
    return tuple(chosen)
