"""Dataset, model and all their knobs as widgets, and the configuration that they say."""

from __future__ import annotations

from typing import Any

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


def pick_config(head: DeltaGenerator | None = None) -> RunConfig | None:
    """Draw dataset and model, in `head` or here, and all knobs; what they say, or None with a sentence on the page.

    What they say is remembered for the address.
    """
    find_dataset_again()
    with head or st.container():
        dataset, model = _pick_dataset_and_model()
    base = defaults(dataset, model)
    place = st.container(key="presets")
    values = draw_knobs(base, [preset.values for preset in presets_for(dataset, model).values()])
    config = _configured(base, values)
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
    if config is not None:
        remember(config)
    return config


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


def _configured(base: RunConfig, values: dict[str, Any]) -> RunConfig | None:
    """The configuration of the dataset and model of `base` with these values, or None with a sentence on the page."""
    try:
        return RunConfig.for_data(
            source_of(base.dataset).spec,
            dataset=base.dataset,
            model=base.model,
            steps=values["steps"],
            seed=values["seed"],
            hyperparameters={name: values[name] for name in dict(base.hyperparameters)},
            data={name: values[name] for name in dict(base.data)},
        )
    except ValidationError as error:
        st.error(" ".join(sentences(error)), icon=":material/tune:")
        return None
