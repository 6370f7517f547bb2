"""One picture file of many frames: the slices of a microscope, an animation."""

from __future__ import annotations

import io
import zipfile

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse import pictures
from core.uploads.parse.format import Format
from core.uploads.parse.picture import Unreadable, head_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import recognise


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The frames of a picture, each a picture.

    Raises:
        UploadError: it is damaged, or has too few of them.
    """
    try:
        frames = head_of(data).frames
    except Unreadable as error:
        raise UploadError(f"The picture cannot be read: it is {error}.") from error
    if frames < FEWEST_SAMPLES:
        found, many = recognise(data), f" of {frames} frames" if frames > 1 else ""
        what = found.title if found else "a picture"
        raise UploadError(f"The file is {what}{many}: pictures are learned from many at once, so bring a ZIP of them.")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("stack", data)
    with zipfile.ZipFile(stream) as archive:
        return pictures.read(archive, notices)
