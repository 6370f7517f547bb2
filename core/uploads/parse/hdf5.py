"""Arrays in HDF5, which NetCDF 4 and MATLAB 7.3 save in as well."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

import h5py
import numpy as np

from core.errors import UploadError
from core.uploads.limits import ARRAYS, CELLS
from core.uploads.parse.arrays import Header
from core.uploads.parse.chosen import chosen_of, place_of, say_which_way
from core.uploads.parse.format import Format
from core.uploads.parse.hdf5_groups import (
    CLASS,
    Stored,
    categories_in,
    categories_of,
    categories_of_fields,
    cells_in,
    is_categorical,
    is_compressed,
    is_own,
    matrix_in,
)
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted, listed, printable, told_apart

# MATLAB stands its dimensions the other way round, and says of each array what it is.
MATLAB = b"MATLAB 7.3"
# Where it keeps what cells point to, which is no array of its own.
INNER = ("#refs#", "#subsystem#")
LONGEST_NAME = 60


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of an HDF5 file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or holds no array of numbers.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            is_matlab = data.startswith(MATLAB)
            found = _arrays_in(file, is_matlab, format, notices)
            headers = {name: array.header for name, array in found.items()}
            categories = [name for name, array in found.items() if array.are_categories]
            raw = chosen_of(headers, lambda name: found[name].values(), format, notices, categories)
            return say_which_way(raw, format, notices) if is_matlab else raw
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # The library reads damaged files until anything fails.
        raise UploadError(
            "The HDF5 file cannot be opened: it is damaged or was cut short; save it again, or the array with np.save."
        ) from error


def _arrays_in(file: h5py.File, is_matlab: bool, format: Format, notices: list[str]) -> dict[str, Stored]:
    """The arrays of all groups by their name, or by their place where two have one name."""
    places: dict[str, Stored] = {}
    whole: list[str] = []
    unread: list[str] = []
    records: list[h5py.Dataset] = []

    def visit(place: str, item: h5py.Group | h5py.Dataset) -> None:
        if place.startswith((*INNER, *(f"{group}/" for group in whole))):
            return
        stored = _stored(item, is_matlab)
        if is_own(item) and item.dtype.names:
            records.append(item)
        if isinstance(item, h5py.Group) and (is_compressed(item) or is_categorical(item)):
            whole.append(place)
            unread.extend([] if stored else [place])
        if stored:
            places[place] = stored
            if len(places) > ARRAYS:
                raise UploadError(f"The HDF5 file has more than {ARRAYS} arrays: save only x and y.")

    file.visititems(visit)
    for item in records:
        places |= categories_of_fields(item, places)
    names = [PurePosixPath(place).name for place in places]
    apart = (name if names.count(name) == 1 else place for name, place in zip(names, places, strict=True))
    found = dict(zip(told_apart(map(printable, apart), LONGEST_NAME), places.values(), strict=True))
    _leave_out(unread, [name for name, array in found.items() if array.header[2].kind in "biuf"], format, notices)
    if not found:
        raise UploadError("The HDF5 file holds no array of numbers: save one called x.")
    return found


def _leave_out(unread: list[str], numbers: list[str], format: Format, notices: list[str]) -> None:
    """Tell of sparse matrices that do not say their shape, and are not read.

    Raises:
        UploadError: one of them is what the samples are called, and no other array was chosen, or there is none.
    """
    likely = min(unread, key=place_of, default="")
    if likely and format.part not in numbers and (not numbers or place_of(likely) < min(map(place_of, numbers))):
        error = UploadError(
            f"{printable(likely, 30)} is a sparse matrix that does not say its shape: save it with all its zeros, "
            "x.toarray()."
        )
        error.parts = (printable(likely), *numbers)
        raise error
    if unread:
        notices.append(f"Left out, being sparse without a shape: {counted(len(unread), 'array')} ({listed(unread)}).")


def _stored(item: h5py.Group | h5py.Dataset, is_matlab: bool) -> Stored | None:
    """The array that stands in a place of a file, if one does."""
    if isinstance(item, h5py.Group):
        return matrix_in(item) if is_compressed(item) else categories_in(item) if is_categorical(item) else None
    if not is_own(item) or not item.size:
        return None
    if isinstance(told := item.attrs.get("categories"), h5py.Reference):
        return categories_of(item, item.file[told])
    if not _is_read(item):
        return cells_in(item)
    return Stored(_header(item, is_matlab), lambda: _values(item, is_matlab))


def _is_read(dataset: h5py.Dataset) -> bool:
    if dataset.attrs.get(CLASS) == b"char":
        return False
    return dataset.dtype.kind in "biuf" or h5py.check_string_dtype(dataset.dtype) is not None


def _header(dataset: h5py.Dataset, is_matlab: bool) -> Header:
    """Shape, order and type as others have them, texts as NumPy's."""
    is_text = h5py.check_string_dtype(dataset.dtype) is not None
    return dataset.shape[:: -1 if is_matlab else 1], False, np.dtype("U") if is_text else dataset.dtype


def _values(dataset: h5py.Dataset, is_matlab: bool) -> Array:
    """All numbers or texts of an array."""
    if dataset.size > CELLS:
        raise UploadError(f"The array has {counted(dataset.size, 'number')}; at most {CELLS:,} are read: bring fewer.")
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.array(dataset.asstr(errors="replace")[...], np.str_)
    values: Array = dataset[...]
    return values.T if is_matlab else _unpacked(values, dataset.attrs)


def _unpacked(values: Array, told: h5py.AttributeManager) -> Array:
    """What NetCDF packed: values × scale_factor + add_offset, and NaN where there is _FillValue."""
    found = {name: np.ravel(told[name])[0] for name in ("_FillValue", "scale_factor", "add_offset") if name in told}
    if not found:
        return values
    kept = np.where(values == found.get("_FillValue"), np.nan, values)
    numbers: Array = kept * found.get("scale_factor", 1.0) + found.get("add_offset", 0.0)
    return numbers
