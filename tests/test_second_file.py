"""Labels from a second file: one for each sample in their order, or by ids that stand in both files."""

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.reading import read_upload
from tests import files

KINDS = ["cat", "dog", "new york"]
WANTED = [i % 3 for i in range(24)]
X = files.table(24)
TABLE = files.csv([[f"p{i}", *row] for i, row in enumerate(X)], ["who", "a", "b", "c"])
NUMBERED = files.csv([[100 + i, *row] for i, row in enumerate(X)], ["id", "a", "b", "c"])
PICTURES = files.zipped({f"train/{i:03}.png": files.picture(files.pixels(i)) for i in range(24)})
ORDER = np.random.default_rng(0).permutation(24).tolist()
LINES = [KINDS[label] for label in WANTED]


def shuffled(name: str) -> bytes:
    """A table of ids, called so, and labels, in another order."""
    return files.csv([[name.format(i=i), LINES[i], i] for i in ORDER], ["id", "kind", "n"])


@pytest.mark.parametrize(
    ("name", "data", "second", "labels"),
    [
        ("t.csv", TABLE, "labels.txt", "\n".join(LINES).encode()),
        ("t.csv", TABLE, "labels.csv", "\n".join(["kind", *LINES]).encode()),
        ("t.csv", TABLE, "labels.csv", files.csv([[label] for label in WANTED])),
        # Named as pandas names a series.
        ("t.csv", TABLE, "labels.csv", files.csv([[label] for label in [0, *WANTED]])),
        ("t.csv", TABLE, "y.npy", files.npy(np.array(WANTED))),
        ("a.npy", files.npy(X), "labels", files.idx(np.array(WANTED))),
        ("a.zip", PICTURES, "labels.csv", "\n".join(LINES).encode()),
        ("t.csv", TABLE, "labels.csv", shuffled("p{i}")),
        ("t.csv", NUMBERED, "labels.csv", shuffled("1{i:02}")),
        ("a.zip", PICTURES, "labels.csv", shuffled("{i:03}")),
        ("a.zip", PICTURES, "labels.csv", shuffled("{i:03}.png")),
        ("a.zip", PICTURES, "labels.csv", shuffled("train/{i:03}.png")),
    ],
)
def test_labels_meet_their_samples(name, data, second, labels):
    upload = read_upload(name, data, (second, labels))
    assert upload.y.tolist() == WANTED
    assert upload.spec.label_names in (tuple(KINDS), tuple("012"))


def test_samples_without_a_label_are_counted():
    labels = b"\n".join(shuffled("p{i}").splitlines()[:20])
    upload = read_upload("t.csv", TABLE, ("labels.csv", labels))
    assert upload.spec.label_names == (*KINDS, "no label")
    assert "5 samples stand in none of its rows" in files.told(upload, "by the ids in its column id")


def test_what_was_chosen_as_the_label_is_it_nevertheless():
    rows = files.csv([[*row, i % 2] for i, row in enumerate(X)], ["a", "b", "c", "side"])
    assert read_upload("t.csv", rows, ("y.npy", files.npy(np.array(WANTED)))).y.tolist() == WANTED
    assert read_upload("t.csv", rows, ("y.npy", files.npy(np.array(WANTED))), label="side").spec.label_names == (
        "0",
        "1",
    )


@pytest.mark.parametrize(
    ("name", "data", "labels"),
    [
        # A first row that could be the name of a column, or a label.
        ("t.csv", TABLE, "\n".join(["new york", *LINES[1:2], *["cat", "dog"] * 11]).encode()),
        ("t.csv", TABLE, files.csv([[label] for label in [0, *WANTED]])),
        # Ids that the samples lack, or that are written in another way.
        ("a.npy", files.npy(X), shuffled("p{i}")),
        ("t.csv", TABLE, shuffled("P{i}")),
        # Pictures stand as they were packed.
        ("a.zip", PICTURES, "\n".join(LINES).encode()),
        # Folders with pictures of the same names.
        (
            "a.zip",
            files.zipped({f"{'ab'[i % 2]}/{i // 2}.png": files.picture(files.pixels(i)) for i in range(24)}),
            files.csv([[f"{i}.png", LINES[i]] for i in ORDER], ["file", "kind"]),
        ),
        # 007.png and 07.png are both 7.
        (
            "a.zip",
            files.zipped({f"{i // 2:0{2 + i % 2}}.png": files.picture(files.pixels(i)) for i in range(24)}),
            files.csv([[i, LINES[i]] for i in ORDER], ["id", "kind"]),
        ),
    ],
)
def test_an_order_that_may_be_wrong_is_said_to_be_unsure(name, data, labels):
    upload = read_upload(name, data, ("labels.csv", labels))
    assert files.told(upload, "in their order").startswith("Unsure: labels are the rows of labels.csv")


@pytest.mark.parametrize(
    ("data", "labels", "said"),
    [
        # A label too many or too few shifts all others.
        (TABLE, files.csv([[label] for label in [1, *WANTED]]), "25 labels for 24 samples"),
        (TABLE, files.csv([[1000 + i * i, label] for i, label in enumerate(LINES[1:])], ["id", "label"]), "23 labels"),
        (TABLE, files.npy(np.array([7, *WANTED])), "25 labels"),
        (TABLE, "\n".join(["label", *LINES[1:]]).encode(), "23 labels"),
        (TABLE, files.csv([[label] for label in WANTED[:22]]), "22 labels for 24 samples"),
        (TABLE, shuffled("q{i}") + b"q99,cat,99\n", "25 labels for 24 samples, and no column of ids"),
        (TABLE, PICTURES, "holds no labels"),
        (b"the quick brown fox jumps over the lazy dog. " * 6, TABLE, "no samples yet"),
    ],
)
def test_files_that_do_not_fit_are_refused(data, labels, said):
    name = "l.zip" if labels == PICTURES else "l.npy" if labels.startswith(b"\x93NUMPY") else "l.csv"
    with pytest.raises(UploadError, match=said):
        read_upload("t.txt" if data[:3] == b"the" else "t.csv", data, (name, labels))


def test_how_the_second_file_is_written_can_be_said():
    labels = "\n".join(["exported", "by me", *LINES]).encode()
    with pytest.raises(UploadError, match="labels for 24 samples"):
        read_upload("t.csv", TABLE, ("labels.csv", labels))
    upload = read_upload("t.csv", TABLE, ("labels.csv", labels), Format(skip=2, header="none"))
    assert upload.y.tolist() == WANTED


def test_a_file_of_labels_alone_is_no_data():
    with pytest.raises(UploadError, match="24 labels and no samples"):
        read_upload("train-labels-idx1-ubyte", files.idx(np.array(WANTED)))


def test_names_of_files_survive_the_way_between_processes():
    raw = Raw("sounds", np.zeros((2, 4)), ids=("a.wav", "b.wav"), rate=8000)
    assert Raw.from_bytes(raw.to_bytes()).ids == raw.ids
