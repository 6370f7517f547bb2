"""What a trained model answers at once: decode these codes, repair this noise; small enough for the server itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.model import Model
from core.nn.corruption import Noise, corrupt
from core.plane import lattice
from core.protocol import Array
from core.training.loop import one_thread

# Samples that are encoded at once: bounds the memory that a convolution's features take.
BATCH = 250


@dataclass(frozen=True)
class Repair:
    """Samples (n, …), the same after corruption, and what a model reconstructs from that."""

    originals: Array
    corrupted: Array
    reconstructions: Array

    def errors(self, low: float, high: float) -> dict[str, float]:
        """The mean squared difference to the originals, before ("corrupted_mse") and after ("reconstructions_mse").

        Both are held between the limits of the data, as they are seen: else a copy would seem to remove noise.
        """
        after = {"corrupted": self.corrupted, "reconstructions": self.reconstructions}
        held = {name: values.clip(low, high) for name, values in after.items()}
        return {f"{name}_mse": float(np.square(values - self.originals).mean()) for name, values in held.items()}


def prior_codes(model: Model, n: int) -> Array:
    """Codes (n, latents) that the model would decode for samples, always the same."""
    codes: Array = model.prior(n, torch.Generator().manual_seed(0)).numpy()
    return codes


def decodes_its_codes(model: Model | type[Model]) -> bool:
    """Whether what the model encodes it can decode: a GAN's codes are those of its other network."""
    return model.autoencodes and {"encode", "decode"} <= model.capabilities


def encode(model: Model, samples: Array) -> Array:
    """Samples (n, …) → codes (n, latents)."""
    with torch.no_grad(), one_thread():
        codes: Array = torch.cat([model.encode(part) for part in torch.from_numpy(samples).split(BATCH)]).numpy()
    return codes


def decode(model: Model, codes: Tensor) -> Array:
    """Codes (n, latents) → samples (n, …)."""
    with torch.no_grad(), one_thread():
        samples: Array = model.decode(codes).numpy()
    return samples


def decode_grid(model: Model, code: Array, latents: tuple[int, int], low: Array, high: Array, side: int) -> Array:
    """The plane of two `latents` through a code (latents,) as samples (side², …), top row first.

    `low` and `high`, (2,) each, are its corners.
    """
    codes = np.tile(code, (side**2, 1)).astype(np.float32)
    codes[:, latents] = lattice(low, high, side, side)
    return decode(model, torch.from_numpy(codes))


def traverse(model: Model, code: Array, latents: list[int], low: Array, high: Array, count: int) -> Array:
    """A code (latents,) with one of the `latents` after the other moved, as samples (len(latents), count, …).

    Each goes evenly from its `low` to its `high`, (len(latents),) each.
    """
    codes = np.tile(code, (len(latents), count, 1)).astype(np.float32)
    for row, latent in enumerate(latents):
        codes[row, :, latent] = np.linspace(low[row], high[row], count)
    samples = decode(model, torch.from_numpy(codes).flatten(0, 1))
    return samples.reshape(len(latents), count, *samples.shape[1:])


def repair(model: Model, originals: Array, noise: Noise, level: float) -> Repair:
    """Samples (n, …), corrupted with always the same draws, and reconstructed from that."""
    clean, rng = torch.from_numpy(originals), torch.Generator().manual_seed(0)
    corrupted = corrupt(clean, noise, level, model.value_range, rng)
    with torch.no_grad(), one_thread():
        reconstructions = model.reconstruct(corrupted)
    return Repair(originals, corrupted.numpy(), reconstructions.numpy())
