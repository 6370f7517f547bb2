"""Small files rebuilt from reports of what people could not read, and what each must become."""

from pathlib import Path

import numpy as np
import pytest
import torch

import core
from core import RunConfig
from core.errors import UploadError
from core.home import Home

CASES = Path(__file__).parent / "cases"
UNSCALED = {"scaling": "none"}

# File, options, shape of all samples, least and largest value where that is the point, and labels.
BECOMES = {
    "de_datum_wert.csv": ({}, (23, 32, 1), (7, 24), ()),
    "de_zaehler_drei_spalten.csv": ({}, (23, 32, 1), (0.1, 0.6), ()),
    "fr_nbsp_thousands.csv": ({"label": "none"}, (60, 2), (0, 9999), ()),
    "de_thousands_and_decimal.csv": ({"label": "none"}, (60, 2), (0, 9999.99), ()),
    "thousands_in_comma_csv.csv": ({"label": "none"}, (60, 2), (1, 99999), ()),
    "currency_percent.csv": ({"label": "none"}, (60, 2), (0, 1999), ()),
    "unicode_minus.csv": ({}, (60, 2), (-1, 1), ()),
    "space_separated_savetxt.csv": ({}, (60, 6), (0, 1), ()),
    "ucr_double_blanks.txt": ({}, (60, 12), (-4, 4), ("1", "2")),
    "sep_line.csv": ({}, (60, 3), (0, 99), ()),
    "numeric_header_text_label.csv": ({}, (60, 4), (0, 1), ("setosa", "versicolor", "virginica")),
    "wavelength_header.csv": ({}, (60, 4), (0, 0.5), ("barley", "wheat")),
    "worldbank_preamble.csv": ({}, (60, 3), (1, 99), ()),
    "lone_quote.tsv": ({"label": "none"}, (60, 2), (0, 1), ()),
    "backslash_quotes.csv": ({"label": "none"}, (60, 2), (0, 1), ()),
    "empty_last_column.csv": ({}, (60, 3), (0, 1), ("B", "M")),
    "one_sparse_column.csv": ({}, (200, 3), (0, 1), ()),
    "points_xy_45.csv": ({}, (45, 2), (-3, 3), ()),
    "regression_target_40.csv": ({}, (40, 3), (0, 99), ()),
    "one_name_a_row.csv": ({}, (32, 4), (1, 400), ()),
    "ids_above_2_24.csv": ({}, (60, 2), (0, 100), ()),
    "series_ids_above_2_24.csv": ({}, (40, 10, 1), (0, 1), ()),
    "epoch_seconds.csv": ({"read_as": "windows"}, (19, 32, 2), (-5, 5), ()),
    "newest_first.csv": ({"read_as": "windows", "window": 16}, (18, 16, 2), (0, 2000), ()),
    "pixels_in_a_cell.csv": ({}, (700, 1, 8, 8), (0, 1), tuple("0123456")),
    "categorical_columns.csv": (
        {"label": "column 6", "categories": "one_hot"},
        (60, 8),
        (0, 1000),
        ("neptune", "normal"),
    ),
    "booleans.csv": ({}, (60, 4), (0, 1), ()),
    "wide_10500_columns.csv.gz": ({}, (21, 10500), (0, 1), ()),
    "kaggle_archive_with_csv.zip": ({}, (60, 2), (-4, 4), ("0", "1")),
    "mvtec_layout.zip": ({}, (26, 1, 32, 32), (0, 1), ("broken", "good")),
    "class_images_layout.zip": ({}, (30, 1, 32, 32), (0, 1), ("n0000", "n0001", "n0002")),
    "pgm_faces.zip": ({}, (40, 1, 32, 32), (0, 1), ("s1", "s2", "s3", "s4")),
    "png16_with_12_bits.zip": ({}, (24, 1, 32, 32), (0, 1), ("a", "b")),
    "scipy_sparse.npz": ({}, (100, 30), (0, 1), ()),
    "labels_one_hot.npz": ({}, (40, 1, 8, 8), (0, 1), tuple("0123")),
    "train-images-idx3-ubyte.gz": ({}, (30, 1, 28, 28), (0, 1), ()),
    "gbk_folder_names.zip": ({}, (24, 1, 32, 32), (0, 1), ("狗", "猫")),
    "ffmpeg_pipe.wav": ({}, (21, 32, 32), (-1, 1), ()),
    "size_zero_stream.wav": ({}, (21, 32, 32), (-1, 1), ()),
    "normal_and_anomalies.csv": ({"left_out": ("1",)}, (240, 2), (-9, 9), ("0", "1")),
}
# What must be said, or not, about some of them.
SAID = {
    "de_datum_wert.csv": "order of column Datum",
    "currency_percent.csv": "12.9%",
    "empty_last_column.csv": "without any value (column 6)",
    "one_sparse_column.csv": "cabin (95% missing)",
    "one_name_a_row.csv": "text (model)",
    "mvtec_layout.zip": "6 masks",
    "thousands_in_comma_csv.csv": "Unsure",
}
UNSAID = {"ffmpeg_pipe.wav": "missing", "size_zero_stream.wav": "missing"}


def read(name: str, **options):
    return core.read_upload(name, (CASES / name).read_bytes(), **options)


def test_all_cases_are_tried():
    assert {path.name for path in CASES.iterdir()} == set(BECOMES)


@pytest.mark.parametrize("name", BECOMES)
def test_what_people_have_becomes_what_they_mean(name):
    options, shape, (low, high), labels = BECOMES[name]
    upload = read(name, **UNSCALED, **options)
    assert tuple(upload.x.shape) == shape
    assert upload.spec.label_names == labels
    assert low <= upload.x.min() < upload.x.max() <= high
    said = " ".join(upload.notices)
    assert SAID.get(name, "") in said
    assert UNSAID.get(name, "no such words") not in said


def test_values_are_those_that_were_meant():
    first = {name: read(name, **UNSCALED).x[0].flatten().tolist() for name in BECOMES if name.endswith(".csv")}
    assert first["thousands_in_comma_csv.csv"] == [12548, 542]
    assert first["de_thousands_and_decimal.csv"] == pytest.approx([1548.10, 541])
    assert first["fr_nbsp_thousands.csv"] == pytest.approx([1548, 6.4])
    assert first["currency_percent.csv"] == pytest.approx([1100.5, 12.9])
    assert first["de_zaehler_drei_spalten.csv"][:3] == pytest.approx([0.306, 0.317, 0.360])
    assert first["booleans.csv"] == pytest.approx([0.13, 0.5, 1, 1])
    assert first["unicode_minus.csv"] == pytest.approx([0.13, 0.5])
    assert (read("unicode_minus.csv", **UNSCALED).x < 0).any()


def test_the_newest_row_comes_last():
    opened = np.loadtxt(CASES / "newest_first.csv", delimiter=",", skiprows=1, usecols=1)
    upload = read("newest_first.csv", read_as="windows", window=16, **UNSCALED)
    assert np.allclose(upload.x[0, :, 0], opened[::-1][:16])


def test_twelve_bits_keep_their_levels():
    assert len(read("png16_with_12_bits.zip").x.unique()) > 200


def test_a_class_that_stays_out_of_training_is_held_out_whole():
    upload = read("normal_and_anomalies.csv", left_out=("1",))
    dataset = upload.dataset
    assert dataset.train.y.unique().tolist() == [0]
    assert (dataset.validation.y == 1).any()
    assert (dataset.test.y == 1).any()
    with pytest.raises(UploadError, match="no class called '7'"):
        read("normal_and_anomalies.csv", left_out=("7",))


def test_clustering_trains_on_few_samples_as_it_stands(tmp_path):
    """Names of rows are no classes, of which there would be more clusters than samples."""
    upload, home = read("one_name_a_row.csv"), Home(tmp_path)
    data = home.shelf.keep(upload.spec, upload.card, upload.x, upload.y, upload.notices, upload.parts)
    config = RunConfig.for_data(upload.spec, dataset=data, model="deep_embedded_clustering", steps=40)
    run = core.fit(config, every=60, home=home)
    samples = run.dataset.train.x
    assert config.hyperparameters.n_clusters < len(samples)
    assert torch.isfinite(run.model.assign(samples)).all()
    # Clusters were begun with, and not only pretrained for.
    assert run.model.centroids.places.std() > 0
