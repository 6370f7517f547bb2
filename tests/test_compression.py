"""Compression: rates and levels by hand, and a file that is what was measured."""

import gzip
import io
import zlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from core import open_codes
from core.analysis import ANALYSES
from core.analysis.code_file import CHECK, MAGIC, Grid, key_of, read, write
from core.analysis.compression import BITS, HARDLY, PCA_BITS, between, enough, grids_around, losses, principal, rate
from core.analysis.formats import ACROSS, as_bytes, as_jpeg, lossless, off_sheet, sheet_of, uncompressed
from core.dataset import DataSpec
from core.errors import LatentLabError
from pages.ui.use_compression import _said
from tests.making import CENTRES, Mirror, context, made


class Three(Mirror):
    """A mirror of samples of three values."""

    latents = 3


class Forgetful(Three):
    """Gives back the last value of each sample alone."""

    def decode(self, z):
        return z * torch.tensor([0.0, 0.0, 1.0])


class Centres(Three):
    """Two integers stand for a sample: the nearest of four centres, and always 4, which means nothing."""

    capabilities = frozenset({"encode", "decode", "reconstruct", "index"})
    hyperparameters = SimpleNamespace(codebook_size=5)

    def index(self, x):
        return torch.stack([torch.cdist(x, CENTRES).argmin(dim=1), torch.full((len(x),), 4)], dim=1)

    def encode(self, x):
        return self.look_up(self.index(x))

    def look_up(self, integers):
        return CENTRES[integers[:, 0]]

    def bits(self, integers):
        """As its prior has it, the first four of five entries come with ⅛ each, and the last one every other time."""
        return torch.where(integers == 4, 1.0, 3.0).sum(dim=1)


def test_levels_are_the_middles_of_equal_steps():
    grid = Grid.around(np.array([[0.0, 5.0], [1.0, 5.0]]), 2)
    places = grid.places(np.array([[-3.0, 5.0], [0.3, 5.0], [0.999, 5.0], [7.0, 5.0]]))
    np.testing.assert_array_equal(places[:, 0], [0, 1, 3, 3])
    np.testing.assert_allclose(grid.values(places)[:, 0], [0.125, 0.375, 0.875, 0.875])
    # A latent that never varies stays where it is.
    np.testing.assert_allclose(grid.values(places)[:, 1], 5.0)


def test_the_rate_is_the_cross_entropy_with_a_prior_of_training_by_hand():
    train, test = np.array([[0], [0], [1]]), np.array([[0], [1]])
    assert rate(train, test, np.array([2])) == pytest.approx(-(np.log2(3 / 5) + np.log2(2 / 5)) / 2 / 8)
    # Four levels as likely as each other take two bits, a single one none.
    even = np.tile(np.arange(4), 1000)[:, None]
    assert rate(even, even, np.array([4])) == pytest.approx(2 / 8)
    assert rate(even * 0, even * 0, np.array([1])) == 0


def test_a_file_gives_back_the_levels():
    codes = np.random.default_rng(0).normal(size=(37, 3))
    for bits in BITS:
        grid = Grid.around(codes, bits)
        file = write(codes, grid, "a model")
        np.testing.assert_array_equal(read(file), grid.values(grid.places(codes)))
    # Levels that come again and again take less than their bits.
    same = np.zeros_like(codes)
    assert len(write(same, Grid.around(codes, 8), "")) < len(write(codes, Grid.around(codes, 8), ""))


def test_no_damage_to_a_file_goes_unnoticed():
    model, rng = Three(), np.random.default_rng(0)
    codes = rng.normal(size=(37, 3))
    file = write(codes, Grid.around(codes, 5), key_of(model))
    for _ in range(500):
        bad = bytearray(file)
        at, how = int(rng.integers(len(bad))), rng.integers(4)
        if how == 0:
            bad[at] ^= 1 << int(rng.integers(8))
        elif how == 1:
            del bad[at:]
        elif how == 2:
            del bad[at]
        else:
            bad[at:at] = rng.bytes(3)
        with pytest.raises(LatentLabError, match=r"no file of codes|damaged"):
            open_codes(model, bytes(bad))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"levels":32', b'"levels":3200', "what none can hold"),
        (b'"samples":37', b'"samples":0', "what none can hold"),
        (b'"samples":37', b'"samples":1999', "fewer levels"),
        (b'"low":[', b'"low":[NaN,', "what none can hold"),
        (b'"low":[', b'"low":[0.0,', "fewer levels"),
        (b'"model":"', b'"model":"another', "another run's"),
    ],
)
def test_a_file_that_was_written_to_deceive_is_refused_with_a_sentence(old, new, sentence):
    model, codes = Three(), np.random.default_rng(0).normal(size=(37, 3))
    body = write(codes, Grid.around(codes, 5), key_of(model))[len(MAGIC) + CHECK :].replace(old, new)
    with pytest.raises(LatentLabError, match=sentence):
        open_codes(model, MAGIC + f"{zlib.crc32(body):08x}".encode() + body)


def test_weights_make_the_key_of_a_model():
    one, same, other = (made("vae", "digits", latent_size=2) for _ in range(3))
    next(other.parameters()).data[0, 0] += 1e-3
    assert key_of(one) == key_of(same) != key_of(other)


def test_more_bits_lose_less_and_the_number_is_that_of_the_file():
    ready = context(Three())
    found = ANALYSES["compression"](ready)
    assert (np.diff(found.errors) < 0).all()
    assert (np.diff(found.rates) > 0).all()
    assert found.exact_mse == 0
    file = found.file.tobytes()
    x = ready.dataset.test.x
    assert found.size == len(file) / len(x)
    opened = open_codes(ready.model, file)
    assert opened.shape == x.shape
    # `shown_of` has an order of its own.
    assert found.mse == pytest.approx(float(found.errors[BITS.index(found.chosen)]))
    brought = ANALYSES["unpacking"](ready, file=file.hex())
    assert (brought.size, brought.mse) == (len(file), pytest.approx(found.mse))
    assert brought.originals.shape == brought.opened.shape == (24, 3)
    assert np.square(brought.originals - brought.opened).mean() < 4 * found.mse
    other = write(np.ones((4, 3)), Grid.around(np.eye(3), 1), key_of(ready.model))
    with pytest.raises(LatentLabError, match="holds 4 samples; there are 80"):
        ANALYSES["unpacking"](ready, file=other.hex())


def test_a_code_that_forgets_loses_to_pca_at_every_rate():
    ready = context(Forgetful())
    found = ANALYSES["compression"](ready)
    assert (found.gains < -2 * found.gain_spreads).all()
    lost = ready.dataset.test.x[:, :2].square().sum(dim=1).numpy() / 3
    assert found.exact_mse == pytest.approx(lost.mean())
    # Levels add next to nothing to the spread over samples of what is forgotten.
    assert found.spread == pytest.approx(lost.std(ddof=1) / np.sqrt(len(lost)), rel=0.05)
    assert found.mse > 4 * found.pca_mse


def test_the_integers_of_a_code_book_are_what_is_stored_and_priced():
    ready = context(Centres())
    found = ANALYSES["compression"](ready)
    test = ready.dataset.test.x
    # Five entries take three bits.
    assert (found.bits, found.chosen, found.numbers) == ((3,), 3, 2)
    # By the prior, three bits for the centre and one for what is always 4.
    assert found.rate == pytest.approx((3 + 1) / 8)
    stored = read(found.file.tobytes())
    assert {*stored[:, 1]} == {4.5}
    assert sorted(np.floor(stored[:, 0])) == sorted(ready.model.index(test)[:, 0].tolist())
    opened = open_codes(ready.model, found.file.tobytes())
    assert {*map(tuple, opened.tolist())} == {*map(tuple, CENTRES.tolist())}
    rebuilt = float((ready.model.reconstruct(test) - test).square().mean())
    assert found.mse == pytest.approx(found.exact_mse) == pytest.approx(rebuilt, rel=1e-5)


def test_codes_of_other_sizes_and_entries_that_a_code_book_lacks_are_refused():
    model = made("vq_vae", "digits", n_codes=1, codebook_size=2, latent_size=8)
    for numbers, sentence in (
        ([[0], [3]], "entries that are not in"),
        ([[0, 1], [1, 0]], "16 latents; this model has 8"),
    ):
        file = write(np.array(numbers), Grid.of_integers(len(numbers[0]), 4), key_of(model))
        with pytest.raises(LatentLabError, match=sentence):
            open_codes(model, file)


def test_pca_loses_less_the_more_it_may_take_down_to_nothing():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 6)) * [5, 3, 1, 0.1, 0.01, 0.001]
    rates, errors = principal(x[:300], x[300:])
    assert errors.shape == (len(rates), 100)
    np.testing.assert_allclose(between((rates[2] + rates[3]) / 2, rates, errors), errors[2:4].mean(axis=0))
    errors = errors.mean(axis=1)
    assert (np.diff(errors) < 0).all()
    assert (np.diff(rates) > 0).all()
    # At high rates half a bit more for each component that still counts halves its squared error.
    assert errors[-1] < 1e-3 < 1 < errors[0]


def test_a_step_of_pca_that_takes_more_than_a_finer_one_is_chosen_by_nobody():
    # Eight narrow modes: where a boundary between two levels goes through one, it is parted by chance.
    ring = np.random.default_rng(0).integers(8, size=400) * np.pi / 4
    x = np.column_stack([np.cos(ring), np.sin(ring)]) + np.random.default_rng(1).normal(size=(400, 2)) * 0.02
    rates, errors = principal(x[:200], x[200:])
    assert len(rates) < len(PCA_BITS)
    assert (np.diff(rates) > 0).all()
    assert errors.mean(axis=1)[-1] < 1e-5


def test_what_pca_cannot_reach_is_said():
    found = ANALYSES["compression"](context(Three()))
    dear, cheap = (replace(found, rates=found.rates * factor) for factor in (100, 1e-6))
    assert _said(dear).startswith(f"PCA never takes so many bytes: with {found.pca_rates.max():.2g}")
    assert _said(cheap) == f"PCA never takes so few bytes: at least {found.pca_rates.min():.2g}."


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 11), (1, 28, 28)])
def test_pictures_come_off_a_sheet_as_they_went_on(shape):
    spec = DataSpec("image", shape, (0.0, 1.0))
    n = ACROSS + 5
    x = np.random.default_rng(0).integers(0, 256, (n, int(np.prod(shape)))) / 255
    sheet = sheet_of(x, spec)
    np.testing.assert_allclose(off_sheet(sheet, n, spec), x)
    rates, errors = as_jpeg(sheet, x, spec)
    assert (np.diff(rates) > 0).all()
    assert errors[-1] < errors[0]
    assert sheet_of(x, DataSpec("vector", (x.shape[1],), (0.0, 1.0))) is None


def test_a_sample_takes_as_many_bits_as_tell_its_levels_or_its_letters_apart():
    # 64 of 17 levels: five bits each. Three that are not in levels: a byte each. Twelve of 27 letters: five bits each.
    assert uncompressed(DataSpec("image", (1, 8, 8), (0.0, 1.0), levels=17)) == 40
    assert uncompressed(DataSpec("vector", (3,), (-3.0, 3.0))) == 3
    assert uncompressed(DataSpec("sequence", (12, 27), (0.0, 1.0), alphabet=" abcdefghijklmnopqrstuvwxyz")) == 7.5


def test_formats_that_lose_nothing_are_what_python_makes_of_bytes():
    grey = DataSpec("image", (1, 8, 8), (0.0, 1.0), levels=17)
    x = np.random.default_rng(0).integers(0, 17, (64, 64)) / 16
    assert as_bytes(x, grey).tolist() == (16 * x).astype(int).tolist()
    sheet = sheet_of(x, grey)
    found = lossless(x, sheet, grey)
    assert found["gzip"] == len(gzip.compress(as_bytes(x, grey).tobytes(), 9)) / 64
    # Not less than the entropy of 17 even levels, and hardly more than 4.5 bits each.
    assert np.log2(17) * 64 / 8 < found["gzip"] < 40
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0]).save(file, "PNG", optimize=True)
    assert found["PNG"] == len(file.getvalue()) / 64
    # Words are compressed as letters, not as the many zeros beside each.
    words = DataSpec("sequence", (3, 4), (0.0, 1.0), alphabet=" abc")
    letters = np.array([[1, 2, 0], [3, 3, 3]])
    assert as_bytes(np.eye(4)[letters].reshape(2, 12), words).tolist() == letters.tolist()
    assert lossless(np.eye(4)[letters].reshape(2, 12), None, words).keys() == {"gzip"}


def test_the_fewest_bits_are_those_that_lose_hardly_more_than_exact_codes():
    class Blurs(Three):
        """Loses 0.01 of each value, however exact its code is."""

        def decode(self, z):
            return z + 0.1

    model, split = Blurs(), context(Blurs()).dataset.validation
    codes, x = split.x.numpy(), split.x.numpy()
    grids, exact = grids_around(model, codes), losses(model, x, codes).mean()
    lost = [losses(model, x, grid.values(grid.places(codes))).mean() for grid in grids]
    k = enough(model, grids, split)
    assert k > 0
    assert lost[k] <= HARDLY * exact < lost[k - 1]
