"""The autoregressive model: probabilities of sequences, draws by quantiles, and beginnings that are gone on with."""

import math

import pytest
import torch

from core import RunConfig, load_dataset
from core.nn.recurrent import CELLS, States
from core.nn.symbols import Letters, Levels, inverse_cdf
from core.training.loop import Training
from tests.making import made, normal, rng

close = torch.testing.assert_close
SMALL = {"hidden_size": 6, "levels": 5}


def training(dataset: str = "waves", steps: int = 20, **hyperparameters) -> Training:
    named = {"dataset": dataset, "model": "autoregressive", "steps": steps}
    return Training(RunConfig(**named, hyperparameters={**SMALL, **hyperparameters}))


def test_levels_lie_evenly_from_end_to_end_and_values_go_to_the_nearest():
    levels = Levels(5, 1, (-1.0, 1.0))
    x = torch.tensor([-1.0, -0.8, -0.7, 0.2, 0.3, 1.0]).reshape(1, 6, 1)
    assert levels.read(x).flatten().tolist() == [0, 0, 1, 2, 3, 4]
    assert levels.write(torch.arange(5).reshape(1, 5, 1)).flatten().tolist() == [-1, -0.5, 0, 0.5, 1]


def test_words_are_read_and_written_letter_by_letter():
    x, letters = load_dataset("surnames").test.x[:7], Letters(27)
    assert torch.equal(letters.write(letters.read(x)), x)


def test_a_draw_is_the_first_choice_whose_sum_exceeds_the_quantile():
    p = torch.tensor([0.25, 0.0, 0.5, 0.25, 0.0]).expand(6, 5)
    assert inverse_cdf(p, torch.tensor([0.0, 0.2, 0.25, 0.7, 0.75, 1.0])).tolist() == [0, 0, 2, 2, 3, 3]


@pytest.mark.parametrize("cell", CELLS)
def test_steps_one_by_one_are_the_whole_sequence_at_once(cell):
    states, x = States(cell, 3, 5).requires_grad_(False), normal(4, 7, 3)
    carry, found = None, []
    for step in x.unbind(dim=1):
        state, carry = states.step(step, carry)
        found.append(state)
    close(torch.stack(found, dim=1), states(x))


def test_a_step_is_guessed_from_those_before_it_alone():
    network = training().model
    x = load_dataset("waves").test.x[:3]
    other = x.clone()
    other[:, 10:] = -other[:, 10:]
    with torch.no_grad():
        one, two = network.predict(x), network.predict(other)
    close(one.sum(dim=3), torch.ones(one.shape[:3]))
    close(one[:, :11], two[:, :11])
    assert not torch.allclose(one[:, 11:], two[:, 11:])


def test_all_sequences_of_two_steps_have_probabilities_that_sum_to_one_and_draws_follow_them():
    network = training(levels=3, initialization="he").model
    network.shape = (2, 1)
    pairs = torch.cartesian_prod(torch.arange(3), torch.arange(3))
    with torch.no_grad():
        p = (-network.surprises(network.symbols.write(pairs.unsqueeze(2))).flatten(1).sum(dim=1)).exp()
        drawn = network.symbols.read(network.decode(normal(20_000, 2)))[:, :, 0]
    assert float(p.sum()) == pytest.approx(1, abs=1e-5)
    shares = torch.bincount(3 * drawn[:, 0] + drawn[:, 1], minlength=9) / len(drawn)
    close(shares, p, atol=0.02, rtol=0)


def test_temperature_divides_the_logarithms_of_probabilities():
    network = training(levels=3, initialization="he").model
    network.shape = (1, 1)
    with torch.no_grad():
        p = network.predict(torch.zeros(1, 1, 1)).flatten()
        cold = network.go_on(torch.zeros(20_000, 0, 1), normal(20_000, 1), 0.5)
    # p^(1/τ), as shares; τ = ½.
    shares = torch.bincount(network.symbols.read(cold).flatten(), minlength=3) / 20_000
    close(shares, p**2 / (p**2).sum(), atol=0.02, rtol=0)


def test_a_beginning_is_kept_and_what_follows_is_drawn():
    network = training("surnames").model
    x = load_dataset("surnames").test.x[:1].expand(40, -1, -1)
    with torch.no_grad():
        found = network.go_on(x[:, :4], network.prior(40, rng()), 1.0)
    assert torch.equal(found[:, :4], x[:, :4])
    assert len(found[:, 4:].argmax(dim=2).unique(dim=0)) > 20


def test_a_code_is_the_state_after_the_last_step():
    network, x = made("autoregressive", "waves", **SMALL), load_dataset("waves").test.x[:3]
    close(network.encode(x), network.states(network.symbols.one_hot(network.symbols.read(x)))[:, -1])


def test_learns_which_letters_follow_each_other():
    trained = training("surnames", steps=200, hidden_size=32)
    trained.advance()
    data = trained.dataset
    # Each letter by its frequency at its place, without looking at those before it.
    shares = (data.train.x.sum(dim=0) + 1) / (len(data.train.x) + 27)
    alone = -(data.validation.x * shares.log()).sum(dim=(1, 2)).mean()
    with torch.no_grad():
        found = trained.model.evaluate(data.validation.x, rng())
    assert found["nats"] < alone < 12 * math.log(27)
    close(found["nats"], 12 * found["loss"])
