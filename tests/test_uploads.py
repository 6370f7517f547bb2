"""Files that people bring: what holds for every one that is read, and what can be chosen."""

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
