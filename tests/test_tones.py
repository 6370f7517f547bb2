"""Tones sound as their formulae say."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

import core
from core import DATASETS
from core.dataset import Split
from core.datasets.tones import bell, pluck
from tests.making import rng

RATE = 8000


def bursts(sounds: int, length: int) -> Tensor:
    return torch.rand(sounds, length, generator=rng()).round() * 2 - 1


def sounds_of(split: Split, kind: str) -> Tensor:
    """The sounds of one kind, (N, 2048): amplitudes one after the other."""
    return split.x[split.y == DATASETS["tones"].spec.label_names.index(kind)].flatten(1)


def spectrum(sounds: Tensor, size: int = 2**16) -> tuple[Tensor, Tensor]:
    """Frequencies in Hz and the energy at each, (N, size/2 + 1), with a smooth window."""
    window = torch.hann_window(sounds.shape[1], periodic=False)
    return torch.fft.rfftfreq(size, 1 / RATE), torch.fft.rfft(sounds * window, size).abs().square()


def pitches(sounds: Tensor) -> Tensor:
    """The frequency of the highest peak, (N,), to about 0.1 Hz."""
    frequencies, energy = spectrum(sounds)
    return frequencies[energy.argmax(dim=1)]


def semitones(frequency: Tensor) -> Tensor:
    return 12 * torch.log2(frequency / 110)


@pytest.mark.parametrize("frequency", [110.0, 123.47, 146.83, 196.0, 220.0, 311.13, 440.0])
def test_a_string_has_the_pitch_it_is_tuned_to(frequency):
    (string,) = pluck(frequency, bursts(1, 8192))
    # One octave around the fundamental, for an overtone may be louder.
    frequencies, energy = spectrum(string[None, 2048:])
    near = (frequencies > frequency / 1.4) & (frequencies < frequency * 1.4)
    heard = frequencies[near][energy[0, near].argmax()]
    # Two cents; the loop's length in whole samples alone would be up to 50 off.
    assert 1200 * abs(math.log2(heard / frequency)) < 2


def test_a_string_of_whole_length_is_the_average_of_its_neighbours_one_period_ago():
    p = 40
    struck = bursts(2, 500)
    # y_n = ½ (y_{n−p} + y_{n−p−1}), whose period is p + ½.
    strings = pluck(RATE / (p + 0.5), struck)
    expected = torch.zeros_like(strings)
    expected[:, : p - 1] = struck[:, : p - 1] - struck[:, : p - 1].mean(dim=1, keepdim=True)
    for n in range(p - 1, 500):
        before = [expected[:, n - lag] if n >= lag else torch.zeros(2) for lag in (p, p + 1)]
        expected[:, n] = (before[0] + before[1]) / 2
    torch.testing.assert_close(strings, expected, atol=1e-5, rtol=0)


def test_a_string_loses_its_overtones_first():
    strings = pluck(110.0, bursts(50, 8192))
    (frequencies, early), (_, late) = (spectrum(strings[:, part : part + 2000]) for part in (0, 6000))
    kept = [late[:, chosen].sum() / early[:, chosen].sum() for chosen in (frequencies < 165, frequencies > 1000)]
    assert kept[0] > 0.5
    assert kept[1] < 0.01 * kept[0]


@pytest.mark.parametrize("frequency", [110.0, 220.0, 440.0])
def test_a_bell_has_inharmonic_overtones_that_die_away(frequency):
    sound = bell(torch.tensor([[frequency]]), torch.arange(2048) / RATE)
    # Frequency modulation has its partials at |f ± n · 1.4 f|.
    frequencies, energy = spectrum(sound)
    partials = torch.tensor([abs(frequency * (1 + 1.4 * n)) for n in range(-9, 10)])
    near = (frequencies.unsqueeze(1) - partials).abs().amin(dim=1) < 16
    assert energy[0, near].sum() > 0.97 * energy.sum()
    # The carrier is not the loudest at first, but is what remains.
    assert pitches(sound[:, -1000:]).item() == pytest.approx(frequency, abs=2)
    loudness = [sound[0, start : start + 400].square().mean().sqrt() for start in (0, 800, 1600)]
    # e^{−t/0.1 s}, 800 samples being a tenth of a second.
    for before, after in pairwise(loudness):
        assert (before / after).item() == pytest.approx(math.e, rel=0.15)


@pytest.mark.parametrize(("octaves", "notes"), [(0, 1), (1, 13), (2, 25)])
def test_sines_are_notes_of_the_chromatic_scale(octaves, notes):
    sines = sounds_of(core.load_dataset("tones", octaves=octaves).train, "sine")
    heard = semitones(pitches(sines))
    torch.testing.assert_close(heard, heard.round(), atol=0.05, rtol=0)
    assert heard.round().unique().tolist() == list(range(notes))


def test_strings_and_bells_are_notes_of_the_same_scale():
    data = core.load_dataset("tones")
    # What is left of a bell at its end is its carrier.
    heard = semitones(pitches(sounds_of(data.train, "bell")[:, 1000:]))
    torch.testing.assert_close(heard, heard.round(), atol=0.15, rtol=0)
    strings = sounds_of(data.train, "string")[:, 300:]
    # A period later a string is nearly what it was: the lag of the best autocorrelation is a note's.
    lags = torch.arange(34, 76)
    likeness = torch.stack([(strings[:, :-80] * strings[:, lag : lag - 80]).sum(dim=1) for lag in lags.tolist()])
    notes = (RATE / (110 * 2 ** (torch.arange(13) / 12))).round()
    best = lags[likeness.argmax(dim=0)]
    assert ((best.unsqueeze(1) - notes).abs().amin(dim=1) <= 1).all()
    assert len(best.unique()) >= 13


def test_noise_has_no_pitch():
    noise = sounds_of(core.load_dataset("tones").train, "noise")
    power = noise.square().mean()
    for lag in (1, 2, 40, 73):
        assert abs((noise[:, lag:] * noise[:, :-lag]).mean() / power) < 0.01


def test_sounds_peak_where_set_and_fade_out():
    split = core.load_dataset("tones").train
    sounds = split.x.flatten(1)
    peak = sounds.abs().amax(dim=1)
    assert peak.min() >= 0.4
    assert peak.max() <= 0.9
    assert peak.mean().item() == pytest.approx(0.65, abs=0.02)
    assert sounds[:, -1].abs().max() < 0.02
    # No kind of sound is off centre.
    assert sounds.mean(dim=1).abs().max() < 0.05
