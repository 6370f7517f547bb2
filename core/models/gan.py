"""The generative adversarial network: a forger and an expert."""

import copy

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.config import Sizes, knob
from core.dataset import Source
from core.model import Model, Optimisation, minimise
from core.models.autoencoder import Architecture
from core.nn.initialization import initialize
from core.nn.layers import dense
from core.nn.losses import Objective, critic_loss, generator_loss, zero_centred_penalty


class GANHyperparameters(
    Architecture.with_defaults("GANArchitecture", hidden_sizes=(64, 64, 64), activation="relu"),  # type: ignore[misc]
    Optimisation.with_defaults("GANOptimisation", learning_rate=2e-3, momentum=0.5, batch_size=256),  # type: ignore[misc]
):
    """All that can be turned on a GAN; `hidden_sizes` are the generator's."""

    critic_sizes: Sizes = knob(
        (64, 64, 64),
        group="Architecture",
        help="Units of each hidden layer of the critic: more, a sharper judge, which the generator may fail to follow.",
    )
    objective: Objective = knob(
        "non_saturating",
        group="Objective",
        help="What each side minimises: minimax starves the generator when the critic wins, the other two do not.",
    )
    gradient_penalty: float = knob(
        0.1,
        group="Objective",
        ge=0.0,
        le=10.0,
        soft=(0.0, 1.0),
        help="γ, the price on the critic's slope at real and generated points: higher, calmer, slower, all modes kept.",
    )
    instance_noise: float = knob(
        0.0,
        group="Objective",
        ge=0.0,
        le=1.0,
        soft=(0.0, 0.5),
        help="Noise added to all the critic sees, fading out by half-time: higher, it judges shapes before details.",
    )
    critic_steps: int = knob(
        1,
        group="Optimisation",
        ge=1,
        le=10,
        help="Critic steps for each generator step: higher, better advice for the generator, but fewer steps a second.",
    )
    averaging: float = knob(
        0.995,
        group="Optimisation",
        ge=0.0,
        le=0.9999,
        soft=(0.0, 0.999),
        help="Samples come from a running average of the generator with this memory: higher, steadier but older.",
    )


class GAN(Model):
    """min over G, max over D of E log D(x) + E log(1 − D(G(z))) (Goodfellow et al. 2014, eq. 1 and algorithm 1)."""

    title = "GAN"
    summary = (
        "A generator turns noise into samples, a critic learns to tell them from real ones, and each gets better "
        "against the other. On points in the plane you can watch the critic's landscape push the samples around."
    )
    formula = r"\min_G \max_D\; \mathbb{E}_x \log D(x) + \mathbb{E}_z \log\big(1 - D(G(z))\big)"
    references = (
        "Goodfellow et al. 2014, Generative adversarial nets",
        "Mao et al. 2017, Least squares generative adversarial networks",
        "Mescheder et al. 2018, Which training methods for GANs do actually converge? (R1, R2)",
        "Yazıcı et al. 2019, The unusual effectiveness of averaging in GAN training",
    )
    kinds = frozenset({"vector"})
    capabilities = frozenset({"decode", "sample", "criticise"})
    Hyperparameters = GANHyperparameters
    beta2 = 0.99

    def __init__(self, hyperparameters: GANHyperparameters, source: Source) -> None:
        super().__init__(hyperparameters, source)
        hp = hyperparameters
        (inputs,) = source.shape
        self.generator = dense((hp.latent_size, *hp.hidden_sizes, inputs), hp.activation)
        self.critic = dense((inputs, *hp.critic_sizes, 1), hp.activation)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`; the average begins at the generator."""
        initialize(self, self.hyperparameters.initialization, rng)
        self.average.load_state_dict(self.generator.state_dict())

    def parts(self) -> dict[str, nn.Module]:
        """The two players."""
        return {"critic": self.critic, "generator": self.generator}

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """`critic_steps` steps of the critic, then one of the generator (algorithm 1)."""
        hp = self.hyperparameters
        for _ in range(hp.critic_steps):
            with torch.no_grad():
                fake = self.generator(self.noise(len(x), rng))
            loss_d, penalty = self.critic_objective(self.blur(x, rng), self.blur(fake, rng))
            minimise(loss_d + hp.gradient_penalty * penalty, optimizers["critic"])
        fake = self.generator(self.noise(len(x), rng))
        loss_g = generator_loss(self.criticise(self.blur(fake, rng)), hp.objective)
        minimise(loss_g, optimizers["generator"])
        with torch.no_grad():
            for average, current in zip(self.average.parameters(), self.generator.parameters(), strict=True):
                average.lerp_(current, 1 - hp.averaging)
        return {"critic_loss": loss_d.detach(), "generator_loss": loss_g.detach()}

    def critic_objective(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The critic's loss on (N, D) real and generated points, and R₁ + R₂ where they have a price."""
        hp = self.hyperparameters
        penalised = hp.gradient_penalty > 0
        real, fake = real.requires_grad_(penalised), fake.requires_grad_(penalised)
        score_real, score_fake = self.criticise(real), self.criticise(fake)
        loss = critic_loss(score_real, score_fake, hp.objective)
        if not penalised:
            return loss, loss.new_zeros(())
        return loss, zero_centred_penalty(score_real, real) + zero_centred_penalty(score_fake, fake)

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """Both losses on held-out points, with the averaged generator, and the share that the critic tells apart."""
        fake = self.decode(self.noise(len(x), rng))
        real_score, fake_score = self.criticise(x), self.criticise(fake)
        objective = self.hyperparameters.objective
        # The boundary between "real" and "generated": logit 0, or half-way between the least-squares targets 0 and 1.
        boundary = 0.5 if objective == "least_squares" else 0.0
        right = torch.cat([real_score > boundary, fake_score <= boundary])
        return {
            "critic_loss": critic_loss(real_score, fake_score, objective),
            "generator_loss": generator_loss(fake_score, objective),
            "critic_accuracy": right.float().mean(),
        }

    def noise(self, n: int, rng: torch.Generator) -> Tensor:
        """z ~ N(0, I), (n, latent_size)."""
        return torch.randn(n, self.hyperparameters.latent_size, generator=rng)

    def blur(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """`x` with instance noise, which fades out linearly by half-time (Sønderby et al. 2017)."""
        level = self.hyperparameters.instance_noise * max(0.0, 1 - 2 * self.step / self.steps)
        return x + level * torch.randn(x.shape, generator=rng) if level else x

    def decode(self, z: Tensor) -> Tensor:
        """G(z) of the averaged generator: noise (N, latent_size) → data (N, D)."""
        points: Tensor = self.average(z)
        return points

    def criticise(self, x: Tensor) -> Tensor:
        """D(x) before the sigmoid, (N,): higher, more like the training data."""
        scores: Tensor = self.critic(x)
        return scores.squeeze(1)
