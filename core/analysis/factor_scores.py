"""How far each latent stands for one known factor, and each factor for one latent: MIG, DCI and SAP.

Rows are samples, codes (N, latents) and factors (N, K); a matrix has a row a latent and a column a factor.
As in disentanglement_lib (Locatello et al. 2019), but for what is said beside each function.
"""

from __future__ import annotations

import numpy as np

from core.analysis.result import Report, ignore_progress
from core.protocol import Array

# Intervals of equal width that a latent's values are sorted into.
BINS = 20
# A factor's values, or groups of them about as large: some hundred held-out samples do not fill more cells.
GROUPS = 10


def grouped(values: Array) -> Array:
    """The number (N,) of each value among all that there are, or of its group if they are more than ten."""
    found, places = np.unique(values, return_inverse=True)
    if len(found) <= GROUPS:
        return places
    ends = np.quantile(values, np.arange(1, GROUPS) / GROUPS)
    groups: Array = np.searchsorted(ends, values, side="right")
    return groups


def information(codes: Array, factors: Array) -> Array:
    """I(z_j; v_k) / H(v_k), (latents, K): what share of each factor each latent knows, from a histogram of both."""
    shares = np.zeros((codes.shape[1], factors.shape[1]))
    for k, factor in enumerate(map(grouped, factors.T)):
        for j, latent in enumerate(codes.T):
            ends = np.histogram_bin_edges(latent, BINS)[1:-1]
            counts = np.zeros((BINS, factor.max() + 1))
            np.add.at(counts, (np.searchsorted(ends, latent, side="right"), factor), 1)
            of_latent, of_factor = entropy(counts.sum(axis=1)), entropy(counts.sum(axis=0))
            # I(z; v) = H(z) + H(v) − H(z, v)
            shares[j, k] = max(0.0, of_latent + of_factor - entropy(counts.ravel())) / of_factor
    return shares


def entropy(counts: Array) -> float:
    """H in nats of what was counted (n,): −Σ p log p, and what so many samples miss of it (Miller 1955).

    Without that, latents that know nothing would seem to know the more the fewer samples there are.
    """
    some = counts[counts > 0]
    p = some / some.sum()
    return float(-(p * np.log(p)).sum() + (len(some) - 1) / (2 * some.sum()))


def gap(matrix: Array) -> float:
    """By how much the best latent is ahead of the second, the mean over factors: of `information` it is the MIG.

    MIG = 1/K Σ_k (I(z_j; v_k) − max_{i ≠ j} I(z_i; v_k)) / H(v_k) with the best j (Chen et al. 2018).
    """
    # A single latent has no rival.
    second, best = np.sort(np.vstack([np.zeros(matrix.shape[1]), matrix]), axis=0)[-2:]
    return float((best - second).mean())


def separability(train: tuple[Array, Array], test: tuple[Array, Array], is_class: Array) -> Array:
    """How well each latent alone predicts each factor, (latents, K), whose `gap` is the SAP (Kumar et al. 2018).

    Of numbers the squared correlation on `test`; of classes, `is_class` (K,), the accuracy on `test` of a linear
    support vector machine on `train`, each latent having variance 1, so that its scale does not count.
    """
    from sklearn.svm import LinearSVC

    (x, y), (codes, factors) = train, test
    scores = np.zeros((codes.shape[1], factors.shape[1]))
    for j, latent in enumerate(codes.T):
        scale = max(float(x[:, j].std()), 1e-12)
        rows, others = (((of - x[:, j].mean()) / scale)[:, None] for of in (x[:, j], latent))
        for k, factor in enumerate(factors.T):
            if is_class[k]:
                learned = LinearSVC(C=0.01, class_weight="balanced", random_state=0).fit(rows, y[:, k])
                scores[j, k] = (learned.predict(others) == factor).mean()
            elif latent.std() > 1e-6:
                scores[j, k] = np.corrcoef(latent, factor)[0, 1] ** 2
    return scores


def importances(
    train: tuple[Array, Array], test: tuple[Array, Array], is_class: Array, report: Report = ignore_progress
) -> tuple[Array, Array]:
    """What trees need each latent for, (latents, K), and how well they then predict, (K,) on `test`, 0 to 1.

    Gradient-boosted trees are fitted on `train`, with importances that sum to 1 for each factor. A number has one
    ensemble, and the share of its variance counts; each class has one, the highest names the class, and the accuracy
    counts. disentanglement_lib takes numbers for classes, too, and boosts logits, which run away where codes are clear.
    """
    from sklearn.base import clone
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.metrics import r2_score

    (x, y), (codes, factors) = train, test
    needed, known = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    for k, factor in enumerate(factors.T):
        classes = np.unique(y[:, k])
        targets = [y[:, k] == each for each in classes] if is_class[k] else [y[:, k]]
        # Half of the usual trees, which learn twice as fast from half of the samples each: a quarter of the time.
        trees = GradientBoostingRegressor(n_estimators=50, learning_rate=0.2, subsample=0.5, random_state=0)
        fitted = [clone(trees).fit(x, target) for target in targets]
        needed[:, k] = np.mean([each.feature_importances_ for each in fitted], axis=0)
        named = [each.predict(codes) for each in fitted]
        if is_class[k]:
            known[k] = (classes[np.argmax(named, axis=0)] == factor).mean()
        else:
            known[k] = max(0.0, r2_score(factor, named[0]))
        report((k + 1) / y.shape[1])
    return needed, known


def concentration(matrix: Array) -> float:
    """How far each row is about one column: 1 − H(row) in units of log columns, rows weighted by their sums.

    Of `importances` it is disentanglement, of their transpose completeness (Eastwood & Williams 2018, section 2).
    """
    from scipy.special import xlogy

    total = matrix.sum()
    if total == 0:
        return 0.0
    rows = [(row.sum() / total, row / row.sum()) for row in matrix if row.sum() > 0]
    # With one column only, every row is about it.
    units = np.log(max(2, matrix.shape[1]))
    return float(sum(weight * (1 + xlogy(row, row).sum() / units) for weight, row in rows))
