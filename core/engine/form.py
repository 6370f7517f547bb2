"""The form in which a home is kept, by a number: what a later version wrote is left alone by an earlier one."""

from __future__ import annotations

from contextlib import suppress

from core.errors import HomeTooNew
from core.files import write
from core.home import Home
from core.sealed import seal, unseal

# Counted up whenever the version before could not use what this one keeps. Up to 0.3 there was no number.
FORM = 1
FILE = "form.json"


def check(home: Home) -> None:
    """See that a home has no later form than this version knows.

    Raises:
        HomeTooNew: a later version was here.
    """
    found = _found(home)
    if found > FORM:
        raise HomeTooNew(
            f"A later version of Latent Lab keeps its runs in {home.path}, in form {found}; this one knows form {FORM} "
            "and leaves them alone. Start that version, or set LATENT_LAB_HOME to another folder."
        )


def note(home: Home) -> None:
    """Note that all in a home has the form of this version now."""
    if _found(home) != FORM:
        # Where this cannot be written nothing else can, and that is said then.
        with suppress(OSError):
            write(home.path / FILE, seal(FORM))


def _found(home: Home) -> int:
    """The number that is there; none, or a damaged one, is 0."""
    with suppress(OSError, ValueError):
        found = unseal((home.path / FILE).read_bytes())
        return found if isinstance(found, int) else 0
    return 0
