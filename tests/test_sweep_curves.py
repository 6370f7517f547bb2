"""Made curves are read as a person would read them, and stand beside the right baselines."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Context, name_of
from core.analysis.clustering import score_clusters
from core.analysis.yardstick import measure
from core.metrics import MSE, Metric
from core.models.autoencoder import ACTIVE_CODES
from core.sweeps.curve import curve_of, over_combinations
from core.sweeps.declaration import sweepable
from core.sweeps.estimate import Estimate
from core.sweeps.measures import measures
from core.sweeps.reading import reading, reading_of_several
from core.sweeps.table import Row
from core.training.loop import Training
from tests.making import context, first_dataset

KNOBS = sweepable(RunConfig(dataset="digits", model="autoencoder"))
SPARSE = sweepable(RunConfig(dataset="digits", model="sparse_autoencoder"))
LABELLED = RunConfig(dataset="digits", model="vae"), DATASETS["digits"].spec
LATENTS = (1, 2, 4, 8, 16, 32)
RIGHT = Metric("right", "Right", "%", ".1f", "higher", "How often it is right.")
KL = Metric("kl", "KL", "nats", ".1f", None, "What codes say.")


def made(numbers, values=LATENTS, knob="latent_size", spread=0.0, metric=MSE):
    """A curve through `numbers`, with three runs each if there is a `spread`; None for a run that was lost."""
    rows = []
    for value, number in zip(values, numbers, strict=True):
        for seed, shift in enumerate((-spread, 0, spread) if spread else (0,)):
            metrics = {} if number is None else {metric.name: number + shift}
            rows.append(Row({knob: value}, seed, metrics, "" if metrics else "Diverged."))
    return curve_of(rows, knob, values, metric, metric.name)


def read(numbers, values=LATENTS, knob="latent_size", spread=0.0, metric=MSE):
    return reading(made(numbers, values, knob, spread, metric), KNOBS[knob])


def test_falling_and_flat():
    text = read([0.051, 0.033, 0.022, 0.0128, 0.0124, 0.012], spread=0.0001)
    assert text == "From 8 on, a doubling buys 0.0004: MSE 0.0510 at 1, 0.0128 at 8."
    assert "From 4 on, going higher buys nothing" in read([0.05, 0.02, 0.012, 0.012, 0.012, 0.012], spread=0.0001)


def test_fewer_are_better_while_what_they_pay_for_is_nearly_as_good():
    errors, values = (0.0100, 0.0098, 0.0102, 0.0104, 0.02), (0.0, 0.001, 0.01, 0.1, 1.0)
    active = (0.5, 0.4, 0.2, 0.25, 0.01)
    numbers = dict(zip(values, zip(errors, active, strict=True), strict=True))

    def of(key, bound):
        rows = [
            Row({"sparsity_weight": value}, 0, {f"{key}{bound}": error, f"{key}active_codes": share}, "")
            for value, (error, share) in numbers.items()
        ]
        return curve_of(rows, "sparsity_weight", values, ACTIVE_CODES, f"{key}active_codes")

    # Up to 1.05 times the lowest: 0.1 is out by a hair, and the dead network at 1 by far.
    for key in ("test_", ""):
        assert of(key, "mse").best.value == 0.01
    text = reading(of("test_", "mse"), SPARSE["sparsity_weight"])
    assert text.startswith(
        "Active codes goes from 50.0 % at 0 to 1.0 % at 1. The lowest with MSE within 5 % of its best, "
        "0.0098 at 0.001: 20.0 % at 0.01, MSE 0.0102."
    )
    # Where nothing says what it costs, none is best.
    assert of("test_", "other").best is None
    assert "lowest" not in reading(of("test_", "other"), SPARSE["sparsity_weight"])


def test_a_u_has_its_best_in_the_middle_with_its_uncertainty():
    values, numbers = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1), [0.09, 0.05, 0.0201, 0.02, 0.0202, 0.06]
    text = read(numbers, values, "learning_rate", spread=0.001)
    assert text == (
        "The best is 0.01: MSE 0.0200, worse on both sides, 0.0900 at 0.0001 and 0.0600 at 0.1, "
        "but 0.003 and 0.03 are within its spread."
    )
    assert "within its spread" not in read(numbers, values, "learning_rate", spread=1e-5)


def test_noise_alone_is_no_difference():
    text = read([0.020, 0.021, 0.0195, 0.0205, 0.020, 0.0198], spread=0.003)
    assert text == (
        "Latent size makes no difference that could be told from chance: MSE moves by 0.0015, and one run differs from "
        "the next by 0.003."
    )
    # Without a spread nobody knows.
    assert read([0.020, 0.021, 0.0195, 0.0205, 0.020, 0.0198]).endswith("chance cannot be told from the knob.")


@pytest.mark.parametrize(("values", "seeds"), [(7, 2), (2, 10)])
def test_a_knob_that_does_nothing_is_said_to_in_nineteen_of_twenty_sweeps(values, seeds):
    rng, said = np.random.default_rng(0), 0
    for _ in range(400):
        rows = [
            Row({"latent_size": i + 1}, s, {"mse": rng.normal(1, 0.1)}) for i in range(values) for s in range(seeds)
        ]
        curve = curve_of(rows, "latent_size", tuple(range(1, values + 1)), MSE, "mse")
        said += "makes no difference" in reading(curve, KNOBS["latent_size"])
    # Three standard errors of a share of 400.
    assert abs(said / 400 - 0.95) < 0.033


def test_one_point_shows_no_trend():
    assert read([0.02], [4]) == "MSE is 0.0200 at 4: one value shows no trend."
    assert read([None, 0.02], [2, 4]) == "MSE is 0.0200 at 4: one value shows no trend. At 2 no run came through."


def test_where_runs_were_lost_a_value_with_more_of_them_says_more_of_chance():
    numbers = {1: [0.0, 2.0], 2: [0.0, 0.0, 3.0, 3.0], 4: [9.0]}
    rows = [Row({"latent_size": v}, s, {"mse": n}) for v, each in numbers.items() for s, n in enumerate(each)]
    curve = curve_of(rows, "latent_size", (1, 2, 4), MSE, "mse")
    # Variances 2 of one degree of freedom and 3 of three; 2, 4 and 1 runs have the harmonic mean 12 / 7.
    assert curve.spread**2 == pytest.approx((2 + 3 * 3) / 4)
    assert curve.error**2 == pytest.approx((2 + 3 * 3) / 4 * 7 / 12)


def test_a_spread_has_the_unit_of_its_mean_once():
    assert Estimate(24.12, 0.31, 3).text(KL) == "24.1 ± 0.3 nats"
    assert Estimate(0.93, None, 1).text(RIGHT) == "93.0 %"


def test_gaps_are_said():
    text = read([0.09, 0.05, 0.02, None], (0.001, 0.01, 0.1, 10.0), "learning_rate", spread=0.001)
    best = "The best is 0.1, the highest tried: MSE 0.0200, against 0.0900 at 0.001. Try higher."
    assert text == f"{best} At 10 no run came through."
    rows = [Row({"latent_size": 1}, 0, {"mse": 0.1}), Row({"latent_size": 1}, 1, {}, "Diverged.")]
    curve = curve_of([*rows, Row({"latent_size": 2}, 0, {"mse": 0.05})], "latent_size", (1, 2), MSE, "mse")
    assert "1 of 2 runs at 1 did not come through." in reading(curve, KNOBS["latent_size"])


def test_without_any_run_there_is_nothing_to_compare():
    assert read([None] * 6) == "No run came through: there is nothing to compare."
    assert reading(curve_of([], "latent_size", LATENTS, MSE, "mse"), KNOBS["latent_size"]) == "No run is finished yet."


def test_a_price_that_is_paid_late():
    text = read([0.02, 0.0201, 0.0203, 0.05], (0.0, 0.001, 0.01, 0.1), "noise_level", spread=0.0001)
    assert text.startswith("Up to 0.01 it costs next to nothing: MSE 0.0200 at 0, 0.0203 there, 0.0500 at 0.1.")


def test_choices_have_a_winner_and_percentages_are_shown_as_such():
    text = read([0.5, 0.91, 0.905], ("sgd", "adam", "rmsprop"), "optimizer", spread=0.01, metric=RIGHT)
    assert text == "The best is Adam: Right 91.0 %, but RMSprop is within its spread."
    assert read([1.0, 3.0], (1, 2), spread=0.1, metric=KL) == "KL goes from 1.0 nats at 1 to 3.0 nats at 2."


def several(numbers, metric, *names):
    """What is said of a sweep of several knobs: `numbers` has the metrics of each combination of their values."""
    rows = [Row(dict(zip(names, values, strict=True)), 0, metrics) for values, metrics in numbers.items()]
    each = zip(names, zip(*numbers, strict=True), strict=True)
    curves = [(curve_of(rows, name, sorted(set(values)), metric, metric.name), SPARSE[name]) for name, values in each]
    combined = over_combinations(rows, metric, metric.name)
    return reading_of_several(curves, combined, lambda settings: " × ".join(map(str, settings.values())))


def test_of_two_knobs_the_stronger_is_named_first():
    errors = {(1, 1e-4): 0.071, (1, 1e-3): 0.021, (2, 1e-4): 0.070, (2, 1e-3): 0.020}
    numbers = {values: {"mse": error} for values, error in errors.items()}
    assert several(numbers, MSE, "latent_size", "learning_rate") == (
        "The best is 2 × 0.001 (MSE 0.0200). "
        "Learning rate moves the mean by 0.05 and Latent size moves the mean by 0.001."
    )


def test_of_two_knobs_fewer_are_better_while_what_they_pay_for_is_nearly_as_good():
    numbers = {
        (8, 0.0): {"mse": 0.0100, "active_codes": 0.5},
        (8, 0.1): {"mse": 0.0104, "active_codes": 0.2},
        (16, 0.0): {"mse": 0.0102, "active_codes": 0.4},
        (16, 0.1): {"mse": 0.0106, "active_codes": 0.1},
    }
    text = several(numbers, ACTIVE_CODES, "latent_size", "sparsity_weight")
    assert text.startswith(
        "The lowest with MSE within 5 % of its best is 8 × 0.1 (Active codes 20.0 %, MSE 0.0104). Sparsity weight"
    )


@pytest.mark.parametrize("model", MODELS)
def test_what_a_run_is_known_by_comes_first_and_every_measure_once(model):
    config = RunConfig(dataset=first_dataset(model), model=model)
    found = measures(config, DATASETS[config.dataset].spec)
    assert found[0].metric.name == MODELS[model].headline[0]
    assert len({each.key for each in found}) == len({each.title for each in found}) == len(found)
    assert all(ANALYSES[name_of(each.analysis)] for each in found)


def test_numbers_of_analyses_stand_beside_their_baselines():
    found = {each.key: each for each in measures(*LABELLED)}
    clusters = score_clusters(context(), method="kmeans", clusters=4, restarts=2)
    # Codes of a mirror are the raw values.
    assert found["clusters.nmi"].pair(clusters) == (clusters.codes.nmi.mean, clusters.codes.nmi.mean)
    assert found["clusters.silhouette"].pair(clusters) == (clusters.codes.silhouette.mean, None)
    factors = {each.key: each for each in measures(RunConfig(dataset="sprites", model="vae"), DATASETS["sprites"].spec)}
    # By space, measure and draw: of PCA the mean is 0.3, 0.4 and so on.
    scores = np.stack([np.zeros((5, 2)), np.zeros((5, 2)), np.arange(5)[:, None] / 10 + [0.2, 0.4]])
    assert factors["factors.completeness"].pair(SimpleNamespace(completeness=0.9, scores=scores)) == (0.9, 0.5)
    judged = SimpleNamespace(generated=SimpleNamespace(recall=0.5), real=SimpleNamespace(recall=0.9))
    assert found["samples.recall"].pair(judged) == (0.5, 0.9)
    assert found["test_mse"].pair(SimpleNamespace(baselines={"mse": 0.1})) == (None, 0.1)
    assert found["test_loss"].pair(SimpleNamespace(baselines={"mse": 0.1})) == (None, None)


def context_of(model, dataset, **hyperparameters):
    config = RunConfig(dataset=dataset, model=model, steps=5, hyperparameters=hyperparameters)
    training = Training(config)
    training.advance()
    return Context(training.model.eval(), training.dataset, config), training.snapshot()


def test_the_yardsticks_are_of_the_validation_samples_that_a_run_is_followed_by():
    given, snapshot = context_of("vae", "digits", latent_size=3, reconstruction_loss="bce")
    found = ANALYSES["yardstick"](given).baselines
    x, train = (part.x.flatten(1).numpy() for part in (given.dataset.validation, given.dataset.train))
    pca = PCA(3).fit(train)
    residual = x - pca.inverse_transform(pca.transform(x))
    assert found["mse"] == pytest.approx(np.square(residual).mean(), rel=1e-4)
    p = torch.tensor(train.mean(axis=0)).clamp(1e-6, 1 - 1e-6)
    target = torch.tensor(x)
    expected = (target * p.log() + (1 - target) * (1 - p).log()).sum(dim=1).mean()
    assert found["elbo"] == pytest.approx(float(expected), rel=1e-4)
    assert {f"test_{name}" for name in found} <= snapshot.metrics.keys()


def test_where_pca_loses_nothing_it_is_no_yardstick():
    # It has a component for each of the 64 pixels.
    given, _ = context_of("vae", "digits", latent_size=64, reconstruction_loss="bce")
    assert "mse" not in ANALYSES["yardstick"](given).baselines


def test_of_a_mixture_real_data_are_the_yardstick():
    given, snapshot = context_of("gan", "ring")
    found = measure(given).baselines
    assert (found["covered"], round(found["spread"], 1)) == (8, 1.0)
    assert {"test_covered", "test_high_quality"} <= snapshot.metrics.keys()
    # What its codes cannot be decoded to, PCA is not compared with.
    assert "mse" not in found
