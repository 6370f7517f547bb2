"""Which samples of a file are for training, for validation and for the test, so that nothing held out is learned."""

from __future__ import annotations

import numpy as np

from core.errors import UploadError
from core.uploads.parse.raw import Array
from core.uploads.phrases import counted, listed, printable
from core.uploads.prepare.labels import Labels

TRAINING, VALIDATION, TEST, UNUSED = range(4)
HELD_OUT = 0.2
# So many series are shared out as wholes; of fewer each is cut in time.
FEWEST_SERIES = 10
# Held-out windows of a series, two of which may be given up.
FEWEST_WINDOWS = 4
# One for validation and one for the test.
FEWEST_EACH = 2


def sizes_of(samples: int) -> tuple[int, int]:
    """How many of so many samples are for training, and how many are held out."""
    held_out = max(1, round(HELD_OUT * samples))
    return samples - held_out, held_out


def drawn(samples: int) -> Array:
    """The part of each sample, int8 (N,): a fifth is held out, drawn at random, half of it for validation."""
    _, held_out = sizes_of(samples)
    order = np.random.default_rng(0).permutation(samples)
    parts = np.full(samples, TRAINING, np.int8)
    parts[order[:held_out]] = TEST
    parts[order[1:held_out:2]] = VALIDATION
    return parts


def kept_out(parts: Array, labels: Labels | None, classes: tuple[str, ...]) -> Array:
    """The parts (N,) with every training sample of some `classes` held out, every other one for validation.

    Raises:
        UploadError: there is no such class, or nothing would be left to train on.
    """
    if not classes:
        return parts
    labels = labels or Labels(np.zeros(len(parts), np.int64), ())
    known = labels.present.names if labels.names else ()
    for name in classes:
        if name not in known:
            raise UploadError(
                f"There is no class called {printable(name, 30)!r} to keep out of training; there are "
                f"{listed(known) or 'none, for these data have no labels'}."
            )
    gone = np.flatnonzero((parts == TRAINING) & np.isin(labels.places, [labels.names.index(name) for name in classes]))
    parts = parts.copy()
    parts[gone] = TEST
    parts[gone[1::2]] = VALIDATION
    if not (parts == TRAINING).any():
        raise UploadError("All classes are kept out of training: leave some in.")
    return parts


def drawn_by_series(series: Array, notices: list[str], wholes: str = "series", piece: str = "window") -> Array:
    """The part of each window, int8 (N,), by the `series` (N,) that it was cut from, each in the order of time.

    Windows of one series are alike. So of many series each belongs to one part as a whole; few are cut in time: their
    beginnings are for training, their ends for validation and then for the test, and a window in between for nothing.
    Notices call series `wholes`, and a window a `piece`.
    """
    names, places = np.unique(series, return_inverse=True)
    if len(names) >= FEWEST_SERIES:
        notices.append(f"{wholes.capitalize()} are held out as wholes: no {piece} of one that was learned is.")
        return np.asarray(drawn(len(names))[places])
    if sizes_of(int(np.bincount(places).min()))[1] < FEWEST_EACH:
        # Some are too short to be parted: the last of all windows are held out, in the order of series and time.
        places, names = np.zeros_like(places), names[:1]
    parts = np.empty(len(series), np.int8)
    for place in range(len(names)):
        mine = places == place
        parts[mine] = _by_time(int(mine.sum()))
    left_out = int((parts == UNUSED).sum())
    between = f"; {counted(left_out, piece)} at the borders left out" if left_out else ""
    notices.append(f"The last fifth of the {piece}s is held out{between}.")
    return parts


def _by_time(windows: int) -> Array:
    """The parts of the windows of one series, with a gap of one window between them where there are enough."""
    training, held_out = sizes_of(windows)
    border = training + held_out // 2
    parts = np.full(windows, TEST, np.int8)
    parts[:training] = TRAINING
    parts[training:border] = VALIDATION
    if held_out >= FEWEST_WINDOWS:
        parts[[training, border]] = UNUSED
    return parts
