"""Codes as a compressed file: bytes a sample against what is lost, beside PCA, JPEG, PNG and gzip at the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.code_file import Grid, key_of, numbers_of, read, samples_of, write
from core.analysis.data import counts, fitted_of, flat, outputs, shown_of
from core.analysis.formats import as_jpeg, lossless, sheet_of, uncompressed
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, measured
from core.analysis.spread import standard_error
from core.dataset import Split
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

    The codes' `rates` and `errors` (bits,) are those at each number of `bits` a latent, or an integer of a code book;
    `gains` (bits,) are what PCA loses more at these rates, with their standard errors `gain_spreads` (bits,) over
    samples. `pca_rates` and `pca_errors` (steps,) are those of PCA; `jpeg_rates` and `jpeg_errors` (qualities,) those
    of JPEG, or None where samples are no pictures. A rate is −log₂ of what frequencies in training, or a code book's
    own prior, give to the held-out levels: what an ideal coder takes. These and the decoder, which whoever opens the
    file must have, are not counted. `lossless` are bytes a sample by format. `file` is the held-out set with `chosen`
    bits for each of so many `numbers` a sample, `exact_mse` the error without rounding, and `spread` and `pca_spread`
    are standard errors of `mse` and `pca_mse`.
    """

    definition = 3
    bits: tuple[int, ...]
    rates: Array
    errors: Array
    gains: Array
    gain_spreads: Array
    pca_rates: Array
    pca_errors: Array
    jpeg_rates: Array | None
    jpeg_errors: Array | None
    lossless: dict[str, float]
    chosen: int
    numbers: int
    file: Array
    exact_mse: float
    spread: float
    pca_spread: float
    raw: float = measured(
        "Uncompressed", "bytes", ".0f", None, "One byte a value, or as many bits as tell its levels, or letters, apart."
    )
    size: float = measured("File, per sample", "bytes", ".2f", "lower", "The length of the file over its samples.")
    rate: float = measured(
        "Ideal coder, per sample",
        "bytes",
        ".2f",
        "lower",
        "The entropy of these codes under a fitted prior.",
    )
    mse: float = measured("From the file: held-out MSE", "", ".3g", "lower", MSE)
    pca_mse: float = measured(
        "PCA at this rate: held-out MSE",
        "",
        ".3g",
        "lower",
        "Between its two rates next to the ideal coder's.",
    )


def compress(context: Context) -> Compressed:
    """Quantise codes to 1 … 8 bits a latent, write the held-out set to a file, and open it again.

    The integers of a code book are no numbers to be rounded: they are stored as they are.

    Raises:
        LatentLabError: the codes are all the same.
    """
    model, fitted, shown = context.model, fitted_of(context.dataset), shown_of(context.dataset)
    train, codes = numbers_of(model, fitted.x), numbers_of(model, shown.x)
    x, grids = flat(shown.x), grids_around(model, train)
    pca_rates, pca_errors = principal(flat(fitted.x), x)
    rates, errors, gains = [], [], []
    for done, grid in enumerate(grids):
        places = grid.places(codes)
        rates.append(_rate(model, grid, train, codes))
        errors.append(losses(model, x, grid.values(places)))
        gains.append(between(rates[-1], pca_rates, pca_errors) - errors[-1])
        context.report((done + 1) / (len(grids) + 1))
    k = enough(model, grids, context.dataset.validation.fixed(len(shown.x)))
    file = write(codes, grids[k], key_of(model))
    sheet = sheet_of(x, context.dataset.spec)
    jpeg = None if sheet is None else as_jpeg(sheet, x, context.dataset.spec)
    opened, at_its_rate = losses(model, x, read(file)), between(rates[k], pca_rates, pca_errors)
    return Compressed(
        counts=counts(context.dataset, shown, fitted),
        bits=tuple(grid.bits for grid in grids),
        rates=np.array(rates),
        errors=np.mean(errors, axis=1),
        gains=np.mean(gains, axis=1),
        gain_spreads=standard_error(np.array(gains)),
        pca_rates=pca_rates,
        pca_errors=pca_errors.mean(axis=1),
        jpeg_rates=None if jpeg is None else jpeg[0],
        jpeg_errors=None if jpeg is None else jpeg[1],
        lossless=lossless(x, sheet, context.dataset.spec),
        chosen=grids[k].bits,
        numbers=codes.shape[1],
        file=np.frombuffer(file, np.uint8),
        exact_mse=float(losses(model, x, codes).mean()),
        raw=uncompressed(context.dataset.spec),
        size=len(file) / len(x),
        rate=rates[k],
        mse=float(opened.mean()),
        spread=float(standard_error(opened)),
        pca_mse=float(at_its_rate.mean()),
        pca_spread=float(standard_error(at_its_rate)),
    )


def grids_around(model: Model, train: Array) -> list[Grid]:
    """The grids to try on a model's numbers, those of training samples being `train` (N, n)."""
    if "index" in model.capabilities:
        return [Grid.of_integers(train.shape[1], int(model.hyperparameters.codebook_size))]
    return [Grid.around(train, bits) for bits in BITS]


def _rate(model: Model, grid: Grid, train: Array, codes: Array) -> float:
    """Bytes that an ideal coder takes for a row of `codes` (N, n): by the prior of a code book, else by frequencies."""
    if "index" in model.capabilities:
        return float(outputs(model.bits, torch.from_numpy(codes)).mean()) / 8
    return rate(grid.places(train), grid.places(codes), np.full(codes.shape[1], grid.levels))


def losses(model: Model, x: Array, numbers: Array) -> Array:
    """The mean squared difference (N,) of rows (N, D) and the samples that `numbers` (N, n) stand for."""
    means: Array = np.square(x - flat(samples_of(model, numbers)), dtype=np.float64).mean(axis=1)
    return means


def enough(model: Model, grids: list[Grid], validation: Split) -> int:
    """The place of the coarsest grid on which validation samples lose hardly more than with exact codes."""
    codes, x = numbers_of(model, validation.x), flat(validation.x)
    most = HARDLY * losses(model, x, codes).mean()
    for place, grid in enumerate(grids[:-1]):
        if losses(model, x, grid.values(grid.places(codes))).mean() <= most:
            return place
    return len(grids) - 1


def between(rate: float, rates: Array, errors: Array) -> Array:
    """The errors (N,) at a rate, on the lines between those (steps, N) at `rates` (steps,)."""
    return np.array([np.interp(rate, rates, sample) for sample in errors.T])


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
    """Rates (steps,) and errors (steps, N) of PCA with every component, all rounded to whole multiples of one step.

    A wide step leaves most components at 0, which takes next to nothing. Among linear codes none does better at high
    rates (Goyal 2001). Rates grow: where data lie in few places, a step may take more than a finer one, and nobody
    would choose it.
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
        errors.append(np.square(test - pca.inverse_transform(numbers * step), dtype=np.float64).mean(axis=1))
    least_of_finer = np.minimum.accumulate([np.inf, *rates[:0:-1]])[::-1]
    chosen = np.array(rates) < least_of_finer
    return np.array(rates)[chosen], np.array(errors)[chosen]
