"""The knobs of a variational bound: what the decoder's distribution is, and what a code costs."""

from typing import Literal

from core.hyperparameters import knob
from core.nn.likelihood import Bernoulli, Gaussian, LearnedGaussian, Likelihood
from core.optimisation import Optimisation

LIKELIHOODS: dict[str, type[Likelihood]] = {"gaussian": LearnedGaussian, "mse": Gaussian, "bce": Bernoulli}


class Bound(Optimisation, words={"reconstruction loss": "likelihood"}):
    """What the evidence lower bound is made of, whatever the networks and the price of the code."""

    reconstruction_loss: Literal["gaussian", "mse", "bce"] = knob(
        "gaussian",
        group="Objective",
        label="Likelihood",
        titles={"gaussian": "Gaussian, σ learned", "mse": "Gaussian, σ fixed", "bce": "Bernoulli"},
        help="What p(x | z) is: a Gaussian whose one σ is learned or stays where you put it, or values are taken for "
        "the probabilities of ones (in the paper: Bernoulli, or a σ for each value that depends on z).",
    )
    decoder_std: float = knob(
        0.1,
        group="Objective",
        label="Decoder's σ",
        ge=0.01,
        le=1.0,
        scale="log",
        needs={"reconstruction_loss": ("mse",)},
        help="σ of the Gaussian p(x | z): higher, reconstruction matters less and codes crowd towards the prior.",
    )
    beta: float = knob(
        1.0,
        group="Objective",
        label="β",
        ge=0.0,
        le=50.0,
        soft=(0.0, 10.0),
        live=True,
        help="β, the price of the code in nats: higher, blurrier pictures, smoother space, fewer latents in use.",
    )
    kl_warmup: int = knob(
        200,
        group="Objective",
        label="KL warm-up",
        ge=0,
        le=20_000,
        soft=(0, 2000),
        help="Steps over which β grows from zero: higher, latents find a use before they have to pay for it (in the "
        "paper: 0).",
    )


class Variational(Bound, paper={"optimizer": "Adagrad", "batch_size": "100"}):
    """The bound as it is, and latents that may speak for free."""

    free_bits: float = knob(
        0.0,
        group="Objective",
        ge=0.0,
        le=5.0,
        soft=(0.0, 1.0),
        help="Nats each latent may use free of charge: higher, latents that would collapse stay alive.",
    )
