"""What comes of calling the highest scores anomalies: hits and false alarms, at one threshold and at all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.protocol import Array


@dataclass(frozen=True)
class Confusion:
    """How many strange samples were flagged, and not, and how many ordinary ones were, and not."""

    hits: int
    misses: int
    false_alarms: int
    passed: int

    @property
    def precision(self) -> float:
        """The share of strange samples among those that are flagged; NaN where none is."""
        flagged = self.hits + self.false_alarms
        return self.hits / flagged if flagged else math.nan

    @property
    def recall(self) -> float:
        """The share of the strange samples that are flagged."""
        return self.hits / (self.hits + self.misses)


def threshold(scores: Array, share: float) -> float:
    """The least of the highest `share` of all scores (N,): whatever reaches it is flagged, at least one sample."""
    count = max(1, round(share * len(scores)))
    return float(np.sort(scores)[-count])


def confusion(flagged: Array, strange: Array) -> Confusion:
    """What is flagged (N,) against what is strange (N,)."""
    return Confusion(
        hits=int((flagged & strange).sum()),
        misses=int((~flagged & strange).sum()),
        false_alarms=int((flagged & ~strange).sum()),
        passed=int((~flagged & ~strange).sum()),
    )


def roc(scores: Array, strange: Array) -> tuple[Array, Array]:
    """Shares of ordinary and of strange samples that are flagged, from the highest threshold to the lowest."""
    hits, flagged = _counted(scores, strange)
    return (flagged - hits) / (~strange).sum(), hits / strange.sum()


def precision_recall(scores: Array, strange: Array) -> tuple[Array, Array]:
    """Recall and precision from the highest threshold that flags anything to the lowest."""
    hits, flagged = _counted(scores, strange)
    return hits[1:] / strange.sum(), hits[1:] / flagged[1:]


def auc(scores: Array, strange: Array) -> tuple[float, float]:
    """The area under the ROC curve of `scores` (N,), P(a strange sample's > another's), ties half, and its sd.

    The standard deviation over samples is that of DeLong, DeLong & Clarke-Pearson 1988; 0 where a side has only one.
    """
    above, below = scores[strange][:, None], scores[~strange][None]
    # ψ(X, Y): 1 where the strange sample scores higher, ½ where both score the same.
    wins = (above > below) + 0.5 * (above == below)
    # V10 and V01: how often each strange sample wins, and how often each ordinary one is beaten.
    variance = sum(float(of.var(ddof=1)) / len(of) for of in (wins.mean(axis=1), wins.mean(axis=0)) if len(of) > 1)
    return float(wins.mean()), math.sqrt(variance)


def _counted(scores: Array, strange: Array) -> tuple[Array, Array]:
    """How many strange samples and how many of all are flagged at each threshold, beginning with one above all."""
    order = np.argsort(-scores, kind="stable")
    # Samples with the same score are flagged together.
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(strange[order])[last]
    return np.concatenate([[0], hits]), np.concatenate([[0], last + 1])
