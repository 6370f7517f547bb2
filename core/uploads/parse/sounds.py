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
from core.uploads.parse.format import Format
from core.uploads.parse.picture import Unreadable
from core.uploads.parse.pictures import unpack
from core.uploads.parse.raw import Raw
from core.uploads.parse.sound import amplitudes, asked_of
from core.uploads.phrases import Tally, counted, printable

# What sentences about several sounds differ in.
NUMBER = re.compile(r"\d[\d.,]*")


def read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], format: Format, notices: list[str]) -> Raw:
    """Sounds (N, T) in [−1, 1] of the commonest rate, as long as `format` says, or else as the one in the middle.

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
    rates, said, most = dict[str, int](), dict[str, list[str]](), 1
    for info in members:
        sentences: list[str] = []
        try:
            sound, rate, channels = amplitudes(unpack(archive, info), format, sentences)
        except (UploadError, Unreadable) as error:
            tally.add("Left out:", "sound", "that cannot be read", f"{printable(info.filename)}: {error}")
            continue
        found[info.filename] = sound
        rates[info.filename], most = rate, max(most, channels)
        for sentence in sentences:
            said.setdefault(NUMBER.sub("", sentence), []).append(sentence)
    common = Counter(rates.values()).most_common(1)[0][0] if rates else format.rate
    for name in [name for name, rate in rates.items() if rate != common]:
        tally.add("Left out:", "sound", f"of another rate than {common:,} Hz, the commonest", printable(name))
        del found[name]
    notices.extend(tally.sentences())
    notices.extend(f"{alike[0].removesuffix('.')} ({counted(len(alike), 'sound')})." for alike in said.values())
    if not found:
        raise UploadError("No sound in the archive can be read: save them as 16-bit PCM WAV.")
    lengths, room = [len(sound) for sound in found.values()], min(STEPS * FRAME, CELLS // len(found))
    wanted = min(round(format.seconds * common), max(lengths)) if format.seconds else median_low(lengths)
    length = max(FRAME * 2, min(wanted, room) // FRAME * FRAME)
    values = np.zeros((len(found), length), np.float32)
    for place, sound in enumerate(found.values()):
        values[place, : min(length, len(sound))] = sound[:length]
    longer = sum(there > length for there in lengths)
    notices.append(
        f"{counted(len(found), 'sound')} at {common:,} Hz were taken to {length / common:.3g} s each: "
        f"{longer:,} were cut, {len(found) - longer:,} kept or followed by silence."
    )
    if wanted - length >= FRAME:
        notices.append(f"Of a sound {length:,} amplitudes at most are read: lower the rate for longer ones.")
    words = classes_of([*found], notices)
    return Raw("sounds", values, words=words, rate=common, ids=tuple(found), asks=(*asked_of(most), "seconds"))
