"""Arrays in HDF5, which NetCDF 4 and MATLAB 7.3 save in as well."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

import h5py
import numpy as np

from core.errors import UploadError
from core.uploads.limits import ARRAYS, CELLS
from core.uploads.parse.archives import chosen_of
from core.uploads.parse.arrays import Header
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted, printable

# MATLAB stands its dimensions the other way round, and says of each array what it is.
MATLAB = b"MATLAB 7.3"
CLASS = "MATLAB_class"


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of an HDF5 file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or holds no array of numbers.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            found = _arrays_in(file)
            is_matlab = data.startswith(MATLAB)
            headers = {name: _header(dataset, is_matlab) for name, dataset in found.items()}
            return chosen_of(headers, lambda name: _values(found[name], is_matlab), notices)
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # The library reads damaged files until anything fails.
        raise UploadError(
            "The HDF5 file cannot be opened: it is damaged or was cut short; save it again, or the array with np.save."
        ) from error


def _arrays_in(file: h5py.File) -> dict[str, h5py.Dataset]:
    """The arrays of all groups by their name, or by their place where two have one name."""
    places: dict[str, h5py.Dataset] = {}

    def visit(place: str, item: h5py.Group | h5py.Dataset) -> None:
        # What lies in other files is not looked for.
        if isinstance(item, h5py.Dataset) and not item.external and not item.is_virtual and _is_read(item):
            places[place] = item
            if len(places) > ARRAYS:
                raise UploadError(f"The HDF5 file has more than {ARRAYS} arrays: save only x and y.")

    file.visititems(visit)
    if not places:
        raise UploadError("The HDF5 file holds no array of numbers: save one called x.")
    names = [PurePosixPath(place).name for place in places]
    return {
        printable(name if names.count(name) == 1 else place): dataset
        for name, (place, dataset) in zip(names, places.items(), strict=True)
    }


def _is_read(dataset: h5py.Dataset) -> bool:
    if not dataset.size or dataset.attrs.get(CLASS) == b"char":
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
    return values.T if is_matlab else values
