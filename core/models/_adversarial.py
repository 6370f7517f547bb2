"""What all GANs share: a generator and a discriminator trained against each other, and what they can be asked for.

For the Wasserstein objectives the discriminator's output is no logit but a score, and papers call it a critic.
"""

import copy
import math
from collections.abc import Mapping
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector
from torch.optim import Optimizer

from core.dataset import DataSpec, Split
from core.descent import minimise, preserve_buffers
from core.latex import stacked, weighted
from core.metrics import GRADIENT_NORM, Metric
from core.model import Curves, Model, Part
from core.models._adversarial_metrics import (
    CRITIC_LOSS,
    DISCRIMINATOR_ACCURACY,
    DISCRIMINATOR_LOSS,
    DISTANCE,
    EMA_DISTANCE,
    GENERATOR_LOSS,
    SLOPE,
)
from core.nn.adversarial import (
    Prior,
    clip_weights,
    decision_boundary,
    discriminator_accuracy,
    discriminator_loss,
    draw,
    draw_components,
    game_formulas,
    generator_loss,
    gradient_penalty,
    pack,
    slope_formula,
    slopes,
    zero_centred_penalty,
)
from core.nn.dropout import dropout
from core.nn.initialization import initialize
from core.nn.spectral import normalise_layers

# How far from zero the noise behind a sample is searched for: where the prior draws from.
REACH = {"normal": 3.0, "uniform": 1.0, "mixture": 3.0}


class Discriminator(nn.Module):
    """Penultimate `features` (N, …) → (N, F), and the `score` (N, F) → (N, 1) that is linear in them."""

    def __init__(self, features: nn.Module, score: nn.Linear) -> None:
        super().__init__()
        self.features, self.score = features, score

    @property
    def judge(self) -> nn.ModuleList:
        """What an objective restrains: the layers that a score comes from."""
        return nn.ModuleList([self.features, self.score])

    def forward(self, x: Tensor) -> Tensor:
        """Scores (N,) of samples (N, …), before any sigmoid."""
        scores: Tensor = self.score(self.features(x))
        return scores.squeeze(1)


class Adversarial(Model):
    """A `generator` (N, latents) → (N, …) and a `discriminator`, which a subclass builds in `networks`."""

    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "criticise"})
    metrics: ClassVar[tuple[Metric, ...]] = (
        DISTANCE,
        SLOPE,
        DISCRIMINATOR_ACCURACY,
        DISCRIMINATOR_LOSS,
        CRITIC_LOSS,
        GENERATOR_LOSS,
        EMA_DISTANCE,
    )
    headline: ClassVar[tuple[str, ...]] = ("distance", "slope", "discriminator_accuracy")
    autoencodes = False
    scenes: ClassVar[Mapping[str, Part]] = {
        **Model.scenes,
        "corruption": Part("Instance noise", "D"),
        "generator": Part("Generated", "G"),
        "discriminator": Part("Judged", "D"),
        "discriminator.features": Part("Features", "D"),
    }
    aims: ClassVar[Mapping[str, str]] = {"discriminator": r"\min_D", "generator": r"\min_G"}
    # In a step the generator is younger than its EMA and the discriminator in training mode.
    measures_training_data = True
    generator: nn.Module
    discriminator: Discriminator
    companions: Tensor
    # The axis along which samples are packed: channels, or a vector's values.
    pack_axis: ClassVar[int] = 1

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        packed = list(spec.shape)
        packed[self.pack_axis - 1] *= hp.packing
        self.generator, self.discriminator = self.networks(hp, spec, tuple(packed))
        self.ema_generator = copy.deepcopy(self.generator).requires_grad_(False)
        # Outside of training a packed discriminator judges each sample beside the same real ones, its companions.
        self.register_buffer("companions", torch.zeros(hp.packing - 1, *spec.shape))
        if hp.spectral == "on":
            normalise_layers(self.discriminator.judge)

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Discriminator]:
        """The generator, and a discriminator of samples whose shape is `packed`."""
        raise NotImplementedError

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`; the EMA generator begins at the generator."""
        initialize(self, self.hyperparameters.initialization, rng)
        self.ema_generator.load_state_dict(self.generator.state_dict())

    def optimised_modules(self) -> dict[str, nn.Module]:
        """The two players."""
        return {"discriminator": self.discriminator, "generator": self.generator}

    def base_rate(self, module: str) -> float:
        """Each player's own learning rate."""
        hp = self.hyperparameters
        return float(hp.discriminator_learning_rate if module == "discriminator" else hp.learning_rate)

    @property
    def samples_per_step(self) -> int:
        """A batch for each of the discriminator's steps."""
        return int(self.hyperparameters.batch_size * self.hyperparameters.discriminator_steps)

    def before_step(self, x: Tensor, rng: torch.Generator) -> None:
        """Before the first step, choose the companions: real samples that others are packed with."""
        if self.step == 0:
            self.companions.copy_(x[: len(self.companions)])

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One turn of the game."""
        return self.play(Split(x, None), optimizers, rng)

    def play(self, batch: Split, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """`discriminator_steps` steps of the discriminator, then `generator_steps` of the generator (algorithm 1)."""
        hp, x = self.hyperparameters, batch.x
        size = math.ceil(len(x) / hp.discriminator_steps)
        parts = [batch[begin : begin + size] for begin in range(0, len(x), size)]
        norms: list[Tensor] = []
        idle = [module for name, module in self.optimised_modules().items() if hp.players not in ("both", name)]
        # Who does not learn stands still, its batch statistics included.
        with preserve_buffers(*idle):
            for turn in range(hp.discriminator_steps):
                part = parts[turn % len(parts)]
                real = part.x
                with torch.no_grad():
                    z = self.noise(real, len(real), rng)
                    fake = self.generator(z)
                beside = self.beside_discriminator(part, z, fake)
                real, fake = self.corrupt(real, rng), self.corrupt(fake, rng)
                with dropout(self.discriminator, hp.dropout, rng):
                    real_scores, fake_scores, penalty = self.scores_and_penalty(real, fake, rng)
                loss = discriminator_loss(real_scores, fake_scores, hp.objective)
                if hp.players != "generator":
                    norms += self.descend(loss + penalty + beside, optimizers["discriminator"])
                    if hp.objective == "wasserstein_clipping":
                        clip_weights(self.discriminator.judge, hp.clip)
            with preserve_buffers(self.discriminator):
                for _ in range(hp.generator_steps):
                    z = self.noise(x, hp.batch_size, rng)
                    fake = self.generator(z)
                    with dropout(self.discriminator, hp.dropout, rng):
                        scores = self.discriminator(self.packed(self.corrupt(fake, rng)))
                    generator = generator_loss(scores, hp.objective)
                    if hp.players != "discriminator":
                        beside = self.beside_generator(x, z, fake)
                        norms += self.descend(generator + beside, optimizers["generator"])
        self.update_ema()
        name = "critic_loss" if hp.objective.startswith("wasserstein") else "discriminator_loss"
        longest = {GRADIENT_NORM.name: torch.stack(norms).amax()} if norms else {}
        return {"generator_loss": generator, name: loss, **longest}

    def noise(self, x: Tensor, n: int, rng: torch.Generator) -> Tensor:
        """What the generator plays with beside a batch `x` (N, …), (n, latents): draws of the prior."""
        return self.prior(n, rng)

    def beside_discriminator(self, real: Split, z: Tensor, fake: Tensor) -> Tensor:
        """What the discriminator minimises beside its game, given samples `fake` (n, …) of noise `z`: nothing."""
        return fake.new_zeros(())

    def beside_generator(self, x: Tensor, z: Tensor, fake: Tensor) -> Tensor:
        """What the generator minimises beside its game, given samples `fake` (n, …) of noise `z`: nothing."""
        return fake.new_zeros(())

    def descend(self, loss: Tensor, optimizer: Optimizer) -> list[Tensor]:
        """One step of a player down the gradient of its `loss`, whose norm nobody needs to know: none is returned."""
        minimise(loss, optimizer)
        return []

    def scores_and_penalty(self, real: Tensor, fake: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """The discriminator's scores of packed real and generated samples, and the weighted penalties on its slope."""
        hp, times = self.hyperparameters, self.times_penalised
        r1, r2, between = times * hp.r1, times * hp.r2, times * hp.gradient_penalty
        real, fake = self.packed(real), self.packed(fake)
        real, fake = real.requires_grad_(r1 > 0), fake.requires_grad_(r2 > 0)
        real_scores, fake_scores = self.discriminator(real), self.discriminator(fake)
        penalty = real_scores.new_zeros(())
        if r1 > 0:
            penalty = penalty + r1 * zero_centred_penalty(real_scores, real)
        if r2 > 0:
            penalty = penalty + r2 * zero_centred_penalty(fake_scores, fake)
        if hp.objective == "wasserstein_gp" and between > 0:
            penalty = penalty + between * gradient_penalty(self.discriminator, real, fake, rng)
        return real_scores, fake_scores, penalty

    @property
    def times_penalised(self) -> int:
        """How many times penalties count at this step: k at every k-th, for those between (Karras et al. 2020, 4.1)."""
        every = int(self.hyperparameters.penalty_every)
        return 0 if self.step % every else every

    @torch.no_grad()
    def update_ema(self) -> None:
        """Let the EMA follow the generator (Yazıcı et al. 2019, eq. 4); batch statistics are simply taken over."""
        # A young EMA decays faster: else it would show the first weights long after the generator has left them.
        decay = min(self.hyperparameters.ema_decay, (self.step + 1) / (self.step + 3))
        # θ_EMA ← β θ_EMA + (1 − β) θ
        for ema, current in zip(self.ema_generator.parameters(), self.generator.parameters(), strict=True):
            ema.lerp_(current, 1 - decay)
        for kept, current_buffer in zip(self.ema_generator.buffers(), self.generator.buffers(), strict=True):
            kept.copy_(current_buffer)

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """What the discriminator makes of real samples and of as many from the EMA generator, without penalties."""
        objective = self.hyperparameters.objective
        real, fake = self.packed(x), self.packed(self.decode(self.prior(len(x), rng)))
        real_scores, fake_scores = self.discriminator(real), self.discriminator(fake)
        measured = {
            "generator_loss": generator_loss(fake_scores, objective),
            **self.measure(real_scores, fake_scores),
            "ema_distance": self.ema_distance(),
        }
        if objective == "wasserstein_gp":
            measured["slope"] = slopes(self.discriminator, real, fake, rng).detach().mean()
        return measured

    def ema_distance(self) -> Tensor:
        """‖θ_EMA − θ‖ / ‖θ‖ over the generator's weights."""
        current = parameters_to_vector(self.generator.parameters())
        apart = (parameters_to_vector(self.ema_generator.parameters()) - current).norm()
        # All weights may begin at zero.
        distance: Tensor = apart / current.norm().clamp(min=1e-12)
        return distance

    def measure(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """The loss on scores of real and generated samples, and a critic's distance or a discriminator's accuracy."""
        objective = self.hyperparameters.objective
        loss = discriminator_loss(real, fake, objective)
        if objective.startswith("wasserstein"):
            return {"critic_loss": loss, "distance": -loss}
        return {"discriminator_loss": loss, "discriminator_accuracy": discriminator_accuracy(real, fake, objective)}

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """What each player minimises under the chosen objective, with the penalties that are switched on."""
        hp = hyperparameters
        discriminator, generator = game_formulas(hp.objective, "x", "G(z)")
        penalties = weighted(hp.r1, slope_formula("x")) + weighted(hp.r2, slope_formula("G(z)"))
        limits = ""
        if hp.objective == "wasserstein_gp":
            penalties += weighted(hp.gradient_penalty, r"\mathbb{E}\big(\lVert \nabla D(\hat x) \rVert_2 - 1\big)^2")
            limits = r"\hat x = \alpha x + (1 - \alpha) G(z)"
        elif hp.objective == "wasserstein_clipping":
            limits = rf"|w| \le {hp.clip:g} \text{{ for every weight of }} D"
        return stacked(rf"\min_D\; {discriminator}{penalties}", rf"\min_G\; {generator}", limits)

    @classmethod
    def curves(cls, hyperparameters: Any) -> Curves:
        """Wasserstein: the distance that the critic estimates; otherwise how often the discriminator is right."""
        if hyperparameters.objective.startswith("wasserstein"):
            return Curves(
                ("distance",),
                "The critic's estimate of how far samples are from the data, in the critic's own units: it rises while "
                "the critic learns, then should fall and settle. Both curves are of the same samples, one beside "
                "training data, one beside validation data: where they part, the critic knows its training data by "
                "heart.",
            )
        return Curves(
            ("discriminator_accuracy",),
            "A discriminator right half the time cannot tell samples from data: the goal; right all the time, it has "
            "won and the generator learns little. Both curves are of the same samples, one beside training data, one "
            "beside validation data: where they part, it knows its training data by heart. The losses need not fall.",
        )

    @property
    def noise_prior(self) -> str:
        """What noise is drawn from: "normal", "uniform" or "mixture"."""
        return str(self.hyperparameters.prior)

    @property
    def components(self) -> int:
        """How many of the latents, the first ones, say which Gaussian of a mixture prior z is from."""
        return int(self.hyperparameters.components) if self.noise_prior == "mixture" else 0

    @property
    def marks(self) -> int:
        """The components of a mixture prior."""
        return self.components

    @property
    def latents(self) -> int:
        """The components of a mixture prior, then the noise."""
        return self.components + super().latents

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Noise (n, latents): N(0, I), uniform between −1 and 1, or behind a draw of the components of a mixture."""
        prior, noise = self.noise_prior, (n, self.latents - self.components)
        if prior == "mixture":
            return torch.cat([draw_components(self.components, n, rng), draw("normal", noise, rng)], dim=1)
        return draw(cast(Prior, prior), noise, rng)

    @classmethod
    def corrupts(cls, hyperparameters: Any) -> bool:
        """Whether there is instance noise at first."""
        return bool(hyperparameters.instance_noise > 0)

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """`x` (N, …) as the discriminator sees it while training: with instance noise (Sønderby et al. 2017).

        It fades out linearly by half-time.
        """
        level = self.hyperparameters.instance_noise * max(0.0, 1 - 2 * self.step / self.steps)
        return x + level * torch.randn(x.shape, generator=rng) if level else x

    def packed(self, x: Tensor) -> Tensor:
        """Samples (N, …) as the discriminator sees them: alone, or several side by side."""
        return pack(x, self.hyperparameters.packing, self.pack_axis) if self.hyperparameters.packing > 1 else x

    def packed_with_companions(self, x: Tensor) -> Tensor:
        """Each of `x` (N, …) packed with the same real samples, (N, …)."""
        companions = [sample.expand(len(x), *sample.shape) for sample in self.companions]
        return torch.cat([x, *companions], dim=self.pack_axis)

    def decode(self, z: Tensor) -> Tensor:
        """G(z) of the EMA generator: noise (N, latents) → data (N, …)."""
        samples: Tensor = self.ema_generator(z)
        return samples

    def decode_without_ema(self, z: Tensor) -> Tensor:
        """G(z) of the generator as its last step left it: noise (N, latents) → data (N, …)."""
        samples: Tensor = self.generator(z)
        return samples

    def criticise(self, x: Tensor) -> Tensor:
        """The discriminator's score (N,), before any sigmoid: higher, more like the training data."""
        scores: Tensor = self.discriminator(self.packed_with_companions(x))
        return scores

    @classmethod
    def verdicts(cls, hyperparameters: Any) -> tuple[str, str]:
        """A discriminator tells real from generated; a critic's scores are only higher or lower than others."""
        if hyperparameters.objective.startswith("wasserstein"):
            return "critic scores above half-way", "critic scores below half-way"
        return super().verdicts(hyperparameters)

    def boundary(self, real: Tensor, sampled: Tensor) -> Tensor:
        """Where the discriminator changes its mind, or half-way between a critic's scores of real and generated."""
        return decision_boundary(real, sampled, self.hyperparameters.objective)

    def features(self, x: Tensor) -> Tensor:
        """The discriminator's penultimate features (N, F) of data (N, …)."""
        features: Tensor = self.discriminator.features(self.packed_with_companions(x))
        return features

    def encode(self, x: Tensor) -> Tensor:
        """The discriminator's penultimate features (N, F) (Radford et al. 2015, section 5.1)."""
        return self.features(x)

    def reconstruct(self, x: Tensor) -> Tensor:
        """G(z) for the z that brings it nearest to `x` (N, …), searched for from random starts, always the same."""
        return self.nearest(x)

    @property
    def reach(self) -> float:
        """How far from 0 noise is searched for."""
        return REACH[self.noise_prior]
