"""What all dense autoencoders share: an encoder and a decoder trained as one, and what a decoder's output means."""

import torch
from torch import Tensor, nn

from core.model import Model
from core.nn.initialization import initialize


class DenseAutoencoder(Model):
    """A model with networks `encoder` and `decoder`, which a subclass builds."""

    encoder: nn.Sequential
    decoder: nn.Sequential

    def initialize(self, rng: torch.Generator) -> None:
        """Draw the first weights from `rng`."""
        initialize(self, self.hyperparameters.initialization, rng)

    def parts(self) -> dict[str, nn.Module]:
        """Encoder and decoder, trained as one."""
        return {"autoencoder": self}

    def output(self, z: Tensor) -> Tensor:
        """The decoder's last layer in the data's shape, before any sigmoid."""
        output: Tensor = self.decoder(z)
        return output.reshape(len(z), *self.shape)

    def decode(self, z: Tensor) -> Tensor:
        """Codes (N, latent_size) → data (N, …); for a VAE the mean of p(x | z)."""
        output = self.output(z)
        return output.sigmoid() if self.hyperparameters.reconstruction_loss == "bce" else output
