"""Disks of our own: small ones, full ones, ones that nobody may write on, and ones from which no file can be opened."""

import os
import resource
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

# The user who owns nothing, by its number on most systems.
NOBODY = 65534


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@contextmanager
def disk(folder: Path, options: str = "size=3m") -> Iterator[Path]:
    """A disk of 3 MB in memory, or of other `options`, at this folder; the test is skipped where that may not be."""
    try:
        _mount("-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError):
        warnings.warn("A FULL OR READ-ONLY DISK WAS NOT TRIED: nothing may be mounted here.", stacklevel=1)
        pytest.skip("nothing may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Write until nothing more can be written."""
    with suppress(OSError), (folder / "ballast").open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be written below this folder meanwhile, also where files are open."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def no_more_files() -> Iterator[None]:
    """This process can open no file and no socket meanwhile; those that are open stay."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@contextmanager
def unprivileged() -> Iterator[Path]:
    """A folder of our own, while we are a user who may not do everything."""
    folder, us = Path(tempfile.mkdtemp()), os.geteuid()
    try:
        if us == 0:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
        yield folder
    finally:
        if us == 0:
            os.seteuid(us)
        shutil.rmtree(folder)
