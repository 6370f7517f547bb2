"""Inside recurrent networks whose weights say what must come out: gates, gradients, and how far back they remember."""

import numpy as np
import pytest
import torch

from core import MODELS, RunConfig, load_dataset
from core.analysis import ANALYSES, Context
from core.analysis.remembering import DRAWS, changed, gradients, horizon, lags_that_differ
from core.analysis.unfolding import decided, directions, judged
from core.dataset import Dataset, DataSpec, Split
from core.errors import LatentLabError
from core.nn.gates import GATES, advance, begin
from core.nn.recurrent import CELLS, States
from tests.making import made, normal

close = torch.testing.assert_close
each_cell = pytest.mark.parametrize("cell", CELLS)
STEPS, UNITS = 20, 2


def look(model: str = "recurrent_autoencoder", x: torch.Tensor | None = None, **hyperparameters) -> Context:
    """A model on sequences so small that tanh is a straight line, each the same number at all steps."""
    sizes = {"hidden_size": UNITS, "latent_size": UNITS, **hyperparameters}
    config = RunConfig(dataset="waves", model=model, hyperparameters=sizes)
    part = Split(1e-4 * normal(30, 1, 1).expand(-1, STEPS, -1) if x is None else x, None)
    spec = DataSpec("sequence", tuple(part.x.shape[1:]), (-1.0, 1.0))
    context = Context(MODELS[model](config.hyperparameters, spec), Dataset("own", part, part, part, spec), config)
    return Context(context.untrained(1), context.dataset, config)


def with_factor(factor: float) -> Context:
    """A plain rnn whose state is its input and `factor` times the state before, and whose code is its state."""
    context = look(cell="rnn")
    cell, head = context.model.reader.cell, context.model.encoder[-1]
    cell.weight_ih_l0.fill_(1)
    for weight, scale in ((cell.weight_hh_l0, factor), (head.weight, 1.0)):
        weight.copy_(scale * torch.eye(UNITS))
    return context


@each_cell
def test_single_steps_come_to_what_torch_comes_to(cell):
    states, x = States(cell, 3, 5).requires_grad_(False), normal(4, 7, 3)
    carried, rows = begin(states.cell, 4), []
    for at in x.unbind(dim=1):
        carried, gates = advance(states.cell, at, carried)
        rows.append(carried[0])
        assert len(gates) == len(GATES[type(states.cell)])
        assert all(((gate > 0) & (gate < 1)).all() for gate in gates)
    wanted, last = states.cell(x)
    close(torch.stack(rows, dim=1), wanted)
    if cell == "lstm":
        close(carried[1], last[1][0])


@pytest.mark.parametrize(("cell", "gate", "row"), [
    ("gru", "reset", 0), ("gru", "update", 1), ("lstm", "input", 0), ("lstm", "forget", 1), ("lstm", "output", 3),
])  # fmt: skip
def test_a_gate_is_called_as_torch_orders_its_weights(cell, gate, row):
    states = States(cell, 1, 1).requires_grad_(False)
    for weight in states.parameters():
        weight.zero_()
    states.cell.bias_ih_l0[row] = 5.0
    _, gates = advance(states.cell, torch.ones(1, 1), begin(states.cell, 1))
    opened = dict(zip(GATES[type(states.cell)], (float(each) for each in gates), strict=True))
    assert opened.pop(gate) == pytest.approx(1 / (1 + np.exp(-5)))
    assert set(opened.values()) == {0.5}


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.1])
def test_a_gradient_falls_or_grows_by_the_factor_of_the_state_at_each_step(factor):
    context = with_factor(factor)
    norms = gradients(context.model, context.dataset.test.x)
    wanted = factor ** torch.arange(STEPS - 1, -1, -1.0)
    close(norms, wanted.expand(len(norms), -1), rtol=1e-3, atol=0)
    found = ANALYSES["remembering"](context)
    assert found.kept == pytest.approx(factor ** (STEPS - 1), rel=1e-3)
    assert found.norms.shape == (2, 3, STEPS)
    assert (np.diff(found.norms, axis=1) >= 0).all()


def test_a_gradient_goes_through_the_memory_of_an_lstm_by_its_forget_gate():
    context = look(cell="lstm")
    cell = context.model.reader.cell
    for weight in cell.parameters():
        weight.zero_()
    # f = σ(log 4) = 0.8 and c stays at 0; by way of h nothing goes on.
    cell.bias_ih_l0[UNITS : 2 * UNITS] = np.log(4.0)
    norms = gradients(context.model, context.dataset.test.x)
    close(norms[:, :-2] / norms[:, 1:-1], torch.full((len(norms), STEPS - 2), 0.8))


@each_cell
def test_a_gradient_is_that_of_all_that_a_step_hands_on(cell):
    x = normal(6, 5, 1)
    model = look(x=x, cell=cell).model
    reader = model.reader.cell
    with torch.enable_grad():
        _, state = reader(x[:, :2])
        parts = [part.requires_grad_() for part in (state if cell == "lstm" else (state,))]
        last = reader(x[:, 2:], tuple(parts) if cell == "lstm" else parts[0])[0][:, -1]
        slopes = torch.autograd.grad(model.last_loss(x, last).sum(), [*parts, last])
    norms = [torch.cat(each, dim=-1).squeeze(0).norm(dim=1) for each in (slopes[:-1], slopes[-1:])]
    close(gradients(model, x)[:, 1], norms[0] / norms[1])


@pytest.mark.parametrize(("factor", "remembered"), [(0.0, 0), (0.5, 5), (0.9, STEPS - 1)])
def test_a_change_is_remembered_as_long_as_powers_of_the_factor_say(factor, remembered):
    seen = []
    context = with_factor(factor)
    found = ANALYSES["remembering"](Context(context.model, context.dataset, context.config, seen.append))
    # Δ ‖factorᵏ‖ for one step, Δ Σ factorᵏ for all of them.
    wanted = factor ** np.arange(STEPS, dtype=float)
    np.testing.assert_allclose(found.changes[0], np.tile(wanted / wanted.sum(), (3, 1)), rtol=1e-2, atol=1e-5)
    assert found.horizons[0].tolist() == [remembered] * 3
    assert found.horizon == remembered
    assert found.lags.tolist() == list(range(STEPS))
    assert seen == sorted(seen)
    # Those before their first step are not this one.
    assert not np.allclose(found.changes[1], found.changes[0], rtol=0.05)


@pytest.mark.parametrize(
    ("model", "knobs"), [("recurrent_autoencoder", {"code_at": "every_step"}), ("recurrent_gan", {"window": 1})]
)
def test_a_code_of_all_states_is_no_memory(model, knobs):
    context = look(model, x=normal(30, 9, 1).clamp(-1, 1), cell="rnn", **knobs)
    context.model.reader.cell.weight_hh_l0.fill_(0)
    found = ANALYSES["remembering"](context)
    assert found.changes[0, :, 0].min() > 0.5
    assert not found.changes[0, :, 1:].any()


def test_a_change_is_one_step_of_another_sequence():
    x = normal(6, 4, 1)
    shares = changed(lambda seen: seen[:, 1], x, np.array([0, 2, 3]), seed=0)
    # Only the second of four steps makes the code: two before the last.
    assert shares.tolist() == [0, pytest.approx(1), 0]
    # What all sequences end with is no change, and does not make the others smaller.
    x[:3, 3] = 0
    assert changed(lambda seen: seen[:, 3], x, np.array([0]), seed=0).tolist() == [pytest.approx(1)]
    with pytest.raises(LatentLabError, match="nothing to remember"):
        changed(lambda seen: 0 * seen[:, 1], x, np.array([0]), seed=0)


def test_what_no_two_sequences_differ_in_is_not_asked_for():
    x = normal(30, 6, 1)
    # Five of thirty are as long as that, as few names are; the last step is blank in all of them.
    x[5:, 4], x[:, 5] = 0, 0
    assert lags_that_differ(x, np.arange(6)).tolist() == [1, 2, 3, 4, 5]
    context = with_factor(0.9)
    short = context.dataset.test.x.clone()
    short[:, -3:] = 0
    part = Split(short, None)
    padded = Dataset("own", part, part, part, context.dataset.spec)
    found = ANALYSES["remembering"](Context(context.model, padded, context.config))
    assert found.lags.tolist() == list(range(3, STEPS))
    assert (found.steps, found.changes.shape) == (STEPS, (2, DRAWS, STEPS - 3))
    # All but the last three steps are heard, so that the horizon is the whole sequence and not 0.
    assert found.horizon == STEPS - 1
    part = Split(torch.zeros_like(short), None)
    with pytest.raises(LatentLabError, match="all but the same"):
        ANALYSES["remembering"](Context(context.model, Dataset("own", part, part, part, padded.spec), context.config))


def test_a_horizon_ends_where_changes_count_no_more():
    lags = np.array([0, 2, 4, 6])
    assert [horizon(lags, np.array(each)) for each in ([1, 0.1, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0.01])] == [2, 0, 6]


def test_a_net_that_says_nothing_is_refused_with_a_sentence():
    context = look(initialization="zero")
    with pytest.raises(LatentLabError, match="No hidden state ever changes"):
        ANALYSES["unfolding"](context)
    with pytest.raises(LatentLabError, match="no gradient goes back"):
        gradients(context.model, context.dataset.test.x)
    at_once = look("recurrent_gan", x=normal(30, 9, 1).clamp(-1, 1), window=9)
    with pytest.raises(LatentLabError, match="a whole sequence in one step"):
        ANALYSES["remembering"](at_once)


def test_directions_by_hand():
    corners = torch.tensor([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert directions(corners.unsqueeze(1)) == pytest.approx(2)
    assert directions((corners * torch.tensor([1.0, 0])).unsqueeze(1)) == pytest.approx(1)
    # Variances 1 and 4: 5² / (1 + 16)
    assert directions((corners * torch.tensor([1.0, 2])).unsqueeze(1)) == pytest.approx(25 / 17)


def test_decided_is_the_share_after_which_the_cluster_stays():
    path = torch.tensor([[0, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 1]])
    shares = [decided(torch.nn.functional.one_hot(each, 2).float().unsqueeze(0)) for each in path]
    assert shares == [0.5, 0.25, 1.0]
    assert decided(torch.nn.functional.one_hot(path, 2).float()) == 0.5


def test_forecasts_of_letters_are_judged_as_probabilities_beside_counts():
    letters = torch.tensor([0, 1, 0, 1, 0]).repeat(200, 1)
    x = torch.nn.functional.one_hot(letters, 3).float()
    words = Split(x, None)
    data = Dataset("own", words, words, words, DataSpec("sequence", (5, 3), (0.0, 1.0), alphabet=" ab"))
    found = judged(torch.tensor([0.6, 0.3, 0.1]).expand(200, 4, 3), x, data)
    assert found.keys() == {"hits", "surprise", "chain_hits", "chain_surprise"}
    assert found["hits"] == 0.5
    assert found["surprise"] == pytest.approx(-np.log([0.6, 0.3]).mean(), rel=1e-5)
    # Each letter was followed by the other one 400 times, and one was added for each of three.
    assert found["chain_hits"] == 1
    assert found["chain_surprise"] == pytest.approx(-np.log(401 / 403), rel=1e-3)


def test_what_is_thought_after_the_last_step_is_what_the_model_says():
    context = look("recurrent_clustering", x=normal(30, 9, 2).clamp(-1, 1), cell="gru", hidden_size=6)
    model, x = context.model, context.dataset.test.x
    found = ANALYSES["unfolding"](context)
    shown = torch.from_numpy(found.sequences)
    assert found.gates.shape == (2, 12, 9, 6)
    assert found.names == ("reset", "update")
    close(torch.from_numpy(found.assignments[:, -1]), model.assign(shown))
    # A prefix is assigned like a whole sequence that ends there.
    close(torch.from_numpy(found.assignments[:, 3]), model.assign(shown[:, :4]))
    close(torch.from_numpy(found.forecasts[:, 3]), model.forecast(model.trajectory(shown)[:, 3]))
    guessed = model.forecast(model.trajectory(x)[:, :-1])
    assert found.forecast_error == pytest.approx(float((guessed - x[:, 1:]).square().mean()), rel=1e-5)
    assert found.still_error == pytest.approx(float((x[:, 1:] - x[:, :-1]).square().mean()), rel=1e-5)
    order = context.dataset.test.order(len(x))
    errors = (guessed - x[:, 1:]).square().mean(dim=(1, 2))[order].reshape(-1, 5).mean(dim=0)
    assert found.spreads["forecast_error"] == pytest.approx(float(errors.std()) / 5**0.5, rel=1e-3)
    assert found.spreads.keys() == {"directions", "decided", "forecast_error", "still_error"}
    untrained = [decided(context.untrained(seed).assignments(x)) for seed in range(5)]
    assert found.untrained_decided.tolist() == pytest.approx(untrained)
    # The same units, from calm to restless.
    path = model.trajectory(shown).numpy()
    assert sorted(found.states[0, 0]) == pytest.approx(sorted(path[0, 0]), abs=1e-6)
    order = [int(np.abs(path[0, 0] - value).argmin()) for value in found.states[0, 0]]
    moves = np.square(np.diff(model.trajectory(x).numpy(), axis=1)).mean(axis=(0, 1))
    assert (np.diff(moves[order]) >= 0).all()
    np.testing.assert_allclose(found.states, path[..., order], atol=1e-6)


def test_words_are_foretold_as_shares_of_the_alphabet():
    network, x = made("recurrent_clustering", "surnames", hidden_size=4), load_dataset("surnames").test.x[:3]
    close(network.forecasts(x).sum(dim=2), torch.ones(3, x.shape[1] - 1))


def test_windows_are_read_as_the_discriminator_reads_them():
    network, x = made("recurrent_gan", "waves", window=4, hidden_size=6).requires_grad_(False), normal(3, 64, 1)
    assert network.inputs(x).shape == (3, 16, 4)
    close(
        network.last_loss(x, network.trajectory(x)[:, -1]),
        -network.discriminator.score(network.trajectory(x)[:, -1])[:, 0],
    )
