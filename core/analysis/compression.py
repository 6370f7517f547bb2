"""Codes as a compressed file: bytes a sample against what is lost, beside PCA, JPEG, PNG and gzip at the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.analysis.code_file import Grid, key_of, read, write
from core.analysis.data import codes_of, counts, fitted_of, flat, outputs, shown_of
from core.analysis.formats import as_jpeg, lossless, sheet_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, measured
from core.model import Model
from core.protocol import Array

# Bits that are tried: of each latent, and of the widest of PCA's components.
BITS = tuple(range(1, 9))
PCA_BITS = tuple(np.arange(0.5, 8.5, 0.5).tolist())
# The fewest bits that lose hardly more than exact codes: this many times their error.
HARDLY = 1.05
MSE = "Squared error per value between held-out samples and what comes out of the file."


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
    x, validation = flat(shown.x), context.dataset.validation.fixed(len(shown.x))
    chosen = enough_bits(context, train, validation.x)

    def error_of(z: Array) -> float:
        return error(context.model, x, z)

    exact, rates, errors = error_of(codes), [], []
    for done, bits in enumerate(BITS):
        grid = Grid.around(train, bits)
        rates.append(rate(grid.places(train), grid.places(codes), np.full(codes.shape[1], 2**bits)))
        errors.append(error_of(grid.values(grid.places(codes))))
        context.report((done + 1) / (len(BITS) + 1))
    file = write(codes, Grid.around(train, chosen), key_of(context.model))
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


def error(model: Model, x: Array, codes: Array) -> float:
    """The mean squared difference of rows (N, D) and what is decoded from `codes` (N, latents)."""
    rebuilt = flat(outputs(model.decode, torch.from_numpy(codes.astype(np.float32))))
    return float(np.square(x - rebuilt, dtype=np.float64).mean())


def enough_bits(context: Context, train: Array, validation: Tensor) -> int:
    """The fewest bits a latent with which validation samples (N, …) lose hardly more than with exact codes."""
    codes, x = codes_of(context.model.encode, validation), flat(validation)
    most = HARDLY * error(context.model, x, codes)
    for bits in BITS:
        grid = Grid.around(train, bits)
        if error(context.model, x, grid.values(grid.places(codes))) <= most:
            return bits
    return BITS[-1]


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
