"""Tables whose samples are columns, as those of genes are."""

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.prepare.matters import formats_for
from core.uploads.reading import read_upload
from tests import files

GENES = files.table(5, 24)
NAMES = [f"s{i}" for i in range(24)]
ROWS = [["class", *["ab"[i % 2] for i in range(24)]], *[[f"g{i}", *row] for i, row in enumerate(GENES.tolist())]]
TURNED = {"samples": "columns", "scaling": "none"}
FILES = {
    "names and a row of labels": ("t.csv", files.csv(ROWS, ["gene", *NAMES]), ("a", "b")),
    "lines above": ("t.tsv", b"!Series_title\ttumours\n" + files.csv(ROWS, ["gene", *NAMES], "\t"), ("a", "b")),
    "names of rows as R writes them": ("t.tsv", files.csv(ROWS[1:], NAMES, "\t"), ()),
    "a decimal comma": ("t.csv", files.csv(ROWS[1:], ["gene", *NAMES], ";").replace(b".", b","), ()),
    "numbers alone": ("t.csv", files.csv(GENES), ()),
    "a workbook": ("t.xlsx", files.xlsx([["gene", *NAMES], *ROWS]), ("a", "b")),
    "Parquet": ("t.parquet", files.arrow(dict(zip(NAMES, GENES.T, strict=True)), "parquet"), ()),
    "an array": ("a.npy", files.npy(GENES), ()),
    "an array in an archive": ("a.zip", files.zipped({"README.md": b"about", "x.npy": files.npy(GENES)}), ()),
    "an array in a tar archive": ("a.tar", files.tar({"x.npy": files.npy(GENES)}), ()),
}


@pytest.mark.parametrize("what", FILES)
def test_columns_become_samples(what):
    name, data, labels = FILES[what]
    upload = read_upload(name, data, **TURNED)
    assert np.allclose(upload.x, GENES.T)
    assert upload.spec.label_names == labels
    assert upload.y is None or upload.y.tolist() == [i % 2 for i in range(24)]


def test_too_few_rows_are_told_that_columns_could_be_samples():
    with pytest.raises(UploadError, match=r"gives 5 samples.*say that its columns are samples"):
        read_upload("t.csv", files.csv(GENES))
    with pytest.raises(UploadError, match=r"gives 5 samples.*bring more of them\.$"):
        read_upload("t.csv", files.csv(GENES[:, :3]))


def test_turning_is_offered_where_columns_are_enough():
    assert "samples" in formats_for(decode("t.csv", files.csv(ROWS, ["gene", *NAMES])))
    assert "samples" in formats_for(decode("a.npy", files.npy(GENES)))
    assert "samples" not in formats_for(decode("t.csv", files.csv(files.table(30))))
    assert "samples" not in formats_for(decode("a.npz", files.npz(x=files.table(24, 24), y=np.arange(24) % 2)))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.zip", files.zipped(files.pictures(20)), "Only a table"),
        ("a.npz", files.npz(x=files.table(24, 30), y=np.arange(24) % 2), "label for each row"),
        ("t.csv", b'a,b\n1,"2\n3,4\n', "quotation mark"),
    ],
)
def test_what_cannot_be_turned_is_refused(name, data, said):
    with pytest.raises(UploadError, match=said):
        read_upload(name, data, **TURNED)


@pytest.mark.parametrize("what", ["numbers alone", "a workbook", "Parquet"])
def test_a_table_too_large_to_turn_is_refused(what, monkeypatch):
    monkeypatch.setattr("core.uploads.parse.rows.MOST_TURNED", 100)
    # Before all of its cells are held as texts.
    monkeypatch.setattr("core.uploads.parse.arrow._text", None)
    name, data, _ = FILES[what]
    with pytest.raises(UploadError, match="more than 100 cells; no more are turned"):
        read_upload(name, data, **TURNED)


def test_a_text_is_no_longer_read_once_it_is_too_large_to_turn(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.rows.MOST_TURNED", 100)
    with pytest.raises(UploadError, match="more than 100 cells"):
        read_upload("t.csv", files.csv(GENES) + b'1,"', **TURNED)


def test_rows_of_another_length_are_told_of_when_they_are_turned():
    rows = [*ROWS[1:], ["long", *range(26)], ["short", 1, 2]]
    upload = read_upload("t.csv", files.csv(rows, ["gene", *NAMES]), **TURNED, most_missing=0.95, missing="mean")
    assert "Left out: 1 column with more than 25 cells (the first: line 7)" in files.told(upload, "more than")
    assert "1 column with fewer than 25 cells (the first: line 8)" in files.told(upload, "Filled up")
