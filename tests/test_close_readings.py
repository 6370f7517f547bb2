"""What is close between two readings: said first, and turned by an option."""

import numpy as np
import pytest

from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files

SMALL = np.random.default_rng(1).integers(0, 10, (40, 4))
LARGE = np.random.default_rng(2).integers(0, 9000, (40, 4))
FRACTIONS = np.round(np.random.default_rng(3).random((40, 4)), 3)


@pytest.mark.parametrize(
    ("first", "body", "rows"),
    [
        ([0, 1, 2, 3], SMALL, 40),
        ([3, 4, 5, 6], SMALL, 40),
        ([2001, 2002, 2003, 2004], LARGE, 40),
        ([7157, 672, 675], SMALL[:, :3], 40),
        ([0], FRACTIONS[:, :1], 40),
        # More likely values, which are names of columns nevertheless where somebody says so.
        ([101, 205, 309, 777], LARGE, 41),
        ([0, 1], SMALL[:, :2], 41),
        ([0], SMALL[:, :1], 41),
    ],
)
def test_a_first_row_of_numbers_is_told_to_be_unsure(first, body, rows):
    data = files.csv(body, first)
    found = decode("t.csv", data)
    assert len(found.values) == rows
    assert found.notices[0].startswith("Unsure: the first row")
    for header, expected in (("first", 40), ("none", 41)):
        turned = decode("t.csv", data, Format(header=header))
        assert len(turned.values) == expected
        assert not any("Unsure" in notice for notice in turned.notices)


@pytest.mark.parametrize(
    ("first", "body", "rows"),
    [
        ([*range(12)], np.random.default_rng(4).integers(0, 2, (40, 12)), 40),
        (["", 0], [[i, value] for i, value in enumerate(SMALL[:, 0])], 40),
        ([5, 5, 5, 5], SMALL, 41),
        (FRACTIONS[0].tolist(), FRACTIONS[1:], 40),
    ],
)
def test_a_first_row_that_could_be_nothing_else_is_not(first, body, rows):
    found = decode("t.csv", files.csv(body, first))
    assert len(found.values) == rows
    assert not any("Unsure" in notice for notice in found.notices)


def labelled(label, rows: int = 600) -> np.ndarray:
    """Fractions beside a column called target."""
    return read_upload(
        "t.csv", files.csv([[*row, label(i)] for i, row in enumerate(files.table(rows))], ["a", "b", "c", "target"])
    )


def test_classes_may_be_as_many_as_have_several_rows_each():
    assert len(labelled(lambda i: f"person {i % 150}").spec.label_names) == 150
    upload = labelled(lambda i: f"person {i % 280}")
    assert len(upload.spec.label_names) == 280
    assert upload.notices[0].startswith("Unsure: column target with 280 different values in 600 rows")
    assert labelled(lambda i: f"person {i % 400}").spec.label_names == ()


def test_texts_in_hardly_any_row_are_no_labels_unless_they_are_called_so():
    rows = [["ab"[i % 2] if i < 4 else "", *row] for i, row in enumerate(files.table(40, 2))]
    assert read_upload("t.csv", files.csv(rows, ["remark", "u", "v"])).spec.label_names == ()
    assert "a" in read_upload("t.csv", files.csv(rows, ["label", "u", "v"])).spec.label_names


def test_what_is_so_and_what_is_not_is_read_in_other_languages():
    rows = [[["WAHR", "FALSCH"][i % 2], *row] for i, row in enumerate(files.table(40, 2))]
    upload = read_upload("t.csv", files.csv(rows, ["aktiv", "u", "v"]))
    assert upload.x[:, 2].tolist() == [1 - i % 2 for i in range(40)]


def test_numbers_that_leave_out_many_are_no_classes():
    assert len(labelled(lambda i: i % 110).spec.label_names) == 110
    assert labelled(lambda i: 1000 * (i % 110)).spec.label_names == ()
    assert labelled(lambda i: i % 110 / 8).spec.label_names == ()
    assert labelled(lambda i: 10 * (i % 9)).spec.label_names[:2] == ("0", "10")


def test_few_rows_of_a_folder_are_told():
    upload = read_upload(
        "a.zip", files.zipped({f"p{i // 3}/{i}.png": files.picture(files.pixels(i)) for i in range(24)})
    )
    assert len(upload.spec.label_names) == 8
    assert upload.notices[0].startswith("Unsure: column folder with 8 different values")
