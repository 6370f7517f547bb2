"""A run at a glance: each kind of data drawn in the colour of what was made."""

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from core import DATASETS, RunConfig, Snapshot
from core.analysis import preview
from core.looks import ROLES, class_mark
from core.query import first_model
from core.thumbnail import HEIGHT, WIDTH, thumbnail, thumbnail_of_data
from pages.ui.scripts import DATA

BLUE, RED = ROLES["reconstructed"], ROLES["generated"]


def drawn(dataset, **views):
    """The picture of a snapshot as an array (H, W, 4), or None."""
    spec = DATASETS[dataset].spec
    low, high = spec.value_range
    shown = {name: low + (high - low) * view for name, view in views.items()}
    snapshot = Snapshot(step=1, steps=1, seconds=0.0, metrics={}, value_range=spec.value_range, **shown)
    png = thumbnail(snapshot, spec)
    return None if png is None else np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def has(picture, colour):
    return (picture[..., :3][picture[..., 3] > 200] == ImageColor.getrgb(colour)).all(axis=-1).any()


@pytest.mark.parametrize("dataset", ["waves", "wine", "tones", "surnames", "ring"])
def test_what_was_made_has_the_colour_of_its_role(dataset):
    made = np.random.default_rng(0).random((8, *DATASETS[dataset].spec.shape)).astype(np.float32)
    rebuilt, sampled = drawn(dataset, reconstructions=made), drawn(dataset, samples=made)
    assert rebuilt.shape[0] == HEIGHT
    assert rebuilt.shape[1] <= WIDTH
    assert has(rebuilt, BLUE)
    assert has(sampled, RED)
    assert not has(sampled, BLUE)


def test_pictures_stand_in_a_row_as_they_are():
    made = np.zeros((8, *DATASETS["digits"].spec.shape), np.float32)
    made[1] = 1
    picture = drawn("digits", reconstructions=made)
    assert picture[5, 5].tolist() == [0, 0, 0, 255]
    assert picture[5, HEIGHT + 10].tolist() == [255, 255, 255, 255]


def test_without_samples_the_codes_are_drawn_and_of_nothing_nothing():
    plane = np.array([[0.2, 0.2], [0.8, 0.8]])
    snapshot = Snapshot(step=1, steps=1, seconds=0.0, metrics={}, value_range=(0, 1), plane=plane, labels=np.arange(2))
    picture = np.asarray(Image.open(io.BytesIO(thumbnail(snapshot, DATASETS["digits"].spec))))
    assert has(picture, class_mark(0).colour)
    assert has(picture, class_mark(1).colour)
    assert drawn("digits") is None


@pytest.mark.parametrize("dataset", [name for name in DATASETS if f"samples/{name}.png" in DATA])
def test_a_dataset_is_seen_in_the_table_as_it_is(dataset):
    seen = preview(RunConfig(dataset=dataset, model=first_model(DATASETS[dataset].spec)))
    drawn = thumbnail_of_data(seen.samples, seen.spec)
    shipped, now = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")) for data in (DATA[f"samples/{dataset}.png"], drawn)
    )
    assert (shipped.shape[0], shipped.shape) == (HEIGHT, now.shape)
    # Another processor may round a pixel otherwise.
    assert np.mean(shipped != now) < 0.01


def test_all_datasets_that_need_not_be_fetched_are_seen():
    assert {name for name in DATASETS if f"samples/{name}.png" not in DATA} == {
        name for name, source in DATASETS.items() if source.downloads
    }
