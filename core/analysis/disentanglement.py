"""Whether each latent stands for one of the factors that samples were made from; beside PCA and untrained encoders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from core.analysis.data import codes_of, counts, fitted_of, flat, outputs, shown_of
from core.analysis.factor_scores import concentration, gap, importances, information, separability
from core.analysis.principal import fit_pca
from core.analysis.result import Context, Report, Result, ignore_progress, measured, within
from core.dataset import DataSpec, Split
from core.errors import LatentLabError
from core.protocol import Array
from core.units import turned

# Draws: each learns from other training samples, leaves out another third of the held-out ones, and has another
# untrained encoder.
DRAWS = 3
# Training samples that the predictors of a draw learn from.
LEARNED = 1000
THIRDS = 3
# Latents that are walked along, those that know most, and codes on the way, from the 5th to the 95th percentile.
WALKED = 10
STEPS = 7
SPACES = ("codes", "untrained", "pca")
MEASURES = ("mig", "disentanglement", "completeness", "informativeness", "sap")


@dataclass(frozen=True, kw_only=True)
class Disentangled(Result):
    """What codes know of the known `factors`, and the scores that follow.

    `information` (latents, factors) is the share of each factor's entropy that each latent of the model knows, on all
    held-out samples. `order` (n,) are the latents that know most of any factor, the first most, and `walks`
    (n, steps, …) is what is decoded on the way along each, all others as they are in one sample; None where codes are
    not decoded. `scores` (spaces, measures, draws) are in the order of `SPACES` and `MEASURES`.
    """

    factors: tuple[str, ...]
    information: Array
    order: Array
    walks: Array | None
    scores: Array
    mig: float = measured(
        "MIG",
        "",
        ".3f",
        "higher",
        "Mutual information gap: by what share of a factor's entropy the latent that knows most of it is ahead of the "
        "second, the mean over factors.",
    )
    disentanglement: float = measured(
        "Disentanglement", "", ".3f", "higher", "1 where each latent is needed for one factor only (the D of DCI)."
    )
    completeness: float = measured(
        "Completeness", "", ".3f", "higher", "1 where each factor needs one latent only (the C of DCI)."
    )
    informativeness: float = measured(
        "Informativeness",
        "",
        ".3f",
        "higher",
        "How well boosted trees on all latents predict the factors of held-out samples: accuracy of classes, share of "
        "the variance of numbers (the I of DCI).",
    )
    sap: float = measured(
        "SAP",
        "",
        ".3f",
        "higher",
        "Separated attribute predictability: how much better the best latent alone predicts a factor than the second, "
        "the mean over factors.",
    )


def disentangle(context: Context) -> Disentangled:
    """MIG, DCI and SAP of the model's codes, of an untrained encoder's, and of as many principal components.

    Raises:
        LatentLabError: fewer than two factors of the data are known, or the codes are all the same.
    """
    dataset, names = context.dataset, context.dataset.spec.known_factors
    if len(names) < 2:
        raise LatentLabError("Fewer than two factors that these samples were made from are known.")
    fitted, shown = fitted_of(dataset), shown_of(dataset)
    learned, known = factors_of(fitted, dataset.spec), factors_of(shown, dataset.spec)
    is_class = np.arange(len(names)) < bool(dataset.spec.label_factor)
    encode = context.model.encode
    codes, (x, components) = codes_of(encode, shown.x), _by_pca(context, fitted, shown)
    of_model = outputs(encode, fitted.x).numpy(), codes

    found = np.zeros((len(SPACES), len(MEASURES), DRAWS), np.float32)
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        rows, kept = rng.permutation(len(learned))[:LEARNED], np.arange(len(known)) % THIRDS != draw % THIRDS
        spaces = of_model, _untrained(context, draw, fitted, shown), (x, components)
        for space, (train, test) in enumerate(spaces):
            parts = (train[rows], learned[rows]), (test[kept], known[kept])
            before, all_of_them = draw * len(SPACES) + space, DRAWS * len(SPACES)
            report = within(context.report, before / all_of_them, (before + 1) / all_of_them)
            found[space, :, draw] = scores(*parts, is_class, report)
    knows = information(codes, known)
    order = np.argsort(-knows.max(axis=1), kind="stable")[:WALKED]
    return Disentangled(
        counts=counts(dataset, shown, fitted),
        factors=names,
        information=knows,
        order=order,
        walks=_walks(context, codes, order) if "decode" in context.model.capabilities else None,
        scores=found,
        **dict(zip(MEASURES, found[0].mean(axis=1).tolist(), strict=True)),
    )


def factors_of(split: Split, spec: DataSpec) -> Array:
    """The known factors (N, K) of samples, in their order: the label first where it is one of them."""
    label = [split.y] if spec.label_factor and split.y is not None else []
    numbers = [] if split.factors is None else [*split.factors.T]
    factors: Array = torch.stack([column.float() for column in label + numbers], dim=1).numpy()
    return factors


def scores(
    train: tuple[Array, Array], test: tuple[Array, Array], is_class: Array, report: Report = ignore_progress
) -> tuple[float, ...]:
    """The `MEASURES` of codes (N, latents) with factors (N, K) on `test`, by what is learned from `train`."""
    needed, predicted = importances(train, test, is_class, report)
    return (
        gap(information(*test)),
        concentration(needed),
        concentration(needed.T),
        float(predicted.mean()),
        gap(separability(train, test, is_class)),
    )


def _untrained(context: Context, seed: int, *parts: Split) -> tuple[Array, ...]:
    """What the same encoder makes of samples before its first step."""
    encode = context.untrained(seed).encode
    return tuple(outputs(encode, part.x).numpy() for part in parts)


def _by_pca(context: Context, fitted: Split, shown: Split) -> tuple[Array, Array]:
    """As many principal components as the code has numbers, of samples."""
    pca = fit_pca(flat(fitted.x), context.model.latents)
    return pca.transform(flat(fitted.x)), pca.transform(flat(shown.x))


def _walks(context: Context, codes: Array, order: Array) -> Array:
    """What lies on the way along each latent of `order` through the sample whose code is nearest to the mean."""
    nearest = np.square(codes - codes.mean(axis=0)).sum(axis=1).argmin()
    through = codes[nearest : nearest + 1]
    ends = np.quantile(codes, np.linspace(0.05, 0.95, STEPS), axis=0).astype(np.float32)
    decode = context.model.decode
    walks: Array = np.stack([outputs(decode, turned(through, order, at)).numpy() for at in ends], axis=1)
    return walks
