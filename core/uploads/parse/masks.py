"""Masks: pictures that say where something is in others, which are called alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from core.uploads.parse.folders import MASKS
from core.uploads.parse.picture import Unreadable, shows_anything
from core.uploads.parse.words import Words
from core.uploads.phrases import Tally, counted, printable

MASK = re.compile(rf"(^|/){MASKS}/|_(mask|seg|segmentation|gt)\.\w+$", re.IGNORECASE)
FOLDER = re.compile(MASKS, re.IGNORECASE)
COULD_BE_CLASS = re.compile(r"(^|/)masks?/[^/]*$", re.IGNORECASE)
ENDING = re.compile(r"_(mask|seg|segmentation|gt)$")
MARKED, UNMARKED = "marked", "not marked"


def masks_in(names: Sequence[str]) -> list[str]:
    """Those of pictures that are masks of others; a class may be called mask."""
    likely = [name for name in names if MASK.search(name)]
    others = [PurePosixPath(name) for name in names if not MASK.search(name)]
    if not others or any("mask" in part.lower() for path in others for part in path.parent.parts):
        return []
    known = {path.stem.lower() for path in others}
    return [name for name in likely if not COULD_BE_CLASS.search(name) or _stem(PurePosixPath(name)) in known]


def marked(
    pictures: Sequence[str], masks: Sequence[str], unpacked: Callable[[str], bytes], notices: list[str]
) -> Words:
    """Whether anything is marked in each of some pictures (N,), by the masks that are called as they are."""
    tally, by_stem = Tally(), dict[str, list[PurePosixPath]]()
    for name in pictures:
        by_stem.setdefault(PurePosixPath(name).stem.lower(), []).append(PurePosixPath(name))
    found = dict.fromkeys(pictures, UNMARKED)
    for name in masks:
        of = _pictures_of(PurePosixPath(name), by_stem)
        if not of:
            tally.add("Left out:", "mask", "of no picture that was read", printable(name))
            continue
        try:
            if shows_anything(unpacked(name)):
                found |= dict.fromkeys(map(str, of), MARKED)
        except Unreadable as error:
            tally.add("Left out:", "mask", str(error), printable(name))
    notices.extend(tally.sentences())
    words = Words.of(found[name] for name in pictures)
    count = sum(text == MARKED for text in words)
    notices.append(
        f"Labels are whether anything is marked by {counted(len(masks), 'mask')}: {counted(count, 'picture')} "
        f"{MARKED}, {len(words) - count:,} {UNMARKED}."
    )
    return words


def _pictures_of(mask: PurePosixPath, by_stem: dict[str, list[PurePosixPath]]) -> list[PurePosixPath]:
    """The pictures of a mask: those beside its folder of masks, and of several those in folders of the same names."""
    parts = mask.parent.parts
    place = next((i for i, part in enumerate(parts) if FOLDER.fullmatch(part)), None)
    above, below = (parts, ()) if place is None else (parts[:place], parts[place + 1 :])
    near = [path for path in by_stem.get(_stem(mask), []) if path.parts[: len(above)] == above]
    if len(near) < 2:
        return near
    return [path for path in near if path.parent.parts[len(path.parent.parts) - len(below) :] == below]


def _stem(mask: PurePosixPath) -> str:
    """What the picture of a mask is called, without the end of its name."""
    return ENDING.sub("", mask.stem.lower())
