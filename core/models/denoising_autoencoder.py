"""The denoising autoencoder: reconstruct the clean sample from a corrupted one."""

import torch
from torch import Tensor

from core.hyperparameters import knob
from core.models.autoencoder import Autoencoder, AutoencoderHyperparameters
from core.nn.corruption import corrupt
from core.presets import Preset


class DenoisingHyperparameters(
    AutoencoderHyperparameters,
    defaults={"latent_size": 64, "hidden_sizes": (512,), "noise": "gaussian", "reconstruction_loss": "bce"},
    # Nothing said: as here.
    paper={
        "reconstruction_loss": "",
        "latent_size": "2000",
        "hidden_sizes": "none",
        "activation": "sigmoid",
        "initialization": "uniform",
        "noise": "masking",
        "optimizer": "SGD",
    },
):
    """An autoencoder's, and how much the damage varies."""

    noise_spread: float = knob(
        1.0,
        group="Corruption",
        ge=0.0,
        le=1.0,
        needs={"noise": ("gaussian", "masking", "block", "flip")},
        help="How far below the noise level a sample's own may lie: higher, light damage is repaired as well as "
        "heavy (in the paper: 0).",
    )


class DenoisingAutoencoder(Autoencoder):
    """E over x̃ ~ C(x̃ | x) of d(x, g(f(x̃))) (Vincent et al. 2008, eq. 5)."""

    title = "Denoising autoencoder"
    summary = (
        "The input is damaged on purpose and the clean original is the target, so copying does not help: the network "
        "has to learn what the data look like in order to repair them."
    )
    references = (
        "Vincent et al. 2008, Extracting and composing robust features with denoising autoencoders",
        "Vincent et al. 2010, Stacked denoising autoencoders",
        "Zhang et al. 2017, Beyond a Gaussian denoiser (noise of any level repaired by one network)",
    )
    Hyperparameters = DenoisingHyperparameters
    defaults_for = {"vector": {"latent_size": 2, "noise_level": 0.1, "reconstruction_loss": "mse"}}
    presets = (
        Preset(
            "Overcomplete, no noise",
            {"noise": "none", "latent_size": 128, "steps": 1500},
            "With more latents than pixels and clean inputs it learns to copy, noise and all: of noise of σ 0.3 it "
            "removes none and adds up to 1 dB of its own, where the defaults remove 5.",
            kinds=frozenset({"image"}),
        ),
    )

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """x̃ ~ C(x̃ | x), each sample's level drawn evenly between (1 − spread) · level and the level.

        So one network repairs damage of every size (Zhang et al. 2017, section III-D, blind denoising).
        """
        hp = self.hyperparameters
        below = torch.rand(len(x), *[1] * (x.dim() - 1), generator=rng)
        return corrupt(x, hp.noise, hp.noise_level * (1 - hp.noise_spread * below), self.value_range, rng)
