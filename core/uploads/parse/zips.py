"""A ZIP archive: pictures, sounds, or the one table or array in it."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES, MB, UNPACKED
from core.uploads.parse import pictures, recordings, sounds
from core.uploads.parse.folders import name_anew
from core.uploads.parse.format import Format
from core.uploads.parse.formats import JSON, TABLE, TEXT, ZIP, suffixes
from core.uploads.parse.picture import Unreadable
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import files_in, open_zip, recognise
from core.uploads.phrases import Tally, listed, printable

# What stands beside data and is none.
ABOUT = ("readme", "license", "licence", "changelog", "about", "citation", "notice")


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """What is in a ZIP archive.

    Raises:
        UploadError: it is damaged, too large once unpacked, or holds nothing that is read.
    """
    with open_zip(data) as archive:
        name_anew(archive, notices)
        members = {info.filename: info for info in files_in(archive)}
        ends = {name: _end(name) for name in members}

        def of(kinds: tuple[str, ...]) -> list[zipfile.ZipInfo]:
            return [members[name] for name, suffix in ends.items() if suffix in kinds and not _is_about(name)]

        # A picture or two may show what is in a table.
        drawn, heard = of(suffixes("picture")), of(suffixes("sound"))
        if len(drawn) >= FEWEST_SAMPLES:
            return pictures.read(archive, notices)
        # JSON beside other data says something about them.
        tables = [
            info for info in of((*suffixes("table", "array"), ".data")) if ends[info.filename] not in JSON.suffixes
        ]
        tables = tables or ([] if drawn else of(JSON.suffixes)) or of((*suffixes("text"), ".dat"))
        if drawn and not tables:
            return pictures.read(archive, notices)
        if heard:
            return sounds.read(archive, heard, notices)
        return _one_of(archive, tables, format, notices) if tables else pictures.read(archive, notices)


def _end(name: str) -> str:
    """How a name ends, whatever the file is packed with."""
    path = PurePosixPath(name.lower())
    return (path.with_suffix("") if path.suffix in suffixes("packed") else path).suffix


def _is_about(name: str) -> bool:
    return PurePosixPath(name.lower()).stem.startswith(ABOUT)


def _one_of(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], format: Format, notices: list[str]) -> Raw:
    """The one member that holds data, or the one for training."""
    from core.uploads.parse.decode import decode

    names = [info.filename for info in members]
    training = [info for info in members if "train" in info.filename.lower()]
    if len(members) > 1 and len(training) != 1:
        if all(name.lower().endswith((*TABLE.suffixes, *TEXT.suffixes)) for name in names):
            raw = recordings.read(archive, members, format, notices)
            if raw is not None:
                return raw
        raise UploadError(
            f"The archive holds {len(members)} tables ({listed(names)}): bring one of them, or some with the same "
            "columns."
        )
    chosen = training[0] if len(members) > 1 else members[0]
    if chosen.file_size > UNPACKED:
        raise UploadError(
            f"{printable(chosen.filename)} unpacks to {chosen.file_size / MB:,.0f} MB; at most {UNPACKED / MB:,.0f} MB "
            "are unpacked: bring less."
        )
    tally = Tally()
    if not pictures.may_be_opened(chosen, tally):
        raise UploadError(f"{printable(chosen.filename)} cannot be read. {' '.join(tally.sentences())}")
    try:
        data = pictures.unpack(archive, chosen)
    except Unreadable as error:
        raise UploadError(f"{printable(chosen.filename)} is {error}: pack it again.") from error
    if recognise(data) == ZIP and not chosen.filename.lower().endswith(suffixes("table", "array")):
        raise UploadError("There is a ZIP archive inside the ZIP archive: unpack it and bring what is in it.")
    rest = [name for name in names if name != chosen.filename]
    notices.append(
        f"Of the archive {printable(chosen.filename)} was read" + (f"; left out: {listed(rest)}." if rest else ".")
    )
    return decode(PurePosixPath(chosen.filename).name, data, format)
