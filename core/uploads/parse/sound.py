"""Sounds that libsndfile reads (WAV, FLAC, Ogg, MP3), in one channel of at most 8 kHz."""

from __future__ import annotations

import io
import struct
from math import gcd

import numpy as np
import soundfile
from scipy.signal import resample_poly

from core.errors import UploadError
from core.uploads.limits import CELLS, RATES
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted

HIGHEST_RATE = 8_000
# Frames that are decoded at once.
BLOCK = 1 << 16
# Sizes that say that a size was not known, as programs that write to a pipe have it.
UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000)


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """Amplitudes (T,) in [−1, 1].

    Raises:
        UploadError: it is damaged, empty, or coded in a way that is not read.
    """
    sound, rate = amplitudes(data, notices)
    return Raw("sound", sound, rate=rate)


def amplitudes(data: bytes, notices: list[str]) -> tuple[Array, int]:
    """Amplitudes (T,) in [−1, 1], float32, and how many there are a second.

    Raises:
        UploadError: it is damaged, empty, or coded in a way that is not read.
    """
    if data[8:12] == b"WAVE" and data[:4] in (b"RIFF", b"RIFX"):
        data = _of_true_size(data, notices)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, channels = file.samplerate, file.channels
            if not RATES[0] <= rate <= RATES[1]:
                raise UploadError(
                    f"The sound states {rate:,} values a second; {RATES[0]:,} to {RATES[1]:,} are read: save it again."
                )
            blocks, values = [], 0
            while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
                values += block.size
                if values > CELLS:
                    raise UploadError(f"The sound has more than {CELLS:,} values: bring a shorter one.")
                blocks.append(block.mean(axis=1))
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # libsndfile says what is wrong in words for programmers.
        raise UploadError(
            "The sound cannot be read: it is damaged, was cut short, or is coded in a way that is not read; save it "
            "again as 16-bit PCM."
        ) from error
    if not blocks:
        raise UploadError("The file holds no sound: it is empty or was cut short; save it again.")
    sound: Array = np.concatenate(blocks)
    if channels > 1:
        notices.append(f"{counted(channels, 'channel')} were mixed to one.")
    broken = ~np.isfinite(sound)
    if broken.any():
        notices.append(f"Set to 0: {counted(int(broken.sum()), 'amplitude')} that are no finite number.")
        sound[broken] = 0
    if rate > HIGHEST_RATE:
        shared = gcd(rate, HIGHEST_RATE)
        sound = resample_poly(sound, HIGHEST_RATE // shared, rate // shared)
        notices.append(f"Resampled from {rate:,} to {HIGHEST_RATE:,} Hz: pitches above 4,000 Hz are gone.")
        rate = HIGHEST_RATE
    loudest = float(np.abs(sound).max(initial=0))
    if loudest > 1:
        notices.append(f"Amplitudes up to {loudest:.3g} were scaled down to 1.")
        sound = sound / loudest
    return sound.astype(np.float32), rate


def _of_true_size(data: bytes, notices: list[str]) -> bytes:
    """A WAV file whose head states how much sound there is, where it lied or did not know."""
    order = ">" if data.startswith(b"RIFX") else "<"
    place = 12
    while place + 8 <= len(data):
        size = struct.unpack(order + "I", data[place + 4 : place + 8])[0]
        there = len(data) - place - 8
        if data[place : place + 4] == b"data":
            if size <= there and (size or not there):
                return data
            if size not in UNKNOWN:
                notices.append(
                    f"The WAV file promises {size:,} bytes of sound and holds {there:,}: the end is missing."
                )
            return data[: place + 4] + struct.pack(order + "I", there) + data[place + 8 :]
        place += 8 + size + size % 2
    return data
