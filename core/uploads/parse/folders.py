"""Which class a file of an archive is of, by the folders it is in or by its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from core.uploads.parse.words import Words
from core.uploads.phrases import counted, listed, printable

# Folders that part samples for learning from those for testing, and say nothing about what is in them: train, test1,
# seg_pred, val_images, fold10.
SPLIT = re.compile(
    r"(?:(?:seg|image|img)s?[-_ ])?"
    r"(?:train(?:ing)?|test(?:ing)?|val(?:id|idation)?|dev|pred(?:iction)?|unlabell?ed|(?:fold|split)(?=[-_ ]?\d))"
    r"[-_ ]?\d{0,2}(?:[-_ ]?(?:image|img|set|data|picture)s?)?",
    re.IGNORECASE,
)
# Those of pictures that say where something is in others.
MASKS = "(ground_?truth|masks?|annotations?|segmentations?)"
# What the class of files is called that are in no folder, where others are.
TOP = "top"
# The flag of a ZIP's member that says that its name is UTF-8; without it Python takes names for those of DOS.
IS_UTF8 = 0x800
# cat.12.jpg, dog_7.png, A-001.wav; 7_theo_3.wav of the spoken digits; 012_cat.png.
NAMED = (
    re.compile(r"([^\W\d_]{1,30})[\s._-]?\(?\d+\)?"),
    re.compile(r"(\d{1,2})[._-]\w+"),
    re.compile(r"\d+[\s._-]([^\W\d_]{1,30})"),
)
# Signs of East Asian encodings come in pairs; in this order, for their bytes overlap.
EASTERN = ("gb2312", "euc-kr", "big5", "shift_jis", "gb18030")
PAIRS = re.compile(rb"([\x81-\xfe][\x40-\xfe])+")


def classes_of(names: Sequence[str], notices: list[str]) -> dict[str, Words]:
    """The folder of each file, the nearest that differs between them, or else what their names begin with."""
    paths = [PurePosixPath(name.replace("\\", "/").replace("..", "")) for name in names]
    folders = [[printable(part) for part in path.parent.parts if part.strip("/")] for path in paths]
    for level in range(1, max(map(len, folders), default=0) + 1):
        found = [parts[-level] if level <= len(parts) else TOP for parts in folders]
        if len(set(found)) > 1 and not all(map(is_split, set(found))):
            if alone := sum(level > len(parts) for parts in folders):
                notices.append(
                    f"Unsure: {counted(alone, 'file')} beside the folders were taken for a class of their own, called "
                    f"{TOP}: leave them out of the archive if they are none."
                )
            return {"folder": Words.of(_without_splits(found, folders, level, notices))}
    parts = [next(filter(is_split, parents), "") for parents in folders]
    for pattern in NAMED:
        kinds = [match[1] if (match := pattern.fullmatch(path.stem)) else "" for path in paths]
        # All names of a part say a class, or none does, as of those that are to be predicted.
        silent = {part for kind, part in zip(kinds, parts, strict=True) if not kind}
        kinds = ["" if part in silent else kind for kind, part in zip(kinds, parts, strict=True)]
        told = [*filter(None, kinds)]
        if "" not in silent and 1 < len(set(told)) <= len(told) // 2:
            rest = f"; {len(kinds) - len(told):,} have none" if silent else ""
            notices.append(
                f"Unsure: labels were taken from names of files ({listed(dict.fromkeys(told), 4)}){rest}: choose none "
                "if they are no classes."
            )
            return {"name": Words.of(kinds)}
    return {}


def is_split(folder: str) -> bool:
    """Whether a folder is called like those that part samples for learning from others."""
    return SPLIT.fullmatch(folder) is not None


def _without_splits(found: list[str], folders: list[list[str]], level: int, notices: list[str]) -> list[str]:
    """The folders of files, "" for what is in none but one that parts samples, where others are in classes below such.

    So those in val/images are of no class where others are in train/cat/images.
    """
    places = [len(parents) - level for parents in folders]
    with_classes = {
        tuple(parents[:above])
        for parents, place in zip(folders, places, strict=True)
        for above in range(place)
        if is_split(parents[above])
    }

    def is_class(folder: str, parents: list[str], place: int) -> bool:
        first = place
        # Some archives have a folder in one of the same name.
        while first > 0 and parents[first - 1] == folder:
            first -= 1
        return not (is_split(folder) and tuple(parents[:first]) in with_classes)

    kept = [
        folder if is_class(folder, parents, place) else ""
        for folder, parents, place in zip(found, folders, places, strict=True)
    ]
    gone = [folder for folder, name in zip(found, kept, strict=True) if not name]
    if gone:
        notices.append(
            f"{counted(len(gone), 'file')} in {listed(dict.fromkeys(gone), 4)} have no label: these folders part "
            "samples, and are no classes."
        )
    return kept


def parting(names: Sequence[str]) -> list[str]:
    """The folders of files that say what samples in them are for, as train/ does; not one that all of them are in."""
    inmost = dict.fromkeys(name.rpartition("/")[0] for name in names)
    folders = dict.fromkeys(
        folder for name in inmost for folder in (*reversed(PurePosixPath(name).parents), PurePosixPath(name))
    )
    said = [f"{folder}/" for folder in folders if is_split(folder.name) or re.fullmatch(MASKS, folder.name.lower())]
    return [folder for folder in said if not all(name.startswith(folder) for name in names)]


def name_anew(archive: zipfile.ZipFile, notices: list[str]) -> None:
    """Give members the names that they were packed with, where those are neither UTF-8 nor DOS."""
    old = [info for info in archive.filelist if not info.flag_bits & IS_UTF8 and not info.filename.isascii()]
    try:
        raw = [info.filename.encode("cp437") for info in old]
    except UnicodeEncodeError:
        return
    encoding = _encoding_of(raw)
    if encoding is None:
        return
    for info, name in zip(old, raw, strict=True):
        # What a member is found by stays what it is, for zipfile compares it with the one before its data.
        info.filename = name.decode(encoding)
    notices.append(
        f"Names in the archive do not say how they are written and were read as {encoding.upper()}, as in "
        f"{printable(old[0].filename, 40)}."
    )


def _encoding_of(names: list[bytes]) -> str | None:
    if not names:
        return None
    pairs = all(PAIRS.fullmatch(part) for name in names for part in re.findall(rb"[\x80-\xff][\x40-\xff]*", name))
    known: tuple[str, ...] = EASTERN if pairs else ()
    for encoding in ("utf-8", *known):
        try:
            texts = [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
        if all(text.isprintable() for text in texts):
            return encoding
    return None
