"""What stands in a table beside its samples: units, notes, totals, codes for nothing, cells that were merged."""

import bz2
import gzip

import numpy as np
import pytest
from pandas import DataFrame, Index, MultiIndex, concat

from core.uploads.parse.decode import decode
from core.uploads.reading import read_upload
from tests import files
from tests.files import told

NAMES = ["kind", "a", "b"]
ROWS = [["xy"[i % 2], *row] for i, row in enumerate(files.table(30, 2).tolist())]
SUMS = np.sum([row[1:] for row in ROWS], axis=0).tolist()
SPREADS = np.std([row[1:] for row in ROWS], axis=0, ddof=1).round(2).tolist()
MEANS = np.mean([row[1:] for row in ROWS], axis=0).round(2).tolist()


@pytest.mark.parametrize(
    ("above", "between", "below"),
    [
        ([["", "m", "°C"]], [], []),
        ([["---", "---", "---"]], [], []),
        ([["", "mean", "std"], ["name", "", ""]], [], []),
        ([], [NAMES], []),
        ([], [], [["End of data", "", ""]]),
        ([["", "m", "m²"]], [NAMES, NAMES], [["", "all", "good"]]),
    ],
)
def test_rows_of_words_are_passed_over(above, between, below):
    data = files.csv([*above, *ROWS[:20], *between, *ROWS[20:], *below], NAMES)
    upload = read_upload("t.csv", data, most_missing=1.0)
    assert len(upload.x) == 30
    assert upload.spec.label_names == ("x", "y")
    words = [row for row in (*above, *between, *below) if row[1].strip("-")]
    if words:
        assert told(upload, "with words in place").startswith(f"Passed over: {len(words)} row")


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ([["", "size", ""], ["kind", "a", "b"]], ["kind", "size a", "size b"]),
        ([["kind", "size", ""], ["", "a", "b"]], ["kind", "size a", "size b"]),
        ([["", "a", "a"], ["", "mean", "std"], ["group", "", ""]], ["group", "a mean", "a std"]),
        ([["kind", "a", "b"], ["", "mm", "mm"]], ["kind", "a", "b"]),
    ],
)
def test_names_of_several_columns_go_with_those_below_them(head, names):
    raw = decode("t.csv", files.csv([*head, *ROWS]))
    assert [column.name for column in raw.columns] == names
    assert raw.values[-30:].tolist() == [row[1:] for row in ROWS]


TWICE = DataFrame(files.table(30, 4), columns=MultiIndex.from_product([["acc", "gyro"], ["x", "y"]]))
YEARS = TWICE.set_axis(MultiIndex.from_product([["a", "b"], [2019, 2020]], names=[None, "year"]), axis=1)
PLACES = [f"place {i}" for i in range(30)]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (TWICE, "column 1,acc x,acc y,gyro x,gyro y"),
        (TWICE.set_axis(Index(PLACES, name="where")), "where,acc x,acc y,gyro x,gyro y"),
        (YEARS.set_axis(PLACES).rename_axis(columns=[None, None]), "column 1,a 2019,a 2020,b 2019,b 2020"),
        (YEARS.set_axis(Index(PLACES, name="where")), "where,a 2019,a 2020,b 2019,b 2020"),
        (
            concat({"u": TWICE, "v": TWICE}, axis=1),
            "column 1,"
            + ",".join(f"{name} {axis}" for name in ("u acc", "u gyro", "v acc", "v gyro") for axis in "xy"),
        ),
    ],
)
def test_names_in_several_rows_are_put_together(table, names):
    for raw in (decode("a.csv", table.to_csv().encode()), decode("a.html", table.to_html().encode())):
        assert ",".join(column.name for column in raw.columns) == names
        assert raw.values[:, -4:].tolist() == table.values[:, -4:].tolist()
        assert told(raw, "Names stand in").endswith("more.")


def test_a_first_row_below_all_limits_is_no_row_of_names():
    data = files.csv([["x", "<0.1", "<0.05"], *ROWS], ["kind", "a", "a"])
    assert len(decode("t.csv", data).values) == 31


def test_a_cell_of_several_rows_is_in_all_of_them():
    body = "".join(f"<tr>{f'<td rowspan=3>k{i // 3}' if i % 3 == 0 else ''}<td>{i}.5<td>{i % 7}" for i in range(30))
    raw = decode("a.html", f"<table><tr><th>kind<th>a<th>b{body}</table>".encode())
    assert [*raw.words["kind"]] == [f"k{i // 3}" for i in range(30)]
    assert raw.values.tolist() == [[i + 0.5, i % 7] for i in range(30)]


def test_a_row_that_holds_a_number_is_a_sample():
    data = files.csv([*ROWS[:9], ["x", "broken", 1.5], ["x", "", ""], *ROWS[9:]], NAMES)
    raw = decode("t.csv", data)
    assert len(raw.values) == 32
    assert "Taken as missing: 1 cell" in " ".join(raw.notices)
    # In a column alone a word is one number that is missing, and a series has a gap there.
    alone = decode("t.csv", files.csv([*[[i + 0.5] for i in range(20)], ["broken"], *[[i + 0.5] for i in range(20)]]))
    assert alone.values.shape == (41, 1)
    assert np.isnan(alone.values[20, 0])


@pytest.mark.parametrize(
    "rows",
    [
        [["Total", *SUMS]],
        [["Summe:", *SUMS]],
        [["Average", *MEANS], ["TOTAL", *SUMS]],
        [["Total", SUMS[0], ""]],
        [["Mean", *MEANS], ["SD", *SPREADS], ["n", 30, 30]],
        [
            [word, *cells]
            for word, cells in zip(
                ["count", "mean", "std", "min", "25%", "50%", "75%", "max"],
                DataFrame(ROWS).describe().values.tolist(),
                strict=True,
            )
        ],
        [["Total", *SUMS], ["As of May", "", ""]],
    ],
)
def test_totals_are_no_samples(rows):
    upload = read_upload("t.csv", files.csv([*ROWS, *rows], NAMES))
    assert len(upload.x) == 30
    assert upload.spec.label_names == ("x", "y")
    assert told(upload, "below the table").startswith(f"Left out: {sum(row[1] != '' for row in rows)} row")


def test_a_class_called_like_a_total_is_one():
    rows = [["yn"[i % 2], *row[1:]] for i, row in enumerate(ROWS)]
    upload = read_upload("t.csv", files.csv(rows, NAMES))
    assert upload.spec.label_names == ("n", "y")
    assert not any("total" in notice for notice in upload.notices)


def test_a_row_of_which_nothing_could_be_measured_is_a_sample():
    rows = [*ROWS[:9], ["x", "<0.1", "<0.05"], ["y", ">9", "≥ 20"], *ROWS[9:]]
    upload = read_upload("t.csv", files.csv(rows, NAMES), missing="mean")
    assert len(upload.x) == 32
    assert told(upload, "Taken as missing").startswith("Taken as missing: 4 cells")


def test_what_is_only_called_like_a_total_is_kept_and_doubted():
    upload = read_upload("t.csv", files.csv([*ROWS, ["Total", 0.5, 0.25]], NAMES))
    assert len(upload.x) == 31
    assert upload.notices[0].startswith("Unsure: the last rows (total)")
    inside = read_upload("t.csv", files.csv([*ROWS[:9], ["Total", *SUMS], *ROWS[9:]], NAMES))
    assert len(inside.x) == 31
    assert not any("total" in notice.lower() for notice in inside.notices)


def test_what_is_below_a_limit_is_a_missing_number_however_often():
    cells = [f"<{0.05}" if i % 3 else f"{i}.5" for i in range(30)]
    raw = decode("t.csv", files.csv([[cell, i / 7] for i, cell in enumerate(cells)], ["lead", "zinc"]))
    assert raw.names == ("lead", "zinc")
    assert np.isnan(raw.values[:, 0]).tolist() == [i % 3 > 0 for i in range(30)]
    assert any(notice.startswith("Taken as missing: 20 cells") for notice in raw.notices)
    first = decode("t.csv", files.csv([["<0.05", 3.5], *files.table(30, 2).tolist()]))
    assert first.values.shape == (31, 2)


@pytest.mark.parametrize(("code", "count"), [(-999, 1), (-9999.0, 3), (-999.9, 2), (9999, 2)])
def test_codes_for_nothing_are_missing(code, count):
    rows = [[*row] for row in ROWS]
    for row in rows[5 : 5 + count]:
        row[1] = code
    raw = decode("t.csv", files.csv(rows, NAMES))
    assert np.isnan(raw.values[:, 0]).sum() == count
    assert f"{code:g} in column a ({count} cell" in " ".join(raw.notices)


@pytest.mark.parametrize(
    "numbers",
    [
        # Not far from the others, in a range of its own, or once where it could be measured.
        [-999, *range(-1200, -900, 10)],
        [9999, *range(0, 12000, 400)],
        [9999, *range(30)],
        [-999] * 31,
    ],
)
def test_numbers_that_may_have_been_measured_stay(numbers):
    raw = decode("t.csv", files.csv([[i * 0.5, value] for i, value in enumerate(numbers)], ["a", "b"]))
    assert raw.values[:, 1].tolist() == numbers


@pytest.mark.parametrize(
    ("scale", "codes", "gone"),
    [
        (range(1, 6), [99, 99, 98, 98], [98, 99]),
        (range(1, 6), [-9, -9, -8, -8], [-9, -8]),
        (range(11), [77, 77, 88, 88, 99, 99], [77, 88, 99]),
        (range(0, 90_000, 700), [-1, -8, -9, -9], [-1, -8, -9]),
        (range(-90, 90), [-999, -9999], [-999, -9999]),
        (range(1, 6), [9999, 9999, 999, 999], [999, 9999]),
        (range(1, 6), [99], []),
        (range(0, 60, 5), [99, 99], []),
        (range(-20, 20), [-9, -8], []),
        (range(5), [-1, -1], []),
        ([0] * 30 + [3], [99, 99], []),
    ],
)
def test_codes_of_surveys_are_missing(scale, codes, gone):
    numbers = [*scale, *scale, *codes]
    for other in (0.5, 1):
        raw = decode("t.csv", files.csv([[i * other, value] for i, value in enumerate(numbers)], ["a", "b"]))
        found = raw.values[:, 1].astype(float)
        assert sorted({value for value, read in zip(numbers, found, strict=True) if np.isnan(read)}) == sorted(gone)


def test_a_text_of_merged_cells_stands_for_its_block():
    rows = [["ABC"[i // 10] if i % 10 == 0 else "", *row[1:]] for i, row in enumerate(ROWS)]
    upload = read_upload("t.csv", files.csv(rows, NAMES))
    assert upload.y.tolist() == [i // 10 for i in range(30)]
    assert upload.notices[0].startswith("Unsure: 1 column (kind) of which only the first row")


@pytest.mark.parametrize("places", [{3: "A", 20: "B"}, {0: "A", 2: "B", 29: "C"}, {0: "A", 10: "A", 20: "B"}, {0: "A"}])
def test_a_text_here_and_there_stands_for_its_row_alone(places):
    rows = [[places.get(i, ""), *row[1:]] for i, row in enumerate(ROWS)]
    assert [*decode("t.csv", files.csv(rows, NAMES)).words["kind"]] == [row[0] for row in rows]


@pytest.mark.parametrize("name", ["data/train.csv.gz", "train.csv.bz2"])
def test_a_packed_table_in_a_zip_is_read(name):
    pack = gzip.compress if name.endswith("gz") else bz2.compress
    raw = decode("t.zip", files.zipped({name: pack(files.csv(ROWS, NAMES))}))
    assert [column.name for column in raw.columns] == NAMES


def test_structs_of_matlab_are_looked_into():
    x = files.table(30, 4)
    upload = read_upload(
        "s.mat", files.mat(data={"X": x, "labels": np.arange(30) % 3, "about": {"by": "Ann"}}), scaling="none"
    )
    assert np.allclose(upload.x, x)
    assert upload.y.tolist() == [i % 3 for i in range(30)]


AGES = [*range(18, 98)] * 3


@pytest.mark.parametrize(
    ("ages", "unsure"),
    [
        ([*AGES, *[98] * 20, *[99] * 15], "column age 98, 99 may say"),
        ([*AGES, *[97] * 20], "column age 97 may say"),
        ([*AGES, 98, 99], ""),
        ([*range(100)] * 3, ""),
        ([i % 99 + 0.5 * (i % 2) for i in range(400)] + [99] * 30, ""),
    ],
    ids=["98 and 99", "97", "once", "all alike", "fractions"],
)
def test_codes_that_could_be_ages_are_unsure(ages, unsure):
    raw = decode("t.csv", files.csv([[i / 7, age] for i, age in enumerate(ages)], ["a", "age"]))
    assert raw.values[:, 1].tolist() == ages
    said = [notice for notice in raw.notices if "no answer" in notice]
    assert [unsure in notice for notice in said] == [True] * bool(unsure)
