"""Recurrent networks against the plain loop of their equations, and what is said of the sequences they write."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from core import DATASETS, MODELS, RunConfig, load_dataset
from core.descent import minimise_clipped
from core.nn.initialization import initialize
from core.nn.recurrent import CELLS, States, Unfold, Unwindow, Windows
from core.sentences import sentences
from core.training.loop import Training
from tests.making import normal, rng

close = torch.testing.assert_close
each_cell = pytest.mark.parametrize("cell", CELLS)
SEQUENCES = [name for name, source in DATASETS.items() if source.spec.kind == "sequence"]


def made(model: str, dataset: str, **hyperparameters):
    """A model with the dataset's own defaults, its first weights drawn."""
    config = RunConfig(dataset=dataset, model=model, hyperparameters=hyperparameters)
    network = MODELS[model](config.hyperparameters, DATASETS[dataset].spec).eval().requires_grad_(False)
    network.initialize(rng())
    return network


# ------------------------------------------------------------------------------------------------------------- cells


def rnn(x: Tensor, h: Tensor, c: Tensor, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor):
    # h_t = tanh(W_hh h_{t−1} + W_xh x_t + b)
    return torch.tanh(w_h @ h + w_x @ x + b_x + b_h), c


def gru(x: Tensor, h: Tensor, c: Tensor, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor):
    # r, z = σ(W x + U h + b); h̃ = tanh(W x + b + r ⊙ (U h + b')); h_t = z ⊙ h_{t−1} + (1 − z) ⊙ h̃
    (from_x, from_h) = (w_x @ x + b_x).chunk(3), (w_h @ h + b_h).chunk(3)
    r, z = (torch.sigmoid(from_x[gate] + from_h[gate]) for gate in (0, 1))
    return z * h + (1 - z) * torch.tanh(from_x[2] + r * from_h[2]), c


def lstm(x: Tensor, h: Tensor, c: Tensor, w_x: Tensor, w_h: Tensor, b_x: Tensor, b_h: Tensor):
    # i, f, o = σ(W x + U h + b); g = tanh(W x + U h + b); c_t = f ⊙ c_{t−1} + i ⊙ g; h_t = o ⊙ tanh(c_t)
    i, f, g, o = (w_x @ x + b_x + w_h @ h + b_h).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


STEP = {"rnn": rnn, "gru": gru, "lstm": lstm}


def loop(states: States, x: Tensor, start: Tensor) -> Tensor:
    """The cell's equation, sequence by sequence and step by step."""
    cell, weights = STEP[next(name for name, made in CELLS.items() if isinstance(states.cell, made))], []
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
        weights.append(states.cell.get_parameter(name))
    rows = []
    for sequence, first in zip(x, start, strict=True):
        h, c = first, first
        for step in sequence:
            h, c = cell(step, h, c, *weights)
            rows.append(h)
    return torch.stack(rows).reshape(len(x), x.shape[1], -1)


def randomised(network: torch.nn.Module) -> torch.nn.Module:
    """All weights and biases at random, so that none hides behind a zero."""
    for index, parameter in enumerate(network.parameters()):
        parameter.data = 0.5 * normal(*parameter.shape, seed=index)
    return network.requires_grad_(False)


@each_cell
def test_cell_is_the_loop_of_its_equation(cell):
    states, x = randomised(States(cell, 3, 5)), normal(4, 7, 3)
    close(states(x), loop(states, x, torch.zeros(4, 5)))
    start = normal(4, 5, seed=1).tanh()
    close(states(x, start), loop(states, x, start))


@each_cell
def test_code_decides_the_first_state_and_is_heard_at_every_step(cell):
    unfold, z = randomised(Unfold(cell, 2, 5, steps=6)), normal(4, 2)
    start = torch.tanh(z @ unfold.start.weight.T + unfold.start.bias)
    close(unfold(z), loop(unfold.states, torch.stack([z] * 6, dim=1), start))


@each_cell
@pytest.mark.parametrize(("scheme", "heard", "fed"), [("xavier", 1, 1), ("he", 1, 0)])
def test_each_gate_begins_with_the_variance_of_its_own_fans(cell, scheme, heard, fed):
    units, features = 120, 40
    states = States(cell, features, units)
    initialize(states, scheme, rng())
    for name, fan_in in (("weight_ih_l0", features), ("weight_hh_l0", units)):
        for gate in states.cell.get_parameter(name).split(units):
            wanted = 2 / (heard * fan_in + fed * units)
            # Five standard errors of the variance of a normal; a uniform's is smaller.
            assert abs(gate.var() / wanted - 1) < 5 * math.sqrt(2 / gate.numel())


def test_forget_gates_begin_open_and_all_other_biases_at_zero():
    for cell in CELLS:
        states = States(cell, 3, 5)
        initialize(states, "xavier", rng())
        wanted = torch.zeros(len(states.cell.bias_ih_l0))
        if cell == "lstm":
            wanted[5:10] = 1
        close(states.cell.bias_ih_l0 + states.cell.bias_hh_l0, wanted)


def test_windows_fill_up_with_zeros_and_come_apart_again():
    x = torch.arange(1.0, 11).reshape(1, 5, 2)
    windows = Windows(3)(x)
    assert windows.tolist() == [[[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 0, 0]]]
    assert torch.equal(Unwindow(5, 2)(windows), x)


# ------------------------------------------------------------------------------------------------------- autoencoder


@each_cell
@pytest.mark.parametrize("dataset", ["digit_rows", "control_charts"])
def test_code_is_linear_in_the_last_state_of_the_trajectory(cell, dataset):
    network, x = made("recurrent_autoencoder", dataset, cell=cell), load_dataset(dataset).test.x[:5]
    path = network.trajectory(x)
    assert path.shape == (5, x.shape[1], network.hyperparameters.hidden_size)
    close(network.encode(x), network.encoder[-1](path[:, -1]))
    assert network.reconstruct(x).shape == x.shape


@each_cell
def test_a_code_at_every_step_is_what_was_read_until_then(cell):
    network = made("recurrent_autoencoder", "digit_rows", cell=cell, code_at="every_step", latent_size=3, hidden_size=6)
    x, head = load_dataset("digit_rows").test.x[:5], network.encoder[1]
    codes = network.encode(x)
    assert codes.shape == (5, network.latents) == (5, 8 * 3)
    close(codes.unflatten(1, (8, 3)), network.trajectory(x) @ head.weight.T + head.bias)
    # What comes later changes nothing that was read, or written, before.
    later = torch.cat([x[:, :5], 1 - x[:, 5:]], dim=1)
    same = (network.encode(later) == codes).unflatten(1, (8, 3)).all(dim=2)
    assert same[:, :5].all()
    assert not same[:, 5:].any()
    written = network.reconstruct(x)
    assert written.shape == x.shape
    other = network.decode(torch.cat([codes[:, :15], codes[:, 15:] + 1], dim=1))
    close(other[:, :5], written[:, :5])
    assert not (other[:, 5:] == written[:, 5:]).all(dim=2).any()
    # The last state answers for what is written last.
    states = network.trajectory(x)
    close(network.last_loss(x, states[:, -1]), (written - x).square().mean(dim=(1, 2)))
    changed = network.last_loss(x, states[:, -1] + 1)
    codes[:, -3:] = (states[:, -1] + 1) @ head.weight.T + head.bias
    close(changed, (network.decode(codes) - x).square().mean(dim=(1, 2)))


def test_decoder_writes_the_last_step_first():
    network, z = made("recurrent_autoencoder", "digit_rows"), normal(3, 8)
    unfold, head, _ = network.decoder
    close(network.output(z)[:, -1], head(unfold(z)[:, 0]))


@pytest.mark.parametrize("limit", [0.0, 0.1, 1e6])
def test_a_gradient_is_shortened_to_its_limit_and_its_norm_told(limit):
    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    # ∇ (3 w_1 + 4 w_2) = (3, 4), as long as 5.
    norm = minimise_clipped(weight @ torch.tensor([3.0, 4.0]), torch.optim.SGD([weight], lr=1.0), limit)
    assert float(norm) == pytest.approx(5)
    share = limit / 5 if 0 < limit < 5 else 1
    close(weight.detach(), torch.tensor([1.0, -2.0]) - share * torch.tensor([3.0, 4.0]))


@pytest.mark.parametrize("model", ["recurrent_autoencoder", "recurrent_clustering", "recurrent_gan"])
def test_clipping_that_no_gradient_reaches_changes_no_bit(model):
    trained = []
    for limit in (0.0, 100.0):
        hyperparameters = {"hidden_size": 4, "batch_size": 8, "gradient_clip": limit}
        training = Training(RunConfig(dataset="waves", model=model, steps=3, hyperparameters=hyperparameters))
        training.advance()
        trained.append(training.model.state_dict())
    assert all(torch.equal(trained[0][name], trained[1][name]) for name in trained[0])


def test_the_longest_gradient_of_a_turn_is_told():
    hyperparameters = {"hidden_size": 4, "batch_size": 8, "dropout": 0.0}
    for players in ("discriminator", "generator", "both"):
        config = RunConfig(
            dataset="waves", model="recurrent_gan", steps=3, hyperparameters={**hyperparameters, "players": players}
        )
        training = Training(config)
        training.advance(1)
        told = training.metrics["gradient_norm"]
        # Whoever moved last still has its gradient: nothing was clipped.
        norms = {
            name: torch.stack([p.grad.norm() for p in part.parameters() if p.grad is not None]).norm()
            for name, part in training.model.optimised_modules().items()
            if players in ("both", name)
        }
        assert told == pytest.approx(float(max(norms.values())), rel=1e-4)


def test_words_are_a_softmax_at_each_step():
    network, x = made("recurrent_autoencoder", "surnames", hidden_size=4), load_dataset("surnames").test.x[:5]
    shares = network.reconstruct(x)
    close(shares.sum(dim=2), torch.ones(5, 12))
    # −log of the share of the right letter, mean over letters.
    right = shares.gather(2, x.argmax(dim=2, keepdim=True))
    close(network.losses(x, x)["loss"], -right.log().mean())
    wanted = (shares.argmax(dim=2) == x.argmax(dim=2)).float().mean()
    close(network.evaluate(x, rng())["letters_right"], wanted)
    # The last state answers for all that is written from its code, word by word.
    answers = network.last_loss(x, network.trajectory(x)[:, -1])
    assert answers.shape == (5,)
    close(answers.mean(), network.evaluate(x, rng())["loss"])


def test_a_softmax_is_for_words():
    with pytest.raises(ValidationError) as refused:
        RunConfig(dataset="waves", model="recurrent_autoencoder", hyperparameters={"reconstruction_loss": "softmax"})
    assert sentences(refused.value) == [
        "Reconstruction loss softmax is for words, which are letters of an alphabet; choose MSE."
    ]


def test_recurrent_clustering_foretells_letters_in_nats():
    network = made("recurrent_clustering", "surnames", jitter=0.0, scaling=0.0, crop=0.0)
    x = load_dataset("surnames").test.x[:5]
    shares = network.forecast(network.trajectory(x)[:, :-1]).softmax(dim=2)
    wanted = -shares.gather(2, x[:, 1:].argmax(dim=2, keepdim=True)).log().mean()
    close(network.losses(x, rng())["forecast_surprise"], wanted)


def test_recurrent_autoencoder_learns_to_write_sequences():
    training = Training(RunConfig(dataset="digit_rows", model="recurrent_autoencoder", steps=300))
    training.advance()
    x = training.dataset.test.x
    found = training.model.evaluate(x, rng())["mse"]
    assert found < 0.5 * (x - training.dataset.train.x.mean(dim=0)).square().mean()


# --------------------------------------------------------------------------------------------------------------- GAN


@pytest.mark.parametrize(
    ("dataset", "window", "wanted"), [("waves", 4, 8 + 16 * 4), ("waves", 7, 8 + 10 * 4), ("digit_rows", 1, 8 + 8 * 4)]
)
def test_latents_are_the_static_noise_and_fresh_noise_for_each_window(dataset, window, wanted):
    network = made("recurrent_gan", dataset, window=window)
    assert network.latents == wanted
    assert network.sample(3).shape == (3, *DATASETS[dataset].spec.shape)


@each_cell
@pytest.mark.parametrize(("window", "step", "first"), [(1, 20, 20), (4, 5, 20), (7, 8, 56)])
def test_noise_changes_nothing_before_it_is_heard(cell, window, step, first):
    network = made("recurrent_gan", "waves", window=window, cell=cell)
    z, static, fresh = normal(2, network.latents), 8, 4
    before = network.decode(z)
    z[:, static + step * fresh] += 1
    changed = (network.decode(z) != before).flatten(2).any(dim=2)
    assert not changed[:, :first].any()
    assert changed[:, first].all()
    z[:, 0] += 1
    assert (network.decode(z) != before).flatten(1)[:, 0].all()


@pytest.mark.parametrize("window", [1, 4])
def test_letters_are_written_as_probabilities_that_follow_from_the_logits_of_their_window(window):
    network = made("recurrent_gan", "surnames", window=window, hidden_size=6)
    z = normal(3, network.latents).requires_grad_(True)
    words = network.decode(z)
    close(words.sum(dim=2), torch.ones(3, 12))
    logits = network.ema_generator[:3](z).reshape(3, -1, window, 27).flatten(1, 2)[:, :12]
    close(words, logits.softmax(dim=2))
    # The first letter of the last window hears the noise of its own step.
    (slope,) = torch.autograd.grad(words[:, 12 - window, 0].sum(), z)
    assert slope[:, -4:].abs().min() > 0


def test_score_is_the_mean_of_scores_after_each_window():
    network, x = made("recurrent_gan", "waves"), load_dataset("waves").test.x[:6]
    path = network.trajectory(x)
    assert path.shape == (6, 16, network.hyperparameters.hidden_size)
    close(network.criticise(x), network.discriminator.score(path).squeeze(2).mean(dim=1))
    close(network.encode(x), path.mean(dim=1))


@each_cell
def test_gradient_of_a_slope_goes_through_every_cell(cell):
    network, x = made("recurrent_gan", "digit_rows", cell=cell).requires_grad_(True), normal(3, 8, 8).double()
    critic = network.discriminator.double()

    def slope(x: Tensor) -> Tensor:
        (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        return gradient.square().sum()

    direction, weight = normal(*critic.features[2].cell.weight_hh_l0.shape, seed=1).double(), critic.features[2].cell
    x.requires_grad_(True)
    (analytic,) = torch.autograd.grad(slope(x), weight.weight_hh_l0)
    kept, width = weight.weight_hh_l0.data, 1e-5
    values = []
    for sign in (1, -1):
        weight.weight_hh_l0.data = kept + sign * width * direction
        values.append(slope(x).detach())
    close((analytic * direction).sum(), (values[0] - values[1]) / (2 * width), rtol=1e-5, atol=1e-9)
