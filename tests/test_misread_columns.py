"""Columns that were once taken for another kind, or for another role, and what they must become."""

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files
from tests.files import ROWS


@pytest.mark.parametrize("separator", ["/", "-"])
def test_days_that_come_first_are_found_wherever_they_show(separator):
    hours = np.datetime64("2024-03-01T00") + np.arange(24 * 31)
    written = [f"{str(h)[8:10]}{separator}{str(h)[5:7]}{separator}2024 {str(h)[11:13]}:00" for h in hours]
    raw = decode("a.csv", files.csv([[text, i] for i, text in enumerate(written)], ["when", "v"]))
    assert np.array_equal(raw.values[:, 0], hours.astype("datetime64[s]").astype(float))
    assert not any("Unsure" in notice or "missing" in notice for notice in raw.notices)


def test_days_that_could_be_months_are_said_to_be_unsure():
    raw = decode("a.csv", files.csv([[f"0{i % 9 + 1}/0{i % 7 + 1}/2024", i] for i in ROWS], ["when", "v"]))
    assert any("Unsure: dates in column when" in notice for notice in raw.notices)


def test_a_cell_that_is_no_day_is_missing_and_named():
    rows = [[f"0{i % 9 + 1}/0{i % 7 + 1}/2024" if i != 7 else "never", i] for i in ROWS]
    raw = decode("a.csv", files.csv(rows, ["when", "v"]))
    assert np.flatnonzero(np.isnan(raw.values[:, 0])).tolist() == [7]
    assert any('"never", column when' in notice for notice in raw.notices)


MIXED = files.csv([[i, f"t{i % 3}", i / 7, f'"[{i}, 2, 3]"'] for i in ROWS], ["ID", "kind", "v", "list"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"kind": "time"}, "holds texts, which are no times"),
        ({"list": "time"}, "holds lists"),
        ({"list": "series"}, "holds lists"),
        ({"list": "label"}, "holds lists"),
        ({"kind": "label", "v": "label"}, "choose one of them"),
        ({"nobody": "series"}, "There is no column called 'nobody'"),
    ],
)
@pytest.mark.parametrize("read_as", ["auto", "windows"])
def test_a_role_that_a_column_cannot_have_is_refused(columns, said, read_as):
    with pytest.raises(UploadError, match=said):
        read_upload("t.csv", MIXED, columns=columns, read_as=read_as)


def test_a_column_is_found_in_small_letters_as_in_capitals():
    rows = files.csv([[f"s{i // 20}", i % 97 / 7] for i in range(400)], ["ID", "v"])
    assert read_upload("t.csv", rows, columns={"id": "series"}).x.shape == (20, 20, 1)


def test_places_that_are_whole_are_no_labels():
    points = files.csv([[i % 6, i % 5, i / 7] for i in range(60)], ["x", "y", "z"])
    assert read_upload("t.csv", points).spec.label_names == ()
    classes = files.csv([[i / 7, i % 2] for i in range(60)], ["x", "y"])
    assert read_upload("t.csv", classes).spec.label_names == ("0", "1")


def test_a_plus_and_a_minus_are_classes():
    rows = [[i / 7, ["u", "v"][i % 2], "+-"[i // 2 % 2]] for i in ROWS]
    assert read_upload("crx.data", files.csv(rows)).spec.label_names == ("+", "-")


def test_ids_of_more_digits_than_are_told_apart_stay_apart():
    ids = 10**17 + np.arange(30)
    raw = decode("t.parquet", files.arrow({"user": ids, "v": ids % 97 / 7}, "parquet"))
    assert raw.words["user"].names == tuple(map(str, ids))


def test_times_without_end_stay_behind_all_others():
    ends = np.array(["2024-01-01", "9999-12-31", "1066-10-14"] * 10, "datetime64[s]")
    raw = decode("t.parquet", files.arrow({"until": ends, "v": np.arange(30) / 7}, "parquet"))
    assert raw.values[:, 0].tolist() == ends.astype(float).tolist()


@pytest.mark.parametrize("kind", ["number", "time"])
def test_how_long_something_took_is_what_it_is_said_to_be(kind):
    rising = files.csv([[f"{i}:23.4", 5 - i] for i in ROWS], ["lap", "v"])
    raw = decode("a.csv", rising, Format(kinds=(("lap", kind),)))
    assert raw.columns[0].kind == kind
    assert raw.values[:, 0].tolist() == pytest.approx([60 * i + 23.4 for i in ROWS])


DOORS = "".join(f"{i / 7:.3f},{['2', '3', '5more'][i // 10 % 3]},{['no', 'so'][i // 3 % 2]}\n" for i in range(60))


def test_few_numbers_and_words_in_a_column_are_categories():
    upload = read_upload("car.csv", f"price,doors,class\n{DOORS}".encode(), categories="one_hot")
    assert upload.x.shape == (60, 4)
    assert upload.notices[0].startswith("Unsure: column doors holds few different numbers (2, 3) and words (5more)")
    as_told = read_upload("car.csv", f"price,doors,class\n{DOORS}".encode(), kinds={"doors": "number"})
    assert as_told.x.shape == (40, 2)


@pytest.mark.parametrize("word", ["unknown", "n.d.", "no answer", "6 m"])
def test_words_for_nothing_beside_few_numbers_leave_them_numbers(word):
    raw = decode("car.csv", f"price,doors,class\n{DOORS.replace('5more', word)}".encode())
    assert raw.columns[1].kind == "number"


def test_the_last_of_categories_alone_is_the_label_where_they_are_one_hot():
    rows = [["uv"[i % 2], "xyz"[i % 3], ["good", "acc"][i % 5 > 1]] for i in range(60)]
    upload = read_upload("car.data", files.csv(rows), categories="one_hot")
    assert (upload.spec.label_names, upload.x.shape) == (("acc", "good"), (60, 5))


def test_the_decimal_sign_of_a_table_shows_in_any_of_its_first_rows():
    rows = [[f'"{i + 1},{137 + i}"', i, f'"{90 - i},{211 + i}"'] for i in range(60)]
    rows[45][0] = '"0,137"'
    raw = decode("a.csv", files.csv(rows, ["a", "b", "c"]))
    assert raw.values[0].tolist() == [1.137, 0, 90.211]
