"""Mixtures whose modes are known: which ones samples visit, how wide they make them, and how far off they are."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import energy_distance as energy_distance_of_numbers

import core
from core import DATASETS, RunConfig
from core.analysis import ANALYSES
from core.analysis.energy import energy_distance
from core.datasets import metrics_of
from core.modes import DRAWN, Modes, coverage, within_reach
from core.protocol import Status
from core.training.loop import Training
from pages.ui.stage import described
from tests.making import Mirror, context, new_record, normal

MIXTURES = [name for name, source in DATASETS.items() if source.modes]
LINE = Modes(torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]), 0.01)


def drawn(modes: Modes, width: float, each: int) -> torch.Tensor:
    """So many points of each mode, of another width."""
    count, values = modes.centres.shape
    return modes.centres.repeat(each, 1) + width * modes.sigma * normal(count * each, values)


def test_ring_and_grid_are_mixtures():
    assert MIXTURES == ["ring", "grid"]


@pytest.mark.parametrize("name", MIXTURES)
def test_training_data_cover_all_modes_in_their_width(name):
    data = core.load_dataset(name)
    found = ANALYSES["generation"](context(Mirror(data.train.x[:DRAWN]), data, dataset=name))
    for of in (found.coverage, found.real_coverage):
        assert of.modes == of.visited == of.covered == len(of.spreads) == len(data.label_names)
        assert of.high_quality == pytest.approx(within_reach(2), abs=0.01)
        assert of.spread == pytest.approx(1, abs=0.03)
    # One mode missing is farther away than chance.
    lacking = data.train.x[data.train.y > 0]
    missed = ANALYSES["generation"](context(Mirror(lacking), data, dataset=name))
    assert found.energy < 2 * found.real_energy < missed.energy
    assert (missed.coverage.visited, len(missed.coverage.spreads)) == (found.coverage.modes - 1,) * 2


def test_a_mode_reaches_three_standard_deviations():
    # A round Gaussian in the plane has 1 − exp(−3² / 2) of its mass there; on a line it is the three-sigma rule.
    assert within_reach(2) == pytest.approx(1 - math.exp(-4.5))
    assert within_reach(1) == pytest.approx(math.erf(3 / math.sqrt(2)))


@pytest.mark.parametrize("values", [1, 2, 5])
def test_the_mixture_itself_has_a_spread_of_one(values):
    modes = Modes(100 * torch.eye(3, values), 0.5)
    found = coverage(drawn(modes, 1.0, 30_000), modes)
    assert found.spread == pytest.approx(1, abs=0.01)
    assert found.high_quality == pytest.approx(within_reach(values), abs=0.002)


def test_the_spread_is_about_the_samples_own_mean_and_strays_have_no_part_in_it():
    points = torch.cat([drawn(LINE, 0.3, 2000) + torch.tensor([0.0, 0.015]), torch.tensor([[0.5, 0.0]]).expand(99, 2)])
    found = coverage(points, LINE)
    # So narrow a mode loses nothing beyond 3 σ, which the correction does not know: √0.949.
    assert found.spread == pytest.approx(0.3 / math.sqrt(0.949), rel=0.02)
    assert min(found.spreads) == pytest.approx(max(found.spreads), rel=0.1)
    shrunk = coverage(LINE.centres.repeat(9, 1) + 0.01, LINE)
    assert (shrunk.covered, shrunk.high_quality) == (4, 1)
    assert shrunk.spread == pytest.approx(0, abs=1e-4)


def test_collapsed_modes_and_stray_points_are_counted():
    # Of 40 points, 10 are the fair share of a mode and 2 a fifth of it.
    counts = [35, 2, 1, 0]
    points = torch.cat([LINE.centres[i].expand(n, 2) + torch.tensor([0.029, 0.0]) for i, n in enumerate(counts)])
    found = coverage(torch.cat([points, torch.tensor([[3.031, 0.0], [1.5, 0.0]])]), LINE)
    assert (found.modes, found.visited, found.covered, len(found.spreads)) == (4, 3, 2, 2)
    assert found.high_quality == pytest.approx(38 / 40)
    nowhere = coverage(torch.full((10, 2), 9.0), LINE)
    assert (nowhere.visited, nowhere.high_quality, nowhere.spread, nowhere.spreads) == (0, 0, None, ())


def test_energy_distance():
    # E|X − Y| = 1.5, E|X − X′| = 1.5, E|Y − Y′| = 0
    assert energy_distance(torch.tensor([[0.0], [3.0]]), torch.tensor([[2.0]])) == pytest.approx(2 * 1.5 - 1.5)
    x, y = normal(300, 1), 0.5 + normal(200, 1, seed=1)
    expected = energy_distance_of_numbers(x[:, 0].numpy(), y[:, 0].numpy()) ** 2
    assert energy_distance(x, y) == pytest.approx(expected, rel=1e-6)
    assert energy_distance(x, x) == pytest.approx(0, abs=1e-12)


def test_a_run_on_a_mixture_measures_modes_while_it_trains():
    config = RunConfig(dataset="ring", model="gan", seed=3)
    training = Training(config)
    measured, declared = training.snapshot().metrics, metrics_of("ring", config.data)
    found = coverage(training.model.sample(DRAWN, 3), training.dataset.modes)
    assert {metric.name for metric in declared} == {"covered", "spread", "high_quality"}
    for metric in declared:
        value = getattr(found, metric.name)
        assert measured.get(f"test_{metric.name}") == (None if value is None else pytest.approx(value))
    assert declared[0].text(7) == "7 of 8"


@pytest.mark.parametrize(("dataset", "model"), [("two_moons", "gan"), ("ring", "autoencoder")])
def test_without_modes_or_samples_nothing_of_them_is_measured(dataset, model):
    measured = Training(RunConfig(dataset=dataset, model=model)).snapshot().metrics
    assert not measured.keys() & {"test_covered", "test_spread", "test_high_quality"}


@pytest.mark.parametrize(("dataset", "model"), [("ring", "gan"), ("ring", "autoencoder"), ("two_moons", "gan")])
def test_the_stage_reads_out_modes_where_they_are_measured(dataset, model):
    shown = described(new_record(RunConfig(dataset=dataset, model=model)), Status.RUNNING)
    has_modes = (dataset, model) == ("ring", "gan")
    assert ({"covered", "spread"} <= set(shown["headline"])) is has_modes
    assert ({"covered", "spread", "high_quality"} <= {metric["name"] for metric in shown["metrics"]}) is has_modes


def test_the_modes_are_where_the_data_are():
    for name in MIXTURES:
        data = core.load_dataset(name, sigma=0.01)
        means = [data.train.x[data.train.y == mode].mean(dim=0).numpy() for mode in range(len(data.label_names))]
        np.testing.assert_allclose(data.modes.centres.numpy(), means, atol=0.002)
        assert data.modes.sigma == 0.01
