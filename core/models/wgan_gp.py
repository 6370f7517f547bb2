"""The Wasserstein GAN: a critic estimates the distance from samples to data."""

from typing import Literal

from core.hyperparameters import knob
from core.models._game import Game, Players
from core.models.gan import GAN, DenseGAN
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

    Their λ is 10. Here it is 0.1, which leaves the critic steeper (a slope of about 2 between digits) and its distance
    as many times larger.
    """

    title = "WGAN-GP"
    summary = (
        "The critic gives scores instead of verdicts, and a penalty λ pulls its slope towards one. At slope one the "
        "difference between real and generated scores estimates a distance; a small λ, as here by default, leaves the "
        "critic steeper and counts the distance larger. Either way the generator knows which way to go."
    )
    references = (
        "Arjovsky et al. 2017, Wasserstein GAN",
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs",
    )
    Hyperparameters = WGANHyperparameters
    defaults_for = {
        "vector": {"momentum": 0.0, "steps": 2000},
        "grid": {"steps": 4000},
        "image": {**GAN.defaults_for["image"], "discriminator_steps": 2},
        "digits": {"learning_rate": 6e-3, "discriminator_learning_rate": 6e-3},
    }
    presets = (
        Preset(
            "The paper's settings",
            {
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
