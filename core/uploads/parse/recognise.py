"""What a file really is, told by its first bytes and by what an archive holds."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from core.errors import UploadError
from core.uploads.limits import ENTRIES
from core.uploads.parse.formats import ARRAYS, EXCEL, LOCKED, NAMED, ODS, XLS, ZIP, FileFormat, beginning

# Bytes that tell a format.
HEAD = 1_200
# Names that archivers add.
ADDED = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
# What stands beside data and is none.
ABOUT = ("readme", "license", "licence", "changelog", "about", "citation", "notice")
# Office's documents, which are ZIP archives that list their parts, by a folder inside.
PARTS = "[Content_Types].xml"
OFFICE = ((r"xl/", EXCEL), (r"word/", NAMED[".docx"]), (r"ppt/", NAMED[".pptx"]))
# Office's older documents, which are file systems like old workbooks, by the name of a file inside.
OLDER = {"EncryptedPackage": LOCKED, "WordDocument": NAMED[".doc"], "PowerPoint Document": NAMED[".ppt"]}
# Others, by a name inside.
DOCUMENTS = (
    (r"META-INF/container.xml", NAMED[".epub"]),
    (r"mimetype$", ODS),
    (r"(.*/)?data\.pkl$", NAMED[".pt"]),
    (r"Index/Document\.iwa$", NAMED[".numbers"]),
)


def recognise(data: bytes) -> FileFormat | None:
    """What the first bytes say; None where they say nothing, as those of text do."""
    return beginning(data[:HEAD])


def kind_of_compound(data: bytes, expected: FileFormat | None) -> FileFormat:
    """What an old document of Office is; the others may hold a workbook, and are what they are called."""
    found = [what for name, what in OLDER.items() if name.encode("utf-16-le") in data]
    holds_sheets = any(name.encode("utf-16-le") in data for name in ("Workbook", "Book"))
    return next((what for what in found if what in (LOCKED, expected) or not holds_sheets), XLS)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A ZIP archive, opened.

    Raises:
        UploadError: its list of members cannot be read, or is too long.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        # Depending on which bytes are wrong, zipfile raises a dozen different things.
        raise UploadError(
            "The list at the end of the ZIP archive cannot be read: the file is damaged or was cut short; pack or "
            "download it again."
        ) from error
    refuse_many(len(archive.filelist))
    return archive


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members of an archive that are no folders, and that no archiver added on its own account."""
    return [info for info in archive.infolist() if not info.filename.endswith("/") and not ADDED.search(info.filename)]


def refuse_many(entries: int) -> None:
    """Refuse an archive of too many entries.

    Raises:
        UploadError: it has.
    """
    if entries > ENTRIES:
        raise UploadError(f"The archive has {entries:,} entries; at most {ENTRIES:,} are read: bring fewer files.")


def is_about(name: str) -> bool:
    """Whether a member is called like those that tell about the others."""
    return PurePosixPath(name.lower()).stem.startswith(ABOUT)


def kind_of_zip(names: list[str]) -> FileFormat:
    """What a ZIP archive of members with these names is."""
    if {PurePosixPath(name).suffix for name in names if not is_about(name)} == {".npy"}:
        return ARRAYS
    documents = (*OFFICE, *DOCUMENTS) if PARTS in names else DOCUMENTS
    return next((what for pattern, what in documents if any(re.match(pattern, name) for name in names)), ZIP)
