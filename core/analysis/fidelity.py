"""How good generated samples are, each score beside the one that real samples get."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.analysis.data import counts, like_training
from core.analysis.judge import CONFIDENT, Classifier, accuracy, classifier, verdict
from core.analysis.neighbours import density_and_coverage, precision_and_recall
from core.analysis.result import Context, Measured, Report, Result, ignore_progress, measured, within
from core.analysis.sampling import comparable
from core.analysis.sequences import discriminative_score, spectrum_distance
from core.dataset import Dataset, Split

# At most so many samples are judged, and compared with as many real ones.
JUDGED = 1000
# An SVM that is asked whether a class is among fewer than this many would be asked in vain.
FEWEST_EACH = 10


@dataclass(frozen=True, kw_only=True)
class Scores(Measured):
    """How real a set of samples looks; class by class where the data have labels, in time where they are sequences."""

    fidelity: float | None = measured(
        "Class fidelity",
        "%",
        ".0f",
        "higher",
        f"Share of samples that a classifier which never saw them counts to some class with probability {CONFIDENT}.",
    )
    classes: float | None = measured(
        "Classes present", "%", ".0f", "higher", "Share of the classes that have one such sample at least."
    )
    rarest: float | None = measured(
        "Rarest class",
        "of its share",
        ".2f",
        "higher",
        "How frequent the rarest class is among them, 1 being an equal share: near 0, one was dropped.",
    )
    as_wanted: float | None = measured(
        "Of the class asked for",
        "%",
        ".0f",
        "higher",
        f"Share of samples that it counts to the very class that they were made for with probability {CONFIDENT}; of "
        "real ones to the class that they are of.",
        default=None,
    )
    density: float = measured(
        "Density",
        "",
        ".2f",
        None,
        "How thickly real samples surround a generated one: 1 is as real.",
    )
    coverage: float = measured(
        "Coverage", "%", ".0f", "higher", "Share of real samples that have a generated one in their neighbourhood."
    )
    precision: float = measured(
        "Precision", "%", ".0f", "higher", "Share of generated samples that lie among real ones: low, they look odd."
    )
    recall: float = measured(
        "Recall", "%", ".0f", "higher", "Share of real samples that lie among generated ones: low, variety is missing."
    )
    discriminative_score: float | None = measured(
        "Discriminative score",
        "",
        ".3f",
        "lower",
        "How far above chance a recurrent classifier tells them from real ones: 0 not at all, 0.5 every time.",
    )
    spectrum_distance: float | None = measured(
        "Spectrum distance",
        "",
        ".3f",
        "lower",
        "How differently power is spread over frequencies: 0 alike, 1 apart.",
    )


@dataclass(frozen=True, kw_only=True)
class Fidelity(Result):
    """Scores of generated samples beside those of as many `real` ones, against the same held-out samples.

    Where the classes are judged the real ones are the held-out samples themselves, else training samples.
    """

    definition = 3
    generated: Scores
    real: Scores
    compared: int
    judge_accuracy: float | None = measured(
        "The judge's accuracy",
        "%",
        ".1f",
        "higher",
        "How often the classifier names the class of a held-out sample: it judges no better than this.",
    )


def judge(context: Context, prior: str = "", seed: int = 0) -> Fidelity:
    """Draw as many samples as there are held-out ones, at most 1,000, and judge both.

    Raises:
        LatentLabError: a sample is not finite, or there is no such prior for this model.
    """
    dataset = context.dataset
    # No generator, and no judge, can know a class that training never saw.
    held_out = like_training(dataset)[:JUDGED]
    samples = comparable(context, prior, len(held_out.x), seed)
    wanted = context.model.in_turn(len(samples)) if prior in ("", "own") else None
    context.report(0.2)
    classify = classifier(dataset.train, within(context.report, 0.2, 0.4)) if _has_classes(dataset) else None
    context.report(0.4)
    real = dataset.train.fixed(len(held_out.x)).x
    return Fidelity(
        counts=counts(dataset, held_out),
        generated=scores(samples, samples, held_out, classify, dataset, wanted, within(context.report, 0.4, 0.7)),
        real=scores(real, held_out.x, held_out, classify, dataset, held_out.y, within(context.report, 0.7, 1)),
        compared=len(held_out.x),
        judge_accuracy=None if classify is None else accuracy(classify, held_out),
    )


def scores(
    samples: Tensor,
    judged: Tensor,
    held_out: Split,
    classify: Classifier | None,
    dataset: Dataset,
    wanted: Tensor | None = None,
    report: Report = ignore_progress,
) -> Scores:
    """The scores of `samples` (N, …) against real ones; `classify` looks at `judged` (M, …) instead.

    These were made for classes (M,) where such are `wanted`.
    """
    # The same number of both everywhere: with more samples more is covered.
    count = min(len(samples), len(held_out.x))
    samples, real = samples[:count], held_out.x[:count]
    known = None if dataset.train.y is None else torch.unique(dataset.train.y)
    fidelity, classes, rarest, as_wanted = (None,) * 4 if classify is None else verdict(classify, judged, wanted, known)
    density, coverage = density_and_coverage(samples, real)
    precision, recall = precision_and_recall(samples, real)
    is_sequence = dataset.kind == "sequence"
    return Scores(
        fidelity=fidelity,
        classes=classes,
        rarest=rarest,
        as_wanted=as_wanted,
        density=density,
        coverage=coverage,
        precision=precision,
        recall=recall,
        discriminative_score=discriminative_score(real, samples, report=report) if is_sequence else None,
        spectrum_distance=spectrum_distance(real, samples) if is_sequence else None,
    )


def _has_classes(dataset: Dataset) -> bool:
    """Whether there are classes to judge by; points of the plane are judged by their modes instead."""
    y = dataset.train.y
    if y is None or dataset.spec.is_plane:
        return False
    return int(torch.unique(y, return_counts=True)[1].min()) >= FEWEST_EACH
