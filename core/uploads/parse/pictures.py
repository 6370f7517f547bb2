"""The pictures of a ZIP: all of one size, labelled by the folders they are in. Names are only ever read as text."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from statistics import median_low

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, FEWEST_SAMPLES, LARGEST_SIDE, MB, MEMBER, SAMPLES, SMALLEST_SIDE, UNPACKED
from core.uploads.parse.folders import classes_of
from core.uploads.parse.formats import said
from core.uploads.parse.picture import Head, Unreadable, head_of, pixels_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import recognise
from core.uploads.phrases import Tally, counted, printable

ENCRYPTED = 0x1
# Names that archivers add on their own account.
ADDED = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
# Pictures that say where something is in others.
MASK = re.compile(
    r"(^|/)(ground_?truth|masks?|annotations?|segmentations?)/|_(mask|seg|segmentation|gt)\.\w+$", re.IGNORECASE
)
COULD_BE_CLASS = re.compile(r"(^|/)masks?/[^/]*$", re.IGNORECASE)
ENDING = re.compile(r"_(mask|seg|segmentation|gt)$")
UNPACKABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LEFT_OUT = "Left out:"
# A file, and which frame of it, or None for the only one that is asked for.
Wanted = tuple[zipfile.ZipInfo, int | None]


def read(archive: zipfile.ZipFile, notices: list[str]) -> Raw:
    """Pictures (N, C, S, S), uint8 or uint16, and the classes that their folders or names tell.

    Raises:
        UploadError: the archive is too large once unpacked, or holds no picture.
    """
    tally = Tally()
    members = _members(archive, tally, notices)
    heads = dict(_heads(archive, members, tally))
    if not heads:
        raise UploadError(
            f"The archive has {counted(len(members), 'file')} to read and no picture among them. "
            + " ".join(tally.sentences()[:2])
            + f" Bring pictures ({said('picture')}), in one folder a class if they have labels."
        )
    wanted: list[Wanted] = [(info, None) for info in heads]
    if len(wanted) < FEWEST_SAMPLES <= sum(head.frames for head in heads.values()):
        wanted = [*islice(_all_frames(heads), SAMPLES)]
        notices.append(f"Each of {len(wanted):,} frames of {counted(len(heads), 'picture')} was read as a picture.")
    side, grey = _common([heads[info] for info, _ in wanted], notices)
    deep = any(head.deep for head in heads.values())
    pixels = np.empty((len(wanted), 1 if grey else 3, side, side), np.uint16 if deep else np.uint8)
    read: list[str] = []
    for info, frame in wanted:
        name = printable(info.filename)
        try:
            pixels[len(read)] = pixels_of(unpack(archive, info), side, grey, deep, tally, name, frame)
        except Unreadable as error:
            tally.add(LEFT_OUT, "picture", str(error), name)
            continue
        read.append(info.filename if frame is None else f"{info.filename}.{frame}")
    notices.extend(tally.sentences())
    pixels = pixels[: len(read)]
    if not grey and (pixels == pixels[:, :1]).all():
        pixels = pixels[:, :1]
    return Raw("pictures", pixels, words=classes_of(read, notices), ids=tuple(read))


def _all_frames(heads: dict[zipfile.ZipInfo, Head]) -> Iterator[Wanted]:
    for info, head in heads.items():
        yield from ((info, frame) for frame in range(head.frames))


def _members(archive: zipfile.ZipFile, tally: Tally, notices: list[str]) -> list[zipfile.ZipInfo]:
    """The files that may be pictures, the last of each name, none of them opened yet."""
    entries = [
        info for info in archive.infolist() if not info.filename.endswith("/") and not ADDED.search(info.filename)
    ]
    unpacked = sum(info.file_size for info in entries)
    if unpacked > UNPACKED:
        raise UploadError(
            f"The archive unpacks to {unpacked / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB are unpacked: bring "
            "fewer or smaller pictures."
        )
    latest = {info.filename: info for info in entries}
    if len(latest) < len(entries):
        notices.append(
            f"{counted(len(entries) - len(latest), 'member')} of the archive had the same name as a later one; the "
            "last of each name was read."
        )
    masks = _masks(list(latest))
    if 0 < len(masks) < len(latest):
        notices.append(f"Left out: {counted(len(masks), 'mask')} (the first: {printable(masks[0])}).")
        latest = {name: info for name, info in latest.items() if name not in masks}
    outside = [name for name in latest if _leads_outside(name)]
    if outside:
        notices.append(
            f"{counted(len(outside), 'name')} would lead outside of the archive (the first: {printable(outside[0])}): "
            "names were used for labels only, and nothing was unpacked to disk."
        )
    return [info for info in latest.values() if may_be_opened(info, tally)]


def _masks(names: list[str]) -> list[str]:
    """Those of pictures that say where something is in another, which is called alike; a class may be called mask."""
    likely = [name for name in names if MASK.search(name)]
    others = [PurePosixPath(name) for name in names if not MASK.search(name)]
    if any("mask" in part.lower() for path in others for part in path.parent.parts):
        return []
    known = {path.stem.lower() for path in others}
    return [
        name
        for name in likely
        if not COULD_BE_CLASS.search(name) or ENDING.sub("", PurePosixPath(name).stem.lower()) in known
    ]


def may_be_opened(info: zipfile.ZipInfo, tally: Tally) -> bool:
    """Whether a member is one that is opened; `tally` hears why not."""
    reasons = {
        "locked by a password": bool(info.flag_bits & ENCRYPTED),
        "linking to another file": stat.S_ISLNK(info.external_attr >> 16),
        "packed in another way than stored or deflated": info.compress_type not in UNPACKABLE,
        f"of more than {MEMBER / MB:,.0f} MB": info.file_size > MEMBER,
    }
    reason = next((reason for reason, holds in reasons.items() if holds), None)
    if reason:
        tally.add(LEFT_OUT, "member", reason, printable(info.filename))
    return reason is None


def _heads(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], tally: Tally
) -> Iterator[tuple[zipfile.ZipInfo, Head]]:
    """The members that are pictures."""
    for info in members:
        try:
            data = unpack(archive, info)
            what = recognise(data)
            if what is None or what.family != "picture":
                raise Unreadable(f"being {what.title if what else 'no picture'}")
            yield info, head_of(data)
        except Unreadable as error:
            tally.add(LEFT_OUT, "member", str(error), printable(info.filename))


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member's bytes, never more than it declares."""
    try:
        with archive.open(info) as stream:
            return stream.read(info.file_size)
    except MemoryError:
        raise
    except Exception as error:
        # zlib.error, BadZipFile, EOFError, NotImplementedError, …: what is wrong with a packed file has many names.
        raise Unreadable("damaged in the archive") from error


def _common(heads: list[Head], notices: list[str]) -> tuple[int, bool]:
    """The side that all pictures are given, and whether none of them has colours."""
    sides, grey = [head.side for head in heads], all(head.grey for head in heads)
    room = int((CELLS / (len(heads) * (1 if grey else 3))) ** 0.5)
    side = max(SMALLEST_SIDE, min(median_low(sides), LARGEST_SIDE, room))
    resized = sum(other != side for other in sides)
    if resized:
        notices.append(
            f"Resized to {side} × {side} pixels: {counted(resized, 'picture')} of {len(heads):,}; the shorter sides of "
            f"all are {min(sides):,} to {max(sides):,} pixels."
        )
    return side, grey


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", name) is not None
