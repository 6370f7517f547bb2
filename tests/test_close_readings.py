"""What is close between two readings: said first, and turned by an option."""

import numpy as np
import pytest

from core.errors import UploadError
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


def column(*cells: str):
    """Cells that come again and again, below one another beside fractions."""
    rows = [[i / 7, cells[i % len(cells)]] for i in range(40)]
    return decode("t.csv", files.csv(rows, ["a", "b"]))


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["134 kr", "9 kr"], [134, 9]),
        (["90 Kč", "7 Kč"], [90, 7]),
        (["5 BRL", "6 BRL"], [5, 6]),
        (["8 MXN", "9 MXN"], [8, 9]),
        (["5 Bar", "6 Bar"], [5, 6]),
        (["20 Mon", "3 Mon"], [20, 3]),
        (["10 km/h", "20 km/h"], [10, 20]),
        (["1.2k", "3M", "4 bn"], [1200, 3e6, 4e9]),
        (["1.2k €", "3 Mio. €"], [1200, 3e6]),
        (["0", "5%"], [0, 5]),
        (["$5", "6"], [5, 6]),
    ],
)
def test_thousands_are_only_what_stands_alone_behind_a_number(cells, values):
    found = column(*cells)
    assert found.values[: len(values), 1].tolist() == values
    assert not any("Unsure" in notice for notice in found.notices)


def test_letters_of_names_are_no_thousands():
    assert set(column("1A", "1B", "2B", "3B").words["b"].names) == {"1A", "1B", "2B", "3B"}


@pytest.mark.parametrize(
    ("bare", "dressed", "values"),
    [
        ("290", "291 K", [290, 291]),
        ("950", "1.2k", [950, 1200]),
        ("0.02", "1%", [0.02, 1]),
        ("6", "5 kg", [6, 5]),
    ],
)
def test_numbers_with_something_behind_them_beside_others_are_told_to_be_unsure(bare, dressed, values):
    found = column(bare, dressed)
    assert found.values[:2, 1].tolist() == values
    assert found.notices[0].startswith(f'Unsure: in column b "{dressed}" was read as {values[1]:g}, and beside it')


def test_what_is_unsure_comes_first_where_a_file_is_refused_too():
    data = files.csv([[i / 7, "290" if i % 2 else "291 K"] for i in range(10)], ["a", "b"], ";")
    with pytest.raises(UploadError) as refused:
        read_upload("t.csv", data)
    assert len(refused.value.notices) > 1
    assert refused.value.notices[0].startswith("Unsure")


def test_what_stands_behind_no_number_of_the_first_rows_makes_none_of_a_later_one():
    rows = [[i / 7, "4k" if i == 299 else i] for i in range(300)]
    found = decode("t.csv", files.csv(rows, ["a", "b"]))
    assert np.isnan(found.values[299, 1])
    assert any('"4k" in line 301' in notice for notice in found.notices)
