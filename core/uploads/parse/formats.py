"""The formats of files: what each is called, how it begins, who reads it, or what to do instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

Family = Literal["table", "array", "text", "sound", "archive", "picture", "packed", "foreign"]


@dataclass(frozen=True)
class FileFormat:
    """A format: its `title` in sentences, ends of names, the first bytes, and the short names by which help has it.

    `reader` is a module of this folder; pictures and packed files are read inside of others. What no module reads has
    an `advice`. `asks` are the knobs of `Format` that its table is read by, of most formats those of text.
    """

    title: str
    family: Family
    suffixes: tuple[str, ...] = ()
    magic: bytes = b""
    said: str = ""
    reader: str = ""
    advice: str = ""
    asks: tuple[str, ...] = ("delimiter", "decimal", "header", "encoding", "skip")


# What cells of a workbook, of a page, of a table of typed columns, and of JSON may be written in.
OF_CELLS = ("decimal", "header", "skip")
OF_PAGES = (*OF_CELLS[:2], "encoding", "skip")
OF_COLUMNS = ("decimal",)
OF_RECORDS = ("decimal", "encoding")

TABLE = FileFormat("a table", "table", (".csv", ".tsv", ".tab", ".arff"), said="CSV, TSV", reader="table")
JSON = FileFormat(
    "JSON", "table", (".json", ".jsonl", ".ndjson", ".geojson"), said="JSON", reader="records", asks=OF_RECORDS
)
TEXT = FileFormat("text", "text", (".txt",), said="TXT", reader="text")
ARRAY = FileFormat("a NumPy array", "array", (".npy",), rb"\x93NUMPY", "NPY", "arrays")
ARRAYS = FileFormat("an NPZ archive", "array", (".npz",), said="NPZ", reader="archives")
HDF5 = FileFormat(
    "an HDF5 file", "array", (".h5", ".hdf5", ".hdf", ".he5", ".h5ad", ".nc"), rb"\x89HDF\r\n\x1a\n", "HDF5", "hdf5"
)
ZIP = FileFormat("a ZIP archive", "archive", (".zip",), rb"PK\x03\x04|PK\x05\x06|PK\x07\x08", "ZIP", "zips")
TAR = FileFormat("a tar archive", "archive", (".tar",), rb".{257}ustar", "tar", "tars")
SOUND = FileFormat("a WAV sound", "sound", (".wav",), rb"(RIFF|RIFX|RF64)....WAVE", "WAV", "sound")
STACK = FileFormat("a stack of pictures", "archive", reader="stack")
GZIP = FileFormat("a gzip file", "packed", (".gz", ".gzip", ".tgz"), rb"\x1f\x8b")
BZIP2 = FileFormat("a bzip2 file", "packed", (".bz2", ".tbz2"), rb"BZh[1-9]1AY")
XZ = FileFormat("an xz file", "packed", (".xz", ".txz"), rb"\xfd7zXZ\x00")
MATLAB_7_3 = FileFormat("a MATLAB 7.3 file", "array", magic=rb"MATLAB 7\.3", reader="hdf5")
EXCEL = FileFormat(
    "an Excel workbook", "table", (".xlsx", ".xlsm", ".xlsb"), said="Excel", reader="sheets", asks=OF_CELLS
)
ODS = FileFormat("an OpenDocument spreadsheet", "table", (".ods",), said="ODS", reader="sheets", asks=OF_CELLS)
HTML = FileFormat(
    "an HTML page",
    "table",
    (".html", ".htm"),
    rb"(?i:(\xef\xbb\xbf)?\s*(<!doctype html|<html|<head|<body|<table))",
    "HTML",
    reader="web",
    asks=OF_PAGES,
)
XLS = FileFormat("an old Excel workbook", "table", (".xls",), rb"\xd0\xcf\x11\xe0", "", "sheets", asks=OF_CELLS)
# What stands behind letters that could begin a table, too: nothing that is text.
BINARY = rb"(?![\t\n\r -~])"
AS_CSV = "Save the table as CSV."
AS_TABLE = "Save the table as CSV: pandas reads it and writes one with to_csv."
AS_ARRAYS = "Save arrays with np.savez, or a table with to_csv or to_parquet."
AS_TEXT = "Save the table as CSV, or the text as TXT."
AS_PICTURES = "Save pictures as PNG or JPEG, and pack them as a ZIP."
AS_ZIP = "Unpack it and pack it as a ZIP."
AS_FRAMES = "Save its frames as pictures in a ZIP."
LOCKED = FileFormat("a document that is locked by a password", "foreign", advice="Open it, and save it without one.")
SVG = rb"(?i:(\xef\xbb\xbf)?\s*(<\?xml.{0,500}?)?(<!--.{0,500}?-->\s*)?(<!DOCTYPE svg.{0,300}?)?<svg)"
MATRIX_MARKET = FileFormat(
    "a Matrix Market file, which lists places of values",
    "foreign",
    (".mtx",),
    rb"%%MatrixMarket",
    advice="Read it with scipy.io.mmread, and save it with scipy.sparse.save_npz, samples as its rows; for what 10x "
    "Genomics packs, scanpy has read_10x_mtx and write_h5ad.",
)

# In the order in which beginnings are looked for.
FORMATS = (
    TABLE,
    JSON,
    TEXT,
    ARRAY,
    ARRAYS,
    ZIP,
    TAR,
    GZIP,
    BZIP2,
    XZ,
    FileFormat("a LIBSVM file", "table", (".libsvm", ".svmlight"), said="LIBSVM", reader="table", asks=()),
    SOUND,
    FileFormat("a FLAC sound", "sound", (".flac",), rb"fLaC", "FLAC", "sound"),
    FileFormat("an Ogg sound", "sound", (".ogg", ".oga", ".opus"), rb"OggS\x00", "OGG", "sound"),
    FileFormat("an MP3 sound", "sound", (".mp3",), rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2\xe3\xe2]", "MP3", "sound"),
    EXCEL,
    XLS,
    ODS,
    FileFormat("a Parquet table", "table", (".parquet", ".pq"), rb"PAR1" + BINARY, "Parquet", "arrow", asks=OF_COLUMNS),
    FileFormat("an Arrow table", "table", (".feather", ".arrow"), rb"ARROW1\x00", "Feather", "arrow", asks=OF_COLUMNS),
    FileFormat("a MATLAB file", "array", (".mat",), rb"MATLAB 5\.0", "MAT", "matlab"),
    MATLAB_7_3,
    FileFormat(
        "an IDX array",
        "array",
        (".idx", ".idx3-ubyte", ".idx1-ubyte"),
        rb"\x00\x00[\x08\x09\x0b-\x0e][\x01-\x04]",
        "IDX",
        "idx",
    ),
    HDF5,
    FileFormat("a PNG picture", "picture", (".png",), rb"\x89PNG", "PNG"),
    FileFormat("a JPEG picture", "picture", (".jpg", ".jpeg"), rb"\xff\xd8\xff", "JPEG"),
    FileFormat("a GIF picture", "picture", (".gif",), rb"GIF8[79]a", "GIF"),
    FileFormat("a WebP picture", "picture", (".webp",), rb"RIFF....WEBP", "WEBP"),
    FileFormat("a TIFF picture", "picture", (".tif", ".tiff"), rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", "TIFF"),
    FileFormat(
        "a PGM or PPM picture", "picture", (".pgm", ".ppm", ".pnm"), rb"P[1-6][ \r\n]+(#[^\n]*\n\s*)*\d+\s+\d", "PPM"
    ),
    FileFormat("a BMP picture", "picture", (".bmp",), rb"BM....\x00\x00\x00\x00", "BMP"),
    FileFormat(
        "an AVIF or HEIC picture",
        "foreign",
        (".heic", ".avif"),
        rb"\x00...ftyp(avif|heic|heix|mif1)",
        advice=AS_PICTURES,
    ),
    FileFormat(
        "a film",
        "foreign",
        (".mp4", ".avi", ".mov", ".mkv"),
        rb"\x00...ftyp|RIFF....AVI |\x1a\x45\xdf\xa3",
        advice=AS_FRAMES,
    ),
    FileFormat("a PDF document", "foreign", (".pdf",), rb"%PDF-", advice=AS_TEXT),
    FileFormat("a Word document", "foreign", (".doc", ".docx"), advice=AS_TEXT),
    FileFormat("a PowerPoint document", "foreign", (".ppt", ".pptx"), advice=AS_TEXT),
    LOCKED,
    FileFormat("an EPUB file", "foreign", (".epub",), advice=AS_TEXT),
    FileFormat("a spreadsheet of Apple Numbers", "foreign", (".numbers",), advice=AS_CSV),
    MATRIX_MARKET,
    FileFormat(
        "a file of series with classes behind colons",
        "foreign",
        (".ts",),
        rb"(?i:(#[^\n]*\n|\s)*@problemname\b)",
        advice="Read it with sktime or aeon, and save series and labels with np.savez.",
    ),
    FileFormat("a NetCDF file of version 3", "foreign", (), rb"CDF[\x01\x02]", advice="Save it as NetCDF 4 or HDF5."),
    FileFormat("a Feather file of version 1", "foreign", (), rb"FEA1" + BINARY, advice="Save it as Parquet."),
    FileFormat(
        "an SQLite database", "foreign", (".db", ".sqlite"), rb"SQLite format 3\x00", advice="Export the table as CSV."
    ),
    FileFormat(
        "a pickle, which is a program rather than data",
        "foreign",
        (".pkl", ".pickle"),
        rb"\x80[\x02-\x05]",
        advice=AS_ARRAYS,
    ),
    FileFormat(
        "a PyTorch checkpoint, which is a program rather than data", "foreign", (".pt", ".pth"), advice=AS_ARRAYS
    ),
    FileFormat("a 7-Zip archive", "foreign", (".7z",), rb"7z\xbc\xaf\x27\x1c", advice=AS_ZIP),
    FileFormat("a RAR archive", "foreign", (".rar",), rb"Rar!\x1a", advice=AS_ZIP),
    FileFormat("a Zstandard file", "foreign", (".zst",), rb"\x28\xb5\x2f\xfd", advice=AS_ZIP),
    FileFormat("a program", "foreign", (".exe",), rb"\x7fELF|MZ\x90"),
    FileFormat("an SVG drawing", "foreign", (".svg",), SVG, advice=AS_PICTURES),
    HTML,
    FileFormat("an XML document", "foreign", (".xml",), rb"(?i:(\xef\xbb\xbf)?\s*<\?xml)", advice=AS_TABLE),
    FileFormat(
        "a table of another program", "foreign", (".sav", ".dta", ".sas7bdat", ".rds", ".rda", ".rdata"), advice=AS_CSV
    ),
    FileFormat("a sound", "foreign", (".m4a", ".aac", ".wma", ".aif", ".aiff"), advice="Save the sound as WAV."),
)
# Ends of names that say nothing: what looks like a table is one.
UNNAMED = ("", ".dat", ".data", ".asc", ".vec", ".test", ".train", ".names", ".out", ".log", ".prn")
NAMED = {suffix: format for format in FORMATS for suffix in format.suffixes}


def of(*families: Family) -> tuple[FileFormat, ...]:
    """The formats of some families."""
    return tuple(format for format in FORMATS if format.family in families)


def asked_of(filename: str) -> tuple[str, ...]:
    """What is asked about how the table of a file of this name is written, packed or not."""
    ends = [suffix for suffix in PurePosixPath(filename.lower()).suffixes if suffix not in suffixes("packed")]
    return NAMED.get(ends[-1] if ends else "", TABLE).asks


def suffixes(*families: Family) -> tuple[str, ...]:
    """The ends of the names of some families."""
    return tuple(suffix for format in of(*families) for suffix in format.suffixes)


def said(*families: Family) -> str:
    """The formats of some families as help has them: "CSV, TSV, Excel"."""
    return ", ".join(format.said for format in of(*families) if format.said)


def beginning(data: bytes) -> FileFormat | None:
    """The format whose first bytes these are, if there is one."""
    return next((format for format in FORMATS if format.magic and _pattern(format.magic).match(data)), None)


@cache
def _pattern(magic: bytes) -> re.Pattern[bytes]:
    return re.compile(magic, re.DOTALL)
