"""How good generated samples are, judged by a classifier that never saw them, and by their neighbours."""

from collections.abc import Callable

import torch
from torch import Tensor

from core.analysis.generation import copy_rate, nearest
from core.dataset import Split
from core.errors import LatentLabError

# Samples (N, …) → for each class the probability that they belong to it and not to the rest, (N, K).
Classifier = Callable[[Tensor], Tensor]
# A sample counts as one of a class from this probability on.
CONFIDENT = 0.9
# The neighbour that a real sample's ball reaches to; five is what Naeem et al. 2020 recommend.
NEIGHBOURS = 5


def classifier(train: Split) -> Classifier:
    """A support vector machine for each class against the rest, fitted to labelled data and frozen.

    Probabilities are Platt's, class by class, and need not sum to one: normalised, the least unlikely class of a
    sample that resembles none would look certain.

    Raises:
        LatentLabError: there are no labels.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import SVC

    if train.y is None:
        raise LatentLabError("Fidelity is judged by a classifier, and these data have no labels to train it on.")
    # Given one column a class, scikit-learn leaves the probabilities as they are.
    columns = torch.nn.functional.one_hot(train.y).numpy()
    machines = OneVsRestClassifier(CalibratedClassifierCV(SVC(C=10.0), ensemble=False))
    machines.fit(train.x.flatten(1).numpy(), columns)
    return lambda x: torch.from_numpy(machines.predict_proba(x.flatten(1).numpy()))


def fidelity(samples: Tensor, train: Tensor, held_out: Tensor, classify: Classifier) -> dict[str, float]:
    """How real `samples` (N, …) look, whether all classes are among them, and whether they are new.

    `fidelity` is the share of samples that `classify`, fitted to `train` (M, …), finds in some class with probability
    0.9 at least; `held_out_fidelity` is the same share of real ones, the yardstick. `classes` is the share of classes
    with one such sample at least; `rarest` compares the rarest class with an equal share, 1 when all are as frequent.
    `density` and `coverage` compare as many samples as there are in `held_out` (H, …) with these (see `neighbourhood`);
    `copy_rate` is the share of samples as near to a training sample as the nearest 1 % of `held_out` are, so a perfect
    model has about 0.01.
    """
    probabilities = classify(samples)
    best, found = probabilities.max(dim=1)
    confident = best >= CONFIDENT
    counts = torch.bincount(found[confident], minlength=probabilities.shape[1])
    density, coverage = neighbourhood(samples[: len(held_out)], held_out)
    return {
        "fidelity": float(confident.float().mean()),
        "held_out_fidelity": float((classify(held_out).amax(dim=1) >= CONFIDENT).float().mean()),
        "classes": float((counts > 0).float().mean()),
        "rarest": float(counts.min() * len(counts) / counts.sum().clamp(min=1)),
        "density": density,
        "coverage": coverage,
        "copy_rate": copy_rate(nearest(samples, train)[0], nearest(held_out, train)[0]),
    }


def neighbourhood(samples: Tensor, real: Tensor) -> tuple[float, float]:
    """Density and coverage of `samples` (M, …) among `real` ones (N, …) (Naeem et al. 2020, section 3).

    Each real sample has a ball that reaches to its fifth neighbour. Density is how many balls a sample lies in, over
    the five expected: near 1 for samples like the real ones. Coverage is the share of balls with a sample in them:
    near 1 − 2⁻⁵ = 0.97 where samples are like the real ones and as many.
    """
    exact = "donot_use_mm_for_euclid_dist"
    rows = real.flatten(1)
    # The nearest of all is the sample itself.
    reach = torch.cdist(rows, rows, compute_mode=exact).kthvalue(NEIGHBOURS + 1, dim=1).values
    inside = torch.cdist(samples.flatten(1), rows, compute_mode=exact) <= reach
    # density = Σ_j Σ_i 1[Y_j ∈ B(X_i)] / (k M);  coverage = Σ_i 1[∃ j: Y_j ∈ B(X_i)] / N
    return float(inside.float().sum(dim=1).mean() / NEIGHBOURS), float(inside.any(dim=0).float().mean())
