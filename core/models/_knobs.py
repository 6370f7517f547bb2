"""Hyper-parameters that several models share, declared once."""

from core.hyperparameters import Hyperparameters, Sizes, knob
from core.nn.corruption import Noise
from core.nn.initialization import Initialization
from core.nn.layers import Activation
from core.nn.losses import ReconstructionLoss
from core.nn.recurrent import Cell
from core.nn.sparsity import Sparsity


class Weights(Hyperparameters):
    """Weight initialisation."""

    initialization: Initialization = knob(
        "xavier",
        group="Architecture",
        label="Initialisation",
        titles={"he": "He", "xavier": "Xavier"},
        help="How weights begin: He suits ReLU, Xavier smoother bends; from zero only the mean is learned.",
    )


class Code(Weights):
    """Latent size."""

    latent_size: int = knob(
        2,
        group="Architecture",
        ge=1,
        le=256,
        soft=(1, 64),
        scale="log",
        first=True,
        help="Numbers in the code: higher, sharper reconstructions, but a space harder to look at.",
    )


class Units(Code):
    """The activation of dense and convolutional networks."""

    activation: Activation = knob(
        "gelu",
        group="Architecture",
        titles={"relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU"},
        help="The bend between layers: with tanh or sigmoid deep nets learn more slowly, and codes look rounder.",
    )


class Cells(Weights):
    """Cell and hidden size of recurrent networks, and the longest gradient that they follow."""

    cell: Cell = knob(
        "lstm",
        group="Architecture",
        titles={"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"},
        help="What carries the memory: a plain RNN forgets within a few steps, the gates of GRU and LSTM can keep it.",
    )
    hidden_size: int = knob(
        64,
        group="Architecture",
        ge=1,
        le=512,
        soft=(8, 128),
        scale="log",
        help="Units of the hidden state: higher, longer and finer shapes are remembered, at slower steps.",
    )
    gradient_clip: float = knob(
        0.0,
        group="Optimisation",
        ge=0.0,
        le=100.0,
        soft=(0.0, 5.0),
        live=True,
        help="The norm that longer gradients are shortened to, 0 for none: lower, no step runs away where gradients "
        "explode over time; higher, rarer clipping.",
    )


class Recurrence(Cells, Code):
    """Recurrent networks with a code."""


class Architecture(Units):
    """The shape of a dense encoder and its mirror image, the decoder."""

    hidden_sizes: Sizes = knob(
        (256,),
        group="Architecture",
        label="Hidden layers",
        help="Units of each hidden layer of the encoder (the decoder mirrors them): more, finer detail, slower steps.",
    )


class Corruption(Hyperparameters):
    """Corruption of the encoder's input while training."""

    noise: Noise = knob(
        "none",
        group="Corruption",
        titles={"gaussian": "Gaussian"},
        first=True,
        help="How the input is damaged before encoding; the target stays clean.",
    )
    noise_level: float = knob(
        0.3,
        group="Corruption",
        ge=0.0,
        le=1.0,
        needs={"noise": ("gaussian", "masking", "block", "flip")},
        live=True,
        first=True,
        seen_in="noise_removed",
        help="Standard deviation of gaussian noise, share of values hit otherwise: higher, smoother, blurrier results.",
    )


class Penalty(Hyperparameters):
    """Sparsity penalty on codes, and weight decay of the decoder."""

    sparsity: Sparsity = knob(
        "none",
        group="Sparsity",
        label="Sparsity penalty",
        titles={"l1": "L1", "kl": "KL"},
        first=True,
        help="A price on active codes: L1 pulls sigmoid codes to zero; KL holds their mean at a target.",
    )
    sparsity_weight: float = knob(
        1e-3,
        group="Sparsity",
        label="Sparsity weight β",
        ge=0.0,
        le=10.0,
        soft=(1e-5, 10.0),
        scale="log",
        needs={"sparsity": ("l1", "kl")},
        live=True,
        first=True,
        seen_in="active_codes",
        help="β, the price: higher, fewer active codes and rougher reconstructions.",
    )
    sparsity_target: float = knob(
        0.05,
        group="Sparsity",
        label="Sparsity target ρ",
        ge=0.001,
        le=0.5,
        scale="log",
        needs={"sparsity": ("kl",)},
        seen_in="active_codes",
        help="ρ, the mean activation each code is held at: higher, more codes take part in every picture.",
    )
    weight_decay: float = knob(
        0.0,
        group="Objective",
        label="Weight decay λ",
        ge=0.0,
        le=1.0,
        soft=(1e-6, 1e-2),
        scale="log",
        help="λ, the price on the decoder's squared weights: higher, codes must speak up to be heard, detail fades.",
    )


class Objective(Hyperparameters):
    """The reconstruction loss."""

    reconstruction_loss: ReconstructionLoss = knob(
        "mse",
        group="Objective",
        titles={"mse": "MSE", "bce": "BCE"},
        help="MSE: squared error and a linear output; BCE: cross-entropy and a sigmoid output, for values in 0…1.",
    )


class Clusters(Hyperparameters):
    """The number of clusters."""

    n_clusters: int = knob(
        10,
        group="Architecture",
        ge=2,
        le=100,
        soft=(2, 30),
        help="Clusters to sort into: more, and classes are cut in pieces; fewer, and similar classes share one.",
    )
