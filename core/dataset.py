"""What a sample is (`DataSpec`), where data come from (`Source`), and what they are (`Dataset`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import torch
from pydantic import TypeAdapter, ValidationError
from torch import Tensor

from core.hyperparameters import Hyperparameters
from core.left_out import Labelled
from core.modes import Modes
from core.preprocessing import Preprocessed, applied, expected
from core.protocol import Array, Rendering
from core.scaling import Scaling, limits, scaler
from core.sentences import sentences

Kind = Literal["vector", "image", "sequence"]
# Curves on top of each other that can still be told apart; sequences of more features are drawn as pictures.
CURVES = 3


@dataclass(frozen=True)
class DataSpec:
    """What one sample is: all that a model must know to be built, and a view to draw it.

    `shape` is (D,), (C, H, W) or (T, F), every value is inside `value_range`, and one of so many `levels`, in equal
    steps from end to end, unless it is continuous. Label k is called `label_names[k]`, factor k `factor_names[k]`.
    Where the label is one of the factors that samples were made from, too, it is called `label_factor` among them.
    Sequences are words where they have an `alphabet`, whose k-th character is feature k,
    and sound where they have a `sample_rate` in Hz, whose (T, F) values are T F amplitudes one after the other.
    `scaling` is what was done to all numbers.
    """

    kind: Kind
    shape: tuple[int, ...]
    value_range: tuple[float, float]
    label_names: tuple[str, ...] = ()
    factor_names: tuple[str, ...] = ()
    label_factor: str = ""
    alphabet: str = ""
    sample_rate: int | None = None
    levels: int | None = None
    scaling: Scaling = "none"

    @property
    def known_factors(self) -> tuple[str, ...]:
        """What all factors are called that samples were made from, the label first where it is one of them."""
        return (*filter(None, [self.label_factor]), *self.factor_names)

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of a plane, which the views draw as such."""
        return self.shape == (2,)

    @property
    def rendering(self) -> Rendering:
        """How samples are drawn: sequences of many features as pictures, a step a row."""
        if self.is_plane:
            return "dot"
        if self.alphabet:
            return "text"
        if self.sample_rate:
            return "sound"
        return "picture" if self.kind == "image" or (self.kind == "sequence" and self.shape[1] > CURVES) else "curve"

    def to_json(self) -> str:
        """The specification as a JSON object."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> DataSpec:
        """Read a specification back.

        Raises:
            ValueError: the text holds none.
        """
        try:
            return _reader().validate_json(text)
        except ValidationError as error:
            raise ValueError(" ".join(sentences(error))) from error


@lru_cache(maxsize=1)
def _reader() -> TypeAdapter[DataSpec]:
    """What reads specifications; making it takes longer than reading a hundred of them."""
    return TypeAdapter(DataSpec)


@dataclass(frozen=True)
class Split:
    """Samples `x`, float32 of shape (N, D), (N, C, H, W) or (N, T, F), and labels `y`, int64 (N,), or None.

    `factors`, float32 (N, K), are the numbers that synthetic samples were made from, where a dataset tells them.
    `places`, int64 (N,), say where samples that somebody brought stand among all of them.
    """

    x: Tensor
    y: Tensor | None
    factors: Tensor | None = None
    places: Tensor | None = None

    def __getitem__(self, chosen: slice | Tensor) -> Split:
        """The chosen samples with all that is known of them."""
        rest = (None if part is None else part[chosen] for part in (self.y, self.factors, self.places))
        return Split(self.x[chosen], *rest)

    def cut(self, count: int) -> tuple[Split, Split]:
        """The first `count` samples, and the rest."""
        return self[:count], self[count:]

    def order(self, most: int) -> Tensor:
        """The places of the first `most` samples of a shuffle that never changes."""
        return torch.randperm(len(self.x), generator=torch.Generator().manual_seed(0))[:most]

    def fixed(self, most: int) -> Split:
        """The first `most` samples of that shuffle, so that every view shows the same ones."""
        return self[self.order(most)]

    def halved(self) -> tuple[Split, Split]:
        """Validation and test samples: every second one of each class, the odd one for the test."""
        places = torch.arange(len(self.x)) if self.y is None else self.y.argsort(stable=True)
        return self[places[1::2].sort().values], self[places[::2].sort().values]


@dataclass(frozen=True)
class Dataset:
    """Training, validation and test data, and the specification of their samples.

    Knobs are turned by what the validation data say, so what is reported in the end is measured on the test data.
    Labels are for looking at results: no unsupervised loss ever sees them. `modes` are those of a mixture of Gaussians.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    spec: DataSpec
    modes: Modes | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its samples."""
        return self.spec.kind

    @property
    def value_range(self) -> tuple[float, float]:
        """The least and the largest value that a sample may hold."""
        return self.spec.value_range

    @property
    def label_names(self) -> tuple[str, ...]:
        """What the labels are called, by label."""
        return self.spec.label_names


@dataclass(frozen=True)
class Download:
    """A file that a dataset needs and that does not ship: its `checksum` is "algorithm:digest", `size` is in bytes."""

    name: str
    url: str
    checksum: str
    size: int


@dataclass(frozen=True)
class Card:
    """What people are told of a dataset: its title, what it is in a sentence, where it comes from, its licence."""

    title: str
    summary: str
    origin: str
    licence: str


@dataclass(frozen=True)
class Source:
    """A dataset that can be loaded: what is known of it before any data is read, and how to read it.

    `read(seed, parameters, *files)` returns training, validation and test samples, or training and held-out samples,
    whose halves are for validation and test; `files` are the paths of its `downloads`, in their order. `sizes` are the
    numbers of training and of all held-out samples. Of a mixture of Gaussians `modes(parameters)` are its modes. A code
    begins with at least so many `latents`: fewer could not say what there is to see.
    """

    spec: DataSpec
    card: Card
    sizes: tuple[int, int]
    read: Callable[..., tuple[Split, ...]]
    Parameters: type[Hyperparameters] = Preprocessed
    downloads: tuple[Download, ...] = ()
    modes: Callable[[Any], Modes] | None = None
    latents: int = 1

    def load(self, name: str, seed: int, parameters: Hyperparameters, files: tuple[Path, ...] = ()) -> Dataset:
        """Read the data, split by `seed`, scaled by what is left for training, every value inside the stated range.

        Raises:
            Unsuitable: no training sample is left.
        """
        train, *held_out = self.read(seed, parameters, *files)
        if isinstance(parameters, Labelled) and parameters.left_out and train.y is not None:
            train = train[parameters.kept(train.y, self.spec.label_names)]
        validation, test = held_out if len(held_out) > 1 else held_out[0].halved()
        parts, spec, scaling = (
            (train, validation, test),
            expected(self.spec, parameters),
            applied(self.spec, parameters),
        )
        if scaling != "none":
            spec = replace(spec, value_range=_scale(scaling, [part.x.numpy() for part in parts]))
        # Where modes are is known of the numbers as they come.
        modes = self.modes(parameters) if self.modes and scaling == "none" else None
        train, validation, test = (replace(part, x=part.x.clamp(*spec.value_range)) for part in parts)
        return Dataset(name, train, validation, test, spec, modes)


def _scale(scaling: Scaling, parts: list[Array]) -> tuple[float, float]:
    """Scale parts of a dataset (N, …) in place, all by the first, and say how far their values reach."""
    scale = scaler(scaling, parts[0])
    for part in parts:
        scale(part)
    return limits(scaling, parts)
