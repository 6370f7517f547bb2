"""One contract for all datasets, and what each promises beyond it."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

import core
from core import DATASETS
from core.dataset import Dataset, Split
from core.datasets._shipped import ASSETS
from core.errors import UnknownDataset
from core.preprocessing import Preprocessed, expected
from core.sentences import sentences
from tests.making import everything, held_out

# What is fetched comes from a server of our own.
pytestmark = pytest.mark.usefixtures("fetched")

each_dataset = pytest.mark.parametrize("name", DATASETS)


def rows(split: Split) -> np.ndarray:
    """One row of numbers a sample."""
    return split.x.flatten(1).numpy()


def count_equal_rows(*parts: np.ndarray) -> int:
    together = np.concatenate(parts)
    # Minus zero is zero.
    return len(together) - len({row.tobytes() for row in together + 0.0})


@each_dataset
def test_says_what_it_is(name):
    source = DATASETS[name]
    assert all(
        text.strip() for text in (source.card.title, source.card.summary, source.card.origin, source.card.licence)
    )
    assert source.card.summary.endswith(".")
    assert len(set(source.spec.label_names)) == len(source.spec.label_names) > 1
    assert len(set(source.spec.factor_names)) == len(source.spec.factor_names)


@each_dataset
def test_holds_what_its_source_states(name):
    source, data = DATASETS[name], core.load_dataset(name)
    assert (data.name, data.kind) == (name, source.spec.kind)
    assert data.spec == expected(source.spec, source.Parameters())
    assert len(source.spec.shape) == {"vector": 1, "sequence": 2, "image": 3}[source.spec.kind]
    low, high = data.value_range
    for split in (data.train, data.validation, data.test):
        assert split.x.dtype == torch.float32
        assert tuple(split.x.shape) == (len(split.x), *source.spec.shape)
        assert split.x.min() >= low
        assert split.x.max() <= high
        assert split.y.dtype == torch.int64
        assert split.y.shape == (len(split.x),)
        # Every class is there to be looked at.
        assert set(split.y.tolist()) == set(range(len(source.spec.label_names)))
        if source.spec.factor_names:
            assert split.factors.dtype == torch.float32
            assert split.factors.shape == (len(split.x), len(source.spec.factor_names))
        else:
            assert split.factors is None
    assert (len(data.train.x), len(held_out(data).x)) == source.sizes
    assert len(data.train.x) > len(held_out(data).x)
    assert 0 <= len(data.test.x) - len(data.validation.x) <= 1


@each_dataset
def test_same_seed_same_data_other_seed_other_split(name):
    torch.manual_seed(0)
    np.random.seed(0)
    one = core.load_dataset(name, seed=5)
    torch.manual_seed(1)
    np.random.seed(1)
    two, three = core.load_dataset(name, seed=5), core.load_dataset(name, seed=6)
    for part in ("train", "test"):
        assert torch.equal(getattr(one, part).x, getattr(two, part).x)
        assert torch.equal(getattr(one, part).y, getattr(two, part).y)
        assert not torch.equal(getattr(one, part).x, getattr(three, part).x)


@each_dataset
def test_no_sample_is_both_seen_and_held_out(name):
    data = core.load_dataset(name)
    seen, unseen = rows(data.train), rows(held_out(data))
    # Equal rows across the two parts: those of both together beyond those inside each.
    assert count_equal_rows(seen, unseen) == count_equal_rows(seen) + count_equal_rows(unseen)


PARAMETERS = [
    (name, knob)
    for name, source in DATASETS.items()
    for knob in source.Parameters.knobs()
    if knob.name not in Preprocessed.model_fields
]


@pytest.mark.parametrize(("name", "knob"), PARAMETERS, ids=lambda part: getattr(part, "name", part))
def test_parameters_are_heard_inside_their_range_and_refused_outside(name, knob):
    assert knob.help.endswith(".")
    default = core.load_dataset(name)
    values = [value for value in knob.choices or (knob.low, knob.high) if value != knob.default]
    for value in values:
        data = core.load_dataset(name, **{knob.name: value})
        assert not torch.equal(data.train.x, default.train.x)
        assert data.train.x.abs().max() <= max(map(abs, data.value_range))
    bad = ["no such choice", 1, None]
    if not knob.choices:
        bad = [math.nextafter(knob.low, -math.inf), math.nextafter(knob.high, math.inf), math.nan, "0.1", None]
    for value in bad:
        with pytest.raises(ValidationError) as refused:
            core.load_dataset(name, **{knob.name: value})
        (sentence,) = sentences(refused.value)
        assert sentence.startswith(knob.name)


@each_dataset
def test_unknown_parameter_is_refused(name):
    with pytest.raises(ValidationError, match="nonsense"):
        core.load_dataset(name, nonsense=1)


def test_unknown_dataset_is_answered_with_the_known_ones():
    with pytest.raises(UnknownDataset, match=r"digitz.*digits"):
        core.load_dataset("digitz")


# ------------------------------------------------------------------------------------------------------------ digits


@pytest.mark.parametrize("seed", [0, 1])
def test_digits_are_parted_without_rest_and_class_by_class(seed):
    from sklearn.datasets import load_digits

    data, bunch = core.load_dataset("digits", seed=seed), load_digits()
    assert (len(data.train.x), len(data.validation.x), len(data.test.x)) == (1437, 180, 180)
    parted = rows(everything(data))
    labels = everything(data).y.numpy()
    together = np.column_stack([parted * 16, labels])
    original = np.column_stack([bunch.images.reshape(-1, 64), bunch.target])
    # The same samples with the same labels, each exactly once, in whatever order.
    assert np.array_equal(together[np.lexsort(together.T)], original[np.lexsort(original.T)])
    counts = torch.bincount(held_out(data).y).double()
    fair = torch.bincount(torch.from_numpy(labels)).double() * 360 / 1797
    assert (counts - fair).abs().max() <= 1


@pytest.mark.parametrize("seed", [0, 1])
def test_digit_rows_are_the_digits_from_top_to_bottom(seed):
    rowed, digits = core.load_dataset("digit_rows", seed=seed), core.load_dataset("digits", seed=seed)
    assert rowed.label_names == digits.label_names
    for part in ("train", "test"):
        sequences, images = getattr(rowed, part), getattr(digits, part)
        for step in range(8):
            assert torch.equal(sequences.x[:, step], images.x[:, 0, step, :])
        assert torch.equal(sequences.y, images.y)


# ----------------------------------------------------------------------------------------------------------- shipped

# The sums of the 500 images of each class, counted in the original files by other means.
SUMS = {
    "fashion": [
        32_640_731, 21_959_109, 37_092_522, 26_196_564, 39_170_586,
        13_449_391, 33_465_928, 16_824_504, 34_849_953, 29_787_252,
    ],
    "mnist_5000": [
        17_653_236, 7_708_322, 14_789_820, 14_308_059, 12_000_844,
        12_706_409, 13_482_981, 11_492_634, 14_934_724, 12_190_073,
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_shipped_pictures_are_parted_without_rest_and_class_by_class(name):
    data = core.load_dataset(name, seed=1)
    assert torch.bincount(data.train.y).tolist() == [400] * 10
    assert torch.bincount(data.validation.y).tolist() == torch.bincount(data.test.y).tolist() == [50] * 10
    scaled = everything(data).x.double() * 255
    images, labels = scaled.round(), everything(data).y
    torch.testing.assert_close(scaled, images, atol=1e-4, rtol=0)
    assert [int(images[labels == label].sum()) for label in range(10)] == SUMS[name]
    assert count_equal_rows(images.flatten(1).numpy()) == 0


def test_ones_of_mnist_lean_to_the_right():
    with np.load(ASSETS / "mnist.npz", allow_pickle=False) as file:
        images = file["images"]
    assert (images.shape, images.dtype) == ((10, 500, 28, 28), np.uint8)
    upper, lower = images[1].mean(axis=0)[:14], images[1].mean(axis=0)[14:]
    columns = np.arange(28)
    assert (upper.sum(axis=0) @ columns) / upper.sum() > (lower.sum(axis=0) @ columns) / lower.sum() + 1


def test_fashion_begins_with_an_ankle_boot_that_stands_upright():
    with np.load(ASSETS / "fashion.npz", allow_pickle=False) as file:
        images = file["images"]
    assert (images.shape, images.dtype) == ((10, 500, 28, 28), np.uint8)
    # The first image of the original test file, whose label is 9: the shaft is on the right, nothing above it.
    boot = images[9, 0]
    assert not boot[:7].any()
    assert boot[8:14, 14:].sum() > 5 * boot[8:14, :14].sum()
    assert boot[18:21].mean() > 100


# ------------------------------------------------------------------------------------------------------- measurements


@pytest.mark.parametrize(("name", "first"), [("wine", 14.23), ("breast_cancer", 17.99)])
def test_measurements_are_the_published_ones_parted_class_by_class(name, first):
    from sklearn import datasets

    data, bunch = core.load_dataset(name, seed=3, preprocessing="none"), getattr(datasets, f"load_{name}")()
    assert bunch.data[0, 0] == first
    labels = everything(data).y.numpy()
    # The same samples with the same labels, each exactly once, in whatever order.
    together = np.column_stack([rows(everything(data)), labels])
    original = np.column_stack([bunch.data, bunch.target])
    nearest = np.abs(together[:, None] - original).max(axis=2).argmin(axis=1)
    assert sorted(nearest) == list(range(len(labels)))
    np.testing.assert_allclose(together, original[nearest], rtol=1e-4, atol=1e-4)
    fair = np.bincount(bunch.target) * len(held_out(data).y) / len(labels)
    assert np.abs(np.bincount(held_out(data).y) - fair).max() <= 1


def test_malignant_tumours_have_larger_nuclei():
    data = core.load_dataset("breast_cancer")
    malignant, benign = (data.train.x[data.train.y == label, 0].mean() for label in (0, 1))
    assert data.label_names == ("malignant", "benign")
    assert malignant > benign + 0.2


# ----------------------------------------------------------------------------------------------------------- surnames


def words(data: Dataset) -> list[tuple[str, str]]:
    """All names, each with its language."""
    split, alphabet = everything(data), DATASETS["surnames"].spec.alphabet
    letters = split.x.argmax(dim=2).tolist()
    return [("".join(alphabet[k] for k in name), data.label_names[label])
            for name, label in zip(letters, split.y.tolist(), strict=True)]  # fmt: skip


def test_surnames_are_spelled_a_letter_a_step():
    data = core.load_dataset("surnames")
    spelled = words(data)
    assert torch.equal(data.train.x.sum(dim=2), torch.ones(len(data.train.x), 12))
    assert torch.equal(data.train.x.amax(dim=2), torch.ones(len(data.train.x), 12))
    for word, _ in spelled:
        name = word.rstrip(" ")
        assert name.isascii()
        assert name.isalpha()
        assert name.islower()
    languages = {word.rstrip(" "): language for word, language in spelled}
    # No name twice, and so none in two languages.
    assert len(languages) == len(spelled)
    known = {"makinen": "Finnish", "griffiths": "English", "geissler": "German", "nunez": "Spanish",
             "ljungqvist": "Swedish", "gauthier": "French", "majorana": "Italian", "dujmovic": "Croatian"}  # fmt: skip
    assert known.items() <= languages.items()
    assert not {"martin", "garcia", "lindstrom"} & languages.keys()


def test_surnames_are_held_out_language_by_language():
    data = core.load_dataset("surnames", seed=4)
    unseen, seen = (torch.bincount(split.y).double() for split in (held_out(data), data.train))
    assert (unseen - (unseen + seen) / 5).abs().max() <= 1
