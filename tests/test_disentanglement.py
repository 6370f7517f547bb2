"""Disentanglement: codes that are the factors score near 1, rotated and shuffled ones near 0."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import mutual_info_score

from core.analysis import ANALYSES, analyse
from core.analysis.disentanglement import DRAWS, SPACES, factors_of
from core.analysis.factor_scores import concentration, gap, importances, information, separability
from core.dataset import Dataset, DataSpec, Split
from core.datasets import load_dataset
from core.errors import LatentLabError
from core.training.loop import Training
from tests.making import Mirror, blobs, config_of, context, rng

SPEC = DataSpec("vector", (3,), (-3.0, 3.0), ("a", "b", "c"), ("height", "width"), label_factor="kind")
TURN = torch.linalg.qr(torch.randn(3, 3, generator=rng(4)))[0]


def made_of_factors(mixed: torch.Tensor | None = None) -> Dataset:
    """Samples that are their three factors, each of variance 1, or a mixture of them."""

    def part(n: int, seed: int) -> Split:
        y = torch.randint(3, (n,), generator=rng(seed))
        numbers = torch.rand(n, 2, generator=rng(seed + 1))
        x = torch.column_stack([(y - 1) / 0.8165, (numbers - 0.5) * 12**0.5])
        return Split(x if mixed is None else x @ mixed, y, numbers)

    held_out = part(600, 3)
    return Dataset("own", part(300, 0), held_out, held_out, SPEC)


class Shuffled(Mirror):
    """Codes of other samples."""

    def encode(self, x):
        return x[torch.randperm(len(x), generator=rng())].flatten(1)


def scored(mixed: torch.Tensor | None = None, model: Mirror | None = None):
    """What a single draw says of these codes."""
    look = context(model, made_of_factors(mixed))
    look.model.latents = 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.analysis.disentanglement.DRAWS", 1)
        return ANALYSES["disentanglement"](look)


@pytest.fixture(scope="module")
def of_factors():
    seen = []
    look = replace(context(data=made_of_factors()), report=seen.append)
    look.model.latents = 3
    found = ANALYSES["disentanglement"](look)
    assert seen == sorted(seen)
    # Each of the three factors has trees of its own.
    assert (len(seen), seen[-1]) == (3 * DRAWS * len(SPACES), pytest.approx(1))
    return found


def test_codes_that_are_the_factors_are_disentangled(of_factors):
    assert of_factors.factors == ("kind", "height", "width")
    assert of_factors.mig > 0.85
    assert of_factors.disentanglement > 0.95
    assert of_factors.completeness > 0.95
    assert of_factors.informativeness > 0.98
    # Any latent names a third of the classes by chance, so that the gap of these is 2/3: (2/3 + 1 + 1) / 3.
    assert of_factors.sap == pytest.approx(8 / 9, abs=0.05)
    assert of_factors.information.argmax(axis=0).tolist() == [0, 1, 2]
    assert of_factors.scores.shape == (3, 5, DRAWS)
    assert of_factors.scores[0].mean(axis=1)[0] == pytest.approx(of_factors.mig)


def test_a_walk_turns_one_latent_alone_from_end_to_end(of_factors):
    assert sorted(of_factors.order) == [0, 1, 2]
    assert (np.diff(of_factors.information.max(axis=1)[of_factors.order]) <= 0).all()
    for latent, walk in zip(of_factors.order, of_factors.walks, strict=True):
        still = np.delete(walk, latent, axis=1)
        assert (still == still[0]).all()
        assert (np.diff(walk[:, latent]) >= 0).all()
        assert np.ptp(walk[:, latent]) > 1.5


def test_turned_codes_know_as_much_and_are_entangled(of_factors):
    found = scored(TURN)
    assert found.informativeness > 0.75
    for measure in ("mig", "disentanglement", "completeness", "sap"):
        assert getattr(found, measure) < 0.5 * getattr(of_factors, measure)


def test_codes_of_other_samples_score_nothing():
    found = scored(model=Shuffled())
    assert found.mig < 0.05
    assert found.sap < 0.05
    # A third of the classes is named by chance.
    assert found.informativeness < 0.2


def test_data_of_fewer_than_two_known_factors_are_refused():
    with pytest.raises(LatentLabError, match="Fewer than two factors"):
        ANALYSES["disentanglement"](context())


@pytest.mark.parametrize(("model", "dataset", "decodes"), [
    ("beta_tc_vae", "sprites", True), ("recurrent_clustering", "cylinder_bell_funnel", False),
])  # fmt: skip
def test_it_runs_on_pictures_and_on_codes_that_are_not_decoded(model, dataset, decodes, monkeypatch):
    monkeypatch.setattr("core.analysis.disentanglement.DRAWS", 1)
    monkeypatch.setattr("core.analysis.disentanglement.LEARNED", 50)
    monkeypatch.setattr("core.analysis.data.FITTED", 100)
    monkeypatch.setattr("core.analysis.data.SHOWN", 100)
    training = Training(config_of(model, dataset, steps=1))
    training.advance()
    found = analyse("disentanglement", training.config, training.state(), {})
    assert found.factors == training.dataset.spec.known_factors
    assert found.information.shape == (training.config.hyperparameters.latent_size, len(found.factors))
    assert np.isfinite(found.scores).all()
    assert (found.walks is not None) is decodes
    if decodes:
        assert found.walks.shape[2:] == training.dataset.spec.shape


def test_information_is_mutual_information_over_entropy():
    codes = np.random.default_rng(0).normal(size=(400, 2))
    factors = np.column_stack([(codes[:, 0] > 0) + (codes[:, 1] > 0), np.arange(400) % 7])
    found = information(codes, factors)
    for j in range(2):
        ends = np.linspace(codes[:, j].min(), codes[:, j].max(), 21)
        binned = np.clip(np.digitize(codes[:, j], ends) - 1, 0, 19)
        for k in range(2):
            # Miller's correction: cells that were met, minus 1, over 2 N, for each of the three entropies.
            met = [len({*binned}), len({*factors[:, k]}), len({*zip(binned, factors[:, k], strict=True)})]
            of_latent, of_factor, of_both = ((cells - 1) / 800 for cells in met)
            shared = mutual_info_score(binned, factors[:, k]) + of_latent + of_factor - of_both
            entropy = mutual_info_score(factors[:, k], factors[:, k]) + of_factor
            assert found[j, k] == pytest.approx(max(0, shared / entropy), abs=1e-6)
    # Two bits that are as likely: each knows half of what both say.
    bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 2500, float)
    np.testing.assert_allclose(information(bits, bits @ np.array([[2], [1]])), [[0.5], [0.5]], atol=1e-3)
    # Without the correction, what has nothing to do with a factor would know 9 × 19 / (2 × 400 × log 10) = 9 % of it.
    draws = np.random.default_rng(2)
    assert information(draws.random((400, 8)), draws.random((400, 1))).mean() < 0.05


def test_gap_and_concentration_by_hand():
    # Best minus second: 0.9 − 0.2, 0.5 − 0.5
    assert gap(np.array([[0.9, 0.5], [0.2, 0.5], [0.1, 0.0]])) == pytest.approx(0.35)
    assert gap(np.array([[0.9, 0.5]])) == pytest.approx(0.7)
    # Rows of weight 3/4 and 1/4: one about a single column, one about both alike, whose entropy is log 2.
    assert concentration(np.array([[3.0, 0.0], [0.5, 0.5]])) == pytest.approx(0.75)
    # The same with a column more, of which log 3 is the most.
    assert concentration(np.array([[3.0, 0, 0], [0.5, 0.5, 0]])) == pytest.approx(
        0.75 + 0.25 * (1 - np.log(2) / np.log(3))
    )
    assert concentration(np.zeros((2, 3))) == 0


def test_a_latent_predicts_numbers_by_correlation_and_classes_on_held_out_samples():
    rows = np.random.default_rng(1).normal(size=(600, 3))
    classes = (rows[:, 0] > 0).astype(float)
    factors = np.column_stack([classes, 2 * rows[:, 1] + rows[:, 2]])
    codes = rows * [1e-3, 1, 0]
    halves = (codes[:300], factors[:300]), (codes[300:], factors[300:])
    found = separability(*halves, np.array([True, False]))
    assert found[0, 0] > 0.97
    assert found[1:, 0] == pytest.approx(0.5, abs=0.1)
    # var(2 v) / var(2 v + w) = 4/5; what never moves predicts nothing.
    assert found[1, 1] == pytest.approx(0.8, abs=0.05)
    assert found[2, 1] == 0
    needed, predicted = importances(*halves, np.array([True, False]))
    np.testing.assert_allclose(needed.sum(axis=0), 1)
    assert needed.argmax(axis=0).tolist() == [0, 1]
    assert predicted[0] > 0.97
    assert 0.6 < predicted[1] < 0.85


def test_trees_need_a_latent_by_its_share_of_the_variance():
    codes = np.random.default_rng(0).normal(size=(800, 3))
    factors = (2 * codes[:, 0] + codes[:, 1])[:, None]
    needed, known = importances((codes[:600], factors[:600]), (codes[600:], factors[600:]), np.array([False]))
    # var(2 u) / var(2 u + v) = 4/5.
    np.testing.assert_allclose(needed[:, 0], [0.8, 0.2, 0], atol=0.06)
    assert known[0] > 0.9


def test_the_label_is_a_factor_where_it_is_declared_as_one():
    sprites, pendulum = load_dataset("sprites"), load_dataset("pendulum")
    known = factors_of(sprites.test, sprites.spec)
    assert sprites.spec.known_factors[0] == "shape"
    np.testing.assert_array_equal(known, np.column_stack([sprites.test.y, sprites.test.factors]))
    assert factors_of(pendulum.test, pendulum.spec).shape[1] == len(pendulum.spec.known_factors) == 2
    assert blobs().spec.known_factors == ()
