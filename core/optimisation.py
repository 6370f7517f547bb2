"""How a model is trained, whatever it is: the knobs of optimisers and batches."""

from typing import Literal

from core.hyperparameters import Hyperparameters, knob


class Optimisation(Hyperparameters):
    """Optimiser, learning rate and batch size: shared by all models."""

    optimizer: Literal["adam", "sgd", "rmsprop"] = knob(
        "adam",
        group="Optimisation",
        label="Optimiser",
        titles={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"},
        help="The rule that turns gradients into steps; plain SGD shows why the other two were invented.",
    )
    learning_rate: float = knob(
        2e-3,
        group="Optimisation",
        ge=1e-5,
        le=10.0,
        scale="log",
        live=True,
        first=True,
        help="Size of a step: higher, the loss falls faster, then rattles, then runs away.",
    )
    decay: Literal["none", "linear"] = knob(
        "linear",
        group="Optimisation",
        label="Decay of the learning rate",
        help="Linear lowers the learning rate from half-time on to 2 % at the end: the curve settles.",
    )
    momentum: float = knob(
        0.9,
        group="Optimisation",
        ge=0.0,
        le=0.99,
        needs={"optimizer": ("adam", "sgd")},
        help="How much of the last step is kept (Adam's β₁): higher, smoother but slower to turn.",
    )
    beta2: float = knob(
        0.999,
        group="Optimisation",
        label="β₂",
        scale="memory",
        ge=0.0,
        le=0.9999,
        needs={"optimizer": ("adam",)},
        help="Adam's β₂, its memory of squared gradients: higher, steadier steps; lower, they follow a moving goal.",
    )
    batch_size: int = knob(
        128,
        group="Optimisation",
        ge=2,
        le=1024,
        soft=(8, 1024),
        scale="log",
        help="Samples a step: higher, a smoother loss curve but fewer steps a second.",
    )
