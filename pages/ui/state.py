"""What a session remembers, and what of it stands in the page's address.

Widgets bind themselves to the address (`bind="query-params"`); the run on screen is kept here, as `?run=…`.
"""

from __future__ import annotations

import uuid
from typing import Any

import streamlit as st

from core import MODELS, RunConfig
from core.engine import LiveRun, Record
from core.errors import LatentLabError, UnknownRun
from pages.ui.datasets import id_of, source_of
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain

FIRST = {"dataset": "digits", "model": "vae"}


def session() -> str:
    """This browser tab's id, for its share of the queue."""
    return str(st.session_state.setdefault("session", uuid.uuid4().hex))


def keep_address() -> None:
    """Make session and address agree on the run: a reload finds it, a page switch does not lose it."""
    asked, known = st.query_params.get("run"), st.session_state.get("run")
    if asked and asked != known:
        try:
            open_run(laboratory.engine.store.get(asked))
        except UnknownRun as error:
            st.session_state["flash"] = str(error)
            del st.query_params["run"]
    elif known and not asked:
        st.query_params["run"] = known


def current_run() -> Record | None:
    """The run on screen, as it is stored now."""
    run = st.session_state.get("run")
    if not run:
        return None
    try:
        return laboratory.engine.store.get(run)
    except UnknownRun as error:
        leave_run()
        st.session_state["flash"] = str(error)
        return None


def live_run() -> LiveRun | None:
    """The run on screen if it is moving or waiting."""
    run = st.session_state.get("run")
    return laboratory.engine.live(run) if run else None


def open_run(record: Record) -> None:
    """Put a run on screen and its settings on the widgets."""
    st.session_state["run"] = record.id
    st.query_params["run"] = record.id
    settings = settings_of(record)
    if settings is not None:
        adopt(settings)


def settings_of(record: Record | None) -> RunConfig | None:
    """What a run's knobs stand at now, the ones that were turned on the way included."""
    return record.config.in_force(record.step) if record and record.config else None


def leave_run() -> None:
    """Take the run off the screen; it stays on the Runs page."""
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)


def adopt(config: RunConfig) -> None:
    """Set every widget to what `config` says."""
    values = {"dataset": config.dataset, "model": config.model, "steps": config.steps, "seed": config.seed}
    for name, value in {**values, **dict(config.data), **dict(config.hyperparameters)}.items():
        st.session_state[name] = value


def defaults(dataset: str, model: str) -> RunConfig:
    """The configuration that a dataset and a model begin with."""
    return RunConfig.for_data(source_of(dataset).spec, dataset=dataset, model=model)


def reset_knobs() -> None:
    """Another dataset or model was picked: begin with its defaults, and with a model that accepts the data."""
    # A title that was changed meanwhile, in another tab for instance, comes as it was: nothing new was picked then.
    dataset = id_of(st.session_state["dataset"]) or st.session_state.get("picked", FIRST["dataset"])
    if dataset == st.session_state.get("picked") and dataset != st.session_state["dataset"]:
        st.session_state["dataset"] = dataset
        return
    model = st.session_state["model"]
    fitting = models_for(dataset)
    config = defaults(dataset, model if model in fitting else fitting[0])
    adopt(config.model_copy(update={"seed": st.session_state.get("seed", config.seed)}))


def models_for(dataset: str) -> list[str]:
    """The models that accept a dataset's kind."""
    return [name for name, model in MODELS.items() if source_of(dataset).spec.kind in model.kinds]


def attempt(action: Any, *arguments: Any) -> None:
    """Do what a button says; if it cannot be done, its sentence is shown on the next paint."""
    try:
        action(*arguments)
    except LatentLabError as error:
        st.session_state["flash"] = str(error)


def show_flash() -> None:
    """Show, once, the sentence that the last action left."""
    text = st.session_state.pop("flash", None)
    if text:
        st.warning(plain(text), icon=":material/info:")
