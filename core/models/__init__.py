"""The table of models: one file each, one line here."""

from core.model import Model
from core.models.ac_gan import ACGAN
from core.models.adversarial_autoencoder import AdversarialAutoencoder
from core.models.autoencoder import Autoencoder
from core.models.autoregressive import Autoregressive
from core.models.beta_tc_vae import BetaTCVAE
from core.models.conditional_vae import ConditionalVAE
from core.models.convolutional_autoencoder import ConvolutionalAutoencoder
from core.models.convolutional_vae import ConvolutionalVAE
from core.models.dcgan import DCGAN
from core.models.deep_autoencoder import DeepAutoencoder
from core.models.deep_embedded_clustering import DeepEmbeddedClustering
from core.models.denoising_autoencoder import DenoisingAutoencoder
from core.models.flow_matching import FlowMatching
from core.models.gan import GAN
from core.models.info_gan import InfoGAN
from core.models.recurrent_autoencoder import RecurrentAutoencoder
from core.models.recurrent_clustering import RecurrentClustering
from core.models.recurrent_gan import RecurrentGAN
from core.models.sparse_autoencoder import SparseAutoencoder
from core.models.vae import VAE
from core.models.vae_gan import VAEGAN
from core.models.vq_vae import VQVAE
from core.models.wgan_gp import WGANGP

MODELS: dict[str, type[Model]] = {
    "autoencoder": Autoencoder,
    "deep_autoencoder": DeepAutoencoder,
    "sparse_autoencoder": SparseAutoencoder,
    "denoising_autoencoder": DenoisingAutoencoder,
    "convolutional_autoencoder": ConvolutionalAutoencoder,
    "vae": VAE,
    "convolutional_vae": ConvolutionalVAE,
    "beta_tc_vae": BetaTCVAE,
    "conditional_vae": ConditionalVAE,
    "vq_vae": VQVAE,
    "adversarial_autoencoder": AdversarialAutoencoder,
    "gan": GAN,
    "dcgan": DCGAN,
    "wgan_gp": WGANGP,
    "info_gan": InfoGAN,
    "ac_gan": ACGAN,
    "vae_gan": VAEGAN,
    "flow_matching": FlowMatching,
    "recurrent_autoencoder": RecurrentAutoencoder,
    "recurrent_clustering": RecurrentClustering,
    "recurrent_gan": RecurrentGAN,
    "autoregressive": Autoregressive,
    "deep_embedded_clustering": DeepEmbeddedClustering,
}
