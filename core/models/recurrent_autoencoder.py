"""The recurrent autoencoder: a sequence is read to its end, remembered in a few numbers, and written again."""

from typing import Any, ClassVar, Literal

import torch
from torch import Tensor
from torch.optim import Optimizer

from core.descent import minimise_clipped
from core.hyperparameters import knob
from core.latex import stacked
from core.metrics import GRADIENT_NORM, Metric
from core.models._knobs import Corruption, Penalty, Recurrence
from core.models.autoencoder import Autoencoder
from core.nn.losses import SequenceLoss, reconstruction_distance
from core.nn.recurrent import CELL_FORMULAS, States, recurrent_backbone
from core.optimisation import Optimisation
from core.presets import Preset


class RecurrentAutoencoderHyperparameters(
    Recurrence,
    Corruption,
    Penalty,
    Optimisation,
    defaults={"latent_size": 8, "hidden_size": 32, "learning_rate": 1e-2, "batch_size": 32},
    paper={"hidden_size": "2048", "latent_size": "the whole last state"},
):
    """All that can be turned on a recurrent autoencoder."""

    code_at: Literal["last_step", "every_step"] = knob(
        "last_step",
        group="Architecture",
        label="Code at",
        help="At the last step all is in a few numbers; at every step each has its own, together one long code: finer, "
        "as nothing must be remembered, and a mere copy where each step has as many latents as values.",
    )
    reconstruction_loss: SequenceLoss = knob(
        "mse",
        group="Objective",
        titles={"mse": "MSE", "bce": "BCE"},
        help="MSE: squared error and a linear output; BCE: cross-entropy and a sigmoid output, for values in 0…1; "
        "softmax: cross-entropy of one letter of an alphabet at each step, for words.",
    )


LETTERS_RIGHT = Metric(
    "letters_right",
    "Letters right",
    "%",
    ".1f",
    "higher",
    "The share of letters, blanks included, that are the most probable ones in their reconstruction.",
)


class RecurrentAutoencoder(Autoencoder):
    """min ‖x − g(f(x))‖² over sequences x, f reading and g writing them step by step (Srivastava et al. 2015)."""

    title = "Recurrent autoencoder"
    summary = (
        "A recurrent encoder reads a sequence one step at a time, and what it remembers at the end is the code; a "
        "recurrent decoder writes the sequence again from that. Its hidden state draws a path through space while it "
        "reads, and similar sequences take similar paths."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Elman 1990, Finding structure in time (rnn)",
        "Hochreiter & Schmidhuber 1997, Long short-term memory (lstm)",
        "Gers et al. 2000, Learning to forget: continual prediction with LSTM",
        "Cho et al. 2014, Learning phrase representations using RNN encoder-decoder (gru, the code at every step)",
        "Srivastava et al. 2015, Unsupervised learning of video representations using LSTMs",
    )
    kinds = frozenset({"sequence"})
    capabilities = Autoencoder.capabilities | {"trajectory"}
    metrics = (*Autoencoder.metrics, LETTERS_RIGHT, GRADIENT_NORM)
    headline = (*Autoencoder.headline, "letters_right")
    Hyperparameters = RecurrentAutoencoderHyperparameters
    # Small cells and batches: what a long memory needs most is many steps.
    training_steps = 4000
    defaults_for = {
        "control_charts": {"latent_size": 4, "steps": 3000},
        "digit_rows": {"hidden_size": 64, "batch_size": 128, "steps": 2500},
        "tones": {"hidden_size": 64, "steps": 4000},
        "surnames": {"latent_size": 32, "hidden_size": 128, "steps": 2500},
    }
    presets = (
        Preset(
            "A plain cell",
            {"cell": "rnn"},
            "No gates that hold on to anything: in a run on waves the MSE stayed at 0.349, that of the mean sample, "
            "where an LSTM came down to 0.061.",
        ),
    )
    backbone = staticmethod(recurrent_backbone)

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """An autoencoder's, the code's, and the cell's."""
        hp = hyperparameters
        code = r"h = (W h_1 + b, \dots, W h_T + b)" if hp.code_at == "every_step" else "h = W h_T + b"
        return stacked(super().formula(hp), code, CELL_FORMULAS[hp.cell])

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """An autoencoder's, along a gradient that is not longer than the hyper-parameters allow."""
        losses = self.losses(x, self.corrupt(x, rng))
        norm = minimise_clipped(losses["loss"], optimizers["autoencoder"], self.hyperparameters.gradient_clip)
        return {**losses, "gradient_norm": norm}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """An autoencoder's, and of words the share of letters that are read again."""
        found = super().evaluate(x, rng)
        if self.hyperparameters.reconstruction_loss == "softmax":
            found["letters_right"] = (self.reconstruct(x).argmax(dim=2) == x.argmax(dim=2)).float().mean()
        return found

    @property
    def latents(self) -> int:
        """The latent size, times the steps where each has a code."""
        hp = self.hyperparameters
        return int(hp.latent_size * (self.shape[0] if hp.code_at == "every_step" else 1))

    @property
    def reader(self) -> States:
        """The encoder's first layer."""
        states: States = self.encoder[0]  # type: ignore[assignment]
        return states

    def last_code(self, x: Tensor) -> Tensor:
        """The code at the last step, (N, latent_size)."""
        return self.encode(x)[:, -self.hyperparameters.latent_size :]

    def last_loss(self, x: Tensor, last: Tensor) -> Tensor:
        """d(x, x̂), (N,), of what is written from the code of `last` (N, hidden_size)."""
        if self.hyperparameters.code_at == "every_step":
            earlier = self.encode(x)[:, : -self.hyperparameters.latent_size]
            code = torch.cat([earlier, self.squash(self.encoder[1](last))], dim=1)
        else:
            code = self.squash(self.encoder[-1](last))
        kind, written = self.hyperparameters.reconstruction_loss, self.output(code)
        return torch.stack([reconstruction_distance(*pair, kind) for pair in zip(written, x, strict=True)])
