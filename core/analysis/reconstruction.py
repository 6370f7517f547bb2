"""How well held-out samples survive the code, beside PCA at the same latent size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.data import BATCH, counts, flat, labels_of, outputs, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result, measured
from core.protocol import Array

# The spacing of float32 just below 1: errors smaller than this share of the value range cannot be told from zero.
RESOLUTION = 2.0**-24
# Samples at once where each is searched for: so few that whoever waits sees the search go on.
SEARCHED = 100
# PCA is exact where it loses less than this share of what the mean sample loses: rounding, and no more.
EXACT = 1e-8
MSE = "Squared error per value."
PSNR = "Peak signal-to-noise ratio, the squared error against the squared range of values."


@dataclass(frozen=True, kw_only=True)
class Reconstructions(Result):
    """Held-out samples, what the model makes of them, and what PCA with `size` components does.

    `originals`, `reconstructions` and `pca_reconstructions` are (N, …); `errors` and `pca_errors` (N,) the mean squared
    error of each; `order` (N,) sorts by the model's error, largest first; `labels` (N,), or None. `corrupted` (N, …) is
    what the network would see of them in training, or None where that is no different.
    """

    size: int
    originals: Array
    reconstructions: Array
    pca_reconstructions: Array
    errors: Array
    pca_errors: Array
    order: Array
    labels: Array | None
    corrupted: Array | None
    model_mse: float = measured("This model: held-out MSE", "", ".4f", "lower", MSE)
    pca_mse: float = measured("PCA: held-out MSE", "", ".4f", "lower", MSE)
    mean_mse: float = measured("The mean sample: held-out MSE", "", ".4f", "lower", MSE)
    model_psnr: float = measured("This model: held-out PSNR", "dB", ".1f", "higher", PSNR)
    pca_psnr: float = measured("PCA: held-out PSNR", "dB", ".1f", "higher", PSNR)
    mean_psnr: float = measured("The mean sample: held-out PSNR", "dB", ".1f", "higher", PSNR)

    @property
    def pca_is_exact(self) -> bool:
        """Whether PCA gives every sample back as it is: it has a component for all that varies, and is no yardstick."""
        return self.pca_mse <= EXACT * self.mean_mse


def reconstruct(context: Context) -> Reconstructions:
    """Reconstruct held-out samples by the model, by PCA, and by the training mean as only answer.

    PCA is fitted on the training split with `latent_size` components, or as many as the data have dimensions.

    Raises:
        LatentLabError: a reconstruction is not finite.
    """
    shown = shown_of(context.dataset)
    x, train = flat(shown.x), flat(context.dataset.train.x)
    pca = fit_pca(train, context.model.latents)
    batch = BATCH if context.model.autoencodes else SEARCHED
    model = flat(outputs(context.model.reconstruct, shown.x, report=context.report, batch=batch))
    principal, mean = pca.inverse_transform(pca.transform(x)), train.mean(axis=0)
    errors, pca_errors, mean_errors = (
        np.square(x - answer, dtype=np.float64).mean(axis=1) for answer in (model, principal, mean)
    )
    model_mse, pca_mse, mean_mse = (float(error.mean()) for error in (errors, pca_errors, mean_errors))
    low, high = context.dataset.spec.value_range
    corrupted = context.model.corrupt(shown.x, torch.Generator().manual_seed(context.config.seed))
    return Reconstructions(
        counts=counts(context.dataset, shown),
        size=int(pca.n_components_),
        originals=shown.x.numpy(),
        reconstructions=model.reshape(shown.x.shape),
        pca_reconstructions=principal.reshape(shown.x.shape),
        errors=errors,
        pca_errors=pca_errors,
        order=np.argsort(-errors, kind="stable"),
        labels=labels_of(shown),
        corrupted=None if torch.equal(corrupted, shown.x) else corrupted.numpy(),
        model_mse=model_mse,
        pca_mse=pca_mse,
        mean_mse=mean_mse,
        model_psnr=psnr(model_mse, high - low),
        pca_psnr=psnr(pca_mse, high - low),
        mean_psnr=psnr(mean_mse, high - low),
    )


def psnr(mse: float, value_range: float) -> float:
    """The peak signal-to-noise ratio in dB of a mean squared error, both in the data's own units."""
    # PSNR = 10 log₁₀(R² / MSE)
    return float(10 * np.log10(value_range**2 / max(mse, (RESOLUTION * value_range) ** 2)))
