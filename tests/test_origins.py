"""What was brought can be found again: each held-out sample knows its row, its window's first row, or its file."""

import csv
import io

import numpy as np
import pytest

from core.analysis.anomaly import Anomalies
from core.analysis.result import Counts
from core.uploads.parse.decode import decode
from core.uploads.prepare.making import Made, make
from core.uploads.prepare.options import Options
from core.uploads.reading import Upload, read_upload, upload_of
from core.uploads.shelf import Shelf
from pages.ui.use_anomalies import _table
from tests import files

PLAIN = {"scaling": "none"}


def test_rows_that_are_left_out_move_no_other():
    # The first value is the number of the row below the header; every fifth row lacks the second.
    rows = [[i + 1, "" if i % 5 == 0 else i / 7] for i in range(60)]
    upload = read_upload("t.csv", files.csv(rows, ["u", "v"]), missing="drop", columns=(("u", "value"),), **PLAIN)
    assert len(upload.x) == 48
    assert upload.sources == tuple(str(int(value)) for value in upload.x[:, 0])


def test_a_window_is_found_by_its_first_row_also_where_rows_are_not_in_order():
    order = np.random.default_rng(0).permutation(200)
    rows = [[int(time), float(time)] for time in order]
    upload = read_upload("t.csv", files.csv(rows, ["time", "v"]), read_as="windows", window=4, **PLAIN)
    assert len(upload.sources) == len(upload.x) > 40
    for source, window in zip(upload.sources, upload.x, strict=True):
        assert rows[int(source) - 1][1] == float(window[0, 0])


def test_pictures_are_found_by_their_names_also_between_processes():
    grey = {f"{'ab'[i % 2]}/{i:02}.png": np.full((8, 8), 8 * i, np.uint8) for i in range(24)}
    data = files.zipped({name: files.picture(x) for name, x in grey.items()})
    made = Made.from_bytes(make(decode("p.zip", data), Options()).to_bytes())
    upload = upload_of(made, "p.zip", len(data))
    for source, picture in zip(upload.sources, upload.x, strict=True):
        assert round(255 * float(picture.mean())) == 8 * int(source[-6:-4])


@pytest.mark.parametrize("seed", [0, 1])
def test_held_out_samples_know_where_they_stood(tmp_path, seed):
    rows = [[i + 1, i % 7] for i in range(60)]
    upload: Upload = read_upload("t.csv", files.csv(rows, ["u", "v"]), columns=(("u", "value"),), **PLAIN)
    shelf = Shelf(tmp_path)
    of = upload.spec, upload.card, upload.x, upload.y, upload.notices, upload.parts
    id = shelf.keep(*of)
    assert shelf.sources(id) == ()
    assert shelf.keep(*of, sources=upload.sources) == id
    source = shelf.source(id)
    data = source.load(id, seed, source.Parameters())
    for split in (data.train, data.validation, data.test.fixed(4)):
        assert [shelf.sources(id)[place] for place in split.places] == [str(int(row)) for row in split.x[:, 0]]


def test_the_table_of_scores_names_what_is_flagged():
    found = Anomalies(
        counts=Counts(shown=3, held_out=3, fitted=3, training=3),
        detectors=("model",),
        scores=np.array([[0.1, 0.9, 0.2]]),
        originals=np.zeros((3, 2)),
        reconstructions=np.zeros((3, 2)),
        labels=None,
        places=np.array([8, 2, 5]),
    )
    text = _table(found, ["a.png", "b.png", "c.png"], (), np.array([False, True, False]))
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["sample"] for line in lines if line["flagged"] == "yes"] == ["b.png"]
    assert [line["This model's error, rank"] for line in lines] == ["3", "1", "2"]
