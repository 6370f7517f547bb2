"""Clusters without labels: formulas against hand values or other implementations, and what training makes of them."""

import math

import numpy as np
import pytest
import torch
from scipy.special import entr, rel_entr
from scipy.stats import t as student
from torch import nn

from core import DATASETS, MODELS, RunConfig
from core.analysis.cluster_scores import accuracy
from core.nn.clustering import divergence, entropies, k_means, log_shares, student_t, target_distribution
from core.training.loop import Training
from tests.making import normal, rng

close = torch.testing.assert_close


def soft(*shape: int, seed: int = 0) -> torch.Tensor:
    """Logarithms of random assignments."""
    return normal(*shape, seed=seed).log_softmax(dim=1)


# ---------------------------------------------------------------------------------------------------------- formulas


def test_q_by_hand():
    # Squared distances 0 and 3, then 1 and 1: kernels 1 and 1/4, then 1/2 and 1/2.
    codes, centroids = torch.tensor([[0.0, 0.0], [1.0, 0.0]]), torch.tensor([[0.0, 0.0], [1.0, math.sqrt(2)]])
    q = student_t(codes[:1], centroids).exp()
    close(q, torch.tensor([[0.8, 0.2]]))
    close(student_t(codes[1:], torch.tensor([[0.0, 0.0], [2.0, 0.0]])).exp(), torch.tensor([[0.5, 0.5]]))


def test_q_is_the_density_of_students_t_at_the_distance():
    codes, centroids = 3 * normal(20, 4), 3 * normal(6, 4, seed=1)
    density = student(df=1).pdf(np.linalg.norm(codes.numpy()[:, None] - centroids.numpy(), axis=2))
    expected = density / density.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(student_t(codes, centroids).exp(), expected, rtol=1e-4)


def test_q_is_finite_for_codes_far_out():
    log_q = student_t(torch.tensor([[1e18, 0.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [1.0, 0.0]]))
    assert torch.isfinite(log_q).all()
    close(log_q.exp().sum(dim=1), torch.ones(2))


def test_target_by_hand():
    q = torch.tensor([[0.5, 0.5], [0.9, 0.1]])
    # f = (1.4, 0.6); (0.25/1.4, 0.25/0.6) and (0.81/1.4, 0.01/0.6), each scaled to sum 1.
    expected = torch.tensor([[0.3, 0.7], [0.972, 0.028]])
    counts = q.sum(dim=0)
    close(target_distribution(q.log(), counts.log()), expected, atol=5e-4, rtol=0)
    close(target_distribution(q.log(), log_shares(q.log())), target_distribution(q.log(), counts.log()))


def test_target_sharpens_and_has_no_gradient():
    log_q = soft(50, 4).requires_grad_()
    p = target_distribution(log_q, torch.zeros(4))
    assert not p.requires_grad
    assert (p.max(dim=1).values >= log_q.exp().max(dim=1).values).all()


def test_divergence_is_kl_per_sample():
    p, log_q = soft(30, 5).exp(), soft(30, 5, seed=1)
    close(divergence(p, log_q).item(), rel_entr(p.numpy(), log_q.exp().numpy()).sum(axis=1).mean().item(), rtol=1e-5,
          atol=0)  # fmt: skip
    close(divergence(p, p.log()), torch.tensor(0.0), atol=1e-6, rtol=0)
    # A target that is certain: 0 log 0 = 0, so what is left is −log q.
    close(divergence(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.25, 0.75]]).log()), torch.tensor(math.log(4)))


def test_gradients_of_dec_are_those_of_the_paper():
    codes, centroids = normal(40, 3).requires_grad_(), normal(5, 3, seed=1).requires_grad_()
    log_q = student_t(codes, centroids)
    p = target_distribution(log_q, log_shares(log_q))
    divergence(p, log_q).backward()
    away = codes.detach()[:, None] - centroids.detach()
    # Eq. 4 and 5, α = 1: ∂L/∂z_i = 2 Σ_j (1 + ‖z_i − μ_j‖²)⁻¹ (p_ij − q_ij) (z_i − μ_j); ∂L/∂μ_j: minus, over i.
    pull = 2 * ((p - log_q.detach().exp()) / (1 + away.square().sum(dim=2)))[:, :, None] * away / len(codes)
    close(codes.grad, pull.sum(dim=1), atol=1e-7, rtol=1e-4)
    close(centroids.grad, -pull.sum(dim=0), atol=1e-7, rtol=1e-4)


def test_a_step_down_the_gradient_pulls_a_code_to_the_centroid_it_is_nearest_to():
    code, centroids = torch.tensor([[0.4]], requires_grad=True), torch.tensor([[0.0], [1.0]])
    log_q = student_t(code, centroids)
    divergence(target_distribution(log_q, torch.zeros(2)), log_q).backward()
    assert code.grad > 0


@pytest.mark.parametrize(("p", "information"), [
    (torch.eye(4), math.log(4)),  # certain, and clusters of one size
    (torch.eye(4)[[0, 0, 0]], 0.0),  # certain, but all in one
    (torch.full((6, 4), 0.25), 0.0),  # all in doubt
    (torch.eye(4)[[0, 1, 0, 1]], math.log(2)),  # half of the clusters empty
])  # fmt: skip
def test_mutual_information_of_known_tables(p, information):
    # As a network would say it: logits, so that certainty is −80, not −∞.
    spread, doubt = entropies((80 * (p - 1)).log_softmax(dim=1))
    close(spread - doubt, torch.tensor(information), atol=1e-5, rtol=0)


def test_entropies_are_those_of_scipy():
    log_p = soft(25, 7)
    p = log_p.exp().double().numpy()
    spread, doubt = entropies(log_p)
    assert spread.item() == pytest.approx(entr(p.mean(axis=0)).sum(), rel=1e-5)
    assert doubt.item() == pytest.approx(entr(p).sum(axis=1).mean(), rel=1e-5)


def test_clusters_that_name_the_step_say_nothing_of_a_sequence():
    # (N, T, K): after step t all are in cluster t.
    of_steps = torch.eye(3).expand(6, 3, 3)
    spread, doubt = entropies((80 * (of_steps - 1)).log_softmax(dim=2))
    close(spread - doubt, torch.tensor(0.0), atol=1e-5, rtol=0)
    # Sequence by sequence they say all.
    spread, doubt = entropies((80 * (of_steps.transpose(0, 1).repeat(1, 4, 1) - 1)).log_softmax(dim=2))
    close(spread - doubt, torch.tensor(math.log(3)), atol=1e-5, rtol=0)


def test_empty_clusters_have_finite_gradients():
    logits = torch.tensor([[0.0, -300.0], [0.0, -300.0]], requires_grad=True)
    log_p = logits.log_softmax(dim=1)
    spread, doubt = entropies(log_p)
    target = target_distribution(log_p, log_shares(log_p))
    (spread - doubt + divergence(target, log_p)).backward()
    assert torch.isfinite(logits.grad).all()


def test_k_means_finds_the_middles_of_clear_groups():
    middles = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    x = middles[torch.arange(3000) % 3] + 0.1 * normal(3000, 2)
    found = k_means(x, 3, rng())
    assert found.dtype == torch.float32
    assert (torch.cdist(middles, found).min(dim=1).values < 0.02).all()
    assert torch.equal(k_means(x, 3, rng()), found)


# ------------------------------------------------------------------------------------------- deep embedded clustering


def dec(dataset: str = "digits", steps: int = 40, **hyperparameters) -> Training:
    return Training(RunConfig(dataset=dataset, model="deep_embedded_clustering", steps=steps, seed=5,
                              hyperparameters=hyperparameters))  # fmt: skip


def places(training: Training) -> torch.Tensor:
    return training.model.centroids.places.detach().clone()


def test_centroids_rest_until_k_means_places_them_once():
    training = dec(learning_rate=1e-5)
    first = places(training)
    training.advance(20)
    assert torch.equal(places(training), first)
    training.advance(1)
    with torch.no_grad():
        codes = training.model.encode(training.dataset.train.x)
    placed = places(training)
    nearest = torch.cdist(codes, placed).argmin(dim=1)
    middles = torch.stack([codes[nearest == cluster].mean(dim=0) for cluster in range(10)])
    # Where k-means ends, each centroid is the mean of the codes that are nearest to it; one small step was taken since.
    close(placed, middles, atol=0.02 * codes.std().item(), rtol=0)
    training.advance()
    # A few hundred thousandths a step: nobody has placed them again.
    assert (places(training) - placed).abs().max() < 20 * 2e-5


def test_frequencies_are_counted_at_the_start_and_every_so_many_steps():
    training = dec(update_every=7)
    seen = []
    for _ in range(40):
        training.advance(1)
        seen.append(training.model.log_frequencies.clone())
    changed = [step for step in range(1, 40) if not torch.equal(seen[step], seen[step - 1])]
    assert changed == [20, 21, 28, 35]


def test_counted_frequencies_are_the_mean_assignment_of_the_training_set():
    training = dec(steps=2)
    training.model.step = training.model.start
    # The loop's own number of steps decides when clustering begins.
    assert training.model.start == 1
    training.model.before_step(training.dataset.train.x, rng())
    expected = training.model.assign(training.dataset.train.x).mean(dim=0)
    close(training.model.log_frequencies.exp(), expected, atol=1e-6, rtol=1e-4)
    close(expected.sum(), torch.tensor(1.0))


@pytest.mark.parametrize("cut", [12, 20, 21, 33])
def test_a_run_cut_before_at_or_after_the_start_goes_on_bit_for_bit(cut):
    whole, first, second = dec(update_every=7), dec(update_every=7), dec(update_every=7)
    whole.advance()
    first.advance(cut)
    second.restore(first.state())
    second.advance()
    for name, value in whole.model.state_dict().items():
        assert torch.equal(second.model.state_dict()[name], value), name


@pytest.mark.parametrize(("pretraining", "step"), [(0.5, 10), (0.0, 0), (0.9, 35)])
def test_assignments_are_probabilities_at_any_time(pretraining, step):
    training = dec(pretraining=pretraining)
    training.advance(step)
    p = training.model.assign(training.dataset.test.x)
    assert p.shape == (len(training.dataset.test.x), 10)
    assert (p >= 0).all()
    close(p.sum(dim=1), torch.ones(len(p)))


def test_the_loss_is_the_weighted_sum_once_clustering_has_begun():
    training = dec(reconstruction_loss="mse", reconstruction_weight=0.5, clustering_weight=3.0)
    x, network = training.dataset.test.x, training.model
    network.step = 19
    close(network.losses(x, x)["loss"], nn.functional.mse_loss(network.reconstruct(x), x))
    network.step = 20
    q = network.assign(x).detach()
    p = q.square() / network.log_frequencies.exp()
    kl = rel_entr((p / p.sum(dim=1, keepdim=True)).numpy(), q.numpy()).sum(axis=1).mean().item()
    expected = 0.5 * nn.functional.mse_loss(network.reconstruct(x), x).item() + 3 * kl
    assert network.losses(x, x)["loss"].item() == pytest.approx(expected, rel=1e-4)


def test_clear_groups_are_found_and_gather():
    training = dec("ring", steps=400, hidden_sizes=(32,), clustering_weight=1.0)
    x, y = training.dataset.test.x, training.dataset.test.y.numpy()
    training.advance(201)
    before = training.model.assign(x)
    training.advance()
    after = training.model.assign(x)
    assert accuracy(after.argmax(dim=1).numpy(), y) > 0.99
    assert after.amax(dim=1).mean() > before.amax(dim=1).mean() + 0.05


def test_there_are_as_many_clusters_as_classes_where_these_are_known():
    for model in ("deep_embedded_clustering", "recurrent_clustering"):
        for dataset, source in DATASETS.items():
            if source.spec.kind in MODELS[model].kinds:
                clusters = RunConfig(dataset=dataset, model=model).hyperparameters.n_clusters
                assert clusters == len(source.spec.label_names)
