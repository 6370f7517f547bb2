"""Whether generated samples help a classifier that has few real ones, beside jitter and real ones without labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from core.analysis.data import counts, finite, fitted_of, flat, outputs, shown_of
from core.analysis.few_labels import drawn, labels_to_learn, logistic_regression, scaled
from core.analysis.result import Context, Result, measured
from core.analysis.sampling import sampler
from core.errors import LatentLabError
from core.protocol import Array

# Generated samples for each real one.
TIMES = (0, 1, 2, 5, 10, 20)
# Draws of the labelled samples: fewer of many, which differ less and take longer, so many samples in all.
DRAWS, FEWEST_DRAWS = 20, 5
DRAWN = 2000
# Jitter: the standard deviation of its noise as a share of the range of values.
JITTER = 0.1
# Samples that a model without codes of its own draws, and names by what is known already.
POOL = 2000

# (real samples (n, D), their labels (n,), how many, seed) → made samples (m, D) and their labels (m,).
Maker = Callable[[Array, Array, int, int], tuple[Array, Array]]


@dataclass(frozen=True, kw_only=True)
class Augmented(Result):
    """Accuracies with `times` made samples for each real one, of which there are `labelled` a class.

    `generated` (times, draws) are those with samples of the model, `jittered` (times, draws) those with real ones under
    noise, and `unlabelled` (times, draws) those with other training samples, each of the class that the classifier of
    the labelled ones gives it, as the model was trained on these, too. `between` says that the model's lie between
    codes of a class; otherwise they are named by the classifier that has only the real ones.
    """

    definition = 2
    labelled: int
    times: tuple[int, ...]
    between: bool
    generated: Array
    jittered: Array
    unlabelled: Array
    alone: float = measured(
        "Real samples alone",
        "",
        ".3f",
        "higher",
        "Accuracy on held-out samples of a classifier with the few real ones.",
    )
    with_generated: float = measured(
        "With generated ones", "", ".3f", "higher", "The same with the most generated samples beside them."
    )
    with_jitter: float = measured(
        "With jitter",
        "",
        ".3f",
        "higher",
        "The same with as many copies of the real ones under Gaussian noise instead.",
    )
    with_unlabelled: float = measured(
        "With unlabelled ones",
        "",
        ".3f",
        "higher",
        "The same with as many other training samples instead, named by the classifier of the few.",
    )


def augment(context: Context, labelled: int = 5) -> Augmented:
    """Logistic regression on `labelled` real samples a class and up to 20 made ones for each, over 5 to 20 draws.

    A model with codes of its own makes them between codes of two real samples of one class (DeVries & Taylor 2017);
    any other draws from its prior, and the classifier of the real samples names what it drew.

    Raises:
        LatentLabError: the data have no labels or one class only, no class has more samples, or one is not finite.
    """
    fitted, shown = fitted_of(context.dataset), shown_of(context.dataset)
    labels, held_out, known = labels_to_learn(context.dataset)
    sizes = np.unique(labels, return_counts=True)[1]
    if not 1 <= labelled < sizes.max():
        raise LatentLabError(
            f"The largest class has {sizes.max()} samples, of which {labelled} cannot be drawn in more than one way: "
            "choose fewer."
        )
    x, test = flat(fitted.x), flat(shown.x)[known]
    between = context.model.autoencodes and {"encode", "decode"} <= context.model.capabilities
    makers: tuple[Maker, ...] = (_between(context) if between else _named(context), _jitter(context), _unlabelled(x))
    count = min(DRAWS, max(FEWEST_DRAWS, DRAWN // (labelled * len(sizes))))
    draws = [*islice(drawn(labels, labelled), count)]
    found = np.zeros((len(makers), len(TIMES), len(draws)), np.float32)
    for draw, rows in enumerate(draws):
        for kind, make in enumerate(makers):
            made, named = make(x[rows], labels[rows], TIMES[-1] * len(rows), draw)
            for place, times in enumerate(TIMES):
                more = slice(times * len(rows))
                train, scaled_test = scaled(np.concatenate([x[rows], made[more]]), test)
                # C is the price on a sample: all together cost as much as the real ones alone, so that the penalty on
                # weights counts as much, and copies would change nothing.
                named_all, price = np.concatenate([labels[rows], named[more]]), 1 / (1 + times)
                guessed = logistic_regression(train, named_all, scaled_test, price)
                found[kind, place, draw] = (guessed == held_out[known]).mean()
                context.report((draw + (kind + (place + 1) / len(TIMES)) / len(makers)) / len(draws))
    return Augmented(
        counts=counts(context.dataset, shown, fitted),
        labelled=labelled,
        times=TIMES,
        between=between,
        generated=found[0],
        jittered=found[1],
        unlabelled=found[2],
        alone=float(found[0, 0].mean()),
        with_generated=float(found[0, -1].mean()),
        with_jitter=float(found[1, -1].mean()),
        with_unlabelled=float(found[2, -1].mean()),
    )


def _between(context: Context) -> Maker:
    """z = a z_i + (1 − a) z_j, a ~ U(0, 1), of two real samples i, j of one class, decoded."""
    model, shape = context.model, context.dataset.spec.shape

    def make(x: Array, y: Array, count: int, seed: int) -> tuple[Array, Array]:
        rng = np.random.default_rng(seed)
        codes = outputs(model.encode, torch.from_numpy(x).reshape(-1, *shape)).numpy()
        first = rng.integers(len(x), size=count)
        second = np.array([rng.choice(np.flatnonzero(y == y[place])) for place in first])
        share = rng.random((count, 1), np.float32)
        z = share * codes[first] + (1 - share) * codes[second]
        return flat(outputs(model.decode, torch.from_numpy(z))), y[first]

    return make


def _named(context: Context) -> Maker:
    """Samples of the model, each of the class that a classifier of the real ones gives it."""
    pool = flat(finite(sampler(context, "")(POOL, 0)))

    def make(x: Array, y: Array, count: int, seed: int) -> tuple[Array, Array]:
        made = pool[np.random.default_rng(seed).integers(len(pool), size=count)]
        return made, logistic_regression(*_beside(x, y, made))

    return make


def _beside(x: Array, y: Array, made: Array) -> tuple[Array, Array, Array]:
    train, scaled_made = scaled(x, made)
    return train, y, scaled_made


def _jitter(context: Context) -> Maker:
    """Real samples with Gaussian noise, inside the range of values."""
    low, high = context.dataset.value_range

    def make(x: Array, y: Array, count: int, seed: int) -> tuple[Array, Array]:
        rng = np.random.default_rng(seed)
        chosen = rng.integers(len(x), size=count)
        noise = JITTER * (high - low) * rng.standard_normal((count, x.shape[1]), np.float32)
        return np.clip(x[chosen] + noise, low, high), y[chosen]

    return make


def _unlabelled(pool: Array) -> Maker:
    """Training samples, each of the class that a classifier of the labelled ones gives it (Lee 2013)."""

    def make(x: Array, y: Array, count: int, seed: int) -> tuple[Array, Array]:
        chosen = pool[np.random.default_rng(seed).integers(len(pool), size=count)]
        return chosen, logistic_regression(*_beside(x, y, chosen))

    return make
