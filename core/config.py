"""The frozen configuration of a run, and what is wrong with one that was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

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

from core.errors import UnknownDataset
from core.hyperparameters import Hyperparameters

if TYPE_CHECKING:
    from core.dataset import Source
    from core.model import Model


class Change(BaseModel):
    """A live knob turned by hand: from `step` on, the hyper-parameter `name` has this `value`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    step: int = Field(ge=0)
    name: str
    value: int | float | str


# What was changed in a run, in the order of its steps.
Changes = Annotated[
    tuple[Change, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]


class RunConfig(BaseModel):
    """All that decides a run: same config, same weights, bit for bit.

    `hyperparameters` and `data` may be given as dicts that name only what differs from the defaults;
    they are completed and checked against the model's and the dataset's own declarations. `changes` are the knobs that
    were turned while the run went on.

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
    changes: Changes = ()

    @field_validator("dataset")
    @classmethod
    def _known_dataset(cls, name: str) -> str:
        from core.datasets import find

        try:
            find(name)
        except UnknownDataset as error:
            raise _sentence(str(error)) from None
        return name

    @field_validator("model")
    @classmethod
    def _known_model(cls, name: str) -> str:
        from core.models import MODELS

        if name not in MODELS:
            raise _sentence(f"There is no model called {name!r}; choose one of {', '.join(MODELS)}.")
        return name

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        """Fill in the model's and the dataset's declarations before the fields are checked."""
        from core.datasets import find
        from core.models import MODELS

        if not isinstance(values, dict):
            return values
        # str: a file or an address may put anything in a name's place, a list for instance.
        model = MODELS.get(str(values.get("model")))
        try:
            source = find(str(values.get("dataset")))
        except UnknownDataset:
            source = None
        if source is None or model is None:
            return {key: value for key, value in values.items() if key not in ("hyperparameters", "data")}
        preset = _preset(model, str(values["dataset"]), source)
        return {
            "steps": preset.pop("steps", model.training_steps),
            **values,
            "hyperparameters": _declared(model.Hyperparameters, values.get("hyperparameters", {}), preset),
            "data": _declared(source.Parameters, values.get("data", {}), {}),
        }

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        from core.datasets import find
        from core.models import MODELS

        source, model = find(self.dataset), MODELS[self.model]
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
        if [change.step for change in self.changes] != sorted(change.step for change in self.changes):
            raise _sentence("changes must stand in the order of their steps.")
        for change in self.changes:
            self.at(change.step)
        return self

    def at(self, step: int) -> Hyperparameters:
        """The hyper-parameters in force at `step`, with every change up to then.

        Raises:
            PydanticCustomError: a change names a knob that is not live, or a value outside of its limits.
        """
        values = dict(self.hyperparameters)
        turned = [change for change in self.changes if change.step <= step]
        live = {knob.name for knob in self.hyperparameters.knobs() if knob.live}
        for change in turned:
            if change.name not in live:
                known = ", ".join(sorted(live)) or "none of this model"
                raise _sentence(f"{change.name} cannot be changed while a run goes on; these can: {known}.")
            values[change.name] = change.value
        return _declared(type(self.hyperparameters), values, {}) if turned else self.hyperparameters

    def in_force(self, step: int) -> RunConfig:
        """The configuration of a new run with the hyper-parameters in force at `step`."""
        return self.model_copy(update={"hyperparameters": self.at(step), "changes": ()})

    def until(self, step: int) -> RunConfig:
        """The configuration without the changes from `step` on: what decided the weights that a run has there."""
        return self.model_copy(update={"changes": tuple(change for change in self.changes if change.step < step)})

    def changed(self, step: int, values: dict[str, Any]) -> RunConfig:
        """The same run with these live knobs turned at `step`.

        Raises:
            ValidationError: a knob is not live, or its value is outside of its limits.
        """
        turned = [Change(step=step, name=name, value=value) for name, value in values.items()]
        return RunConfig.model_validate({**dict(self), "changes": (*self.until(step + 1).changes, *turned)})

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


def _preset(model: type[Model], name: str, source: Source) -> dict[str, Any]:
    """What a model begins with on the dataset called `name`, where that differs from its declared defaults."""
    knobs = {knob.name: knob for knob in model.Hyperparameters.knobs()}
    fitting: dict[str, Any] = {}
    if "reconstruction_loss" in knobs and source.value_range != (0.0, 1.0):
        # Cross-entropy is for shares.
        fitting["reconstruction_loss"] = "mse"
    if "n_clusters" in knobs and len(source.label_names) > 1:
        fitting["n_clusters"] = min(len(source.label_names), knobs["n_clusters"].high or 0)
    return {**model.presets.get(source.kind, {}), **fitting, **model.presets.get(name, {})}


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
