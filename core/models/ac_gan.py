"""The AC-GAN: a GAN that is asked for a class, and whose discriminator names it."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from core.dataset import DataSpec, Split
from core.hyperparameters import knob
from core.latex import stacked
from core.metrics import ACCURACY, Metric
from core.model import Part
from core.models._adversarial import Adversarial
from core.models._conditional import Conditional
from core.models._game import Players, Rules
from core.models.gan import GAN, DenseGAN
from core.models.info_gan import Reader
from core.nn.adversarial import APART
from core.presets import Preset


class ACGANHyperparameters(DenseGAN, Rules, Players, defaults={"r1": 0.1, "r2": 0.1}):
    """All that can be turned on an AC-GAN."""

    classification: float = knob(
        1.0,
        group="Objective",
        label="Classification λ",
        ge=0.0,
        le=10.0,
        soft=(0.0, 3.0),
        live=True,
        first=True,
        seen_in="recognised",
        help="λ, what a class that can be named is worth to both players: at 0 nobody cares which class was asked for; "
        "higher, samples are of their class before they look real (in the paper: 1).",
    )


RECOGNISED = Metric(
    "recognised",
    "Samples recognised",
    "%",
    ".1f",
    "higher",
    "The share of samples in which the discriminator finds the class that they were made for: its own opinion, which "
    "the generator learned to please.",
    limits=(0.0, 1.0),
)


class ACGAN(Conditional, GAN):
    """max over D of L_S + λ L_C, max over G of λ L_C − L_S (Odena et al. 2017, eq. 2 and 3).

    The classifier is a linear layer on the discriminator's features. A sample is made from its class and from noise.
    """

    title = "AC-GAN"
    summary = (
        "Labels are given to this network: the generator is told which class to draw, and the discriminator learns to "
        "name the class of real and of generated samples beside telling them apart. Samples are of "
        "one class after the other: with a column for each class, each column shows one."
    )
    references = (
        "Odena, Olah & Shlens 2017, Conditional image synthesis with auxiliary classifier GANs",
        "Mirza & Osindero 2014, Conditional generative adversarial nets (both players see the label)",
    )
    capabilities = GAN.capabilities | {"classify"}
    metrics = (ACCURACY, RECOGNISED, *Adversarial.metrics)
    scenes = {**GAN.scenes, "discriminator.recognition": Part("Class named", "P")}
    headline = ("accuracy", "recognised", *Adversarial.headline)
    Hyperparameters = ACGANHyperparameters
    mark = APART
    defaults_for = {
        "vector": {"momentum": 0.0},
        "image": GAN.defaults_for["image"],
        "digits": {"learning_rate": 8e-3, "steps": 2500, "r1": 0.05, "r2": 0.05},
    }
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "Nobody names a class",
            {"classification": 0.0},
            "Each class becomes some digit, but hardly ever its own: of three runs' samples 90 to 94 % are digits to a "
            "classifier, and at most 2 % are of the class that was asked for.",
            kinds=frozenset({"image"}),
        ),
    )

    discriminator: Reader

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Reader]:
        """A GAN's, with a classifier on the discriminator's features."""
        generator, discriminator = super().networks(hp, spec, packed)
        return generator, Reader(discriminator.features, discriminator.score, self.classes)

    @property
    def noise_prior(self) -> str:
        """N(0, I) behind the class."""
        return "normal"

    @classmethod
    def formula(cls, hyperparameters: Any) -> str:
        """A GAN's, and what both players gain where a class is named rightly."""
        return stacked(
            super().formula(hyperparameters),
            rf"\max_D,\ \max_G\; {hyperparameters.classification:g}\, L_C, \qquad "
            r"L_C = \mathbb{E} \log P(y \mid x) + \mathbb{E} \log P(c \mid G(z, c))",
        )

    def labelled_step(
        self, x: Tensor, y: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator
    ) -> dict[str, Tensor]:
        """One turn of the game on samples (N, …) with labels (N,)."""
        self.meet(y)
        return self.play(Split(x, y), optimizers, rng)

    def beside_discriminator(self, real: Split, z: Tensor, fake: Tensor) -> Tensor:
        """−λ L_C (eq. 3): of real samples and of generated ones."""
        weight: float = self.hyperparameters.classification
        of_real = self.misnamed(real.x, torch.as_tensor(real.y))
        return weight * of_real + self.beside_generator(real.x, z, fake)

    def beside_generator(self, x: Tensor, z: Tensor, fake: Tensor) -> Tensor:
        """−λ E log P(c | G(z, c)): the part of −λ L_C that the generator can change."""
        weight: float = self.hyperparameters.classification
        return weight * self.misnamed(fake, self.parted(z)[0])

    def misnamed(self, x: Tensor, y: Tensor) -> Tensor:
        """−E log P(y | x) in nats, of samples (N, …) of classes (N,); of a pack that of the first."""
        named = self.named(self.discriminator.read(self.packed(x)))
        return F.nll_loss(named, y[: len(named)])

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """As of every GAN, and how many samples of the EMA generator the discriminator names rightly."""
        measured, z = super().evaluate(x, rng), self.prior(len(x), rng)
        found = self.classify(self.decode(z)).argmax(dim=1)
        return {**measured, "recognised": (found == self.parted(z)[0]).float().mean()}

    def classify(self, x: Tensor) -> Tensor:
        """P(y | x): data (N, …) → the probability of each class (N, classes)."""
        return self.named(self.discriminator.read(self.packed_with_companions(x))).exp()
