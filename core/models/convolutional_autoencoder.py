"""The convolutional autoencoder: an autoencoder of pictures with convolutional networks."""

from core.hyperparameters import Sizes, knob
from core.models._knobs import Corruption, Objective, Penalty, Units
from core.models.autoencoder import Autoencoder
from core.nn.convolution import convolutional_backbone
from core.optimisation import Optimisation
from core.presets import Preset


class Convolutional(Units):
    """The shape of a convolutional encoder and its mirror image, the decoder."""

    channels: Sizes = knob(
        (16, 32),
        group="Architecture",
        help="Filters of each level, which also halves the picture: more, sharper strokes, slower steps.",
    )


class ConvolutionalHyperparameters(
    Convolutional, Corruption, Penalty, Objective, Optimisation, paper={"activation": "tanh", "optimizer": "SGD"}
):
    """All that can be turned on a convolutional autoencoder."""


class ConvolutionalAutoencoder(Autoencoder):
    """min ‖x − g(f(x))‖² over convolutional encoders f and decoders g (Masci et al. 2011, section 3)."""

    title = "Convolutional autoencoder"
    summary = (
        "Filters of three by three pixels slide over the picture, and each level halves it, until a few numbers are "
        "left; the decoder goes the same way back. What a filter learns in one corner it knows in all of them, so "
        "large pictures need few weights."
    )
    references = (
        "Masci et al. 2011, Stacked convolutional auto-encoders for hierarchical feature extraction",
        "Odena et al. 2016, Deconvolution and checkerboard artifacts (why the decoder stretches, then convolves)",
    )
    kinds = frozenset({"image"})
    Hyperparameters = ConvolutionalHyperparameters
    backbone = staticmethod(convolutional_backbone)
    # One level on 8 × 8: what a second would leave, 2 × 2, is too little to beat PCA at 32 latents.
    defaults_for = {
        **Autoencoder.defaults_for,
        "image": {"learning_rate": 6e-3, "batch_size": 32},
        "digits": {"learning_rate": 8e-3, "batch_size": 64, "channels": (32,)},
        "fashion": {"channels": (8, 32, 64), "steps": 2000},
    }
    presets = (
        Preset(
            "Repairs noise",
            {"latent_size": 32, "noise": "gaussian", "noise_level": 0.4},
            "Noise of σ 0.4 that is kept in values from 0 to 1 has an MSE of 0.085 on digits: a run that learned from "
            "such samples took it down to 0.026, one that never saw noise to 0.053, but gave clean ones back at "
            "0.002 instead of 0.011.",
        ),
    )
