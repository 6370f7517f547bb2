"""Files that are wrong in some way: each is answered with a sentence, either a refusal or a notice."""

import gzip
import re
import struct
import zipfile

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads import limits
from core.uploads.parse.decode import decode
from core.uploads.reading import read_upload
from tests import files

TABLE = files.table()
NAMES = ["width", "height", "depth"]
GOOD = files.csv(TABLE, NAMES)
LINES = GOOD.decode().splitlines()
OBJECTS = np.array([[1, "a"]] * 30, dtype=object)
STORED = files.zipped({"x.npy": files.npy(TABLE)}, zipfile.ZIP_STORED)
RECORDS = np.zeros(30, [("size", "f4"), ("name", "U4")])
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'


def changed(line: int, text: str) -> bytes:
    """The good table with another line (counted from 1) in place of one."""
    return "\n".join([*LINES[: line - 1], text, *LINES[line:], ""]).encode()


def zipped_png(side: int = 8) -> bytes:
    return files.zipped({"a.png": files.picture(files.pixels(0, side))})


def bomb(method: int) -> bytes:
    """A ZIP whose only picture unpacks to 600 MB."""
    data = files.zipped({"a.png": bytes(1000)}, method)
    lied = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", lied, lied.find(signature) + offset, 600_000_000)
    return bytes(lied)


def npz_bomb() -> bytes:
    """Made by the one test that reads it, as packing it takes long."""
    return files.zipped({"x.npy": b"\x93NUMPY" + bytes(501_000_000)})


def header_of(shape: str, type: str = "'<f4'") -> bytes:
    return files.npy_of_header(f"{{'descr': {type}, 'fortran_order': False, 'shape': {shape}, }}\n", bytes(80))


def crowd(entries: int) -> bytes:
    """A ZIP of so many empty members, without a real one behind all but the first."""
    one = files.zipped({"00000000": b""}, zipfile.ZIP_STORED)
    local, central = one[: one.find(b"PK\x01\x02")], one[one.find(b"PK\x01\x02") : one.find(b"PK\x05\x06")]
    many = b"".join(central.replace(b"00000000", b"%08d" % i) for i in range(entries))
    size, place = len(many), len(local)
    count = min(entries, 0xFFFF)
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, entries, entries, size, place)
    finder = struct.pack("<IIQI", 0x07064B50, 0, place + size, 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, place, 0)
    return local + many + (record + finder if entries > count else b"") + end


REFUSED = {
    # Any file.
    "empty": ("a.csv", b"", "The file is empty"),
    "empty in gzip": ("a.csv.gz", gzip.compress(b""), "holds nothing"),
    "unknown name": ("a.docx", b"hello", r"named \.docx are not read"),
    "png as csv": ("a.csv", files.picture(files.pixels()), "is a PNG picture"),
    "single jpeg": ("a.jpg", files.picture(files.pixels(), "JPEG"), "bring a ZIP of them"),
    "zip as npz": ("a.npz", files.zipped(files.pictures()), r"named \.npz but is a ZIP archive: rename it to \.zip"),
    "text as npy": ("a.npy", GOOD, "does not begin like a NumPy array"),
    "csv as wav": ("a.wav", GOOD, "does not begin like a WAV sound"),
    "plain as gz": ("a.csv.gz", GOOD, "does not begin like a gzip file"),
    "excel": ("a.csv", files.zipped({"xl/workbook.xml": b"", "[Content_Types].xml": b""}), "an Excel workbook"),
    "checkpoint": ("a.zip", files.zipped({"model/data.pkl": b"\x80\x02"}), "a PyTorch checkpoint"),
    "pickle": ("a.npy", b"\x80\x04\x95abc", "a pickle"),
    "pdf": ("a.csv", b"%PDF-1.4\n", "a PDF document"),
    "html": ("a.csv", b"<!DOCTYPE html><html><body>404", "an HTML page"),
    "matrix market": ("m.txt", b"%%MatrixMarket matrix coordinate real general\n3 3 1\n1 1 5\n", "scipy.io.mmread"),
    "series of sktime": ("a.ts", b"# c\n@problemName x\n@data\n1,2,3:a\n", "sktime or aeon"),
    "numbers": ("a.numbers", files.zipped({"Index/Document.iwa": b"x"}), "a spreadsheet of Apple Numbers"),
    "svg": ("a.txt", SVG, "an SVG drawing"),
    "gzip cut short": ("a.csv.gz", gzip.compress(GOOD * 40)[:-60], "gzip file cannot be unpacked"),
    "gzip damaged": ("a.csv.gz", gzip.compress(GOOD)[:40] + bytes(40), "gzip file cannot be unpacked"),
    "gzip in gzip": ("a.csv.gz", gzip.compress(gzip.compress(GOOD)), "is a gzip file"),
    # Tables.
    "header only": ("a.csv", b"width,height\n", "single line .width, height.: bring one row a sample"),
    "empty lines": ("a.csv", b"\n\n \n", "nothing but empty lines"),
    "text only": ("a.csv", b"name,city\nanna,bonn\ncarl,ulm\n", r"2 columns of text \(name, city\)"),
    "200,000 columns": ("a.csv", b"1.5," * 199_999 + b"1\n", r"200,000 columns; at most 50,000"),
    "one long token": ("a.csv", b"x" * 10_000_001, "10,000,001 characters"),
    "one long cell": ("a.csv", b"1,2\n" * 30 + b"1," + b"7" * 200_000 + b"\n", r"line 31 has more than 131,072"),
    "nul": ("a.csv", changed(5, "1,\0,3"), "Line 5 holds a NUL byte"),
    "controls": ("a.csv", bytes(range(1, 32)) * 9, "not text"),
    "unclosed quote": ("a.csv", changed(7, '1,"2,3'), "opens in line 7 is not closed"),
    "quote left open at once": ("a.csv", changed(1, '"a,b,c'), "a quotation mark is left open"),
    "quote left open for long": ("a.csv", b'1,2\n"' + b"1,2\n" * 50_000, r"line 2 has more than 131,072"),
    "utf-16 cut short": ("a.csv", GOOD.decode().encode("utf-16")[:-1], "not valid UTF-16"),
    "one sample": ("a.csv", b"a,b\n1,2\n", r"1 sample; at least 20"),
    "nineteen": ("a.csv", files.csv(TABLE[:19]), r"19 samples; at least 20"),
    "all constant": ("a.csv", b"a,b\n" + b"1,2\n" * 30, "nothing to learn from"),
    "all missing": ("a.csv", b"a,b,c\n" + b"1,,3\n,2,\n" * 15, r"Every sample has a missing number .*a \(50%\)"),
    "labels only": ("a.csv", b"label,note\n" + b"1,x\n2,y\n" * 15, "No column of numbers is left"),
    "short series": ("a.csv", b"x\n" + b"1\n2\n" * 15, r"30 steps .* gives 0; .*bring more"),
    # NumPy's files.
    "50,001 values a sample": ("a.npy", header_of("(20, 50001)"), "samples of 50,001 values; at most 50,000"),
    "texts that are none": (
        "a.npz",
        files.npz(x=TABLE, y=np.frombuffer(b"\xff" * 4 * 30, "U1")),
        "Array y holds texts that are none",
    ),
    "values of no type": (
        "a.mat",
        files.mat(x=TABLE).replace(struct.pack("<II", 9, TABLE.nbytes), struct.pack("<II", 14, TABLE.nbytes)),
        "MATLAB file cannot be opened",
    ),
    "object array": ("a.npy", files.npy(OBJECTS), "Python objects"),
    "object arrays": ("a.npz", files.npz(x=OBJECTS), "Python objects"),
    "records": ("a.npz", files.zipped({"x.npy": files.npy(RECORDS)}), r"2 fields \(size, name\)"),
    "complex": ("a.npy", files.npy(TABLE.astype("c8")), "complex numbers"),
    "strings": ("a.npy", files.npy(np.array(["a", "b"])), "not numbers"),
    "dates": ("a.npy", files.npy(np.zeros(30, "M8[s]")), "not numbers"),
    "1e12 items": ("a.npy", header_of("(1000000, 1000000)"), r"promises 1,000,000,000,000 numbers"),
    "1e12 items in npz": ("a.npz", files.zipped({"x.npy": header_of("(1000000, 1000000)")}), "promises 1,000,000,000"),
    "huge shape": ("a.npy", header_of(f"({10**30}, 1)"), "promises 1,000,000"),
    "negative shape": ("a.npy", header_of("(-30, 3)"), "-30 × 3, which cannot be"),
    "no dimension": ("a.npy", header_of("()"), "0 dimensions"),
    "five dimensions": ("a.npy", header_of("(1, 1, 1, 4, 5)"), "5 dimensions"),
    "no samples": ("a.npy", header_of("(0, 5)"), "array is empty"),
    "array cut short": ("a.npy", files.npy(TABLE)[:-9], r"promises 90 numbers .* holds 711 bytes: it was cut short"),
    "header cut short": ("a.npy", files.npy(TABLE)[:30], "header cannot be read"),
    "header of code": ("a.npy", files.npy_of_header("__import__('os').system('x')\n"), "header cannot be read"),
    "header of another type": ("a.npy", header_of("(3, 3)", "'no such type'"), "header cannot be read"),
    "npz cut short": ("a.npz", files.npz(x=TABLE)[:-40], "cut short"),
    "npz bomb": ("a.npz", npz_bomb, "unpacks to 501 MB"),
    "npz of nothing": ("a.npz", files.npz(x=np.array("a")), "not numbers|no array of numbers"),
    "npz damaged": ("a.npz", STORED.replace(files.npy(TABLE)[200:260], bytes(60)), "x.npy cannot be unpacked"),
    "three channels nowhere": ("a.npy", files.npy(np.zeros((30, 9, 9, 9))), "1, 3 or 4 channels"),
    # Archives of pictures.
    "zip cut short": ("a.zip", files.zipped(files.pictures())[:-30], "damaged or was cut short"),
    "zip without pictures": ("a.zip", files.zipped({"readme.txt": b"hi"}), r"no picture among them.*readme\.txt"),
    "zip of nothing": ("a.zip", files.zipped({}), "0 files"),
    "encrypted": ("a.zip", files.encrypted(files.zipped(files.pictures())), "24 members locked by a password"),
    "links": ("a.zip", files.zipped([(files.link("a.png"), b"/etc/passwd")]), "1 member linking to another file"),
    "nested": ("a.zip", files.zipped({"b.zip": files.zipped(files.pictures())}), "a ZIP archive inside the ZIP"),
    "svg in zip": ("a.zip", files.zipped({"a.svg": SVG, "b.png": b"<html>"}), "an SVG drawing.*an HTML page"),
    "100,000 entries": ("a.zip", crowd(100_000), r"100,000 entries; at most 80,000"),
    "deflate bomb": ("a.zip", bomb(zipfile.ZIP_DEFLATED), "unpacks to 600 MB"),
    "144 megapixels": ("a.zip", files.zipped({"a.png": files.bomb_png(12_000, 12_000)}), "more than 32 million pixels"),
    "tiny pictures": ("a.zip", zipped_png(7), "smaller than 8 × 8"),
    "picture cut short": (
        "a.zip",
        files.zipped({"a.png": files.picture(files.pixels(0, 64))[:999]}),
        "No picture in the archive",
    ),
    "too few pictures": ("a.zip", zipped_png(), r"1 sample; at least 20"),
    "packed by lzma": ("a.zip", files.zipped(files.pictures(), zipfile.ZIP_LZMA), "packed in another way"),
    # Sounds.
    "no channels": ("a.wav", files.riff(channels=0, data=bytes(99)), "The sound cannot be read"),
    "adpcm": ("a.wav", files.riff(codec=2, bits=4, data=bytes(99)), "save it again as 16-bit PCM"),
    "ima adpcm": ("a.wav", files.riff(codec=17, bits=4, data=bytes(99)), "coded in a way"),
    "unknown codec": ("a.wav", files.riff(codec=999, data=bytes(99)), "coded in a way"),
    "rate of a billion": ("a.wav", files.riff(rate=4_000_000_000, data=bytes(99)), "The sound cannot be read"),
    "no sound": ("a.wav", files.riff(), "holds no sound"),
    "silence": ("a.wav", files.riff(data=bytes(80_000)), "silent"),
    "head cut short": ("a.wav", files.wav(files.tone())[:30], "was cut short"),
    "no bits": ("a.wav", files.riff(bits=0, data=bytes(99)), "The sound cannot be read"),
    "short sound": ("a.wav", files.wav(files.tone(0.1)), "windows of 32 gives 0"),
    # Texts.
    "blank text": ("a.txt", b" \n\t\n", "text is empty"),
    "one letter": ("a.txt", b"a" * 10_000_000, "1 different character"),
    "short text": ("a.txt", b"hello world", "windows of 32 gives 0"),
    "binary text": ("a.txt", bytes(range(1, 32)) * 9, "not text"),
    "nul in a text": ("a.txt", b"hello\nwo\0rld, this is a long text " * 3, "Line 2 holds a NUL byte"),
}  # fmt: skip


def is_a_sentence(text: str) -> bool:
    """Whether people can read it: one paragraph that ends, without the traces of a program."""
    return (
        text.endswith(".")
        and "\n" not in text
        and len(text) < 500
        and not re.search(r"Traceback|Error\b|0x[0-9a-f]{6}|<class|object at|numpy\.|dtype\(|None\b|b'", text)
    )


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_sentence(case):
    filename, content, expected = REFUSED[case]
    data = content() if callable(content) else content
    with pytest.raises(UploadError) as refused:
        read_upload(filename, data)
    assert re.search(expected, str(refused.value))
    assert is_a_sentence(str(refused.value))


def test_a_refusal_tells_what_was_decided_before():
    same = "\n".join(["a,b,c", *["1,2,3"] * 25, *["1,2"] * 5])
    with pytest.raises(UploadError, match="All samples are the same") as refused:
        read_upload("a.csv", same.encode())
    assert any("5 rows with fewer than 3 cells" in notice for notice in refused.value.notices)


def test_more_bytes_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.decode.BYTES", 1_000_000)
    with pytest.raises(UploadError, match=r"has 2 MB; at most 1 MB"):
        read_upload("a.csv", bytes(2_000_000))


def test_gzip_bombs_are_stopped_while_they_unpack(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.decode.UNPACKED", 1_000_000)
    with pytest.raises(UploadError, match=r"unpacks to more than 1 MB"):
        read_upload("a.csv.gz", gzip.compress(bytes(10_000_000)))


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "C:\\a\\b.csv", "\0\n\u202e.csv", "", "x" * 5000 + ".csv"])
def test_any_name_is_only_text(name):
    upload = read_upload(name, GOOD)
    assert len(upload.card.title) <= 60
    assert upload.card.title.isprintable()
    assert upload.card.title
    assert not re.search(r"[/\\]", upload.card.title)


# ------------------------------------------------------------------------------------------------- read with a notice


def with_cell(line: int, column: int, text: str) -> bytes:
    cells = LINES[line - 1].split(",")
    cells[column] = text
    return changed(line, ",".join(cells))


ACCEPTED = {
    # Name, data, options, part of the notice, number of samples.
    "bom": ("a.csv", b"\xef\xbb\xbf" + GOOD, {}, None, 30),
    "utf-16": ("a.csv", GOOD.decode().encode("utf-16"), {}, "read as UTF-16", 30),
    "latin-1": (
        "a.csv",
        files.csv(TABLE, ["gr\xf6\xdfe", "b", "c"]).decode().encode("latin-1"),
        {},
        "not UTF-8.*the 2 characters",
        30,
    ),
    "long row": ("a.csv", changed(9, "1,2,3,4"), {}, r"Left out: 1 row with more than 3 cells .*line 9", 29),
    "short row": ("a.csv", changed(9, "1,2"), {}, r"missing values: 1 row with fewer than 3 cells .*line 9", 29),
    "short row filled": ("a.csv", changed(9, "1,2"), {"missing": "mean"}, "1 number missing in 1 sample: filled", 30),
    "first row too long": ("a.csv", changed(1, "a,b,c,d"), {}, "has 4 names and most rows have 3 cells", 30),
    "first row too short": ("a.csv", changed(1, "a,b"), {}, "one name fewer", 30),
    "decimal comma": (
        "a.csv",
        files.csv(TABLE, NAMES, ";").replace(b".", b","),
        {},
        "decimal comma",
        30,
    ),
    "duplicate names": ("a.csv", changed(1, "a,a,a"), {}, "2 column names came up before", 30),
    "inf": ("a.csv", with_cell(5, 1, "inf"), {}, "missing: 1 number without end", 29),
    "nan": ("a.csv", with_cell(5, 1, "NaN"), {}, r"1 number missing in 1 sample, most in height \(3%\): left out", 29),
    "1e400": ("a.csv", with_cell(5, 1, "1e400"), {}, "missing: 1 number without end", 29),
    "beyond 64 bits": (
        "a.csv",
        with_cell(5, 1, "123456789012345678901"),
        {"scaling": "none"},
        "7 digits: 1 whole number",
        30,
    ),
    "not a number": ("a.csv", with_cell(5, 1, "12 kg"), {}, r'1 cell without a number .*"12 kg" in line 5', 29),
    "underscores": ("a.csv", with_cell(5, 1, "1_000"), {}, r'"1_000" in line 5, column height', 29),
    "empty lines": ("a.csv", changed(9, "\n"), {}, "2 empty lines", 29),
    "text column": (
        "a.csv",
        files.csv([[*row, f"n{i}", "x"] for i, row in enumerate(TABLE)], [*NAMES, "a", "b"]),
        {},
        "2 columns of text",
        30,
    ),
    "constant column": ("a.csv", files.csv([[*row, 7] for row in TABLE]), {}, "never change: 1 column of 4", 30),
    "one class": ("a.csv", files.csv([[*row, "x"] for row in TABLE], [*NAMES, "label"]), {}, "same label", 30),
    "blank column": ("a.csv", files.csv([[*row, ""] for row in TABLE]), {}, r"1 column without any value", 30),
    "huge integers": (
        "a.npy",
        files.npy(np.arange(90).reshape(30, 3) * 10**12 + 1),
        {"scaling": "none"},
        "7 digits: 89 whole",
        30,
    ),
    "infinite array": ("a.npy", files.npy(np.where(TABLE > 2, np.inf, TABLE)), {}, "numbers? without end", None),
    "trailing bytes": ("a.npy", files.npy(TABLE) + b"abc", {}, "3 bytes after the array", 30),
    "wav that ends early": ("a.wav", files.wav(files.tone(9))[:100_000], {}, "promises 144,000 bytes", None),
    "wav that lies": ("a.wav", files.riff(data=files.wav(files.tone(9))[44:], size=2**31), {}, "promises 2,147", None),
    "a table named text": ("a.txt", GOOD, {}, "Scaled", 30),
    "latin-1 text": ("a.txt", ("käse und brot " * 99).encode("latin-1"), {}, "not UTF-8", None),
    "long text": ("a.txt", b"ab cd " * 900_000, {}, "first 5,000,000 of 5,400,000", 100_000),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_read_with_a_notice(case):
    filename, data, options, expected, count = ACCEPTED[case]
    upload = read_upload(filename, data, **options)
    assert expected is None or [notice for notice in upload.notices if re.search(expected, notice)]
    assert all(map(is_a_sentence, upload.notices))
    assert count in (None, len(upload.x))
    assert np.isfinite(upload.x.numpy()).all()


def test_names_of_a_table_with_row_names_stand_above_their_columns():
    rows = [[f"r{i % 3}", *row] for i, row in enumerate(TABLE)]
    raw = decode("a.csv", files.csv(rows, NAMES))
    assert raw.names == tuple(NAMES)
    assert np.allclose(raw.values, TABLE)
    assert list(raw.words) == ["column 1"]


def test_cells_of_any_length_are_passed_over():
    rows = [[*row, f"n{i}" * 40_000] for i, row in enumerate(TABLE)]
    upload = read_upload("a.csv", files.csv(rows, [*NAMES, "essay"]))
    assert upload.spec.shape == (3,)
    assert all(len(name) <= 40 for name in upload.spec.label_names)


def test_one_column_of_two_is_never_read_as_text():
    upload = read_upload("a.csv", files.csv(TABLE[:, :2], ["a", "b"], ";"), scaling="none")
    assert np.allclose(upload.x, TABLE[:, :2])


def test_more_samples_than_are_kept_are_drawn_from_all_of_them(monkeypatch):
    monkeypatch.setattr("core.uploads.prepare.samples.SAMPLES", 100)
    upload = read_upload("a.csv", files.csv([[i % 7, i, i / 2] for i in range(0, 2000, 2)]), scaling="none")
    assert len(upload.x) == 100
    assert upload.x[:, 1].max() > 1500 > 500 > upload.x[:, 1].min()
    assert "100 of 1,000 samples" in " ".join(upload.notices)


def test_limits_hold_what_has_to_be_read():
    assert limits.CELLS >= 60_000 * 785
    assert limits.UNPACKED >= 60_000 * 784 * 8
    assert limits.ENTRIES > 70_000
