"""The use of a model to find what is strange: its scores, what they flag, and detectors that need no network."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.anomaly import BASELINES, TITLES, Anomalies, detect
from core.analysis.flagging import confusion, precision_recall, roc, threshold
from core.engine import ReadableRecord
from core.looks import GHOST
from core.metrics import rounded
from core.selection import Samples
from pages.ui.analyses import analysed
from pages.ui.beside import numbers_beside
from pages.ui.choices import Between, choice
from pages.ui.figures import Line, bars, histogram, lines, residuals
from pages.ui.galleries import Places, rows
from pages.ui.origins import origins
from pages.ui.selection_panel import PICK, selection_panel

# The strangest samples that are shown.
SHOWN = 24
# In pixels, of what stands beside the numbers.
HEIGHT = 300
# What stands beside the numbers: name → title.
VIEWS = {"histogram": "Scores", "areas": "All detectors", "roc": "ROC", "precision_recall": "Precision–recall"}


def anomalies(record: ReadableRecord) -> None:
    """What a detector flags, its curves beside the others', the strangest samples, and all scores as a file."""
    found = analysed(record, detect, "Looking for strange samples")
    if found is None:
        return
    left, right = numbers_beside("anomalies", 2)
    with left:
        name = st.selectbox(
            "Score by",
            found.detectors,
            format_func=TITLES.__getitem__,
            label_visibility="collapsed",
            **choice("detector", found.detectors, found.detectors[0]),
        )
        share = st.slider(
            "Flag the strangest, %",
            1,
            99,
            help="So many of all held-out samples are called anomalies: the threshold is where the score begins.",
            **choice("flagged", Between(1, 99), 10),
        )
    scores = found.scores[found.detectors.index(name)]
    limit = threshold(scores, share / 100)
    flagged = scores >= limit
    _numbers(left, found, name, flagged)
    with right:
        shown = "histogram"
        if found.unseen is not None:
            shown = st.segmented_control(
                "Detection",
                list(VIEWS),
                format_func=VIEWS.__getitem__,
                required=True,
                label_visibility="collapsed",
                **choice("detection", list(VIEWS), shown),
            )
        st.plotly_chart(_figure(found, name, shown, limit), width="stretch", key="detected")
        st.caption(_said(found, name))
    _strangest(record, found, name, flagged)
    stood = origins(record.config.dataset, found.places) or [str(1 + place) for place in range(len(found.originals))]
    st.download_button(
        "Save all scores",
        _table(found, stood, record.spec.label_names, flagged),
        f"{record.config.dataset}-{record.id[-4:]}-anomalies.csv",
        "text/csv",
        icon=":material/download:",
        key="save_scores",
        help="A line for each held-out sample: of what you brought, which picture it was, or which row below the "
        "header (of a window its first); its class, each detector's score and rank, and what is flagged above.",
    )


def _numbers(place: Any, found: Anomalies, name: str, flagged: np.ndarray) -> None:
    """What the detector finds, and what it takes for strange."""
    if found.unseen is None or found.auc is None or found.spread is None:
        place.metric("Flagged", f"{flagged.sum():,}", help="Held-out samples whose score reaches the threshold.")
        place.caption(f"of {len(flagged):,} held-out samples{_agreed(found, name, flagged)}")
        return
    area = found.metrics()["auc"]
    place.metric(area.title, f"{found.auc[name]:.3f}", help=area.explanation)
    place.caption(f"± {found.spread[name]:.3f}; {found.auc['nearest']:.3f} by the nearest training samples")
    counted = confusion(flagged, found.unseen)
    one, other = place.columns(2)
    one.metric("Precision", f"{counted.precision:.0%}", help="Of the flagged samples, how many were left out.")
    one.caption(f"{counted.hits} of {counted.hits + counted.false_alarms} flagged")
    other.metric("Recall", f"{counted.recall:.0%}", help="Of the samples left out of training, how many are flagged.")
    other.caption(f"{counted.hits} of {counted.hits + counted.misses} left out")
    place.caption(f"Not flagged: {counted.misses} that were left out, and {counted.passed} others.")


def _agreed(found: Anomalies, name: str, flagged: np.ndarray) -> str:
    """How many of those that a detector flags are among as many strangest by the nearest training samples."""
    if name == "nearest":
        return ""
    strangest = np.argsort(-found.scores[found.detectors.index("nearest")], kind="stable")[: flagged.sum()]
    return f"; {TITLES['nearest'].lower()} would flag {flagged[strangest].sum():,} of them, too"


def _figure(found: Anomalies, name: str, shown: str, limit: float) -> Any:
    scores = found.scores[found.detectors.index(name)]
    if found.unseen is None or found.auc is None or found.spread is None:
        figure = histogram({"original": scores}, "", TITLES[name], {"original": "held-out samples"})
    elif shown == "histogram":
        names = {"original": "of classes in training", "left out": f"left out: {', '.join(found.unseen_classes)}"}
        parts = {"original": scores[~found.unseen], "left out": scores[found.unseen]}
        figure = histogram(parts, "", TITLES[name], names)  # type: ignore[arg-type]
    elif shown == "areas":
        order = [name, *(each for each in found.detectors if each != name)]
        titles, areas, sds = zip(*((TITLES[each], found.auc[each], found.spread[each]) for each in order), strict=True)
        theirs = [TITLES[each] for each in BASELINES]
        return bars(titles, areas, sds, found.metrics()["auc"].title, theirs).update_layout(height=HEIGHT)
    else:
        return _curves(found, found.unseen, name, shown)
    figure.add_vline(x=limit, line_dash="dash", line_width=1, annotation_text="flagged from here on")
    return figure.update_layout(height=HEIGHT)


def _curves(found: Anomalies, unseen: np.ndarray, name: str, shown: str) -> Any:
    """The curve of one detector, dashed that of the nearest training samples, and dotted those of the others."""
    points = {
        each: (roc if shown == "roc" else precision_recall)(scores, unseen)
        for each, scores in zip(found.detectors, found.scores, strict=True)
    }
    ahead = list(dict.fromkeys([name, "nearest"]))
    order = [*(each for each in found.detectors if each not in ahead), *reversed(ahead)]
    drawn = [
        Line(
            TITLES[each],
            "baseline" if each in BASELINES else "reconstructed",
            100 * points[each][0],
            100 * points[each][1],
            dash="solid" if each == name else "dash" if each in ahead else "dot",
        )
        for each in order
    ]
    if shown == "roc":
        titles = "ordinary samples flagged, %", "left-out samples flagged, %"
    else:
        titles = "recall: left-out samples flagged, %", "precision, %"
    figure = lines(drawn, *titles).update_traces(mode="lines").update_layout(height=HEIGHT)
    for trace, each in zip(figure.data, order, strict=True):
        trace.update(showlegend=each in ahead, hovertemplate=f"{TITLES[each]}: %{{y:.0f}}%<extra></extra>")
    chance = [0.0, 100.0] if shown == "roc" else [100 * float(unseen.mean())] * 2
    figure.add_scatter(x=[0, 100], y=chance, mode="lines", line={"color": GHOST, "width": 1}, name="chance")
    return figure.update_yaxes(range=[0, 102])


def _said(found: Anomalies, name: str) -> str:
    """What can be read from the scores, in a sentence or two."""
    if found.unseen is None or found.auc is None or found.spread is None:
        nobody = "Whether what is flagged is strange nobody can say: "
        if found.labels is None:
            return f"{nobody}these data have no labels, by which classes could be left out of training."
        return (
            f"{nobody}no class was left out of training. Leave some out on Train (Data, Left out of training) and each "
            "detector is scored by how it finds them."
        )
    best = max(found.auc, key=lambda each: found.auc[each] if found.auc else 0.0)
    missing = "" if "pca" in found.detectors else " PCA is left out: at this size it rebuilds every sample."
    leads = (
        f"The best of all here is {TITLES[best]}, {found.auc[best]:.3f}."
        if best != name
        else "Nothing else here finds more."
    )
    never = f"Never seen in training: {', '.join(found.unseen_classes)}."
    return f"{never} ± is the sd over held-out samples. {leads}{missing}"


def _strangest(record: ReadableRecord, found: Anomalies, name: str, flagged: np.ndarray) -> None:
    """What the detector finds strangest, what the model expected in its place, and where in time they part."""
    scores, spec = found.scores[found.detectors.index(name)], record.spec
    strangest = np.argsort(-scores, kind="stable")[:SHOWN]
    if spec.rendering == "dot":
        chosen = np.flatnonzero(flagged)
        of = found.originals, found.reconstructions, found.errors
        st.plotly_chart(residuals(*of, chosen, "flagged", spec.value_range), width="stretch", key="strangest")
        return
    notes = [rounded(scores[place], 3) for place in strangest]
    expects = "What it expects" if "model" in found.detectors else "Nearest generated"
    shown = {"Strangest": found.originals[strangest], expects: found.reconstructions[strangest]}
    classes = [] if found.labels is None else [spec.label_names[found.labels[place]] for place in strangest]
    places = Places(Samples(record.config, "held-out"), strangest)
    rows(shown, spec, "odd", notes={"Strangest": classes, expects: notes}, places=places)
    selection_panel([record], ["held-out"], PICK)
    if spec.kind == "sequence":
        errors = np.square(found.originals - found.reconstructions).reshape(*found.originals.shape[:2], -1).mean(axis=2)
        steps, first = np.arange(1, errors.shape[1] + 1), strangest[0]
        over_time = [
            Line("mean of all held-out samples", "original", steps, errors.mean(axis=0)),
            Line("the strangest", "left out", steps, errors[first]),
        ]
        st.plotly_chart(lines(over_time, "step", "squared error"), width="stretch", key="error_over_time")


def _table(found: Anomalies, origins: list[str], label_names: tuple[str, ...], flagged: np.ndarray) -> str:
    """All scores as CSV: a line for each held-out sample."""
    text = io.StringIO()
    writer = csv.writer(text)
    titles = [f"{TITLES[name]}{part}" for name in found.detectors for part in ("", ", rank")]
    writer.writerow(["sample", "class", "left out", "flagged", *titles])
    ranks = 1 + np.argsort(np.argsort(-found.scores, axis=1, kind="stable"), axis=1)
    for place, origin in enumerate(origins):
        label = "" if found.labels is None else label_names[found.labels[place]]
        unseen = "" if found.unseen is None else "yes" if found.unseen[place] else "no"
        values = [value for row in range(len(ranks)) for value in (found.scores[row, place], ranks[row, place])]
        writer.writerow([origin, label, unseen, "yes" if flagged[place] else "no", *values])
    return text.getvalue()
