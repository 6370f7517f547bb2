"""Sounds and texts to sequences: frames of amplitudes, and characters as one-hot vectors."""

from __future__ import annotations

from collections import Counter

import numpy as np

from core.errors import UploadError
from core.uploads.limits import ALPHABET, FEWEST_SAMPLES, FRAME
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted
from core.uploads.prepare.labelling import labels_of
from core.uploads.prepare.options import Options
from core.uploads.prepare.parts import UNUSED, drawn, drawn_by_series, kept_out
from core.uploads.prepare.samples import Samples, enough, subset
from core.uploads.prepare.windows import cut

# Fills words up to the length of the longest, and stands for characters that are too rare.
BLANK = " "
RARE = "·"


def from_sound(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Windows (N, T, 32) of a sound, 32 amplitudes a step.

    Raises:
        UploadError: it is too short, or silent.
    """
    if not raw.values.any():
        raise UploadError("The sound is silent from beginning to end: bring one that can be heard.")
    frames = raw.values[: len(raw.values) // FRAME * FRAME].reshape(-1, FRAME)
    places = cut(np.arange(len(frames)), options.window, "step", notices)
    parts = drawn_by_series(np.zeros(len(places)), notices)
    places, parts = places[parts != UNUSED], parts[parts != UNUSED]
    kept = subset(len(places), places.shape[1] * FRAME, notices)
    rate = raw.rate or 1
    notices.append(f"A step is {FRAME} amplitudes, {1000 * FRAME / rate:.3g} ms.")
    places, parts = places[kept], parts[kept]
    return Samples("sequence", frames[places], None, (-1.0, 1.0), places[:, 0], rate=raw.rate, parts=parts)


def from_sounds(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Sounds (N, T, 32) of a ZIP, each a sample as a whole.

    Raises:
        UploadError: they are too few, or silent.
    """
    if not raw.values.any():
        raise UploadError("All sounds are silent: bring some that can be heard.")
    name = next(iter(raw.words), None) if options.label != "none" else None
    labels = None if name is None else labels_of(raw, name, notices)
    kept = subset(len(raw.values), raw.values.shape[1], notices)
    enough(len(kept))
    labels = None if labels is None else labels[kept]
    parts = kept_out(drawn(len(kept)), labels, options.left_out) if options.left_out else None
    x = raw.values[kept].reshape(len(kept), -1, FRAME)
    return Samples("sequence", x, labels, (-1.0, 1.0), kept, rate=raw.rate, parts=parts)


def from_text(raw: Raw, options: Options, notices: list[str]) -> Samples:
    """Words or windows (N, T, F) of a text, F characters one-hot.

    Raises:
        UploadError: it is too short, or one character only.
    """
    if raw.words:
        words = raw.words["word"]
        longest = max(map(len, words), default=0)
        points = _points("".join(word.ljust(longest, BLANK) for word in words)).reshape(-1, max(1, longest))
        enough(len(points))
        rows, parts = np.arange(len(points)), None
    else:
        places = cut(np.arange(len(raw.values)), options.window, "character", notices)
        parts = drawn_by_series(np.zeros(len(places)), notices)
        places, parts = places[parts != UNUSED], parts[parts != UNUSED]
        rows, points = places[:, 0], raw.values[places]
    alphabet, letters = _spelled(points, notices)
    kept = subset(len(letters), letters.shape[1] * len(alphabet), notices)
    parts = None if parts is None else parts[kept]
    x = np.eye(len(alphabet), dtype=np.float32)[letters[kept]]
    return Samples("sequence", x, None, (0.0, 1.0), rows[kept], alphabet, parts=parts)


def _points(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _spelled(points: Array, notices: list[str]) -> tuple[str, Array]:
    """The alphabet, blank first, and each character's place in it."""
    found, places = np.unique(points, return_inverse=True)
    counts = dict(zip((chr(point) for point in found.tolist()), np.bincount(places.reshape(-1)).tolist(), strict=True))
    signs = [sign for sign, _ in Counter(counts).most_common() if sign not in (BLANK, RARE)]
    # Room for the blank, and for what stands for the rest, which may itself come up.
    kept = signs if len(signs) + (RARE in counts) < ALPHABET else signs[: ALPHABET - 2]
    if len(signs) < 2:
        raise UploadError(
            f"The text has {counted(len(signs), 'different character')}: there is nothing to learn from; bring at "
            f"least {FEWEST_SAMPLES} words or a longer text."
        )
    rare = set(counts) - {BLANK, RARE, *kept}
    alphabet = BLANK + "".join(sorted(kept)) + (RARE if rare or RARE in counts else "")
    if rare:
        replaced = sum(counts[sign] for sign in rare)
        notices.append(
            f"{counted(len(rare), 'rare character')} ({replaced:,} in all) became {RARE}: the alphabet has at most "
            f"{ALPHABET}."
        )
    place = {sign: alphabet.index(sign if sign in alphabet else RARE) for sign in counts}
    table = np.array([place[chr(point)] for point in found.tolist()])
    return alphabet, table[places].reshape(points.shape)
