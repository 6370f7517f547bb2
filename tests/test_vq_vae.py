"""The VQ-VAE: nearest entries, the gradient past them, moving averages by hand, and a prior over integers."""

import math

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.nn.quantisation import CodeBook, before, perplexity
from core.training.loop import Training
from tests.making import made, normal, rng

SMALL = {"hidden_sizes": (16,), "prior_sizes": (16,), "codebook_size": 8, "latent_size": 3}


def training(dataset="digits", steps=30, **hyperparameters) -> Training:
    named = {"dataset": dataset, "model": "vq_vae", "steps": steps, "seed": 1}
    return Training(RunConfig(**named, hyperparameters={**SMALL, **hyperparameters}))


def book(entries) -> CodeBook:
    entries = torch.tensor(entries)
    made = CodeBook(*entries.shape)
    made.place(entries, torch.ones(len(entries), dtype=torch.bool))
    return made


def test_a_vector_is_replaced_by_its_nearest_entry_and_keeps_its_gradient():
    z = torch.tensor([[[0.9, 0.2], [-3.0, 0.0]]], requires_grad=True)
    quantised = book([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])(z)
    torch.testing.assert_close(quantised, torch.tensor([[[1.0, 0.0], [-1.0, 0.0]]]))
    (quantised * torch.tensor([[[2.0, 3.0], [5.0, 7.0]]])).sum().backward()
    assert z.grad.tolist() == [[[2, 3], [5, 7]]]


def test_entries_follow_what_chose_them_by_hand():
    moved = book([[0.0, 0.0], [10.0, 0.0]])
    # Three vectors choose the first entry, one the second; γ = 0.5.
    moved.follow(torch.tensor([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0], [11.0, 3.0]]), 0.5, rng())
    # N = ½ · 1 + ½ · (3, 1); m = ½ · e + ½ · ((3, 3), (11, 3)).
    torch.testing.assert_close(moved.counts, torch.tensor([2.0, 1.0]))
    torch.testing.assert_close(moved.entries, torch.tensor([[0.75, 0.75], [10.5, 1.5]]))


def test_an_entry_that_nobody_chooses_begins_anew_at_a_vector():
    moved, z = book([[0.0, 0.0], [100.0, 100.0]]), normal(50, 2)
    for _ in range(20):
        moved.follow(z, 0.5, rng())
        if moved.entries[1, 0] != 100:
            break
    assert (moved.entries[1] == z).all(dim=1).any()


def test_perplexity_is_that_of_equally_frequent_entries():
    assert float(perplexity(torch.tensor([[0, 1], [2, 3]]), 10)) == pytest.approx(4)
    assert float(perplexity(torch.tensor([[7, 7]]), 10)) == pytest.approx(1)
    # Shares ¾ and ¼: exp(¾ ln(4/3) + ¼ ln 4).
    expected = math.exp(0.75 * math.log(4 / 3) + 0.25 * math.log(4))
    assert float(perplexity(torch.tensor([0, 0, 0, 1]), 3)) == pytest.approx(expected)


def test_the_prior_sees_earlier_integers_alone():
    z = normal(2, 3, 2)
    seen = before(z)
    assert seen.shape == (2, 3, 9)
    torch.testing.assert_close(seen[:, 0, :6], torch.zeros(2, 6))
    torch.testing.assert_close(seen[:, 2, :6], torch.cat([z[:, 0], z[:, 1], torch.zeros(2, 2)], dim=1))
    assert seen[0, :, 6:].tolist() == torch.eye(3).tolist()


def test_the_chances_of_all_integers_sum_to_one_and_draws_follow_them():
    network = made("vq_vae", "digits", **{**SMALL, "n_codes": 2, "codebook_size": 3, "initialization": "he"})
    network.code_book.place(normal(3, 3), torch.ones(3, dtype=torch.bool))
    pairs = torch.cartesian_prod(torch.arange(3), torch.arange(3))
    with torch.no_grad():
        chances = torch.exp2(-network.bits(pairs))
        drawn = network.code_book.indices(network.parts(network.prior(20_000, rng())))
    assert float(chances.sum()) == pytest.approx(1, abs=1e-5)
    frequencies = torch.bincount(drawn[:, 0] * 3 + drawn[:, 1], minlength=9) / len(drawn)
    np.testing.assert_allclose(frequencies, chances, atol=0.015)


def test_the_loss_is_that_of_the_paper():
    network = made("vq_vae", "digits", **SMALL, commitment=0.7)
    network.code_book.place(normal(8, 3), torch.ones(8, dtype=torch.bool))
    x = torch.rand(5, 1, 8, 8, generator=rng())
    with torch.no_grad():
        z = network.encoder(x).reshape(5, 4, 3)
        losses, distance, committed = network.losses(x, z), 0.0, 0.0
        for i in range(5):
            chosen = [min(network.code_book.entries, key=lambda e: float((z[i, j] - e).norm())) for j in range(4)]
            committed += sum(float((z[i, j] - e).square().sum()) for j, e in enumerate(chosen)) / (5 * 4 * 3)
            distance += float((network.decoder(torch.cat(chosen)[None]) - x[i]).square().sum()) / (5 * 64)
    assert float(losses["loss"]) == pytest.approx(distance + 0.7 * committed, rel=1e-5)


def test_each_part_learns_from_its_own_loss():
    network = made("vq_vae", "digits", **SMALL)
    network.code_book.place(normal(8, 3), torch.ones(8, dtype=torch.bool))
    x = torch.rand(5, 1, 8, 8, generator=rng())
    for name, hears in (("loss", (True, True, False)), ("prior_loss", (False, False, True))):
        network.zero_grad(set_to_none=True)
        network.losses(x, network.parts(network.encoder(x)))[name].backward()
        parts = (network.encoder, network.decoder, network.guess)
        assert tuple(next(part.parameters()).grad is not None for part in parts) == hears


def test_digits_become_integers_that_say_what_they_look_like():
    run = training(steps=300, hidden_sizes=(64,), codebook_size=16, latent_size=4)
    untrained = run.measure()
    run.advance()
    found = run.measure()
    # The mean picture is at 0.074; every one of 16⁴ quadruples would be 16 bits.
    assert found["test_mse"] < 0.04
    assert found["test_perplexity"] > 10
    assert found["test_prior_loss"] < min(15, untrained["test_prior_loss"])
    x = run.dataset.validation.x
    integers = run.model.index(x)
    assert integers.shape == (len(x), 4)
    torch.testing.assert_close(run.model.decode(run.model.encode(x)), run.model.reconstruct(x))


@pytest.mark.parametrize("dataset", ["digits", "two_moons"])
def test_the_code_book_is_seen_through_samples(dataset):
    run = training(dataset, steps=20)
    run.advance()
    model = run.model.requires_grad_(False).eval()
    found = ANALYSES["code_book"](Context(model, run.dataset, run.config))
    codes = run.config.hyperparameters.n_codes
    assert found.rate == 3 * codes
    train = run.dataset.train.fixed(5000).x
    integers, decoded, unseen = model.index(train), model.reconstruct(train), model.index(run.dataset.test.x)
    # One more of each of eight than there were in training.
    frequencies = [(integers[:, j].bincount(minlength=8) + 1) / (len(train) + 8) for j in range(codes)]
    bits = sum(-frequencies[j][unseen[:, j]].log2() for j in range(codes))
    assert found.coded == pytest.approx(float(bits.mean()), rel=1e-4)
    assert found.guessed == pytest.approx(float(model.bits(unseen).mean()), rel=1e-4)
    entry, share = int(found.entries[-1, 0]), float(found.shares[-1, 0])
    has_it = integers[:, -1] == entry
    assert float(has_it.float().mean()) == pytest.approx(share, abs=0.02)
    np.testing.assert_allclose(found.pictures[-1, 0], decoded[has_it].mean(dim=0), atol=0.05)
    np.testing.assert_array_equal(found.integers, model.index(torch.from_numpy(found.samples)))
