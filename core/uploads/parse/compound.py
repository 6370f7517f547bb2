"""The compound files that old workbooks are: a file system of sectors, each of which names the next one."""

from __future__ import annotations

import struct

import numpy as np

from core.uploads.parse.raw import Array

HEAD = 512
# The tables that stand in the head; of more, each sector ends with the place of the next one.
IN_HEAD = 109
# Sectors have 512 or 4,096 bytes.
POWERS = (9, 12)


def is_endless(data: bytes) -> bool:
    """Whether sectors lead in a circle, which readers follow until memory is full, or have no size of theirs."""
    if len(data) < HEAD:
        return False
    (power,) = struct.unpack_from("<H", data, 30)
    (mini,), (more,) = struct.unpack_from("<I", data, 60), struct.unpack_from("<I", data, 68)
    if power not in POWERS:
        return True
    size = 1 << power
    count = len(data) // size

    def sector(place: int) -> Array:
        begin = (place + 1) * size
        return np.frombuffer(data[begin : begin + size].ljust(size, b"\xff"), "<u4")

    tables = [*struct.unpack_from(f"<{IN_HEAD}I", data, 76)]
    for _ in range(count):
        if more >= count:
            break
        *others, more = sector(more).tolist()
        tables.extend(others)
    else:
        return True
    used = [sector(place) for place in tables if place < count]
    fat = np.concatenate(used) if used else np.empty(0, "<u4")
    if _leads_in_a_circle(fat):
        return True
    minis = []
    while mini < min(len(fat), count):
        minis.append(sector(mini))
        mini = int(fat[mini])
    return bool(minis) and _leads_in_a_circle(np.concatenate(minis))


def _leads_in_a_circle(following: Array) -> bool:
    """Whether from some place, each naming the next one, no way leads out."""
    end = len(following)
    ahead = np.append(np.minimum(following, end).astype(np.int64), end)
    # Twice as many steps each time.
    for _ in range(end.bit_length()):
        ahead = ahead[ahead]
    return bool((ahead != end).any())
