"""The folder that everything is kept in, and files that a reader or a crash never meets half written."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """Where runs, uploads and downloads are kept: LATENT_LAB_HOME, or `.latent-lab` in the user's own folder."""
    return Path(os.environ.get("LATENT_LAB_HOME") or Path.home() / ".latent-lab")


def write(path: Path, data: bytes) -> None:
    """Write a file beside its place, flush it to disk, and put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
