"""What LATENT_LAB_WORKERS and LATENT_LAB_SHARED tell the server, and what was not understood of its variables.

Those of Streamlit are read by `app.py`, hosts by `guard.py`, the teacher's word by `teachers.py`, the scheduler by
`laboratory.py`, and the folder by `core/home.py`.
"""

from __future__ import annotations

import os

from core.errors import LatentLabError
from pages.ui.guard import not_hosts

YES, NO = ("1", "yes", "true", "on"), ("", "0", "no", "false", "off")


def workers() -> int:
    """How many processes train, as LATENT_LAB_WORKERS says; without it one for each core, at least two.

    Raises:
        LatentLabError: it is no such number.
    """
    text = os.environ.get("LATENT_LAB_WORKERS", "").strip()
    if not text:
        return max(2, os.cpu_count() or 2)
    if not text.isdecimal() or int(text) < 1:
        raise LatentLabError(
            f"The variable LATENT_LAB_WORKERS is {text!r}, and takes the number of worker processes, from 1. Set it to "
            "one, or leave it out to have one for each core. Then start the server again."
        )
    return int(text)


def number(variable: str, most: int) -> int:
    """The number that a variable which is set holds, from 0 to `most`.

    Raises:
        LatentLabError: it is no such number.
    """
    text = os.environ[variable].strip()
    if not (text.isascii() and text.isdecimal()) or int(text) > most:
        raise LatentLabError(
            f"The variable {variable} is {text!r}, and takes a number from 0 to {most}. Set it to one, or leave it "
            "out. Then start the server again."
        )
    return int(text)


def is_shared() -> bool:
    """Whether LATENT_LAB_SHARED makes everything everybody's."""
    return _shared() in YES


def misread() -> list[str]:
    """What was not understood, in sentences."""
    said = [
        f"LATENT_LAB_HOSTS lists {entry!r}, which is no host name: nobody gets in by it. Write it as in lab.example."
        for entry in not_hosts()
    ]
    if _shared() not in YES + NO:
        said.append(f"LATENT_LAB_SHARED is {os.environ['LATENT_LAB_SHARED']!r}, which counts as 0. It takes 1 or 0.")
    return said


def _shared() -> str:
    return os.environ.get("LATENT_LAB_SHARED", "").strip().lower()
