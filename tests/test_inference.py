"""What models answer at once: codes decoded, noise repaired, always with the same draws."""

import numpy as np
import pytest
import torch

from core.inference import decode, decode_grid, prior_codes, repair, traverse
from tests.making import made, normal


def test_codes_decode_as_the_model_decodes_them():
    model, codes = made("vae", "digits", latent_size=2), normal(5, 2)
    answer = decode(model, codes)
    assert answer.shape == (5, 1, 8, 8)
    with torch.no_grad():
        np.testing.assert_allclose(answer, model.decode(codes).numpy(), atol=1e-6)


def test_a_grid_goes_from_left_to_right_and_from_top_to_bottom():
    model = made("vae", "digits", latent_size=3)
    code = np.array([9.0, 0.5, 9.0])
    grid = decode_grid(model, code, (2, 0), np.array([-1.5, -3.0]), np.array([1.5, 3.0]), side=3)
    corners = torch.tensor([[2.0, 0.5, -1.0], [2.0, 0.5, 1.0], [-2.0, 0.5, -1.0], [-2.0, 0.5, 1.0]])
    assert grid.shape == (9, 1, 8, 8)
    np.testing.assert_allclose(grid[[0, 2, 6, 8]], decode(model, corners), atol=1e-6)


def test_one_latent_after_the_other_goes_from_its_lowest_to_its_highest():
    model, code = made("vae", "digits", latent_size=3), np.array([0.1, 0.2, 0.3])
    strips = traverse(model, code, [2, 0], np.array([-1.0, -2.0, 0.0]), np.array([1.0, 2.0, 0.0]), 5)
    assert strips.shape == (2, 5, 1, 8, 8)
    ends = torch.tensor([[0.1, 0.2, -1.0], [0.1, 0.2, 1.0], [-2.0, 0.2, 0.3], [2.0, 0.2, 0.3]])
    np.testing.assert_allclose(strips[:, [0, -1]].reshape(4, 1, 8, 8), decode(model, ends), atol=1e-6)
    np.testing.assert_allclose(strips[0, 2], decode(model, torch.tensor([[0.1, 0.2, 0.0]]))[0], atol=1e-6)


def test_noise_is_the_same_each_time_and_its_errors_are_those_of_what_is_shown():
    model, originals = made("autoencoder", "digits"), torch.rand(6, 1, 8, 8, generator=torch.Generator()).numpy()
    one, two = (repair(model, originals, "gaussian", 0.5) for _ in range(2))
    assert np.array_equal(one.corrupted, two.corrupted)
    errors, shown = one.errors(0.0, 1.0), (one.corrupted.clip(0, 1), one.reconstructions.clip(0, 1))
    assert list(errors.values()) == [float(np.square(each - originals).mean()) for each in shown]
    # Noise that nobody sees does not count.
    assert 0.05 < errors["corrupted_mse"] < 0.8 * float(np.square(one.corrupted - originals).mean())
    untouched = repair(model, originals, "none", 0.5)
    assert untouched.errors(0.0, 1.0)["corrupted_mse"] == 0


@pytest.mark.parametrize(
    ("model", "settings", "marks"),
    [
        ("vae", {}, 0),
        ("gan", {}, 0),
        ("gan", {"prior": "mixture", "components": 3}, 3),
        ("info_gan", {"components": 4}, 4),
        ("conditional_vae", {}, 10),
        ("ac_gan", {}, 10),
    ],
)
def test_the_first_numbers_of_a_code_are_marks_of_which_one_is_set(model, settings, marks):
    network = made(model, "digits", **settings)
    assert network.marks == marks
    codes = prior_codes(network, 50)
    assert ((codes[:, :marks] != 0).sum(axis=1) == min(1, marks)).all()
    assert (codes[:, marks:] != 0).all()


def test_prior_codes_are_always_the_same():
    model = made("gan", "ring", latent_size=3)
    assert prior_codes(model, 7).shape == (7, 3)
    assert np.array_equal(prior_codes(model, 7), prior_codes(model, 7))
