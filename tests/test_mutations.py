"""Valid files with a few bytes wrong: read, or refused with a sentence; and nothing is ever written anywhere."""

import bz2
import lzma
import os
import tempfile
import warnings
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, configuration, example, given, settings
from hypothesis import strategies as some

from core.errors import UploadError
from core.uploads.reading import read_upload
from tests import files, workbooks

# What Hypothesis remembers is no business of the project's folder.
MEMORY = TemporaryDirectory(prefix="hypothesis-")
configuration.set_hypothesis_home_dir(MEMORY.name)
TABLE = files.table(24)
ROWS = TABLE.tolist()
SHEET = [["a", "b", "kind"], *[[*row[:2], "xy"[i % 2]] for i, row in enumerate(ROWS)]]
VALID = {
    "table.csv": files.csv([[*row, "xy"[i % 2]] for i, row in enumerate(TABLE)], ["a", "b", "c", "label"]),
    "european.csv": files.csv(TABLE, None, ";").replace(b".", b","),
    "wide.tsv": ('"a"\t"b ""c"""\n' + "\n".join(f"{a}\t{b}" for a, b, _ in TABLE)).encode("utf-16"),
    "long.csv": files.csv([[f"s{i % 24}", i // 24, 24 * i % 97] for i in range(96)], ["id", "time", "v"]),
    "array.npy": files.npy(TABLE.astype(np.float32)),
    "arrays.npz": files.npz(x=np.arange(24 * 64, dtype=np.uint8).reshape(24, 8, 8), y=np.arange(24) % 3),
    "pictures.zip": files.zipped(files.pictures(20)),
    "formats.zip": files.zipped(
        {
            f"{i}.{format}": files.picture(files.pixels(i, 9, 3), format)
            for i, format in enumerate(["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM"] * 4)
        },
        0,
    ),
    "sound.wav": files.wav(files.tone(0.2)),
    "sheet.xlsx": files.xlsx(SHEET),
    "columns.parquet": files.arrow({"a": TABLE[:, 0], "b": TABLE[:, 1], "kind": [*"xyz"] * 8}, "parquet"),
    "columns.feather": files.arrow({"a": TABLE[:, 0], "b": TABLE[:, 1], "kind": [*"xyz"] * 8}, "feather"),
    "rows.jsonl": b"\n".join(files.json({"a": a, "b": {"c": b}, "k": "xy"[a > 0]}) for a, b, _ in ROWS),
    "columns.json": files.json({"x": ROWS, "y": [i % 3 for i in range(24)]}),
    "arrays.mat": files.mat(X=TABLE, y=np.arange(24) % 3),
    "images.idx": files.idx(np.arange(24 * 64, dtype=np.uint8).reshape(24, 8, 8)),
    "sound.flac": files.sound(files.tone(0.2), "FLAC"),
    "sound.ogg": files.sound(files.tone(0.6), "OGG"),
    "sounds.zip": files.zipped(
        {f"{'ab'[i % 2]}/{i}.wav": files.wav(files.tone(0.05, pitch=200 + 9 * i)) for i in range(20)}
    ),
    "words.txt": "\n".join(["anna", "bérta", "carl", "dora"] * 6).encode(),
    "text.txt": b"the quick brown fox jumps over the lazy dog. " * 6,
}  # fmt: skip
# What other programs and libraries open as well; `make bench` tries 2,000 mutations of these and of the others.
RARE = {
    "arrays.h5": files.h5(x=TABLE, y=np.arange(24) % 3),
    "cells.h5ad": files.anndata(np.maximum(0, TABLE), {"kind": [*"xyz"] * 8}),
    "cells.mat": files.mat(X=TABLE, y=np.array([*"xyz"] * 8, object)[:, None]),
    "pictures.tar": files.tar(files.pictures(20)),
    "table.csv.bz2": bz2.compress(VALID["table.csv"]),
    "table.csv.xz": lzma.compress(VALID["table.csv"]),
    "messy.csv": files.csv(
        [
            ["", "m", "s"],
            *[["abcd"[i // 6] if i % 6 == 0 else "", *row[:2]] for i, row in enumerate(ROWS)],
            ["Total", *TABLE[:, :2].sum(axis=0)],
        ],
        ["kind", "a", "b"],
    ),
    "stack.tif": files.stack(24),
    "sparse.npz": files.sparse(TABLE),
    "sheet.ods": files.ods([["a", "b"], *TABLE[:, :2].tolist()]),
    "sheet.xls": workbooks.xls(SHEET),
    "sheet.xlsb": workbooks.xlsb(SHEET),
    "arrays 7.3.mat": b"MATLAB 7.3 MAT-file".ljust(512) + files.h5(X=TABLE.T, y=np.arange(24)[None] % 3),
    "relation.arff": b"@relation r\n@attribute a numeric\n@attribute 'b c' real\n@attribute kind {x, y}\n@data\n"
    + files.csv(SHEET[1:]),
    "places.libsvm": "".join(f"{i % 2} 2:{row[0]} 5:{row[1]}\n" for i, row in enumerate(ROWS)).encode(),
    "page.html": b"<html><table>"
    + b"".join(b"<tr>" + b"".join(b"<td>%s</td>" % str(cell).encode() for cell in row) + b"</tr>" for row in SHEET)
    + b"</table>",
    "records.npy": files.npy(np.array([(*row[:2], "xy"[i % 2]) for i, row in enumerate(ROWS)], "f8,f4,U1")),
    "sound.mp3": files.sound(files.tone(3), "MP3"),
}
FILES = VALID | RARE
LABELS = {
    "labels.csv": files.csv([[i, "xy"[i % 2]] for i in range(24)], ["id", "kind"]),
    "labels.npy": files.npy(np.arange(24) % 3),
    "labels.txt": "\n".join(["cat", "dog", "új"] * 8).encode(),
}
EXAMPLES = 12
FEW = 8


def flip(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at] + bytes([data[at] ^ (value or 1)]) + data[at + 1 :]


def insert(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at] + bytes([value]) * length + data[at:]


def delete(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at] + data[at + length :]


def truncate(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at]


def duplicate(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[: at + length] + data[at:]


def overwrite(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at] + bytes([value]) * length + data[at + length :]


def splice(data: bytes, at: int, length: int, value: int, other: bytes) -> bytes:
    return data[:at] + other[min(at, len(other)) :]


def check(sentences: list[str]) -> None:
    for sentence in sentences:
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert len(sentence) < 500


MUTATIONS = some.tuples(
    some.sampled_from([flip, flip, insert, delete, truncate, duplicate, overwrite, splice]),
    # Heads and ends are short and matter most.
    some.one_of(some.integers(0, 10**6), some.integers(0, 80), some.integers(0, 10**5), some.integers(-80, -1)),
    some.integers(1, 64),
    # Bytes that mean something to a format are likelier than others.
    some.one_of(some.sampled_from([0, 1, 9, 10, 34, 44, 45, 46, 59, 127, 128, 255]), some.integers(0, 255)),
    some.sampled_from(sorted(FILES)),
)
SOME_MUTATIONS = some.lists(MUTATIONS, min_size=1, max_size=3)
OPTIONS = some.fixed_dictionaries(
    {
        "read_as": some.sampled_from(["auto", "auto", "vectors", "rows", "windows", "pictures"]),
        "scaling": some.sampled_from(["none", "min_max", "standardise", "per_sample"]),
        "missing": some.sampled_from(["drop", "mean"]),
        "window": some.sampled_from([2, 8]),
        # How a table is written, now and then said wrong.
        "delimiter": some.sampled_from(["auto", "auto", "auto", ";", "\t", " "]),
        "decimal": some.sampled_from(["auto", "auto", ","]),
        "header": some.sampled_from(["auto", "auto", "first", "none"]),
        "encoding": some.sampled_from(["auto", "auto", "auto", "utf-16", "cp1252", "gb18030", "shift_jis"]),
        "skip": some.sampled_from([0, 0, 3]),
        "samples": some.sampled_from(["rows", "rows", "columns"]),
        "dates": some.sampled_from(["auto", "day", "month"]),
        "leftovers": some.sampled_from(["left_out", "kept"]),
        "rate": some.sampled_from([4_000, 8_000, 44_100]),
        "channel": some.sampled_from(["mixed", "second"]),
        "seconds": some.sampled_from([0.0, 0.1, 600.0]),
        "masks": some.sampled_from(["left_out", "labels", "pictures"]),
        "categories": some.sampled_from(["left_out", "one_hot"]),
        "most_missing": some.sampled_from([0.0, 0.5, 1.0]),
    }
)
AS_FOUND = {"read_as": "auto", "scaling": "none", "missing": "drop", "window": 2}


@pytest.mark.parametrize("name", FILES)
def test_files_with_wrong_bytes_are_read_or_refused(name, tmp_path, monkeypatch):
    for variable in ("LATENT_LAB_HOME", "HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        # A library that warns would fill the log of whoever runs this.
        warnings.simplefilter("error")
        outcomes = mutated(name, EXAMPLES if name in VALID else FEW)
    assert min(outcomes.values()) > 0
    assert os.listdir(tmp_path) == []


def test_labels_with_wrong_bytes_are_read_or_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert min(labels_mutated(200).values()) > 0


def mutated(name: str, examples: int) -> dict[str, int]:
    """How many of so many mutations of a file are read, and how many refused; anything else is raised."""
    outcomes = {"read": 0, "refused": 0}

    @many(examples)
    @given(SOME_MUTATIONS, OPTIONS)
    # As it was, for hardly any other FLAC or OGG can be read.
    @example([(splice, 0, 1, 0, name)], AS_FOUND)
    def answered(mutations, options):
        answer(outcomes, name, wrong(FILES[name], mutations), **options)

    answered()
    return outcomes


def labels_mutated(examples: int) -> dict[str, int]:
    """The same of so many mutations of files of labels beside one of samples."""
    outcomes = {"read": 0, "refused": 0}

    @many(examples)
    @given(some.sampled_from(sorted(LABELS)), SOME_MUTATIONS)
    @example("labels.npy", [])
    def answered(name, mutations):
        answer(outcomes, "array.npy", FILES["array.npy"], (name, wrong(LABELS[name], mutations)))

    answered()
    return outcomes


def many(examples: int) -> settings:
    """So many examples, the same ones each time."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def wrong(data: bytes, mutations) -> bytes:
    """A file after some mutations."""
    for mutate, at, length, value, other in mutations:
        data = mutate(data, at % len(data), length, value, FILES[other]) if data else data
    return data


def answer(
    outcomes: dict[str, int], name: str, data: bytes, labels: tuple[str, bytes] | None = None, **options
) -> None:
    """Count whether a file is read, as samples that can be learned from, or refused with a sentence."""
    try:
        upload = read_upload(name, data, labels, **options)
    except UploadError as error:
        outcomes["refused"] += 1
        check([str(error)])
        return
    outcomes["read"] += 1
    check([*upload.notices, upload.card.summary])
    assert all(label and label.isprintable() for label in upload.spec.label_names)
    low, high = upload.spec.value_range
    assert np.isfinite(upload.x.numpy()).all()
    assert low <= upload.x.min() <= upload.x.max() <= high
    # Two of at least twenty may lie at a border.
    assert sum(upload.sizes) == len(upload.x) >= 18
    assert min(len(upload.dataset.validation.x), len(upload.dataset.test.x)) > 0
