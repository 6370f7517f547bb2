"""The Wasserstein GAN: a critic estimates the distance from samples to data."""

from typing import Literal

from core.hyperparameters import knob
from core.models._game import Game, Players
from core.models.gan import GAN, ISLANDS, DenseGAN
from core.presets import Preset


class WGANHyperparameters(
    DenseGAN,
    Game,
    Players,
    defaults={"gradient_penalty": 0.1, "discriminator_steps": 3},
    words={"discriminator": "critic", "Discriminator": "Critic"},
):
    """A GAN's, with the two ways to keep the critic's slope bounded."""

    objective: Literal["wasserstein_gp", "wasserstein_clipping"] = knob(
        "wasserstein_gp",
        group="Objective",
        titles={"wasserstein_gp": "Wasserstein GP", "wasserstein_clipping": "Wasserstein clipping"},
        help="How the slope stays bounded: clipping weights came first and makes a crude critic, a penalty a fine one.",
    )


class WGANGP(GAN):
    """min over G, max over D of E D(x) − E D(G(z)), the slope priced where it is not 1 (Gulrajani et al. 2017, eq. 3).

    Between pictures λ is their 10. Between points of the plane it is 0.1: modes a fiftieth as wide as the plane need a
    critic that may be steeper than 1, whose distance is as many times larger.
    """

    title = "WGAN-GP"
    summary = (
        "The critic gives scores instead of verdicts, and a penalty λ pulls its slope towards one. At slope one the "
        "difference between real and generated scores estimates a distance; a smaller λ, as here by default for points "
        "of the plane, leaves the critic steeper and counts the distance larger. Either way the generator knows which "
        "way to go."
    )
    references = (
        "Arjovsky et al. 2017, Wasserstein GAN",
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs",
    )
    Hyperparameters = WGANHyperparameters
    defaults_for = {
        "vector": {"momentum": 0.0, "steps": 2000},
        "grid": {"steps": 4000},
        "image": {**GAN.defaults_for["image"], "gradient_penalty": 10.0, "discriminator_steps": 2},
        "digits": {**ISLANDS, "learning_rate": 3e-3, "discriminator_learning_rate": 3e-3},
        "fashion": {"steps": 1600},
    }
    presets = (
        Preset(
            "The paper's settings",
            {
                "prior": "normal",
                "gradient_penalty": 10.0,
                "discriminator_steps": 5,
                "learning_rate": 1e-4,
                "discriminator_learning_rate": 1e-4,
                "momentum": 0.0,
                "beta2": 0.9,
                "batch_size": 64,
                "ema_decay": 0.0,
                "decay": "none",
                "steps": 1500,
            },
            "The critic's distance falls slowly and steadily: after 1,500 steps about two samples in five are digits "
            "to a classifier, for the paper's small steps are meant for a hundred times as many.",
            kinds=frozenset({"image"}),
        ),
    )
