"""Arrays in HDF5, which NetCDF 4 and MATLAB 7.3 save in as well."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

import h5py
import numpy as np

from core.errors import UploadError
from core.uploads.limits import ARRAYS, CELLS
from core.uploads.parse.archives import chosen_of, place_of, say_which_way
from core.uploads.parse.arrays import Header
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted, listed, printable, told_apart

# MATLAB stands its dimensions the other way round, and says of each array what it is.
MATLAB = b"MATLAB 7.3"
CLASS = "MATLAB_class"
# Where it keeps what cells point to, which is no array of its own.
INNER = ("#refs#", "#subsystem#")
# What groups hold that are matrices without their zeros, as AnnData, 10x and SciPy save them, and as MATLAB does.
SPARSE = ({"data", "indices", "indptr"}, {"data", "ir", "jc"})
LONGEST_NAME = 60


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of an HDF5 file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or holds no array of numbers.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            found = _arrays_in(file, format, notices)
            is_matlab = data.startswith(MATLAB)
            headers = {name: _header(dataset, is_matlab) for name, dataset in found.items()}
            raw = chosen_of(headers, lambda name: _values(found[name], is_matlab), format, notices)
            return say_which_way(raw, format, notices) if is_matlab else raw
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # The library reads damaged files until anything fails.
        raise UploadError(
            "The HDF5 file cannot be opened: it is damaged or was cut short; save it again, or the array with np.save."
        ) from error


def _arrays_in(file: h5py.File, format: Format, notices: list[str]) -> dict[str, h5py.Dataset]:
    """The arrays of all groups by their name, or by their place where two have one name."""
    places: dict[str, h5py.Dataset] = {}
    sparse: list[str] = []

    def visit(place: str, item: h5py.Group | h5py.Dataset) -> None:
        if place.startswith((*INNER, *(f"{group}/" for group in sparse))):
            return
        if isinstance(item, h5py.Group):
            if any(parts <= item.keys() for parts in SPARSE):
                sparse.append(place)
        # What lies in other files is not looked for.
        elif isinstance(item, h5py.Dataset) and not item.external and not item.is_virtual and _is_read(item):
            places[place] = item
            if len(places) > ARRAYS:
                raise UploadError(f"The HDF5 file has more than {ARRAYS} arrays: save only x and y.")

    file.visititems(visit)
    names = [PurePosixPath(place).name for place in places]
    apart = (name if names.count(name) == 1 else place for name, place in zip(names, places, strict=True))
    found = dict(zip(told_apart(map(printable, apart), LONGEST_NAME), places.values(), strict=True))
    _leave_out_sparse(sparse, [name for name, item in found.items() if item.dtype.kind in "biuf"], format, notices)
    if not found:
        raise UploadError("The HDF5 file holds no array of numbers: save one called x.")
    return found


def _leave_out_sparse(sparse: list[str], dense: list[str], format: Format, notices: list[str]) -> None:
    """Tell of sparse matrices, which are not read.

    Raises:
        UploadError: one of them is what the samples are called, and no other array was chosen, or there is none.
    """
    likely = min(sparse, key=place_of, default="")
    if likely and format.part not in dense and (not dense or place_of(likely) < min(map(place_of, dense))):
        error = UploadError(
            f"{printable(likely, 30)} is a sparse matrix, which is not read from HDF5: save it with all its zeros, "
            "x.toarray(), full(x) in MATLAB."
        )
        error.parts = (printable(likely), *dense)
        raise error
    if sparse:
        notices.append(f"Left out, being sparse: {counted(len(sparse), 'array')} ({listed(sparse)}).")


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
    return values.T if is_matlab else _unpacked(values, dataset.attrs)


def _unpacked(values: Array, told: h5py.AttributeManager) -> Array:
    """What NetCDF packed: values × scale_factor + add_offset, and NaN where there is _FillValue."""
    found = {name: np.ravel(told[name])[0] for name in ("_FillValue", "scale_factor", "add_offset") if name in told}
    if not found:
        return values
    kept = np.where(values == found.get("_FillValue"), np.nan, values)
    numbers: Array = kept * found.get("scale_factor", 1.0) + found.get("add_offset", 0.0)
    return numbers
