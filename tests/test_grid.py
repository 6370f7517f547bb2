"""The grid of columns that people look through and put right."""

from core.uploads.parse.decode import decode
from core.uploads.prepare.grid import grid
from core.uploads.prepare.options import Options
from core.uploads.reading import read_upload
from tests import files

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
