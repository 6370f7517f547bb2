"""Dataset, model and all their knobs as widgets, and the configuration that they say."""

from __future__ import annotations

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from core import MODELS, RunConfig
from core.sentences import sentences
from pages.ui.datasets import catalogue, source_of, titles
from pages.ui.knobs import draw_knobs
from pages.ui.presets import offer_presets, presets_for
from pages.ui.state import (
    adopt,
    choose_anew,
    defaults,
    find_dataset_again,
    models_for,
    remember,
)
from pages.ui.widgets import KEPT


def said() -> tuple[RunConfig | None, str]:
    """What dataset, model and knobs say, before they are drawn; or None, and a sentence why that cannot be.

    What they say is remembered for the address.
    """
    find_dataset_again()
    base = defaults(st.session_state["dataset"], st.session_state["model"])
    values = {name: st.session_state.get(name, begin) for name, begin in base.settings().items()}
    try:
        config = RunConfig.for_data(
            source_of(base.dataset).spec,
            dataset=base.dataset,
            model=base.model,
            steps=values["steps"],
            seed=values["seed"],
            hyperparameters={name: values[name] for name in dict(base.hyperparameters)},
            data={name: values[name] for name in dict(base.data)},
        )
    except ValidationError as error:
        return None, " ".join(sentences(error))
    remember(config)
    return config, ""


def draw_controls(config: RunConfig | None, head: DeltaGenerator) -> None:
    """Draw dataset and model, in the `head`, and all knobs; they say `config`, if that can be."""
    with head:
        dataset, model = _pick_dataset_and_model()
    base = defaults(dataset, model)
    place = st.container(key="presets")
    presets = [preset.values for preset in presets_for(dataset, model).values()]
    draw_knobs(base, presets, source_of(dataset).spec.label_names)
    with place:
        offer_presets(dataset, model, config)
    st.button(
        "Defaults",
        key="defaults",
        icon=":material/restart_alt:",
        disabled=config == base,
        on_click=adopt,
        args=(base,),
        width="stretch",
        help="Puts all knobs back, the seed included.",
    )


def _pick_dataset_and_model() -> tuple[str, str]:
    names = catalogue()
    named = titles(names)
    dataset = st.selectbox(
        "Dataset",
        names,
        format_func=lambda name: named[name],
        key="dataset",
        on_change=choose_anew,
        label_visibility="collapsed",
        width=200,
        **KEPT,
    )
    model = st.selectbox(
        "Model",
        models_for(dataset),
        format_func=lambda name: MODELS[name].title,
        key="model",
        on_change=choose_anew,
        label_visibility="collapsed",
        width=235,
        **KEPT,
    )
    return dataset, model
