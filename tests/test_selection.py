"""Selected samples: which they are, how many of each class, and as a table."""

import csv
import io

import numpy as np

import core
from core import RunConfig
from core.analysis import plotted
from core.analysis.data import shown_of
from core.selection import Samples, class_counts, to_csv
from core.training.observer import Observer

CONFIG = RunConfig(dataset="digits", model="autoencoder", seed=3)


def test_classes_are_counted_the_most_frequent_first():
    assert class_counts(np.array([3, 0, 3, 7, 0, 3])) == [(3, 3), (0, 2), (7, 1)]


def test_the_table_holds_what_is_known():
    codes, values = np.array([[0.5, -1], [2, 1e-9]]), np.array([[1.0, 2, 3], [4, 5, 6]])
    table = [*csv.reader(io.StringIO(to_csv("held-out", np.array([12, 3]), ["a, b", "c"], codes, values)))]
    assert table == [
        ["id", "part", "class", "latent 1", "latent 2", "value 1", "value 2", "value 3"],
        ["12", "held-out", "a, b", "0.5", "-1", "1", "2", "3"],
        ["3", "held-out", "c", "2", "1e-09", "4", "5", "6"],
    ]
    assert to_csv("validation", np.array([0]), None, None, None).split() == ["id,part", "0,validation"]


def test_plotted_samples_are_those_of_the_views_and_know_their_places():
    data = core.load_dataset("digits", seed=3)
    watched, kept = plotted(CONFIG, "validation"), plotted(CONFIG, "held-out")
    np.testing.assert_array_equal(watched.samples, Observer(data).x)
    np.testing.assert_array_equal(watched.samples, data.validation.x[watched.ids])
    np.testing.assert_array_equal(kept.samples, shown_of(data).x)
    np.testing.assert_array_equal(kept.labels, data.test.y[kept.ids])


def test_samples_are_the_same_where_data_seed_and_part_are():
    key = Samples(CONFIG, "validation").key
    same = RunConfig(dataset="digits", model="vae", seed=3, steps=5)
    assert Samples(same, "validation").key == key
    others = [
        same.model_copy(update={"seed": 4}),
        RunConfig(dataset="digits", model="vae", seed=3, data={"left_out": "1"}),
    ]
    assert key not in {Samples(CONFIG, "held-out").key, *(Samples(other, "validation").key for other in others)}
