"""The convolutional variational autoencoder: the same bound with convolutional networks."""

from core.models._variational import Variational
from core.models.convolutional_autoencoder import Convolutional
from core.models.vae import VAE
from core.nn.convolution import convolutional_backbone
from core.presets import Preset


class ConvolutionalVAEHyperparameters(
    Convolutional, Variational, paper={"channels": "32 – 32 – 64 – 64, halving by stride", "activation": "ReLU"}
):
    """All that can be turned on a convolutional variational autoencoder."""


class ConvolutionalVAE(VAE):
    """max E_q(z|x) log p(x|z) − β KL(q(z|x) ‖ N(0, I)) (Kingma & Welling 2014, eq. 10), encoder and decoder filters."""

    title = "Convolutional VAE"
    summary = (
        "A variational autoencoder whose encoder looks at the picture through small filters and whose decoder paints "
        "with them, so neighbouring pixels hang together in what it makes up, too."
    )
    references = (
        "Kingma & Welling 2014, Auto-encoding variational Bayes",
        "Higgins et al. 2017, β-VAE (convolutional encoder and decoder)",
    )
    kinds = frozenset({"image"})
    Hyperparameters = ConvolutionalVAEHyperparameters
    backbone = staticmethod(convolutional_backbone)
    defaults_for = {
        "image": {"learning_rate": 6e-3, "batch_size": 32},
        "digits": {"learning_rate": 8e-3, "batch_size": 64},
        "fashion": {"channels": (8, 32, 64), "steps": 2000},
    }
    presets = (
        Preset(
            "Collapse, β 20",
            {"beta": 20.0},
            "The code costs more than it saves: in a run on digits KL fell to 0.0 nats, and all samples and "
            "reconstructions became one, the mean sample, with an MSE of 0.074 where β 1 made it 0.035.",
        ),
    )
