"""The generative adversarial network: a generator trained against a discriminator."""

import math
from typing import Any, ClassVar

from torch import nn

from core.dataset import DataSpec
from core.hyperparameters import Hyperparameters, Sizes, knob
from core.models._adversarial import Adversarial, Discriminator
from core.models._game import Game, Players
from core.models._knobs import Architecture
from core.nn.layers import Bounded, Centred, Fourier, dense


class DenseGAN(Architecture, defaults={"hidden_sizes": (64, 64, 64), "activation": "relu"}):
    """Dense players; `hidden_sizes` are the generator's."""

    discriminator_sizes: Sizes = knob(
        (64, 64, 64),
        group="Architecture",
        help="Units of each hidden layer of the discriminator: more, a sharper judge, which the generator may fail to "
        "follow.",
    )
    octaves: int = knob(
        0,
        group="Architecture",
        ge=0,
        le=8,
        help="Fourier features: sines and cosines that the discriminator sees beside each value, each octave twice as "
        "fine: more, it sees how wide a narrow mode is.",
    )


class GANHyperparameters(DenseGAN, Game, Players, defaults={"r1": 0.1, "r2": 0.1}):
    """All that can be turned on a GAN."""


NARROW_MODES = {"octaves": 6, "r1": 0.01, "r2": 0.01, "ema_decay": 0.98, "steps": 5000}


class GAN(Adversarial):
    """min over G, max over D of E log D(x) + E log(1 − D(G(z))) (Goodfellow et al. 2014, eq. 1 and algorithm 1)."""

    title = "GAN"
    summary = (
        "A generator turns noise into samples, a discriminator learns to tell them from real ones, and each gets "
        "better against the other. On points in the plane you can watch the discriminator's landscape push the samples "
        "around."
    )
    formula = r"\min_G \max_D\; \mathbb{E}_x \log D(x) + \mathbb{E}_z \log\big(1 - D(G(z))\big)"
    references: ClassVar[tuple[str, ...]] = (
        "Goodfellow et al. 2014, Generative adversarial nets",
        "Mao et al. 2017, Least squares generative adversarial networks",
        "Mescheder et al. 2018, Which training methods for GANs do actually converge? (R1, R2)",
        "Miyato et al. 2018, Spectral normalization for generative adversarial networks",
        "Lin et al. 2018, PacGAN: the power of two samples in generative adversarial networks",
        "Yazıcı et al. 2019, The unusual effectiveness of averaging in GAN training",
        "Tancik et al. 2020, Fourier features let networks learn high frequency functions in low dimensional domains",
    )
    kinds = frozenset({"vector", "image"})
    Hyperparameters: ClassVar[type[Hyperparameters]] = GANHyperparameters
    presets = {
        # A generator that follows a moving discriminator is better off without momentum (Adam's β₁).
        "vector": {"momentum": 0.0},
        # A mode's width is a fiftieth of the plane: the discriminator must see as fine, and be free to be as steep.
        "ring": NARROW_MODES,
        "grid": NARROW_MODES,
        "image": {
            "latent_size": 16, "hidden_sizes": (256, 256), "discriminator_sizes": (256, 256),
            "learning_rate": 4e-3, "discriminator_learning_rate": 4e-3, "momentum": 0.0, "batch_size": 64,
        },
        "digits": {"learning_rate": 8e-3, "steps": 2500},
    }  # fmt: skip

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Discriminator]:
        """Dense players; pictures end in a tanh over the value range, points of a space are left as they come."""
        values = math.prod(spec.shape)
        layers = dense((self.latents, *hp.hidden_sizes, values), hp.activation)
        is_picture = spec.kind == "image"
        end = [Bounded(spec.value_range)] if is_picture else []
        generator = nn.Sequential(*layers, *end, nn.Unflatten(1, spec.shape))
        begin = [Centred(spec.value_range)] if is_picture or hp.octaves else []
        waves = [Fourier(hp.octaves)] if hp.octaves else []
        sizes = (math.prod(packed) * (1 + 2 * hp.octaves), *hp.discriminator_sizes)
        hidden = list(dense((*sizes, 1), hp.activation))[:-1]
        return generator, Discriminator(nn.Sequential(*begin, nn.Flatten(), *waves, *hidden), nn.Linear(sizes[-1], 1))
