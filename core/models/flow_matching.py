"""Flow matching: noise that flows to data."""

import math
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.dataset import DataSpec
from core.descent import minimise
from core.hyperparameters import Sizes, knob
from core.latex import stacked
from core.metrics import MSE, Metric
from core.model import Curves, Part
from core.models._encoder_decoder import RECONSTRUCTION_LOSS, EncoderDecoder
from core.models._knobs import Architecture, Corruption
from core.nn.corruption import CORRUPTION_FORMULAS
from core.nn.flow import Velocity, follow, straight_path
from core.nn.layers import dense_backbone
from core.optimisation import Optimisation
from core.presets import Preset

# Training samples whose mean and deviation stand for all.
SURVEYED = 20_000
# The least deviation that is divided by: what never moves has none.
LEAST_STD = 1e-3
CODES_ONLY = {"space": ("codes",)}


class FlowMatchingHyperparameters(
    Architecture,
    Corruption,
    Optimisation,
    defaults={
        "latent_size": 10,
        "hidden_sizes": (256, 128),
        "noise": "gaussian",
        "noise_level": 0.2,
        "learning_rate": 4e-3,
        "batch_size": 256,
    },
    needs=dict.fromkeys(("latent_size", "hidden_sizes", "noise", "noise_level"), CODES_ONLY),
):
    """All that can be turned on flow matching; `hidden_sizes` are those of the autoencoder."""

    space: Literal["samples", "codes"] = knob(
        "codes",
        group="Architecture",
        label="Noise flows to",
        titles={"samples": "samples themselves", "codes": "an autoencoder's codes"},
        first=True,
        help="Where the flow ends: pictures are easier to reach through the codes of an autoencoder, which is trained "
        "first (in the paper: samples themselves).",
    )
    velocity_sizes: Sizes = knob(
        (128, 128, 128, 128),
        group="Architecture",
        label="Velocity's layers",
        help="Units of each hidden layer of the velocity: more, sharper turns between what lies close together (in the "
        "paper: a U-Net, for pictures).",
    )
    fourier_octaves: int = knob(
        0,
        group="Architecture",
        ge=0,
        le=8,
        help="Fourier features: sines and cosines that the velocity sees beside each value, each octave twice as fine: "
        "more, narrow modes are met sooner.",
    )
    solver_steps: int = knob(
        10,
        group="Architecture",
        ge=1,
        le=100,
        soft=(1, 50),
        scale="log",
        first=True,
        help="Steps from noise to sample, by the midpoint method: fewer, samples come sooner and cut corners (in the "
        "paper: as many as an adaptive solver takes).",
    )
    pretraining: float = knob(
        0.25,
        group="Objective",
        label="Share of pretraining",
        ge=0.0,
        le=0.9,
        needs=CODES_ONLY,
        help="Share of the steps that the autoencoder gets before the flow begins: higher, better codes, a worse flow.",
    )
    sigma_min: float = knob(
        1e-3,
        group="Objective",
        label="σ min",
        ge=0.0,
        le=0.5,
        soft=(0.0, 0.2),
        help="Noise that is left where the flow ends, in deviations of the data: higher, samples blur and paths are "
        "easier to learn.",
    )


FLOW_LOSS = Metric(
    "flow_loss",
    "Velocity's error",
    "per value",
    ".3f",
    "lower",
    "The squared difference of the velocity to that of straight paths: where paths of several samples cross, it can "
    "only be their mean, so the error does not fall to 0.",
)


def backbone(hp: Any, shape: tuple[int, ...], outputs: int) -> tuple[nn.Sequential, nn.Sequential]:
    """A dense encoder and decoder, or where samples themselves are flowed to, what flattens them and undoes it."""
    if hp.space == "codes":
        return dense_backbone(hp, shape, outputs)
    return nn.Sequential(nn.Flatten()), nn.Sequential(nn.Unflatten(1, shape))


class FlowMatching(EncoderDecoder):
    """min over v of E ‖v_t(ψ_t(x_0)) − (x_1 − (1 − σ_min) x_0)‖² (Lipman et al. 2023, eq. 23).

    x_1 are samples, or the codes of an autoencoder that was trained before, standardised; x_0 is noise. A sample's code
    z is the noise that flows to it.
    """

    title = "Flow matching"
    summary = (
        "Noise and data are paired at random and joined by straight lines, and a network learns the mean velocity of "
        "whatever passes a place at a time. Followed from noise, it leads to new samples; followed backwards, a sample "
        "leads to its code, the noise that it came from. Points of the plane flow themselves; pictures are first "
        "turned into the codes of an autoencoder."
    )
    references: ClassVar[tuple[str, ...]] = (
        "Lipman et al. 2023, Flow matching for generative modeling",
        "Rombach et al. 2022, High-resolution image synthesis with latent diffusion models (in an autoencoder's codes)",
        "Vincent et al. 2008, Extracting and composing robust features with denoising autoencoders",
    )
    kinds = frozenset({"vector", "image"})
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample", "flow"})
    metrics = (FLOW_LOSS, MSE, RECONSTRUCTION_LOSS)
    headline = ("flow_loss", "mse")
    Hyperparameters = FlowMatchingHyperparameters
    training_steps = 4000
    scenes = {**EncoderDecoder.scenes, "noise": Part("Noise and times", "x_0"), "velocity": Part("Velocity", "v_t")}
    aims = {**EncoderDecoder.aims, "velocity": r"\min_v"}
    backbone = staticmethod(backbone)
    defaults_for = {
        "vector": {
            "space": "samples", "latent_size": 2, "velocity_sizes": (128, 128, 128), "solver_steps": 20,
            "learning_rate": 2e-3, "steps": 3000,
        },
        # A mode's width is a fiftieth of the plane.
        "ring": {"fourier_octaves": 4},
        "grid": {"fourier_octaves": 4},
    }  # fmt: skip
    presets = (
        Preset(
            "Three steps from noise to sample",
            {"solver_steps": 3},
            "The solver cuts corners: on the ring of 8 Gaussians 20 and 21 % of two runs' samples end within 3 σ of a "
            "mode, where five steps make it 81 and 80 % and twenty 93 %.",
            kinds=frozenset({"vector"}),
        ),
    )
    mean: Tensor
    std: Tensor
    times: Tensor

    def __init__(self, hyperparameters: FlowMatchingHyperparameters, spec: DataSpec) -> None:
        super().__init__(hyperparameters, spec)
        hp = hyperparameters
        self.velocity = Velocity(self.latents, hp.velocity_sizes, hp.activation, hp.fourier_octaves)
        # Of what is flowed to; and the times at which the solver stands.
        self.register_buffer("mean", torch.zeros(self.latents))
        self.register_buffer("std", torch.ones(self.latents))
        self.register_buffer("times", torch.linspace(0, 1, hp.solver_steps + 1))

    @property
    def latents(self) -> int:
        """As many numbers of noise as there are in what it flows to."""
        return super().latents if self.hyperparameters.space == "codes" else math.prod(self.shape)

    def optimised_modules(self) -> dict[str, nn.Module]:
        """The velocity, and where there is one, the autoencoder, which rests once the flow has begun."""
        if self.hyperparameters.space == "samples":
            return {"velocity": self.velocity}
        return {"autoencoder": nn.ModuleList([self.encoder, self.decoder]), "velocity": self.velocity}

    @classmethod
    def formula(cls, hyperparameters: FlowMatchingHyperparameters) -> str:
        """The autoencoder, if there is one; the regression onto straight paths; and how samples are made."""
        hp = hyperparameters
        has_codes, is_corrupted = hp.space == "codes", hp.noise != "none" and hp.noise_level > 0
        kept = rf"(1 - {1 - hp.sigma_min:g}\, t)" if hp.sigma_min else "(1 - t)"
        start = rf"{1 - hp.sigma_min:g}\, x_0" if hp.sigma_min else "x_0"
        seen = r"\tilde x" if is_corrupted else "x"
        return stacked(
            rf"\min_{{f,g}}\; \tfrac{{1}}{{D}} \lVert x - g(f({seen})) \rVert^2, \quad \text{{then }} x_1 = f(x)"
            if has_codes
            else "",
            CORRUPTION_FORMULAS[hp.noise] if has_codes and is_corrupted else "",
            rf"\min_v\; \mathbb{{E}} \big\lVert v_t\big({kept}\, x_0 + t\, x_1\big) - (x_1 - {start}) \big\rVert^2",
            r"x_0 \sim \mathcal{N}(0, I),\ t \sim U(0, 1); \qquad \text{samples: } \dot z = v_t(z),\ z_0 = x_0",
        )

    @classmethod
    def curves(cls, hyperparameters: FlowMatchingHyperparameters) -> Curves:
        """The velocity's error, and before it that of the autoencoder."""
        text = "The velocity's error falls fast, then hardly: what is left is that paths cross, and samples go on "
        if hyperparameters.space == "samples":
            return Curves(("flow_loss",), f"{text}getting better.")
        return Curves(
            ("flow_loss", "reconstruction_loss"), f"First the autoencoder learns alone. {text}getting better."
        )

    @property
    def start(self) -> int:
        """The step before which places are standardised and the flow begins."""
        hp = self.hyperparameters
        return int(hp.pretraining * self.steps) if hp.space == "codes" else 0

    @torch.no_grad()
    def before_step(self, x: Tensor, rng: torch.Generator) -> None:
        """When the flow begins, measure the mean and the deviation of what it will lead to."""
        if self.step == self.start:
            ends = self.encoder(x[:SURVEYED])
            self.mean.copy_(ends.mean(dim=0))
            self.std.copy_(ends.std(dim=0).clamp(min=LEAST_STD))

    def training_step(self, x: Tensor, optimizers: dict[str, Optimizer], rng: torch.Generator) -> dict[str, Tensor]:
        """One step of the autoencoder, on a corrupted batch with the clean one as target; later one of the velocity."""
        losses = self.losses(x, rng)
        if self.step < self.start:
            minimise(losses["reconstruction_loss"], optimizers["autoencoder"])
        else:
            minimise(losses["flow_loss"], optimizers["velocity"])
        return losses

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The same, and the mean squared error of following samples back to noise, and from there forth again."""
        return {**self.losses(x, rng), "mse": (self.reconstruct(x) - x).square().mean()}

    def losses(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The loss of the autoencoder, if there is one, and of the velocity, once the flow has begun; of `x` (N, …)."""
        has_begun, found = self.step >= self.start, {}
        if self.hyperparameters.space == "codes":
            # What rests needs no gradient.
            with torch.set_grad_enabled(torch.is_grad_enabled() and not has_begun):
                found["reconstruction_loss"] = (self.decoder(self.encoder(self.corrupt(x, rng))) - x).square().mean()
        if has_begun:
            found["flow_loss"] = self.flow_loss(x, rng)
        return found

    def flow_loss(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """‖v_t(ψ_t(x_0)) − (x_1 − (1 − σ_min) x_0)‖² per value, at one x_0 and one t for each of `x` (N, …)."""
        with torch.no_grad():
            ends = self.ends(x)
        noise, t = torch.randn(ends.shape, generator=rng), torch.rand(len(ends), 1, generator=rng)
        place, velocity = straight_path(noise, ends, t, self.hyperparameters.sigma_min)
        loss: Tensor = (self.velocity(place, t) - velocity).square().mean()
        return loss

    @classmethod
    def corrupts(cls, hyperparameters: Any) -> bool:
        """Whether the autoencoder does, if there is one."""
        return bool(hyperparameters.space == "codes") and super().corrupts(hyperparameters)

    def corrupt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """x̃ ~ C(x̃ | x) for the autoencoder; samples that are flowed to stay as they are."""
        return super().corrupt(x, rng) if self.hyperparameters.space == "codes" else x

    def ends(self, x: Tensor) -> Tensor:
        """Data (N, …) → where their paths end, (N, latents): standardised codes of the autoencoder, or samples."""
        ends: Tensor = (self.encoder(x) - self.mean) / self.std
        return ends

    def samples_at(self, places: Tensor) -> Tensor:
        """Places (…, latents) on paths → data: what would be seen if paths ended there."""
        samples: Tensor = self.decoder((self.mean + self.std * places).flatten(0, -2))
        return samples.reshape(*places.shape[:-1], *self.shape)

    def encode(self, x: Tensor) -> Tensor:
        """Data (N, …) → the noise that flows to it, (N, latents): paths are followed backwards."""
        *_, z = follow(self.velocity, self.ends(x), self.times.flip(0))
        return z

    def decode(self, z: Tensor) -> Tensor:
        """Noise (N, latents) → the data (N, …) that it flows to."""
        *_, end = follow(self.velocity, z, self.times)
        return self.samples_at(end)

    def expected(self, output: Tensor) -> Tensor:
        """The decoder's last layer (N, …) → the sample: the same."""
        return output

    def flow(self, z: Tensor) -> Tensor:
        """Noise (N, latents) → where it is at each of the solver's times, as data, (solver_steps + 1, N, …)."""
        return self.samples_at(torch.stack([*follow(self.velocity, z, self.times)]))

    @property
    def moves_samples(self) -> bool:
        """Whether samples flow themselves, and not the codes that they are decoded from."""
        return bool(self.hyperparameters.space == "samples")

    def drift(self, x: Tensor, t: float) -> Tensor:
        """The velocity of `x` (N, …) at time `t`, of samples that flow themselves: σ v_t((x − μ) / σ)."""
        drift: Tensor = self.std * self.velocity(self.ends(x), torch.full((len(x), 1), t))
        return drift.reshape(x.shape)

    @classmethod
    def code_prior(cls, hyperparameters: Any) -> str:
        """N(0, I)."""
        return "normal"
