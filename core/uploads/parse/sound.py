"""Sounds that libsndfile reads (WAV, FLAC, Ogg, MP3), in one channel, and of no more amplitudes than are wanted."""

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

CHANNELS = {"mixed": slice(None), "first": slice(0, 1), "second": slice(1, 2)}
# Frames that are decoded at once.
BLOCK = 1 << 16
# Sizes that say that a size was not known, as programs that write to a pipe have it.
UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000)


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """Amplitudes (T,) in [−1, 1].

    Raises:
        UploadError: it is damaged, empty, or coded in a way that is not read.
    """
    sound, rate, channels = amplitudes(data, format, notices)
    return Raw("sound", sound, rate=rate, asks=asked_of(channels))


def asked_of(channels: int) -> tuple[str, ...]:
    """What changes how sounds of so many channels are read."""
    return ("rate", "channel") if channels > 1 else ("rate",)


def amplitudes(data: bytes, format: Format, notices: list[str]) -> tuple[Array, int, int]:
    """Amplitudes (T,) in [−1, 1], float32, how many there are a second, and how many channels there were.

    Raises:
        UploadError: it is damaged, empty, or coded in a way that is not read.
    """
    if data[8:12] == b"WAVE" and data[:4] in (b"RIFF", b"RIFX"):
        data = _of_true_size(data, notices)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, channels = file.samplerate, file.channels
            kept = CHANNELS[format.channel] if channels > 1 else slice(None)
            if not RATES[0] <= rate <= RATES[1]:
                raise UploadError(
                    f"The sound states {rate:,} values a second; {RATES[0]:,} to {RATES[1]:,} are read: save it again."
                )
            blocks, values = [], 0
            while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
                values += block.size
                if values > CELLS:
                    raise UploadError(f"The sound has more than {CELLS:,} values: bring a shorter one.")
                blocks.append(block[:, kept].mean(axis=1))
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
        what = "were mixed to one" if format.channel == "mixed" else f"are there, and the {format.channel} was read"
        notices.append(f"{counted(channels, 'channel')} {what}.")
    broken = ~np.isfinite(sound)
    if broken.any():
        notices.append(f"Set to 0: {counted(int(broken.sum()), 'amplitude')} that are no finite number.")
        sound[broken] = 0
    if rate > format.rate:
        shared = gcd(rate, format.rate)
        sound = resample_poly(sound, format.rate // shared, rate // shared)
        notices.append(
            f"Resampled from {rate:,} to {format.rate:,} Hz: pitches above {format.rate // 2:,} Hz are gone."
        )
        rate = format.rate
    loudest = float(np.abs(sound).max(initial=0))
    if loudest > 1:
        notices.append(f"Amplitudes up to {loudest:.3g} were scaled down to 1.")
        sound = sound / loudest
    return sound.astype(np.float32), rate, channels


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
