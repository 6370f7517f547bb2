"""The drawing of a model's layers, as large as its settings and its data make them."""

from __future__ import annotations

import math
from functools import lru_cache

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.layers import Layer, layers_of
from core.training.loop import one_thread
from pages.ui.component import component
from pages.ui.component_data.layers import Block, LayersData, Network
from pages.ui.datasets import spec_of

_layers = component("layers")


def draw_layers(config: RunConfig) -> None:
    """Each network of the model: its layers, the shapes that they answer with, and their weights."""
    hp = config.hyperparameters
    # How it is optimised makes no layer larger.
    rest = {knob.name for knob in hp.knobs() if knob.group == "Optimisation"}
    found = _made(config.model, hp.model_dump_json(exclude=rest), spec_of(config.dataset, config.data))
    largest = max(_values(layer) for layer in found)
    of: dict[str, list[Layer]] = {}
    for layer in found:
        of.setdefault(layer.network, []).append(layer)
    networks: list[Network] = []
    for name, layers in of.items():
        blocks: list[Block] = [
            {
                "kind": layer.kind,
                "shape": list(layer.shape),
                "weights": layer.weights,
                "share": math.log1p(_values(layer)) / math.log1p(largest),
            }
            for layer in layers
        ]
        title = hp.worded(name.replace("_", " ")).capitalize()
        networks.append({"name": title, "weights": sum(block["weights"] for block in blocks), "layers": blocks})
    data: LayersData = {"networks": networks}
    _layers(key="layers", data=data)


@lru_cache(maxsize=32)
def _made(model: str, hyperparameters: str, spec: DataSpec) -> tuple[Layer, ...]:
    """The layers of a model, which is made and asked once for the same settings."""
    made = MODELS[model]
    with one_thread():
        return layers_of(made(made.Hyperparameters.model_validate_json(hyperparameters), spec), spec)


def _values(layer: Layer) -> int:
    return math.prod(layer.shape)
