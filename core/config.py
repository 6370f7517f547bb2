"""The frozen configuration of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core import sentences
from core.aliases import DECIDED_BY, completed, current_hyperparameter
from core.dataset import DataSpec, Source
from core.errors import Unsuitable
from core.hyperparameters import Hyperparameters, Knob
from core.left_out import Labelled
from core.preprocessing import Preprocessed, expected
from core.sentences import sentence

if TYPE_CHECKING:
    from core.model import Model


class Change(BaseModel):
    """A live knob turned by hand: from `step` on, the hyper-parameter `name` has this `value`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    step: int = Field(ge=0)
    name: str
    value: int | float | str

    @model_validator(mode="before")
    @classmethod
    def _translate(cls, values: Any) -> Any:
        """Earlier versions called some knobs otherwise."""
        if not isinstance(values, dict) or not isinstance(values.get("name"), str):
            return values
        name, value = current_hyperparameter(values["name"], values.get("value"))
        return {**values, "name": name, "value": value}


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

    @classmethod
    def for_data(cls, spec: DataSpec, **values: Any) -> RunConfig:
        """A configuration for samples as `spec` describes them, which decides some defaults and what suits them.

        Of the datasets in the table that is known anyway; of those that people brought it must be said.

        Raises:
            ValidationError: with one sentence per mistake.
        """
        return cls.model_validate(values, context=spec)

    @field_validator("dataset")
    @classmethod
    def _known_dataset(cls, name: str) -> str:
        from core.datasets import DATASETS
        from core.uploads.shelf import is_upload

        if name not in DATASETS and not is_upload(name):
            raise sentence(sentences.unknown("dataset", name, DATASETS))
        return name

    @field_validator("model")
    @classmethod
    def _known_model(cls, name: str) -> str:
        from core.models import MODELS

        if name not in MODELS:
            raise sentence(sentences.unknown("model", name, MODELS))
        return name

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any, info: ValidationInfo) -> Any:
        """Fill in the model's and the dataset's declarations before the fields are checked."""
        from core.datasets import DATASETS
        from core.models import MODELS

        if not isinstance(values, dict):
            return values
        # str: a file or an address may put anything in a name's place, a list for instance.
        name, model = str(values.get("dataset")), MODELS.get(str(values.get("model")))
        if model is None:
            return {key: value for key, value in values.items() if key not in ("hyperparameters", "data")}
        parameters = DATASETS[name].Parameters if name in DATASETS else Preprocessed
        data = _declared(parameters, values.get("data", {}), {})
        spec = info.context or _spec_of(name)
        defaults = _defaults(model, name, expected(spec, data) if spec else None)
        return {
            "steps": defaults.pop("steps", model.training_steps),
            **values,
            "hyperparameters": _declared(model.Hyperparameters, values.get("hyperparameters", {}), defaults),
            "data": data,
        }

    @model_validator(mode="after")
    def _fit_together(self, info: ValidationInfo) -> Self:
        spec = info.context or _spec_of(self.dataset)
        if spec is not None:
            try:
                self.check_fits(expected(spec, self.data))
            except Unsuitable as error:
                raise sentence(str(error)) from None
        if [change.step for change in self.changes] != sorted(change.step for change in self.changes):
            raise sentence("changes must stand in the order of their steps.")
        for change in self.changes:
            self.at(change.step)
        return self

    def check_fits(self, spec: DataSpec) -> None:
        """Check the model, its loss and what is left out against what samples are.

        Raises:
            Unsuitable: the model does not accept this kind of data or needs labels, or its loss does not accept this
                range of values; there is no class that is left out, or no other.
        """
        from core.models import MODELS

        model = MODELS[self.model]
        if misfit := sentences.misfit(model, spec):
            raise Unsuitable(misfit)
        loss = getattr(self.hyperparameters, "reconstruction_loss", "mse")
        if loss == "bce" and spec.value_range != (0.0, 1.0):
            raise Unsuitable(sentences.bce_outside_unit_range(spec))
        if loss == "softmax" and not spec.alphabet:
            raise Unsuitable(sentences.softmax_without_letters())
        if spec.alphabet and spec.scaling != "none":
            raise Unsuitable(sentences.letters_are_no_numbers())
        if isinstance(self.data, Labelled):
            self.data.check(spec.label_names)

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
                raise sentence(sentences.not_live(change.name, live))
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

    def having(self, values: Mapping[str, Any], spec: DataSpec | None = None) -> RunConfig:
        """The same configuration with these settings, by name, instead of its own; `spec` as for `for_data`.

        Raises:
            ValidationError: a value is outside of its limits, or does not go with the data.
        """
        given, left = dict(self), dict(values)
        for part in ("data", "hyperparameters"):
            own = dict(given[part])
            given[part] = {name: left.pop(name, value) for name, value in own.items()}
        return RunConfig.model_validate({**given, **left}, context=spec)

    def differences(self, other: RunConfig) -> dict[str, tuple[Any, Any]]:
        """What has another value in `other`: name → (here, there)."""
        mine, theirs = self.settings(), other.settings()
        names = [*mine, *(name for name in theirs if name not in mine)]
        return {name: (mine.get(name), theirs.get(name)) for name in names if mine.get(name) != theirs.get(name)}

    def knobs(self) -> list[Knob]:
        """Every declared hyper-parameter of the dataset, then of the model."""
        return [*self.data.knobs(), *self.hyperparameters.knobs()]

    def settings(self) -> dict[str, Any]:
        """Every setting of a new run by its name: dataset, model, steps, seed, and all knobs."""
        top = {"dataset": self.dataset, "model": self.model, "steps": self.steps, "seed": self.seed}
        return {**top, **dict(self.data), **dict(self.hyperparameters)}

    def to_query(self, spec: DataSpec | None = None) -> dict[str, str]:
        """The settings as the query of an address: dataset and model, and what differs from their defaults.

        The defaults on data that people brought depend on their `spec`; without it every setting is named.
        """
        from core.query import text_of

        spec = spec or _spec_of(self.dataset)
        named = {"dataset": self.dataset, "model": self.model}
        # What a model begins with depends on what is done to the data.
        begin = (
            {**RunConfig.for_data(spec, **named, data=self.data).settings(), **dict(type(self.data)())} if spec else {}
        )
        settings = self.settings()
        differing = {name: value for name, value in settings.items() if begin.get(name) != value}
        for name, causes in DECIDED_BY.items():
            if name in settings and causes & differing.keys():
                differing[name] = settings[name]
        return {name: text_of(value) for name, value in {**named, **differing}.items()}

    @classmethod
    def from_query(
        cls, query: Mapping[str, str | Sequence[str]], uploads: Mapping[str, Source] = MappingProxyType({})
    ) -> tuple[RunConfig, list[str]]:
        """The configuration that an address says, and a sentence for each part of it that cannot be honoured.

        What the address leaves out, or gets wrong, begins with its default. `uploads` are the datasets by id that were
        brought to this machine; those of the table are known.
        """
        from core.query import read_query

        return read_query(query, uploads)


def _spec_of(name: str) -> DataSpec | None:
    """What the samples of a dataset are: of the table's, which are known without reading anything."""
    from core.datasets import DATASETS

    return DATASETS[name].spec if name in DATASETS else None


def _defaults(model: type[Model], name: str, spec: DataSpec | None) -> dict[str, Any]:
    """What a model begins with on the dataset called `name`, where that differs from its declared defaults."""
    from core.datasets import DATASETS

    if spec is None:
        return dict(model.defaults_for.get(name, {}))
    knobs = {knob.name: knob for knob in model.Hyperparameters.knobs()}
    fitting: dict[str, Any] = {}
    if "reconstruction_loss" in knobs and "softmax" in knobs["reconstruction_loss"].choices and spec.alphabet:
        fitting["reconstruction_loss"] = "softmax"
    if "n_clusters" in knobs and len(spec.label_names) > 1:
        fitting["n_clusters"] = min(len(spec.label_names), knobs["n_clusters"].high or 0)
    if name in DATASETS and "latent_size" in knobs:
        begun = model.defaults_for.get(spec.kind, {}).get("latent_size", knobs["latent_size"].default)
        fitting["latent_size"] = max(begun, DATASETS[name].latents)
    found = {**model.defaults_for.get(spec.kind, {}), **fitting, **model.defaults_for.get(name, {})}
    if "reconstruction_loss" in knobs and spec.value_range != (0, 1):
        # Cross-entropy is for shares.
        loss = found.get("reconstruction_loss", knobs["reconstruction_loss"].default)
        found["reconstruction_loss"] = "mse" if loss == "bce" else loss
    return found


def _declared(declaration: type[Hyperparameters], given: Any, defaults: Any) -> Hyperparameters:
    """Check `given` against its declaration, which it completes by `defaults` first."""
    if isinstance(given, Hyperparameters):
        given = dict(given)
    if not isinstance(given, dict):
        raise sentence(sentences.not_a_dictionary(given))
    given = dict(current_hyperparameter(name, value) for name, value in given.items())
    given = completed(given, declaration.model_fields)
    try:
        return declaration.model_validate({**defaults, **given})
    except ValidationError as error:
        raise sentence(" ".join(sentences.sentences(error))) from None
