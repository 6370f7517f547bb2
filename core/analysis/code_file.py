"""Codes as a file: rounded to levels, or the integers of a code book; packed bit by bit, and deflated."""

from __future__ import annotations

import hashlib
import math
import zlib
from dataclasses import dataclass

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from torch import Tensor

from core.analysis.data import SHOWN, codes_of, outputs
from core.errors import LatentLabError
from core.model import Model
from core.protocol import Array

MAGIC = b"latent-lab codes 1\n"
# Characters of a hash.
KEY, CHECK = 16, 8


class Head(BaseModel):
    """What stands before the levels: who made the codes, how many there are, and the grid that they lie on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    samples: int = Field(ge=1, le=SHOWN)
    levels: int = Field(ge=2, le=512)
    low: tuple[FiniteFloat, ...] = Field(min_length=1)
    high: tuple[FiniteFloat, ...]


@dataclass(frozen=True)
class Grid:
    """So many `levels` for each of n numbers: the middles of equal steps from `low` (n,) to `high`."""

    low: Array
    high: Array
    levels: int

    @classmethod
    def around(cls, codes: Array, bits: int) -> Grid:
        """The grid of 2^`bits` levels from the lowest to the highest of these codes (N, n)."""
        return cls(codes.min(axis=0).astype(np.float64), codes.max(axis=0).astype(np.float64), 2**bits)

    @classmethod
    def of_integers(cls, n: int, size: int) -> Grid:
        """The grid on which n integers below `size` have a level each, half a step above them."""
        return cls(np.zeros(n), np.full(n, float(size)), size)

    @property
    def bits(self) -> int:
        """The bits that hold the number of a level."""
        return (self.levels - 1).bit_length()

    @property
    def step(self) -> Array:
        """The distance of two levels (n,); a number that never varies has the whole line as its step."""
        width = (self.high - self.low) / self.levels
        return np.where(width > 0, width, 1.0)

    def places(self, codes: Array) -> Array:
        """The number of the level nearest to each code (N, n), the outermost ones for all beyond."""
        numbers: Array = np.floor((codes - self.low) / self.step).clip(0, self.levels - 1).astype(np.int64)
        return numbers

    def values(self, places: Array) -> Array:
        """The codes (N, n) that the numbers of levels stand for."""
        values: Array = np.minimum(self.low + (places + 0.5) * self.step, self.high)
        return values


def numbers_of(model: Model, x: Tensor) -> Array:
    """What a file holds of samples (N, …), (N, n): the integers of a code book, or of a model without one its codes.

    Raises:
        LatentLabError: they are not finite, or all the same.
    """
    return codes_of(model.index if "index" in model.capabilities else model.encode, x)


def samples_of(model: Model, numbers: Array) -> Tensor:
    """The samples (N, …) that numbers (N, n) from a file stand for.

    Raises:
        LatentLabError: these are no codes of this model.
    """
    codes = torch.from_numpy(numbers.astype(np.float32))
    if "index" in model.capabilities:
        try:
            codes = model.look_up(codes.long())
        except IndexError as error:
            raise LatentLabError("This file names entries that are not in this model's code book.") from error
    if codes.shape[1] != model.latents:
        raise LatentLabError(f"This file holds codes of {codes.shape[1]} latents; this model has {model.latents}.")
    return outputs(model.decode, codes)


def key_of(model: Model) -> str:
    """What tells a model with these weights from all others."""
    known = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        known.update(name.encode() + tensor.numpy().tobytes())
    return known.hexdigest()[:KEY]


def write(codes: Array, grid: Grid, model: str) -> bytes:
    """Codes (N, n) as a file: what it must sum up to, a head of JSON, the levels bit by bit, deflated.

    `model` is the key of whose codes they are.
    """
    places = grid.places(codes)
    bits = (places[..., None] >> np.arange(grid.bits)) & 1
    low, high = (tuple(edge.tolist()) for edge in (grid.low, grid.high))
    head = Head(model=model, samples=len(codes), levels=grid.levels, low=low, high=high)
    # Number by number, a bit after the other: what is alike stands together.
    packed = np.packbits(bits.transpose(1, 2, 0).astype(np.uint8)).tobytes()
    body = head.model_dump_json().encode() + b"\n" + zlib.compress(packed, 9)
    return MAGIC + _check(body) + body


def read(file: bytes) -> Array:
    """The codes (N, n) in a file that `write` made.

    Raises:
        LatentLabError: these bytes are no such file, or were changed since.
    """
    return _codes(*_opened(file))


def open_codes(model: Model, file: bytes) -> Tensor:
    """The samples (N, …) in a file of codes that this very model's encoder made.

    Raises:
        LatentLabError: these bytes are no such file, or another model's.
    """
    head, packed = _opened(file)
    if head.model != key_of(model):
        raise LatentLabError(
            "These codes are another run's, or were saved before this one went on training: other weights made them. "
            "Open the run that they were saved from."
        )
    with torch.no_grad():
        return samples_of(model, _codes(head, packed))


def _opened(file: bytes) -> tuple[Head, bytes]:
    """The head of a file of codes, and its deflated levels."""
    if not file.startswith(MAGIC):
        raise LatentLabError("This is no file of codes. Bring one that was saved on this page.")
    check, body = file[len(MAGIC) :][:CHECK], file[len(MAGIC) + CHECK :]
    if check != _check(body):
        raise LatentLabError("This file of codes is damaged: it is not as it was saved. Save it again.")
    line, _, packed = body.partition(b"\n")
    try:
        return Head.model_validate_json(line), packed
    except ValidationError as error:
        raise LatentLabError("The head of this file of codes says what none can hold. Save it again.") from error


def _codes(head: Head, packed: bytes) -> Array:
    """The codes (N, n) that deflated levels stand for."""
    n, grid = len(head.low), Grid(np.array(head.low), np.array(head.high), head.levels)
    count = head.samples * n * grid.bits
    try:
        # No more than the head promises, whatever the file would inflate to.
        levels = zlib.decompressobj().decompress(packed, math.ceil(count / 8))
        bits = np.unpackbits(np.frombuffer(levels, np.uint8))[:count].reshape(n, grid.bits, head.samples)
        return grid.values((bits.astype(np.int64) << np.arange(grid.bits)[None, :, None]).sum(axis=1).T)
    except (ValueError, zlib.error) as error:
        raise LatentLabError("This file of codes holds fewer levels than its head says. Save it again.") from error


def _check(body: bytes) -> bytes:
    return f"{zlib.crc32(body):0{CHECK}x}".encode()
