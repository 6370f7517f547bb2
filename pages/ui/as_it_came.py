"""What is in a file, before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.dataset import DataSpec
from core.uploads.parse.raw import Array, Form, Raw
from core.uploads.phrases import counted
from core.uploads.prepare.times import written
from pages.ui.galleries import wall

# Samples, rows, columns and characters that are shown.
SAMPLES = 32
ROWS = 8
COLUMNS = 12
CHARACTERS = 600
# Of a sound that can be heard before it is cut.
SECONDS = 30


def _table(raw: Raw) -> None:
    rows = min(ROWS, len(raw.values))
    st.dataframe(first_cells(raw, rows), hide_index=True)
    st.caption(
        f"The first {rows} of {counted(len(raw.values), 'row')}: {counted(len(raw.names), 'column')} of numbers, "
        f"{len(raw.words)} of text."
    )


def first_cells(raw: Raw, rows: int) -> dict[str, Sequence[Any] | Array]:
    """The first cells of the first columns of a table, by name and as they stand in the file."""
    cells: dict[str, Sequence[Any] | Array] = {}
    for column in raw.columns[:COLUMNS]:
        if column.kind == "text":
            cells[column.name] = raw.words[column.name][:rows]
            continue
        for name in column.names[: COLUMNS - len(cells)]:
            values = raw.values[:rows, raw.places[name]]
            cells[name] = written(values) if column.kind == "time" else values
    return cells


def _array(raw: Raw) -> None:
    flat = raw.values.reshape(len(raw.values), -1)
    st.dataframe(flat[:ROWS, :COLUMNS], hide_index=True)
    st.caption(f"An array of {' × '.join(f'{size:,}' for size in raw.values.shape)} values: the first of each sample.")


def _pictures(raw: Raw) -> None:
    pictures = raw.values[:SAMPLES]
    brightest = 255.0 if pictures.dtype == np.uint8 else float(pictures.max())
    wall(pictures, DataSpec("image", pictures.shape[1:], (0.0, brightest)), "before", columns=16, size=64)
    st.caption(f"The first of {len(raw.values):,} pictures.")


def _sound(raw: Raw) -> None:
    rate = raw.rate or 1
    sound = raw.values[None, : SECONDS * rate, None]
    spec = DataSpec("sequence", sound.shape[1:], (-1.0, 1.0), sample_rate=rate)
    wall(sound, spec, "before", columns=1, size=120)
    st.caption(f"{len(raw.values) / rate:.1f} s at {rate:,} Hz, of which the first {SECONDS} s can be heard here.")


def _sounds(raw: Raw) -> None:
    sounds, rate = raw.values[:8, :, None], raw.rate or 1
    wall(sounds, DataSpec("sequence", sounds.shape[1:], (-1.0, 1.0), sample_rate=rate), "before", columns=4, size=120)
    st.caption(f"The first of {len(raw.values):,} sounds at {rate:,} Hz.")


def _text(raw: Raw) -> None:
    lines = next(iter(raw.words.values()), ())
    text = "\n".join(lines[:ROWS]) if lines else "".join(map(chr, np.asarray(raw.values[:CHARACTERS]).astype(int)))
    st.code(text, language=None, wrap_lines=True)


def show_as_it_came(raw: Raw) -> None:
    """The first of what a file holds."""
    FORMS[raw.form](raw)


FORMS: dict[Form, Callable[[Raw], None]] = {
    "table": _table,
    "array": _array,
    "labels": _array,
    "pictures": _pictures,
    "sound": _sound,
    "sounds": _sounds,
    "text": _text,
}
