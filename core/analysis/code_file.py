"""Codes as a file: rounded to levels, packed bit by bit, and deflated."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import outputs
from core.errors import LatentLabError
from core.model import Model
from core.protocol import Array

MAGIC = b"latent-lab codes 1\n"


@dataclass(frozen=True)
class Grid:
    """2^`bits` levels for each latent: the middles of equal steps from `low` (latents,) to `high`."""

    low: Array
    high: Array
    bits: int

    @classmethod
    def around(cls, codes: Array, bits: int) -> Grid:
        """The grid from the lowest to the highest of these codes (N, latents)."""
        return cls(codes.min(axis=0).astype(np.float64), codes.max(axis=0).astype(np.float64), bits)

    @property
    def step(self) -> Array:
        """The distance of two levels (latents,); a latent that never varies has the whole line as its step."""
        width = (self.high - self.low) / 2**self.bits
        return np.where(width > 0, width, 1.0)

    def places(self, codes: Array) -> Array:
        """The number of the level nearest to each code (N, latents), the outermost ones for all beyond."""
        numbers: Array = np.floor((codes - self.low) / self.step).clip(0, 2**self.bits - 1).astype(np.int64)
        return numbers

    def values(self, places: Array) -> Array:
        """The codes (N, latents) that the numbers of levels stand for."""
        values: Array = np.minimum(self.low + (places + 0.5) * self.step, self.high)
        return values


def write(codes: Array, grid: Grid) -> bytes:
    """Codes (N, latents) as a file: a line of JSON with the grid, and the levels' numbers bit by bit, deflated."""
    places = grid.places(codes)
    bits = (places[..., None] >> np.arange(grid.bits)) & 1
    head = {"bits": grid.bits, "shape": codes.shape, "low": grid.low.tolist(), "high": grid.high.tolist()}
    # Latent by latent, a bit after the other: what is alike stands together.
    packed = np.packbits(bits.transpose(1, 2, 0).astype(np.uint8)).tobytes()
    return MAGIC + json.dumps(head).encode() + b"\n" + zlib.compress(packed, 9)


def read(file: bytes) -> Array:
    """The codes (N, latents) in a file that `write` made.

    Raises:
        ValueError: these bytes are no such file.
    """
    if not file.startswith(MAGIC):
        raise ValueError("This is no file of codes.")
    line, _, packed = file.removeprefix(MAGIC).partition(b"\n")
    head = json.loads(line)
    (samples, latents), depth = head["shape"], head["bits"]
    bits = np.unpackbits(np.frombuffer(zlib.decompress(packed), np.uint8), count=samples * latents * depth)
    places = (bits.reshape(latents, depth, samples).astype(np.int64) << np.arange(depth)[None, :, None]).sum(axis=1).T
    return Grid(np.array(head["low"]), np.array(head["high"]), depth).values(places)


def open_codes(model: Model, file: bytes) -> Tensor:
    """The samples (N, …) in a file of codes that this model's encoder made.

    Raises:
        LatentLabError: these bytes are no such file, or another model's.
    """
    try:
        codes = read(file)
    except (ValueError, KeyError, zlib.error) as error:
        raise LatentLabError("This is no file of codes, or it is damaged.") from error
    if codes.shape[1] != model.latents:
        raise LatentLabError(f"This file holds codes of {codes.shape[1]} latents; this model has {model.latents}.")
    with torch.no_grad():
        return outputs(model.decode, torch.from_numpy(codes.astype(np.float32)))
