"""The grid of columns that people look through and put right."""

from core.uploads.parse.decode import decode
from core.uploads.prepare.grid import grid
from core.uploads.prepare.options import Options
from core.uploads.prepare.roles import classes_of
from core.uploads.reading import read_upload
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
    assert [told[name].role for name in ("width", "kind")] == ["label", "left_out"]
    assert {column.name: column.role for column in grid(raw, Options(most_missing=0.8))}["rare"] == "value"


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
