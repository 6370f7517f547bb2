"""A ZIP archive: its pictures, its sounds, its tables, those in one folder, or one member."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES, MB, UNPACKED
from core.uploads.parse import pictures, recordings, sounds
from core.uploads.parse.chosen import chosen_of
from core.uploads.parse.folders import name_anew, parting
from core.uploads.parse.format import Format
from core.uploads.parse.formats import JSON, MATRIX_MARKET, TABLE, TEXT, ZIP, suffixes
from core.uploads.parse.parts import Guess, for_training, largest, of_part, say_part
from core.uploads.parse.picture import Unreadable
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import files_in, is_about, open_zip, recognise
from core.uploads.phrases import Tally, listed, printable

# What is read of many members at once.
PICTURES, SOUNDS, TABLES = "all pictures", "all sounds", "all tables"
# How MNIST and its kin call their arrays.
IDX = re.compile(r"[-.]idx\d-ubyte(\.gz)?$")
NESTED = "There is a ZIP archive inside the ZIP archive: unpack it and bring what is in it."
Members = list[zipfile.ZipInfo]
Read = Callable[[zipfile.ZipFile, Members, Format, list[str]], Raw]


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """What is in a ZIP archive.

    Raises:
        UploadError: it is damaged, too large once unpacked, or holds nothing that is read.
    """
    with open_zip(data) as archive:
        name_anew(archive, notices)
        files = files_in(archive)
        if numbered := [info for info in files if IDX.search(info.filename)]:
            return _arrays(archive, numbered, format, notices)
        drawn, heard = _called(files, suffixes("picture")), _called(files, suffixes("sound"))
        tables = _called(files, (*suffixes("table", "array", "text"), ".data", ".dat"))
        if (listing := _called(files, MATRIX_MARKET.suffixes)) and not format.part:
            # The tables beside it name its rows and columns.
            raise UploadError(
                f"Of the archive, {printable(listing[0].filename)} is {MATRIX_MARKET.title}, which is not read. "
                f"{MATRIX_MARKET.advice}"
            )
        if len(tables) == 1 and not drawn and not heard:
            # It may have parts itself.
            notices.append(f"Of the archive, {printable(tables[0].filename)} was read.")
            return _member(archive, tables, format, notices)
        if not (drawn or heard or tables) and any(_end(info.filename) in ZIP.suffixes for info in files):
            raise UploadError(NESTED)
        likely = _likely(tables, bool(drawn))
        parts: dict[str, tuple[Read, Members]] = {}
        if drawn or not (heard or tables):
            # Names need not say what is one.
            parts |= _parts(PICTURES, drawn, files, _pictures)
        if heard:
            parts |= _parts(SOUNDS, heard, heard, _sounds)
        if len(likely) > 1 and all(map(_is_text, likely)):
            parts |= _parts(TABLES, likely, likely, _tables)
        parts |= {info.filename: (_member, [info]) for info in tables}
        # A picture or two may show what is in a table.
        are_pictures = PICTURES in parts and (len(drawn) >= FEWEST_SAMPLES or not likely)
        guess = Guess(PICTURES) if are_pictures else Guess(SOUNDS) if heard else _guess(likely)
        if guess.why and not format.part:
            say_part([info.filename for info in likely], guess, "file", notices)
        elif (name := format.part or guess.name) not in (PICTURES, SOUNDS, TABLES):
            notices.append(f"Of the archive, {printable(name)} was read.")
        beside = [info.filename for info in tables if guess.name == PICTURES and _end(info.filename) in TABLE.suffixes]
        if beside and not format.part:
            notices.append(
                f"Table {printable(beside[0])} stands beside the pictures: bring it as the second file, too, "
                "if it says what they show."
            )
        whole = format.model_copy(update={"part": ""})

        def read_part(name: str) -> Raw:
            read, members = parts[name]
            return read(archive, members, whole, notices)

        return of_part(read_part, parts, guess.name, format)


def _called(files: Members, ends: tuple[str, ...]) -> Members:
    """The last member of each name that ends so, whatever it is packed with, but for those about the others."""
    found = {info.filename: info for info in files if _end(info.filename) in ends and not is_about(info.filename)}
    return [*found.values()]


def _end(name: str) -> str:
    """How a name ends, whatever the file is packed with."""
    path = PurePosixPath(name.lower())
    return (path.with_suffix("") if path.suffix in suffixes("packed") else path).suffix


def _likely(tables: Members, are_drawn: bool) -> Members:
    """The members that are likely to hold samples: JSON and text beside other data say something about them."""
    ends = {info.filename: _end(info.filename) for info in tables}
    texts = (*suffixes("text"), ".dat")
    plain = [info for info in tables if ends[info.filename] not in (*JSON.suffixes, *texts)]
    listed = [] if are_drawn else [info for info in tables if ends[info.filename] in JSON.suffixes]
    return plain or listed or [info for info in tables if ends[info.filename] in texts]


def _is_text(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith((*TABLE.suffixes, *TEXT.suffixes))


def _guess(likely: Members) -> Guess:
    """Of several tables the one for training, all of them where they are text, or else the largest."""
    sizes = {info.filename: info.file_size for info in likely}
    if len(sizes) == 1:
        return Guess(next(iter(sizes)))
    together = Guess(TABLES) if all(map(_is_text, likely)) else None
    return for_training(sizes) or together or largest(sizes)


def _parts(whole: str, named: Members, members: Members, read: Read) -> dict[str, tuple[Read, Members]]:
    """All of some members, and those in each folder that says what they are for."""
    folders = parting([info.filename for info in named])
    inside = {folder: [info for info in members if info.filename.startswith(folder)] for folder in folders}
    return {name: (read, those) for name, those in {whole: members, **inside}.items()}


def _pictures(archive: zipfile.ZipFile, members: Members, format: Format, notices: list[str]) -> Raw:
    return pictures.read(archive, members, format, notices)


def _sounds(archive: zipfile.ZipFile, members: Members, format: Format, notices: list[str]) -> Raw:
    return sounds.read(archive, members, format, notices)


def _tables(archive: zipfile.ZipFile, members: Members, format: Format, notices: list[str]) -> Raw:
    raw = recordings.read(archive, members, format, notices)
    if raw is None:
        raise UploadError(
            f"The archive holds {len(members)} tables ({listed(info.filename for info in members)}) whose columns are "
            "not the same: choose one of them as the part of the file, or bring some with the same columns."
        )
    return raw


def _member(archive: zipfile.ZipFile, members: Members, format: Format, notices: list[str]) -> Raw:
    """A member that holds data."""
    from core.uploads.parse.decode import decode

    (info,) = members
    data = _bytes(archive, info)
    if recognise(data) == ZIP and not info.filename.lower().endswith(suffixes("table", "array")):
        raise UploadError(NESTED)
    return decode(PurePosixPath(info.filename).name, data, format)


def _arrays(archive: zipfile.ZipFile, members: Members, format: Format, notices: list[str]) -> Raw:
    """Of IDX arrays the samples, and their labels if there are any."""
    from core.uploads.parse.decode import decode

    names = {IDX.sub("", PurePosixPath(info.filename).name): info for info in members}
    arrays = {name: decode(name, _bytes(archive, info)).values for name, info in names.items()}
    headers = {name: (array.shape, False, array.dtype) for name, array in arrays.items()}
    return chosen_of(headers, arrays.__getitem__, format, notices)


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """What is in a member."""
    if info.file_size > UNPACKED:
        raise UploadError(
            f"{printable(info.filename)} unpacks to {info.file_size / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB "
            "are unpacked: bring less."
        )
    tally = Tally()
    if not pictures.may_be_opened(info, tally, UNPACKED):
        raise UploadError(f"{printable(info.filename)} cannot be read. {' '.join(tally.sentences())}")
    try:
        return pictures.unpack(archive, info)
    except Unreadable as error:
        raise UploadError(f"{printable(info.filename)} is {error}: pack it again.") from error
