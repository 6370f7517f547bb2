"""What sets runs apart, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.engine import ReadableRecord, Record
from core.hyperparameters import Hyperparameters, Knob, exact
from pages.ui.datasets import title_of

# The settings of a run that are no knobs, as they are called.
TITLES = {"dataset": "Data", "model": "Model", "steps": "Steps", "seed": "Seed"}
TURNED = "Turned on the way"


def told(config: RunConfig, name: str, value: Any) -> str:
    """A setting's value as people read it."""
    if name == "model":
        return MODELS[value].title
    if name == "dataset":
        return title_of(value)
    knobs = _knobs(config)
    return knobs[name].text(value) if name in knobs else exact(value)


def called(config: RunConfig) -> str:
    """What a run is called until somebody gives it a name: its model and its data."""
    return f"{MODELS[config.model].title} · {title_of(config.dataset)}"


def own_settings(record: Record, beside: RunConfig | None = None, unsaid: Collection[str] = ()) -> str:
    """The settings of a run that are not those of `beside`, and what was turned on the way; some are left `unsaid`.

    Unless `beside` has the same model and data, the defaults stand in its place.
    """
    if record.config is None or record.spec is None:
        return ""
    config, knobs = record.config, _knobs(record.config)
    base, none = beside, "the same settings"
    if base is None or (base.model, base.dataset) != (config.model, config.dataset):
        base, none = _defaults(record.spec, config.dataset, config.model), "all defaults"
    changed = [
        f"{knobs[name].label if name in knobs else name} {told(config, name, now)}"
        for name, (_, now) in base.differences(config).items()
        if name not in unsaid and _matters(config, name)
    ]
    return ", ".join([*changed, *_turned(config)]) or none


@lru_cache(maxsize=256)
def _defaults(spec: DataSpec, dataset: str, model: str) -> RunConfig:
    """What a model begins with on data; made once, for tables ask it of every run."""
    return RunConfig.for_data(spec, dataset=dataset, model=model)


def differing(records: Sequence[ReadableRecord]) -> dict[str, list[str]]:
    """The settings that are not the same in all runs: each one's values by its label; "–" where a run has none."""
    configs = [record.config for record in records]
    knobs = {name: knob for config in configs for name, knob in _knobs(config).items()}
    settings = [_that_matter(config) for config in configs]
    found = {}
    for name in [*TITLES, *knobs]:
        if any(own.get(name) != settings[0].get(name) for own in settings):
            found[knobs[name].label if name in knobs else TITLES[name]] = [
                told(config, name, own[name]) if name in own else "–"
                for config, own in zip(configs, settings, strict=True)
            ]
    turned = ["; ".join(_turned(config)) or "–" for config in configs]
    return {**found, TURNED: turned} if len(set(turned)) > 1 else found


def in_order(records: Sequence[ReadableRecord]) -> list[ReadableRecord]:
    """Runs that a single number sets apart by that number, the lowest first; all others as they come."""
    settings = [_that_matter(record.config) for record in records]
    apart = [name for name in dict.fromkeys(chain(*settings)) if len({own.get(name) for own in settings}) > 1]
    if len(apart) != 1 or not all(isinstance(own.get(*apart), int | float) for own in settings):
        return list(records)
    places = sorted(range(len(records)), key=lambda i: settings[i][apart[0]])
    return [records[i] for i in places]


def titles(records: Sequence[ReadableRecord]) -> list[str]:
    """A short title for each of some runs: settings that differ, as many as tell them apart, or else their names."""
    bare = {TITLES["dataset"], TITLES["model"], TURNED}
    said = [""] * len(records)
    for label, values in differing(records).items():
        if len(set(said)) == len(records):
            break
        words = [value if label in bare or value == "–" else f"{label} {value}" for value in values]
        said = [", ".join(filter(None, (text, word.strip("–")))) for text, word in zip(said, words, strict=True)]
    return [
        text if text and said.count(text) == 1 else f"{text or record.name} · {record.id[-4:]}"
        for text, record in zip(said, records, strict=True)
    ]


def _that_matter(config: RunConfig) -> dict[str, Any]:
    """The settings that change anything, given the others, by name."""
    return {name: value for name, value in config.settings().items() if _matters(config, name)}


def _matters(config: RunConfig, name: str) -> bool:
    """Whether a setting changes anything, given the others."""
    knob = _knobs(config).get(name)
    return knob is None or not knob.needs or knob.matters(config.settings())


def _knobs(config: RunConfig) -> dict[str, Knob]:
    return _declared(type(config.data), type(config.hyperparameters))


@cache
def _declared(*declarations: type[Hyperparameters]) -> dict[str, Knob]:
    """All knobs of some declarations, read once: tables ask for them again and again."""
    return {knob.name: knob for declaration in declarations for knob in declaration.knobs()}


def _turned(config: RunConfig) -> list[str]:
    """The knobs that were turned while the run went on."""
    knobs = _knobs(config)
    return [
        f"from step {change.step:,} on {knobs[change.name].label} {told(config, change.name, change.value)}"
        for change in config.changes
    ]
