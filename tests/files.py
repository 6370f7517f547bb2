"""Files that people might bring, made on the spot: nothing binary is checked in."""

import io
import math
import struct
import tarfile
import wave
import zipfile
import zlib
from json import dumps

import h5py
import numpy as np
import pyarrow as pa
import soundfile
import torch
from PIL import Image
from pyarrow import feather, parquet
from scipy.io import savemat
from scipy.sparse import csc_matrix, csr_matrix, save_npz

# How many rows `lines` makes.
ROWS = range(30)


def lines(first: str, row: str) -> bytes:
    """A line above thirty rows of the row's number {i}, a fraction {x}, a day of January {d}, and a word {w}."""
    made = (row.format(i=i, x=f"{math.sin(i):.3f}", d=f"{i % 28 + 1:02}", w="ab" * (i + 1)) for i in ROWS)
    return "\n".join([*([first] if first else []), *made, ""]).encode()


def csv(rows, header=None, delimiter=",", end="\n") -> bytes:
    """A table of text."""
    lines = ([header] if header else []) + [list(row) for row in rows]
    return (end.join(delimiter.join(str(cell) for cell in line) for line in lines) + end).encode()


def table(rows: int = 30, columns: int = 3, seed: int = 0) -> np.ndarray:
    """Numbers (rows, columns) that survive being written as text."""
    return np.round(np.random.default_rng(seed).normal(size=(rows, columns)), 3)


def json(content) -> bytes:
    return dumps(content).encode()


def npy(x: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, x, allow_pickle=x.dtype.hasobject)
    return stream.getvalue()


def npy_of_header(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """An NPY file with any header, true or not."""
    text = header.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", len(text)) + text + data


def npz(**arrays: np.ndarray) -> bytes:
    return zipped({f"{name}.npy": npy(x) for name, x in arrays.items()})


def zipped(members, method=zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of members by name (text or `ZipInfo`): a dict, or pairs where names may come up twice."""
    stream = io.BytesIO()
    # Packed as fast as can be, for one of them unpacks to half a gigabyte.
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return stream.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """A member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def encrypted(data: bytes) -> bytes:
    """A ZIP archive all of whose members claim to be encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(signature, place + 1)
    return bytes(changed)


def picture(pixels: np.ndarray, format: str = "PNG", mode: str | None = None, **how) -> bytes:
    """Pixels (H, W) or (H, W, C) as a picture file."""
    image = Image.fromarray(pixels)
    stream = io.BytesIO()
    (image.convert(mode) if mode else image).save(stream, format, **how)
    return stream.getvalue()


def pixels(seed: int = 0, side: int = 8, *channels: int) -> np.ndarray:
    """A random picture, uint8."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, *channels), dtype=np.uint8)


def pictures(count: int = 24, side: int = 8, *channels: int) -> dict[str, bytes]:
    """Pictures in two folders, every other one in each."""
    return {f"{'cats' if i % 2 else 'dogs'}/{i:02}.png": picture(pixels(i, side, *channels)) for i in range(count)}


def stack(frames: int, format: str = "TIFF") -> bytes:
    """One file of many pictures, each brighter than the one before."""
    return stack_of([np.full((8, 8), 3 * i, np.uint8) for i in range(frames)], format)


def stack_of(pixels, format: str = "TIFF") -> bytes:
    """One file of these pictures, (H, W) each."""
    first, *rest = map(Image.fromarray, pixels)
    stream = io.BytesIO()
    first.save(stream, format, save_all=True, append_images=rest)
    return stream.getvalue()


def unsigned_tiff(pixels: np.ndarray, order: str) -> bytes:
    """Grey pixels (H, W) of 32 bits, never below 0, which Pillow does not write; the least byte is first in order <."""
    height, width = pixels.shape
    data = pixels.astype(f"{order}u4").tobytes()
    told = {256: width, 257: height, 258: 32, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(data), 339: 1}
    tags = [struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in told.items()]
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8 + len(data))
    return head + data + struct.pack(f"{order}H", len(tags)) + b"".join(tags) + bytes(4)


def bomb_png(width: int, height: int) -> bytes:
    """A PNG whose head states any size."""
    small = picture(pixels())
    return small[:8] + _chunk(b"IHDR", struct.pack(">II", width, height) + small[24:29]) + small[33:]


def deep_png(pixels: np.ndarray) -> bytes:
    """A PNG of 16 bits a channel, (H, W, 3), which Pillow reads but cannot write."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def tone(seconds: float = 1.0, rate: int = 8000, pitch: float = 440.0) -> np.ndarray:
    """A sine in [−0.5, 0.5]."""
    return 0.5 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)


def wav(values: np.ndarray, rate: int = 8000, bits: int = 16) -> bytes:
    """A sound (T,) or (T, channels) in [−1, 1] as PCM."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1 if values.ndim == 1 else values.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        whole = np.round(values * (2 ** (bits - 1) - 1)).astype("<i8") + (128 if bits == 8 else 0)
        file.writeframes(whole.reshape(-1, 1).view(np.uint8)[:, : bits // 8].tobytes())
    return stream.getvalue()


def riff(codec: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, data: bytes = b"", size=None) -> bytes:
    """A WAV file with any head, true or not."""
    align = max(1, channels * bits // 8)
    format = struct.pack("<HHIIHH", codec, channels, rate, rate * align % 2**32, align, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + format + b"data"
    body += struct.pack("<I", len(data) if size is None else size) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def xlsx(rows) -> bytes:
    """A workbook of one sheet, as small as one can be."""
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = '<sheet name="data" sheetId="1" r:id="rId1"/>'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheet}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def _cell(value) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def arrow(columns, format: str) -> bytes:
    """Columns by name as a Parquet or Feather file."""
    stream, table = io.BytesIO(), pa.table(columns)
    if format == "parquet":
        parquet.write_table(table, stream)
    else:
        feather.write_feather(table, stream, compression="uncompressed")
    return stream.getvalue()


def mat(**arrays) -> bytes:
    """Arrays as MATLAB saves them."""
    stream = io.BytesIO()
    savemat(stream, arrays)
    return stream.getvalue()


def tar(members: dict[str, bytes]) -> bytes:
    """A tar archive of members by name."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def h5(**arrays) -> bytes:
    """Arrays as an HDF5 file, "__" in a name parting groups."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, array in arrays.items():
            file[name.replace("__", "/")] = array
    return stream.getvalue()


def anndata(x: np.ndarray, kinds: dict[str, list[str]], layout: str = "csr") -> bytes:
    """Cells × genes with kinds of each cell, as AnnData writes them, sparse by rows or by columns, or dense."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        if layout == "dense":
            file["X"] = x
        else:
            matrix, group = (csr_matrix if layout == "csr" else csc_matrix)(x), file.create_group("X")
            group.attrs.update({"encoding-type": f"{layout}_matrix", "shape": x.shape})
            group.update({"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr})
        file["obs/_index"] = [f"cell {i}" for i in range(len(x))]
        file["obs/n_genes"] = np.count_nonzero(x, axis=1)
        for name, found in kinds.items():
            names = sorted({*found} - {""})
            codes = [names.index(kind) if kind else -1 for kind in found]
            file[f"obs/{name}/categories"], file[f"obs/{name}/codes"] = names, np.array(codes, np.int8)
        file["obsm/X_pca"], file["var/_index"] = x[:, :2], [f"gene {i}" for i in range(x.shape[1])]
    return stream.getvalue()


def sparse(x: np.ndarray) -> bytes:
    """A matrix as SciPy saves one that is mostly zero."""
    stream = io.BytesIO()
    save_npz(stream, csr_matrix(x))
    return stream.getvalue()


def ods(rows, **others) -> bytes:
    """A spreadsheet of OpenDocument with a sheet called data, and others by name."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    sheets = "".join(_ods_sheet(name, cells) for name, cells in {"data": rows, **others}.items())
    body = f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest:manifest {spaces}/>",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def _ods_sheet(name: str, rows) -> str:
    cells = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{cells}</table:table>'


def _ods_cell(value) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def idx(x: np.ndarray) -> bytes:
    """Bytes (N, …) as an IDX file."""
    return bytes([0, 0, 8, x.ndim]) + struct.pack(f">{x.ndim}I", *x.shape) + x.astype(np.uint8).tobytes()


def sound(values: np.ndarray, format: str) -> bytes:
    """A sound (T,) in [−1, 1] as FLAC or OGG."""
    stream = io.BytesIO()
    soundfile.write(stream, values, 8000, format=format)
    return stream.getvalue()


def told(upload, part: str) -> str:
    """The one notice that holds these words."""
    (notice,) = [notice for notice in upload.notices if part in notice]
    return notice


def training(samples: int) -> np.ndarray:
    """Which of so many samples (N,) in no order are for training."""
    held_out = np.random.default_rng(0).permutation(samples)[: round(samples / 5)]
    return ~np.isin(np.arange(samples), held_out)


def without_borders(windows: np.ndarray) -> np.ndarray:
    """All windows (N, …) of one series but those between its parts for training, validation and test."""
    held_out = round(len(windows) / 5)
    first = len(windows) - held_out
    return np.delete(windows, [first, first + held_out // 2], axis=0)


def close(x: torch.Tensor, expected: np.ndarray) -> bool:
    return tuple(x.shape) == expected.shape and np.allclose(x.numpy(), expected, atol=1e-6)
