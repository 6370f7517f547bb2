"""Hyper-parameters, declared once.

A field made with `knob` is the only declaration of a hyper-parameter: pydantic checks it, and `knobs` reads it back for
widgets, help texts and the page address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Scale = Literal["linear", "log"]
Group = Literal["Data", "Architecture", "Corruption", "Sparsity", "Objective", "Optimisation"]

# JSON and page addresses know lists only; the strict models hold tuples.
Sizes = Annotated[
    tuple[Annotated[int, Field(ge=1, le=1024)], ...],
    Field(max_length=6),
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
]


def knob(
    default: Any,
    *,
    group: Group,
    help: str,
    ge: float | None = None,
    le: float | None = None,
    soft: tuple[float, float] | None = None,
    scale: Scale = "linear",
    needs: dict[str, tuple[Any, ...]] | None = None,
    live: bool = False,
) -> Any:
    """Declare a hyper-parameter: default, hard limits `ge`/`le`, and how it is shown.

    `soft` is the slider's narrower range; `needs` names another field and the values of it for which this one matters;
    `live` lets it be turned while a run goes on; `help` says in one sentence what you will see when you turn it up.
    """
    shown: dict[str, Any] = {"group": group, "soft": soft, "scale": scale, "needs": needs or {}, "live": live}
    return Field(default, ge=ge, le=le, description=help, json_schema_extra=shown)


@dataclass(frozen=True)
class Knob:
    """One hyper-parameter as a widget, a sweep or a table needs to see it."""

    name: str
    type: type
    default: Any
    choices: tuple[str, ...]
    low: float | None
    high: float | None
    soft: tuple[float, float] | None
    scale: Scale
    group: Group
    help: str
    needs: dict[str, tuple[Any, ...]]
    live: bool

    @property
    def label(self) -> str:
        """The name as people read it: `latent_size` → "Latent size", `n_clusters` → "Number of clusters"."""
        return re.sub("^n_", "number of ", self.name).replace("_", " ").capitalize()

    def matters(self, values: dict[str, Any]) -> bool:
        """Whether this knob changes anything, given the other fields' `values`."""
        return all(values.get(other) in wanted for other, wanted in self.needs.items())


class Hyperparameters(BaseModel):
    """Base of all declarations: strict, frozen, nothing but what was declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)

    @classmethod
    def knobs(cls) -> list[Knob]:
        """Every declared hyper-parameter, group by group."""
        found = [_read(name, field) for name, field in cls.model_fields.items()]
        return sorted(found, key=lambda knob: get_args(Group).index(knob.group))

    @classmethod
    def with_defaults(cls, name: str, fixed: tuple[str, ...] = (), **defaults: Any) -> type[Self]:
        """The same declaration with other defaults, as a class called `name`; knobs in `fixed` are not live in it."""
        fields = {}
        for key in {*defaults, *fixed}:
            field = cls.model_fields[key]._copy()
            field.default = defaults.get(key, field.default)
            shown: Any = field.json_schema_extra
            field.json_schema_extra = {**shown, "live": shown["live"] and key not in fixed}
            fields[key] = (field.annotation, field)
        return type(
            name,
            (cls,),
            {
                "__annotations__": {key: annotation for key, (annotation, _) in fields.items()},
                **{key: field for key, (_, field) in fields.items()},
                "__module__": cls.__module__,
                "__doc__": cls.__doc__,
            },
        )


def _read(name: str, field: Any) -> Knob:
    """Turn pydantic's description of a field into a `Knob`."""
    shown = field.json_schema_extra
    literal = get_origin(field.annotation) is Literal
    limits = {type(item): item for item in field.metadata}
    kind = tuple if MaxLen in limits else str if literal else field.annotation
    return Knob(
        name=name,
        type=kind,
        default=field.default,
        choices=get_args(field.annotation) if literal else (),
        low=limits[Ge].ge if Ge in limits else None,
        high=limits[Le].le if Le in limits else None,
        soft=shown["soft"],
        scale=shown["scale"],
        group=shown["group"],
        help=field.description,
        needs=shown["needs"],
        live=shown["live"],
    )
