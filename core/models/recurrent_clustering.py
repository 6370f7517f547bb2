"""Recurrent clustering: a sequence is read to its end, and what is remembered says which group it is in."""

import math
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise_clipped
from core.hyperparameters import knob
from core.latex import stacked, weighted
from core.metrics import GRADIENT_NORM, Metric
from core.model import Curves, Model, Part
from core.models._knobs import Clusters, Recurrence
from core.nn.augmentation import augment, augment_words
from core.nn.clustering import divergence, entropies, log_shares, target_distribution
from core.nn.initialization import initialize
from core.nn.recurrent import CELL_FORMULAS, Last, States
from core.optimisation import Optimisation
from core.presets import Preset


class RecurrentClusteringHyperparameters(
    Recurrence, Clusters, Optimisation, defaults={"latent_size": 16, "hidden_size": 32, "learning_rate": 5e-3}
):
    """All that can be turned on recurrent clustering."""

    objective: Literal["mutual_information", "target_distribution"] = knob(
        "mutual_information",
        group="Objective",
        help="What stands in for labels: clusters that say much about a sample, or its own assignments, sharpened.",
    )
    assigned_at: Literal["last_step", "every_step"] = knob(
        "last_step",
        group="Objective",
        help="Which state must name the cluster of the whole sequence: the last one, or the one after every step, so "
        "that it is known early and kept, wherever its two versions were cut.",
    )
    balance: float = knob(
        1.5,
        group="Objective",
        label="Balance μ",
        ge=0.0,
        le=10.0,
        soft=(0.0, 4.0),
        needs={"objective": ("mutual_information",)},
        live=True,
        help="μ, the reward for using all clusters alike: higher, more equal sizes; at 0 one cluster takes everything.",
    )
    consistency: float = knob(
        1.0,
        group="Objective",
        label="Consistency λ",
        ge=0.0,
        le=10.0,
        soft=(0.0, 4.0),
        needs={"objective": ("mutual_information",)},
        live=True,
        help="λ, the price on two versions of a sequence in different clusters: higher, groups by shape, not by place.",
    )
    forecast_weight: float = knob(
        1.0,
        group="Objective",
        ge=0.0,
        le=10.0,
        live=True,
        help="The price on a wrong guess of the next value: higher, the memory keeps detail, clusters come later.",
    )
    jitter: float = knob(
        0.05,
        group="Corruption",
        ge=0.0,
        le=1.0,
        soft=(0.0, 0.3),
        help="Standard deviation of the noise on each version, or of words the share of letters that are exchanged: "
        "higher, clusters stop looking at roughness.",
    )
    scaling: float = knob(
        0.3,
        group="Corruption",
        ge=0.0,
        le=1.0,
        help="How far the versions are made taller or flatter, in powers of e (not words): higher, clusters stop "
        "looking at size.",
    )
    crop: float = knob(
        0.5,
        group="Corruption",
        ge=0.0,
        le=0.9,
        help="Most of a sequence that is cut off, the rest being stretched: higher, clusters forget place and pace.",
    )


INFORMATION = Metric(
    "information",
    "Mutual information",
    "nats",
    ".2f",
    "higher",
    "What the clusters say about a sequence: log of their number at most, 0 where all sequences are assigned alike.",
)
LOSS = Metric(
    "loss",
    "Loss",
    "nats",
    ".3f",
    "lower",
    "What training minimises: the objective and the weighted error of the forecasts.",
)
FORECAST_ERROR = Metric(
    "forecast_error",
    "Forecast error",
    "",
    ".4f",
    "lower",
    "The mean squared error of guessing the next value of a sequence from the hidden state.",
)
FORECAST_SURPRISE = Metric(
    "forecast_surprise",
    "Next letter",
    "nats",
    ".3f",
    "lower",
    "How little a word's next letter was expected from the hidden state: −log of its probability, mean over letters.",
)


class RecurrentClustering(Model):
    """max H(p̄) − mean H(p), p = softmax(W_ph h_T + b) (Krause et al. 2010), alike for versions of a sequence.

    Or p_t = softmax(W_ph h_t + b) after every step t, and the mean of the same objective at each; p_T assigns the
    sequence.
    """

    title = "Recurrent clustering"
    summary = (
        "A recurrent encoder reads a sequence, and its last state names a cluster. No label is ever seen: clusters "
        "should be certain, of similar size, and the same for a sequence that is cut, scaled or made noisy, so what "
        "is left to tell them apart is the shape."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Krause et al. 2010, Discriminative clustering by regularized information maximization",
        "Hu et al. 2017, Learning discrete representations via information maximizing self-augmented training",
        "Xie et al. 2016, Unsupervised deep embedding for clustering analysis (target distribution)",
        "Um et al. 2017, Data augmentation of wearable sensor data for Parkinson's disease monitoring",
    )
    kinds = frozenset({"sequence"})
    capabilities = frozenset({"encode", "assign", "trajectory"})
    presets = (
        Preset(
            "No balance, μ 0",
            {"objective": "mutual_information", "balance": 0.0},
            "Being certain is easiest with one answer: in a run on waves all of 500 held-out sequences came into one "
            "cluster, where μ 1.5 made four, the smallest of 53.",
        ),
    )
    metrics = (INFORMATION, LOSS, FORECAST_ERROR, FORECAST_SURPRISE, GRADIENT_NORM)
    headline = ("information",)
    Hyperparameters = RecurrentClusteringHyperparameters
    training_steps = 900
    scenes = {
        **Model.scenes,
        "corruption": Part("Two versions", "p'"),
        "states": Part("States", "h_T"),
        "code": Part("Code", "W_p"),
        "clusters": Part("Assignments", "p"),
        "forecast": Part("Forecast", "V"),
    }
    aims = {"network": r"\min"}
    defaults_for = {
        "waves": {"learning_rate": 2e-3},
        "control_charts": {"scaling": 0.5, "forecast_weight": 0.1, "steps": 800},
        "digit_rows": {"crop": 0.2, "jitter": 0.1, "hidden_size": 64, "steps": 1500},
    }

    def __init__(self, hyperparameters: RecurrentClusteringHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp, features = hyperparameters, spec.shape[1]
        self.reads_words = bool(spec.alphabet)
        self.states, self.last = States(hp.cell, features, hp.hidden_size), Last()
        # W_ph is the product of the two: the code is linear in h_T, and the clusters are linear in the code.
        self.code = nn.Linear(hp.hidden_size, hp.latent_size)
        self.clusters = nn.Linear(hp.latent_size, hp.n_clusters)
        self.forecast = nn.Linear(hp.hidden_size, features)

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        initialize(self, self.hyperparameters.initialization, rng)

    def optimised_modules(self) -> dict[str, nn.Module]:
        """One network."""
        return {"network": self}

    @classmethod
    def formula(cls, hyperparameters: RecurrentClusteringHyperparameters) -> str:
        """The chosen objective on two versions of a sequence, assigned p and p′, the forecasts' term, and the cell."""
        hp, at_end = hyperparameters, hyperparameters.assigned_at == "last_step"
        if hp.objective == "mutual_information":
            spread = r"H(\bar p)" if at_end else r"\tfrac{1}{T} \sum_t H(\bar p_t)"
            balance, consistency = weighted(-hp.balance, spread), weighted(hp.consistency, "R(p, p')")
            mean = r"\tfrac{1}{N} \sum_i H(p_i)" if at_end else r"\tfrac{1}{N T} \sum_{i, t} H(p_{i t})"
            objective = f"{mean}{balance}{consistency}".replace("+ -", "- ")
            meaning = r"R(p, p') = \tfrac{1}{2}\, \mathrm{KL}(p \Vert p') + \tfrac{1}{2}\, \mathrm{KL}(p' \Vert p)"
        else:
            objective = r"\tfrac{1}{2}\, \mathrm{KL}(t' \Vert p) + \tfrac{1}{2}\, \mathrm{KL}(t \Vert p')"
            meaning = r"t_{ij} \propto p_{ij}^2 / f_j"
        state = r"p = \operatorname{softmax}(W_p h_T + b)" if at_end else r"p_t = \operatorname{softmax}(W_p h_t + b)"
        forecast = weighted(hp.forecast_weight, r"\overline{d(x_{t+1}, V h_t)}")
        return stacked(
            rf"\min\; {objective}{forecast}",
            rf"{state}, \qquad {meaning}",
            CELL_FORMULAS[hp.cell],
        )

    @classmethod
    def curves(cls, hyperparameters: RecurrentClusteringHyperparameters) -> Curves:
        """The information, then the loss."""
        most = math.log(hyperparameters.n_clusters)
        return Curves(
            ("information", "loss"),
            f"How many nats the clusters say about a sequence: {most:.2f} at most, with all of them certain and of one "
            "size; near 0 it has yet to tell any two sequences apart.",
        )

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step on two versions of the batch."""
        losses = self.losses(x, rng)
        norm = minimise_clipped(losses["loss"], optimizers["network"], self.hyperparameters.gradient_clip)
        return {**losses, "gradient_norm": norm}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same losses on versions of validation sequences."""
        return self.losses(x, rng)

    def losses(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The objective on two versions of each of `x` (N, T, F), and what forecasts of the next step cost."""
        hp = self.hyperparameters
        seen = torch.cat([self.corrupt(x, rng) for _ in range(2)])
        states = self.states(seen)
        log_p = self.log_assignments(self.last(states) if hp.assigned_at == "last_step" else states)
        spread, doubt = entropies(log_p)
        one, other = log_p.chunk(2)
        if hp.objective == "mutual_information":
            # λ R − (μ H(p̄) − mean H(p)), after Hu et al. 2017: λ on the other term, R = KL both ways, with gradients.
            disagreement = 0.5 * (divergence(one.exp(), other) + divergence(other.exp(), one))
            objective = hp.consistency * disagreement - (hp.balance * spread - doubt)
        else:
            # Each version learns the other's assignments, sharpened (Xie et al. 2016, eq. 2 and 3).
            shares = log_shares(log_p)
            targets = target_distribution(other, shares), target_distribution(one, shares)
            objective = 0.5 * (divergence(targets[0], one) + divergence(targets[1], other))
        forecast, following = self.forecast(states[:, :-1]), seen[:, 1:]
        if self.reads_words:
            name, error = "forecast_surprise", F.cross_entropy(forecast.transpose(1, 2), following.argmax(dim=2))
        else:
            name, error = "forecast_error", F.mse_loss(forecast, following)
        return {"loss": objective + hp.forecast_weight * error, "information": spread - doubt, name: error}

    @classmethod
    def corrupts(cls, hyperparameters: Any) -> bool:
        """Whether versions of a sequence differ."""
        return bool(max(hyperparameters.jitter, hyperparameters.scaling, hyperparameters.crop) > 0)

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """A version of each sequence (N, T, F): cut, stretched, scaled, made noisy; words keep whole letters."""
        hp = self.hyperparameters
        if self.reads_words:
            return augment_words(x, hp.jitter, hp.crop, rng)
        return augment(x, hp.jitter, hp.scaling, hp.crop, rng)

    def log_assignments(self, states: Tensor) -> Tensor:
        """log p of hidden states (…, hidden_size), (…, n_clusters)."""
        return F.log_softmax(self.clusters(self.code(states)), dim=-1)

    def encode(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → codes linear in h_T, (N, latent_size)."""
        codes: Tensor = self.code(self.last(self.states(x)))
        return codes

    def assign(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → cluster probabilities (N, n_clusters)."""
        return self.log_assignments(self.last(self.states(x))).exp()

    @property
    def reader(self) -> States:
        """The encoder."""
        return self.states

    def last_loss(self, x: Tensor, last: Tensor) -> Tensor:
        """The doubt H(p) in nats, (N,), that `last` (N, hidden_size) leaves."""
        log_p = self.log_assignments(last)
        return -(log_p.exp() * log_p).sum(dim=1)

    def assignments(self, x: Tensor) -> Tensor:
        """p_t = softmax(W_p h_t + b): what would be assigned were step t the last, (N, T, n_clusters)."""
        return self.log_assignments(self.states(x)).exp()

    def forecasts(self, x: Tensor) -> Tensor:
        """V h_t, the guess of x_{t+1}, or of letters its softmax, (N, T − 1, F)."""
        guesses: Tensor = self.forecast(self.states(x)[:, :-1])
        return guesses.softmax(dim=-1) if self.reads_words else guesses
