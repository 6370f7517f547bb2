"""Archives of arrays (NPZ)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from core.errors import UploadError
from core.uploads.limits import ARRAYS, FEWEST_SAMPLES, MB, UNPACKED
from core.uploads.parse.arrays import Header, header_of, held, refuse_all_but_numbers, values_of
from core.uploads.parse.chosen import NAMED, chosen_of, holds_samples, parted
from core.uploads.parse.folders import classes_of
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Array, Raw
from core.uploads.parse.recognise import files_in, open_zip
from core.uploads.phrases import printable

# All arrays of an archive, each of which is a sample.
ALL = "all arrays"


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The samples of an NPZ file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or no member holds numbers.
    """
    with open_zip(data) as archive:
        files = (info for info in files_in(archive) if info.filename.endswith(".npy"))
        members = {info.filename.removesuffix(".npy"): info for info in files}
        headers = {name: _peek(archive, info) for name, info in members.items()}
        if _are_samples(headers) and format.part in ("", ALL):
            raw = _stacked(headers, lambda name: _member(archive, members[name], name), notices)
            return replace(raw, parts=(ALL, *headers) if len(headers) <= ARRAYS else ())
        if len(members) > ARRAYS:
            raise UploadError(f"The archive has {len(members):,} arrays; at most {ARRAYS} are read: save only x and y.")
        if {"data", "indices", "indptr", "format", "shape"} <= headers.keys():
            return _sparse(data, headers, notices)
        if not any(holds_samples(header) for header in headers.values()):
            for name, header in headers.items():
                refuse_all_but_numbers(header, f"Array {printable(name, 30)}")
        return chosen_of(headers, lambda name: _member(archive, members[name], name), format, notices)


def _are_samples(headers: dict[str, Header]) -> bool:
    """Whether each array is a sample: many of one shape and type, none of them called like samples or labels."""
    alike = len(headers) >= FEWEST_SAMPLES and len({(shape, dtype) for shape, _, dtype in headers.values()}) == 1
    return alike and not any(NAMED.fullmatch(parted(name)[1]) for name in headers)


def _stacked(headers: dict[str, Header], array_of: Callable[[str], Array], notices: list[str]) -> Raw:
    shape, _, dtype = next(iter(headers.values()))
    refuse_all_but_numbers(((len(headers), *shape), False, dtype), "The archive")
    files = tuple(f"{name}.npy" for name in headers)
    notices.append(f"Each of {len(headers):,} arrays of one shape was read as a sample.")
    values = held(np.stack([array_of(name) for name in headers]), notices)
    return Raw("array", values, words=classes_of(files, notices), ids=files)


def _sparse(data: bytes, headers: dict[str, Header], notices: list[str]) -> Raw:
    """A sparse matrix, as SciPy saves it, with all its zeros."""
    from scipy.sparse import load_npz

    try:
        matrix = load_npz(io.BytesIO(data))
        refuse_all_but_numbers((matrix.shape, False, matrix.dtype), "The sparse matrix")
        notices.append(f"A sparse matrix of {matrix.nnz:,} numbers was filled up with zeros.")
        return Raw("array", held(matrix.toarray(), notices))
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # SciPy trusts what stands in the file.
        raise UploadError("The sparse matrix cannot be read: it is damaged; save x.toarray() with np.save.") from error


def _peek(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Header:
    what = f"Array {printable(info.filename, 30)}"
    if info.file_size > UNPACKED:
        raise UploadError(
            f"{what} unpacks to {info.file_size / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB are unpacked: bring "
            "fewer samples, or 32-bit floats."
        )
    with _unpacking(what), archive.open(info) as stream:
        return header_of(stream, what)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Array:
    what = f"Array {printable(name, 30)}"
    with _unpacking(what), archive.open(info) as stream:
        header = header_of(stream, what)
        return values_of(stream, header, info.file_size - stream.tell(), what)


@contextmanager
def _unpacking(what: str) -> Iterator[None]:
    try:
        yield
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        raise UploadError(f"{what} cannot be unpacked: the archive is damaged; save it again.") from error
