"""The pictures of a ZIP: all of one size, labelled by the folders they are in. Names are only ever read as text."""

from __future__ import annotations

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath
from statistics import median_low

import numpy as np

from core.errors import UploadError
from core.uploads.limits import CELLS, FEWEST_SAMPLES, LARGEST_SIDE, MB, MEMBER, SAMPLES, SMALLEST_SIDE, UNPACKED
from core.uploads.parse.folders import classes_of
from core.uploads.parse.format import Format
from core.uploads.parse.formats import said
from core.uploads.parse.masks import marked, masks_in
from core.uploads.parse.picture import Head, Unreadable, frames_of, head_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import recognise
from core.uploads.phrases import Tally, counted, printable

ENCRYPTED = 0x1
UNPACKABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LEFT_OUT = "Left out:"


def read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], format: Format, notices: list[str]) -> Raw:
    """Pictures (N, C, S, S) of their numbers, and the classes that their folders or names tell, or masks of them.

    Raises:
        UploadError: the entries are too large once unpacked, or none is a picture.
    """
    tally = Tally()
    members = _members(entries, tally, notices)
    masks = masks_in([*members])
    passed = () if format.masks == "pictures" else {*masks}
    drawn = {name: info for name, info in members.items() if name not in passed}
    heads = dict(_heads(archive, drawn, tally))
    if not heads:
        raise UploadError(
            f"The archive has {counted(len(drawn), 'file')} to read and no picture among them. "
            + " ".join(tally.sentences()[:2])
            + f" Bring pictures ({said('picture')}), in one folder a class if they have labels."
        )

    def unpacked(name: str) -> bytes:
        return unpack(archive, members[name])

    if masks and format.masks == "left_out":
        notices.append(f"Left out: {counted(len(masks), 'mask')} (the first: {printable(masks[0])}).")
    raw = read_all(heads, unpacked, tally, notices)
    if masks and format.masks == "labels":
        raw = replace(raw, words={"mask": marked(raw.ids, masks, unpacked, notices)})
    return replace(raw, asks=("masks",) if masks else ())


def read_all(heads: dict[str, Head], unpacked: Callable[[str], bytes], tally: Tally, notices: list[str]) -> Raw:
    """The pictures of files by name, or all of their frames where the files are too few."""
    frames = Counter(heads.keys())
    if len(heads) < FEWEST_SAMPLES <= sum(head.frames for head in heads.values()):
        frames = Counter(islice((name for name, head in heads.items() for _ in range(head.frames)), SAMPLES))
        notices.append(f"Each of {frames.total():,} frames of {counted(len(heads), 'picture')} was read as a picture.")
    side, grey = _common([heads[name] for name in frames.elements()], notices)
    dtype = np.result_type(*{head.dtype for head in heads.values()})
    pixels = np.empty((frames.total(), 1 if grey else 3, side, side), dtype)
    read: list[str] = []
    for name, most in frames.items():
        before = len(read)
        try:
            for square in frames_of(unpacked(name), most, side, grey, dtype, tally, printable(name)):
                pixels[len(read)] = square
                read.append(name)
        except Unreadable as error:
            tally.add(LEFT_OUT, "picture", str(error), printable(name), most - len(read) + before)
    notices.extend(tally.sentences())
    pixels = pixels[: len(read)]
    if not grey and (pixels == pixels[:, :1]).all():
        pixels = pixels[:, :1]
    return Raw("pictures", pixels, words=classes_of(read, notices), ids=tuple(read))


def _members(entries: list[zipfile.ZipInfo], tally: Tally, notices: list[str]) -> dict[str, zipfile.ZipInfo]:
    """The files by name that may be pictures, the last of each name, none of them opened yet."""
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
    outside = [name for name in latest if _leads_outside(name)]
    if outside:
        notices.append(
            f"{counted(len(outside), 'name')} would lead outside of the archive (the first: {printable(outside[0])}): "
            "names were used for labels only, and nothing was unpacked to disk."
        )
    return {name: info for name, info in latest.items() if may_be_opened(info, tally)}


def may_be_opened(info: zipfile.ZipInfo, tally: Tally, most: int = MEMBER) -> bool:
    """Whether a member is one that is opened, of so many bytes at `most`; `tally` hears why not."""
    reasons = {
        "locked by a password": bool(info.flag_bits & ENCRYPTED),
        "linking to another file": stat.S_ISLNK(info.external_attr >> 16),
        "packed in another way than stored or deflated": info.compress_type not in UNPACKABLE,
        f"of more than {most / MB:,.0f} MB": info.file_size > most,
    }
    reason = next((reason for reason, holds in reasons.items() if holds), None)
    if reason:
        tally.add(LEFT_OUT, "member", reason, printable(info.filename))
    return reason is None


def _heads(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], tally: Tally) -> Iterator[tuple[str, Head]]:
    """The members that are pictures."""
    for name, info in members.items():
        try:
            data = unpack(archive, info)
            what = recognise(data)
            if what is None or what.family != "picture":
                raise Unreadable(f"being {what.title if what else 'no picture'}")
            yield name, head_of(data)
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
