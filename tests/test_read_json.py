"""JSON: objects in lists and lines, columns in objects, lists of numbers."""

from json import dumps

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files

A, B = files.table(30, 2).T.tolist()
KINDS = ["xy"[i % 2] for i in range(30)]
RECORDS = [{"a": a, "b": {"c": b}, "kind": kind} for a, b, kind in zip(A, B, KINDS, strict=True)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", files.json(RECORDS)),
        ("t.jsonl", b"\n".join(map(files.json, RECORDS)) + b"\n\n"),
        ("t.ndjson", "\ufeff".encode() + b"\r\n".join(map(files.json, RECORDS))),
        ("t.json", files.json({"status": "ok", "results": RECORDS})),
        ("t.json", files.json({"a": A, "b.c": B, "kind": KINDS})),
        ("t.json", files.json({"columns": ["a", "b.c", "kind"], "data": [*zip(A, B, KINDS, strict=True)]})),
        (
            "t.json",
            files.json({name: dict(enumerate(column)) for name, column in (("a", A), ("b.c", B), ("kind", KINDS))}),
        ),
        ("t.json", files.json({f"s{i}": record for i, record in enumerate(RECORDS)})),
        ("t.json", files.json([["a", "b.c", "kind"], *zip(A, B, KINDS, strict=True)])),
        ("t.json", files.json({"range": "A1:C31", "values": [["a", "b.c", "kind"], *zip(A, B, KINDS, strict=True)]})),
        ("t.json", files.json({"meta": {"count": 30}, "data": {"items": RECORDS}})),
        ("t.json", files.json({"at": 52.5, "hourly_units": {"a": "m"}, "hourly": {"a": A, "b.c": B, "kind": KINDS}})),
        ("t.json", files.json({"test": RECORDS[:3], "train": RECORDS})),
        (
            "t.jsonl",
            b"\n".join(dumps(record | {"said": "one\u2028two\x85"}, ensure_ascii=False).encode() for record in RECORDS),
        ),
        ("t.zip", files.zipped({"t.json": files.json(RECORDS)})),
    ],
)
def test_a_table_is_read_however_it_lies(name, content):
    upload = read_upload(name, content, scaling="none")
    assert np.allclose(upload.x, np.stack([A, B], axis=1))
    assert upload.spec.label_names == ("x", "y")
    assert upload.y.tolist() == [i % 2 for i in range(30)]


def test_what_a_record_lacks_is_missing():
    raw = decode("t.json", files.json([{"a": 1.5, "b": None}, {"b": True, "c": [1, 2]}, {"a": -2, "c": [3, 4]}]))
    assert [(column.name, column.kind) for column in raw.columns] == [("a", "number"), ("b", "text"), ("c", "list")]
    assert np.isnan(raw.values).tolist() == [[False, True, True], [True, False, False], [False, False, False]]
    assert [*raw.words["b"]] == ["", "true", ""]


def test_cells_of_columns_stand_in_the_rows_that_they_name():
    raw = decode("t.json", b'{"a": {"0": 1, "2": 3, "3": 9}, "b": {"0": 4, "1": 5, "2": 6, "3": 7}}')
    np.testing.assert_array_equal(raw.values, [[1, 4], [np.nan, 5], [3, 6], [9, 7]])


def test_rows_that_could_be_columns_are_said_to_be_unsure():
    content = files.json({"height": {"ann": 1.5, "bob": 1.75}, "weight": {"ann": 50.5, "bob": 70.25}})
    raw = decode("t.json", content)
    assert [*raw.words["column 1"]] == ["height", "weight"]
    assert raw.notices[0].startswith("Unsure: each object (height, weight)")
    turned = decode("t.json", content, Format(samples="columns"))
    assert turned.names == ("height", "weight")
    assert turned.values.tolist() == [[1.5, 50.5], [1.75, 70.25]]


@pytest.mark.parametrize("name", ["@id", "#", "%", "!x", "//"])
def test_names_of_fields_are_names_whatever_they_begin_with(name):
    raw = decode("t.json", files.json([{name: i, "b": i / 7} for i in range(30)]))
    assert raw.names == (name, "b")
    assert raw.values[:, 0].tolist() == [*range(30)]


@pytest.mark.parametrize("begin", ["[[Category:Foo, bar]]", '{"Well", she said,', "[[1984, or so]]"])
def test_text_that_begins_like_json_is_text(begin):
    assert decode("a.txt", f"{begin} the quick brown fox jumps over the dog. ".encode() * 9).form == "text"


@pytest.mark.parametrize("shape", [(40, 5), (30, 8, 8), (30, 3, 8, 8)])
def test_lists_of_numbers_are_an_array(shape):
    x = np.random.default_rng(0).integers(0, 256, shape)
    for content in (x.tolist(), {"by": "me", "pixels": x.tolist()}):
        raw = decode("t.json", files.json(content))
        assert raw.form == "array"
        np.testing.assert_array_equal(raw.values, x)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"a": 1}, {"a":', "damaged or was cut short"),
        (b"[" * 100_000, "damaged or was cut short"),
        (b'{"a": 1}', "holds no list"),
        (b"[]", "holds no list"),
        (b"[{}, {}]", "are empty"),
        (b'[{"a": null}, {"a": null}]', "are empty"),
        (b'{"a": {}}', "holds no list"),
        (b'["anna", "bert"]', "no numbers, or not as many in each"),
        (b"[[1, 2], [3]]", "no numbers, or not as many in each"),
    ],
)
def test_what_holds_no_samples_is_refused_with_what_to_bring(content, said):
    with pytest.raises(UploadError, match=said):
        decode("t.json", content)
