"""The judge of generated samples, what it says of real ones, and where new codes come from."""

from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from core import MODELS, RunConfig, load_dataset
from core.analysis import ANALYSES, Context, fidelity, sequences
from core.analysis.fidelity import Scores, scores
from core.analysis.generation import copy_rate, nearest
from core.analysis.judge import accuracy, classifier, namer
from core.analysis.neighbours import density_and_coverage, precision_and_recall
from core.analysis.sampling import priors_for, sampler
from core.dataset import Split
from core.errors import LatentLabError
from core.training.loop import Training
from tests.making import Mirror, blobs, context, held_out, rng


def pictures(n: int) -> Tensor:
    return torch.rand(n, 1, 8, 8, generator=rng())


@cache
def judged():
    data = load_dataset("digits", seed=0)
    return data, held_out(data), classifier(data.train)


def judge(samples: Tensor) -> Scores:
    data, real, classify = judged()
    return scores(samples, samples, real, classify, data)


def copies(samples: Tensor) -> float:
    data, real, _ = judged()
    return copy_rate(nearest(samples, data.train.x)[0], nearest(real.x, data.train.x)[0])


def test_real_held_out_digits_are_the_yardstick():
    _, real, classify = judged()
    found = judge(real.x)
    assert found.fidelity > 0.9
    assert accuracy(classify, real) > 0.97
    assert found.classes == found.coverage == found.precision == found.recall == 1
    assert found.rarest > 0.8
    # Balls hold five neighbours each, and here also the sample in their middle: (5 + 1) / 5.
    assert found.density == pytest.approx(6 / 5, abs=0.01)
    assert copies(real.x) == pytest.approx(0.01, abs=0.005)


def test_noise_is_no_digit():
    found = judge(pictures(200))
    assert (found.fidelity, found.classes, found.rarest) == (0, 0, 0)
    assert (found.density, found.coverage, found.precision) == (0, 0, 0)
    assert copies(pictures(200)) == 0


def test_half_of_one_digit_and_half_of_another_is_seldom_a_digit():
    train = judged()[0].train
    zeros, ones = (train.x[train.y == digit][:100] for digit in (0, 1))
    assert judge((zeros + ones) / 2).fidelity < 0.2


def test_copies_look_real_and_are_found_out():
    train = judged()[0].train
    assert judge(train.x[:300]).fidelity > 0.9
    assert copies(train.x[:300]) == 1


def test_one_class_alone_is_not_all_classes():
    train = judged()[0].train
    found = judge(train.x[train.y == 3])
    assert found.classes == pytest.approx(0.1)
    assert found.rarest == 0
    assert found.coverage < 0.5
    assert found.recall < 0.3 < found.precision


def test_density_and_coverage_by_hand():
    # On a line, fifth neighbours: 0 and 5 reach 5 far, 1 and 4 reach 4, 2 and 3 reach 3.
    real = torch.arange(6.0)[:, None]
    # 9 lies in the ball of 5 alone (4 away; from 4 it is 5 > 4); 2.5 lies in all six.
    density, coverage = density_and_coverage(torch.tensor([[9.0], [100.0]]), real)
    assert (density, coverage) == pytest.approx((1 / (5 * 2), 1 / 6))
    assert density_and_coverage(torch.tensor([[2.5]]), real) == pytest.approx((6 / 5, 1.0))


def test_precision_and_recall_by_hand():
    # Third neighbours: of 0, 1, 2, 3 they are 3, 2, 2, 3 away; of 2.5, 10, 11, 12 they are 9.5, 7.5, 8.5, 9.5 away.
    real, samples = torch.arange(4.0)[:, None], torch.tensor([[2.5], [10.0], [11.0], [12.0]])
    # Only 2.5 is near a real one; 3 lies in the ball of 10 as well, and all in that of 2.5.
    assert precision_and_recall(samples, real) == (1 / 4, 1.0)
    # From 1,000 on nothing is near anything of the others.
    assert precision_and_recall(samples + 1000, real) == (0.0, 0.0)


def test_a_class_of_which_hardly_a_sample_is_known_is_never_found_and_each_is_told_of():
    data, told = blobs(train=400), []
    rare = torch.cat([(data.train.y != 3).nonzero().flatten(), (data.train.y == 3).nonzero().flatten()[:3]])
    classify = classifier(data.train[rare], told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    found = classify(data.test.x)
    assert found[:, 3].max() == 0
    known = data.test.y != 3
    assert (found[known].argmax(dim=1) == data.test.y[known]).float().mean() > 0.95


def test_a_namer_is_right_about_clear_groups():
    data = blobs()
    assert (namer(data.train)(data.test.x) == data.test.y).all()
    for split in (Split(data.train.x, None), data.train[data.train.y == 1]):
        with pytest.raises(LatentLabError, match="two classes"):
            namer(split)


def test_fidelity_needs_labels():
    with pytest.raises(LatentLabError, match="label"):
        classifier(Split(pictures(3), None))


def test_samples_are_judged_beside_real_ones():
    real = blobs(train=400, test=200)
    honest = context(data=real)
    honest.model.memory = blobs(train=800, test=200).train.x[600:]
    found = ANALYSES["fidelity"](honest, prior="own")
    assert found.generated.fidelity == found.real.fidelity == 1
    assert found.judge_accuracy == 1
    assert found.generated.density == pytest.approx(found.real.density, abs=0.3)
    assert found.compared == 200
    honest.model.memory = real.train.x[:1].repeat(200, 1)
    collapsed = ANALYSES["fidelity"](honest, prior="own")
    assert collapsed.generated.fidelity == 1
    assert collapsed.generated.classes == 0.25
    assert collapsed.generated.recall == 0 < collapsed.real.recall


def test_without_labels_only_neighbours_judge():
    unlabelled = context(data=blobs(labelled=False))
    unlabelled.model.memory = blobs().train.x
    found = ANALYSES["fidelity"](unlabelled)
    assert found.generated.fidelity is found.real.fidelity is found.judge_accuracy is None
    assert found.generated.coverage > 0.5


def test_sequences_are_judged_in_time(monkeypatch):
    # Noise is soon told from waves.
    monkeypatch.setattr(sequences, "STEPS", 40)
    monkeypatch.setattr(fidelity, "JUDGED", 200)
    training = Training(RunConfig(dataset="waves", model="recurrent_gan", steps=1))
    found = ANALYSES["fidelity"](Context(training.model, training.dataset, training.config))
    assert found.real.discriminative_score < 0.2 < found.generated.discriminative_score
    assert found.real.spectrum_distance < 0.1 < found.generated.spectrum_distance


def test_an_autoencoder_samples_from_gaussians_fitted_to_its_codes():
    assert list(priors_for(MODELS["autoencoder"])) == ["mixture", "normal"]
    assert list(priors_for(MODELS["vae"])) == ["own", "mixture"]
    assert list(priors_for(MODELS["gan"])) == ["own", "without_ema"]
    training = Training(RunConfig(dataset="digits", model="autoencoder", steps=200))
    training.advance()
    ready = Context(training.model.requires_grad_(False), training.dataset, training.config)
    near, far = (sampler(ready, prior)(200, 0) for prior in ("mixture", "normal"))
    assert near.shape == far.shape == (200, 1, 8, 8)
    assert torch.equal(near, sampler(ready, "mixture")(200, 0))
    assert not torch.equal(near, sampler(ready, "mixture")(200, 1))
    real = training.dataset.test.x
    assert density_and_coverage(near, real)[1] > density_and_coverage(far, real)[1]
    with pytest.raises(LatentLabError, match="mixture, normal"):
        sampler(ready, "own")


def test_samples_can_be_drawn_without_ema():
    training = Training(RunConfig(dataset="ring", model="gan", steps=5))
    training.advance()
    ready = Context(training.model.requires_grad_(False), training.dataset, training.config)
    with_ema, without = (sampler(ready, prior)(20, 0) for prior in ("own", "without_ema"))
    assert torch.equal(with_ema, training.model.sample(20, 0))
    assert torch.equal(without, training.model.generator(training.model.prior(20, rng())))
    assert not torch.equal(with_ema, without)


@pytest.mark.parametrize("name", ["0", "9"])
def test_classes_that_training_never_saw_are_not_asked_for(name):
    data = load_dataset("digits", seed=0, left_out=[name])
    look = context(Mirror(data.train.fixed(len(data.test.x)).x), data, dataset="digits")
    found = ANALYSES["fidelity"](look)
    seen = int((data.test.y != int(name)).sum())
    assert found.compared == seen < len(data.test.x)
    assert found.generated.classes == found.real.classes == 1
    assert found.judge_accuracy > 0.95
    # Real ones of the missing class are far from training data, and would be no measure of what is a copy.
    assert len(ANALYSES["generation"](look, n=4).held_out_distances) <= seen


@pytest.mark.parametrize("name", ["fidelity", "generation", "copying", "two_sample", "sample_map"])
def test_where_no_held_out_sample_is_of_a_class_that_was_trained_on_nothing_is_judged(name):
    data = blobs()
    data = replace(data, test=data.test[data.test.y == 0], train=data.train[data.train.y != 0])
    with pytest.raises(LatentLabError, match="leave fewer classes out"):
        ANALYSES[name](context(Mirror(data.train.x), data))
