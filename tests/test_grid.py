"""The grid of columns that people look through and put right."""

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.prepare.grid import MOST, grid
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import classes_of
from core.uploads.reading import read_upload
from pages.ui.as_it_came import first_cells
from tests import files
from tests.files import told

ROWS = [[i, i / 7, "xy"[i % 2], "" if i % 4 else 3.5, f"2024-01-{i + 1:02}"] for i in range(28)]
DATA = files.csv(ROWS, ["id", "width", "kind", "rare", "day"])


def test_each_column_says_what_it_is_and_what_it_is_for():
    told = {column.name: column for column in grid(decode("t.csv", DATA), Options())}
    assert [column.kind for column in told.values()] == ["id", "number", "category", "number", "time"]
    assert [column.role for column in told.values()] == ["left_out", "value", "label", "left_out", "time"]
    assert told["rare"].missing == 0.75
    assert "75%" in told["rare"].why
    assert sum(told["width"].histogram) == 28
    assert told["day"].examples.startswith("2024-01-01")
    assert all(column.why for column in told.values())


def test_what_is_put_right_holds():
    columns = {"kind": "value", "rare": "left_out", "width": "label", "id": "value", "day": "left_out"}
    upload = read_upload("t.csv", DATA, columns=columns, scaling="none")
    assert upload.x[1].tolist() == [1, 0, 1]
    assert len(upload.spec.label_names) == 28


def test_the_grid_shows_what_follows_from_what_was_put_right():
    raw = decode("t.csv", DATA)
    told = {column.name: column for column in grid(raw, Options(columns={"width": "label"}))}
    assert told["width"].why == "28 different values, another one in each row"
    assert [told[name].role for name in ("width", "kind")] == ["label", "left_out"]
    assert {column.name: column.role for column in grid(raw, Options(most_missing=0.8))}["rare"] == "value"


def test_columns_of_an_array_are_put_right_like_those_of_a_table():
    data = files.npy(np.column_stack([files.table(40, 2), np.arange(40) % 3, np.arange(40) % 2]))
    found = grid(decode("a.npy", data), Options())
    assert [column.name for column in found] == ["column 1", "column 2", "column 3", "column 4"]
    columns = {"column 1": "left_out", "column 3": "label"}
    upload = read_upload("a.npy", data, columns=columns, left_out=("2",))
    assert upload.x.shape == (40, 2)
    assert set(upload.dataset.train.y.tolist()) == {0, 1}
    assert classes_of(decode("a.npy", data), Options(columns=columns), "vectors") == ("0", "1", "2")


def test_a_column_beyond_those_that_are_shown_is_found_by_its_name():
    names = [*(f"gene {i}" for i in range(MOST + 99)), "Grade"]
    raw = decode("t.csv", files.csv([[*row, i % 3] for i, row in enumerate(files.table(30, MOST + 99))], names))
    assert [column.name for column in grid(raw, Options())] == names[:MOST]
    assert [column.name for column in grid(raw, Options(), "grade")] == ["Grade"]
    assert [column.name for column in grid(raw, Options(), "298")] == ["gene 298"]


def test_texts_that_were_chosen_as_values_are_not_said_to_be_left_out():
    rows = [[f"t{i % 5}", "xy"[i % 2], i / 7, i % 11 / 3] for i in range(40)]
    upload = read_upload("t.csv", files.csv(rows, ["kind", "label", "a", "b"]), columns={"kind": "value"})
    assert upload.x.shape == (40, 7)
    assert told(upload, "one-hot").startswith("Read one-hot: 1 column of categories (kind)")
    assert not any("Left out" in notice for notice in upload.notices)


def test_classes_that_can_be_left_out_are_those_of_the_labels():
    raw = decode("t.csv", DATA)
    assert classes_of(raw, Options(), "vectors") == ("x", "y")
    assert classes_of(raw, Options(label="none"), "vectors") == ()
    assert classes_of(decode("a.zip", files.zipped(files.pictures(24))), Options(), "folder") == ("cats", "dogs")


CODES = [
    [f"0{i % 5}", 20240101 + i % 28, "none" if i % 4 == 3 else i / 7, i / 7, 1000 + i // 2, "7 9"] for i in range(60)
]
CODED = files.csv(CODES, ["zip", "day", "mixed", "v", "code", "pair"])


def test_kinds_that_were_put_right_are_read_so():
    kinds = {"zip": "category", "day": "time", "mixed": "number", "code": "id", "pair": "list"}
    options = Options(kinds=kinds)
    told = {column.name: column for column in grid(decode("t.csv", CODED, options.format), options)}
    assert {name: told[name].kind for name in kinds} == kinds
    assert {name: column.role for name, column in told.items()} == {
        "zip": "label",
        "day": "time",
        "mixed": "value",
        "v": "value",
        "code": "left_out",
        "pair": "value",
    }
    assert told["day"].examples.startswith("2024-01-01")
    upload = read_upload("t.csv", CODED, kinds=kinds, scaling="none", missing="mean")
    # As they are written, zeros in front and all.
    assert upload.spec.label_names == ("00", "01", "02", "03", "04")
    assert upload.x.shape == (60, 4)
    assert upload.x[0, 2:].tolist() == [7, 9]


def test_columns_of_other_files_have_their_kinds_put_right_too():
    days = [20240101 + i % 28 for i in range(30)]
    columns = {"zip": [i % 5 for i in range(30)], "day": days, "v": files.table(30)[:, 0], "w": files.table(30)[:, 1]}
    sheet = [[*columns], *[[float(cell) for cell in row] for row in zip(*columns.values(), strict=True)]]
    for name, data in (("t.parquet", files.arrow(columns, "parquet")), ("t.xlsx", files.xlsx(sheet))):
        upload = read_upload(name, data, kinds={"zip": "category", "day": "time"})
        assert upload.spec.label_names == tuple("01234")
        assert upload.x.shape == (30, 2)


@pytest.mark.parametrize("kind", ["text", "id", "number"])
def test_a_column_that_is_said_to_be_no_category_is_no_label(kind):
    rows = files.csv([[i % 3, *row] for i, row in enumerate(files.table(30))], ["class", "a", "b", "c"])
    assert read_upload("t.csv", rows).spec.label_names == tuple("012")
    assert read_upload("t.csv", rows, kinds={"class": kind}).spec.label_names == ()


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"zip": "list"}, "hardly a cell holds as many numbers as the others"),
        ({"pair": "time", "zip": "category"}, "hardly a cell holds a date"),
        ({"nobody": "id"}, "There is no column called 'nobody'"),
    ],
)
def test_a_kind_that_a_column_cannot_have_is_refused(kinds, said):
    with pytest.raises(UploadError, match=said):
        read_upload("t.csv", CODED, kinds=kinds)


def test_a_text_is_no_number_and_a_column_of_an_array_nothing_else():
    with pytest.raises(UploadError, match="hardly a cell holds a number"):
        read_upload("t.csv", DATA, kinds={"kind": "number"})
    with pytest.raises(UploadError, match="is of an array"):
        read_upload("a.npy", files.npy(files.table()), kinds={"column 1": "category"})
    with pytest.raises(UploadError, match="is of a second file"):
        read_upload("t.csv", CODED, ("l.csv", files.csv([[i % 3] for i in range(60)])), kinds={"l.csv": "number"})


def test_a_column_of_too_many_ids_may_be_said_to_be_one(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.filling.TEXTS", 20)
    monkeypatch.setattr("core.uploads.prepare.roles.TEXTS", 20)
    rows = files.csv([[1000 + 7 * i, *row] for i, row in enumerate(files.table(30))], ["who", "a", "b", "c"])
    for kind in ("id", "text"):
        assert read_upload("t.csv", rows, kinds={"who": kind}).x.shape == (30, 3)
    with pytest.raises(UploadError, match="who has more than 20 different texts"):
        read_upload("t.csv", rows, kinds={"who": "category"})


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["2024-01-05", "2024-01-06", ""], ["2024-01-05", "2024-01-06", ""]),
        (["10:30:00", "23:59:59", ""], ["10:30:00", "23:59:59", ""]),
        (["2024-01-05 10:30", "2024-01-06", ""], ["2024-01-05 10:30:00", "2024-01-06 00:00:00", ""]),
    ],
)
def test_times_are_shown_as_people_write_them_in_the_order_of_the_file(cells, shown):
    raw = decode("t.csv", files.csv([[i / 7, cells[i % 3], "xy"[i % 2]] for i in range(30)], ["v", "when", "kind"]))
    first = first_cells(raw, 3)
    assert [*first] == ["v", "when", "kind"]
    assert first["when"] == shown
    assert {column.name: column for column in grid(raw, Options())}["when"].examples.startswith(shown[0] + ", ")


def test_numbers_that_were_said_to_be_times_may_lie_beyond_all_years():
    raw = decode(
        "t.csv", files.csv([[1e30 * i, i % 7 / 7] for i in range(30)], ["t", "v"]), Format(kinds={"t": "time"})
    )
    told = {column.name: column for column in grid(raw, Options(kinds={"t": "time"}))}
    assert told["t"].examples == "1970-01-01 00:00:00, 1e+30, 2e+30"
