"""What a file really is, told by its first bytes."""

from __future__ import annotations

import io
import re
import zipfile

from core.errors import UploadError
from core.uploads.limits import ENTRIES

ARRAY = "a NumPy array"
ARRAYS = "an NPZ archive"
ZIP = "a ZIP archive"
SOUND = "a WAV sound"
GZIP = "a gzip file"
BZIP2 = "a bzip2 file"
XZ = "an xz file"
TABLE = "a table"
TEXT = "text"
PICTURES = {
    "PNG": "a PNG picture",
    "JPEG": "a JPEG picture",
    "GIF": "a GIF picture",
    "BMP": "a BMP picture",
    "WEBP": "a WebP picture",
    "TIFF": "a TIFF picture",
    "PPM": "a PGM or PPM picture",
}

# What stands behind letters that could begin a table, too: nothing that is text.
BINARY = rb"(?![\t\n\r -~])"
SIGNATURES = (
    (rb"\x93NUMPY", ARRAY),
    (rb"PK\x03\x04|PK\x05\x06|PK\x07\x08", ZIP),
    (rb"\x1f\x8b", GZIP),
    (rb"(RIFF|RIFX|RF64)....WAVE", SOUND),
    (rb"\x89PNG", PICTURES["PNG"]),
    (rb"\xff\xd8\xff", PICTURES["JPEG"]),
    (rb"GIF8[79]a", PICTURES["GIF"]),
    (rb"RIFF....WEBP", PICTURES["WEBP"]),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", PICTURES["TIFF"]),
    (rb"P[1-6][ \r\n]+(#[^\n]*\n\s*)*\d+\s+\d", PICTURES["PPM"]),
    (rb"BM....\x00\x00\x00\x00", PICTURES["BMP"]),
    (rb"\x00...ftyp(avif|heic|heix|mif1)", "an AVIF or HEIC picture"),
    (rb"\x00...ftyp", "a film"),
    (rb"RIFF....AVI ", "a film"),
    (rb"\x1a\x45\xdf\xa3", "a film"),
    (rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]", "an MP3 sound"),
    (rb"OggS\x00", "an Ogg sound"),
    (rb"fLaC", "a FLAC sound"),
    (rb"%PDF-", "a PDF document"),
    (rb"\x89HDF\r\n\x1a\n|CDF[\x01\x02]", "an HDF5 or NetCDF file"),
    (rb"MATLAB 5\.0", "a MATLAB file"),
    (rb"MATLAB 7\.3", "a MATLAB 7.3 file"),
    (rb"\x00\x00[\x08\x09\x0b-\x0e][\x01-\x04]", "an IDX array"),
    (rb"FEA1" + BINARY, "a Feather file of version 1"),
    (rb"PAR1" + BINARY, "a Parquet table"),
    (rb"ARROW1\x00", "an Arrow table"),
    (rb"SQLite format 3\x00", "an SQLite database"),
    (rb"\x80[\x02-\x05]", "a pickle, which is a program rather than data"),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (rb"Rar!\x1a", "a RAR archive"),
    (rb"\xfd7zXZ\x00", XZ),
    (rb"BZh[1-9]1AY", BZIP2),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (rb"\x7fELF|MZ\x90", "a program"),
    (
        rb"(?i:(\xef\xbb\xbf)?\s*(<\?xml.{0,500}?)?(<!--.{0,500}?-->\s*)?(<!DOCTYPE svg.{0,300}?)?<svg)",
        "an SVG drawing",
    ),
    (rb"(?i:(\xef\xbb\xbf)?\s*(<!doctype html|<html|<head|<body))", "an HTML page"),
    (rb"(?i:(\xef\xbb\xbf)?\s*<\?xml)", "an XML document"),
)
COMPILED = tuple((re.compile(pattern, re.DOTALL), what) for pattern, what in SIGNATURES)
# Office's documents, which are ZIP archives that list their parts, by a folder inside.
PARTS = "[Content_Types].xml"
OFFICE = ((r"xl/", "an Excel workbook"), (r"word/", "a Word document"), (r"ppt/", "a PowerPoint document"))
# Others, by a name inside.
DOCUMENTS = (
    (r"META-INF/container.xml", "an EPUB file"),
    (r"mimetype$", "an OpenDocument spreadsheet"),
    (r"(.*/)?data\.pkl$", "a PyTorch checkpoint, which is a program rather than data"),
)


# What to do about files that are not read, by their kind or the end of their name.
ADVICE = (
    (r"HDF5|\.(h5|hdf5|nc)$", "Save the array with np.save, or the table as CSV or Parquet."),
    (r"MATLAB 7\.3", "Save it in MATLAB with -v7."),
    (r"pickle|PyTorch|\.(pkl|pickle|pt|pth)$", "Save arrays with np.savez, or a table with to_csv or to_parquet."),
    (r"SQLite|\.(db|sqlite)$", "Export the table as CSV."),
    (r"\.(json|jsonl|ndjson|xml)$|XML", "Save the table as CSV: pandas reads it and writes one with to_csv."),
    (r"\.(sav|dta|sas7bdat|rds|rda|rdata)$", "Save the table as CSV."),
    (r"7-Zip|RAR|Zstandard", "Unpack it and pack it as a ZIP."),
    (r"film|\.(mp4|avi|mov|mkv)$", "Save its frames as pictures in a ZIP."),
    (r"PDF|Word|PowerPoint|HTML|\.(docx?|pdf|html?|pptx?)$", "Save the table as CSV, or the text as TXT."),
    (r"AVIF|HEIC|SVG|\.(heic|avif|svg)$", "Save pictures as PNG or JPEG, and pack them as a ZIP."),
    (r"Feather file of version 1", "Save it as Parquet."),
    (r"\.(m4a|aac|wma|aiff?)$", "Save the sound as WAV."),
)


def recognise(data: bytes) -> str | None:
    """What the first bytes say, such as "a PNG picture"; None where they say nothing, as those of text do."""
    return next((what for pattern, what in COMPILED if pattern.match(data[:1200])), None)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A ZIP archive, opened.

    Raises:
        UploadError: its list of members cannot be read, or is too long.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        # Depending on which bytes are wrong, zipfile raises a dozen different things.
        raise UploadError(
            "The list at the end of the ZIP archive cannot be read: the file is damaged or was cut short; pack or "
            "download it again."
        ) from error
    if len(archive.filelist) > ENTRIES:
        raise UploadError(
            f"The ZIP archive has {len(archive.filelist):,} entries; at most {ENTRIES:,} are read: bring fewer files."
        )
    return archive


def kind_of_zip(names: list[str]) -> str:
    """What a ZIP archive of members with these names is."""
    if names and all(name.endswith(".npy") for name in names):
        return ARRAYS
    documents = (*OFFICE, *DOCUMENTS) if PARTS in names else DOCUMENTS
    return next((what for pattern, what in documents if any(re.match(pattern, name) for name in names)), ZIP)


def advice_for(what: str) -> str:
    """What to save as instead, for a kind of file that is not read."""
    return next((f" {advice}" for pattern, advice in ADVICE if re.search(pattern, what)), "")
