"""The deep autoencoder, with a term that compares features layer by layer."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.hyperparameters import knob
from core.latex import weighted
from core.metrics import Metric
from core.models.autoencoder import Autoencoder, AutoencoderHyperparameters
from core.nn.layers import ACTIVATIONS


class DeepAutoencoderHyperparameters(AutoencoderHyperparameters, defaults={"hidden_sizes": (256, 128)}):
    """An autoencoder's, and the weight of the layer-wise term."""

    layer_weight: float = knob(
        0.0,
        group="Objective",
        label="Layer weight λ",
        ge=0.0,
        le=10.0,
        soft=(0.0, 1.0),
        help="λ, the price on features that differ between x and x̂: higher, crisper shapes at the cost of exact greys.",
    )


LAYERS = Metric(
    "layers",
    "Layer-wise term",
    "per feature",
    ".3g",
    "lower",
    "How differently the encoder's hidden layers see x and its reconstruction, before the weight λ.",
)


class DeepAutoencoder(Autoencoder):
    """L = d(x, x̂) + λ Σ_l d(sg(h_l(x)), h_l(x̂)), h_l the features of encoder layer l, sg: no gradient through it."""

    title = "Deep autoencoder"
    summary = (
        "Several hidden layers on either side of the code bend the space further than one can. The layer-wise term "
        "sends the reconstruction through the encoder again and asks every layer to see in it what it saw in the "
        "original; its weight λ is zero until you turn it up."
    )
    references = (
        "Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks",
        "Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric (features as a metric)",
    )
    Hyperparameters = DeepAutoencoderHyperparameters
    metrics = (*Autoencoder.metrics, LAYERS)

    @classmethod
    def extra_term(cls, hyperparameters: Any) -> str:
        """λ Σ_l d(h_l(x), h_l(x̂)), d the mean squared difference."""
        return weighted(hyperparameters.layer_weight, r"\sum_l \overline{\big(h_l(x) - h_l(\hat x)\big)^2}")

    def losses(self, x: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """An autoencoder's losses plus λ times the layer-wise term."""
        losses = super().losses(x, seen)
        weight = self.hyperparameters.layer_weight
        if weight == 0:
            return losses
        layers = self.layer_distance(x, self.decode(self.encode(seen)))
        return {"reconstruction": losses["loss"], **losses, "loss": losses["loss"] + weight * layers, "layers": layers}

    def evaluate(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """An autoencoder's, and the layer-wise term, whatever its weight."""
        return {**super().evaluate(x, rng), "layers": self.layer_distance(x, self.reconstruct(x))}

    def layer_distance(self, x: Tensor, reconstruction: Tensor) -> Tensor:
        """Σ_l d(h_l(x), h_l(x̂)) over the encoder's hidden layers, d the mean squared difference."""
        pairs = zip(self.features(x), self.features(reconstruction), strict=True)
        total = x.new_zeros(())
        for original, rebuilt in pairs:
            # The original's features are the target: were they free, the cheapest answer would be to feel nothing.
            total = total + F.mse_loss(rebuilt, original.detach())
        return total

    def features(self, x: Tensor) -> list[Tensor]:
        """h_l(x) after the activation of every hidden encoder layer, (N, units) each."""
        found, h = [], x
        for layer in self.encoder:
            h = layer(h)
            if isinstance(layer, ACTIVATIONS[self.hyperparameters.activation]):
                found.append(h)
        return found
