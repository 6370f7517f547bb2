"""The use of codes as features: accuracy over the number of labels, beside raw values and PCA."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.clustering import SPACES
from core.analysis.few_labels import CLASSIFIERS, DRAWS, FewLabels
from core.analysis.few_labels import few_labels as measure
from core.analysis.spread import standard_error
from core.engine import ReadableRecord
from core.looks import ROLES, Role
from pages.ui.analyses import analysed, metric
from pages.ui.beside import numbers_beside
from pages.ui.choices import choice
from pages.ui.figures import Line, lines

ROLE_OF: dict[str, Role] = {"codes": "reconstructed", "raw": "original", "pca": "baseline"}


def few_labels(record: ReadableRecord) -> None:
    """Curves with bands, the numbers at both ends, and how to read them."""
    found = analysed(record, measure, "Classifying with few labels")
    if found is None:
        return
    left, right = numbers_beside("few_labels")
    names = list(CLASSIFIERS)
    by = right.segmented_control(
        "Classifier",
        names,
        format_func=lambda name: f"{name[0].upper()}{name[1:]}",
        required=True,
        label_visibility="collapsed",
        **choice("classifier", names, names[0]),
    )
    of = found.accuracies[:, found.classifiers.index(by)]
    codes, raw = (of[found.spaces.index(space)] for space in ("codes", "raw"))
    for at in (0, -1):
        words = f"Accuracy on held-out samples by {by} on codes. Higher is better."
        mean, *spread = _text(codes[at])
        left.metric(_labels(found, at).capitalize(), mean, help=words)
        left.caption("; ".join([*spread, f"{' '.join(_text(raw[at]))} on raw values"]))
    metric(left, found, "chance")
    left.caption("by always naming it")
    right.plotly_chart(_curves(found, of), width="stretch", key="few_labels")
    right.caption(
        f"Mean ± sd of {DRAWS} draws of the labelled samples, the same for all; with all labels there is but one. The "
        f"codes are of one model, trained without any label. PCA has as many components as the code. {_said(found, of)}"
    )


def _labels(found: FewLabels, at: int) -> str:
    if at == -1:
        return "all labels"
    return f"{found.labels[at]} label{'s' if found.labels[at] > 1 else ''} a class"


def _text(draws: np.ndarray) -> list[str]:
    """The mean of accuracies (draws,), and their spread where there is any."""
    return [f"{draws.mean():.3f}", *([f"± {draws.std(ddof=1):.3f}"] if np.ptp(draws) else [])]


def _curves(found: FewLabels, of: np.ndarray) -> Any:
    ticks = {float(count): str(count) for count in found.labels}
    ticks[float(found.labels[-1])] = "all"
    counts = np.array(found.labels, float)
    drawn = [
        Line(SPACES[space], ROLE_OF[space], counts, values.mean(axis=-1), values.std(axis=-1, ddof=1))
        for space, values in zip(found.spaces, of, strict=True)
    ]
    figure = lines(drawn, "labels a class", "accuracy on held-out samples", ticks)
    figure.update_xaxes(type="log")
    figure.add_hline(
        y=found.chance, line_dash="dot", line_width=1, line_color=ROLES["original"], annotation_text="largest class"
    )
    return figure


def _said(found: FewLabels, of: np.ndarray) -> str:
    """What the curves show, in one sentence."""
    codes, raw = (of[found.spaces.index(space)] for space in ("codes", "raw"))
    # The draws are the same, so that their differences have the smaller spread.
    gains = (codes - raw)[:-1]
    means, errors = gains.mean(axis=-1), standard_error(gains)
    helps, harms = np.flatnonzero(means > 2 * errors), np.flatnonzero(means < -2 * errors)
    if len(helps) == 0 and len(harms) == 0:
        return "With these codes a classifier is neither better nor worse than on raw values."
    if len(harms) == 0:
        most = int(means.argmax())
        return f"Codes help most with {_labels(found, most)}: {_signed(means[most])} over raw values."
    if len(helps) == 0:
        least = int(means.argmin())
        return (
            f"Codes lose what a classifier needs: {_signed(means[least])} against raw values, {_labels(found, least)}."
        )
    return f"Codes help with {_labels(found, int(helps[0]))} and are in the way with {_labels(found, int(harms[-1]))}."


def _signed(difference: float) -> str:
    return f"{difference:+.3f}".replace("-", "−")
