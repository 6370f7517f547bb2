"""What stands in several places of an HDF5 file and is one array: sparse matrices, categories, cells of texts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from types import EllipsisType

import h5py
import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, SAMPLES
from core.uploads.parse.arrays import Header
from core.uploads.parse.raw import Array
from core.uploads.phrases import counted, printable

# Numbers, where they stand, and where rows begin, or columns: as AnnData and 10x save them, and as MATLAB does.
COMPRESSED = (("data", "indices", "indptr"), ("data", "ir", "jc"))
# How AnnData says what begins, and how its earlier versions did.
BEGIN = ("encoding-type", "h5sparse_format")
SHAPES = ("shape", "h5sparse_shape")
# What MATLAB says of each array, and of a sparse one: how many rows it has.
CLASS, ROWS = "MATLAB_class", "MATLAB_sparse"
TEXT = np.dtype("U")


@dataclass(frozen=True)
class Stored:
    """An array of a file: its header, its `values` once they are wanted, and whether they are categories of samples."""

    header: Header
    values: Callable[[], Array]
    are_categories: bool = False


def is_own(item: h5py.Group | h5py.Dataset) -> bool:
    """Whether this is an array whose numbers lie in this file: those of others are nobody's to read."""
    return isinstance(item, h5py.Dataset) and not item.external and not item.is_virtual


def _are_own(group: h5py.Group, names: Iterable[str]) -> bool:
    """Whether all of these lie in this file."""
    return all(isinstance(group.get(name, getlink=True), h5py.HardLink) and is_own(group[name]) for name in names)


def is_compressed(group: h5py.Group) -> bool:
    """Whether a group is a sparse matrix."""
    return any(group.keys() >= {*parts} for parts in COMPRESSED)


def is_categorical(group: h5py.Group) -> bool:
    """Whether a group is a column of categories."""
    return bool(group.keys() >= {"categories", "codes"})


def matrix_in(group: h5py.Group) -> Stored | None:
    """A sparse matrix with all of its zeros, samples being its rows, if it says of which shape it is."""
    parts = next(parts for parts in COMPRESSED if group.keys() >= {*parts})
    if not _are_own(group, parts):
        return None
    data, places, begins = (group[part] for part in parts)
    told = next((group.attrs[name] for name in SHAPES if name in group.attrs), None)
    are_columns = any("csc" in str(group.attrs.get(name)) for name in BEGIN)
    if ROWS in group.attrs:
        told, are_columns = (group.attrs[ROWS], len(begins) - 1), True
    elif told is None and "shape" in group and _are_own(group, ["shape"]):
        # 10x has genes as rows, and parts them by cells, which are the samples.
        told = group["shape"][...][::-1]
    if told is None or len(told) != 2:
        return None
    shape = int(told[0]), int(told[1])
    return Stored((shape, False, data.dtype), lambda: _filled_up(group.name, shape, are_columns, data, places, begins))


def _filled_up(
    name: str, shape: tuple[int, int], are_columns: bool, data: h5py.Dataset, places: h5py.Dataset, begins: h5py.Dataset
) -> Array:
    from scipy.sparse import csc_matrix, csr_matrix

    if data.size > CELLS:
        raise UploadError(f"The matrix has {counted(data.size, 'number')}; at most {CELLS:,} are read: bring fewer.")
    try:
        matrix = (csc_matrix if are_columns else csr_matrix)((data[...], places[...], begins[...]), shape)
        # SciPy writes wherever a damaged file says.
        matrix.check_format(full_check=True)
    except ValueError as error:
        raise UploadError(f"The sparse matrix {printable(name, 30)} is damaged: save it again.") from error
    return np.asarray(matrix.toarray())


def categories_in(group: h5py.Group) -> Stored | None:
    """A column (N,) of AnnData with the name of a category in each place, "" where there is none."""
    are_own = _are_own(group, ("codes", "categories"))
    return categories_of(group["codes"], group["categories"]) if are_own else None


def categories_of(codes: h5py.Dataset, categories: h5py.Dataset, of: str | EllipsisType = ...) -> Stored | None:
    """What codes (N,) say, -1 being none; `of` one field of theirs, if they are records."""
    if not is_own(categories):
        return None

    def values() -> Array:
        if max(codes.size, categories.size) > CELLS:
            raise UploadError(f"The categories are of {codes.size:,} samples; at most {CELLS:,} are read: bring fewer.")
        found = categories[...] if h5py.check_string_dtype(categories.dtype) is None else categories.asstr("utf-8")[...]
        names = np.array([*map(str, found), ""])
        places = codes[of].astype(np.int64)
        return np.asarray(names[np.where((places < 0) | (places >= len(found)), -1, places)])

    return Stored((codes.shape, False, TEXT), values, are_categories=True)


def categories_of_fields(records: h5py.Dataset, known: Collection[str]) -> dict[str, Stored]:
    """Categories in an array of records by their places; earlier versions of AnnData have their names among what is
    `known`, in uns.
    """
    found: dict[str, Stored] = {}
    for field in records.dtype.names or ():
        if (names := f"uns/{field}_categories") in known and records.dtype[field].kind in "iu":
            stored = categories_of(records, records.file[names], field)
            found |= {f"{records.name[1:]}/{field}": stored} if stored else {}
    return found


def cells_in(dataset: h5py.Dataset) -> Stored | None:
    """The cells of an array of MATLAB's, if they are texts."""
    if dataset.attrs.get(CLASS) != b"cell" or not 0 < dataset.size <= SAMPLES:
        return None
    file, first = dataset.file, np.ravel(dataset[...])[0]
    if not first or not is_own(file[first]) or file[first].attrs.get(CLASS) != b"char":
        return None
    return Stored(
        (dataset.shape[::-1], False, TEXT),
        lambda: np.array([_text(file[cell]) for cell in np.ravel(dataset[...])]).reshape(dataset.shape).T,
    )


def _text(cell: h5py.Dataset) -> str:
    """The letters of a cell, which MATLAB has as numbers of 16 bits."""
    is_text = is_own(cell) and cell.attrs.get(CLASS) == b"char" and cell.size <= CELLS
    return np.ravel(cell[...]).astype("<u2").tobytes().decode("utf-16-le", errors="replace") if is_text else ""
