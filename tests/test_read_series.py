"""Sequences in tables: rows, series in columns and long tables, put in the order of time."""

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.reading import read_upload
from tests import files
from tests.files import close, told

TABLE = files.table()
PLAIN = {"scaling": "none"}


def test_rows_are_sequences_when_asked_to():
    upload = read_upload("t.csv", files.csv(TABLE), read_as="rows", **PLAIN)
    assert upload.spec.kind == "sequence"
    assert close(upload.x, TABLE[:, :, None])


def test_gaps_in_rows_are_filled_by_column_and_rows_are_scaled_together():
    x = np.round(np.random.default_rng(0).normal([1000, 0, 10], 1, (30, 3)), 3)
    rows = x.astype(object)
    rows[3, 1] = ""
    training = files.training(30)
    x[3, 1] = x[training & (np.arange(30) != 3), 1].mean()
    how = {"read_as": "rows", "missing": "mean"}
    plain, scaled, standard = (
        read_upload("t.csv", files.csv(rows), scaling=scaling, **how) for scaling in ("none", "min_max", "standardise")
    )
    assert np.allclose(plain.x[:, :, 0], x, atol=1e-3)
    low, high = x[training].min(), x[training].max()
    assert np.allclose(scaled.x[:, :, 0], ((x - low) / (high - low)).clip(0, 1), atol=1e-6)
    for upload in (scaled, standard):
        assert "of all steps together" in told(upload, "Scaled") or "in all steps together" in told(upload, "Scaled")


def test_columns_are_series_cut_into_windows():
    series = files.table(205, 2)
    upload = read_upload("t.csv", files.csv(series), read_as="windows", window=10, **PLAIN)
    assert close(upload.x, files.without_borders(series[:200].reshape(20, 10, 2)))
    assert "205 steps" in told(upload, "windows of 10")
    assert "the last 5 were left out" in told(upload, "windows of 10")


@pytest.mark.parametrize(
    ("name", "data"), [("s.csv", files.csv(files.table(200, 1))), ("s.npy", files.npy(files.table(200, 1)[:, 0]))]
)
def test_a_single_column_is_a_series(name, data):
    upload = read_upload(name, data, window=8, **PLAIN)
    assert close(upload.x, files.without_borders(files.table(200, 1).reshape(25, 8, 1)))
    assert told(upload, "single column")


def test_windows_that_nobody_chose_are_as_long_as_there_are_enough_of():
    short = files.csv(files.table(70, 1), ["v"])
    upload = read_upload("t.csv", short, **PLAIN)
    assert upload.spec.shape == (3, 1)
    assert told(upload, "Windows have 3 steps")
    two = files.csv([[i // 90, *row] for i, row in enumerate(files.table(180, 1))], ["id", "v"])
    assert read_upload("t.csv", two, **PLAIN).spec.shape == (9, 1)
    with pytest.raises(UploadError, match="gives 2; at least 20 are needed: turn the window down to 3"):
        read_upload("t.csv", short, window=31)
    assert read_upload("t.csv", files.csv(files.table(640, 1), ["v"]), **PLAIN).spec.shape == (32, 1)


@pytest.mark.parametrize(
    ("steps", "options", "advice"),
    [
        (3, {}, "bring more"),
        (12, {"window": 16}, "turn the window down to 2, or bring more"),
        (3, {"window": 2}, "bring more"),
    ],
)
def test_series_too_short_for_any_window_are_answered_with_what_helps(steps, options, advice):
    four = files.csv([[i // steps, *row] for i, row in enumerate(files.table(4 * steps, 1))], ["id", "v"])
    with pytest.raises(UploadError, match=f"at least 20 are needed: {advice}\\."):
        read_upload("t.csv", four, **options)


@pytest.mark.parametrize("name", ["time (s)", "Time_ms", "t/s", "ts", "Zeit [min]"])
def test_times_with_a_unit_that_rise_evenly_only_number_the_rows(name):
    rows = [[f"{0.5 * i:.3f}", *row] for i, row in enumerate(files.table(60, 2))]
    upload = read_upload("t.csv", files.csv(rows, [name, "a", "b"]))
    assert upload.spec.shape == (2,)
    assert told(upload, "only numbering the rows")
    # Times of which none follows from the one before are values.
    rows = [[f"{0.5 * i + i * i % 7:.3f}", *row[1:]] for i, row in enumerate(rows)]
    assert read_upload("t.csv", files.csv(rows, [name, "a", "b"])).spec.shape == (3,)


@pytest.mark.parametrize(("length", "classes"), [(1, ()), (160, ("a", "b"))])
def test_labels_that_change_inside_windows_are_none(length, classes):
    rows = [
        [f"2024-05-01 {i // 60:02}:{i % 60:02}", "ab"[i // length % 2], *row]
        for i, row in enumerate(files.table(640, 1))
    ]
    upload = read_upload("t.csv", files.csv(rows, ["when", "device", "v"]))
    assert upload.spec.label_names == classes
    assert upload.notices[0].startswith("Unsure: most windows hold several labels") == (not classes)


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


def long_table(times: np.ndarray, name: str, seed: int = 1) -> tuple[np.ndarray, bytes]:
    """Values (25, 6) of 25 series, and the table of them by series and time, its rows shuffled."""
    values = files.table(25, 6)
    rows = [[s, times[i], values[s, i]] for s in range(25) for i in range(6)]
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    return values, files.csv(shuffled, ["id", name, "v"])


@pytest.mark.parametrize("name", ["time", "t", "Step", "index", "timestamp"])
@pytest.mark.parametrize("times", [np.arange(6), np.arange(6) * 30 + 7, np.arange(6) / 10])
def test_steps_are_put_in_the_order_of_time(name, times):
    values, data = long_table(times, name)
    upload = read_upload("t.csv", data, **PLAIN)
    places = upload.x[:, 0, 0].numpy().argsort()
    assert close(upload.x[places], values[values[:, 0].argsort()][:, :, None])
    assert told(upload, f"in the order of column {name} within each series")
    assert name in told(upload, "only numbering")


def test_times_of_their_own_are_an_order_and_values():
    times = np.array([0, 0.5, 2.25, 2.5, 7, 7.125])
    values, data = long_table(times, "time")
    upload = read_upload("t.csv", data, **PLAIN)
    assert close(upload.x[:, :, 0], np.tile(times, (25, 1)))
    assert close(upload.x[:, 0, 1].sort().values, np.sort(values[:, 0]))
    assert not [notice for notice in upload.notices if "numbering" in notice]


@pytest.mark.parametrize(
    "measured", [np.array([20.5, 21.5, 20, 20.5, 19, 18.5]), np.array([20.5, 21.25, 20, 22, 19, 18.7])]
)
def test_what_is_measured_is_no_time(measured):
    rows = [[s, measured[i], v] for s, series in enumerate(files.table(25, 6)) for i, v in enumerate(series)]
    upload = read_upload("t.csv", files.csv(rows, ["id", "t", "v"]), **PLAIN)
    assert close(upload.x[:, :, 0], np.tile(measured, (25, 1)))
    assert "Column t does not number" in told(upload, "orders no rows")


def test_rows_in_the_order_of_time_are_left_alone():
    rows = [[s, i, v] for s, series in enumerate(files.table(25, 6)) for i, v in enumerate(series)]
    upload = read_upload("t.csv", files.csv(rows, ["id", "time", "v"]), **PLAIN)
    assert close(upload.x[:, :, 0], files.table(25, 6))
    assert not [notice for notice in upload.notices if "in the order" in notice]


@pytest.mark.parametrize("options", [{}, {"read_as": "windows"}])
def test_one_series_is_put_in_the_order_of_time(options):
    series = files.table(200, 1)[:, 0]
    rows = [[i, series[i]] for i in np.random.default_rng(0).permutation(200)]
    upload = read_upload("t.csv", files.csv(rows, ["time", "v"]), window=8, **options, **PLAIN)
    assert close(upload.x, files.without_borders(series.reshape(25, 8, 1)))
    assert "in the order of column time." in told(upload, "in the order")


@pytest.mark.parametrize("name", ["customer_id", "id"])
def test_an_id_is_no_value_of_windows_in_whatever_order_it_stands(name):
    ids = np.random.default_rng(0).permutation(900)[:60]
    days = np.datetime64("2024-01-01") + np.random.default_rng(1).permutation(60)
    rows = [[day, found, i * 37 % 50 / 3] for i, (day, found) in enumerate(zip(days, ids, strict=True))]
    upload = read_upload("t.csv", files.csv(rows, ["day", name, "v"]), read_as="windows", window=2)
    assert upload.x.shape[1:] == (2, 1)
