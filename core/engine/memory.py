"""What a process has freed goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return freed memory to the system; where the C library is not GNU's, it does so by itself or not at all.

    GNU's keeps what lies between pieces that are still used: after some kinds of analysis, hundreds of megabytes.
    """
    # Elsewhere there may not even be a way to ask for it.
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
