"""Tables, sequences and arrays that are as they should be: what is read from them, value by value."""

import bz2
import gzip
import lzma

import numpy as np
import pytest

from core.uploads.parse.decode import decode
from core.uploads.reading import read_upload
from tests import files
from tests.files import close, told

TABLE = files.table()
NAMES = ["width", "height", "depth"]
PLAIN = {"scaling": "none"}

# ------------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", [None, NAMES])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_are_read_however_their_cells_are_parted(delimiter, header, end):
    upload = read_upload("t.csv", files.csv(TABLE, header, delimiter, end), **PLAIN)
    assert close(upload.x, TABLE)
    assert upload.spec.value_range == pytest.approx((TABLE.min(), TABLE.max()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_tables_are_read_in_any_encoding(encoding):
    text = files.csv([[*row, "größer"] for row in TABLE], [*NAMES, "Maß"]).decode()
    raw = decode("t.csv", text.encode(encoding))
    assert np.allclose(raw.values, TABLE)
    assert raw.names == tuple(NAMES)
    assert set(raw.words["Maß"]) == {"größer"}
    assert any("Windows-1252" in notice for notice in raw.notices) == (encoding == "latin-1")


@pytest.mark.parametrize(
    ("encoding", "header", "cell"),
    [
        ("gb18030", "日期,温度,种类", "多云"),
        ("shift_jis", "日付,気温,てんき", "晴れ"),
        ("euc-kr", "날짜,기온,날씨", "맑음"),
        ("cp1251", "Дата,Температура,Погода", "Ясно"),
    ],
)
def test_letters_that_are_not_latin_are_found_and_said_to_be_unsure(encoding, header, cell):
    rows = [[i, i / 7, cell] for i in range(30)]
    raw = decode("t.csv", files.csv(rows, header.split(",")).decode().encode(encoding))
    assert [column.name for column in raw.columns] == header.split(",")
    assert raw.words[header.split(",")[2]].names == (cell,)
    assert any(notice.startswith("Unsure: the text is not UTF-8") for notice in raw.notices)


@pytest.mark.parametrize("text", ["Größe,Maß", "température (°C),été", "Año,Población", "50\u00a0€,µg/m³"])
def test_letters_of_western_europe_are(text):
    data = files.csv([[i, i / 7] for i in range(30)], [*text.split(",")]).decode().encode("cp1252")
    assert [column.name for column in decode("t.csv", data).columns] == [
        name.replace("\u00a0", " ") for name in text.split(",")
    ]


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv", "t.gz"])
def test_tables_are_unpacked(name):
    upload = read_upload(name, gzip.compress(files.csv(TABLE)), **PLAIN)
    assert close(upload.x, TABLE)
    assert told(upload, "gzip")


@pytest.mark.parametrize(("module", "suffix"), [(bz2, "bz2"), (lzma, "xz")])
def test_tables_are_unpacked_from_other_archives(module, suffix):
    upload = read_upload(f"t.csv.{suffix}", module.compress(files.csv(TABLE)), **PLAIN)
    assert close(upload.x, TABLE)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_points(delimiter):
    data = files.csv(TABLE, NAMES, delimiter).replace(b".", b",")
    upload = read_upload("t.csv", data, **PLAIN)
    assert close(upload.x, TABLE)
    first = next(cell for cell in str(TABLE[0, 0]).split())
    assert f"{first.replace('.', ',')} was read as {first};" in told(upload, "decimal comma")


@pytest.mark.parametrize("header", ["label", "Class", "TARGET", "y"])
def test_a_column_called_like_labels_holds_them_in_the_order_of_numbers(header):
    rows = [[*row, (10, 9, 2)[i % 3]] for i, row in enumerate(TABLE)]
    upload = read_upload("t.csv", files.csv(rows, [*NAMES, header]), **PLAIN)
    assert close(upload.x, TABLE)
    assert upload.spec.label_names == ("2", "9", "10")
    assert upload.y.tolist() == [2, 1, 0] * 10


def test_labels_are_chosen_by_name_or_left_out():
    data = files.csv([["xy"[i % 2], "abc"[i % 3], *row] for i, row in enumerate(TABLE)], ["one", "two", *NAMES])
    neither, two, none = (read_upload("t.csv", data, label=label) for label in ("auto", "Two", "none"))
    # Two columns of text: neither is the only one.
    assert neither.y is None
    assert "2 columns of text (one, two)" in told(neither, "text")
    assert two.spec.label_names == ("a", "b", "c")
    assert two.y.tolist() == [0, 1, 2] * 10
    assert none.y is None


def test_too_many_different_labels_are_values_or_left_out():
    rows = files.table(60)
    numbers = read_upload("t.csv", files.csv([[*row, i / 4] for i, row in enumerate(rows)], [*NAMES, "y"]), **PLAIN)
    texts = read_upload("t.csv", files.csv([[*row, f"n{i}"] for i, row in enumerate(rows)], [*NAMES, "y"]), **PLAIN)
    assert (numbers.spec.shape, texts.spec.shape) == ((4,), (3,))
    assert "60 different values" in told(numbers, "read as values")
    assert told(texts, "it was left out")
    assert numbers.y is texts.y is None


@pytest.mark.parametrize("name", ["", "id", "Unnamed: 0"])
def test_columns_that_number_the_rows_are_left_out(name):
    upload = read_upload("t.csv", files.csv([[i, *row] for i, row in enumerate(TABLE)], [name, *NAMES]), **PLAIN)
    assert close(upload.x, TABLE)
    assert "1 column (" in told(upload, "numbering the rows")


def test_a_measured_t_is_a_value_and_a_t_that_rises_is_not():
    measured = np.random.default_rng(0).permutation(90)[:30]
    for t, columns in ((measured, 4), (np.sort(measured), 3)):
        upload = read_upload("t.csv", files.csv(np.column_stack([t, TABLE]), ["t", *NAMES]))
        assert upload.spec.shape == (columns,)


def test_a_first_row_that_counts_is_a_header():
    data = files.csv([[i, *row] for i, row in enumerate(TABLE)], ["", 0, 1, 2])
    assert close(read_upload("t.csv", data, **PLAIN).x, TABLE)


def test_scaling_brings_columns_or_samples_to_the_same_range():
    data = files.csv(TABLE * [1, 10, 100])
    x = np.asarray(TABLE * [1, 10, 100])
    scaled = {how: read_upload("t.csv", data, scaling=how) for how in ("min_max", "standardise", "per_sample")}
    seen = x[files.training(30)]
    assert close(scaled["min_max"].x, ((x - seen.min(0)) / (seen.max(0) - seen.min(0))).clip(0, 1))
    assert told(scaled["min_max"], "beyond these limits")
    assert scaled["min_max"].spec.value_range == (0.0, 1.0)
    standard = (x - seen.mean(0)) / seen.std(0)
    assert close(scaled["standardise"].x, standard)
    reach = np.abs(standard).max()
    assert scaled["standardise"].spec.value_range == pytest.approx((-reach, reach))
    own = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
    assert close(scaled["per_sample"].x, own)
    for how in ("min_max", "standardise"):
        assert told(scaled[how], "training samples")
    assert scaled["per_sample"].parts is None


def test_missing_numbers_cost_their_sample_or_become_the_mean():
    rows = TABLE.astype(object)
    rows[3, 1], rows[7, 0], rows[7, 2] = "", "NA", "nan"
    data = files.csv(rows, NAMES)
    dropped, filled = (read_upload("t.csv", data, missing=how, **PLAIN) for how in ("drop", "mean"))
    kept = [i for i in range(30) if i not in (3, 7)]
    assert close(dropped.x, TABLE[kept])
    assert "3 numbers missing in 2 samples" in told(dropped, "missing")
    expected = TABLE.copy()
    for row, column in ((3, 1), (7, 0), (7, 2)):
        expected[row, column] = TABLE[files.training(30) & (np.arange(30) != row), column].mean()
    assert close(filled.x, expected)
    assert told(filled, "over the training samples")


def test_points_of_the_plane_fill_their_range():
    for scaling in ("none", "min_max", "standardise"):
        upload = read_upload("t.csv", files.csv(TABLE[:, :2] + 5), scaling=scaling)
        assert upload.spec.rendering == "dot"
        low, high = upload.spec.value_range
        assert max(abs(low), abs(high)) == pytest.approx(float(upload.x.abs().max()))
        assert scaling == "standardise" or low == pytest.approx(float(upload.x.min()))


def test_samples_that_repeat_are_counted():
    once = read_upload("t.csv", files.csv(TABLE, NAMES))
    twice = read_upload("t.csv", files.csv(np.concatenate([TABLE, TABLE[:7]]), NAMES))
    assert not [notice for notice in once.notices if "repeat" in notice]
    assert told(twice, "repeat").startswith("7 samples repeat")


# ------------------------------------------------------------------------------------------------------------- arrays


@pytest.mark.filterwarnings("error")
def test_numbers_that_are_none_and_signal_raise_no_warning():
    x = files.table(30, 3)
    x.view(np.uint64)[4, 1] = 0x7FF0_0000_0000_0001
    assert read_upload("a.npy", files.npy(x)).x.shape == (29, 3)


@pytest.mark.parametrize("type", ["<f4", ">f8", "<f2", "<i8", ">i2", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_type_and_order(type, order):
    x = np.asarray(np.round(TABLE * 3), type, order=order)
    assert close(read_upload("a.npy", files.npy(x), **PLAIN).x, x.astype(np.float64))


def test_records_of_an_array_are_rows_of_a_table():
    records = np.array([(i / 7, 2**40 + i, b"xy"[i % 2 :][:1], i % 2 == 0) for i in range(30)], "f8,i8,S1,?")
    raw = decode("a.npy", files.npy(records))
    assert raw.names == ("f0", "f1")
    assert raw.values.tolist() == [[i / 7, 2**40 + i] for i in range(30)]
    assert [*raw.words["f2"][:2], *raw.words["f3"][:2]] == ["x", "y", "True", "False"]


def test_whole_numbers_that_run_together_are_counted():
    numbers = np.array([[2**53 + i % 2, i] for i in range(30)])
    assert decode("a.npy", files.npy(numbers)).notices[0].startswith("Rounded to 15 digits: 15 whole numbers")
    assert decode("a.npy", files.npy(numbers - 1)).notices == ()


def test_arrays_of_pictures_are_told_by_their_shape():
    shapes = {(30, 8, 8): (1, 8, 8), (30, 3, 9, 9): (3, 9, 9), (30, 9, 9, 3): (3, 9, 9), (30, 10, 12, 1): (1, 10, 10)}
    for shape, expected in shapes.items():
        x = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        upload = read_upload("a.npy", files.npy(x))
        assert (upload.spec.kind, upload.spec.shape) == ("image", expected)
        first = x[0][None] if x.ndim == 3 else x[0] if shape[1] == 3 else x[0].transpose(2, 0, 1)
        assert close(upload.x[0], first[:, :, (first.shape[2] - expected[2]) // 2 :][:, :, : expected[2]] / 255)


def test_arrays_of_other_shapes_are_sequences():
    x = np.random.default_rng(0).normal(size=(30, 12, 4)).astype(np.float32)
    assert close(read_upload("a.npy", files.npy(x), **PLAIN).x, x)
    assert close(read_upload("a.npy", files.npy(x), read_as="vectors", **PLAIN).x, x.reshape(30, 48))


@pytest.mark.parametrize(
    ("samples", "labels"), [("x", "y"), ("data", "target"), ("x_train", "y_train"), ("arr_0", "arr_1")]
)
def test_archives_are_searched_for_samples_and_labels(samples, labels):
    arrays = {labels: np.array(["b", "a"] * 15), "other": np.zeros((99, 9)), samples: TABLE}
    upload = read_upload("a.npz", files.npz(**arrays), **PLAIN)
    assert close(upload.x, TABLE)
    assert upload.y.tolist() == [1, 0] * 15
    assert "left out: other" in told(upload, f"samples are {samples}, labels {labels}")


def test_rows_of_a_table_are_pictures_when_asked_to():
    x = np.random.default_rng(0).integers(0, 256, (30, 64))
    upload = read_upload(
        "t.csv", files.csv([[i % 3, *row] for i, row in enumerate(x)], ["label", *range(64)]), read_as="pictures"
    )
    assert close(upload.x, x.reshape(30, 1, 8, 8) / 255)
    assert len(upload.spec.label_names) == 3


def test_how_a_decimal_comma_was_read_is_said_of_a_number_that_has_one():
    rows = (f'{1 + i % 4}.918.{388 + i},"{40 + i},5%"' for i in range(30))
    raw = decode("t.csv", "\n".join(["width,height", *rows]).encode())
    assert any("40,5% was read as 40.5" in notice for notice in raw.notices)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_minus_sign_is_no_quotation_mark_in_any_encoding(encoding):
    rows = [f'"−{i}"\t"{i / 10}"' for i in range(25)]
    raw = decode("t.tsv", "\n".join(['"n"\t"x"', *rows]).encode(encoding))
    assert raw.names == ("n", "x")
    assert raw.values[:, 0].min() == -24


def test_counted_columns_are_named_by_their_numbers_where_a_column_has_none():
    rows = (f"{20 - i}|{2000 + i}/10/0{1 + i % 9}|{500 + i}|{i}" for i in range(25))
    raw = decode("t.csv", "\n".join(["0|1|2|3", *rows]).encode())
    assert raw.names == ("0", "1", "2", "3")
    assert len(raw.values) == 25


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize(
    "last", ["7,200", "7,0.1", '"7","1e-3"', " 7 , 8", "7,300", "7", "7,8,9", "7,", "7,x", "7,inf", "7,1_0"]
)
def test_large_tables_of_numbers_are_read_as_small_ones_are(monkeypatch, last, encoding):
    data = ("bytes,größe\n" + "".join(f"{i % 256},{i * i % 251}\n" for i in range(40)) + f"{last}\n").encode(encoding)
    small = decode("t.csv", data)
    monkeypatch.setattr("core.uploads.parse.table.LARGE", 0)
    large = decode("t.csv", data)
    assert np.array_equal(large.values, small.values, equal_nan=True)
    assert large.columns == small.columns
    assert large.notices == small.notices
