"""A tar archive, read as a ZIP of the same files is."""

from __future__ import annotations

import io
import tarfile
import zipfile

from core.errors import UploadError
from core.uploads.limits import MB, UNPACKED
from core.uploads.parse import zips
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import refuse_many
from core.uploads.phrases import Tally, printable


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """What is in a tar archive; links and devices are left out.

    Raises:
        UploadError: it is damaged, too large, or holds nothing that is read.
    """
    tally, packed = Tally(), io.BytesIO()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8") as archive:
            members = _members(archive, tally)
        with zipfile.ZipFile(packed, "w") as written:
            # None is held twice.
            for name in list(members):
                written.writestr(name, members.pop(name))
    except (UploadError, MemoryError):
        raise
    except Exception as error:
        # A head is text, of which anything can be wrong.
        raise UploadError(
            "The tar archive cannot be read to its end: it is damaged or was cut short; pack or download it again."
        ) from error
    notices.extend(tally.sentences())
    return zips.read(packed.getvalue(), format, notices)


def _members(archive: tarfile.TarFile, tally: Tally) -> dict[str, bytes]:
    """The files by name, the last of each."""
    unpacked, members = 0, dict[str, bytes]()
    for count, member in enumerate(archive, start=1):
        refuse_many(count)
        if member.isdir():
            continue
        # A file with holes may state any size.
        stream = archive.extractfile(member) if member.isreg() and not member.issparse() else None
        if stream is None:
            tally.add("Left out:", "member", "being no plain file", printable(_name(member)))
            continue
        unpacked += member.size
        if unpacked > UNPACKED:
            raise UploadError(
                f"The tar archive holds more than {UNPACKED / MB:,.0f} MB; no more is unpacked: bring fewer files."
            )
        members[_name(member)] = stream.read()
    return members


def _name(member: tarfile.TarInfo) -> str:
    """A name as it was packed: in UTF-8, or else in Latin-1, so that no two become one."""
    packed = member.name.encode(errors="surrogateescape")
    try:
        return packed.decode()
    except UnicodeDecodeError:
        return packed.decode("latin-1")
