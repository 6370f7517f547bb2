"""The shelf that datasets are kept on."""

from core.uploads.shelf.shelf import Kept, Shelf, is_upload, unread
from core.uploads.shelf.splits import sizes_in, splits

__all__ = ["Kept", "Shelf", "is_upload", "sizes_in", "splits", "unread"]
