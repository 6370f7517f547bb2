"""Sequences in clusters without labels: what may happen to one, the objectives, and what training makes of them."""

import numpy as np
import pytest
import torch
from scipy.special import entr, rel_entr

from core import RunConfig
from core.analysis.cluster_scores import accuracy
from core.nn.augmentation import augment, augment_words
from core.training.loop import Training
from tests.making import normal, rng

close = torch.testing.assert_close


# ------------------------------------------------------------------------------------------------------- augmentation


def test_without_changes_a_sequence_stays_what_it_is():
    x = normal(3, 12, 2)
    close(augment(x, 0.0, 0.0, 0.0, rng()), x)


def test_a_crop_of_a_ramp_is_a_flatter_ramp_inside_it():
    ramp = torch.linspace(0, 1, 40).expand(500, 40).unsqueeze(2)
    windows = augment(ramp, 0.0, 0.0, 0.6, rng())[:, :, 0]
    slopes = windows.diff(dim=1)
    # A straight line stays one under stretching; its rise is the window's share of the whole, uniform in 0.4 … 1.
    close(slopes, slopes[:, :1].expand_as(slopes), atol=1e-5, rtol=0)
    rise = windows[:, -1] - windows[:, 0]
    assert 0.4 <= rise.min() < 0.42
    assert 0.98 < rise.max() <= 1
    assert rise.mean() == pytest.approx(0.7, abs=0.03)
    assert windows.min() >= 0
    assert windows.max() <= 1 + 1e-6


def test_scaling_and_jitter_have_the_spread_they_are_told():
    x = torch.ones(4000, 10, 1)
    factors = augment(x, 0.0, 0.3, 0.0, rng())
    assert (factors == factors[:, :1]).all()
    assert factors[:, 0].log().std() == pytest.approx(0.3, rel=0.05)
    assert augment(x, 0.2, 0.0, 0.0, rng()).std() == pytest.approx(0.2, rel=0.02)


def test_letters_give_way_to_those_of_other_words_at_their_place():
    letters = torch.randint(2, (2000, 3), generator=rng()) + torch.tensor([1, 3, 5])
    words = torch.eye(7)[letters]
    close(augment_words(words, 0.0, 0.0, rng()), words)
    changed = augment_words(words, 0.4, 0.0, rng())
    # Words still: a one among zeros, of the two that may stand there, every second draw being the letter that was.
    assert (changed.sum(dim=2) == 1).all()
    found = changed.argmax(dim=2)
    assert ((found + 1) // 2 == torch.tensor([1, 2, 3])).all()
    assert (found != letters).float().mean() == pytest.approx(0.2, abs=0.02)


def test_a_word_is_stretched_by_letters_that_come_twice():
    word = torch.eye(9)[torch.arange(9)].expand(500, 9, 9)
    stretched = augment_words(word, 0.0, 0.6, rng()).argmax(dim=2)
    # In their order, none skipped, and on average seven tenths of the way are left.
    assert set(stretched.diff(dim=1).unique().tolist()) == {0, 1}
    assert (stretched[:, -1] - stretched[:, 0]).float().mean() == pytest.approx(0.7 * 8, abs=0.2)
    assert {*stretched[:, 0].tolist()} >= {0, 1, 2, 3}


# ----------------------------------------------------------------------------------------------- recurrent clustering


def recurrent(dataset: str = "digit_rows", **changed) -> Training:
    steps = changed.pop("steps", 40)
    return Training(RunConfig(dataset=dataset, model="recurrent_clustering", steps=steps, seed=5,
                              hyperparameters=changed))  # fmt: skip


def test_assignments_are_the_softmax_of_the_last_state():
    network = recurrent(cell="rnn").model
    x = uniform = torch.rand(4, 8, 8, generator=rng())
    states = network.trajectory(uniform)
    # W_ph is the product of the two linear layers.
    w = network.clusters.weight @ network.code.weight
    b = network.clusters.weight @ network.code.bias + network.clusters.bias
    close(network.assign(x), (states[:, -1] @ w.T + b).softmax(dim=1), atol=1e-6, rtol=1e-5)
    close(network.encode(x), states[:, -1] @ network.code.weight.T + network.code.bias)


@pytest.mark.parametrize("objective", ["mutual_information", "target_distribution"])
@pytest.mark.parametrize("assigned_at", ["last_step", "every_step"])
def test_objectives_by_another_way(objective, assigned_at):
    network = recurrent(
        objective=objective, assigned_at=assigned_at, balance=2.0, consistency=0.5, forecast_weight=0.25
    ).model
    x, hp = torch.rand(16, 8, 8, generator=rng()), network.hyperparameters
    versions_rng = rng(1)
    one, other = (augment(x, hp.jitter, hp.scaling, hp.crop, versions_rng) for _ in range(2))
    # What would be assigned were each step the last, step by step: rows (N, clusters) of each.
    after = (lambda x: network.assign(x)[:, None]) if assigned_at == "last_step" else network.assignments
    steps = [after(version).detach().double().numpy().transpose(1, 0, 2) for version in (one, other)]
    of_each = []
    for p, q in zip(*steps, strict=True):
        mean = np.concatenate([p, q]).mean(axis=0)
        if objective == "mutual_information":
            disagreement = (rel_entr(p, q).sum(axis=1) + rel_entr(q, p).sum(axis=1)).mean() / 2
            doubt = entr(np.concatenate([p, q])).sum(axis=1).mean()
            of_each.append(0.5 * disagreement - (2 * entr(mean).sum() - doubt))
        else:
            sharp_p, sharp_q = (v**2 / mean / (v**2 / mean).sum(axis=1, keepdims=True) for v in (p, q))
            of_each.append((rel_entr(sharp_p, q) + rel_entr(sharp_q, p)).sum(axis=1).mean() / 2)
    expected = np.mean(of_each)
    seen = torch.cat([one, other])
    guesses = network.forecast(network.trajectory(seen)[:, :-1])
    expected += 0.25 * (guesses - seen[:, 1:]).square().mean().item()
    assert network.losses(x, rng(1))["loss"].item() == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_versions_of_words_are_words():
    training = recurrent("surnames", jitter=0.3)
    x = training.dataset.train.x[:200]
    versions = training.model.corrupt(x, rng())
    assert set(versions.unique().tolist()) == {0.0, 1.0}
    assert 0 < (versions != x).any(dim=2).float().mean() < 1


def test_control_charts_fall_into_groups_that_are_mostly_their_classes():
    training = recurrent("control_charts", steps=200, hidden_size=16)
    x, y = training.dataset.test.x, training.dataset.test.y.numpy()
    training.advance()
    assert accuracy(training.model.assign(x).argmax(dim=1).numpy(), y) > 0.45
    assert training.snapshot().metrics["test_information"] > 0.7


def test_without_balance_all_sequences_share_one_cluster():
    training = recurrent(balance=0.0, steps=150)
    training.advance()
    counts = training.model.assign(training.dataset.test.x).argmax(dim=1).bincount(minlength=10)
    assert counts.max() > 0.9 * counts.sum()
