"""What takes long to come by is held for all visitors, in no more memory than it may take."""

import numpy as np

from core.held import Held
from core.uploads.parse.raw import Column, Raw
from core.uploads.parse.words import Words


def asked(held: Held[bytes], made: list[str], key: str, size: int) -> None:
    """Ask for a thing of so many bytes, and note it if it had to be made."""

    def make() -> bytes:
        made.append(key)
        return bytes(size)

    assert len(held.get(key, make)) == size


def test_no_more_is_held_than_there_is_room_for():
    held, made = Held[bytes](100, len), []
    for key in "abcdabcd":
        asked(held, made, key, 40)
        assert sum(size for _, size in held._things.values()) <= 100
    # Two of forty bytes are held, the two that were asked for last.
    assert made == [*"abcdabcd"]
    asked(held, made, "c", 40)
    asked(held, made, "d", 40)
    assert made == [*"abcdabcd"]
    asked(held, made, "e", 40)
    asked(held, made, "d", 40)
    assert made == [*"abcdabcde"]


def test_small_things_stay_whatever_large_ones_come():
    held, made = Held[bytes](100, len), []
    small = [f"small {i}" for i in range(8)]
    for turn in range(3):
        for key in small:
            asked(held, made, key, 5)
        for large in ("guessed", "put right"):
            asked(held, made, f"{large} {turn}", 50)
    assert [key for key in made if key.startswith("small")] == small


def test_what_is_larger_than_the_room_is_held_until_another_comes():
    held, made = Held[bytes](100, len), []
    for key, size in (("huge", 900), ("huge", 900), ("small", 1), ("huge", 900)):
        asked(held, made, key, size)
    assert made == ["huge", "small", "huge"]
    asked(held, made, "small", 1)
    assert made == ["huge", "small", "huge", "small"]


def test_a_reading_tells_its_size():
    words = Words(np.zeros(1000, np.int32), ("a" * 40, "b" * 60))
    raw = Raw("table", np.zeros((1000, 3)), tuple(map(Column, "abc")), {})
    assert raw.size == 24_000
    assert (
        24_000 + 4_000 + 100
        <= Raw("table", raw.values, (*raw.columns, Column("d", "text")), {"d": words}).size
        < 28_400
    )
