"""WAV sounds: PCM of 8 to 32 bits or floats, in one channel of at most 8 kHz."""

from __future__ import annotations

import io
import struct
import warnings
from math import gcd

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

from core.errors import UploadError
from core.uploads.limits import CELLS, RATES
from core.uploads.parse.raw import Array, Raw
from core.uploads.phrases import counted

HIGHEST_RATE = 8_000
PCM = 1
FLOAT = 3
EXTENSIBLE = 0xFFFE
CODECS = {2: "Microsoft ADPCM", 6: "A-law", 7: "µ-law", 17: "IMA ADPCM", 49: "GSM", 80: "MPEG", 85: "MP3"}


def read(data: bytes, notices: list[str]) -> Raw:
    """Amplitudes (T,) in [−1, 1].

    Raises:
        UploadError: it is damaged, empty, or coded in a way that is not read.
    """
    _check(data, notices)
    try:
        with warnings.catch_warnings():
            # Ends that are missing are told of by `_check`, and chunks of other things are nobody's loss.
            warnings.simplefilter("ignore")
            rate, samples = wavfile.read(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:
        # scipy reads damaged files until an index, a division or an unpacking fails.
        raise UploadError("The WAV file is damaged or was cut short: save it again as PCM.") from error
    if samples.size > CELLS:
        raise UploadError(f"The sound has {samples.size:,} values; at most {CELLS:,} are read: bring a shorter one.")
    sound = _amplitudes(samples, notices)
    if sound.ndim > 1:
        notices.append(f"{counted(sound.shape[1], 'channel')} were mixed to one.")
        sound = sound.mean(axis=1)
    if rate > HIGHEST_RATE:
        shared = gcd(rate, HIGHEST_RATE)
        sound = resample_poly(sound, HIGHEST_RATE // shared, rate // shared)
        notices.append(f"Resampled from {rate:,} to {HIGHEST_RATE:,} Hz: pitches above 4,000 Hz are gone.")
        rate = HIGHEST_RATE
    loudest = float(np.abs(sound).max(initial=0))
    if loudest > 1:
        notices.append(f"Amplitudes up to {loudest:.3g} were scaled down to 1.")
        sound = sound / loudest
    return Raw("sound", sound.astype(np.float32), rate=rate)


def _check(data: bytes, notices: list[str]) -> None:
    """What the head says, before anything is done with it."""
    order = ">" if data.startswith(b"RIFX") else "<"
    chunks = _chunks(data, order)
    if len(chunks.get(b"fmt ", b"")) < 16:
        raise UploadError("The WAV file has no complete head: it is damaged or was cut short; save it again as PCM.")
    codec, channels, rate, _, _, bits = struct.unpack(order + "HHIIHH", chunks[b"fmt "][:16])
    if codec == EXTENSIBLE and len(chunks[b"fmt "]) >= 26:
        codec = struct.unpack(order + "H", chunks[b"fmt "][24:26])[0]
    if codec not in (PCM, FLOAT):
        name = CODECS.get(codec, f"codec number {codec}")
        raise UploadError(f"The sound is coded as {name}; only PCM and floats are read: save it as 16-bit PCM.")
    if not 1 <= channels <= 64:
        raise UploadError(f"The WAV file states {counted(channels, 'channel')}; 1 to 64 are read: save it again.")
    if not RATES[0] <= rate <= RATES[1]:
        raise UploadError(
            f"The WAV file states {rate:,} values a second; {RATES[0]:,} to {RATES[1]:,} are read: save it again."
        )
    if not 1 <= bits <= 64:
        raise UploadError(f"The WAV file states {counted(bits, 'bit')} a value; 1 to 64 are read: save it again.")
    if not chunks.get(b"data"):
        raise UploadError("The WAV file holds no sound: it is empty or was cut short; save it again.")
    place = data.find(b"data", 12)
    promised = struct.unpack(order + "I", data[place + 4 : place + 8])[0]
    if promised > len(chunks[b"data"]) and not data.startswith(b"RF64"):
        notices.append(
            f"The WAV file promises {promised:,} bytes of sound and holds {len(chunks[b'data']):,}: the end is missing."
        )


def _chunks(data: bytes, order: str) -> dict[bytes, memoryview]:
    """The parts of a RIFF file by name, each as long as it really is."""
    found: dict[bytes, memoryview] = {}
    place, view = 12, memoryview(data)
    while place + 8 <= len(data):
        size = struct.unpack(order + "I", data[place + 4 : place + 8])[0]
        found.setdefault(data[place : place + 4], view[place + 8 : place + 8 + size])
        place += 8 + size + size % 2
    return found


def _amplitudes(samples: Array, notices: list[str]) -> Array:
    """Values of any type in [−1, 1], or as the floats are."""
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128) / 128
    if samples.dtype.kind == "i":
        return samples.astype(np.float32) / 2.0 ** (8 * samples.dtype.itemsize - 1)
    sound = samples.astype(np.float32)
    broken = ~np.isfinite(sound)
    if broken.any():
        notices.append(f"Set to 0: {counted(int(broken.sum()), 'amplitude')} that are no finite number.")
    return np.where(broken, np.float32(0), sound)
