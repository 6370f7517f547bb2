"""How well Gaussian noise is taken off held-out samples: by the model, by PCA, and by the best linear method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.analysis.data import BATCH, counts, fitted_of, flat, held_back, outputs, shown_of
from core.analysis.principal import fit_pca, leading
from core.analysis.reconstruction import SEARCHED
from core.analysis.result import Context, Measured, Result, measured, within
from core.protocol import Array

# Standard deviations of the noise, in units of the data, as the knob of the noise level has them.
LEVELS = (0.1, 0.2, 0.3, 0.4)
# Training samples with so many values that a covariance of them takes too long to take apart are this few.
LARGE = 1000
# Numbers of components that are tried, at most.
TRIED = 64
# Of a model that searches for each sample, as many are looked at as have this many values: it takes long, once a level.
SEARCHED_VALUES = 4000
FEWEST_SEARCHED = 50
MOST_SEARCHED = 200
MSE = "Squared error per value against the clean sample"


@dataclass(frozen=True, kw_only=True)
class Repaired(Measured):
    """Held-out errors at one level of noise."""

    noisy: float = measured(
        "Left as it is", "", ".4f", "lower", f"{MSE}, with the noise left in, cut off at the ends of the data's range."
    )
    model: float = measured("This model", "", ".4f", "lower", f"{MSE}, of what the model makes of the noisy one.")
    pca: float = measured(
        "PCA", "", ".4f", "lower", f"{MSE}, with as many components as repair a held-back fifth of training best."
    )
    wiener: float = measured("Wiener filter", "", ".4f", "lower", f"{MSE}, by the best filter that is linear.")

    @property
    def is_worse(self) -> bool:
        """Whether the model's answer is further from the clean sample than the noisy one was."""
        return self.model > self.noisy


@dataclass(frozen=True, kw_only=True)
class Denoising(Result):
    """What is `repaired` of noise at each level; every answer, and the noisy sample, is held inside the data's range.

    `levels` (L,) are the noise's standard deviations, `components` (L,) how many PCA keeps at each.
    """

    definition = 2
    levels: Array
    components: Array
    repaired: tuple[Repaired, ...]


def denoise(context: Context) -> Denoising:
    """Add Gaussian noise to held-out samples, and take it off by the model, by PCA and by the Wiener filter.

    Both yardsticks are fitted on the training split and know the noise's level; the model has to see it.

    Raises:
        LatentLabError: an answer is not finite.
    """
    model, dataset = context.model, context.dataset
    shown, fitted = shown_of(dataset), fitted_of(dataset)
    if not model.autoencodes:
        shown = dataset.test.fixed(min(MOST_SEARCHED, max(FEWEST_SEARCHED, SEARCHED_VALUES // shown.x[0].numel())))
    if shown.x[0].numel() > LARGE:
        fitted = dataset.train.fixed(LARGE)
    x, train, (low, high) = flat(shown.x), flat(fitted.x), dataset.value_range
    pca, chosen = fit_pca(train, train.shape[1]), best_components(train, LEVELS, dataset.value_range)
    rng = torch.Generator().manual_seed(0)

    def error(answer: Array) -> float:
        return float(np.square(answer - x, dtype=np.float64).mean())

    repaired = []
    for done, (level, components) in enumerate(zip(LEVELS, chosen, strict=True)):
        noisy = shown.x + level * torch.randn(shown.x.shape, generator=rng)
        answer = outputs(
            model.reconstruct,
            noisy,
            report=within(context.report, done / len(LEVELS), (done + 1) / len(LEVELS)),
            batch=BATCH if model.autoencodes else SEARCHED,
        )
        repaired.append(
            Repaired(
                noisy=error(flat(noisy).clip(low, high)),
                model=error(flat(answer).clip(low, high)),
                pca=error(rebuilt(pca, flat(noisy), components).clip(low, high)),
                wiener=error(wiener(pca, flat(noisy), level).clip(low, high)),
            )
        )
    return Denoising(
        counts=counts(dataset, shown, fitted),
        levels=np.array(LEVELS),
        components=np.array(chosen),
        repaired=tuple(repaired),
    )


def best_components(train: Array, levels: Sequence[float], value_range: tuple[float, float]) -> list[int]:
    """How many leading components take noise of each of the standard deviations `levels` off rows (N, D) best.

    They are fitted to four fifths of the rows and tried on the last; answers are held inside `value_range`.
    """
    rng = np.random.default_rng(0)
    kept, tried = held_back(train, rng)
    pca = fit_pca(kept, train.shape[1])
    numbers = np.unique(np.geomspace(1, pca.n_components_, TRIED).round().astype(int))
    if pca.n_components_ <= TRIED:
        numbers = np.arange(1, pca.n_components_ + 1)
    noise = rng.standard_normal(tried.shape)
    return [
        int(min(numbers, key=lambda k: np.square(rebuilt(pca, noisy, k).clip(*value_range) - tried).mean()))
        for noisy in (tried + level * noise for level in levels)
    ]


def rebuilt(pca: Any, noisy: Array, components: int) -> Array:
    """Rows (N, D) without all but the leading `components`."""
    fewer = leading(pca, components)
    answer: Array = fewer.inverse_transform(fewer.transform(noisy))
    return answer


def wiener(pca: Any, noisy: Array, level: float) -> Array:
    """The best linear repair of rows (N, D) with noise of standard deviation `level` (Wiener 1949).

    `pca` holds all components of clean rows.
    """
    # x̂ = μ + Σ_j λ_j / (λ_j + σ²) ⟨u_j, x̃ − μ⟩ u_j, λ_j the variance along component u_j
    shrink = pca.explained_variance_ / (pca.explained_variance_ + level**2)
    answer: Array = pca.inverse_transform(pca.transform(noisy) * shrink)
    return answer
