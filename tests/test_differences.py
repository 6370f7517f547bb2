"""What sets runs apart in words, and what it takes them to reach a target."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS
from core.config import RunConfig
from core.models.autoencoder import Autoencoder
from pages.ui.compared import axis
from pages.ui.compared_scores import SCORES
from pages.ui.comparison import same_first_weights
from pages.ui.costs import first_step, numbers, parameters_of, reached_by_all
from pages.ui.differences import differing, in_order, own_settings, titles
from pages.ui.differs import differences
from tests.making import config_of, made, new_record


def records(*configs: RunConfig):
    return [replace(new_record(config), id=f"run{i}") for i, config in enumerate(configs)]


def test_settings_that_differ_and_matter_are_told_by_their_labels():
    found = differing(records(config_of(latent_size=2), config_of(latent_size=4, noise="gaussian", noise_level=0.2)))
    # Without noise its level changes nothing.
    assert found == {"Latent size": ["2", "4"], "Noise": ["none", "Gaussian"], "Noise level": ["–", "0.2"]}
    between_models = differing(records(config_of("autoencoder"), config_of("vae")))
    assert between_models["Model"] == ["Autoencoder", "Variational autoencoder"]
    assert differing(records(config_of(), config_of())) == {}


def test_titles_say_no_more_than_tells_runs_apart():
    assert titles(records(config_of(latent_size=2), config_of(latent_size=4, learning_rate=0.01))) == [
        "Latent size 2",
        "Latent size 4",
    ]
    same = titles(records(config_of(), config_of()))
    assert same == ["Run · run0", "Run · run1"]


def test_runs_that_a_number_sets_apart_are_compared_in_its_order():
    sizes = records(*(config_of(latent_size=size) for size in (16, 2, 8)))
    assert axis(in_order(sizes)) == {"title": "Latent size", "values": ["2", "8", "16"]}
    # Neither names nor two settings have an order.
    names = records(config_of("vae"), config_of("autoencoder"))
    for picked in (names, [*sizes, *records(config_of(learning_rate=1.0))]):
        assert in_order(picked) == picked


def test_what_differs_is_told_in_plain_words():
    assert differences(config_of(), config_of(learning_rate=1e-5)) == [("Learning rate", "0.002", "0.00001")]


def test_knobs_that_were_turned_on_the_way_are_told():
    turned = config_of().changed(20, {"learning_rate": 0.01})
    assert own_settings(new_record(turned)) == "steps 60, seed 1, from step 20 on Learning rate 0.01"
    assert differing(records(config_of(), turned)) == {"Turned on the way": ["–", "from step 20 on Learning rate 0.01"]}


def test_the_first_step_that_is_good_enough():
    steps, falling = np.array([0.0, 10.0, 20.0]), np.array([3.0, 2.0, 1.0])
    lower, higher = Autoencoder.metrics[0], replace(Autoencoder.metrics[0], better="higher")
    lower = replace(lower, better="lower")
    assert first_step(lower, steps, falling, 2.0) == 10
    assert first_step(higher, steps, falling, 3.5) is None
    assert first_step(higher, steps, falling[::-1], 3.0) == 20


def test_a_target_begins_with_what_all_reached_in_the_end():
    lower, steps = replace(Autoencoder.metrics[0], better="lower"), np.array([0.0, 10.0])
    histories = {"a": (steps, np.array([3.0, 2.0])), "b": (steps, np.array([4.0, 0.5])), "new": (steps[:0], steps[:0])}
    assert reached_by_all(lower, histories) == 2.0
    assert reached_by_all(replace(lower, better="higher"), histories) == 0.5
    assert reached_by_all(replace(lower, better=None), histories) is None


@pytest.mark.parametrize(("one", "other", "share"), [("he", "he", 1), ("zero", "zero", 1), ("he", "zero", 0)])
def test_how_alike_first_weights_are(one, other, share):
    spec = DATASETS["digits"].spec
    texts = (config_of(initialization=name, hidden_sizes=(4,)).model_dump_json() for name in (one, other))
    assert same_first_weights(*texts, spec) == share


def costs():
    from dataclasses import replace

    from pages.ui.costs import progress
    from tests.making import config_of, new_record

    progress([replace(new_record(config_of(model, "ring")), id=model) for model in ("autoencoder", "gan")])


def test_runs_without_a_number_in_common_are_still_told_apart_by_their_cost():
    app = AppTest.from_function(costs, default_timeout=60).run()
    assert not app.exception
    assert "These runs have no number in common." in [caption.value for caption in app.caption]
    (table,) = app.dataframe
    assert list(table.value[""]) == ["Seconds of training", "Steps", "Parameters"]


def test_how_many_modes_each_run_visits_is_a_row():
    gans = records(config_of("gan", "ring"), config_of("gan", "ring", r1=1.0), config_of("gan", "ring", r1=2.0))
    found = [{"test_covered": 2.0}, {"test_covered": 8.0}, {}]
    runs = [replace(run, metrics=metrics) for run, metrics in zip(gans, found, strict=True)]
    (row,) = (row for row in numbers(runs, {}) if "Modes" in row[""])
    assert [*row.values()] == ["Validation Modes covered", "2 of 8", "8 of 8", "–"]


def test_scores_of_models_that_have_them_stand_above_their_baselines():
    vae, gan = new_record(config_of("vae")), new_record(config_of("gan", "ring"))
    spaces = (
        {name: SimpleNamespace(mean=mean) for name in ("accuracy", "nmi", "ari", "silhouette")} for mean in (2, 1)
    )
    codes, raw = (SimpleNamespace(**space) for space in spaces)
    lines = SCORES["Clusters of codes"](vae).lines
    found = {line.title: line.read(SimpleNamespace(codes=codes, raw=raw)) for line in lines}
    assert found["Accuracy of k-means on codes"] == 2
    assert found["Accuracy: k-means on raw values"] == 1
    own, pca, mean = SCORES["Reconstructions"](vae).lines
    # PCA that is exact is no baseline.
    errors = SimpleNamespace(model_mse=0.1, pca_mse=0.0, mean_mse=0.3, pca_is_exact=True)
    assert [line.read(errors) for line in (own, pca, mean)] == [0.1, None, 0.3]
    assert SCORES["Reconstructions"](gan) is None
    assert SCORES["Fidelity of samples"](gan) is not None


def test_parameters_are_those_that_are_learned():
    record = new_record(config_of(latent_size=3))
    model = made("autoencoder", "digits", latent_size=3)
    assert parameters_of(record.config, record.spec) == sum(weight.numel() for weight in model.parameters())
    # The average of a generator's weights learns nothing.
    gan = new_record(config_of("gan", "ring"))
    learned = MODELS["gan"](gan.config.hyperparameters, gan.spec).optimised_modules().values()
    assert parameters_of(gan.config, gan.spec) == sum(w.numel() for module in learned for w in module.parameters())
