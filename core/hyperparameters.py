"""Hyper-parameters, declared once.

A field made with `knob` is the only declaration of a hyper-parameter: pydantic checks it, and `knobs` reads it back for
widgets, help texts and the page address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, cast, get_args, get_origin

import numpy as np
from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# How a slider's values lie: evenly, by ratios, or (memory) by ratios of 1 − β for decays such as 0.9, 0.99, 0.999.
Scale = Literal["linear", "log", "memory"]
Group = Literal["Data", "Architecture", "Corruption", "Sparsity", "Objective", "Optimisation"]

# JSON and page addresses know lists only; the strict models hold tuples.
Sizes = Annotated[
    tuple[Annotated[int, Field(ge=1, le=2048)], ...],
    Field(max_length=6),
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
]
Names = tuple[str, ...]


def _names(value: Any) -> Any:
    """Names in order, each once; version 0.3 had a single one, or "none"."""
    if isinstance(value, str):
        value = () if value == "none" else (value,)
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return tuple(sorted(set(value)))
    return value


# Names of classes.
Classes = Annotated[Names, BeforeValidator(_names)]


def knob(
    default: Any,
    *,
    group: Group,
    help: str,
    label: str = "",
    titles: Mapping[str, str] = MappingProxyType({}),
    ge: float | None = None,
    le: float | None = None,
    soft: tuple[float, float] | None = None,
    scale: Scale = "linear",
    needs: dict[str, tuple[Any, ...]] | None = None,
    live: bool = False,
    first: bool = False,
    seen_in: str = "",
) -> Any:
    """Declare a hyper-parameter: default, hard limits `ge`/`le`, and how it is shown.

    `label` is its name as people write it, where that is not the field's own, and `titles` are the same of choices.
    `soft` is the slider's narrower range; `needs` names another field and the values of it for which this one matters;
    `live` lets it be turned while a run goes on; the `first` ones are always in sight; `seen_in` is the metric that
    answers to it, where that is not the one its model is known by; `help` says in one sentence what you will see when
    you turn it up.
    """
    shown = {
        "group": group,
        "label": label,
        "titles": dict(titles),
        "soft": soft,
        "scale": scale,
        "needs": needs or {},
        "live": live,
        "first": first,
        "seen_in": seen_in,
        "paper": "",
    }
    return Field(default, ge=ge, le=le, description=help, json_schema_extra=cast(dict[str, Any], shown))


@dataclass(frozen=True)
class Knob:
    """One hyper-parameter as a widget, a sweep or a table needs to see it."""

    name: str
    label: str
    type: type
    default: Any
    choices: tuple[str, ...]
    titles: Mapping[str, str]
    low: float | None
    high: float | None
    soft: tuple[float, float] | None
    scale: Scale
    group: Group
    help: str
    needs: dict[str, tuple[Any, ...]]
    live: bool
    first: bool
    seen_in: str

    @property
    def slider(self) -> tuple[float, float]:
        """The ends of its slider, if it is a number: the softer range, or the limits.

        Raises:
            TypeError: it is no number, or it was declared without limits.
        """
        if self.soft is not None:
            return self.soft
        if self.low is None or self.high is None:
            raise TypeError(f"{self.name} has no limits to draw a slider between.")
        return self.low, self.high

    def text(self, value: Any) -> str:
        """A value as people read it: "Wasserstein GP", "256 – 128", "0.0001"."""
        if isinstance(value, str):
            return self.titles.get(value, value.replace("_", " "))
        return exact(value)

    def matters(self, values: dict[str, Any]) -> bool:
        """Whether this knob changes anything, given the other fields' `values`."""
        return all(values.get(other) in wanted for other, wanted in self.needs.items())


def exact(value: Any) -> str:
    """Sizes, names or a number as people read them, 256 – 128, 200,000 or 0.001, with all digits."""
    if isinstance(value, tuple):
        return (", " if any(isinstance(part, str) for part in value) else " – ").join(map(str, value)) or "none"
    short = f"{value:,g}"
    if "e-" in short:
        return np.format_float_positional(value)
    return short if float(short.replace(",", "")) == value else f"{value:,}"


class Hyperparameters(BaseModel):
    """Base of all declarations: strict, frozen, nothing but what was declared.

    A subclass may state, as class keywords, other `defaults` for what it inherits, knobs that are `fixed` although they
    are live elsewhere, what else a knob `needs` so that it matters, what a `paper` has where the default is another,
    and `words` that labels and helps use in place of others:
    `class DECHyperparameters(Architecture, Clusters, defaults={"latent_size": 10})`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)
    words: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Leave the class keywords to `__pydantic_init_subclass__`, which is called once the fields are known."""

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        defaults: Mapping[str, Any] = MappingProxyType({}),
        fixed: tuple[str, ...] = (),
        needs: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        words: Mapping[str, str] = MappingProxyType({}),
        paper: Mapping[str, str] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        """Apply the class keywords to the inherited fields."""
        super().__pydantic_init_subclass__(**kwargs)
        for name in (*defaults, *fixed, *needs, *paper):
            if name not in cls.model_fields:
                raise TypeError(f"{cls.__name__} inherits no hyper-parameter called {name!r}.")
        for name, inherited in cls.model_fields.items():
            field = copy(inherited)
            shown: Any = field.json_schema_extra
            field.json_schema_extra = {
                **shown,
                "live": shown["live"] and name not in fixed,
                "needs": {**shown["needs"], **needs.get(name, {})},
                "paper": paper.get(name, shown["paper"]),
            }
            field.default = defaults.get(name, field.default)
            cls.model_fields[name] = field
        inherited_words = [vars(base).get("words", {}) for base in reversed(cls.__mro__)]
        cls.words = {word: other for known in (*inherited_words, words) for word, other in known.items()}
        cls.model_rebuild(force=True)

    @classmethod
    @cache
    def knobs(cls) -> tuple[Knob, ...]:
        """Every declared hyper-parameter, group by group."""
        found = [cls._knob(name, field) for name, field in cls.model_fields.items()]
        return tuple(sorted(found, key=lambda knob: get_args(Group).index(knob.group)))

    @classmethod
    def worded(cls, text: str) -> str:
        """A text in the words of this declaration."""
        for word, other in cls.words.items():
            text = text.replace(word, other)
        return text

    @classmethod
    def _explained(cls, description: str, paper: str) -> str:
        """A help in the words of this declaration, with what the paper has where the default is another."""
        text = cls.worded(description)
        return f"{text.removesuffix('.')} (in the paper: {paper})." if paper else text

    @classmethod
    def _knob(cls, name: str, field: Any) -> Knob:
        """Turn pydantic's description of a field into a `Knob`: `n_clusters` is labelled "Number of clusters"."""
        plain = re.sub("^n_", "number of ", name).replace("_", " ").capitalize()
        shown = field.json_schema_extra
        literal = get_origin(field.annotation) is Literal
        limits = {type(item): item for item in field.metadata}
        return Knob(
            name=name,
            label=cls.worded(shown["label"] or plain),
            type=tuple if MaxLen in limits else str if literal else field.annotation,
            default=field.default,
            choices=get_args(field.annotation) if literal else (),
            titles=shown["titles"],
            low=limits[Ge].ge if Ge in limits else None,
            high=limits[Le].le if Le in limits else None,
            soft=shown["soft"],
            scale=shown["scale"],
            group=shown["group"],
            help=cls._explained(field.description, shown["paper"]),
            needs=shown["needs"],
            live=shown["live"],
            first=shown["first"],
            seen_in=shown["seen_in"],
        )
