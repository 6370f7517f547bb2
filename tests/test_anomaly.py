"""A class kept from training, and who finds it strange."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core import MODELS, RunConfig
from core.analysis import Context
from core.analysis.anomaly import DETECTORS, TITLES, detect
from core.analysis.likelihood import estimate
from core.dataset import Dataset, DataSpec, Split
from core.model import Model
from core.training.loop import Training
from pages.ui.use_anomalies import _agreed, _said


class Flattener(Model):
    """Rebuilds samples without their last value; beside it stands PCA with two components, the plane itself."""

    capabilities = frozenset({"reconstruct"})
    latents = 2

    def __init__(self):
        torch.nn.Module.__init__(self)

    def reconstruct(self, x):
        return torch.cat([x[:, :-1], torch.zeros(len(x), 1)], dim=1)


def plane(labelled=True, stray=True):
    """Points near a plane in space, and among the held-out ones 20 of a class of its own high above it."""
    x = torch.randn(260, 3, generator=torch.Generator().manual_seed(0))
    x[:, 2] *= 0.01
    y = torch.arange(260) % 2
    if stray:
        x[240:, 2] += 3.0
        y[240:] = 2
    train, test = (Split(x[part], y[part] if labelled else None) for part in (slice(200), slice(200, None)))
    return Dataset("plane", train, test, test, DataSpec("vector", (3,), (-5.0, 5.0), ("even", "odd", "stray")))


def scores_of(result, name):
    return result.scores[result.detectors.index(name)]


def context(data):
    return Context(Flattener(), data, RunConfig(dataset="swiss_roll", model="autoencoder"))


def test_every_detector_finds_what_lies_off_the_plane():
    result = detect(context(plane()))
    assert result.unseen_classes == ("stray",)
    assert result.auc.keys() == result.spread.keys() == {*result.detectors} == {"model", "manifold", "pca", *DETECTORS}
    # The support vector machine's boundary is as wide along the plane as across it.
    assert all(found > 0.95 for name, found in result.auc.items() if name != "one_class_svm")
    assert 0.5 < result.auc["one_class_svm"] <= 1
    assert result.auc["model"] == 1.0
    np.testing.assert_array_equal(result.unseen, result.labels == 2)
    assert result.unseen.sum() == 20
    np.testing.assert_allclose(scores_of(result, "model"), result.originals[:, 2] ** 2 / 3, rtol=1e-5)


def test_nearest_is_the_mean_distance_to_five_training_samples():
    data = plane()
    result = detect(context(data))
    distances = torch.cdist(torch.from_numpy(result.originals), data.train.x).sort(dim=1).values
    np.testing.assert_allclose(scores_of(result, "nearest"), distances[:, :5].mean(dim=1), rtol=1e-4)


def test_the_manifold_is_what_the_model_rebuilds_of_training_samples():
    data = plane()
    result = detect(context(data))
    rebuilt = Flattener().reconstruct(data.train.x)
    distances = torch.cdist(torch.from_numpy(result.originals), rebuilt).amin(dim=1)
    np.testing.assert_allclose(scores_of(result, "manifold"), distances, atol=1e-3)


def test_a_variational_autoencoder_scores_by_its_bound_too():
    config = RunConfig(dataset="two_moons", model="vae", steps=1)
    training = Training(config)
    with torch.no_grad():
        look = Context(training.model.eval(), training.dataset, config)
        result, likelihood = detect(look), estimate(look, draws=200)
    # Another draw of the codes, and many more of them.
    bound = scores_of(result, "bound")
    assert bound.mean() == pytest.approx(-likelihood.elbo, rel=0.05)
    assert np.corrcoef(bound, -likelihood.elbos)[0, 1] > 0.9
    assert set(result.detectors) <= set(TITLES)


def test_a_gan_is_asked_for_the_nearest_that_it_can_generate_not_for_an_error():
    config = RunConfig(dataset="ring", model="gan", steps=1)
    training = Training(config)
    few = replace(training.dataset, test=training.dataset.test[:20])
    with torch.no_grad():
        result = detect(Context(training.model.eval(), few, config))
    assert result.detectors[0] == "inversion"
    assert "model" not in result.detectors
    assert len({TITLES[name] for name in (*result.detectors, "model")}) == len(result.detectors) + 1
    gaps = np.square(result.originals - result.reconstructions).mean(axis=1)
    np.testing.assert_allclose(result.errors, gaps, rtol=1e-5)


def test_a_new_class_that_is_like_the_others_is_found_by_nobody():
    x, y = torch.randn(800, 3, generator=torch.Generator().manual_seed(0)), torch.zeros(800, dtype=torch.int64)
    x[:, 2] *= 0.01
    y[600:] = 1
    train, test = (Split(x[part], y[part]) for part in (slice(400), slice(400, None)))
    result = detect(context(Dataset("plane", train, test, test, DataSpec("vector", (3,), (-5.0, 5.0), ("old", "new")))))
    assert result.unseen_classes == ("new",)
    # An area has a standard deviation of 0.03 here.
    assert all(abs(found - 0.5) < 0.1 for found in result.auc.values()), result.auc


def test_pca_that_rebuilds_everything_detects_nothing_and_is_left_out():
    look = context(plane())
    look.model.latents = 3
    result = detect(look)
    assert result.detectors == ("manifold", "model", *DETECTORS)
    np.testing.assert_array_equal(result.errors, scores_of(result, "model"))
    assert result.scores.shape == (len(result.detectors), 60)
    assert result.auc.keys() == {*result.detectors}


@pytest.mark.parametrize("data", [plane(labelled=False), plane(stray=False)])
def test_where_no_class_is_new_there_are_scores_but_nothing_to_find(data):
    result = detect(context(data))
    assert result.auc is result.unseen is None
    assert result.unseen_classes == ()
    assert result.scores.shape == (3 + len(DETECTORS), 60)


def test_few_training_samples_are_enough():
    data = plane()
    few = Dataset("plane", data.train[:4], data.test, data.test, data.spec)
    assert np.isfinite(detect(context(few)).scores).all()


# --------------------------------------------------------------------------------------------------- a digit left out


def test_a_run_trains_without_the_digit_and_finds_it():
    config = RunConfig(dataset="digits", model="autoencoder", steps=300, data={"left_out": ["0"]},
                       hyperparameters={"latent_size": 8})  # fmt: skip
    training = Training(config)
    training.advance()
    assert 0 not in training.dataset.train.y
    with torch.no_grad():
        result = detect(Context(training.model.eval(), training.dataset, config))
    assert result.unseen_classes == ("0",)
    assert result.auc["model"] > 0.9
    assert RunConfig.model_validate_json(config.model_dump_json()) == config
    assert "left_out" not in MODELS["autoencoder"].Hyperparameters.model_fields


def test_without_labels_detectors_are_held_against_each_other_and_nobody_is_sent_to_leave_out_classes():
    found = detect(context(plane(labelled=False)))
    flagged = found.scores[found.detectors.index("model")] >= 2.0
    assert flagged.sum() == 20
    assert _agreed(found, "model", flagged) == "; distance to 5 nearest would flag 20 of them, too"
    # Of the 40 strangest 20 are not among the other 40.
    assert _agreed(found, "model", ~flagged) == "; distance to 5 nearest would flag 20 of them, too"
    assert _agreed(found, "nearest", flagged) == ""
    assert _said(found, "model").endswith("these data have no labels, by which classes could be left out of training.")
    assert "Leave some out on Train" in _said(detect(context(plane(stray=False))), "model")
