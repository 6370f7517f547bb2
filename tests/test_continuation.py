"""Beginnings that are gone on with, letters that follow each other, and counts by hand."""

import math

import numpy as np
import pytest
import torch

from core import RunConfig
from core.analysis import ANALYSES, Context
from core.analysis.chains import ByPlace, Chain, draw, nats
from core.analysis.continuation import written
from core.analysis.words import share_copied, share_spelled, trigrams, words_of
from core.errors import LatentLabError
from core.training.loop import Training


@pytest.fixture(scope="module")
def names() -> Context:
    config = RunConfig(
        dataset="surnames", model="autoregressive", steps=150, hyperparameters={"hidden_size": 32, "batch_size": 32}
    )
    training = Training(config)
    training.advance()
    return Context(training.model, training.dataset, config)


def test_trigrams_reach_one_blank_over_either_end():
    assert trigrams("anna") == {" an", "ann", "nna", "na "}


def test_a_word_is_spelled_like_others_if_all_its_trigrams_are_theirs():
    known = ["anna", "hanno"]
    # "anno" begins as the one and ends as the other; "annan" has "nan".
    assert share_spelled(["anno", "annan"], known) == 0.5
    # A word without letters is none.
    assert share_spelled(["", "anno"], known) == share_spelled(["annan", "anno"], known)
    assert share_copied(["anno", "anna", "anna", "x"], known) == 0.5


def test_counts_by_place_and_by_the_letters_before_by_hand():
    train, unseen = (torch.tensor(rows).unsqueeze(2) for rows in ([[0, 0, 1], [0, 1, 1]], [[0, 0, 1]]))
    # One added to each count. First step: 0 three times of 4; second: 2 of 4; third: 1 three times of 4.
    assert float(nats(ByPlace(train, 2), unseen).mean()) == pytest.approx(-math.log(3 / 4 * 2 / 4 * 3 / 4))
    # After 0: 0 once, 1 twice. After 1: 1 once. With one added 0 → 0 is 2 of 5, 0 → 1 is 3 of 5.
    assert float(nats(Chain(train, 2, 1), unseen).mean()) == pytest.approx(-math.log(3 / 4 * 2 / 5 * 3 / 5))
    # After 0 0: 1 once; two are added, spread as after 0 alone: (1 + 2 · 3/5) of 3.
    assert float(nats(Chain(train, 2, 2), unseen).mean()) == pytest.approx(
        -math.log(3 / 4 * 2 / 5 * (1 + 2 * 3 / 5) / 3)
    )


def test_chains_are_drawn_as_often_as_they_say_at_every_place():
    rng = torch.Generator().manual_seed(0)
    # The third is the exclusive or of the two before it: nothing that one before it, or its step, would tell.
    first = torch.randint(2, (4000, 2, 2), generator=rng)
    x = torch.cat([first, (first[:, :1] + first[:, 1:]) % 2], dim=1)
    by_place, one, two = ByPlace(x, 2), Chain(x, 2, 1), Chain(x, 2, 2)
    assert float(nats(by_place, x).mean()) == pytest.approx(6 * math.log(2), rel=0.01)
    assert float(nats(one, x).mean()) == pytest.approx(6 * math.log(2), rel=0.01)
    assert float(nats(two, x).mean()) == pytest.approx(4 * math.log(2), rel=0.01)
    for counted, right in ((by_place, 0.5), (one, 0.5), (two, 1.0)):
        new = draw(counted, 2000, (3, 2), rng)
        assert new.shape == (2000, 3, 2)
        follows = (new[:, 2] == (new[:, 0] + new[:, 1]) % 2).float().mean(dim=0)
        assert follows.tolist() == pytest.approx([right] * 2, abs=0.05)
    # Of four a and one b, at half the temperature b comes once in 17.
    mostly = ByPlace(torch.tensor([0, 0, 0]).reshape(3, 1, 1), 2)
    assert draw(mostly, 4000, (1, 1), rng, 0.5).float().mean() == pytest.approx(1 / 17, abs=0.015)
    # Probabilities, also after what never came before.
    rare = torch.tensor([[[1, 1], [1, 1]]])
    assert Chain(x[:1], 2, 2).following(rare).sum(dim=2).tolist() == [[pytest.approx(1)] * 2]


def test_a_beginning_is_folded_and_what_cannot_begin_a_word_is_refused():
    alphabet = " abc"
    assert written(" ÁB ", alphabet, 4).tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]
    with pytest.raises(LatentLabError, match="no “x”; their letters are abc"):
        written("axe", alphabet, 4)
    with pytest.raises(LatentLabError, match="4 letters at most"):
        written("abca", alphabet, 4)


def test_names_are_gone_on_with_in_several_ways_beside_counts(names):
    found = ANALYSES["continuation"](names, beginning="Ma")
    words = words_of(torch.from_numpy(found.drawn), names.dataset.spec.alphabet)
    assert all(word.startswith("ma") for word in words)
    assert len(set(words)) > 3
    assert found.known == 2
    assert found.following.sum() == pytest.approx(1, abs=1e-5)
    with torch.no_grad():
        wanted = names.model.evaluate(names.dataset.test.x, torch.Generator())["nats"]
    assert found.nats == pytest.approx(float(wanted), rel=1e-5)
    assert max(found.nats, found.chain_nats) < found.alone_nats
    assert 0.5 < found.real_spelled < 1
    # Two letters before say more than one. Each name stands in the data once; short ones are drawn by counts again.
    assert found.pair_nats < found.chain_nats
    assert found.chain_spelled < found.pair_spelled < found.real_spelled
    assert found.real_copied == 0
    assert 0 < min(found.chain_copied, found.pair_copied) < 0.1
    with torch.no_grad():
        each = names.model.surprises(names.dataset.test.x).flatten(1).sum(dim=1)
    assert found.spreads["nats"] == pytest.approx(float(each.std()) / len(each) ** 0.5, rel=1e-4)
    assert found.spreads["spelled"] == pytest.approx((found.spelled * (1 - found.spelled) / 999) ** 0.5)
    assert found.spreads.keys() == found.metrics().keys()
    # Colder, words are more like those that were read, also those that counts draw.
    cold = ANALYSES["continuation"](names, temperature=0.3)
    assert cold.spelled > found.spelled + 0.1
    assert cold.chain_spelled > found.chain_spelled + 0.1


def test_a_model_that_learned_nothing_expects_no_more_than_chance(names):
    training = Training(names.config)
    found = ANALYSES["continuation"](Context(training.model, training.dataset, names.config))
    assert found.nats > found.alone_nats
    assert found.spelled < 0.1


def test_series_begin_as_a_held_out_one():
    config = RunConfig(dataset="waves", model="autoregressive", steps=2, hyperparameters={"hidden_size": 4})
    training = Training(config)
    training.advance()
    context = Context(training.model, training.dataset, config)
    found = ANALYSES["continuation"](context, sequence=3, given=20)
    symbols = training.model.symbols
    begun = symbols.write(symbols.read(torch.from_numpy(found.truth[None, :20])))
    assert (found.drawn[:, :20] == begun.numpy()).all()
    assert np.ptp(found.drawn[:, 20:], axis=0).max() > 0
    assert found.values[[0, -1]].tolist() == pytest.approx([-1, 1])
    assert found.spelled is None
    with pytest.raises(LatentLabError, match="must be shorter"):
        ANALYSES["continuation"](context, given=64)
