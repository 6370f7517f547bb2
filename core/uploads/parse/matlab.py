"""Arrays that MATLAB saved, as SciPy opens them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.io import loadmat

from core.errors import UploadError
from core.uploads.parse.chosen import chosen_of, say_which_way
from core.uploads.parse.elements import is_wrong
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Array, Raw

# Structs in structs that are looked into.
DEEPEST = 3
BROKEN = "The MATLAB file cannot be opened: it is damaged or was cut short; save it again with -v7, or as CSV."


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of a MAT file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or holds no array of numbers.
    """
    if is_wrong(data):
        raise UploadError(BROKEN)
    try:
        found = loadmat(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:
        # SciPy reads damaged files until anything fails.
        raise UploadError(BROKEN) from error
    arrays = dict(_parted({name: array for name, array in found.items() if not name.startswith("__")}))
    arrays = {name: array for name, array in arrays.items() if array.dtype.kind in "biufU" and array.size}
    if not any(array.dtype.kind in "biuf" for array in arrays.values()):
        raise UploadError("The MATLAB file holds no array of numbers: save the matrix alone.")
    headers = {name: (array.shape, False, array.dtype) for name, array in arrays.items()}
    return say_which_way(chosen_of(headers, lambda name: _filled_up(arrays[name]), format, notices), format, notices)


def _parted(found: dict[str, Any], deep: int = 0) -> Iterator[tuple[str, Any]]:
    """Arrays by name, those in the fields of a struct as struct/field, sparse ones as they are."""
    for name, array in found.items():
        fields = getattr(array, "dtype", np.dtype("f")).names
        if fields and array.size == 1 and deep < DEEPEST:
            struct = array.reshape(-1)[0]
            yield from _parted({f"{name}/{field}": struct[field] for field in fields}, deep + 1)
        else:
            yield name, array if hasattr(array, "toarray") else _of_cells(np.asarray(array))


def _of_cells(array: Array) -> Array:
    """An array of cells as one of texts, or of samples where all cells are numbers of one shape; others as they are."""
    cells = array.reshape(-1).tolist() if array.dtype == object else []
    if not cells or not all(isinstance(cell, np.ndarray) for cell in cells):
        return array
    if all(cell.dtype.kind == "U" and cell.size <= 1 for cell in cells):
        return np.array([str(cell.reshape(-1)[0]) if cell.size else "" for cell in cells]).reshape(array.shape)
    alike = len({(cell.shape, cell.dtype.kind in "biuf") for cell in cells}) == 1 and cells[0].dtype.kind in "biuf"
    return np.stack(cells) if alike and len(cells) > 1 else array


def _filled_up(array: Any) -> Array:
    """An array, a sparse one with all of its zeros."""
    return np.asarray(array.toarray() if hasattr(array, "toarray") else array)
