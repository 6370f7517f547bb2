"""What is done to all numbers before anything learns from them: by hand values, and by what training is left with."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

import core
from core import DATASETS, RunConfig
from core.dataset import Card, Dataset, DataSpec, Source, Split
from core.datasets import metrics_of
from core.preprocessing import Preprocessed, expected
from core.scaling import limits, scaler
from core.sentences import sentences
from core.training.loop import Training
from core.uploads.reading import read_upload
from tests import files

# A column that moves, and one that does not, but for held-out samples.
TRAINING, OTHER = np.float32([[0, 7], [2, 7], [4, 7]]), np.float32([[6, 9], [1, 7]])
# The deviation of 0, 2, 4.
SD = np.sqrt(8 / 3)


def scaled(scaling: str, x: np.ndarray, training: np.ndarray = TRAINING) -> np.ndarray:
    made = x.copy()
    scaler(scaling, training)(made)
    return made


@pytest.mark.parametrize(
    ("scaling", "trained", "others"),
    [
        ("none", TRAINING, OTHER),
        ("min_max", [[0, 0], [0.5, 0], [1, 0]], [[1.5, 2], [0.25, 0]]),
        ("standardise", [[-2 / SD, 0], [0, 0], [2 / SD, 0]], [[4 / SD, 2], [-1 / SD, 0]]),
        ("per_sample", [[-1, 1], [-1, 1], [-1, 1]], [[-1, 1], [-1, 1]]),
    ],
)
def test_columns_by_hand(scaling, trained, others):
    np.testing.assert_allclose(scaled(scaling, TRAINING), trained, rtol=1e-6)
    np.testing.assert_allclose(scaled(scaling, OTHER), others, rtol=1e-6)


def test_features_of_sequences_and_channels_of_pictures_are_scaled_each_on_its_own():
    rng = np.random.default_rng(0)
    for shape, own in (((50, 6, 2), 2), ((50, 3, 4, 4), 1)):
        x = rng.normal(3, 2, shape).astype(np.float32)
        axes = tuple(axis for axis in range(x.ndim) if axis != own)
        standard = scaled("standardise", x, x)
        np.testing.assert_allclose(standard.mean(axes), 0, atol=1e-5)
        np.testing.assert_allclose(standard.std(axes), 1, rtol=1e-5)
        least = scaled("min_max", x, x)
        assert (least.min(axes) == 0).all()
        assert (least.max(axes) == 1).all()
        each = scaled("per_sample", x, x).reshape(len(x), -1)
        np.testing.assert_allclose(each.mean(1), 0, atol=1e-5)
        np.testing.assert_allclose(each.std(1), 1, rtol=1e-5)


def test_a_sample_that_never_changes_becomes_0_and_the_range_is_no_point():
    flat = np.full((3, 4), 0.1, np.float32)
    assert (scaled("per_sample", flat, flat) == 0).all()
    assert limits("per_sample", [np.zeros((3, 4))]) == (-1.0, 1.0)


def test_pictures_reach_from_dark_to_bright_and_vectors_as_far_to_both_sides():
    assert limits("standardise", [np.float32([[-1, 2]]), np.float32([[0, 3]])]) == (-3.0, 3.0)
    assert limits("standardise", [np.float32([[[[-1, 2]]]]), np.float32([[[[0, 3]]]])]) == (-1.0, 3.0)
    assert limits("min_max", [np.float32([[0.25, 1.5]])]) == (0.0, 1.0)


def table(parameters: Preprocessed, scaling: str = "none") -> Dataset:
    """Six samples of three classes, of which the last is far off, and two held out."""
    train = Split(torch.tensor([[0.0], [1.0], [2.0], [4.0], [90.0], [100.0]]), torch.tensor([0, 0, 1, 1, 2, 2]))
    spec = DataSpec("vector", (1,), (0.0, 100.0), ("near", "middle", "far"), scaling=scaling)
    source = Source(
        spec,
        Card("Mine", "", "", ""),
        (6, 2),
        lambda seed, parameters: (train, Split(torch.tensor([[3.0], [8.0]]), None)),
    )
    return source.load("mine", 0, parameters)


def test_what_is_left_for_training_decides_alone():
    whole = table(Preprocessed(preprocessing="min_max"))
    assert whole.train.x.flatten().tolist() == pytest.approx([0, 0.01, 0.02, 0.04, 0.9, 1])
    left = table(Preprocessed(preprocessing="min_max", left_out=("far",)))
    assert left.train.x.flatten().tolist() == [0, 0.25, 0.5, 1]
    # What is held out may lie beyond, and is then at the end.
    assert sorted([*left.validation.x.flatten().tolist(), *left.test.x.flatten().tolist()]) == [0.75, 1]
    assert (left.spec.value_range, left.spec.scaling, left.spec.levels) == ((0.0, 1.0), "min_max", None)


def test_what_was_scaled_when_it_was_brought_is_scaled_anew_by_what_is_left():
    assert table(Preprocessed(), "min_max").train.x.max() == 100
    assert table(Preprocessed(left_out=("far",)), "min_max").train.x.flatten().tolist() == [0, 0.25, 0.5, 1]
    assert table(Preprocessed(left_out=("far",)), "per_sample").train.x.flatten().tolist() == [0, 1, 2, 4]


def test_a_file_says_how_it_was_scaled():
    rows = [[np.sin(i), i % 7, "ab"[i % 2]] for i in range(30)]
    data = files.csv(rows, ["one", "two", "class"])
    assert read_upload("t.csv", data).spec.scaling == "min_max"
    assert read_upload("t.csv", data, scaling="none").spec.scaling == "none"


def test_measurements_come_scaled_by_their_training_samples_or_in_their_units():
    raw, scaled_ = core.load_dataset("wine", preprocessing="none"), core.load_dataset("wine")
    low, high = raw.train.x.min(dim=0).values, raw.train.x.max(dim=0).values
    assert torch.allclose(scaled_.test.x, ((raw.test.x - low) / (high - low)).clamp(0, 1), atol=1e-6)
    assert raw.value_range == (0.13, 1680.0)


@pytest.mark.parametrize("scaling", ["min_max", "standardise", "per_sample"])
@pytest.mark.parametrize("name", ["digits", "two_moons", "waves"])
def test_samples_lie_in_the_range_that_they_say(name, scaling):
    data = core.load_dataset(name, preprocessing=scaling)
    low, high = data.value_range
    parts = [part.x for part in (data.train, data.validation, data.test)]
    assert min(float(part.min()) for part in parts) >= low
    assert max(float(part.max()) for part in parts) <= high
    assert max(float(part.abs().max()) for part in parts) == pytest.approx(max(-low, high))
    assert (data.spec.scaling, data.spec.levels) == (scaling, None)
    known = expected(DATASETS[name].spec, Preprocessed(preprocessing=scaling)).value_range
    assert known == ((0.0, 1.0) if scaling == "min_max" else (-np.inf, np.inf))


def test_cross_entropy_is_for_values_between_0_and_1():
    def config(**data) -> RunConfig:
        hyperparameters = {"reconstruction_loss": "bce"}
        return RunConfig(dataset="two_moons", model="autoencoder", hyperparameters=hyperparameters, data=data)

    assert config(preprocessing="min_max").hyperparameters.reconstruction_loss == "bce"
    with pytest.raises(ValidationError) as refused:
        config(preprocessing="standardise")
    assert sentences(refused.value) == [
        "Reconstruction loss BCE needs values between 0 and 1; these are in standard deviations of training from its "
        "mean. Choose MSE, or min-max for Preprocessing."
    ]
    with pytest.raises(ValidationError, match=r"these run from -2\.5 to 2\.5"):
        config()


def test_defaults_and_addresses_follow():
    config = RunConfig(dataset="digits", model="denoising_autoencoder", data={"preprocessing": "standardise"})
    assert config.hyperparameters.reconstruction_loss == "mse"
    query = config.to_query()
    assert query == {"dataset": "digits", "model": "denoising_autoencoder", "preprocessing": "standardise"}
    assert RunConfig.from_query({**query, "reconstruction_loss": "mse"}) == (config, [])


def test_words_are_not_scaled():
    spec = DataSpec("sequence", (4, 3), (0.0, 1.0), alphabet=" ab")
    config = RunConfig.for_data(spec, dataset="upload_0123456789abcdef", model="recurrent_autoencoder")
    with pytest.raises(ValidationError, match="choose none for Preprocessing"):
        config.having({"preprocessing": "min_max"}, spec)
    assert "preprocessing" not in DATASETS["surnames"].Parameters.model_fields


def test_modes_are_known_of_a_mixture_as_it_comes():
    assert core.load_dataset("ring").modes is not None
    assert core.load_dataset("ring", preprocessing="standardise").modes is None
    parameters = DATASETS["ring"].Parameters
    assert metrics_of("ring", parameters())
    assert metrics_of("ring", parameters(preprocessing="min_max")) == ()


def test_training_and_its_pictures_use_the_range_in_force():
    config = RunConfig(
        dataset="digits",
        model="dcgan",
        steps=1,
        data={"preprocessing": "per_sample"},
        hyperparameters={"channels": (2,), "latent_size": 2},
    )
    training = Training(config)
    low, high = training.dataset.value_range
    assert low < -0.5
    snapshot = training.snapshot({})
    assert snapshot.value_range == (low, high)
    assert training.model.value_range == (low, high)
    assert snapshot.samples.min() >= low
