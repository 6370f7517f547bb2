"""The table of models: one file each, one line here."""

from core.model import Model
from core.models.autoencoder import Autoencoder
from core.models.deep_autoencoder import DeepAutoencoder
from core.models.denoising_autoencoder import DenoisingAutoencoder
from core.models.gan import GAN
from core.models.sparse_autoencoder import SparseAutoencoder
from core.models.vae import VAE

MODELS: dict[str, type[Model]] = {
    "autoencoder": Autoencoder,
    "deep_autoencoder": DeepAutoencoder,
    "sparse_autoencoder": SparseAutoencoder,
    "denoising_autoencoder": DenoisingAutoencoder,
    "vae": VAE,
    "gan": GAN,
}
