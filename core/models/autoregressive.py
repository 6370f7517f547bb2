"""The autoregressive model: what comes next is guessed from all that came before."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise_clipped
from core.hyperparameters import knob
from core.latex import stacked
from core.metrics import GRADIENT_NORM, Metric
from core.model import Curves, Model, Part
from core.models._knobs import Cells
from core.nn.initialization import initialize
from core.nn.recurrent import CELL_FORMULAS, Carry, States
from core.nn.symbols import Letters, Levels, inverse_cdf
from core.optimisation import Optimisation
from core.presets import Preset


class AutoregressiveHyperparameters(
    Cells,
    Optimisation,
    defaults={"cell": "gru", "hidden_size": 64, "gradient_clip": 1.0, "learning_rate": 5e-3, "batch_size": 32},
):
    """All that can be turned on an autoregressive model."""

    levels: int = knob(
        64,
        group="Architecture",
        ge=2,
        le=256,
        soft=(8, 128),
        scale="log",
        help="Levels that the values of a series are rounded to, one of which is guessed at each step: more, finer "
        "steps, each of them seen more rarely; words have their alphabet instead.",
    )
    temperature: float = knob(
        1.0,
        group="Objective",
        ge=0.1,
        le=2.0,
        first=True,
        help="What the logarithms of probabilities are divided by before a step is drawn: lower, samples are what is "
        "most expected; higher, they dare more and go wrong more often.",
    )


LOSS = Metric(
    "loss",
    "Loss",
    "nats",
    ".3f",
    "lower",
    "How little the next letter or value was expected: −log of its probability, mean over all steps.",
)
NATS = Metric(
    "nats",
    "Nats a sequence",
    "nats",
    ".1f",
    "lower",
    "How little a whole sequence was expected, −log of its probability: what it takes in an ideal code.",
)


class Autoregressive(Model):
    """max Σ_t log p(x_t | x_1 … x_{t−1}), p a softmax of a recurrent state (Graves 2013, section 2).

    Letters are one of their alphabet, values of series one of `levels`; several features of a step are guessed each by
    itself. Noise z ~ N(0, I) decides a sample: step t is the Φ(z_t) quantile of p. A sample's code is the last state.
    """

    title = "Autoregressive model"
    summary = (
        "A recurrent network reads a sequence and says, before each step, how probable every letter or value is as "
        "the next one. While training it always reads the truth. A new sequence is drawn step by step, each step read "
        "again before the next, and any beginning can be gone on with."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Graves 2013, Generating sequences with recurrent neural networks",
        "Williams & Zipser 1989, A learning algorithm for continually running fully recurrent networks (the truth is "
        "read while training: teacher forcing)",
        "van den Oord et al. 2016, WaveNet: a generative model for raw audio (values as levels, by a softmax)",
        "Pascanu et al. 2013, On the difficulty of training recurrent neural networks (clipping)",
    )
    kinds = frozenset({"sequence"})
    capabilities = frozenset({"encode", "decode", "sample", "predict", "trajectory"})
    autoencodes = False
    metrics = (NATS, LOSS, GRADIENT_NORM)
    headline = ("nats",)
    scenes = {**Model.scenes, "states": Part("States", "h_{t-1}"), "head": Part("Guesses", "V")}
    aims = {"network": r"\max"}
    Hyperparameters = AutoregressiveHyperparameters
    training_steps = 1000
    # After more steps names are known by heart; drawn at 1, every third one has letters in a row that no name has.
    defaults_for = {"surnames": {"hidden_size": 96, "batch_size": 64, "temperature": 0.8, "steps": 800}}
    presets = (
        Preset(
            "Cold",
            {"temperature": 0.7},
            "Samples keep to what is most expected: of surnames 87 and 88 % (two seeds) have no three letters in a row "
            "that no training name has, where it is 67 % at a temperature of 1; 3 to 4 % are training names.",
        ),
    )

    def __init__(self, hyperparameters: AutoregressiveHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp, features = hyperparameters, spec.shape[1]
        self.symbols = Letters(features) if spec.alphabet else Levels(hp.levels, features, spec.value_range)
        inputs = self.symbols.places * self.symbols.choices
        self.states, self.head = States(hp.cell, inputs, hp.hidden_size), nn.Linear(hp.hidden_size, inputs)

    @property
    def latents(self) -> int:
        """One number of noise for each letter or value."""
        return self.shape[0] * self.symbols.places

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        initialize(self, self.hyperparameters.initialization, rng)

    def optimised_modules(self) -> dict[str, nn.Module]:
        """One network."""
        return {"network": self}

    @classmethod
    def formula(cls, hyperparameters: AutoregressiveHyperparameters) -> str:
        """The likelihood, the softmax of the state, how samples are drawn, and the cell."""
        return stacked(
            r"\max\; \textstyle\sum_t \log p(x_t \mid x_1 \dots x_{t-1}), \qquad "
            r"p(\cdot \mid x_1 \dots x_{t-1}) = \operatorname{softmax}(V h_{t-1} + a)",
            rf"\tilde x_t \sim p(\cdot \mid \tilde x_1 \dots \tilde x_{{t-1}})^{{1 / {hyperparameters.temperature:g}}}",
            CELL_FORMULAS[hyperparameters.cell],
        )

    @classmethod
    def curves(cls, hyperparameters: AutoregressiveHyperparameters) -> Curves:
        """The loss."""
        return Curves(
            ("loss",),
            "How many nats the next step takes: with no idea it is the logarithm of the number of letters, or of "
            f"levels, {math.log(hyperparameters.levels):.2f}. When the validation curve turns up, training sequences "
            "are being learned by heart.",
        )

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step of maximum likelihood, the true sequence being read, the gradient clipped."""
        loss = self.surprises(x).mean()
        norm = minimise_clipped(loss, optimizers["network"], self.hyperparameters.gradient_clip)
        return {"loss": loss, "gradient_norm": norm}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same loss, and what a whole sequence takes."""
        surprises = self.surprises(x)
        return {"loss": surprises.mean(), "nats": surprises.flatten(1).sum(dim=1).mean()}

    def surprises(self, x: Tensor) -> Tensor:
        """−log p(x_t | x_1 … x_{t−1}) in nats of sequences (N, T, F), (N, T, places)."""
        log_p, symbols = self.log_probabilities(x), self.symbols.read(x)
        return -log_p.gather(3, symbols.unsqueeze(3)).squeeze(3)

    def log_probabilities(self, x: Tensor) -> Tensor:
        """log p(· | x_1 … x_{t−1}) of the symbols of sequences (N, T, F), (N, T, places, choices)."""
        return self.split(self.head(self.trajectory(x))).log_softmax(dim=-1)

    @property
    def reader(self) -> States:
        """The network that reads the truth."""
        return self.states

    def inputs(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → what was read before each step is guessed, before the first one nothing."""
        return F.pad(self.symbols.one_hot(self.symbols.read(x)), (0, 0, 1, 0))[:, :-1]

    def last_loss(self, x: Tensor, last: Tensor) -> Tensor:
        """−log p (N,) of the last step of sequences `x`, guessed from the `last` state (N, hidden_size)."""
        log_p = self.split(self.head(last)).log_softmax(dim=-1)
        surprises: Tensor = -log_p.gather(2, self.symbols.read(x)[:, -1].unsqueeze(2))
        return surprises.flatten(1).sum(dim=1)

    def predict(self, x: Tensor) -> Tensor:
        """Data (N, T, F) → how probable each symbol was before each step was read, (N, T, places, choices)."""
        return self.log_probabilities(x).exp()

    def encode(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → the state after the last step, (N, hidden_size)."""
        states: Tensor = self.states(self.symbols.one_hot(self.symbols.read(x)))
        return states[:, -1]

    def decode(self, z: Tensor) -> Tensor:
        """Noise (N, latents) → sequences (N, T, F), step after step at the model's temperature."""
        beginning = z.new_empty(len(z), 0, self.shape[1])
        return self.go_on(beginning, z, self.hyperparameters.temperature)

    def go_on(self, beginning: Tensor, z: Tensor, temperature: float) -> Tensor:
        """Sequences (N, T, F) with these first steps (N, t, F), the others drawn as noise (N, latents) decides."""
        chances = z.reshape(len(z), self.shape[0], self.symbols.places)
        known = self.symbols.read(beginning)
        carry: Carry | None = None
        read, steps = z.new_zeros(len(z), self.head.out_features), []
        for t in range(self.shape[0]):
            now, carry = self.states.step(read, carry)
            if t < known.shape[1]:
                symbols = known[:, t]
            else:
                p = (self.split(self.head(now)) / temperature).softmax(dim=2)
                symbols = inverse_cdf(p, torch.special.ndtr(chances[:, t]))
            read = self.symbols.one_hot(symbols)
            steps.append(symbols)
        return self.symbols.write(torch.stack(steps, dim=1))

    def split(self, logits: Tensor) -> Tensor:
        """Logits (…, places · choices) → (…, places, choices)."""
        apart: Tensor = logits.unflatten(-1, (self.symbols.places, self.symbols.choices))
        return apart
