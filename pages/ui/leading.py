"""From a run that cannot do what is asked of it to one that can: a run that there is, or a model to train."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.model import Model
from core.protocol import Status
from pages.ui.datasets import catalogue, is_local, source_of
from pages.ui.differences import called
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.owners import mine
from pages.ui.run_names import names
from pages.ui.state import address, defaults, models_for, open_run
from pages.ui.transport import train

# Whether models of a type can do what is asked for, on such data.
Can = Callable[[type[Model], DataSpec], bool]


def lead_to_one_that_can(record: ReadableRecord, why: str, can: Can) -> None:
    """Say `why` this run cannot, and offer the nearest one that `can`, or else one to train."""
    st.info(f"{called(record.config)}, the run on screen: {why}.")
    there = {
        other.id: other
        for other in mine(laboratory.engine.store.all())
        if isinstance(other, ReadableRecord)
        and other.status is Status.FINISHED
        and can(MODELS[other.config.model], other.spec)
    }
    if there:
        nearest, name = next(iter(names(list(there.values()), record).items()))
        icon = ":material/arrow_forward:"
        st.button(f"Look at {name}", key="lead", icon=icon, on_click=open_run, args=(there[nearest],))
        return
    dataset, model = nearest_to_train(record.config, can)
    where = "these data" if dataset == record.config.dataset else source_of(dataset).card.title
    if st.button(f"Train {MODELS[model].title} on {where}", key="lead", icon=":material/play_arrow:"):
        train(defaults(dataset, model))
        st.switch_page(page("train"), query_params=address())


def nearest_to_train(config: RunConfig, can: Can) -> tuple[str, str]:
    """Data that are here and a model that `can`, nearest to a run's: the same data if possible, then the same model."""
    pairs = [
        (dataset, name)
        for dataset in filter(is_local, catalogue())
        for name in models_for(dataset)
        if can(MODELS[name], source_of(dataset).spec)
    ]
    return min(pairs, key=lambda pair: (pair[0] != config.dataset, pair[1] != config.model))
