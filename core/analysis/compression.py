"""Codes as a compressed file: bytes a sample against what is lost, beside PCA, JPEG, PNG and gzip at the same."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.data import codes_of, counts, fitted_of, flat, outputs, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, measured
from core.dataset import DataSpec
from core.errors import LatentLabError
from core.model import Model
from core.protocol import Array

# Bits that are tried: of each latent, of the widest of PCA's components; and qualities of JPEG, with its block's side.
BITS = tuple(range(1, 9))
PCA_BITS = tuple(np.arange(0.5, 8.5, 0.5).tolist())
QUALITIES = (1, 5, 10, 20, 35, 50, 75, 90)
# The fewest bits that lose hardly more than exact codes: this many times their error.
HARDLY = 1.05
BLOCK = 8
# Pictures beside each other on a sheet.
ACROSS = 32
MSE = "Squared error per value between held-out samples and what comes out of the file."
MAGIC = b"latent-lab codes 1\n"


@dataclass(frozen=True, kw_only=True)
class Compressed(Result):
    """Bytes a held-out sample and squared errors: of the model's codes, of PCA, and of other formats.

    The codes' `rates` and `errors` (bits,) are those at each number of `bits` a latent; `pca_rates` and `pca_errors`
    (steps,) those of PCA; `jpeg_rates` and `jpeg_errors` (qualities,) those of JPEG, or None where samples are no
    pictures. A rate is −log₂ of what frequencies in training give to the held-out levels: what an ideal coder takes.
    These frequencies and the decoder, which whoever opens the file must have, are not counted. `lossless` are bytes a
    sample by format. `file` is the held-out set with `chosen` bits for each of the `latents`, and `exact_mse` the error
    without rounding.
    """

    bits: tuple[int, ...]
    rates: Array
    errors: Array
    pca_rates: Array
    pca_errors: Array
    jpeg_rates: Array | None
    jpeg_errors: Array | None
    lossless: dict[str, float]
    chosen: int
    latents: int
    file: Array
    exact_mse: float
    raw: float = measured("Uncompressed", "bytes", ".0f", None, "One byte a value, or as many bits as needed.")
    size: float = measured("File, per sample", "bytes", ".2f", "lower", "The length of the file over its samples.")
    rate: float = measured(
        "Ideal coder, per sample",
        "bytes",
        ".2f",
        "lower",
        "The entropy of these codes under a fitted prior.",
    )
    mse: float = measured("From the file: held-out MSE", "", ".4f", "lower", MSE)
    pca_mse: float = measured(
        "PCA at this rate: held-out MSE",
        "",
        ".4f",
        "lower",
        "Between its two rates next to the ideal coder's.",
    )


def compress(context: Context) -> Compressed:
    """Quantise codes to 1 … 8 bits a latent, write the held-out set to a file, and open it again.

    Raises:
        LatentLabError: the codes are all the same.
    """
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    train, codes = codes_of(context.model.encode, fitted.x), codes_of(context.model.encode, shown.x)
    x = flat(shown.x)

    def error_of(z: Array) -> float:
        rebuilt = flat(outputs(context.model.decode, torch.from_numpy(z.astype(np.float32))))
        return float(np.square(x - rebuilt, dtype=np.float64).mean())

    exact, rates, errors = error_of(codes), [], []
    for done, bits in enumerate(BITS):
        grid = Grid.around(train, bits)
        rates.append(rate(grid.places(train), grid.places(codes), np.full(codes.shape[1], 2**bits)))
        errors.append(error_of(grid.values(grid.places(codes))))
        context.report((done + 1) / (len(BITS) + 1))
    enough = [bits for bits, error in zip(BITS, errors, strict=True) if error <= HARDLY * exact]
    chosen = enough[0] if enough else BITS[-1]
    file = write(codes, Grid.around(train, chosen))
    pca_rates, pca_errors = principal(flat(fitted.x), x)
    sheet = sheet_of(x, context.dataset.spec)
    jpeg = None if sheet is None else as_jpeg(sheet, x, context.dataset.spec)
    k = BITS.index(chosen)
    return Compressed(
        counts=counts(context.dataset, shown, fitted),
        bits=BITS,
        rates=np.array(rates),
        errors=np.array(errors),
        pca_rates=pca_rates,
        pca_errors=pca_errors,
        jpeg_rates=None if jpeg is None else jpeg[0],
        jpeg_errors=None if jpeg is None else jpeg[1],
        lossless=lossless(x, sheet, context.dataset.spec),
        chosen=chosen,
        latents=codes.shape[1],
        file=np.frombuffer(file, np.uint8),
        exact_mse=exact,
        raw=x.shape[1] * np.ceil(np.log2(context.dataset.spec.levels or 256)) / 8,
        size=len(file) / len(x),
        rate=rates[k],
        mse=error_of(read(file)),
        pca_mse=float(np.interp(rates[k], pca_rates, pca_errors)),
    )


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


def rate(train: Array, test: Array, levels: Array) -> float:
    """Bytes that an ideal coder takes for a row of numbers `test` (N, D) below `levels` (D,), as often as in `train`.

    Each number is counted once more than it was seen, so that none is impossible (Laplace's rule of succession).
    """
    bits = 0.0
    for column, most in enumerate(levels):
        seen = np.bincount(train[:, column], minlength=most) + 1.0
        # −Σ log₂ p(q)
        bits -= float(np.log2(seen / seen.sum())[test[:, column]].sum())
    return bits / len(test) / 8


def principal(train: Array, test: Array) -> tuple[Array, Array]:
    """Rates and errors (steps,) of PCA with every component, all rounded to whole multiples of one step.

    A wide step leaves most components at 0, which takes next to nothing. Among linear codes none does better at high
    rates (Goyal 2001).
    """
    pca = fit_pca(train, train.shape[1])
    fitted, held_out = pca.transform(train), pca.transform(test)
    widest = float(np.ptp(fitted, axis=0).max())
    rates, errors = [], []
    for bits in PCA_BITS:
        step = widest / 2**bits
        seen = np.rint(fitted / step).astype(np.int64)
        low, high = seen.min(axis=0), seen.max(axis=0)
        numbers = np.rint(held_out / step).astype(np.int64).clip(low, high)
        rates.append(rate(seen - low, numbers - low, high - low + 1))
        errors.append(float(np.square(test - pca.inverse_transform(numbers * step), dtype=np.float64).mean()))
    return np.array(rates), np.array(errors)


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


def as_bytes(x: Array, spec: DataSpec) -> Array:
    """Values in 256 steps of their range, or in as many as there are; as uint8."""
    low, high = spec.value_range
    values: Array = np.rint((x - low) / (high - low) * ((spec.levels or 256) - 1)).clip(0, 255).astype(np.uint8)
    return values


def sheet_of(x: Array, spec: DataSpec) -> Array | None:
    """Pictures (N, C H W) of one or three channels side by side on one sheet, in 256 steps; None of what is no picture.

    Each is continued at its edges to whole blocks of JPEG, so that one picture's edge does not disturb the next.
    """
    if spec.kind != "image" or spec.shape[0] not in (1, 3):
        return None
    low, high = spec.value_range
    pictures = np.rint((x.reshape(-1, *spec.shape) - low) / (high - low) * 255).clip(0, 255).astype(np.uint8)
    more = [(0, -size % BLOCK) for size in spec.shape[1:]]
    pictures = np.pad(pictures, [(0, 0), (0, 0), *more], mode="edge")
    # The last row is filled up with black.
    pictures = np.pad(pictures, [(0, -len(pictures) % ACROSS), (0, 0), (0, 0), (0, 0)])
    rows = pictures.reshape(-1, ACROSS, *pictures.shape[1:]).transpose(0, 3, 1, 4, 2)
    sheet: Array = rows.reshape(rows.shape[0] * rows.shape[1], -1, spec.shape[0])
    return sheet


def off_sheet(sheet: Array, n: int, spec: DataSpec) -> Array:
    """The first `n` pictures (n, C H W) on a sheet of 256 steps, as values of their range."""
    (channels, height, width), (low, high) = spec.shape, spec.value_range
    tall, wide = height + -height % BLOCK, width + -width % BLOCK
    rows = sheet.reshape(-1, tall, ACROSS, wide, channels).transpose(0, 2, 4, 1, 3)
    pictures = rows.reshape(-1, channels, tall, wide)[:n, :, :height, :width]
    values: Array = low + pictures.reshape(n, -1) / 255 * (high - low)
    return values


def as_jpeg(sheet: Array, x: Array, spec: DataSpec) -> tuple[Array, Array]:
    """Rates and errors (qualities,) of one JPEG file with all pictures (N, C H W)."""
    from PIL import Image

    image, rates, errors = Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet), [], []
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        opened = off_sheet(np.asarray(Image.open(file)), len(x), spec)
        rates.append(len(file.getvalue()) / len(x))
        errors.append(float(np.square(x - opened).mean()))
    return np.array(rates), np.array(errors)


def lossless(x: Array, sheet: Array | None, spec: DataSpec) -> dict[str, float]:
    """Bytes a sample of formats that lose nothing beyond 256 steps: gzip, and PNG of pictures."""
    from PIL import Image

    sizes = {"gzip": len(gzip.compress(as_bytes(x, spec).tobytes(), 9)) / len(x)}
    if sheet is not None:
        file = io.BytesIO()
        Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet).save(file, "PNG", optimize=True)
        sizes["PNG"] = len(file.getvalue()) / len(x)
    return sizes
