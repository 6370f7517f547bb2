"""The sounds of a ZIP: all of one length and rate, labelled by the folders they are in or by their names."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from statistics import median_low

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, FRAME, MB, STEPS, UNPACKED
from core.uploads.parse.folders import classes_of
from core.uploads.parse.picture import Unreadable
from core.uploads.parse.pictures import unpack
from core.uploads.parse.raw import Raw
from core.uploads.parse.sound import HIGHEST_RATE, amplitudes
from core.uploads.phrases import Tally, counted, printable

# What sentences about several sounds differ in.
NUMBER = re.compile(r"\d[\d.,]*")


def read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], notices: list[str]) -> Raw:
    """Sounds (N, T) in [−1, 1] of the commonest rate, as long as the one in the middle.

    Longer ones are cut, and shorter ones followed by silence.

    Raises:
        UploadError: they are too large once unpacked, or none can be read.
    """
    unpacked = sum(info.file_size for info in members)
    if unpacked > UNPACKED:
        raise UploadError(
            f"The sounds unpack to {unpacked / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB are unpacked: bring fewer."
        )
    tally, found = Tally(), dict[str, np.ndarray]()
    rates, said = dict[str, int](), dict[str, list[str]]()
    for info in members:
        sentences: list[str] = []
        try:
            sound, rate = amplitudes(unpack(archive, info), sentences)
        except (UploadError, Unreadable) as error:
            tally.add("Left out:", "sound", "that cannot be read", f"{printable(info.filename)}: {error}")
            continue
        found[info.filename] = sound
        rates[info.filename] = rate
        for sentence in sentences:
            said.setdefault(NUMBER.sub("", sentence), []).append(sentence)
    common = Counter(rates.values()).most_common(1)[0][0] if rates else HIGHEST_RATE
    for name in [name for name, rate in rates.items() if rate != common]:
        tally.add("Left out:", "sound", f"of another rate than {common:,} Hz", printable(name))
        del found[name]
    notices.extend(tally.sentences())
    notices.extend(f"{alike[0].removesuffix('.')} ({counted(len(alike), 'sound')})." for alike in said.values())
    if not found:
        raise UploadError("No sound in the archive can be read: save them as 16-bit PCM WAV.")
    longest = min(STEPS * FRAME, CELLS // len(found) // FRAME * FRAME)
    length = min(longest, max(FRAME * 2, median_low(len(sound) for sound in found.values()) // FRAME * FRAME))
    values = np.zeros((len(found), length), np.float32)
    for place, sound in enumerate(found.values()):
        values[place, : min(length, len(sound))] = sound[:length]
    longer = sum(len(sound) > length for sound in found.values())
    notices.append(
        f"{counted(len(found), 'sound')} at {common:,} Hz were taken to {length / common:.3g} s each: "
        f"{longer:,} were cut, {len(found) - longer:,} kept or followed by silence."
    )
    return Raw("sounds", values, words=classes_of([*found], notices), rate=common, ids=tuple(found))
