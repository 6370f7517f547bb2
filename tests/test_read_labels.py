"""Labels of what people bring: which column holds them, and that classes that differ stay apart."""

import numpy as np
import pytest

from core.uploads.reading import read_upload
from tests import files
from tests.files import told

TABLE = files.table()
NAMES = ["width", "height", "depth"]


def test_labels_are_of_the_column_spelled_as_chosen():
    rows = [[*row, i % 2, i % 3] for i, row in enumerate(TABLE)]
    data = files.csv(rows, [*NAMES, "A", "a"])
    chosen = {label: read_upload("t.csv", data, label=label).y.tolist() for label in ("A", "a")}
    assert chosen == {"A": [0, 1] * 15, "a": [0, 1, 2] * 10}
    assert read_upload("t.csv", files.csv(rows, [*NAMES, "Y", "y"])).y.tolist() == [0, 1, 2] * 10


def test_columns_called_like_a_choice_can_be_chosen():
    rows = [[*row, i % 2, i % 3] for i, row in enumerate(TABLE)]
    data = files.csv(rows, [*NAMES, "auto", "none"])
    assert told(read_upload("t.csv", data), "2 columns got another name")
    chosen = [read_upload("t.csv", data, label=f"{name} (column)").y.tolist() for name in ("auto", "none")]
    assert chosen == [[0, 1] * 15, [0, 1, 2] * 10]


def test_series_may_be_the_labels():
    rows = [[i // 6, *row] for i, row in enumerate(files.table(25 * 6))]
    upload = read_upload("t.csv", files.csv(rows, ["id", *NAMES]), label="id")
    assert upload.y.tolist() == list(range(25))


def labels_of(y: np.ndarray) -> tuple[str, ...]:
    return read_upload("a.npz", files.npz(x=files.table(len(y)), y=y)).spec.label_names


def test_numbers_that_differ_are_different_labels():
    assert labels_of(np.tile([1000000.0, 1000001.0, 1000002.0], 10)) == ("1000000", "1000001", "1000002")
    assert labels_of(np.tile([0.1, 0.10000001, np.nan], 10)) == ("0.1", "0.10000001", "no label")
    table = files.csv([[*row, (0.1, 1000000.5, 1000001.5)[i % 3]] for i, row in enumerate(TABLE)], [*NAMES, "y"])
    assert read_upload("t.csv", table).spec.label_names == ("0.1", "1000000.5", "1000001.5")
    assert labels_of(np.tile([True, False], 15)) == ("False", "True")


@pytest.mark.parametrize("length", [30, 39, 90, 300])
def test_long_names_that_begin_alike_are_different_labels(length):
    kinds = [f"{'x' * length}{end}" for end in "abc"]
    rows = [[*row, kinds[i % 3]] for i, row in enumerate(TABLE)]
    table = read_upload("t.csv", files.csv(rows, [*NAMES, "kind"]))
    assert table.y.tolist() == [0, 1, 2] * 10
    assert len(set(table.spec.label_names)) == 3
    assert all(len(name) <= 40 for name in table.spec.label_names)
    assert len(set(labels_of(np.array([kind for _, kind in zip(range(30), kinds * 10, strict=False)])))) == 3


def test_series_whose_names_begin_alike_are_different_series():
    rows = [["x" * 200 + str(i // 6), *row] for i, row in enumerate(files.table(25 * 6))]
    assert told(read_upload("t.csv", files.csv(rows, ["series", *NAMES])), "25 series of 6 steps")


def test_more_labels_than_are_read_are_left_out_before_any_is_written(monkeypatch):
    monkeypatch.setattr("core.uploads.prepare.labels.printable", lambda *text: pytest.fail("a label was written"))
    x = files.table(60 * 64).reshape(-1, 8, 8)[:60]
    cube = read_upload("a.npz", files.npz(x=x, y=np.arange(60.0)))
    folders = {f"{i}/a.png": files.picture(files.pixels(i)) for i in range(60)}
    for upload in (cube, read_upload("a.zip", files.zipped(folders))):
        assert upload.y is None
        assert "60 different values" in told(upload, "it was left out")


def test_a_column_without_a_name_is_called_by_its_place_once():
    values = np.random.default_rng(0).normal(size=(60, 4))
    values[:, 3] = np.arange(60) % 3
    assert "Labels are those of column 4." in read_upload("a.npy", files.npy(values)).notices
