"""Hyper-parameters that all GANs share."""

from typing import Any, Literal

from core.hyperparameters import Hyperparameters, knob
from core.nn.adversarial import Objective
from core.optimisation import Optimisation

# The game as it was first written down, with Adam as it comes: what regularised ones are compared to.
PLAIN: dict[str, Any] = {
    "objective": "minimax", "r1": 0.0, "r2": 0.0, "dropout": 0.0, "momentum": 0.9, "beta2": 0.999, "ema_decay": 0.0,
    "decay": "none",
}  # fmt: skip


class Rules(Hyperparameters):
    """Objective of a GAN, and the regularisation of its discriminator."""

    objective: Objective = knob(
        "non_saturating",
        group="Objective",
        titles={
            "non_saturating": "non-saturating",
            "wasserstein_gp": "Wasserstein GP",
            "wasserstein_clipping": "Wasserstein clipping",
        },
        help="What each side minimises: minimax starves the generator when the discriminator wins, the others do not.",
    )
    r1: float = knob(
        0.0,
        group="Objective",
        label="R1",
        ge=0.0,
        le=10.0,
        soft=(1e-3, 10.0),
        scale="log",
        live=True,
        help="R1, the price on the discriminator's slope at real samples: higher, calmer, slower, more modes kept.",
    )
    r2: float = knob(
        0.0,
        group="Objective",
        label="R2",
        ge=0.0,
        le=10.0,
        soft=(1e-3, 10.0),
        scale="log",
        live=True,
        help="R2, the same at generated samples: higher, the discriminator stops shoving samples around.",
    )
    gradient_penalty: float = knob(
        10.0,
        group="Objective",
        label="Gradient penalty λ",
        ge=0.0,
        le=100.0,
        soft=(0.0, 20.0),
        needs={"objective": ("wasserstein_gp",)},
        help="λ, the price on slopes other than 1 between real and generated, in the paper 10: lower, the critic is "
        "steeper, and its distance as many times larger.",
    )
    penalty_every: int = knob(
        1,
        group="Objective",
        label="Penalty interval",
        ge=1,
        le=64,
        soft=(1, 16),
        scale="log",
        live=True,
        help="Steps from one penalty on the slope to the next, where R1, R2 and λ count as many times (lazy "
        "regularisation): more, faster steps, and a slope that is held less evenly.",
    )
    clip: float = knob(
        0.01,
        group="Objective",
        label="Weight clipping",
        ge=0.001,
        le=1.0,
        scale="log",
        needs={"objective": ("wasserstein_clipping",)},
        help="Every critic weight is held within ± this: lower, a flatter critic; higher, it takes longer to be right.",
    )
    spectral: Literal["off", "on"] = knob(
        "off",
        group="Objective",
        label="Spectral normalisation",
        help="Spectral normalisation: on, the discriminator's dense and convolutional layers stretch nothing: calmer "
        "scores.",
    )
    instance_noise: float = knob(
        0.0,
        group="Objective",
        ge=0.0,
        le=1.0,
        soft=(0.0, 0.5),
        live=True,
        help="Noise added to all the discriminator sees, fading out by half-time: higher, it judges shapes before "
        "details.",
    )
    dropout: float = knob(
        0.0,
        group="Objective",
        ge=0.0,
        le=0.9,
        soft=(0.0, 0.7),
        live=True,
        help="Share of the discriminator's hidden units that are silenced at each look, others each time: higher, it "
        "cannot learn its training data by heart, and sees less.",
    )
    packing: int = knob(
        1,
        group="Objective",
        ge=1,
        le=4,
        help="Samples the discriminator judges together (PacGAN): more, and a generator that repeats itself is found "
        "out.",
    )


class Game(Rules):
    """The rules, and the prior that noise is drawn from."""

    prior: Literal["normal", "uniform", "mixture"] = knob(
        "normal",
        group="Architecture",
        help="Where noise is drawn from: uniform has edges, and the warped grid on the plane shows them; a mixture has "
        "several islands, for data of several kinds.",
    )
    components: int = knob(
        10,
        group="Architecture",
        ge=2,
        le=100,
        soft=(2, 30),
        needs={"prior": ("mixture",)},
        help="Islands of noise: as many as there are kinds of samples, and none must be drawn out of another.",
    )


class Players(Optimisation, defaults={"momentum": 0.5, "beta2": 0.99, "batch_size": 256}):
    """How both networks are optimised; `learning_rate` is the generator's."""

    discriminator_learning_rate: float = knob(
        2e-3,
        group="Optimisation",
        label="Discriminator's learning rate",
        ge=1e-5,
        le=10.0,
        scale="log",
        needs={"players": ("both", "discriminator")},
        live=True,
        help="Size of a discriminator's step: higher than the generator's, it is the sharper judge, until it wins for "
        "good.",
    )
    players: Literal["both", "generator", "discriminator"] = knob(
        "both",
        group="Optimisation",
        live=True,
        help="Who learns: alone, the discriminator settles on what is there, the generator runs to its highest peak.",
    )
    discriminator_steps: int = knob(
        1,
        group="Optimisation",
        ge=1,
        le=10,
        live=True,
        help="Discriminator steps a turn, each on samples of its own: higher, better advice for the generator, slower "
        "turns.",
    )
    generator_steps: int = knob(
        1,
        group="Optimisation",
        ge=1,
        le=10,
        live=True,
        help="Generator steps a turn: higher, it runs ahead of a discriminator that has not seen its newest samples.",
    )
    ema_decay: float = knob(
        0.995,
        group="Optimisation",
        label="EMA decay",
        ge=0.0,
        le=0.9999,
        scale="memory",
        help="Samples come from a running average of the generator with this memory: higher, steadier but older.",
    )
