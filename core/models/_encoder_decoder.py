"""What all autoencoders share: an encoder and a decoder trained as one, and what a decoder's output means."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeAlias

import torch
from torch import Tensor, nn

from core.dataset import DataSpec
from core.metrics import Metric
from core.model import Model, Part
from core.models._knobs import Corruption
from core.nn.corruption import corrupt
from core.nn.initialization import initialize
from core.nn.layers import dense_backbone
from core.nn.losses import decoded

# Hyper-parameters, a sample's shape, the encoder's number of outputs → encoder (N, …) → (N, outputs) and decoder
# (N, latent_size) → (N, …).
Backbone: TypeAlias = "staticmethod[[Any, tuple[int, ...], int], tuple[nn.Sequential, nn.Sequential]]"


RECONSTRUCTION_LOSS = Metric(
    "reconstruction_loss",
    "Reconstruction loss",
    "per value",
    ".4f",
    "lower",
    "How far reconstructions are from their originals, under the training corruption, as the chosen loss counts it.",
)
RECONSTRUCTION = replace(RECONSTRUCTION_LOSS, name="reconstruction", title="Reconstruction")
LOSS = Metric(
    "loss",
    "Loss",
    "per value",
    ".4f",
    "lower",
    "What training minimises: the reconstruction's error and all penalties, each times its weight.",
)


class EncoderDecoder(Model):
    """Networks `encoder` and `decoder`, built by the `backbone`: dense, convolutional or recurrent."""

    backbone: ClassVar[Backbone] = staticmethod(dense_backbone)
    # Numbers that the encoder answers with for each latent.
    heads: ClassVar[int] = 1

    scenes: ClassVar[Mapping[str, Part]] = {
        **Model.scenes, "encoder": Part("Code", "f"), "decoder": Part("Decoded", "g")
    }  # fmt: skip
    aims: ClassVar[Mapping[str, str]] = {"autoencoder": r"\min_{f,g}"}

    encoder: nn.Sequential
    decoder: nn.Sequential

    def __init__(self, hyperparameters: Any, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        self.encoder, self.decoder = self.networks(hyperparameters)

    def networks(self, hp: Any) -> tuple[nn.Sequential, nn.Sequential]:
        """The encoder and the decoder."""
        return type(self).backbone(hp, self.shape, self.heads * hp.latent_size)

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        initialize(self, self.hyperparameters.initialization, rng)

    def optimised_modules(self) -> dict[str, nn.Module]:
        """Encoder and decoder, trained as one."""
        return {"autoencoder": self}

    @classmethod
    def corrupts(cls, hyperparameters: Any) -> bool:
        """Whether noise is declared, and some of it."""
        hp = hyperparameters
        return isinstance(hp, Corruption) and hp.noise != "none" and hp.noise_level > 0

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """x̃ ~ C(x̃ | x), where the hyper-parameters declare a corruption."""
        hp = self.hyperparameters
        if not isinstance(hp, Corruption):
            return x
        return corrupt(x, hp.noise, hp.noise_level, self.value_range, rng)

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → codes (N, latent_size)."""
        codes: Tensor = self.encoder(x)
        return codes

    def output(self, z: Tensor) -> Tensor:
        """The decoder's last layer in the data's shape, before any sigmoid."""
        output: Tensor = self.decoder(z)
        return output

    def decode(self, z: Tensor) -> Tensor:
        """Codes (N, latent_size) → data (N, …); for a VAE the mean of p(x | z)."""
        return self.expected(self.output(z))

    def expected(self, output: Tensor) -> Tensor:
        """The decoder's last layer (N, …) → x̂ (N, …)."""
        return decoded(output, self.hyperparameters.reconstruction_loss)
