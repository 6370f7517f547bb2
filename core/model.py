"""What every model is: declared hyper-parameters, a network, one training step, and its capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec, Kind
from core.hyperparameters import Hyperparameters
from core.metrics import Metric
from core.nn.inversion import invert
from core.nn.recurrent import States
from core.presets import Preset

Capability = Literal[
    "encode",
    "decode",
    "reconstruct",
    "sample",
    "assign",
    "criticise",
    "likelihood",
    "flow",
    "index",
    "trajectory",
    "predict",
    "classify",
]

# Draws of the prior that a search for a code begins from.
STARTS = 256


@dataclass(frozen=True)
class Remark:
    """A sentence on what is measured: said while a held-out metric lies below a limit, with its value for `{}`."""

    metric: str
    below: float
    text: str


@dataclass(frozen=True)
class Curves:
    """The metrics that are plotted unless others are picked, the most important first, and how to read them."""

    metrics: tuple[str, ...]
    text: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Part:
    """What a part of a training step is called in words, and in the formula."""

    title: str
    symbol: str


class Model(nn.Module):
    """Base of all models.

    A subclass states the class variables, builds its networks in `__init__(hyperparameters, spec)`, returns those that
    are optimised from `optimised_modules`, and implements `training_step` and the methods behind its `capabilities`.
    Samples are float32 of the dataset's shape, (N, D), (N, C, H, W) or (N, T, F); codes are (N, latent_size).
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    references: ClassVar[tuple[str, ...]]
    kinds: ClassVar[frozenset[Kind]]
    capabilities: ClassVar[frozenset[Capability]]
    Hyperparameters: ClassVar[type[Hyperparameters]]
    # What `training_step` and `evaluate` return, and of that the validation numbers that a run is known by, the first
    # of them in tables.
    metrics: ClassVar[tuple[Metric, ...]]
    headline: ClassVar[tuple[str, ...]]
    # Defaults that differ by kind of dataset or by dataset, the latter first; "steps" among them.
    defaults_for: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
    # Settings worth seeing: what a paper used, what goes wrong and why.
    presets: ClassVar[tuple[Preset, ...]] = ()
    # How many steps a run takes unless it says otherwise: enough for the defaults to settle.
    training_steps: ClassVar[int] = 3000
    # What a watched step calls what happens in it: the answers of networks, by their paths, and what comes before. And
    # where in the formula it says what each optimised module is for.
    scenes: ClassVar[Mapping[str, Part]] = MappingProxyType(
        {"batch": Part("Batch", "x"), "corruption": Part("Corruption", r"\tilde x"), "noise": Part("Noise", "z")}
    )
    aims: ClassVar[Mapping[str, str]]
    # Whether `encode` and `decode` are made for each other. A GAN's are not: its codes are the features that its
    # discriminator sees, its reconstructions come from inverting the generator, a search instead of an instant.
    autoencodes: ClassVar[bool] = True
    # What a high score from `criticise` means.
    high_score: ClassVar[str] = "more like the training data in its eyes"
    # Whether training hands it the labels of its samples, which nothing else gives to it.
    needs_labels: ClassVar[bool] = False
    # Whether `evaluate` is asked for the curves of training data, too, because a step measures under other conditions.
    measures_training_data: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Presets are those of the class itself: what one network shows another need not."""
        super().__init_subclass__(**kwargs)
        cls.presets = cls.__dict__.get("presets", ())

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__()
        self.hyperparameters = hyperparameters
        self.shape = spec.shape
        self.value_range = spec.value_range
        self.classes = len(spec.label_names)
        # The index of the step being taken, or of the last one taken, and how many there will be: for warm-ups and
        # schedules. `set_clock` keeps them.
        self.step, self.steps = 0, 1

    def set_clock(self, taken: int, steps: int) -> None:
        """Stand where `taken` of all `steps` have been taken."""
        self.step, self.steps = max(0, taken - 1), steps

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """What a model with these hyper-parameters optimises, in LaTeX."""
        raise NotImplementedError

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """What to plot while a model with these hyper-parameters trains, and how to read it."""
        return Curves(
            ("loss",), "Both fall while it learns; when the validation curve turns up, it has begun to learn by heart."
        )

    @classmethod
    def validated(cls, measured: Mapping[str, float]) -> dict[Metric, float]:
        """The validation numbers among those `measured` that a run is known by, the one for tables first."""
        declared = {metric.name: metric for metric in cls.metrics}
        return {declared[name]: measured[f"test_{name}"] for name in cls.headline if f"test_{name}" in measured}

    @property
    def latents(self) -> int:
        """How many numbers `decode` takes."""
        size: int = self.hyperparameters.latent_size
        return size

    @property
    def marks(self) -> int:
        """How many of the numbers that `decode` takes, the first ones, name a class or a component: one is set."""
        return 0

    @property
    def has_sigmoid_codes(self) -> bool:
        """Whether codes are sigmoids, silent at 0 and loud at 1; otherwise they are linear."""
        return self.squashes(self.hyperparameters)

    @property
    def target_activation(self) -> float | None:
        """ρ, the mean that each unit of the code is held at; None where none is."""
        return None

    @property
    def samples_per_step(self) -> int:
        """How many training samples one `training_step` is given."""
        size: int = self.hyperparameters.batch_size
        return size

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        raise NotImplementedError

    def optimised_modules(self) -> dict[str, nn.Module]:
        """The networks that are optimised, each by an optimiser of its own, called by the same name."""
        raise NotImplementedError

    def before_step(self, x: Tensor, rng: torch.Generator) -> None:
        """Look at the whole training set `x` before each step, for the few models that need more than a batch."""

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """Take one step on the batch `x`; returns scalars by name, "loss" or several "…_loss" among them."""
        raise NotImplementedError

    def labelled_step(
        self, x: Tensor, y: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator
    ) -> dict[str, Tensor]:
        """The same on a batch with labels `y` (N,): the step of a model that needs them."""
        raise NotImplementedError

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same scalars on `x`, mostly validation samples, and whatever else is worth plotting, without learning."""
        raise NotImplementedError

    def learning_rate(self, module: str) -> float:
        """The rate of a module's current step: its base rate, or from half-time on falling linearly to 2 % of it."""
        rate = self.base_rate(module)
        if self.hyperparameters.decay == "none":
            return rate
        return rate * max(0.02, min(1.0, 2 * (1 - self.step / self.steps)))

    def base_rate(self, module: str) -> float:
        """The learning rate that an optimised module begins with."""
        return float(self.hyperparameters.learning_rate)

    @classmethod
    def squashes(cls, hyperparameters: Any) -> bool:
        """Whether a model with these hyper-parameters has codes that are sigmoids."""
        return False

    @classmethod
    def corrupts(cls, hyperparameters: Any) -> bool:
        """Whether `corrupt` makes something else of samples when training begins."""
        return False

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """`x` as the network sees it while training: itself, unless the model corrupts or augments its input."""
        return x

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → codes (N, latent_size)."""
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        """Codes (N, latent_size) → data (N, …)."""
        raise NotImplementedError

    def expected(self, output: Tensor) -> Tensor:
        """What a network's last layer (N, …) → the sample (N, …) that it stands for: itself."""
        return output

    def reconstruct(self, x: Tensor) -> Tensor:
        """Data (N, …) → data (N, …), with no corruption."""
        if "reconstruct" not in self.capabilities:
            raise NotImplementedError(f"{self.title} does not decode what it encodes.")
        return self.decode(self.encode(x))

    def nearest(self, x: Tensor, seen: Tensor | None = None) -> Tensor:
        """What is decoded from the z that brings it nearest to `x` (N, …), searched for from draws of the prior.

        With `seen` (N, …), 1 or 0, only what is seen counts.
        """
        return self.decode(invert(self.decode, x, self.starts(), self.reach, seen)).detach()

    def starts(self) -> Tensor:
        """Draws of the prior (S, latents) that a search among codes begins at, always the same."""
        return self.prior(STARTS, torch.Generator().manual_seed(0))

    @property
    def reach(self) -> float:
        """How far from 0 the prior has codes worth looking at: 3 standard deviations."""
        return 3.0

    def sample(self, n: int, seed: int = 0) -> Tensor:
        """`n` new samples (n, …), the same ones for the same `seed`."""
        if "sample" not in self.capabilities:
            raise NotImplementedError(f"{self.title} gives no meaning to random codes.")
        return self.decode(self.prior(n, torch.Generator().manual_seed(seed)))

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Codes z ~ p(z), (n, latents), from which samples are decoded: standard normal."""
        return torch.randn(n, self.latents, generator=rng)

    @classmethod
    def conditions(cls, hyperparameters: Any, spec: DataSpec) -> tuple[str, ...]:
        """What samples can be asked to be, by name: the classes of labels, the categories of a code; often nothing."""
        return ()

    def under(self, z: Tensor, conditions: Tensor) -> Tensor:
        """Codes z (n, latents) under these of the conditions, (n,) numbers, instead of their own."""
        raise NotImplementedError

    def in_turn(self, n: int) -> Tensor | None:
        """The conditions (n,) that the `n` samples of `sample` are made under; None where they are drawn."""
        return None

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> str | None:
        """The distribution that training spreads codes like, "normal" or "uniform", or None."""
        return None

    def spreads(self, x: Tensor) -> Tensor | None:
        """Data (N, …) → standard deviations of the posterior q(z | x), (N, latent_size); None without one."""
        return None

    @property
    def reader(self) -> States:
        """The recurrent network that reads sequences step by step."""
        raise NotImplementedError

    def inputs(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → what the reader is given at each of its steps, (N, S, values): the same."""
        return x

    def trajectory(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → the reader's hidden state after each of its steps, (N, S, units)."""
        states: Tensor = self.reader(self.inputs(x))
        return states

    def last_code(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → what is read off the reader's last state alone, (N, numbers): mostly the code."""
        return self.encode(x)

    def last_loss(self, x: Tensor, last: Tensor) -> Tensor:
        """The loss (N,) of sequences `x` (N, T, F) that the reader's last state `last` (N, units) answers for."""
        raise NotImplementedError

    def assignments(self, x: Tensor) -> Tensor | None:
        """Sequences (N, T, F) → cluster probabilities after each step, (N, T, n_clusters); None without clusters."""
        return None

    def forecasts(self, x: Tensor) -> Tensor | None:
        """Sequences (N, T, F) → what comes next as guessed after each step but the last, (N, T − 1, F), or None."""
        return None

    def assign(self, x: Tensor) -> Tensor:
        """Data (N, …) → cluster probabilities (N, clusters), rows summing to 1."""
        raise NotImplementedError

    def classify(self, x: Tensor) -> Tensor:
        """Data (N, …) → the probability of each class (N, classes) that labels taught it, rows summing to 1."""
        raise NotImplementedError

    @classmethod
    def cluster_count(cls, hyperparameters: Any) -> int:
        """How many clusters `assign` tells apart."""
        return int(hyperparameters.n_clusters)

    def log_weights(self, x: Tensor, target: Tensor, rng: torch.Generator) -> Tensor:
        """log p(target, z) − log q(z | x) in nats per sample, (N,), at one z ~ q(z | x): for a likelihood."""
        raise NotImplementedError

    def predict(self, x: Tensor) -> Tensor:
        """Data (N, T, F) → how probable each symbol was before each step was read, (N, T, places, choices)."""
        raise NotImplementedError

    def index(self, x: Tensor) -> Tensor:
        """Data (N, …) → the integers (N, n) that stand for it, each the number of an entry of a code book."""
        raise NotImplementedError

    def bits(self, integers: Tensor) -> Tensor:
        """Integers (N, n) of a code book's entries → what they take in an ideal code by the model's prior, (N,)."""
        raise NotImplementedError

    def look_up(self, integers: Tensor) -> Tensor:
        """Integers (N, n) of a code book's entries → the codes (N, latents) that these make."""
        raise NotImplementedError

    def flow(self, z: Tensor) -> Tensor:
        """Codes z ~ p(z), (N, latents) → where each is on its way to a sample, (T, N, …), at T even times 0 … 1."""
        raise NotImplementedError

    def drift(self, x: Tensor, t: float) -> Tensor:
        """The velocity (N, …) of what is at places `x` (N, …) at time `t`, for models that flow."""
        raise NotImplementedError

    def criticise(self, x: Tensor) -> Tensor:
        """Data (N, …) → the score (N,) of the discriminator or critic: higher, more like the training data."""
        raise NotImplementedError

    @classmethod
    def verdicts(cls, hyperparameters: Any) -> tuple[str, str]:
        """What a score above the `boundary` says, and one below it."""
        return "discriminator says real", "discriminator says generated"

    def boundary(self, real: Tensor, sampled: Tensor) -> Tensor:
        """The score at which the verdict changes, given the scores (N,) of real samples and of the model's own."""
        return torch.zeros(())
