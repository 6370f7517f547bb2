"""What people say about a table that was guessed wrong, and where sentences lead those who follow them."""

import numpy as np
import pytest

import core
from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.parse.formats import asked_of
from core.uploads.prepare.grid import grid
from core.uploads.prepare.options import Options
from tests import files
from tests.test_cases import CASES

ROWS = range(40)


def table(head: str, *cells) -> bytes:
    """A table of forty rows, each of its cells made of the row's number."""
    return files.csv([[cell(i) for cell in cells] for i in ROWS], head.split(","))


def test_an_encoding_that_is_not_that_of_a_file_is_refused():
    data = table("a,b", lambda i: i, lambda i: i / 7)
    with pytest.raises(UploadError, match=r"not UTF-16.*choose another encoding"):
        decode("a.csv", data, Format(encoding="utf-16"))
    unmarked = data.decode().encode("utf-16-le")
    assert decode("a.csv", unmarked, Format(encoding="utf-16")).names == ("a", "b")


@pytest.mark.parametrize(("first", "second"), [("auto", "01-02"), ("month", "01-02"), ("day", "02-01")])
def test_what_comes_first_in_dates_can_be_said(first, second):
    # Days 1 to 12 of January, or the first of twelve months.
    raw = decode("a.csv", table("date,v", lambda i: f"01/{i % 12 + 1:02}/2024", lambda i: i), Format(dates=first))
    moment = np.datetime64(0, "s") + np.timedelta64(int(raw.values[1, 0]), "s")
    assert str(moment) == f"2024-{second}T00:00:00"
    assert any("day first" in notice or "month first" in notice for notice in raw.notices) == (first == "auto")


def test_numbers_that_stand_for_none_can_be_kept():
    data = table("a,b", lambda i: i, lambda i: -999 if i % 8 == 0 else i / 7)
    assert np.isnan(decode("a.csv", data).values).sum() == 5
    kept = decode("a.csv", data, Format(leftovers="kept"))
    assert (kept.values == -999).sum() == 5


def test_a_share_that_is_raised_has_gaps_filled():
    data = (CASES / "one_sparse_column.csv").read_bytes()
    (said,) = (notice for notice in core.read_upload("a.csv", data).notices if "raise that share" in notice)
    assert "choose mean for Missing" in said
    followed = core.read_upload("a.csv", data, most_missing=1.0, missing="mean")
    assert tuple(followed.x.shape) == (200, 4)


def test_where_gaps_cost_most_samples_it_is_said_first_what_keeps_them():
    holes = np.random.default_rng(0).random((400, 10)) < 0.3
    cells = np.where(holes, "", np.arange(4000).reshape(400, 10) % 97).tolist()
    names = [f"v{i}" for i in range(10)]
    with pytest.raises(UploadError, match=r"All but .* have .* choose mean for Missing"):
        core.read_upload("a.csv", files.csv(cells[:200], names))
    whole = [[*range(10)] for _ in range(30)]
    few = core.read_upload("a.csv", files.csv([*cells, *whole], names))
    assert any(notice.startswith("Unsure:") and "more than half of all" in notice for notice in few.notices)
    assert len(core.read_upload("a.csv", files.csv(cells, names), missing="mean").x) == 400


def test_labels_that_are_categories_are_offered():
    rows = [[f"{'ab'[i % 2]}", f"{'xyz'[i % 3]}", i / 7] for i in range(30)]
    said = " ".join(core.read_upload("a.csv", files.csv(rows, ["u", "v", "w"])).notices)
    assert "can be had one-hot, and v be chosen as the label" in said


def test_the_grid_tells_ids_apart_and_says_why_a_column_is_the_label():
    data = table("id,v,class", lambda i: 4_000_000_001 + i, lambda i: "" if i < 5 else i / 8, lambda i: "ab"[i % 2])
    found = {column.name: column for column in grid(decode("a.csv", data), Options())}
    assert found["id"].examples == "4000000001, 4000000002, 4000000003"
    assert found["v"].examples == "0.625, 0.75, 0.875"
    assert found["class"].why == "2 different values; labels are often called so"


@pytest.mark.parametrize("delimiter", [":", "  "])
def test_whatever_is_found_between_cells_can_be_said(delimiter):
    # Neither is found by itself in so few rows of words.
    data = "\n".join(delimiter.join(("a b", "c d", f"{i}")) for i in ROWS).encode()
    raw = decode("a.csv", data, Format(delimiter=delimiter))
    assert [*raw.words] == ["column 1", "column 2"]
    assert raw.values[:, 0].tolist() == [*ROWS]


@pytest.mark.parametrize(
    ("filename", "asked"),
    [
        ("a.csv", 5),
        ("a.CSV.gz", 5),
        ("a", 5),
        ("archive.zip", 5),
        ("a.xlsx", 3),
        ("a.parquet", 1),
        ("a.html", 4),
        ("a.json.gz", 2),
    ],
)
def test_only_what_a_format_is_read_by_is_asked(filename, asked):
    assert len(asked_of(filename)) == asked
