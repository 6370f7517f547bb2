"""The deep convolutional GAN: generator and discriminator are convolutional."""

import math
from itertools import pairwise
from typing import Any, ClassVar, Literal

from torch import Tensor, nn

from core.dataset import DataSpec
from core.hyperparameters import Sizes, knob
from core.models._adversarial import Adversarial, Discriminator
from core.models._game import Game, Players
from core.models._knobs import Code
from core.models.gan import ISLANDS
from core.nn.convolution import BatchNorm, halving, level_sizes
from core.nn.layers import Bounded, Centred
from core.presets import Preset


class DCGANHyperparameters(
    Code,
    Game,
    Players,
    defaults={
        "latent_size": 16,
        "initialization": "normal",
        "learning_rate": 4e-3,
        "discriminator_learning_rate": 4e-3,
        "momentum": 0.0,
        "batch_size": 32,
    },
):
    """All that can be turned on a DCGAN; the bends and the batch norm are part of its rules."""

    channels: Sizes = knob(
        (32, 64),
        group="Architecture",
        help="Filters of each of the discriminator's levels, which the generator mirrors: more, finer strokes, slower "
        "steps.",
    )
    batch_norm: Literal["off", "on"] = knob(
        "on",
        group="Architecture",
        help="Batch norm in the discriminator (the generator always has it): on, as in the paper, it learns faster and "
        "small data by heart; a price on its slope, which is each sample's own, wants it off.",
    )


class DCGAN(Adversarial):
    """A GAN under the rules of Radford et al. 2015, section 3.

    Adam is not the paper's (2e-4, β₁ 0.5), after 500 steps of which one sample in six is a digit to a classifier: a run
    here takes seconds, and without momentum a rate twenty times as high is still stable and makes it three in five.
    """

    title = "DCGAN"
    summary = (
        "Generator and discriminator are convolutional, and a few rules keep their game steady: strides in place of "
        "pooling, batch norm in the generator, relu on one side and leaky relu on the other. The paper's discriminator "
        "has batch norm, too; on digits, where it would learn the training data by heart, it has R1 instead."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Radford et al. 2015, Unsupervised representation learning with deep convolutional GANs",
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs (why a penalised critic has no batch norm)",
    )
    kinds = frozenset({"image"})
    Hyperparameters = DCGANHyperparameters
    training_steps = 1000
    # A discriminator with batch norm soon knows 1,437 digits by heart; R1 keeps it honest.
    defaults_for = {
        "digits": {**ISLANDS, "learning_rate": 8e-3, "r1": 0.05, "batch_norm": "off", "steps": 2800},
        "fashion": {"steps": 900},
    }
    presets = (
        Preset(
            "The paper's settings",
            {
                "latent_size": 100,
                "prior": "uniform",
                "batch_norm": "on",
                "r1": 0.0,
                "r2": 0.0,
                "learning_rate": 2e-4,
                "discriminator_learning_rate": 2e-4,
                "momentum": 0.5,
                "beta2": 0.999,
                "batch_size": 128,
                "ema_decay": 0.0,
                "decay": "none",
                "steps": 1000,
            },
            "Small steps and no averaging: after 1,000 steps about one sample in three is a digit to a classifier, "
            "where the defaults make it six in seven; the paper trains on millions of pictures.",
        ),
    )

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Discriminator]:
        """Strided convolutions, one a level, down to the discriminator's features and up from the generator's noise."""
        planes, height, width = spec.shape
        sizes = level_sizes((height, width), len(hp.channels))

        channels = (planes, *hp.channels)[::-1]
        narrowest = (channels[0], *sizes[-1])
        up: list[nn.Module] = [nn.Linear(self.latents, math.prod(narrowest)), nn.Unflatten(1, narrowest)]
        for (seen, made), size in zip(pairwise(channels), sizes[-2::-1], strict=True):
            up += [BatchNorm(seen), nn.ReLU(), nn.ConvTranspose2d(seen, made, **halving(size))]
        generator = nn.Sequential(*up, Bounded(spec.value_range))

        channels = (packed[0], *hp.channels)
        down: list[nn.Module] = [Centred(spec.value_range)]
        for level, (seen, made) in enumerate(pairwise(channels)):
            norm = [BatchNorm(made)] if level > 0 and hp.batch_norm == "on" else []
            down += [nn.Conv2d(seen, made, **halving(sizes[level])), *norm, nn.LeakyReLU(0.2)]
        score = nn.Linear(channels[-1] * math.prod(sizes[-1]), 1)
        return generator, Discriminator(nn.Sequential(*down, nn.Flatten()), score)

    def encode(self, x: Tensor) -> Tensor:
        """The discriminator's last features, averaged over the picture, (N, channels)."""
        features: Tensor = self.discriminator.features[:-1](self.packed_with_companions(x))  # type: ignore[index]
        return features.mean(dim=(2, 3))
