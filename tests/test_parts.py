"""Files that hold several things: which of them samples are read of is guessed, said, and can be chosen."""

import gzip
import io

import h5py
import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files

X, OTHER = files.table(40, 3), files.table(24, 2, 1)
Y, Z = np.arange(40) % 3, np.arange(24) % 2
NAMES = ["a", "b", "c"]
LARGE, SMALL = files.csv(X, NAMES), files.csv(OTHER, ["u", "v"])
PICTURES = {
    f"{split}/{'ab'[i % 2]}/{i}.png": files.picture(files.pixels(i)) for split in ("train", "test") for i in range(22)
}
MASKED = {f"images/{i}.png": files.picture(files.pixels(i)) for i in range(22)} | {
    f"masks/{i}.png": files.picture(files.pixels(i, 9) % 2) for i in range(22)
}


def page(*tables) -> bytes:
    """A web page with tables of rows."""
    rows = ("".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table) for table in tables)
    return f"<html>{''.join(f'<table>{each}</table>' for each in rows)}".encode()


# Name, data, the parts with the guess first, another part, and the shape of its samples.
FILES = {
    "sheets": (
        "a.ods",
        files.ods([["u", "v"], *OTHER.tolist()], measured=[NAMES, *X.tolist()]),
        ("measured", "data"),
        "data",
        (24, 2),
    ),
    "tables of a page": (
        "a.html",
        page([["menu"]], [["u", "v"], *OTHER], [NAMES, *X]),
        ("table 3", "table 1", "table 2"),
        "table 2",
        (24, 2),
    ),
    "arrays": (
        "a.npz",
        files.npz(X_train=X, y_train=Y, X_test=OTHER),
        ("X_train", "y_train", "X_test"),
        "X_test",
        (24, 2),
    ),
    "arrays beside a text": (
        "a.zip",
        files.zipped({"README.md": b"about", "x.npy": files.npy(X), "z.npy": files.npy(OTHER)}),
        ("x", "z"),
        "z",
        (24, 2),
    ),
    "MATLAB's": ("a.mat", files.mat(data=X, noise=OTHER), ("data", "noise"), "noise", (24, 2)),
    "HDF5's": ("a.h5", files.h5(train__x=X, test__x=OTHER), ("train/x", "test/x"), "test/x", (24, 2)),
    "lists of objects": (
        "a.json",
        files.json(
            {name: [{"p": a, "q": b} for a, b, *_ in rows.tolist()] for name, rows in (("few", OTHER), ("many", X))}
        ),
        ("many", "few"),
        "few",
        (24, 2),
    ),
    "tables of an archive": (
        "a.zip",
        files.zipped({"test.csv": SMALL, "train.csv": LARGE}),
        ("train.csv", "all tables", "test.csv"),
        "test.csv",
        (24, 2),
    ),
    "folders of pictures": (
        "a.zip",
        files.zipped(PICTURES),
        ("all pictures", "train/", "test/"),
        "test/",
        (22, 1, 8, 8),
    ),
    "masks": ("a.zip", files.zipped(MASKED), ("all pictures", "masks/"), "masks/", (22, 1, 9, 9)),
    "pictures beside a table": (
        "a.zip",
        files.zipped({**files.pictures(22), "t.csv": SMALL}),
        ("all pictures", "t.csv"),
        "t.csv",
        (24, 2),
    ),
    "a workbook in an archive": (
        "a.zip",
        files.zipped({"t.ods": files.ods([NAMES, *X.tolist()], small=[["u", "v"], *OTHER.tolist()])}),
        ("data", "small"),
        "small",
        (24, 2),
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_what_was_guessed_comes_first_and_another_part_can_be_chosen(what):
    name, data, parts, part, shape = FILES[what]
    assert decode(name, data).parts == parts
    chosen = read_upload(name, data, part=part)
    assert tuple(chosen.x.shape) == shape
    assert decode(name, data, Format(part=part)).parts == parts
    same, guessed = read_upload(name, data, part=parts[0]), read_upload(name, data)
    assert np.array_equal(same.x, guessed.x)
    assert tuple(same.x.shape) != shape or what == "folders of pictures"


@pytest.mark.parametrize("what", [*FILES])
def test_a_part_that_a_file_lacks_is_answered_with_those_it_has(what):
    name, data, parts, *_ = FILES[what]
    with pytest.raises(UploadError, match=f"no part called 'nobody'; there are {parts[0]}, {parts[1]}") as refused:
        decode(name, data, Format(part="nobody"))
    assert refused.value.parts == parts


def test_a_file_of_one_thing_has_no_parts():
    for name, data in (("a.csv", LARGE), ("a.zip", files.zipped({"t.csv": LARGE})), ("a.npy", files.npy(X))):
        assert decode(name, data).parts == ()
        with pytest.raises(UploadError, match=r"no part called 't\.csv': it holds one"):
            decode(name, data, Format(part="t.csv"))


@pytest.mark.parametrize(
    ("arrays", "part", "labels"),
    [
        ({"x_train": X, "y_train": Y, "x_test": OTHER, "y_test": Z}, "x_test", Z),
        ({"Xtrain": X, "Ytrain": Y, "Xtest": X[::-1], "Ytest": Y[::-1]}, "Xtest", Y[::-1]),
        ({"train_images": X, "train_labels": Y, "val_images": OTHER, "val_labels": Z}, "val_images", Z),
        ({"arr_0": X, "arr_1": Y, "arr_2": OTHER, "arr_3": Z}, "arr_2", Z),
        ({"x_train": X, "y": Y}, "x_train", Y),
    ],
)
@pytest.mark.parametrize("kind", ["npz", "mat", "h5"])
def test_labels_are_those_of_the_samples_that_were_chosen(kind, arrays, part, labels):
    upload = read_upload(f"a.{kind}", getattr(files, kind)(**arrays), part=part)
    assert upload.y.tolist() == labels.tolist()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_arrays_of_an_archive_go_together(pack):
    pixels = np.arange(30 * 64).reshape(30, 8, 8) % 251
    made = {
        "train-images": pixels,
        "train-labels": np.arange(30) % 3,
        "t10k-images": pixels[:22],
        "t10k-labels": Z[:22],
    }
    end = "-idx3-ubyte" + ".gz" * (pack is not bytes)
    data = files.zipped({f"MNIST/{name}{end}": pack(files.idx(array)) for name, array in made.items()})
    upload = read_upload("mnist.zip", data)
    assert (tuple(upload.x.shape), upload.y.tolist()) == ((30, 1, 8, 8), [i % 3 for i in range(30)])
    assert read_upload("mnist.zip", data, part="t10k-images").y.tolist() == Z[:22].tolist()


def test_arrays_of_a_json_file_go_together():
    lists = {
        "name": "mine",
        "x_train": X.tolist(),
        "y_train": Y.tolist(),
        "x_test": OTHER.tolist(),
        "y_test": Z.tolist(),
    }
    upload = read_upload("a.json", files.json(lists))
    assert (tuple(upload.x.shape), upload.y.tolist()) == ((40, 3), Y.tolist())
    assert read_upload("a.json", files.json({"data": X.tolist(), "shape": [40, 3]})).spec.label_names == ()


def test_one_array_of_labels_is_found_whatever_it_is_called():
    assert read_upload("a.mat", files.mat(fea=X, gnd=Y[:, None])).y.tolist() == Y.tolist()
    assert read_upload("a.npz", files.npz(fea=X, one=Y, two=Y[::-1])).y is None
    assert read_upload("a.npz", files.npz(fea=X, row=np.arange(40))).y is None


def test_names_run_together_are_those_of_samples_and_labels():
    upload = read_upload("a.npz", files.npz(noise=files.table(99, 9), Xtrain=X, Ytrain=Y))
    assert (tuple(upload.x.shape), upload.y.tolist()) == ((40, 3), Y.tolist())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ods", files.ods([NAMES, *X.tolist()], other=[["p", *NAMES], *np.column_stack([X, Y]).tolist()])),
        ("a.html", page([NAMES, *X], [["u", "v"], *OTHER, *OTHER])),
        ("a.mat", files.mat(first=X, second=X + 1)),
        ("a.json", files.json({"a": [{"p": i} for i in range(30)], "b": [{"q": i} for i in range(20)]})),
        ("a.zip", files.zipped({"a.ods": files.ods([NAMES, *X.tolist()]), "b.csv": LARGE})),
    ],
)
def test_parts_of_about_one_size_are_said_to_be_unsure(name, data):
    assert any(notice.startswith("Unsure: of 2 ") and "as the part" in notice for notice in decode(name, data).notices)


def test_a_part_that_cannot_be_read_leaves_the_others_to_be_chosen():
    data = files.npz(x=X.astype("c8"), other=OTHER)
    with pytest.raises(UploadError, match="complex") as refused:
        decode("a.npz", data)
    assert refused.value.parts == ("x", "other")
    assert len(decode("a.npz", data, Format(part="other")).values) == 24


def test_a_sparse_matrix_does_not_stand_in_the_way_of_another_array():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, array in (("data", np.ones(30)), ("indices", np.arange(30)), ("indptr", np.arange(31))):
            file[f"X/{name}"] = array
        file["obsm/pca"] = X
    assert len(decode("a.h5", stream.getvalue(), Format(part="pca")).values) == 40
