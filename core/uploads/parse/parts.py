"""Files that hold several things, of each of which samples could be read: sheets, tables, arrays, members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from core.errors import UploadError
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.phrases import counted, listed, printable

# Parts that can be chosen among.
MOST = 100


@dataclass(frozen=True)
class Guess:
    """The part that is read where none was chosen, `why`, and whether another is nearly as likely."""

    name: str
    why: str = ""
    is_close: bool = False


def largest(sizes: Mapping[str, int]) -> Guess:
    """The largest part, which is close where another one is half as large."""
    name = max(sizes, key=lambda part: sizes[part])
    return Guess(name, "the largest", any(2 * size >= sizes[name] for other, size in sizes.items() if other != name))


def for_training(names: Iterable[str]) -> Guess | None:
    """The one part whose name says that it is for training, if there is one."""
    found = [name for name in names if "train" in name.lower()]
    return Guess(found[0], "for training by its name") if len(found) == 1 else None


def of_part(read: Callable[[str], Raw], names: Collection[str], guess: str, format: Format) -> Raw:
    """What is read of the part that was chosen, or else of the one that was guessed.

    Raises:
        UploadError: there is no such part, or it cannot be read; all parts are told with it.
    """
    parts = (guess, *[name for name in names if name != guess][: MOST - 1])
    try:
        if format.part and format.part not in (guess, *names):
            raise UploadError(f"The file has no part called {printable(format.part, 30)!r}; there are {listed(parts)}.")
        return replace(read(format.part or guess), parts=parts)
    except UploadError as error:
        error.parts = parts
        raise


def say_part(names: Collection[str], guess: Guess, noun: str, notices: list[str], chosen: str = "") -> None:
    """Say which part is read, by the `noun` of all parts, why, unless it was `chosen`, and which are left out."""
    part = chosen or guess.name
    rest = listed(name for name in names if name != part)
    said = f"f {counted(len(names), noun)}, {printable(part, 30)} was read"
    if chosen and rest:
        notices.append(f"O{said}; left out: {rest}.")
    elif guess.is_close:
        notices.append(
            f"Unsure: o{said}, {guess.why}; left out: {rest}, one of them not much smaller: choose it as the part of "
            "the file if it holds the samples."
        )
    elif rest:
        notices.append(f"O{said}, {guess.why}; left out: {rest}.")
