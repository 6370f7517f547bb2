"""What all GANs share: the game, and what can be asked of its two players."""

import copy
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import Source
from core.model import Model, Reading, minimise, untouched
from core.nn.adversarial import (
    clip_weights,
    critic_loss,
    draw,
    generator_loss,
    gradient_penalty,
    pack,
    told_apart,
    zero_centred_penalty,
)
from core.nn.initialization import initialize
from core.nn.inversion import invert
from core.nn.spectral import normalise_layers

# Random starts of a search for the noise behind a sample, and how far from zero it looks: where the prior draws from.
STARTS = 256
REACH = {"normal": 3.0, "uniform": 1.0}


class Critic(nn.Module):
    """Penultimate `features` (N, …) → (N, F), and the `score` (N, F) → (N, 1) that is linear in them."""

    def __init__(self, features: nn.Module, score: nn.Linear) -> None:
        super().__init__()
        self.features, self.score = features, score

    def forward(self, x: Tensor) -> Tensor:
        """Scores (N,) of samples (N, …), before any sigmoid."""
        scores: Tensor = self.score(self.features(x))
        return scores.squeeze(1)


class Adversarial(Model):
    """A `generator` (N, latents) → (N, …) and a `critic`, which a subclass builds in `networks`."""

    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "criticise"})
    autoencodes = False
    generator: nn.Module
    critic: Critic
    company: Tensor
    # The axis along which samples are packed: channels, or a vector's values.
    pack_axis: ClassVar[int] = 1

    def __init__(self, hyperparameters: Any, source: Source) -> None:
        super().__init__(hyperparameters, source)
        hp = hyperparameters
        packed = list(source.shape)
        packed[self.pack_axis - 1] *= hp.packing
        self.generator, self.critic = self.networks(hp, source, tuple(packed))
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        # Outside of training a packed critic judges each sample in the company of the same real ones.
        self.register_buffer("company", torch.zeros(hp.packing - 1, *source.shape))
        if hp.spectral == "on":
            normalise_layers(self.critic)

    def networks(self, hp: Any, source: Source, packed: tuple[int, ...]) -> tuple[nn.Module, Critic]:
        """The generator, and a critic of samples whose shape is `packed`."""
        raise NotImplementedError

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`; the average begins at the generator."""
        initialize(self, self.hyperparameters.initialization, rng)
        self.average.load_state_dict(self.generator.state_dict())

    def parts(self) -> dict[str, nn.Module]:
        """The two players."""
        return {"critic": self.critic, "generator": self.generator}

    def base_rate(self, part: str) -> float:
        """Each player's own learning rate."""
        hp = self.hyperparameters
        return float(hp.critic_learning_rate if part == "critic" else hp.learning_rate)

    @property
    def samples_per_step(self) -> int:
        """A batch for each of the critic's steps."""
        return int(self.hyperparameters.batch_size * self.hyperparameters.critic_steps)

    def survey(self, x: Tensor, rng: torch.Generator) -> None:
        """Before the first step, choose the real samples in whose company a packed critic judges others."""
        if self.step == 0:
            self.company.copy_(x[: len(self.company)])

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """A turn: `critic_steps` steps of the critic, then `generator_steps` of the generator (algorithm 1)."""
        hp = self.hyperparameters
        batches = x.chunk(min(hp.critic_steps, len(x)))
        # Who does not learn stands still, its batch statistics included.
        with untouched(*(part for name, part in self.parts().items() if hp.players not in ("both", name))):
            for turn in range(hp.critic_steps):
                real = batches[turn % len(batches)]
                with torch.no_grad():
                    fake = self.generator(self.prior(len(real), rng))
                real_scores, fake_scores, penalty = self.judge(self.blur(real, rng), self.blur(fake, rng), rng)
                loss = critic_loss(real_scores, fake_scores, hp.objective)
                if hp.players != "generator":
                    minimise(loss + penalty, optimizers["critic"])
                    if hp.objective == "wasserstein_clipping":
                        clip_weights(self.critic, hp.clip)
            with untouched(self.critic):
                for _ in range(hp.generator_steps):
                    fake = self.generator(self.prior(hp.batch_size, rng))
                    scores = self.critic(self.packed(self.blur(fake, rng)))
                    generator = generator_loss(scores, hp.objective)
                    if hp.players != "critic":
                        minimise(generator, optimizers["generator"])
        self.remember()
        measured = {"critic_loss": loss, "generator_loss": generator, **self.measure(real_scores, fake_scores)}
        return {name: value.detach() for name, value in measured.items()}

    def judge(self, real: Tensor, fake: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """The critic's scores of packed real and generated samples, and the penalties on its slope, priced."""
        hp = self.hyperparameters
        real, fake = self.packed(real), self.packed(fake)
        real, fake = real.requires_grad_(hp.r1 > 0), fake.requires_grad_(hp.r2 > 0)
        real_scores, fake_scores = self.critic(real), self.critic(fake)
        penalty = real_scores.new_zeros(())
        if hp.r1 > 0:
            penalty = penalty + hp.r1 * zero_centred_penalty(real_scores, real)
        if hp.r2 > 0:
            penalty = penalty + hp.r2 * zero_centred_penalty(fake_scores, fake)
        if hp.objective == "wasserstein_gp" and hp.gradient_penalty > 0:
            penalty = penalty + hp.gradient_penalty * gradient_penalty(self.critic, real, fake, rng)
        return real_scores, fake_scores, penalty

    @torch.no_grad()
    def remember(self) -> None:
        """Let the average follow the generator (Yazıcı et al. 2019); batch statistics are simply taken over."""
        # A young average remembers less: else it would show the first weights long after the generator has left them.
        memory = min(self.hyperparameters.averaging, (self.step + 1) / (self.step + 3))
        for average, current in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            average.lerp_(current, 1 - memory)
        for kept, newest in zip(self.average.buffers(), self.generator.buffers(), strict=True):
            kept.copy_(newest)

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """Both losses on held-out samples, with the averaged generator, and what is measured while training."""
        objective = self.hyperparameters.objective
        fake = self.packed(self.decode(self.prior(len(x), rng)))
        real_scores, fake_scores = self.critic(self.packed(x)), self.critic(fake)
        return {
            "critic_loss": critic_loss(real_scores, fake_scores, objective),
            "generator_loss": generator_loss(fake_scores, objective),
            **self.measure(real_scores, fake_scores),
        }

    def measure(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """What the scores of real and generated samples say: a distance for Wasserstein, else the share told apart."""
        objective = self.hyperparameters.objective
        if objective.startswith("wasserstein"):
            return {"distance": -critic_loss(real, fake, objective)}
        return {"critic_accuracy": told_apart(real, fake, objective)}

    @classmethod
    def reading(cls, hyperparameters: Any) -> Reading:
        """Wasserstein: the distance that the critic estimates; otherwise the share it tells apart, and both losses."""
        if hyperparameters.objective.startswith("wasserstein"):
            return Reading(
                ("distance",),
                "The critic's estimate of how far samples are from the data, in the critic's own units: it rises while "
                "the critic learns, then should fall and settle.",
            )
        return Reading(
            ("critic_accuracy", "critic_loss", "generator_loss"),
            "A critic right half the time cannot tell samples from data: the goal; right all the time, it has won and "
            "the generator learns little. The losses themselves need not fall.",
        )

    def prior(self, n: int, rng: torch.Generator) -> Tensor:
        """Noise (n, latents): N(0, I), or uniform between −1 and 1."""
        return draw(self.hyperparameters.prior, (n, self.latents), rng)

    def blur(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """`x` with instance noise, which fades out linearly by half-time (Sønderby et al. 2017)."""
        level = self.hyperparameters.instance_noise * max(0.0, 1 - 2 * self.step / self.steps)
        return x + level * torch.randn(x.shape, generator=rng) if level else x

    def packed(self, x: Tensor) -> Tensor:
        """Samples (N, …) as the critic sees them: alone, or several side by side."""
        return pack(x, self.hyperparameters.packing, self.pack_axis) if self.hyperparameters.packing > 1 else x

    def accompanied(self, x: Tensor) -> Tensor:
        """Each of `x` (N, …) packed with the same real samples, (N, …)."""
        company = [one.expand(len(x), *one.shape) for one in self.company]
        return torch.cat([x, *company], dim=self.pack_axis)

    def decode(self, z: Tensor) -> Tensor:
        """G(z) of the averaged generator: noise (N, latents) → data (N, …)."""
        samples: Tensor = self.average(z)
        return samples

    def criticise(self, x: Tensor) -> Tensor:
        """The critic's score (N,), before any sigmoid: higher, more like the training data."""
        scores: Tensor = self.critic(self.accompanied(x))
        return scores

    def encode(self, x: Tensor) -> Tensor:
        """The critic's penultimate features (N, F) (Radford et al. 2015, section 5.1)."""
        features: Tensor = self.critic.features(self.accompanied(x))
        return features

    def reconstruct(self, x: Tensor) -> Tensor:
        """G(z) for the z that brings it nearest to `x` (N, …), searched for from random starts, always the same."""
        starts = self.prior(STARTS, torch.Generator().manual_seed(0))
        return self.decode(invert(self.decode, x, starts, REACH[self.hyperparameters.prior])).detach()
