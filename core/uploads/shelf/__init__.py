"""The shelf that datasets are kept on."""

from core.uploads.shelf.shelf import OTHERS, Kept, Shelf, is_upload, unread
from core.uploads.shelf.splits import sizes_in, splits

__all__ = ["OTHERS", "Kept", "Shelf", "is_upload", "sizes_in", "splits", "unread"]
