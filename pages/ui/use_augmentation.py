"""The use of a model to make training data: accuracy over how much is made, beside jitter and real samples alone."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.analysis.augmentation import Augmented, augment
from core.analysis.few_labels import LABELS
from core.analysis.spread import standard_error
from core.engine import ReadableRecord
from pages.ui.analyses import analysed, metric, sure
from pages.ui.beside import numbers_beside
from pages.ui.choices import choice
from pages.ui.figures import Line, lines


def augmentation(record: ReadableRecord) -> None:
    """Four numbers, three curves with bands, and whether it helps."""
    few = st.segmented_control("Real samples a class", LABELS, required=True, **choice("real_samples", LABELS, 5))
    found = analysed(record, augment, "Training classifiers on made samples", labelled=few)
    if found is None:
        return
    left, right = numbers_beside("augmentation")
    for name, accuracies, words in (
        ("alone", found.generated[0], f"{found.labelled} of each class"),
        ("with_generated", found.generated[-1], f"{found.times[-1]} for each real one"),
        ("with_jitter", found.jittered[-1], "as many noisy copies"),
        ("with_unlabelled", found.unlabelled[-1], "as many real ones, named"),
    ):
        metric(left, found, name)
        left.caption(f"{sure(found, name, accuracies.std(ddof=1))}, {words}")
    places = np.arange(len(found.times), dtype=float)
    drawn = [
        Line("with samples of this model", "generated", places, *_band(found.generated)),
        Line("with jitter", "baseline", places, *_band(found.jittered)),
        Line("with unlabelled real samples", "original", places, *_band(found.unlabelled), dash="dot"),
        Line("real samples alone", "real", places, np.full(len(places), found.alone), dash="dash"),
    ]
    ticks = {float(place): str(times) for place, times in enumerate(found.times)}
    figure = lines(drawn, "made samples for each real one", "accuracy on held-out samples", ticks)
    right.plotly_chart(figure, width="stretch", key="augmented")
    how = (
        "Those of the model are decoded from between the codes of two real samples of one class."
        if found.between
        else "Those of the model are drawn from its prior, and named by the classifier that has the real ones only."
    )
    draws = found.generated.shape[1]
    right.caption(
        f"Logistic regression on raw values. Mean ± sd of {draws} draws of the real samples, the same for all curves. "
        "All samples together weigh as much as the real ones alone, whatever is added: copies would change nothing. "
        f"{how} Unlabelled ones are training samples that the classifier of the few names: the model itself was "
        f"trained on all of them, without a label. {_said(found)}"
    )


def _band(accuracies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return accuracies.mean(axis=1), accuracies.std(axis=1, ddof=1)


def _said(found: Augmented) -> str:
    """Whether the samples of the model help, in one sentence."""
    gain, sure = _gain(found.generated[-1] - found.generated[0])
    simple = {"jitter does": found.jittered[-1], "unlabelled real samples do": found.unlabelled[-1]}
    rival = max(simple, key=lambda name: simple[name].mean())
    over, is_over = _gain(found.generated[-1] - simple[rival])
    if not sure:
        return "Here generated samples make no difference that is more than chance."
    if gain < 0:
        return f"Here generated samples are in the way: {gain:+.3f} against real ones alone.".replace("-", "−")
    beside = "about as much as" if not is_over else "more than" if over > 0 else "less than"
    return f"Here generated samples help, {gain:+.3f}: {beside} {rival}."


def _gain(differences: np.ndarray) -> tuple[float, bool]:
    """The mean of differences (draws,), and whether it is more than two standard errors from 0."""
    mean = float(differences.mean())
    return mean, bool(abs(mean) > 2 * standard_error(differences))
