"""How well held-out samples survive the code, beside PCA at the same latent size."""

import numpy as np

from core.analysis.data import BATCH, flat, labels_of, outputs, shown_of
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Result
from core.protocol import Array

# The spacing of float32 just below 1: errors smaller than this share of the value range cannot be told from zero.
RESOLUTION = 2.0**-24
# Samples at once where each is searched for: so few that whoever waits sees the search go on.
SEARCHED = 100


def reconstruct(context: Context) -> Result:
    """Originals, the model's and PCA's reconstructions (N, …), and the squared error of each sample (N,).

    PCA is fitted on the training split with `latent_size` components, or as many as the data have dimensions;
    `pca_mean` (D,) and `pca_components` (k, D) let a view apply it to anything else. `order` (N,) sorts by the model's
    error, largest first. Mean squared errors are per value, PSNR in dB, also for the training mean as only answer.
    """
    shown = shown_of(context.dataset)
    x, train = flat(shown.x), flat(context.dataset.train.x)
    pca = fit_pca(train, context.model.latents)
    batch = BATCH if context.model.autoencodes else SEARCHED
    answers = {
        "model": flat(outputs(context.model.reconstruct, shown.x, report=context.report, batch=batch)),
        "pca": pca.inverse_transform(pca.transform(x)),
        "mean": np.broadcast_to(train.mean(axis=0), x.shape),
    }
    errors = {name: np.square(x - answer, dtype=np.float64).mean(axis=1) for name, answer in answers.items()}
    low, high = context.dataset.value_range
    numbers: dict[str, float] = {"size": int(pca.n_components_)}
    numbers |= {f"{name}_mse": float(error.mean()) for name, error in errors.items()}
    numbers |= {f"{name}_psnr": psnr(float(error.mean()), high - low) for name, error in errors.items()}
    shape = tuple(shown.x.shape)
    arrays: dict[str, Array] = {
        "originals": shown.x.numpy(),
        "reconstructions": answers["model"].reshape(shape),
        "pca_reconstructions": answers["pca"].reshape(shape),
        "errors": errors["model"],
        "pca_errors": errors["pca"],
        "order": np.argsort(-errors["model"], kind="stable"),
        "pca_mean": pca.mean_,
        "pca_components": pca.components_,
        **labels_of(shown),
    }
    return Result(numbers, arrays)


def psnr(mse: float, value_range: float) -> float:
    """The peak signal-to-noise ratio in dB of a mean squared error, both in the data's own units."""
    # PSNR = 10 log₁₀(R² / MSE)
    return float(10 * np.log10(value_range**2 / max(mse, (RESOLUTION * value_range) ** 2)))
