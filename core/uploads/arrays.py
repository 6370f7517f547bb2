"""NumPy's own files: one array (NPY) or an archive of them (NPZ). Objects, which are pickles, are never opened."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import IO

import numpy as np

from core.errors import UploadError
from core.uploads.limits import ARRAYS, CELLS, MB, UNPACKED
from core.uploads.numbers import narrow
from core.uploads.phrases import Tally, counted, listed, printable
from core.uploads.raw import Array, Raw
from core.uploads.recognise import open_zip

Header = tuple[tuple[int, ...], bool, np.dtype[np.generic]]
# Names of the samples and of their labels, the likelier the earlier.
SAMPLES = ("x", "data", "images", "samples", "features", "x_train", "train_x", "train_images", "train_data", "arr_0")
LABELS = ("y", "label", "labels", "target", "targets", "class", "classes", "y_train", "train_y", "train_labels")


def read(data: bytes, notices: list[str]) -> Raw:
    """The array of an NPY file.

    Raises:
        UploadError: it is damaged, or holds anything but numbers.
    """
    stream = io.BytesIO(data)
    header = _header(stream, "The file")
    _refuse_all_but_numbers(header, "The file")
    values = _values(stream, header, len(data) - stream.tell(), "The file")
    if stream.read(1):
        notices.append(f"{counted(len(data) - stream.tell() + 1, 'byte')} after the array were left out.")
    return Raw("array", _held(values, notices))


def read_archive(data: bytes, notices: list[str]) -> Raw:
    """The samples of an NPZ file, and their labels if there are any.

    Raises:
        UploadError: it is damaged, or no member holds numbers.
    """
    with open_zip(data) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        if len(members) > ARRAYS:
            raise UploadError(f"The archive has {len(members):,} arrays; at most {ARRAYS} are read: save only x and y.")
        headers = {name: _peek(archive, info) for name, info in members.items()}
        candidates = [name for name, (shape, _, dtype) in headers.items() if dtype.kind in "biufc" and shape]
        if not candidates:
            for name, header in headers.items():
                _refuse_all_but_numbers(header, f"Array {printable(name, 30)}")
            raise UploadError("The archive holds no array of numbers: save one called x with np.savez.")
        chosen = min(candidates, key=lambda name: _rank(name, headers[name]))
        _refuse_all_but_numbers(headers[chosen], f"Array {printable(chosen, 30)}")
        labels = _labels_for(headers, chosen)
        values = _held(_member(archive, members[chosen], chosen), notices)
        words = {} if labels is None else {labels: _texts(_member(archive, members[labels], labels))}
    read_as = f"samples are {printable(chosen, 30)}, " + (f"labels {printable(labels, 30)}" if labels else "no labels")
    rest = [name for name in headers if name not in (chosen, labels)]
    notices.append(
        f"Of {counted(len(headers), 'array')}, {read_as}" + (f"; left out: {listed(rest)}." if rest else ".")
    )
    return Raw("array", values, words=words)


def _header(stream: IO[bytes], what: str) -> Header:
    """Shape, order and type, read before anything is allocated."""
    try:
        major, _ = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
    except (zipfile.BadZipFile, zlib.error, MemoryError):
        raise
    except Exception as error:
        # The header is a Python literal: nearly anything can be wrong with it.
        raise UploadError(
            f"{what} begins like a NumPy array, but its header cannot be read: it is damaged or was cut short; save it "
            "again with np.save."
        ) from error
    if any(size < 0 for size in shape):
        raise UploadError(f"{what} promises an array of shape {_shape(shape)}, which cannot be: save it again.")
    return shape, fortran, dtype


def _refuse_all_but_numbers(header: Header, what: str) -> None:
    shape, _, dtype = header
    if dtype.hasobject:
        raise UploadError(
            f"{what} holds Python objects (a pickle), which can run programs and are not opened: save plain numbers, "
            "x.astype('float32')."
        )
    if dtype.names:
        raise UploadError(
            f"{what} holds records with {counted(len(dtype.names), 'field')} ({listed(dtype.names)}): save one array "
            "of numbers, or a CSV."
        )
    if dtype.kind == "c":
        raise UploadError(f"{what} holds complex numbers: save their magnitude, np.abs(x), or both parts side by side.")
    if dtype.kind not in "biuf":
        raise UploadError(f"{what} holds {dtype.name}, not numbers: save an array of numbers.")
    if not 1 <= len(shape) <= 4:
        raise UploadError(f"{what} has {counted(len(shape), 'dimension')}; 1 to 4 are read, samples along the first.")
    if math.prod(shape) > CELLS:
        raise UploadError(
            f"{what} promises {math.prod(shape):,} numbers (shape {_shape(shape)}); at most {CELLS:,} are read: bring "
            "fewer samples."
        )


def _values(stream: IO[bytes], header: Header, there: int, what: str) -> Array:
    """The array behind a header, if there are as many bytes as it promises."""
    shape, fortran, dtype = header
    promised = math.prod(shape) * dtype.itemsize
    data = stream.read(promised)
    if len(data) < promised:
        raise UploadError(
            f"{what} promises {math.prod(shape):,} numbers (shape {_shape(shape)}, {promised:,} bytes), but holds "
            f"{there:,} bytes: it was cut short; save it again."
        )
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


def _peek(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Header:
    what = f"Array {printable(info.filename, 30)}"
    if info.file_size > UNPACKED:
        raise UploadError(
            f"{what} unpacks to {info.file_size / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB are unpacked: bring "
            "fewer samples, or 32-bit floats."
        )
    try:
        with archive.open(info) as stream:
            return _header(stream, what)
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        raise UploadError(f"{what} cannot be unpacked: the archive is damaged; save it again.") from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Array:
    what = f"Array {printable(name, 30)}"
    try:
        with archive.open(info) as stream:
            header = _header(stream, what)
            return _values(stream, header, info.file_size - stream.tell(), what)
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        raise UploadError(f"{what} cannot be unpacked: the archive is damaged; save it again.") from error


def _rank(name: str, header: Header) -> tuple[int, int]:
    """The array that is called like samples, else the largest that is not called like labels."""
    known = name.lower()
    place = SAMPLES.index(known) if known in SAMPLES else len(SAMPLES) + (known in LABELS)
    return place, -math.prod(header[0])


def _labels_for(headers: dict[str, Header], chosen: str) -> str | None:
    """The array with one label for each sample."""
    count = headers[chosen][0][:1]
    fitting = {
        name.lower(): name
        for name, (shape, _, dtype) in headers.items()
        if name != chosen and shape in (count, (*count, 1)) and dtype.kind in "biufU" and math.prod(shape) <= CELLS
    }
    # np.savez(file, x, y) names them so.
    known = (*LABELS, *(("arr_1",) if chosen == "arr_0" else ()))
    return next((fitting[name] for name in known if name in fitting), None)


def _texts(labels: Array) -> tuple[str, ...]:
    flat = labels.reshape(-1)
    if flat.dtype.kind == "f":
        return tuple(f"{value:g}" for value in flat.tolist())
    return tuple(printable(str(value)) for value in flat.tolist())


def _held(values: Array, notices: list[str]) -> Array:
    """Bytes as they are, everything else as 32-bit floats."""
    if values.dtype == np.uint8:
        return values
    tally = Tally()
    narrowed = narrow(values, tally, "somewhere in the array")
    notices.extend(sentence.replace(" (the first: somewhere in the array)", "") for sentence in tally.sentences())
    return narrowed


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape) or "()"
