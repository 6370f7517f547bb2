"""Hyper-parameters, declared once, and the frozen configuration of a run.

A field made with `knob` is the only declaration of a hyper-parameter: pydantic checks it, and
`knobs` reads it back for widgets, help texts and the page address.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

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
) -> Any:
    """Declare a hyper-parameter: default, hard limits `ge`/`le`, and how it is shown.

    `soft` is the slider's narrower range; `needs` names another field and the values of it for which
    this one matters; `help` says in one sentence what you will see when you turn it up.
    """
    shown: dict[str, Any] = {"group": group, "soft": soft, "scale": scale, "needs": needs or {}}
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

    @property
    def label(self) -> str:
        """The name as people read it: `latent_size` → "Latent size"."""
        return self.name.replace("_", " ").capitalize()

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
    def with_defaults(cls, name: str, **defaults: Any) -> type[Self]:
        """The same declaration with other defaults, as a class called `name`."""
        fields = {}
        for key, default in defaults.items():
            field = cls.model_fields[key]._copy()
            field.default = default
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
    )


class RunConfig(BaseModel):
    """All that decides a run: same config, same weights, bit for bit.

    `hyperparameters` and `data` may be given as dicts that name only what differs from the defaults;
    they are completed and checked against the model's and the dataset's own declarations.

    Raises:
        ValidationError: with one sentence per mistake (see `sentences`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dataset: str
    model: str
    steps: int = Field(3000, ge=1, le=200_000)
    seed: int = Field(0, ge=0, le=2**31 - 1)
    hyperparameters: SerializeAsAny[Hyperparameters] = Field(default_factory=Hyperparameters)
    data: SerializeAsAny[Hyperparameters] = Field(default_factory=Hyperparameters)

    @field_validator("dataset")
    @classmethod
    def _known_dataset(cls, name: str) -> str:
        from core.datasets import DATASETS

        return _known("dataset", name, DATASETS)

    @field_validator("model")
    @classmethod
    def _known_model(cls, name: str) -> str:
        from core.models import MODELS

        return _known("model", name, MODELS)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        """Fill in the model's and the dataset's declarations before the fields are checked."""
        from core.datasets import DATASETS
        from core.models import MODELS

        if not isinstance(values, dict):
            return values
        # str: a file or an address may put anything in a name's place, a list for instance.
        source, model = DATASETS.get(str(values.get("dataset"))), MODELS.get(str(values.get("model")))
        if source is None or model is None:
            return {key: value for key, value in values.items() if key not in ("hyperparameters", "data")}
        preset = model.presets.get(source.kind, MappingProxyType({}))
        return {
            "steps": model.training_steps,
            **values,
            "hyperparameters": _declared(model.Hyperparameters, values.get("hyperparameters", {}), preset),
            "data": _declared(source.Parameters, values.get("data", {}), {}),
        }

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        from core.datasets import DATASETS
        from core.models import MODELS

        source, model = DATASETS[self.dataset], MODELS[self.model]
        if source.kind not in model.kinds:
            kinds = " or ".join(sorted(model.kinds))
            raise _sentence(f"{model.title} works on {kinds} data; {source.title} is {source.kind} data.")
        loss = getattr(self.hyperparameters, "reconstruction_loss", "mse")
        if loss == "bce" and source.value_range != (0.0, 1.0):
            low, high = source.value_range
            raise _sentence(
                f"reconstruction_loss = bce needs values between 0 and 1; {source.title} runs from {low:g} "
                f"to {high:g}. Choose mse."
            )
        return self

    def differences(self, other: RunConfig) -> dict[str, tuple[Any, Any]]:
        """What has another value in `other`: name → (here, there)."""
        mine, theirs = self._flat(), other._flat()
        names = [*mine, *(name for name in theirs if name not in mine)]
        return {name: (mine.get(name), theirs.get(name)) for name in names if mine.get(name) != theirs.get(name)}

    def _flat(self) -> dict[str, Any]:
        top = {"dataset": self.dataset, "model": self.model, "steps": self.steps, "seed": self.seed}
        return {**top, **dict(self.data), **dict(self.hyperparameters)}


def sentences(error: ValidationError) -> list[str]:
    """What is wrong in a rejected configuration, one sentence a mistake."""
    found = []
    for item in error.errors():
        if item["type"] == "sentence":
            found.append(item["msg"])
        else:
            found.append(_explain(".".join(str(part) for part in item["loc"]), item))
    return found


def _known(what: str, name: str, table: Any) -> str:
    if name not in table:
        raise _sentence(f"There is no {what} called {name!r}; choose one of {', '.join(table)}.")
    return name


def _declared(declaration: type[Hyperparameters], given: Any, preset: Any) -> Hyperparameters:
    """Check `given` against its declaration, defaults from `preset` first."""
    if isinstance(given, Hyperparameters):
        given = dict(given)
    if not isinstance(given, dict):
        raise _sentence(f"Hyper-parameters are given as a dictionary from name to value, not as {given!r}.")
    try:
        return declaration.model_validate({**preset, **given})
    except ValidationError as error:
        raise _sentence(" ".join(sentences(error))) from None


def _sentence(text: str) -> PydanticCustomError:
    # Braces would be read as a template.
    return PydanticCustomError("sentence", "{text}", {"text": text})


def _explain(name: str, item: Any) -> str:
    """One of pydantic's findings in our words: what, where, and the limit."""
    got, context = item["input"], item.get("ctx", {})
    templates = {
        "greater_than_equal": "{name} = {got} is too small: the smallest allowed is {ge}.",
        "less_than_equal": "{name} = {got} is too large: the largest allowed is {le}.",
        "extra_forbidden": "{name} is not a hyper-parameter here.",
        "literal_error": "{name} = {got!r} is not a choice: take {expected}.",
        "missing": "{name} is missing.",
        "too_long": "{name} = {got} is too long: at most {max_length} entries.",
    }
    template = templates.get(item["type"], "{name} = {got!r} does not fit: {reason}.")
    reason = item["msg"][0].lower() + item["msg"][1:]
    return template.format(name=name, got=got, reason=reason, **context)
