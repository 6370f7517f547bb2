"""The generative adversarial network: a generator trained against a discriminator."""

import math
from typing import Any, ClassVar

from torch import nn

from core.dataset import DataSpec
from core.hyperparameters import Hyperparameters, Sizes, knob
from core.models._adversarial import Adversarial, Discriminator
from core.models._game import PLAIN, Game, Players
from core.models._knobs import Architecture
from core.nn.layers import Bounded, Centred, Fourier, dense
from core.presets import Preset


class DenseGAN(Architecture, defaults={"hidden_sizes": (64, 64, 64), "activation": "relu"}):
    """Dense players; `hidden_sizes` are the generator's."""

    discriminator_sizes: Sizes = knob(
        (64, 64, 64),
        group="Architecture",
        label="Discriminator's layers",
        help="Units of each hidden layer of the discriminator: more, a sharper judge, which the generator may fail to "
        "follow.",
    )
    fourier_octaves: int = knob(
        0,
        group="Architecture",
        ge=0,
        le=8,
        help="Fourier features: sines and cosines that the discriminator sees beside each value, each octave twice as "
        "fine: more, it sees how wide a narrow mode is.",
    )


class GANHyperparameters(DenseGAN, Game, Players, defaults={"r1": 0.1, "r2": 0.1}):
    """All that can be turned on a GAN."""


# The game as it was first written down, whatever the defaults for a dataset are.
PLAIN_GAN = {
    **PLAIN, "fourier_octaves": 0, "learning_rate": 2e-3, "discriminator_learning_rate": 2e-3,
    "discriminator_steps": 1, "steps": 3000,
}  # fmt: skip
# Digits have gaps between them, which noise without gaps fills with shapes that are none: so twice as many islands of
# noise as there are digits, for there is more than one way to write most of them.
ISLANDS = {"prior": "mixture", "components": 20}
NARROW_MODES = {
    "fourier_octaves": 6, "r1": 0.01, "r2": 0.01, "ema_decay": 0.98, "discriminator_steps": 2, "steps": 3000,
}  # fmt: skip


class GAN(Adversarial):
    """min over G, max over D of E log D(x) + E log(1 − D(G(z))) (Goodfellow et al. 2014, eq. 1 and algorithm 1)."""

    title = "GAN"
    summary = (
        "A generator turns noise into samples, a discriminator learns to tell them from real ones, and each gets "
        "better against the other. On points in the plane you can watch the discriminator's landscape push the samples "
        "around."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Goodfellow et al. 2014, Generative adversarial nets",
        "Mao et al. 2017, Least squares generative adversarial networks",
        "Mescheder et al. 2018, Which training methods for GANs do actually converge? (R1, R2)",
        "Miyato et al. 2018, Spectral normalization for generative adversarial networks",
        "Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting",
        "Lin et al. 2018, PacGAN: the power of two samples in generative adversarial networks",
        "Karras et al. 2020, Analyzing and improving the image quality of StyleGAN (penalties at every k-th step)",
        "Yazıcı et al. 2019, The unusual effectiveness of averaging in GAN training",
        "Tancik et al. 2020, Fourier features let networks learn high frequency functions in low dimensional domains",
    )
    kinds = frozenset({"vector", "image"})
    Hyperparameters: ClassVar[type[Hyperparameters]] = GANHyperparameters
    defaults_for = {
        # A generator that follows a moving discriminator is better off without momentum (Adam's β₁).
        "vector": {"momentum": 0.0},
        # A mode's width is a fiftieth of the plane: the discriminator must see as fine, and be free to be as steep.
        "ring": NARROW_MODES,
        "grid": NARROW_MODES,
        "image": {
            "latent_size": 16, "hidden_sizes": (256, 256), "discriminator_sizes": (256, 256),
            "learning_rate": 4e-3, "discriminator_learning_rate": 4e-3, "momentum": 0.0, "batch_size": 64,
        },
        "digits": {**ISLANDS, "learning_rate": 8e-3, "steps": 2500, "r1": 0.05, "r2": 0.05},
        "fashion": {"penalty_every": 8},
    }  # fmt: skip
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "Minimax (collapses)",
            PLAIN_GAN,
            "On the ring of 8 Gaussians the generator crowds onto one mode, the discriminator catches it there, and it "
            "leaves for another: only 8 ± 11 % of five runs' samples end near a mode.",
            kinds=frozenset({"vector"}),
        ),
        Preset(
            "With R1 and R2",
            {**PLAIN_GAN, "objective": "non_saturating", "momentum": 0.0, "r1": 0.1, "r2": 0.1, "steps": 1500},
            "No momentum and a price on the discriminator's slope: nearly all eight modes of the ring are visited, and "
            "58 ± 12 % of five runs' samples end near one; with R1 and R2 at 0 it is 73 ± 29 %, sooner and by luck.",
            kinds=frozenset({"vector"}),
        ),
    )

    def networks(self, hp: Any, spec: DataSpec, packed: tuple[int, ...]) -> tuple[nn.Module, Discriminator]:
        """Dense players; pictures end in a tanh over the value range, points of a space are left as they come."""
        values = math.prod(spec.shape)
        layers = dense((self.latents, *hp.hidden_sizes, values), hp.activation)
        is_picture = spec.kind == "image"
        end = [Bounded(spec.value_range)] if is_picture else []
        generator = nn.Sequential(*layers, *end, nn.Unflatten(1, spec.shape))
        begin = [Centred(spec.value_range)] if is_picture or hp.fourier_octaves else []
        waves = [Fourier(hp.fourier_octaves)] if hp.fourier_octaves else []
        sizes = (math.prod(packed) * (1 + 2 * hp.fourier_octaves), *hp.discriminator_sizes)
        hidden = list(dense((*sizes, 1), hp.activation))[:-1]
        return generator, Discriminator(nn.Sequential(*begin, nn.Flatten(), *waves, *hidden), nn.Linear(sizes[-1], 1))
