"""A choice among a model's presets, which sets the knobs and says what they will show."""

from __future__ import annotations

import streamlit as st

from core import MODELS, RunConfig
from core.presets import Preset
from pages.ui.datasets import source_of
from pages.ui.state import adopt, put

DEFAULTS = Preset("Defaults", {}, "")
OWN = "Own settings"


def presets_for(dataset: str, model: str) -> dict[str, Preset]:
    """The presets by title that a model offers on a dataset, its defaults the first."""
    kind = source_of(dataset).spec.kind
    return {preset.title: preset for preset in (DEFAULTS, *MODELS[model].presets) if kind in preset.kinds}


def offer_presets(dataset: str, model: str, config: RunConfig | None) -> None:
    """Draw the choice, at whatever the knobs say now (None where that is refused), and its sentence."""
    offered = presets_for(dataset, model)
    if len(offered) == 1:
        return
    begun = {title: _begin(preset, dataset, model) for title, preset in offered.items()}
    fitting = [title for title in begun if config and begun[title].hyperparameters == config.hyperparameters]
    # Defaults that are a preset have its sentence.
    now = fitting[-1] if fitting else OWN
    put("preset", now)
    st.selectbox(
        "Preset",
        list(offered) if now in offered else [*offered, OWN],
        key="preset",
        on_change=_take,
        args=(begun,),
        help="Sets all knobs of the model at once: to its defaults, or to settings that show something.",
    )
    if now in offered and offered[now].what_you_will_see:
        st.caption(offered[now].what_you_will_see)


def _begin(preset: Preset, dataset: str, model: str) -> RunConfig:
    return RunConfig.for_data(source_of(dataset).spec, dataset=dataset, model=model, **preset.settings())


def _take(begun: dict[str, RunConfig]) -> None:
    """Put the preset that was picked on the widgets; the data and the seed stay."""
    config = begun.get(st.session_state["preset"])
    if config is not None:
        data = type(config.data)(**{name: st.session_state[name] for name in dict(config.data)})
        adopt(config.model_copy(update={"data": data, "seed": st.session_state["seed"]}))
