"""Files that are as they should be: what is read from them, value by value."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from core.errors import UploadError
from core.uploads import shelf
from core.uploads.decode import decode
from core.uploads.options import Options
from core.uploads.raw import Raw
from core.uploads.reading import read_upload
from tests import files

TABLE = files.table()
NAMES = ["width", "height", "depth"]
PLAIN = {"scaling": "none"}


def told(upload, part: str) -> str:
    """The one notice that holds these words."""
    (notice,) = [notice for notice in upload.notices if part in notice]
    return notice


def close(x: torch.Tensor, expected: np.ndarray) -> bool:
    return tuple(x.shape) == expected.shape and np.allclose(x.numpy(), expected, atol=1e-6)


FILES = {
    "table": ("a.csv", files.csv(TABLE, NAMES)),
    "labelled": ("b.csv", files.csv([[*row, "xyz"[i % 3]] for i, row in enumerate(TABLE)], [*NAMES, "kind"])),
    "plane": ("c.csv", files.csv(TABLE[:, :2])),
    "series": ("d.csv", files.csv(files.table(900, 1))),
    "array": ("e.npy", files.npy(TABLE)),
    "arrays": ("f.npz", files.npz(x=TABLE, y=np.arange(30) % 4)),
    "images": ("g.zip", files.zipped(files.pictures())),
    "colours": ("h.zip", files.zipped(files.pictures(24, 40, 3))),
    "sound": ("i.wav", files.wav(files.tone(4))),
    "words": ("j.txt", "\n".join(["anna", "Bérta", "carl", "dora"] * 10).encode()),
    "text": ("k.txt", b"the quick brown fox jumps over the lazy dog. " * 30),
}


@pytest.mark.parametrize("name", FILES)
def test_whatever_is_read_is_what_its_source_states(name):
    filename, data = FILES[name]
    upload = read_upload(filename, data)
    source, dataset = upload.source, upload.dataset
    assert len(source.shape) == {"vector": 1, "sequence": 2, "image": 3}[source.kind]
    assert source.title == Path(filename).stem
    assert filename in source.origin
    assert source.summary.endswith(".")
    assert all(notice.endswith(".") for notice in upload.notices)
    low, high = source.value_range
    assert (upload.x.dtype, tuple(upload.x.shape[1:])) == (torch.float32, source.shape)
    assert torch.isfinite(upload.x).all()
    assert low <= upload.x.min() < upload.x.max() <= high
    assert (len(dataset.train.x), len(dataset.test.x)) == source.sizes
    assert sum(source.sizes) == len(upload.x)
    assert (upload.y is None) == (source.label_names == ())
    if upload.y is not None:
        assert upload.y.dtype == torch.int64
        assert set(upload.y.tolist()) == set(range(len(source.label_names)))


@pytest.mark.parametrize("name", ["labelled", "words", "sound"])
def test_what_is_kept_on_the_shelf_comes_back_in_the_same_splits(name, tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path))
    upload = read_upload(*FILES[name])
    kept = shelf.get(shelf.keep(upload.source, upload.x, upload.y, upload.notices))
    again = kept.source.load("again", 0, kept.source.Parameters())
    for part in ("train", "test"):
        one, two = getattr(upload.dataset, part), getattr(again, part)
        assert torch.equal(one.x, two.x)
        assert (one.y is None and two.y is None) or torch.equal(one.y, two.y)
    assert (kept.notices, kept.source.look) == (upload.notices, upload.source.look)


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_holds_survives_the_way_between_processes(name):
    raw = decode(*FILES[name])
    again = Raw.from_bytes(raw.to_bytes())
    assert np.array_equal(raw.values, again.values)
    assert raw.values.dtype == again.values.dtype
    assert (raw.form, raw.names, raw.words, raw.rate, raw.notices) == (
        again.form, again.names, again.words, again.rate, again.notices,
    )  # fmt: skip


@pytest.mark.parametrize("broken", [b"", b"no such thing", b"\xff" * 40])
def test_bytes_that_hold_nothing_read_are_refused(broken):
    with pytest.raises(ValueError, match="hold no data"):
        Raw.from_bytes(broken)


def test_parsing_needs_no_torch():
    program = "import sys, core.uploads.decode as d; d.decode('a.csv', b'1,2\\n3,4\\n'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_pickles_are_never_allowed():
    for path in Path("core/uploads").glob("*.py"):
        assert set(re.findall(r"allow_pickle\s*=\s*(\w+)", path.read_text())) <= {"False"}
        assert not re.search(
            r"import pickle|pickle\.load|torch\.load|\beval\(|extractall|\.extract\(", path.read_text()
        )


# ------------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", [None, NAMES])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_are_read_however_their_cells_are_parted(delimiter, header, end):
    upload = read_upload("t.csv", files.csv(TABLE, header, delimiter, end), **PLAIN)
    assert close(upload.x, TABLE)
    assert upload.source.value_range == pytest.approx((TABLE.min(), TABLE.max()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_tables_are_read_in_any_encoding(encoding):
    text = files.csv([[*row, "größer"] for row in TABLE], [*NAMES, "Maß"]).decode()
    raw = decode("t.csv", text.encode(encoding))
    assert np.allclose(raw.values, TABLE)
    assert raw.names == tuple(NAMES)
    assert set(raw.words["Maß"]) == {"größer"}
    assert any("Windows-1252" in notice for notice in raw.notices) == (encoding == "latin-1")


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv", "t.gz"])
def test_tables_are_unpacked(name):
    upload = read_upload(name, gzip.compress(files.csv(TABLE)), **PLAIN)
    assert close(upload.x, TABLE)
    assert told(upload, "gzip")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_points(delimiter):
    data = files.csv(TABLE, NAMES, delimiter).replace(b".", b",")
    upload = read_upload("t.csv", data, **PLAIN)
    assert close(upload.x, TABLE)
    assert told(upload, "decimal comma")


@pytest.mark.parametrize("header", ["label", "Class", "TARGET", "y"])
def test_a_column_called_like_labels_holds_them_in_the_order_of_numbers(header):
    rows = [[*row, (10, 9, 2)[i % 3]] for i, row in enumerate(TABLE)]
    upload = read_upload("t.csv", files.csv(rows, [*NAMES, header]), **PLAIN)
    assert close(upload.x, TABLE)
    assert upload.source.label_names == ("2", "9", "10")
    assert upload.y.tolist() == [2, 1, 0] * 10


def test_labels_are_chosen_by_name_or_left_out():
    data = files.csv([[*row, "xy"[i % 2], "abc"[i % 3]] for i, row in enumerate(TABLE)], [*NAMES, "one", "two"])
    neither, two, none = (read_upload("t.csv", data, label=label) for label in ("auto", "Two", "none"))
    # Two columns of text: neither is the only one.
    assert neither.y is None
    assert "2 columns of text (one, two)" in told(neither, "text")
    assert two.source.label_names == ("a", "b", "c")
    assert two.y.tolist() == [0, 1, 2] * 10
    assert none.y is None


def test_too_many_different_labels_are_values_or_left_out():
    rows = files.table(60)
    numbers = read_upload("t.csv", files.csv([[*row, i / 4] for i, row in enumerate(rows)], [*NAMES, "y"]), **PLAIN)
    texts = read_upload("t.csv", files.csv([[*row, f"n{i}"] for i, row in enumerate(rows)], [*NAMES, "y"]), **PLAIN)
    assert (numbers.source.shape, texts.source.shape) == ((4,), (3,))
    assert "60 different values" in told(numbers, "read as values")
    assert told(texts, "it was left out")
    assert numbers.y is texts.y is None


@pytest.mark.parametrize("name", ["", "id", "Unnamed: 0"])
def test_columns_that_number_the_rows_are_left_out(name):
    upload = read_upload("t.csv", files.csv([[i, *row] for i, row in enumerate(TABLE)], [name, *NAMES]), **PLAIN)
    assert close(upload.x, TABLE)
    assert "1 column (" in told(upload, "numbering the rows")


def test_a_first_row_that_counts_is_a_header():
    data = files.csv([[i, *row] for i, row in enumerate(TABLE)], ["", 0, 1, 2])
    assert close(read_upload("t.csv", data, **PLAIN).x, TABLE)


def test_scaling_brings_columns_or_samples_to_the_same_range():
    data = files.csv(TABLE * [1, 10, 100])
    x = np.asarray(TABLE * [1, 10, 100])
    scaled = {how: read_upload("t.csv", data, scaling=how) for how in ("min_max", "standardise", "per_sample")}
    assert close(scaled["min_max"].x, (x - x.min(0)) / (x.max(0) - x.min(0)))
    assert scaled["min_max"].source.value_range == (0.0, 1.0)
    standard = (x - x.mean(0)) / x.std(0)
    assert close(scaled["standardise"].x, standard)
    reach = np.abs(standard).max()
    assert scaled["standardise"].source.value_range == pytest.approx((-reach, reach))
    own = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
    assert close(scaled["per_sample"].x, own)
    for how in ("min_max", "standardise"):
        assert told(scaled[how], "over all samples")


def test_missing_numbers_cost_their_sample_or_become_the_mean():
    rows = TABLE.astype(object)
    rows[3, 1], rows[7, 0], rows[7, 2] = "", "NA", "nan"
    data = files.csv(rows, NAMES)
    dropped, filled = (read_upload("t.csv", data, missing=how, **PLAIN) for how in ("drop", "mean"))
    kept = [i for i in range(30) if i not in (3, 7)]
    assert close(dropped.x, TABLE[kept])
    assert "3 numbers missing in 2 samples" in told(dropped, "missing")
    expected = TABLE.copy()
    expected[3, 1] = np.delete(TABLE[:, 1], 3).mean()
    expected[7, 0], expected[7, 2] = np.delete(TABLE[:, 0], 7).mean(), np.delete(TABLE[:, 2], 7).mean()
    assert close(filled.x, expected)
    assert told(filled, "held-out ones included")


def test_points_of_the_plane_have_a_range_around_its_middle():
    for scaling in ("none", "min_max", "standardise"):
        upload = read_upload("t.csv", files.csv(TABLE[:, :2] + 5), scaling=scaling)
        assert upload.source.look == "dot"
        low, high = upload.source.value_range
        assert low == -high


# ---------------------------------------------------------------------------------------------------------- sequences


def test_rows_are_sequences_when_asked_to():
    upload = read_upload("t.csv", files.csv(TABLE), read_as="rows", **PLAIN)
    assert upload.source.kind == "sequence"
    assert close(upload.x, TABLE[:, :, None])


def test_columns_are_series_cut_into_windows():
    series = files.table(205, 2)
    upload = read_upload("t.csv", files.csv(series), read_as="windows", window=10, **PLAIN)
    assert close(upload.x, series[:200].reshape(20, 10, 2))
    assert "205 steps" in told(upload, "windows of 10")
    assert "the last 5 were left out" in told(upload, "windows of 10")


@pytest.mark.parametrize(
    ("name", "data"), [("s.csv", files.csv(files.table(200, 1))), ("s.npy", files.npy(files.table(200, 1)[:, 0]))]
)
def test_a_single_column_is_a_series(name, data):
    upload = read_upload(name, data, window=8, **PLAIN)
    assert close(upload.x, files.table(200, 1).reshape(25, 8, 1))
    assert told(upload, "single column")


def test_series_of_one_length_are_samples_as_wholes_with_their_labels():
    values = files.table(25 * 6, 2)
    rows = [[f"s{i // 6:02}", i % 6, *row, "ab"[i // 6 % 2]] for i, row in enumerate(values)]
    # In any order: those of a series are told by its name.
    shuffled = [row for start in range(6) for row in rows[start::6]]
    upload = read_upload("t.csv", files.csv(shuffled, ["series", "t", "u", "v", "label"]), **PLAIN)
    assert close(upload.x, values.reshape(25, 6, 2))
    assert upload.y.tolist() == [i % 2 for i in range(25)]
    assert told(upload, "25 series of 6 steps")


def test_series_of_many_lengths_are_cut():
    lengths = [50] * 10 + [3, 45]
    rows = [[name, *row] for name, length in enumerate(lengths) for row in files.table(length, 2, seed=name)]
    upload = read_upload("t.csv", files.csv(rows, ["id", "u", "v"]), window=20, **PLAIN)
    expected = np.concatenate(
        [files.table(n, 2, seed=i)[: n // 20 * 20].reshape(-1, 20, 2) for i, n in enumerate(lengths)]
    )
    assert close(upload.x, expected)
    assert "22 windows of 20 steps; 108 steps" in told(upload, "windows")
    assert "1 series that are shorter" in told(upload, "windows")


# ------------------------------------------------------------------------------------------------------------- arrays


@pytest.mark.parametrize("type", ["<f4", ">f8", "<f2", "<i8", ">i2", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_type_and_order(type, order):
    x = np.asarray(np.round(TABLE * 3), type, order=order)
    assert close(read_upload("a.npy", files.npy(x), **PLAIN).x, x.astype(np.float64))


def test_arrays_of_pictures_are_told_by_their_shape():
    shapes = {(30, 8, 8): (1, 8, 8), (30, 3, 9, 9): (3, 9, 9), (30, 9, 9, 3): (3, 9, 9), (30, 10, 12, 1): (1, 10, 10)}
    for shape, expected in shapes.items():
        x = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        upload = read_upload("a.npy", files.npy(x))
        assert (upload.source.kind, upload.source.shape) == ("image", expected)
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
    assert len(upload.source.label_names) == 3


# ----------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG"])
def test_pictures_of_any_format_are_labelled_by_folder(format):
    grey = {f"some/{'ab'[i % 2]}/{i:02}.x": np.full((8, 8), 8 * i, np.uint8) for i in range(24)}
    upload = read_upload("p.zip", files.zipped({name: files.picture(x, format) for name, x in grey.items()}))
    assert upload.source.shape == (1, 8, 8)
    assert upload.source.label_names == ("a", "b")
    assert upload.y.tolist() == [0, 1] * 12
    expected = np.stack(list(grey.values()))[:, None] / 255
    assert np.abs(upload.x.numpy() - expected).max() < (3 / 255 if format in ("WEBP", "JPEG") else 1e-6)


def test_pictures_are_made_grey_coloured_or_smaller():
    data = files.zipped(files.pictures(24, 16, 3))
    grey, small = read_upload("p.zip", data, colours="grey"), read_upload("p.zip", data, side=8)
    pixels = np.stack([files.pixels(i, 16, 3) for i in range(24)]) / 255
    assert close(grey.x[:, 0], pixels @ [0.299, 0.587, 0.114])
    assert small.source.shape == (3, 8, 8)
    # Shrinking keeps how bright a picture is.
    assert np.allclose(small.x.mean(dim=(2, 3)), pixels.mean(axis=(1, 2)), atol=0.02)
    assert read_upload("p.zip", files.zipped(files.pictures()), colours="colour").source.shape == (3, 8, 8)


# ----------------------------------------------------------------------------------------------------- sound and text


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_sounds_of_any_width_are_cut_into_frames(bits):
    tone = files.tone(2.1)
    upload = read_upload("s.wav", files.wav(tone, bits=bits), window=16)
    assert upload.source.shape == (16, 32)
    assert upload.source.sample_rate == 8000
    assert upload.source.look == "sound"
    assert len(upload.x) == 32
    assert np.abs(upload.x.numpy().reshape(-1) - tone[: 32 * 512]).max() < 1.1 / 2 ** (bits - 2) + 1e-6


def test_sounds_are_mixed_and_resampled():
    left, right = files.tone(3, 24_000), files.tone(3, 24_000, 880)
    upload = read_upload("s.wav", files.wav(np.stack([left, right], 1), 24_000), window=16)
    expected = (files.tone(3) + files.tone(3, pitch=880)) / 2
    heard = upload.x.numpy().reshape(-1)
    # The resampling filter rings at the beginning.
    assert np.abs(heard - expected[: len(heard)])[100:].max() < 0.01
    assert told(upload, "2 channels")
    assert told(upload, "Resampled from 24,000 to 8,000 Hz")


def spelled(upload) -> list[str]:
    return ["".join(upload.source.alphabet[k] for k in word.argmax(dim=1)) for word in upload.x]


def test_short_lines_are_words():
    upload = read_upload("w.txt", "\n".join(["Anna", "bérta", "Groß", "x", "o'neill"] * 5).encode())
    assert spelled(upload) == ["anna   ", "berta  ", "gross  ", "o'neill"] * 5
    assert upload.source.alphabet == " '" + "".join(sorted(set("annabertagrossoneill")))
    assert upload.x.sum() == upload.x.shape[0] * upload.x.shape[1]
    assert "5 lines of fewer than 2" in told(upload, "Left out")


def test_long_lines_are_a_text_cut_into_windows():
    text = "Pack my box with five dozen liquor jugs; sphinx of black quartz, judge my vow! " * 10
    upload = read_upload("w.txt", text.encode(), window=20)
    assert "".join(spelled(upload)) == text.lower()[: 20 * len(upload.x)]


def test_rare_characters_share_a_sign():
    common = "".join(chr(0x4E00 + i) for i in range(60))
    text = "".join(common[: 60 - i // 2] for i in range(120))
    upload = read_upload("w.txt", text.encode(), window=20)
    assert len(upload.source.alphabet) == 40
    assert upload.source.alphabet.endswith("·")
    assert "22 rare characters" in told(upload, "became ·")


# ------------------------------------------------------------------------------------------------------------ options

MATTERS = {
    "table": {"read_as", "label", "scaling", "missing"},
    "series": {"read_as", "label", "scaling", "missing", "window"},
    "array": {"read_as", "scaling", "missing"},
    "images": {"label", "side", "colours"},
    "sound": {"window"},
    "words": set(),
    "text": {"window"},
}


@pytest.mark.parametrize("name", MATTERS)
def test_options_say_which_of_them_matter(name):
    assert set(Options().matters_for(decode(*FILES[name]))) == MATTERS[name]


def test_a_table_that_comes_down_to_one_column_is_a_series():
    data = files.csv([[i, *row] for i, row in enumerate(files.table(60, 1))], ["time", "height"])
    assert "window" in Options().matters_for(decode("t.csv", data))
    assert read_upload("t.csv", data, window=3).source.shape == (3, 1)


def test_options_are_declared_like_all_others():
    assert {knob.group for knob in Options.knobs()} == {"Data"}
    assert all(knob.help.endswith(".") for knob in Options.knobs())
    json.dumps(Options.model_json_schema())
    for wrong in ({"window": 1}, {"window": 513}, {"side": 7}, {"scaling": "no"}, {"nonsense": 1}):
        with pytest.raises(ValidationError):
            read_upload(*FILES["table"], **wrong)


def test_a_label_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(UploadError, match=r"called 'colour'.*width, height, depth"):
        read_upload(*FILES["table"], label="colour")
