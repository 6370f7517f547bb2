"""Dataset, model and all their knobs as widgets, and the configuration that they say."""

from __future__ import annotations

from itertools import groupby

import streamlit as st
from pydantic import ValidationError

from core import MODELS, RunConfig
from core.sentences import sentences
from pages.ui.datasets import catalogue, source_of, titles
from pages.ui.presets import offer_presets, presets_for
from pages.ui.state import defaults, find_dataset_again, models_for, remember, reset_knobs, write_address
from pages.ui.widgets import KEPT, draw, ladder_slider

STEPS = [100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000]


def pick_config() -> RunConfig | None:
    """Draw dataset, model and all knobs; the configuration they say, or None with a sentence on the page.

    The address then says the same.
    """
    find_dataset_again()
    names = catalogue()
    named = titles(names)
    dataset = st.selectbox(
        "Dataset",
        names,
        format_func=lambda name: named[name],
        key="dataset",
        on_change=reset_knobs,
        help="What the network learns from, without looking at labels.",
        **KEPT,
    )
    fitting = models_for(dataset)
    model = st.selectbox(
        "Model",
        fitting,
        format_func=lambda name: MODELS[name].title,
        key="model",
        on_change=reset_knobs,
        help="The models that accept this kind of data.",
        **KEPT,
    )
    place = st.container(key="presets")
    base = defaults(dataset, model)
    preset_values = [preset.values for preset in presets_for(dataset, model).values()]
    knobs = [*source_of(dataset).Parameters.knobs(), *MODELS[model].Hyperparameters.knobs()]
    begin = {**dict(base.data), **dict(base.hyperparameters)}
    values = dict(begin)
    for group, members in groupby(knobs, key=lambda knob: knob.group):
        drawn = list(members)
        with st.expander(group, expanded=group == "Architecture", key=f"group-{group.lower()}"):
            for knob in drawn:
                marks = [preset[knob.name] for preset in preset_values if knob.name in preset]
                values[knob.name] = draw(knob, begin, values, marks=marks)
    with st.expander("Run", key="group-run"):
        steps = ladder_slider(
            "Steps",
            STEPS,
            base.steps,
            "How many batches to learn from: more, better, until the curve is flat.",
            {"key": "steps", **KEPT},
        )
        seed = st.number_input(
            "Seed",
            0,
            2**31 - 1,
            base.seed,
            key="seed",
            help="Where all chance comes from: the same seed gives the same run, bit for bit.",
            **KEPT,
        )
    data = {name: values[name] for name in dict(base.data)}
    hyperparameters = {name: values[name] for name in dict(base.hyperparameters)}
    config = None
    try:
        config = RunConfig.for_data(
            source_of(dataset).spec,
            dataset=dataset,
            model=model,
            steps=steps,
            seed=seed,
            hyperparameters=hyperparameters,
            data=data,
        )
    except ValidationError as error:
        st.error(" ".join(sentences(error)), icon=":material/tune:")
    with place:
        offer_presets(dataset, model, config)
    if config is not None:
        remember(config)
        write_address()
    return config
