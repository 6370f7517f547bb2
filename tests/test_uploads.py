"""Files that people bring: what holds for every one that is read, and what can be chosen."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.numpy import save

from core.errors import UploadError
from core.uploads.arrays import arrays_in, mapped
from core.uploads.parse.decode import decode
from core.uploads.parse.raw import Column, Form, Raw
from core.uploads.prepare import times
from core.uploads.prepare.matters import NUMBERS, matters_for
from core.uploads.prepare.options import Options
from core.uploads.reading import read_upload
from core.uploads.shelf import Shelf
from pages.ui.as_it_came import FORMS
from tests import files
from tests.files import told

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
def test_whatever_is_read_is_what_its_specification_states(name):
    filename, data = FILES[name]
    upload = read_upload(filename, data)
    spec, card, dataset = upload.spec, upload.card, upload.dataset
    assert len(spec.shape) == {"vector": 1, "sequence": 2, "image": 3}[spec.kind]
    assert card.title == Path(filename).stem
    assert filename in card.origin
    assert card.summary.endswith(".")
    assert all(notice.endswith(".") for notice in upload.notices)
    low, high = spec.value_range
    assert (upload.x.dtype, tuple(upload.x.shape[1:])) == (torch.float32, spec.shape)
    assert torch.isfinite(upload.x).all()
    assert low <= upload.x.min() < upload.x.max() <= high
    held_out = len(dataset.validation.x) + len(dataset.test.x)
    assert (len(dataset.train.x), held_out) == upload.sizes
    assert held_out == pytest.approx(len(upload.x) / 5, abs=2)
    assert 0 <= len(dataset.test.x) - len(dataset.validation.x) <= len(spec.label_names) + 1
    assert (upload.y is None) == (spec.label_names == ())
    if upload.y is not None:
        assert upload.y.dtype == torch.int64
        assert set(upload.y.tolist()) == set(range(len(spec.label_names)))


@pytest.mark.parametrize("name", ["labelled", "words", "sound"])
def test_what_is_kept_on_the_shelf_comes_back_in_the_same_splits(name, tmp_path):
    upload = read_upload(*FILES[name])
    shelf = Shelf(tmp_path)
    kept = shelf.get(shelf.keep(upload.spec, upload.card, upload.x, upload.y, upload.notices, upload.parts))
    again = kept.source.load("again", 0, kept.source.Parameters())
    for part in ("train", "validation", "test"):
        one, two = getattr(upload.dataset, part), getattr(again, part)
        assert torch.equal(one.x, two.x)
        assert (one.y is None and two.y is None) or torch.equal(one.y, two.y)
    assert (kept.notices, kept.source.spec.rendering) == (upload.notices, upload.spec.rendering)


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_holds_survives_the_way_between_processes(name):
    raw = decode(*FILES[name])
    again = Raw.from_bytes(raw.to_bytes())
    assert np.array_equal(raw.values, again.values)
    assert raw.values.dtype == again.values.dtype
    assert (raw.form, raw.names, raw.rate, raw.notices) == (again.form, again.names, again.rate, again.notices)
    assert {name: [*words] for name, words in raw.words.items()} == {
        name: [*words] for name, words in again.words.items()
    }


@pytest.mark.parametrize("broken", [b"", b"no such thing", b"\xff" * 40])
def test_bytes_that_hold_nothing_read_are_refused(broken):
    with pytest.raises(ValueError, match="hold no data"):
        Raw.from_bytes(broken)


def written(head: dict, **tensors: np.ndarray) -> bytes:
    """Bytes as `Raw.to_bytes` writes them, with another head and other tensors in places."""
    whole = {
        "form": "table",
        "columns": [{"name": "a"}, {"name": "w", "kind": "text"}],
        "words": {"w": ["x", "y"]},
        "rate": None,
        "notices": [],
        "ids": [],
        "brought": "",
        "gone": [],
        "parts": [],
        "asks": [],
    } | head
    codes = np.arange(4, dtype=np.int32) % 2
    usual = {"values": np.zeros((4, 1), np.float32), "codes 0": codes}
    return save(usual | {"head": np.frombuffer(json.dumps(whole).encode(), np.uint8)} | tensors)


def test_bytes_are_only_read_if_all_in_them_fits_together():
    assert [*Raw.from_bytes(written({})).words["w"]] == ["x", "y", "x", "y"]
    codes = np.arange(4, dtype=np.int32)
    for broken in (
        written({"form": "novel"}),
        written({"columns": [{"name": "a"}, {"name": "b"}]}),
        written({"columns": "a"}),
        written({"columns": [{"kind": "number"}]}),
        written({"rate": "fast"}),
        written({"notices": "none"}),
        written({"ids": ["a"]}),
        written({"brought": "v"}),
        written({"gone": "v"}),
        written({"words": {"w": "xy"}}),
        written({"words": {"w": [1, 2]}}),
        written({"words": {"w": ["x"]}}),
        written({"words": {"v": ["x", "y"], "w": ["x", "y"]}}),
        written({}, **{"codes 0": codes[:3] % 2}),
        written({}, **{"codes 0": codes % 2 - 1}),
        written({}, **{"codes 0": codes.astype(np.float32)}),
    ):
        with pytest.raises(ValueError, match="hold no data"):
            Raw.from_bytes(broken)


def test_texts_that_come_up_often_are_stored_once():
    rows = [[i / 7, f"the same long text in many rows: {i % 3}", f"{i % 5} and this is another"] for i in range(3000)]
    raw = decode("t.csv", files.csv(rows, ["a", "b", "c"]))
    assert raw.words["b"][:2] == ("the same long text in many rows: 0", "the same long text in many rows: 1")
    assert (len(raw.words["b"]), raw.words["c"][7]) == (3000, "2 and this is another")
    # A number of 8 bytes and two codes of 4 a row, and little else.
    assert len(raw.to_bytes()) < 3000 * 16 + 1000


def test_a_column_of_too_many_different_texts_is_left_out(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.filling.TEXTS", 100)
    monkeypatch.setattr("core.uploads.parse.chosen.TEXTS", 100)
    data = files.csv([[i / 7, i % 9, f"note {i}", "ab"[i % 2]] for i in range(101)], ["u", "v", "note", "kind"])
    upload = read_upload("t.csv", data)
    assert "1 column of text with more than 100 different ones (note)" in told(upload, "Left out")
    # What is left out is no column of text any more: the other is the only one.
    assert upload.spec.label_names == ("a", "b")
    many = read_upload("a.npz", files.npz(x=files.table(101), y=np.arange(101.0)))
    assert "array y" in told(many, "more than 100 different labels")


def test_neither_reading_nor_making_samples_needs_torch():
    program = (
        "import sys; from core.uploads.parse.decode import decode; from core.uploads.prepare.making import make; "
        "from core.uploads.prepare.options import Options; "
        "make(decode('a.csv', b'1,2\\n3,4\\n' * 20), Options()); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_pickles_are_never_allowed():
    for path in Path("core/uploads").rglob("*.py"):
        assert set(re.findall(r"allow_pickle\s*=\s*(\w+)", path.read_text())) <= {"False"}
        assert not re.search(
            r"import pickle|pickle\.load|torch\.load|\beval\(|extractall|\.extract\(", path.read_text()
        )


# ------------------------------------------------------------------------------------------------------------ options

MATTERS = {
    "table": {*NUMBERS, "columns", "most_missing"},
    "labelled": {*NUMBERS, "columns", "categories", "most_missing"},
    "series": {*NUMBERS, "columns", "most_missing", "window"},
    "array": {*NUMBERS, "columns", "most_missing"},
    "arrays": {*NUMBERS, "columns", "categories", "most_missing"},
    "images": {"label", "left_out", "side", "colours"},
    "sound": {"window"},
    "words": set(),
    "text": {"window"},
}


@pytest.mark.parametrize("name", MATTERS)
def test_options_say_which_of_them_matter(name):
    assert set(matters_for(decode(*FILES[name]), Options())) == MATTERS[name]


def test_whatever_is_read_is_shown_as_it_came():
    assert set(FORMS) == set(get_args(Form))


def test_a_table_that_comes_down_to_one_column_is_a_series():
    data = files.csv([[i, *row] for i, row in enumerate(files.table(60, 1))], ["time", "height"])
    assert "window" in matters_for(decode("t.csv", data), Options())
    assert read_upload("t.csv", data, window=3).spec.shape == (3, 1)


def test_what_matters_is_told_without_looking_at_all_values(monkeypatch):
    looked_at = []
    monkeypatch.setattr(times, "_is_whole", lambda column: looked_at.append(len(column)) or False)
    wide = np.random.default_rng(0).integers(0, 256, (3000, 300), dtype=np.uint8)
    raw = decode("a.npy", files.npy(wide))
    table = replace(
        raw, form="table", columns=tuple(Column(str(i)) for i in range(300)), values=wide.astype(np.float32)
    )
    for one in (raw, table):
        assert matters_for(one, Options())[0] == "read_as"
    assert looked_at == []


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


@pytest.mark.parametrize("kind", ["?", "u1", "i2", "i4", "i8", "f2", "f4", "f8"])
def test_arrays_of_another_process_are_read_where_they_lie(kind, tmp_path):
    arrays = {"a b": np.arange(6).reshape(2, 3).astype(kind), "none": np.empty((0, 3), kind), "last": np.arange(5)}
    path = tmp_path / "a.safetensors"
    path.write_bytes(save(arrays))
    for found in (arrays_in(save(arrays)), arrays_in(mapped(path))):
        assert found.keys() == arrays.keys()
        assert all(np.array_equal(found[name], arrays[name]) for name in arrays)
        assert all(found[name].dtype == arrays[name].dtype for name in arrays)
    # What is changed of them changes no file.
    found["last"][:] = 0
    assert arrays_in(mapped(path))["last"].tolist() == [0, 1, 2, 3, 4]
