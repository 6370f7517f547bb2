"""What the analyses say about hand-made cases whose answer is known, and about every model."""

import itertools
import json
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Context, Result, analyse, preview
from core.analysis.clustering import accuracy, contingency, methods_for, scores, summary
from core.analysis.modes import MIXTURES, coverage
from core.analysis.projection import METHODS, neighbourhoods
from core.analysis.reconstruction import psnr
from core.dataset import Dataset, Split
from core.errors import LatentLabError
from core.model import Model
from core.training.loop import Training

# UMAP compiles for ten seconds in each process: tests of it share one.
UMAP = pytest.mark.xdist_group("umap")
CENTRES = torch.tensor([[-2.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]])


class Mirror(Model):
    """Codes are the samples, and new samples are those it was given to repeat."""

    title = "Mirror"
    capabilities = frozenset({"encode", "decode", "reconstruct", "sample"})
    latents = 2

    def __init__(self, memory=None):
        torch.nn.Module.__init__(self)
        self.memory = memory

    def encode(self, x):
        return x.flatten(1)

    def decode(self, z):
        return z

    def sample(self, n, seed=0):
        return self.memory[:n]


class Constant(Mirror):
    """Every code is the same number."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def encode(self, x):
        return torch.full((len(x), 2), self.value)


def blobs(train=200, test=80, labelled=True):
    """Four tight groups in three dimensions."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(train + test) % len(CENTRES)
    x = CENTRES[y] + 0.1 * torch.randn(train + test, 3, generator=generator)
    splits = [Split(x[part], y[part] if labelled else None) for part in (slice(train), slice(train, None))]
    return Dataset("blobs", "vector", *splits, (-3.0, 3.0), ("a", "b", "c", "d"))


def context(look_at=None, data=None, dataset="two_moons", model="autoencoder"):
    return Context(look_at or Mirror(), data or blobs(), RunConfig(dataset=dataset, model=model))


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
    dataset = next(key for key, source in DATASETS.items() if source.kind in model.kinds)
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


# Projection


@UMAP
@pytest.mark.parametrize("method", METHODS)
def test_a_projection_repeats_itself_and_keeps_groups_apart(method):
    first, second = (ANALYSES["projection"](context(), method=method, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first.arrays["points"], second.arrays["points"])
    assert first.numbers == second.numbers
    assert first.arrays["points"].shape == (80, 2)
    groups = [first.arrays["points"][first.arrays["labels"] == label] for label in range(4)]
    spread = max(np.linalg.norm(group - group.mean(axis=0), axis=1).mean() for group in groups)
    gap = min(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0)) for a, b in itertools.combinations(groups, 2))
    assert gap > 2 * spread


def test_another_seed_gives_another_tsne():
    first, second = (ANALYSES["projection"](context(model_of_one_code()), method="tsne", seed=s) for s in (0, 1))
    assert not np.allclose(first.arrays["points"], second.arrays["points"])


def model_of_one_code():
    model = Mirror()
    model.encode = lambda x: x[:, :1]
    return model


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_single_code_can_be_shown_in_more_dimensions(method, dimensions):
    points = ANALYSES["projection"](context(model_of_one_code()), method=method, dimensions=dimensions).arrays["points"]
    assert points.shape == (80, dimensions)
    assert np.isfinite(points).all()


def test_pca_says_how_much_it_explains():
    share = ANALYSES["projection"](context(), method="pca", dimensions=3).numbers["explained_variance"]
    assert len(share) == 3
    assert share == sorted(share, reverse=True)
    assert sum(share) == pytest.approx(1)


def test_tsne_takes_few_samples():
    result = ANALYSES["projection"](context(data=blobs(train=20, test=8)), method="tsne")
    assert np.isfinite(result.arrays["points"]).all()
    with pytest.raises(LatentLabError, match="at least 8 held-out samples; there are 7"):
        ANALYSES["projection"](context(data=blobs(train=20, test=7)), method="tsne")


def test_neighbourhoods_tell_a_faithful_picture_from_a_shuffled_one():
    codes = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    assert neighbourhoods(codes, 3 * codes) == {"trustworthiness": 1.0, "neighbours_kept": 1.0}
    shuffled = neighbourhoods(codes, np.random.default_rng(1).permutation(codes))
    assert shuffled["trustworthiness"] < 0.6
    assert shuffled["neighbours_kept"] < 0.1


# Clustering


def test_accuracy_is_one_when_clusters_are_classes_under_other_names():
    labels = np.array([0, 0, 1, 1, 2, 2, 2])
    for renamed in itertools.permutations(range(3)):
        assert accuracy(np.array(renamed)[labels], labels) == 1.0


@pytest.mark.parametrize(("assignments", "labels", "share"), [
    ([0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1], 4 / 6),  # more clusters than classes: one half of class 0 is left over
    ([0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 2], 3 / 6),  # fewer: the largest class only
    ([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1], 3 / 6),  # both clusters are mostly class 0, but only one may be it
])  # fmt: skip
def test_accuracy_gives_each_class_to_one_cluster_only(assignments, labels, share):
    assert accuracy(np.array(assignments), np.array(labels)) == pytest.approx(share)


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_clear_groups_are_found_in_every_space(method):
    result = ANALYSES["clustering"](context(), method=method, clusters=4)
    for space in ("codes", "raw", "pca"):
        for metric in ("ari", "nmi", "accuracy"):
            assert result.numbers[space][metric][0] > 0.8
        assert result.numbers[space]["silhouette"][0] > 0.6
    a = result.arrays
    np.testing.assert_array_equal(a["confusion"], contingency(a["assignments"], a["labels"], 4, 4))
    assert a["confusion"].sum() == len(a["samples"]) == len(a["plane"]) == 80
    assert result.numbers["chance_accuracy"] == 0.25
    json.dumps(result.numbers, allow_nan=False)


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
@pytest.mark.parametrize("clusters", [1, 12])
def test_any_number_of_clusters_works_on_few_samples(method, clusters):
    result = ANALYSES["clustering"](context(data=blobs(train=12, test=5)), method=method, clusters=clusters)
    assert result.arrays["confusion"].shape == (clusters, 4)
    assert (result.arrays["assignments"] < clusters).all()


class Sorter(Mirror):
    """Two clusters of its own: left and right of the middle."""

    title = "Sorter"
    capabilities = frozenset({"encode", "assign"})

    def assign(self, x):
        right = (x[:, 0] > 0).float()
        return torch.stack([1 - right, right], dim=1) * 0.8 + 0.1


@UMAP
def test_umap_and_a_mixture_find_clear_groups_in_every_space():
    result = ANALYSES["clustering"](context(), method="umap_gmm", clusters=4)
    for space in ("codes", "raw", "pca"):
        assert result.numbers[space]["ari"] == [1.0, 0.0]
    assert result.numbers["seeds"] == {"codes": 1, "raw": 1, "pca": 1}
    np.testing.assert_array_equal(result.arrays["sizes"], [20, 20, 20, 20])


def test_a_models_own_assignments_stand_beside_k_means():
    result = ANALYSES["clustering"](context(Sorter()), method="model", clusters=30, seeds=3)
    a, n = result.arrays, result.numbers
    np.testing.assert_array_equal(a["assignments"], a["samples"][:, 0] > 0)
    assert a["confusion"].shape == (2, 4)
    np.testing.assert_array_equal(a["sizes"], a["confusion"].sum(axis=1))
    assert n["seeds"] == {"codes": 1, "raw": 3, "pca": 3}
    assert n["codes"]["accuracy"][1] == 0
    kmeans = ANALYSES["clustering"](context(Sorter()), method="kmeans", clusters=2, seeds=3).numbers
    assert kmeans["raw"] == n["raw"]


def test_methods_are_offered_to_models_that_they_fit():
    assert methods_for(Mirror).keys() == {"kmeans", "gmm", "umap_gmm"}
    assert methods_for(Sorter).keys() == {"kmeans", "gmm", "umap_gmm", "model"}
    with pytest.raises(LatentLabError, match="Mirror makes no assignments of its own"):
        ANALYSES["clustering"](context(), method="model")


def test_gmm_finds_groups_at_any_scale_of_the_codes():
    tiny = Mirror()
    tiny.encode = lambda x: 1e-4 * x
    numbers = ANALYSES["clustering"](context(tiny), method="gmm", clusters=4).numbers
    assert numbers["codes"]["ari"] == pytest.approx(numbers["raw"]["ari"], abs=1e-6)


def test_chance_is_the_share_of_the_largest_class():
    data = blobs()
    kept = (data.test.y != 3) | (torch.arange(80) < 8)
    test = Split(data.test.x[kept], data.test.y[kept])
    uneven = Dataset("blobs", "vector", data.train, test, data.value_range, data.label_names)
    result = ANALYSES["clustering"](context(data=uneven), clusters=2)
    assert result.numbers["chance_accuracy"] == pytest.approx(20 / 62)


def test_one_cluster_has_no_silhouette_and_no_information():
    found = scores(np.arange(6.0)[:, None], np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1]))
    assert found == {"silhouette": 0.0, "ari": 0.0, "nmi": 0.0, "accuracy": 0.5}


def test_summary_is_mean_and_sample_standard_deviation():
    assert summary([{"ari": 1.0}, {"ari": 2.0}, {"ari": 3.0}]) == {"ari": [2.0, 1.0]}
    assert summary([{"ari": 1.0}]) == {"ari": [1.0, 0.0]}


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
    assert result.numbers["copy_threshold"] == 0
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
