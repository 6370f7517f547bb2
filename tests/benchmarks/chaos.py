"""The server is killed again and again, and so are its workers, while runs train: is anything lost? `make chaos`.

SERVERS and WORKERS in the environment say how many kills there are (100 each, about half an hour on two cores), SEED at
which moments. Ends with 1 if anything was lost.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.home import Home
from tests.benchmarks.aftermath import left_behind, unlike_undisturbed
from tests.benchmarks.life import Life
from tests.benchmarks.tally import Tally
from tests.server import Server

SERVERS, WORKERS = int(os.environ.get("SERVERS", "100")), int(os.environ.get("WORKERS", "100"))
SEED = int(os.environ.get("SEED", "0"))
# Seconds that the runs which are left have to come to their ends when nobody kills anything any more.
PATIENCE = 600.0


def kills() -> Iterator[int]:
    """How many workers are killed in the life of each server."""
    for life in range(SERVERS):
        yield WORKERS * (life + 1) // SERVERS - WORKERS * life // SERVERS


def main() -> None:
    """Print what became of all runs."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="latent-lab-chaos-") as folder:
        home, temporary = Home(Path(folder) / "home"), Path(folder) / "temporary"
        temporary.mkdir()
        tally = Tally(home)

        def serve() -> Server:
            return Server(home.path, workers=2, TMPDIR=str(temporary))

        for number, workers in enumerate(kills()):
            life = Life(serve(), tally, seed=SEED + number)
            asyncio.run(life.until_killed(workers))
            tally.note_survivors()
            print(f"\r{number + 1} of {SERVERS} servers killed, {tally.workers_killed} workers", end="", flush=True)
        server = serve()
        asyncio.run(Life(server, tally, seed=SEED).to_the_end(PATIENCE))
        server.stop()
        different = unlike_undisturbed(home, tally)
        left = left_behind(home, temporary)
    print("\n\n" + tally.table())
    print(f"  {'runs that differ from undisturbed ones':<44}  {len(different)}")
    print(f"  {'files and folders left behind':<44}  {len(left)}")
    print(f"  {'took':<44}  {(time.monotonic() - began) / 60:.0f} min")
    for what in (*tally.problems, *different, *left):
        print(f"\n  {what}")
    sys.exit(bool(tally.problems or different or left))


if __name__ == "__main__":
    main()
