"""What the analyses say about hand-made cases whose answer is known, and about every model."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Context, Result, analyse, preview
from core.analysis.modes import MIXTURES, coverage
from core.analysis.reconstruction import psnr
from core.dataset import Dataset
from core.errors import LatentLabError
from core.training.loop import Training
from tests.making import CENTRES, Constant, Mirror, blobs, context

# The table and the result


def test_looking_at_the_table_imports_no_heavy_library():
    code = "import sys, core.analysis; print([m for m in ('sklearn', 'umap', 'scipy', 'numba') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_result_survives_the_way_through_bytes():
    before = Result(
        {"mse": 0.1, "codes": {"ari": [0.5, 0.01]}, "share": [0.9, 0.1]},
        {"x": np.arange(6.0).reshape(2, 3)[:, ::-1], "labels": np.array([3, 1])},
    )
    after = Result.from_bytes(before.to_bytes())
    assert after.numbers == before.numbers
    assert after.arrays.keys() == before.arrays.keys()
    for name, values in before.arrays.items():
        assert after.arrays[name].dtype == values.dtype
        np.testing.assert_array_equal(after.arrays[name], values)


@pytest.mark.parametrize("data", [b"", b"nonsense", Result({"a": 1}, {"x": np.ones(9)}).to_bytes()[:-8]])
def test_damaged_bytes_hold_no_result(data):
    with pytest.raises(ValueError, match="hold no result"):
        Result.from_bytes(data)


@pytest.mark.parametrize("name", MODELS)
def test_every_analysis_runs_on_every_model_that_can(name):
    model = MODELS[name]
    dataset = next(key for key, source in DATASETS.items() if source.spec.kind in model.kinds)
    training = Training(RunConfig(dataset=dataset, model=name, steps=5))
    training.advance()
    state = training.state()
    parameters = {"projection": {"dimensions": 3}, "clustering": {"clusters": 4, "seeds": 2}, "generation": {"seed": 1}}
    for key, analysis in ANALYSES.items():
        if analysis.fits(model):
            result = analyse(key, training.config, state, parameters.get(key, {}))
            assert Result.from_bytes(result.to_bytes()).numbers == result.numbers
            assert all(np.isfinite(values).all() for values in result.arrays.values())
        else:
            with pytest.raises(LatentLabError, match=f"needs a .*; {re.escape(model.title)} is none"):
                analyse(key, training.config, state, {})


def test_analyses_need_no_labels():
    unlabelled = context(Mirror(CENTRES), blobs(labelled=False))
    for name in (name for name, analysis in ANALYSES.items() if analysis.fits(Mirror)):
        assert "labels" not in ANALYSES[name](unlabelled).arrays
    numbers = ANALYSES["clustering"](unlabelled, clusters=4).numbers
    assert numbers["codes"].keys() == {"silhouette"}
    assert "chance_accuracy" not in numbers


@pytest.mark.parametrize(("name", "parameters", "sentence"), [
    ("projection", {"method": "lda"}, "no projection called 'lda'; choose one of pca, tsne, umap"),
    ("projection", {"dimensions": 4}, "2 or 3 dimensions, not in 4"),
    ("clustering", {"method": "guess"}, "no clustering called 'guess'"),
    ("clustering", {"clusters": 0}, "0 clusters cannot"),
    ("clustering", {"clusters": 201}, "201 clusters cannot be found in 200"),
])  # fmt: skip
def test_parameters_that_do_not_fit_are_refused_with_a_sentence(name, parameters, sentence):
    with pytest.raises(LatentLabError, match=sentence):
        ANALYSES[name](context(), **parameters)


@pytest.mark.parametrize("name", ["projection", "clustering"])
@pytest.mark.parametrize(("value", "sentence"), [(1.0, "All codes are the same"), (float("nan"), "not finite")])
def test_codes_that_say_nothing_are_refused_with_a_sentence(name, value, sentence):
    with pytest.raises(LatentLabError, match=sentence):
        ANALYSES[name](context(Constant(value)))


def test_an_unknown_analysis_is_refused_with_a_sentence():
    with pytest.raises(LatentLabError, match="no analysis called 'palmistry'"):
        analyse("palmistry", RunConfig(dataset="digits", model="vae"), b"", {})


@pytest.mark.parametrize(("name", "shape"), [("digits", (64, 1, 8, 8)), ("ring", (2000, 2))])
def test_preview_shows_held_out_samples_of_the_run(name, shape):
    config = RunConfig(dataset=name, model="vae", seed=3)
    result, test = preview(config), core.load_dataset(name, seed=3).test
    assert result.arrays["samples"].shape == shape
    where = [int((test.x == sample).flatten(1).all(dim=1).nonzero()[0]) for sample in result.arrays["samples"][:20]]
    np.testing.assert_array_equal(result.arrays["labels"][:20], test.y[where])


# Reconstruction


def linear_autoencoder(config, components, mean):
    """The model of `config`, its one layer either way set to PCA's."""
    model = MODELS["autoencoder"](config.hyperparameters, DATASETS[config.dataset])
    (encoder,), (decoder,) = ([part for part in net.modules() if isinstance(part, torch.nn.Linear)]
                              for net in (model.encoder, model.decoder))  # fmt: skip
    components, mean = torch.tensor(components), torch.tensor(mean)
    encoder.weight.data, encoder.bias.data = components, -components @ mean
    decoder.weight.data, decoder.bias.data = components.T.contiguous(), mean
    return model


def test_a_linear_autoencoder_with_the_weights_of_pca_reconstructs_like_pca():
    config = RunConfig(dataset="digits", model="autoencoder", hyperparameters={"latent_size": 5, "hidden_sizes": []})
    data = core.load_dataset("digits")
    # The yardstick by way of the singular value decomposition, apart from the code under test.
    train = data.train.x.flatten(1).numpy()
    components = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2][:5]
    model = linear_autoencoder(config, components, train.mean(axis=0))
    result = ANALYSES["reconstruction"](Context(model, data, config))
    a, n = result.arrays, result.numbers
    np.testing.assert_allclose(a["reconstructions"], a["pca_reconstructions"], atol=1e-4)
    np.testing.assert_allclose(a["errors"], a["pca_errors"], atol=1e-5)
    assert n["model_psnr"] == pytest.approx(n["pca_psnr"], abs=0.01)
    assert n["pca_mse"] < n["mean_mse"]
    # The mean and components given to live views are enough to do it again.
    x = a["originals"].reshape(len(a["originals"]), -1)
    again = (x - a["pca_mean"]) @ a["pca_components"].T @ a["pca_components"] + a["pca_mean"]
    np.testing.assert_allclose(again.reshape(a["originals"].shape), a["pca_reconstructions"], atol=1e-5)


def test_reconstruction_errors_are_sorted_and_belong_to_their_samples():
    run = core.fit(RunConfig(dataset="digits", model="autoencoder", steps=5))
    result = ANALYSES["reconstruction"](Context(run.model, run.dataset, run.config))
    a = result.arrays
    errors = ((a["originals"] - a["reconstructions"]) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(a["errors"], errors, rtol=1e-4)
    assert (np.diff(a["errors"][a["order"]]) <= 0).all()
    assert sorted(a["order"]) == list(range(len(run.dataset.test.x)))
    assert result.numbers["model_mse"] == pytest.approx(run.history[-1].metrics["test_mse"], rel=1e-4)
    # The same samples at the same places as in the live view.
    np.testing.assert_array_equal(a["originals"][:32], run.history[-1].originals)


def test_pca_takes_no_more_components_than_there_are_dimensions():
    wide = context(model="sparse_autoencoder")
    wide.model.latents = 64
    result = ANALYSES["reconstruction"](wide)
    assert result.arrays["pca_components"].shape == (3, 3)
    assert result.numbers["pca_mse"] < 1e-10


@pytest.mark.parametrize(("mse", "value_range", "decibels"), [(0.01, 1.0, 20.0), (0.04, 2.0, 20.0), (1.0, 1.0, 0.0)])
def test_psnr_is_ten_decibels_for_each_power_of_ten(mse, value_range, decibels):
    assert psnr(mse, value_range) == pytest.approx(decibels)


def test_a_perfect_reconstruction_has_a_finite_psnr():
    assert 100 < ANALYSES["reconstruction"](context()).numbers["model_psnr"] < 200


# Generation


def test_memorised_samples_are_found_out():
    data = blobs(test=100)
    fresh = torch.full((3, 3), 2.5)
    memory = torch.cat([data.train.x[[5, 9]], fresh, data.train.x[[7]] + 1e-6])
    result = ANALYSES["generation"](context(Mirror(memory), data), n=6)
    assert result.numbers["copy_rate"] == pytest.approx(3 / 6)
    np.testing.assert_array_equal(result.arrays["nearest"][[0, 1, 5]], data.train.x[[5, 9, 7]])
    np.testing.assert_array_equal(result.arrays["distances"][:2], 0)
    differences = (data.train.x[:, None] - memory[None]).square().sum(dim=2).sqrt()
    np.testing.assert_allclose(result.arrays["distances"], differences.min(dim=0).values, rtol=1e-3, atol=1e-7)


def test_honest_samples_are_no_copies():
    data = blobs(train=2000, test=2000)
    honest = blobs(train=4000, test=1000).test.x
    result = ANALYSES["generation"](context(Mirror(honest), data), n=1000)
    assert result.numbers["copy_rate"] < 0.03
    assert result.numbers["distance_median"] == pytest.approx(result.numbers["held_out_median"], rel=0.15)


def test_exact_copies_count_where_data_repeat_themselves():
    data = blobs()
    doubled = Dataset("blobs", "vector", data.train, data.train, data.value_range, data.label_names)
    result = ANALYSES["generation"](context(Mirror(torch.cat([data.train.x[:1], 9 + data.train.x[:1]])), doubled), n=2)
    assert result.numbers["copy_rate"] == 0.5


def test_samples_follow_the_seed():
    run = core.fit(RunConfig(dataset="ring", model="gan", steps=5))
    look = Context(run.model, run.dataset, run.config)
    first, second, other = (ANALYSES["generation"](look, n=20, seed=seed).arrays["samples"] for seed in (1, 1, 2))
    assert first.shape == (20, 2)
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("name", MIXTURES)
def test_the_data_themselves_cover_all_modes_of_a_mixture(name):
    data = core.load_dataset(name)
    numbers = ANALYSES["generation"](context(Mirror(data.train.x[:2500]), data, dataset=name)).numbers
    assert numbers["modes"] == numbers["modes_covered"] == numbers["modes_fair"] == len(data.label_names)
    # A round Gaussian in the plane has 1 − exp(−3² / 2) of its mass within 3 σ.
    assert numbers["high_quality"] == pytest.approx(1 - np.exp(-4.5), abs=0.01)


def test_collapsed_modes_and_stray_points_are_counted():
    centres = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    # Of 40 points, 10 are the fair share of a mode and 2 a fifth of it.
    counts = [35, 2, 1, 0]
    points = torch.cat([centres[i].expand(n, 2) + torch.tensor([0.029, 0.0]) for i, n in enumerate(counts)])
    points = torch.cat([points, torch.tensor([[3.031, 0.0], [1.5, 0.0]])])
    assert coverage(points, centres, sigma=0.01) == {
        "modes": 4, "modes_covered": 3, "modes_fair": 2, "high_quality": pytest.approx(38 / 40),
    }  # fmt: skip


def test_other_datasets_have_no_modes_to_cover():
    assert "modes" not in ANALYSES["generation"](context(Mirror(CENTRES)), n=4).numbers
