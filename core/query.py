"""A configuration in the query of an address: ?dataset=ring&model=gan&batch_size=1024."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from pydantic import ValidationError

from core import sentences
from core.aliases import DECIDED_BY, EARLIER, current_hyperparameter, current_name
from core.config import RunConfig
from core.dataset import DataSpec, Source
from core.datasets import DATASETS
from core.hyperparameters import Names
from core.models import MODELS

# What a visitor sees first, and what an address that names no dataset, or no model, is about, as in version 0.3.
WELCOME_DATASET = "mnist_5000"
FIRST_DATASET = "digits"
FIRST_MODEL = "vae"
# What points of a plane are trained with where they are chosen to be looked at: it learns where they lie.
PLANE_MODEL = "gan"

Query = Mapping[str, str | Sequence[str]]


def text_of(value: Any) -> str:
    """A value as it stands in an address: 0.001, bce, 256-128 for sizes, 3,7 for names, none for no sizes or names."""
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        text = ",".join(quote(name, safe=" ") for name in value)
        return f"{text}," if text == "none" else text or "none"
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def models_for(spec: DataSpec) -> list[str]:
    """The models that accept such samples."""
    return [name for name, model in MODELS.items() if not sentences.misfit(model, spec)]


def first_model(spec: DataSpec) -> str:
    """The model that such samples begin with."""
    fitting = models_for(spec)
    return FIRST_MODEL if FIRST_MODEL in fitting else fitting[0]


def read_query(query: Query, uploads: Mapping[str, Source]) -> tuple[RunConfig, list[str]]:
    """The configuration that a query says, and a sentence for each part of it that cannot be honoured."""
    given, mistakes = _one_value_each(query)
    dataset, no_dataset = _read_dataset(given.pop("dataset", FIRST_DATASET), uploads)
    spec = (DATASETS.get(dataset) or uploads[dataset]).spec
    model, no_model = _read_model(given.pop("model", first_model(spec)), spec)
    mistakes += no_dataset + no_model
    config = RunConfig.for_data(spec, dataset=dataset, model=model)
    types = _types(config)
    # The knobs belong to what was asked for: where another stands in, those that it lacks are no mistakes.
    if no_dataset or no_model:
        given = {name: text for name, text in given.items() if name in types}
    # First what is done to the data: what the model begins with depends on it.
    for name, text in sorted(given.items(), key=lambda item: item[0] not in dict(config.data)):
        if name not in types:
            mistakes.append(sentences.unknown_knob(name, MODELS[model].title))
            continue
        try:
            value = read_value(text, *types[name])
            if name in dict(config.data):
                data = {**dict(config.data), name: value}
                config = RunConfig.for_data(spec, dataset=dataset, model=model, data=data)
            else:
                config = config.having({name: value}, spec)
        except ValidationError as error:
            mistakes += sentences.sentences(error)
        except ValueError:
            mistakes.append(sentences.wrong_type(name, text, types[name][0]))
    for name, causes in DECIDED_BY.items():
        if name in types and name not in given and causes & given.keys():
            config = config.having({name: EARLIER[name](dict(config.hyperparameters))}, spec)
    return config, mistakes


def _one_value_each(query: Query) -> tuple[dict[str, str], list[str]]:
    """Every name as it is called now, with its last value; a sentence where there are several."""
    found: dict[str, list[str]] = {}
    for name, texts in query.items():
        for text in [texts] if isinstance(texts, str) else texts:
            current, value = current_hyperparameter(name, text)
            found.setdefault(current, []).append(value)
    mistakes = [sentences.several_values(name, texts) for name, texts in found.items() if len(set(texts)) > 1]
    return {name: texts[-1] for name, texts in found.items() if texts}, mistakes


def _read_dataset(text: str, uploads: Mapping[str, Source]) -> tuple[str, list[str]]:
    known = {name: source.card.title for name, source in {**uploads, **DATASETS}.items()}
    name = current_name(text, known)
    return (name, []) if name else (FIRST_DATASET, [sentences.no_dataset_here(text, known[FIRST_DATASET])])


def _read_model(text: str, spec: DataSpec) -> tuple[str, list[str]]:
    name, first = current_name(text, {name: model.title for name, model in MODELS.items()}), first_model(spec)
    if name is None:
        return first, [sentences.no_model_here(text, MODELS[first].title)]
    if misfit := sentences.misfit(MODELS[name], spec):
        return first, [sentences.model_replaced(misfit, MODELS[first].title)]
    return name, []


def _types(config: RunConfig) -> dict[str, tuple[type, tuple[str, ...]]]:
    """The type of each setting but dataset and model, and its choices where it has some."""
    knobs = {knob.name: (knob.type, knob.choices) for knob in config.knobs()}
    return {"steps": (int, ()), "seed": (int, ()), **knobs}


def read_value(text: str, kind: type, choices: tuple[str, ...]) -> Any:
    """The value that `text` stands for, as this version writes it or as version 0.3 did: 200,000 or 256 – 128.

    Raises:
        ValueError: it stands for no value of this type.
    """
    if kind == Names:
        return () if text == "none" else tuple(unquote(name.strip()) for name in text.split(",") if name.strip())
    if kind is tuple:
        return () if text == "none" else tuple(int(size) for size in re.split("[-–]", text))
    if kind is str:
        return text if text in choices else text.replace(" ", "_")
    return kind(text.replace(",", ""))
