"""Flow matching: straight paths, the solver that follows velocities, two phases, and what is shown of the way."""

import math

import numpy as np
import pytest
import torch

import core
from core import RunConfig
from core.analysis import ANALYSES, Context
from core.modes import coverage
from core.nn.flow import follow, straight_path
from core.training.loop import Training
from pages.ui.figures import flowing
from tests.making import made, normal, rng

SMALL = {"velocity_sizes": (16,), "hidden_sizes": (16,)}


def training(dataset="digits", steps=20, **hyperparameters) -> Training:
    named = {"dataset": dataset, "model": "flow_matching", "steps": steps, "seed": 1}
    return Training(RunConfig(**named, hyperparameters={**SMALL, **hyperparameters}))


def test_a_straight_path_and_its_velocity_by_hand():
    noise, data = torch.tensor([[2.0, -1.0]]), torch.tensor([[1.0, 3.0]])
    # ψ_¼ = (1 − 0.9 · ¼) x_0 + ¼ x_1 = 0.775 x_0 + 0.25 x_1; u = x_1 − 0.9 x_0.
    place, velocity = straight_path(noise, data, torch.tensor([[0.25]]), sigma_min=0.1)
    torch.testing.assert_close(place, torch.tensor([[1.8, -0.025]]))
    torch.testing.assert_close(velocity, torch.tensor([[-0.8, 3.9]]))
    # Where it begins, and that σ_min of the noise is left where it ends.
    torch.testing.assert_close(straight_path(noise, data, torch.zeros(1, 1), 0.1)[0], noise)
    torch.testing.assert_close(straight_path(noise, data, torch.ones(1, 1), 0.1)[0], data + 0.1 * noise)


def test_the_velocity_of_a_path_is_its_derivative():
    noise, data, t = normal(5, 3).double(), normal(5, 3, seed=1).double(), torch.rand(5, 1, generator=rng()).double()
    (place, velocity), (later, _) = (straight_path(noise, data, t + step, 0.01) for step in (0, 1e-6))
    torch.testing.assert_close((later - place) / 1e-6, velocity, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_solver_is_of_second_order(backwards):
    # dz/dt = t z: z(1) = z(0) exp(½).
    times = [torch.linspace(0, 1, steps + 1, dtype=torch.float64) for steps in (20, 40)]
    exact = math.exp(-0.5 if backwards else 0.5)
    errors = []
    for each in times:
        *_, end = follow(lambda z, t: t * z, torch.ones(1, 1).double(), each.flip(0) if backwards else each)
        errors.append(abs(float(end) - exact))
    assert errors[0] < 1e-3
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def test_the_loss_is_that_of_the_paper_at_one_draw_of_noise_and_time_for_each_sample():
    network = made("flow_matching", "two_moons", space="samples", latent_size=2, sigma_min=0.2)
    network.mean.copy_(torch.tensor([1.0, -1.0]))
    network.std.copy_(torch.tensor([2.0, 0.5]))
    x, draws = normal(6, 2), rng(3)
    noise, times = torch.randn(6, 2, generator=draws), torch.rand(6, 1, generator=draws)
    expected = 0.0
    for i in range(6):
        t, x_0, x_1 = times[i], noise[i], (x[i] - torch.tensor([1.0, -1.0])) / torch.tensor([2.0, 0.5])
        reached = (1 - (1 - 0.2) * t) * x_0 + t * x_1
        predicted = network.velocity(reached[None], t[None])[0].detach()
        expected += float(((predicted - (x_1 - 0.8 * x_0)) ** 2).sum()) / 12
    assert float(network.flow_loss(x, rng(3)).detach()) == pytest.approx(expected, rel=1e-5)


def test_the_autoencoder_learns_first_and_rests_from_then_on():
    run = training(steps=20, pretraining=0.5)
    first = {name: value.clone() for name, value in run.model.state_dict().items()}

    def moved():
        return {name.split(".")[0] for name, value in run.model.state_dict().items() if not value.equal(first[name])}

    run.advance(10)
    assert moved() == {"encoder", "decoder"}
    assert "test_flow_loss" not in run.measure()
    first = {name: value.clone() for name, value in run.model.state_dict().items()}
    run.advance()
    assert moved() == {"velocity", "mean", "std"}
    ends = run.model.ends(run.dataset.train.x)
    torch.testing.assert_close(ends.mean(dim=0), torch.zeros(10), atol=1e-4, rtol=0)
    torch.testing.assert_close(ends.std(dim=0), torch.ones(10))


@pytest.mark.parametrize("dataset", ["digits", "wine"])
def test_samples_themselves_flow_where_no_autoencoder_is_asked_for(dataset):
    run = training(dataset, steps=3, space="samples", noise="masking")
    assert [*run.optimizers] == ["velocity"]
    x = run.dataset.validation.x[:4]
    assert run.model.latents == x[0].numel()
    assert run.model.encode(x).shape == (4, x[0].numel())
    assert run.model.corrupt(x, rng()).equal(x)


def test_a_sample_that_is_followed_to_its_noise_comes_back():
    run = training("two_moons", steps=30, solver_steps=20, learning_rate=1e-2)
    run.advance()
    x = run.dataset.validation.x[:50]
    with torch.no_grad():
        codes = run.model.encode(x)
        # It was away: noise and sample are not the same place.
        assert float((codes - run.model.ends(x)).norm(dim=1).mean()) > 0.1
        torch.testing.assert_close(run.model.decode(codes), x, atol=5e-3, rtol=0)


def test_points_on_the_plane_go_where_the_arrows_lead():
    run = training("ring", steps=30, solver_steps=100)
    run.advance()
    context = Context(run.model.requires_grad_(False).eval(), run.dataset, run.config)
    result = ANALYSES["flow"](context, seed=2)
    assert result.samples.shape == (101, 500, 2)
    np.testing.assert_allclose(result.samples[-1], run.model.sample(500, 2).numpy(), atol=1e-5)
    # The drift at a place is the displacement in a short while, over that while.
    step = (result.samples[51] - result.samples[50]) / 0.01
    drift = run.model.drift(torch.from_numpy(result.samples[50]), 0.5)
    np.testing.assert_allclose(drift, step, atol=0.05)
    np.testing.assert_allclose(result.velocities[50], run.model.drift(torch.from_numpy(result.places), 0.5), atol=1e-5)
    figure = flowing(result.times, result.samples, result.reals, result.places, result.velocities, (-2.0, 2.0))
    assert [step.label for step in figure.layout.sliders[0].steps][::50] == ["0.00", "0.50", "1.00"]
    # What lies outside is counted anew at each time.
    notes = [[note.text for note in each.layout.annotations] for each in figure.frames]
    lost = [int((np.abs(np.concatenate([result.reals, at])) > 2).any(axis=1).sum()) for at in result.samples]
    assert notes == [[f"{number} outside"] if number else [] for number in lost]
    assert lost[0] > 0
    points, arrows = figure.frames[50].data
    np.testing.assert_allclose(points.x, result.samples[50, :, 0])
    start, end = (np.stack([arrows.x, arrows.y], axis=1)[i::3] for i in (0, 1))
    np.testing.assert_allclose(start, result.places)
    lengths = np.linalg.norm(result.velocities[50], axis=1)
    along = (end - start) / np.linalg.norm(end - start, axis=1, keepdims=True)
    np.testing.assert_allclose(along, result.velocities[50] / lengths[:, None], atol=1e-4)


def test_pictures_are_shown_on_their_way_without_arrows():
    run = training(steps=4)
    run.advance()
    result = ANALYSES["flow"](Context(run.model, run.dataset, run.config))
    assert result.samples.shape == (11, 32, 1, 8, 8)
    assert result.velocities.shape == (11, 0, 2)
    torch.testing.assert_close(torch.from_numpy(result.samples[-1]), run.model.sample(32), atol=1e-5, rtol=0)


def test_points_whose_codes_flow_have_no_arrows():
    run = training("ring", steps=4, space="codes", latent_size=3)
    run.advance()
    result = ANALYSES["flow"](Context(run.model, run.dataset, run.config))
    assert result.samples.shape[2:] == (2,)
    assert result.velocities.shape[1:] == (0, 2)
    figure = flowing(result.times, result.samples, result.reals, result.places, result.velocities, (-2.0, 2.0))
    assert len(figure.frames) == len(result.times)
    assert not figure.data[-1].showlegend


def test_noise_finds_all_modes_of_a_ring():
    settings = {"velocity_sizes": (64, 64), "learning_rate": 5e-3}
    run = core.fit(
        RunConfig(dataset="ring", model="flow_matching", steps=400, hyperparameters=settings), every=math.inf
    )
    found = coverage(run.model.sample(1000), run.dataset.modes)
    assert found.covered == 8
    # Noise that went nowhere would have 1 % there.
    assert found.high_quality > 0.4
