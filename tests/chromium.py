"""A Chromium for the browser tests: `python -m tests.chromium` finds or installs one and prints where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "LATENT_LAB_CHROMIUM"
# No sandbox for root, and nothing that asks the world for updates.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # All tabs in one process, which compiles the scripts of a page once.
    "--process-per-site",
    "--renderer-process-limit=1",
)
# In tests no page is open long enough for its scripts to be worth optimising: an eighth less to compute. Benchmarks
# measure what visitors have.
UNOPTIMISED = "--js-flags=--no-maglev --no-opt"
# The one without windows first: what a whole browser draws of itself, and nobody sees, costs a sixth more.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find() -> str:
    """The path of a Chromium: the one named by LATENT_LAB_CHROMIUM, an installed one, or one installed now.

    Raises:
        RuntimeError: there is none and none could be installed.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _works(named):
            raise RuntimeError(f"{VARIABLE} names {named}, which does not run.")
        return named
    for get in (_installed, _from_debian, _from_playwright):
        path = get()
        if path is not None:
            return path
    raise RuntimeError(
        f"There is no Chromium here and none could be installed. Install one, or set {VARIABLE} to its path."
    )


def _installed() -> str | None:
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return next((path for path in (*map(shutil.which, NAMES), own) if path and _works(path)), None)


def _from_debian() -> str | None:
    """Debian's package, where we are root; it brings every library that a bare container lacks."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    _try("apt-get", "update")
    for name in NAMES[:2]:
        _try("apt-get", "install", "--yes", "--no-install-recommends", name)
        if path := _installed():
            return path
    return None


def _from_playwright() -> str | None:
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    return _installed()


def _try(*command: str) -> None:
    """Run an installer with its words on standard error; whether it helped is seen by looking for a Chromium again."""
    print("No Chromium yet:", *command, file=sys.stderr, flush=True)
    subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdout=sys.stderr, check=False)


def _works(path: str) -> bool:
    """Whether it starts at all: Ubuntu's package is an empty shell that only says where to get a snap."""
    if not Path(path).is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    try:
        print(find())
    except RuntimeError as error:
        sys.exit(str(error))
