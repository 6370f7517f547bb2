"""What is flagged, against scikit-learn and by hand."""

import math

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from core.analysis.flagging import Confusion, auc, confusion, precision_recall, roc, threshold

RNG = np.random.default_rng(0)
STRANGE = RNG.random(200) < 0.2
# Many scores come more than once.
SCORES = np.round(RNG.normal(size=200) + 1.0 * STRANGE, 1)


def test_curves_are_those_of_scikit_learn():
    alarms, hits, _ = roc_curve(STRANGE, SCORES, drop_intermediate=False)
    np.testing.assert_allclose(roc(SCORES, STRANGE), (alarms, hits))
    precisions, recalls, _ = precision_recall_curve(STRANGE, SCORES)
    # There it ends, in an order from the lowest threshold on, where nothing is flagged.
    np.testing.assert_allclose(precision_recall(SCORES, STRANGE), (recalls[-2::-1], precisions[-2::-1]))


def test_the_area_counts_pairs_and_its_spread_is_that_over_samples():
    area, spread = auc(SCORES, STRANGE)
    assert area == pytest.approx(roc_auc_score(STRANGE, SCORES))
    drawn = []
    for _ in range(2000):
        places = [RNG.choice(np.flatnonzero(side), side.sum()) for side in (STRANGE, ~STRANGE)]
        drawn.append(auc(SCORES[np.concatenate(places)], STRANGE[np.concatenate(places)])[0])
    assert spread == pytest.approx(np.std(drawn), rel=0.1)
    # Of the four pairs one of each kind: 3 above 1 and 2; 1 ties with 1 and is below 2.
    by_hand = np.array([1.0, 2.0, 3.0, 1.0]), np.array([False, False, True, True])
    # V10 is 1 and ¼, V01 is ¾ and ½: variances 9/32 and 1/32, each over two samples.
    assert auc(*by_hand) == (0.625, pytest.approx(math.sqrt(9 / 64 + 1 / 64)))
    assert auc(np.array([1.0, 2.0]), np.array([False, True])) == (1.0, 0.0)
    assert auc(np.array([2.0, 1.0]), np.array([False, True])) == (0.0, 0.0)


def test_what_is_flagged_is_counted_by_hand():
    scores, strange = np.array([5.0, 1.0, 4.0, 4.0, 2.0]), np.array([True, True, False, False, False])
    assert threshold(scores, 0.2) == 5
    # Both samples with the same score are flagged.
    assert threshold(scores, 0.4) == threshold(scores, 0.6) == 4
    assert threshold(scores, 0.001) == 5
    assert threshold(scores, 1.0) == 1
    counted = confusion(scores >= 4, strange)
    assert counted == Confusion(hits=1, misses=1, false_alarms=2, passed=1)
    assert (counted.precision, counted.recall) == (1 / 3, 1 / 2)
    assert math.isnan(confusion(scores > 9, strange).precision)
