"""Small files that once took hours or all memory, or ended in an error of ours."""

import struct
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse import arrow, sheets
from core.uploads.parse.decode import decode
from core.uploads.parse.encoding import encoding_of
from core.uploads.parse.formats import said
from core.uploads.parse.raw import Raw
from core.uploads.parse.structure import is_rule
from core.uploads.parse.written import is_number, simple
from core.uploads.prepare.columns import blank_share, different, is_truth
from core.uploads.prepare.labels import Labels
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import Table
from core.uploads.prepare.windows import windows_of
from core.uploads.reading import read_upload
from tests import files, workbooks
from tests.workbooks import compound

MANY = 100_000


@pytest.mark.parametrize(
    "look",
    [
        lambda: is_number("5 m" + "²" * 60 + "!"),
        lambda: simple("5" + "*" * 200 + "]"),
        lambda: is_rule(["-" * MANY + "x"]),
        lambda: encoding_of(b"a" * MANY * 5 + b" \xff\xfe\xe9\xe8\xe0", []),
        lambda: decode("t.csv", b"a;b\n" + b"\n".join(b"%d;" % i + b"[" * MANY + b",1" for i in range(9))),
        lambda: decode(
            "t.html", b"<table><tr><td>a<td>b<tr><td>1<td>" + b"u<b>v</b>" * 40_000 + b"<tr><td>2<td>w</table>"
        ),
    ],
    ids=["raised twos", "stars", "rules", "words", "brackets", "cells of a page"],
)
def test_what_repeats_without_end_is_looked_at_once(look):
    # Each of them took minutes or years where a sign could be read in two ways, or was looked at again from each sign.
    look()


def test_labels_of_many_classes_are_counted_window_by_window():
    labels = np.random.default_rng(0).integers(0, 5, 400)
    many = Labels(labels * 2_000, tuple(map(str, range(10_000))))
    table = Table(np.zeros((400, 1)), ("v",), many, None, np.arange(400))
    _, found, _, _ = windows_of(table, 8, [])
    expected = [np.bincount(window, minlength=5).argmax() * 2_000 for window in labels.reshape(-1, 8)]
    # Most windows hold several labels, which are none of theirs where a series is not told apart.
    assert found is None
    series = Table(table.values, ("v",), many, np.repeat([0, 1], 200), np.arange(400))
    _, found, _, _ = windows_of(series, 8, [])
    assert found.places.tolist() == expected


def test_a_sparse_matrix_is_not_filled_up_before_it_is_counted():
    from scipy.sparse import csc_matrix

    huge = csc_matrix(([1.0], ([0], [0])), shape=(400_000, 400_000))
    with pytest.raises(UploadError, match="promises 160,000,000,000 numbers"):
        decode("a.mat", files.mat(x=huge))
    # What is not chosen takes no room.
    raw = decode("a.mat", files.mat(x=np.eye(30), other=huge))
    assert raw.values.shape == (30, 30)


def test_a_cell_far_from_a_table_is_told(monkeypatch):
    monkeypatch.setattr(sheets, "CELLS", 1_000)
    rows = [["a", "b"], *[[i, i / 7] for i in range(30)], *[[""] * 2] * 10, [*[""] * 60, "x"]]
    with pytest.raises(UploadError, match="delete what stands far from the table"):
        decode("a.xlsx", files.xlsx(rows))


SHORT = [["a", "b"], *[[float(i), i / 7] for i in range(30)]]
EMPTY = b'<table:table-cell table:number-columns-repeated="16383"/>'
DOWN = b'<table:table-row table:number-rows-repeated="1048000">%s</table:table-row>' % EMPTY
FAR_ROW = b'<table:table-row>%s<table:table-cell office:value-type="float" office:value="1"/></table:table-row>' % EMPTY
# Where the last cell that a sheet could have is put, or what such a file says of its size.
FAR = {
    "xlsx": (
        files.xlsx(SHORT),
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    ),
    "ods": (files.ods(SHORT), b"</table:table>", DOWN + FAR_ROW + b"</table:table>"),
    "xlsb": (workbooks.xlsb(SHORT), struct.pack("<4I", 0, 30, 0, 1), struct.pack("<4I", 0, 1048575, 0, 16383)),
}


@pytest.mark.parametrize("kind", FAR)
def test_a_cell_at_the_end_of_a_sheet_is_told(kind):
    data, near, far = FAR[kind]
    assert decode(f"a.{kind}", data).values.shape == (30, 2)
    with pytest.raises(UploadError, match="delete what stands far from the table"):
        decode(f"a.{kind}", replaced(data, near, far))


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """An archive in whose members one text stands for another."""
    with ZipFile(BytesIO(data)) as archive:
        return files.zipped({name: archive.read(name).replace(old, new) for name in archive.namelist()})


def test_empty_cells_that_fill_a_sheet_up_are_no_far_ones():
    data = replaced(files.ods(SHORT), b"</table:table>", DOWN + b"</table:table>")
    assert decode("a.ods", data).values.shape == (30, 2)


def test_rows_of_parquet_are_counted_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(arrow, "ROWS", 20)
    for where, name in ((arrow.parquet.ParquetFile, "read"), (arrow.parquet, "read_table")):
        monkeypatch.setattr(where, name, lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(UploadError, match="30 rows and 1 columns, more than is read"):
        decode("a.parquet", files.arrow({"a": [*range(30)]}, "parquet"))


def test_texts_are_looked_through_once():
    words = decode("t.csv", files.csv([[f"w{i}" if i % 3 else "n/a", i / 7] for i in range(30)], ["w", "v"])).words["w"]
    raw = Raw("table", np.zeros((30, 0)), words={"w": words})
    assert different(raw, "w") == 20
    assert blank_share(words) == pytest.approx(1 / 3)
    assert not is_truth(words)
    assert words.blanks is words.blanks


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([["u", "v"]] * 30, ("a",)),
        ([[[1, 2], [3, 4]]] * 30, ("a", "lists 1", "lists 2", "lists 3", "lists 4")),
        ([[[1], [3, 4]]] * 30, ("a",)),
        ([[1, 2, None]] * 30, ("a", "lists 1", "lists 2", "lists 3")),
        ([[1.0], [1.0, 2.0]] * 15, ("a",)),
    ],
)
def test_lists_in_parquet_of_anything_are_read(cells, names):
    raw = decode("a.parquet", files.arrow({"a": [i / 7 for i in range(30)], "lists": cells}, "parquet"))
    assert raw.names == names
    assert ("lists" in raw.words) == (names == ("a",))


def test_elements_of_no_bytes_are_refused():
    for kind in ("[('a', '<U0')]", "'<U0'"):
        head = f"{{'descr': {kind}, 'fortran_order': False, 'shape': (30,), }}\n"
        with pytest.raises(UploadError, match="elements of 0 bytes"):
            decode("a.npy", files.npy_of_header(head))


def test_lists_in_lists_in_lists_are_read_or_refused():
    refused = 0
    for deep in range(800, 1_000, 3):
        for inside in ("[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep):
            try:
                decode("a.json", f'[{{"a": {inside}, "b": 1}}]'.encode())
            except UploadError:
                refused += 1
    assert refused


def test_half_of_a_character_is_a_sign_of_its_own():
    rows = [{"w": ["\ud83d", "whole"][i % 2], "v": i / 7} for i in range(30)]
    raw = decode("a.json", files.json(rows))
    assert raw.words["w"].names == ("\ufffd", "whole")
    assert "".join(raw.words["w"]).encode()


@pytest.mark.parametrize(
    ("name", "stream", "match"),
    [
        ("a.doc", "WordDocument", "is a Word document"),
        ("a.ppt", "PowerPoint Document", "is a PowerPoint document"),
        ("a.xlsx", "EncryptedPackage", "is a document that is locked by a password.*save it without one"),
        ("a.xls", "EncryptedPackage", "locked by a password"),
        ("a.xlsx", "Workbook", "is an old Excel workbook: rename it"),
    ],
)
def test_old_documents_of_office_are_told_apart(name, stream, match):
    with pytest.raises(UploadError, match=match):
        decode(name, compound(stream, bytes(9)))
    assert "locked" not in said("table")


def test_a_large_table_in_an_archive_is_read(monkeypatch):
    from core.uploads.parse import pictures

    data = files.csv([[i, i * i] for i in range(30)], ["a", "b"])
    # As large as no picture may be.
    monkeypatch.setattr(pictures, "MEMBER", 100)
    for name, pack in (("a.zip", files.zipped), ("a.tar", files.tar)):
        assert decode(name, pack({"creditcard.csv": data})).values.shape == (30, 2)


def test_one_number_a_line_is_a_series():
    lines = "\n".join(f"{i * i % 37}.5" for i in range(80)).encode()
    for name in ("a.txt", "a.dat"):
        assert read_upload(name, lines, window=4).spec.shape == (4, 1)
    assert decode("a.txt", b"\n".join(b"word%d" % i for i in range(40))).form == "text"


def test_a_comma_in_each_line_may_be_a_decimal_one():
    lines = "\n".join(f"{i},{i % 9}" for i in range(40)).encode()
    found = decode("a.csv", lines)
    assert found.values.shape == (40, 2)
    assert found.notices[0].startswith("Unsure: lines such as 0,0 were read as two numbers")
    turned = read_upload("a.csv", lines, delimiter="\t", window=2, scaling="none")
    assert turned.x[0].flatten().tolist() == pytest.approx([0, 1.1])
    # No whole number begins with a 0.
    assert decode("a.csv", "\n".join(f"{i},{i % 99:02}" for i in range(40)).encode()).values[5, 0] == 5.05
    named = decode("a.csv", b"a,b\n" + lines)
    assert not any("Unsure" in notice for notice in named.notices)
    assert Options().delimiter == "auto"
