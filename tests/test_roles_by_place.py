"""What columns and rows are where only their place and their numbers tell: ids, labels, pixels, steps, dates."""

import numpy as np
import pytest

from core.uploads.parse.decode import decode
from core.uploads.prepare.grid import grid
from core.uploads.prepare.options import Options
from core.uploads.reading import read_upload
from tests import files

RNG = np.random.default_rng(5)
SHUFFLED = RNG.permutation(200)[:60]
FRACTIONS = files.table(60, 3)
CLASSES = RNG.integers(0, 3, 60)
# Hardly anything is drawn in a corner.
PIXELS = RNG.integers(0, 17, (60, 64)) * (np.arange(64) % 63 > 0)


def unsure(upload) -> str:
    """What is said first, where it is unsure."""
    return next((notice for notice in upload.notices if notice.startswith("Unsure")), "")


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "__index_level_0__"])
def test_numbers_of_shuffled_rows_are_ids(name):
    rows = [[i, *row] for i, row in zip(SHUFFLED, FRACTIONS, strict=True)]
    data = files.csv(rows, [name, "a", "b", "c"])
    assert read_upload("t.csv", data).spec.shape == (3,)
    assert grid(decode("t.csv", data), Options())[0].kind == "id"


def test_numbers_of_shuffled_rows_put_a_series_in_order():
    rows = [[i, i / 7] for i in SHUFFLED]
    upload = read_upload("t.csv", files.csv(rows, ["", "v"]), scaling="none", window=3)
    assert upload.spec.shape == (3, 1)
    assert upload.x[:5].flatten().tolist() == pytest.approx([i / 7 for i in sorted(SHUFFLED)[:15]])


@pytest.mark.parametrize("first", [[i // 2 for i in range(60)], [i / 4 for i in range(60)]])
def test_a_first_column_without_a_name_whose_numbers_repeat_or_have_fractions_is_a_value(first):
    rows = [[i, *row] for i, row in zip(first, FRACTIONS, strict=True)]
    assert read_upload("t.csv", files.csv(rows, ["", "a", "b", "c"])).spec.shape == (4,)


def whole(columns: int) -> np.ndarray:
    """Whole numbers, hardly two of a column alike."""
    return RNG.integers(0, 900, (60, columns))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (np.column_stack([CLASSES, PIXELS]), 64),
        (np.column_stack([PIXELS, CLASSES]), 64),
        (np.column_stack([CLASSES + 1, FRACTIONS, whole(2)]), 5),
        (np.column_stack([np.arange(60) + 1, FRACTIONS, CLASSES]), 3),
    ],
)
def test_classes_at_an_end_of_a_table_without_names_are_labels(table, values):
    upload = read_upload("a.data", files.csv([[int(x) if x % 1 == 0 else x for x in row] for row in table.tolist()]))
    assert upload.spec.shape[-1] in (values, 8)
    assert len(upload.spec.label_names) == 3
    assert "was taken for labels" in unsure(upload)


def mixed(last, header: bool = True):
    """Numbers, jobs, and whether somebody smokes, before a last column of texts."""
    rows = [[17 + i % 47, ["clerk", "cook", "?"][i % 3], ["yes", "no"][i % 2], last(i)] for i in range(60)]
    return read_upload("t.csv", files.csv(rows, ["age", "job", "smokes", "kind"] if header else None))


@pytest.mark.parametrize("header", [True, False])
def test_few_words_at_the_end_of_a_table_with_categories_are_labels(header):
    upload = mixed(lambda i: ["<=50K", ">50K"][i // 7 % 2], header)
    assert upload.spec.label_names == ("<=50K", ">50K")
    assert upload.spec.shape == (2,)
    assert "the last one, with 2 different texts, was taken for labels" in unsure(upload)


@pytest.mark.parametrize(
    "last", [lambda i: ["No", "Yes"][i // 7 % 2], lambda i: ["u", "v", ""][i // 7 % 3], lambda i: f"country {i % 31}"]
)
def test_words_that_another_column_has_or_that_are_many_or_missing_are_no_labels(last):
    assert mixed(last).spec.label_names == ()


@pytest.mark.parametrize("header", [None, ["age", "year", "nodes", "status"]])
def test_what_could_be_the_label_is_told(header):
    # Of ages, too, each comes up again.
    ages = 30 + np.arange(60) // 2
    rows = np.column_stack([ages, 58 + RNG.integers(0, 12, 60), whole(1), 1 + CLASSES])
    upload = read_upload("t.csv", files.csv(rows, header))
    assert upload.spec.shape == (4,)
    assert "with 3 different whole numbers, was read as a value: choose it as the label" in unsure(upload)
    name = header[-1] if header else "column 4"
    assert not unsure(read_upload("t.csv", files.csv(rows, header), label=name))
    assert not unsure(read_upload("t.csv", files.csv(rows, header), label="none"))


def test_answers_on_one_scale_are_no_labels():
    upload = read_upload("t.csv", files.csv(RNG.integers(1, 6, (60, 5)), [*"abcde"]))
    assert upload.spec.label_names == ()
    assert not unsure(upload)


@pytest.mark.parametrize("name", ["Survived", "Type", "is_anomaly", "class label", "IsFraud"])
def test_numbers_of_classes_have_other_names(name):
    rows = [[row[0], label, *row[1:]] for row, label in zip(FRACTIONS.tolist(), CLASSES % 2, strict=True)]
    upload = read_upload("t.csv", files.csv(rows, ["a", name, "b", "c"]))
    assert upload.spec.shape == (3,)
    assert upload.spec.label_names == ("0", "1")


def test_a_type_that_is_measured_is_a_value():
    rows = [[*row, i / 7] for i, row in enumerate(FRACTIONS.tolist())]
    assert read_upload("t.csv", files.csv(rows, ["a", "b", "c", "type"])).spec.shape == (4,)


def test_last_columns_of_which_one_is_set_are_classes():
    classes = np.arange(60) % 5
    rows = np.column_stack([RNG.integers(0, 2, (60, 20)), np.eye(5, dtype=int)[classes]])
    upload = read_upload("a.data", files.csv(rows, delimiter=" "))
    assert upload.spec.shape == (20,)
    assert upload.y.tolist() == classes.tolist()
    assert "they were read as 5 classes" in unsure(upload)
    again = read_upload("a.data", files.csv(rows, delimiter=" "), columns={"column 21 to 25": "value"})
    assert again.x.tolist() == rows.tolist()
    named = read_upload("a.csv", files.csv(rows, [f"v{i}" for i in range(25)]))
    assert named.spec.shape == (25,)


@pytest.mark.parametrize("names", ["pixel{i}", "px_{i}", "8x{i}"])
def test_columns_of_pixels_are_pictures(names):
    rows = np.column_stack([CLASSES, PIXELS])
    upload = read_upload("t.csv", files.csv(rows, ["label", *[names.format(i=i) for i in range(64)]]))
    assert upload.spec.shape == (1, 8, 8)


def test_bytes_that_make_a_square_could_be_pictures():
    upload = read_upload("t.csv", files.csv(PIXELS, [f"v{i}" for i in range(64)]))
    assert upload.spec.shape == (64,)
    assert "could be pictures of 8 × 8 pixels" in unsure(upload)
    assert not unsure(read_upload("t.csv", files.csv(PIXELS, [f"v{i}" for i in range(64)]), read_as="vectors"))


@pytest.mark.parametrize(
    "dates", [[f"1/{i + 1}/20" for i in range(9)], [*range(1990, 1999)], [f"2020-{i + 1:02}" for i in range(9)]]
)
def test_columns_called_like_dates_could_be_steps(dates):
    rows = [[f"w{i}", i / 3, *row] for i, row in enumerate(files.table(30, 9).tolist())]
    upload = read_upload("t.csv", files.csv(rows, ["Country", "Lat", *dates]))
    assert upload.spec.shape == (10,)
    assert unsure(upload).startswith("Unsure: 9 columns called like dates")
    assert "leave out Lat" in unsure(upload)


def test_more_dates_than_a_sequence_has_steps_could_be_steps_of_windows():
    days = (np.datetime64("2020-01-22") + np.arange(1100)).astype(str).tolist()
    rows = [[f"w{i}", *row] for i, row in enumerate(files.table(25, 1100).tolist())]
    data = files.csv(rows, ["Country", *days])
    assert "say that samples are its columns and read windows" in unsure(read_upload("t.csv", data))
    followed = read_upload("t.csv", data, samples="columns", read_as="windows")
    assert followed.spec.shape == (32, 25)


def test_years_of_several_countries_could_be_series():
    rows = [["abcde"[i // 12], 2000 + i % 12, *row] for i, row in enumerate(FRACTIONS.tolist())]
    upload = read_upload("t.csv", files.csv(rows, ["Entity", "Year", "u", "v", "w"]))
    assert "could be a step of a series for each of column Entity" in unsure(upload)


@pytest.mark.parametrize("shape", [(24, 112, 92), (24, 62, 47), (24, 20, 20)])
def test_bytes_of_a_shape_that_pictures_have_are_pictures(shape):
    x = RNG.integers(0, 256, shape, dtype=np.uint8)
    assert read_upload("a.npy", files.npy(x)).spec.kind == "image"


@pytest.mark.parametrize("shape", [(24, 100, 9), (24, 100, 3)])
def test_bytes_of_another_shape_are_sequences(shape):
    x = RNG.integers(0, 256, shape, dtype=np.uint8)
    assert read_upload("a.npy", files.npy(x)).spec.shape == shape[1:]


def test_steps_may_stand_behind_channels():
    x = RNG.random((24, 3, 40))
    found = read_upload("a.npy", files.npy(x), scaling="none")
    assert found.spec.shape == (3, 40)
    assert "say that the last dimension is that of steps" in unsure(found)
    turned = read_upload("a.npy", files.npy(x), scaling="none", steps="last")
    assert turned.spec.shape == (40, 3)
    assert np.allclose(turned.x, x.swapaxes(1, 2))
    assert not unsure(turned)
    assert read_upload("a.npy", files.npy(x[:, :1])).spec.shape == (40, 1)
    assert not unsure(read_upload("a.npy", files.npy(x), steps="second"))


@pytest.mark.parametrize(("shape", "said"), [((30, 90), True), ((64, 40), True), ((90, 30), False)])
def test_samples_of_matlab_may_stand_side_by_side(shape, said):
    data = files.mat(ff=RNG.integers(0, 256, shape, dtype=np.uint8))
    upload = read_upload("a.mat", data)
    assert ("say that samples are its columns" in unsure(upload)) == said
    assert len(upload.x) == shape[0]
    turned = read_upload("a.mat", data, samples="columns")
    assert len(turned.x) == shape[1]
    assert "side by side" not in unsure(turned)


def test_codes_have_zeros_in_front():
    rows = [[f"{1000 + 613 * i:05}", *row] for i, row in enumerate(FRACTIONS.tolist())]
    raw = decode("t.csv", files.csv(rows, ["PLZ", "a", "b", "c"]))
    assert raw.words["PLZ"][0] == "01000"
    times = [[f"{i // 4 % 24:02}{15 * (i % 4):02}", *row] for i, row in enumerate(FRACTIONS.tolist())]
    assert decode("t.csv", files.csv(times, ["at", "a", "b", "c"])).names == ("at", "a", "b", "c")
    # Where all are filled up with zeros, that is how they are written.
    filled = [[f"{i:05}", f"{7 * i:05}"] for i in range(40)]
    assert decode("t.csv", files.csv(filled, ["a", "b"])).values[39].tolist() == [39, 273]


@pytest.mark.parametrize("cells", ["202401{d:02}", "202401{d:02}07", "202401{d:02}0730"])
def test_digits_of_dates_are_times(cells):
    rows = [[cells.format(d=i + 1), i / 7] for i in range(31)]
    raw = decode("t.csv", files.csv(rows, ["MESS_DATUM", "TT"]))
    assert raw.columns[0].kind == "time"
    assert raw.values[1, 0] - raw.values[0, 0] == 86_400
    numbers = [[20240001 + 37 * i, i / 7] for i in range(31)]
    assert decode("t.csv", files.csv(numbers, ["case", "v"])).columns[0].kind == "number"
