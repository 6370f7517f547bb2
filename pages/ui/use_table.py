"""The table of uses: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core import MODELS
from core.analysis import ANALYSES, Analysis
from core.dataset import DataSpec
from core.engine import ReadableRecord
from core.model import Model
from pages.ui.advice import Advice
from pages.ui.leading import lead_to_one_that_can
from pages.ui.use_anomalies import anomalies
from pages.ui.use_augmentation import augmentation
from pages.ui.use_completion import completion, fills_by
from pages.ui.use_compression import compression
from pages.ui.use_continuation import continuation
from pages.ui.use_disentanglement import disentanglement
from pages.ui.use_few_labels import few_labels
from pages.ui.use_memory import memory_of
from pages.ui.use_step_by_step import step_by_step
from pages.ui.use_told_apart import told_apart

# What data may lack.
WITHOUT_LABELS = "its data have no labels, so there is nothing to classify"
WITHOUT_FACTORS = "what its data were made from is not known"


def _rebuilds(record: ReadableRecord) -> bool:
    return fills_by(record) != "search"


def _has_numbers(record: ReadableRecord) -> bool:
    return "index" not in MODELS[record.config.model].capabilities


def _has_classes(record: ReadableRecord) -> bool:
    return len(record.spec.label_names) > 1


@dataclass(frozen=True)
class Use:
    """A title, the question that it answers, what draws it, the analysis that says for which models, what others lack.

    `advice` is what to turn to see its number change.
    """

    title: str
    question: str
    draw: Callable[[ReadableRecord], None]
    analysis: Analysis[Any]
    lacks: str
    advice: tuple[Advice, ...]

    def can(self, model: type[Model], spec: DataSpec) -> bool:
        """Whether models of this type can be used so on such data."""
        return self.analysis.fits(model) and self.analysis.fits_data(spec)


USES: dict[str, Use] = {
    "completion": Use(
        "Completion",
        "What does the model make of the part that it does not see?",
        completion,
        ANALYSES["completion"],
        "it cannot rebuild samples, so it cannot fill holes in them",
        (
            Advice(("noise",), ": after training with blocks cut out, a hole is filled in one pass", _rebuilds),
            Advice(
                ("latent_size", "n_codes"), ": few numbers can only say what is whole, and many leave holes as they are"
            ),
        ),
    ),
    "continuation": Use(
        "Continuation",
        "How does the model go on with a beginning?",
        continuation,
        ANALYSES["continuation"],
        "it does not say what comes next",
        (
            Advice(("steps", "hidden_size"), ": more, until sequences are known by heart"),
            Advice(("temperature",), ", or above: lower, fewer mistakes"),
        ),
    ),
    "few_labels": Use(
        "Few labels",
        "How few labels does a classifier need on these codes?",
        few_labels,
        ANALYSES["few_labels"],
        "it has no codes to learn from",
        (
            Advice(
                ("noise", "latent_size", "n_codes", "hidden_size", "steps"),
                "; then Compare, or sweep one of them and open its runs here",
            ),
        ),
    ),
    "augmentation": Use(
        "Augmentation",
        "Do generated samples help to train a classifier?",
        augmentation,
        ANALYSES["augmentation"],
        "it cannot generate samples",
        (Advice(("latent_size", "steps"), ": what is made must still be of the class that it is counted to"),),
    ),
    "compression": Use(
        "Compression",
        "How few bytes do these codes take, and what is lost?",
        compression,
        ANALYSES["compression"],
        "its codes cannot be decoded into the sample that they came from",
        (
            Advice(("n_codes", "codebook_size"), ": each integer costs bits, whether it is needed or not"),
            Advice(
                ("latent_size",),
                ": each number costs bits, whether it is needed or not. Sweep it: its runs become a curve",
                _has_numbers,
            ),
        ),
    ),
    "told_apart": Use(
        "Told apart",
        "Can generated samples be told from real ones?",
        told_apart,
        ANALYSES["two_sample"],
        "it cannot generate samples",
        (Advice(("steps",), ": more make samples likelier, and in the end copies"),),
    ),
    "anomalies": Use(
        "Anomalies",
        "Does the model find what it never learned?",
        anomalies,
        ANALYSES["anomaly"],
        "it cannot rebuild samples, so there is no error to go by",
        (
            Advice(("latent_size", "n_codes"), ": a larger code rebuilds what it never saw, too"),
            Advice(
                ("left_out",),
                ", among the knobs of the data: some classes are harder to find than others",
                _has_classes,
            ),
        ),
    ),
    "disentanglement": Use(
        "Disentanglement",
        "Does each latent stand for one of the factors that samples were made from?",
        disentanglement,
        ANALYSES["disentanglement"],
        "it has no codes that it decodes, so there is none to walk along",
        (
            Advice(("beta",), ": higher, latents say less, or less twice in a β-TC-VAE, and pictures blur"),
            Advice(
                ("seed",),
                ": scores differ much from seed to seed; the MIG of a β-TC-VAE on sprites is 0.19 to 0.31 for five",
            ),
        ),
    ),
    "step_by_step": Use(
        "Step by step",
        "What does a recurrent network do while it reads?",
        step_by_step,
        ANALYSES["unfolding"],
        "it has no hidden state that goes from step to step",
        (
            Advice(("cell",), ": an rnn has no gates to look at"),
            Advice(("hidden_size", "steps"), ": both change in how many directions the hidden state moves"),
        ),
    ),
    "memory": Use(
        "Memory",
        "How far back does a recurrent network remember?",
        memory_of,
        ANALYSES["remembering"],
        "it has no hidden state that goes from step to step",
        (
            Advice(("cell",), ", and nothing else: runs that differ in their cell alone are drawn beside each other"),
            Advice(("steps",), ": memory is learned"),
        ),
    ),
}


def lead_on(record: ReadableRecord, use: Use) -> None:
    """Why this run cannot be used so, and the way to one that can."""
    model = MODELS[record.config.model]
    if use.analysis.before_labels and model.needs_labels:
        why = "it was given all labels already, and this asks what a few add"
    elif use.analysis.fits(model):
        why = WITHOUT_FACTORS if use.analysis.of_factors else WITHOUT_LABELS
    else:
        why = use.lacks
    lead_to_one_that_can(record, why, use.can)
