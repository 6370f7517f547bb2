"""The recurrent GAN: noise at every step becomes a sequence, and a discriminator reads it step by step."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise_clipped
from core.hyperparameters import knob
from core.latex import stacked
from core.metrics import GRADIENT_NORM
from core.models._adversarial import Adversarial, Discriminator
from core.models._game import Game, Players
from core.models._knobs import Recurrence
from core.nn.layers import Bounded, Centred
from core.nn.recurrent import CELL_FORMULAS, Mean, States, Unwindow, Windows
from core.presets import Preset


class RecurrentGANHyperparameters(
    Recurrence,
    Game,
    Players,
    defaults={"cell": "gru", "r1": 1.0, "discriminator_learning_rate": 4e-3, "batch_size": 64},
):
    """All that can be turned on a recurrent GAN; both players are made of the same cells, and as many."""

    latent_size: int = knob(
        4,
        group="Architecture",
        ge=1,
        le=256,
        soft=(1, 64),
        scale="log",
        help="Fresh numbers of noise at every step: higher, sequences are rougher and change their mind on the way.",
    )
    static_size: int = knob(
        8,
        group="Architecture",
        ge=0,
        le=256,
        soft=(0, 64),
        help="Numbers of noise drawn once a sequence and given at every step: higher, each sequence is of one piece.",
    )
    window: int = knob(
        4,
        group="Architecture",
        ge=1,
        le=16,
        help="Values in a row that are written, and read, at one step: higher, turns are faster and edges show.",
    )


class RecurrentGAN(Adversarial):
    """A GAN whose generator takes noise, and whose discriminator gives a score, at each step (Esteban et al. 2017).

    Theirs is the mean of the steps' losses, here it is the loss of their mean score.
    Noise is fresh at every step, z_t, but for a part s that stays, as a sequence has properties that do not change
    (Yoon et al. 2019, section 4.1). Letters are written as probabilities, which the discriminator reads as they are: a
    drawn letter would let no gradient through (Gulrajani et al. 2017, section 5.4; Kusner & Hernández-Lobato 2016 add
    noise to their logits, for which z_t is there). Spectral normalisation is for the discriminator's last layer only.
    """

    title = "Recurrent GAN"
    summary = (
        "The generator takes fresh noise at every step and writes the next values of a sequence each time; the "
        "discriminator reads along, and its verdict is the mean of what it thinks after each step. What comes later "
        "cannot change what was written before."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Esteban et al. 2017, Real-valued (medical) time series generation with recurrent conditional GANs",
        "Mogren 2016, C-RNN-GAN: continuous recurrent neural networks with adversarial training",
        "Kusner & Hernández-Lobato 2016, GANs for sequences of discrete elements with the Gumbel-softmax distribution",
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs (letters as a softmax that the critic reads)",
        "Yoon et al. 2019, Time-series generative adversarial networks (noise that stays; how samples are judged)",
    )
    kinds = frozenset({"sequence"})
    capabilities = Adversarial.capabilities | {"trajectory"}
    metrics = (*Adversarial.metrics, GRADIENT_NORM)
    Hyperparameters = RecurrentGANHyperparameters
    presets = (
        Preset(
            "Nothing stays",
            {"static_size": 0},
            "All noise is fresh at each step, so a sequence has nothing to keep to: in a run on waves spectra of "
            "samples were 0.120 away from those of held-out series, where 8 numbers that stay made it 0.073.",
        ),
    )
    training_steps = 800
    defaults_for = {
        "control_charts": {"r1": 0.1, "learning_rate": 4e-3},
        "digit_rows": {"r1": 0.1, "window": 1, "hidden_size": 96, "steps": 1000},
    }
    # Samples are packed side by side: more features at each step.
    pack_axis = 2

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """A GAN's, what both players make of their hidden states, and the cell."""
        return stacked(
            super().formula(hyperparameters),
            r"G(s, z)_t = \tanh(V h_t + a) \text{ (letters: softmax)},\ h_t \text{ from } (s, z_t), \qquad "
            r"D(x) = \tfrac{1}{T} \sum_t D_t(x_1, \dots, x_t)",
            CELL_FORMULAS[hyperparameters.cell],
        )

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Discriminator]:
        """Recurrent players, that write and read a window at each step."""
        steps, features = spec.shape
        static = self.components + hp.static_size
        # A window is of several letters, so that they come apart first.
        whole = Unwindow(steps, features)
        generator = nn.Sequential(
            Noise(math.ceil(steps / hp.window), static),
            States(hp.cell, static + hp.latent_size, hp.hidden_size),
            nn.Linear(hp.hidden_size, hp.window * features),
            *((whole, nn.Softmax(dim=2)) if spec.alphabet else (Bounded(spec.value_range), whole)),
        )
        states = States(hp.cell, hp.window * packed[1], hp.hidden_size)
        # The mean of scores that are linear in h_t is the score of the mean of h_t.
        reader = nn.Sequential(Centred(spec.value_range), Windows(hp.window), states, Mean())
        return generator, Discriminator(reader, nn.Linear(hp.hidden_size, 1))

    def descend(self, loss: Tensor, optimizer: Optimizer) -> list[Tensor]:
        """One step of a player along a gradient that is not longer than allowed; its norm before."""
        return [minimise_clipped(loss, optimizer, self.hyperparameters.gradient_clip)]

    @property
    def latents(self) -> int:
        """The components of a mixture prior and the noise that stay, and fresh noise for every step."""
        hp = self.hyperparameters
        return int(self.components + hp.static_size + math.ceil(self.shape[0] / hp.window) * hp.latent_size)

    @property
    def reader(self) -> States:
        """The discriminator's recurrent network."""
        states: States = self.discriminator.features[-2]  # type: ignore[index]
        return states

    def inputs(self, x: Tensor) -> Tensor:
        """Sequences (N, T, F) → the windows that the discriminator reads, (N, ⌈T / window⌉, values)."""
        windows: Tensor = self.discriminator.features[:-2](self.packed_with_companions(x))  # type: ignore[index]
        return windows

    def last_code(self, x: Tensor) -> Tensor:
        """The last of the states whose mean the discriminator judges, (N, hidden_size)."""
        return self.trajectory(x)[:, -1]

    def last_loss(self, x: Tensor, last: Tensor) -> Tensor:
        """−D_T(x), (N,): every objective's loss on real samples falls with the score."""
        scores: Tensor = self.discriminator.score(last).squeeze(1)
        return -scores


class Noise(nn.Module):
    """A row of noise (N, static + steps · fresh) → the generator's input at each step, (N, steps, static + fresh)."""

    def __init__(self, steps: int, static: int) -> None:
        super().__init__()
        self.steps, self.static = steps, static

    def forward(self, z: Tensor) -> Tensor:
        """(s, z_1), …, (s, z_T)."""
        static = z[:, : self.static].unsqueeze(1).expand(-1, self.steps, -1)
        return torch.cat([static, z[:, self.static :].unflatten(1, (self.steps, -1))], dim=2)
