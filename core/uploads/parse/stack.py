"""One picture file of many frames: the slices of a microscope, an animation."""

from __future__ import annotations

from core.errors import UploadError
from core.uploads.limits import FEWEST_SAMPLES
from core.uploads.parse import pictures
from core.uploads.parse.format import Format
from core.uploads.parse.picture import Unreadable, head_of
from core.uploads.parse.raw import Raw
from core.uploads.parse.recognise import recognise
from core.uploads.phrases import Tally


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """The frames of a picture, each a picture.

    Raises:
        UploadError: it is damaged, or has too few of them.
    """
    try:
        head = head_of(data)
    except Unreadable as error:
        raise UploadError(f"The picture cannot be read: it is {error}.") from error
    if head.frames < FEWEST_SAMPLES:
        found, many = recognise(data), f" of {head.frames} frames" if head.frames > 1 else ""
        what = found.title if found else "a picture"
        raise UploadError(f"The file is {what}{many}: pictures are learned from many at once, so bring a ZIP of them.")
    return pictures.read_all({"stack": head}, lambda _: data, Tally(), notices)
