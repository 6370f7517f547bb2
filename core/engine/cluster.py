"""Where slices run: an embedded cluster of local processes, or a real one whose address is given."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from core.engine.keeper import ATTEMPTS, JOINS_WITHIN, Keeper
from core.engine.settings import configure, silent
from core.errors import EngineUnavailable

if TYPE_CHECKING:
    from distributed import Client

# Nobody but this machine, and on a port that is free.
LOOPBACK: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "dashboard": False}
NO_CERTIFICATES = "no certificates are named for TLS under distributed.comm.tls in Dask's configuration"
# Where workers may write, in the system's folder for temporary files; after this comes the server's process id.
FOLDER = "latent-lab-workers-"
# What version 0.3 called them, and how many seconds old one of its servers hardly is.
OF_VERSION_0_3, DAY = "latent-lab-" + 8 * "[a-z0-9_]", 24 * 3600


@dataclass(frozen=True)
class Cluster:
    """A cluster's `client`, and the `keepers` of those of its workers that are ours."""

    client: Client
    keepers: list[Keeper] = field(default_factory=list)

    async def workers(self) -> dict[str, Any]:
        """What the scheduler knows of its workers, by their addresses.

        Raises:
            OSError: it does not answer now.
            EngineUnavailable: there will be no worker any more.
        """
        if self.client.scheduler is None:
            raise EngineUnavailable("The scheduler does not answer any more. Start it again, and then Latent Lab.")
        found: dict[str, Any] = (await self.client.scheduler.identity())["workers"]
        names = {str(about["name"]) for about in found.values()}
        for keeper in self.keepers:
            keeper.look(names)
        if self.keepers and all(keeper.has_given_up for keeper in self.keepers):
            raise EngineUnavailable(
                f"The workers could not be started: {ATTEMPTS} in a row ended, or did nothing for {JOINS_WITHIN:g} s, "
                "before they were ready. The server's log may say why. Restart Latent Lab."
            )
        return found

    def end(self, name: str) -> None:
        """Kill the worker called `name` if it is ours, so that another takes its place."""
        for keeper in self.keepers:
            if keeper.name == name:
                keeper.process.kill()

    @property
    def wait(self) -> str:
        """What somebody can do who has waited long for the first worker."""
        if self.keepers:
            return f"One that is not there within {JOINS_WITHIN:g} s is replaced by another."
        return "Start one that joins the scheduler in LATENT_LAB_SCHEDULER."


@asynccontextmanager
async def connect(address: str | None, workers: int) -> AsyncIterator[Cluster]:
    """A cluster: that at `address`, or of an embedded one with `workers` processes, up while inside.

    Everything embedded listens on the loopback interface only and speaks TLS with credentials that live in memory.
    """
    if address is not None:
        configure()
        from distributed import Client

        client = Client(address, asynchronous=True, direct_to_workers=True)
        try:
            await client
        except (OSError, TypeError, ValueError) as error:
            await client.close()
            # Dask says of certificates that nobody named only that it lacks an argument.
            reason = NO_CERTIFICATES if isinstance(error, TypeError) else error
            raise EngineUnavailable(
                f"LATENT_LAB_SCHEDULER is {address!r}: {reason}. It takes the address of a scheduler that runs, as in "
                "tcp://10.0.0.5:8786. Set it, and start Latent Lab again."
            ) from error
        async with client:
            yield Cluster(client)
        return
    # The first worker imports torch while the scheduler comes up.
    keepers = [Keeper()]
    configure()
    # Imported here, for Dask says of whatever goes wrong in them only that they are missing.
    import cryptography.hazmat.primitives.asymmetric.rsa
    import cryptography.x509  # noqa: F401
    from distributed import Client, Scheduler, Security

    remove_left_behind()
    with tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        credentials = _credentials(Path(folder))
        security = Security(**credentials)
        async with silent(Scheduler)(**LOOPBACK, security=security) as scheduler:
            hello = {"scheduler": scheduler.address, "security": credentials, "folder": folder}
            keeping = [asyncio.create_task(keepers[0].keep(hello))]
            try:
                options = {"asynchronous": True, "security": security, "direct_to_workers": True}
                async with Client(scheduler.address, **options) as client:
                    # The others follow when the first has joined, so that it is there as soon as possible.
                    keeping.append(asyncio.create_task(_add_others(client, workers - 1, hello, keepers, keeping)))
                    yield Cluster(client, keepers)
            finally:
                for task in keeping:
                    task.cancel()
                for keeper in keepers:
                    keeper.end()


def remove_left_behind() -> None:
    """Remove the folders of servers that were killed, also those of version 0.3, which do not say whose they are."""
    place, long_ago = Path(tempfile.gettempdir()), time.time() - DAY
    for folder in place.glob(OF_VERSION_0_3):
        # Another server may remove it at the same time.
        with suppress(OSError):
            about = folder.stat()
            # On Windows the temporary folder is this user's alone.
            is_ours = not hasattr(os, "getuid") or about.st_uid == os.getuid()
            if is_ours and about.st_mtime < long_ago:
                shutil.rmtree(folder, ignore_errors=True)
    for folder in place.glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        with suppress(OSError):
            if owner.isdecimal() and not _is_there(int(owner), since=folder.stat().st_mtime):
                shutil.rmtree(folder, ignore_errors=True)


def _is_there(process: int, since: float) -> bool:
    """Whether a process of this number is there, and was when a folder was last written to, in seconds since 1970.

    In a container that is started again all have the numbers of those before. Of others than this process it is not
    asked since when they are there: where the clock was put forward, they seem to be younger than they are.
    """
    if process == os.getpid():
        return bool(psutil.Process().create_time() <= since)
    return bool(psutil.pid_exists(process))


async def _add_others(
    client: Client, count: int, hello: dict[str, Any], keepers: list[Keeper], keeping: list[asyncio.Task[None]]
) -> None:
    await client.wait_for_workers(1)  # type: ignore[misc, func-returns-value]
    for _ in range(count):
        keepers.append(Keeper())
        keeping.append(asyncio.create_task(keepers[-1].keep(hello)))


def _credentials(folder: Path) -> dict[str, Any]:
    """What all need to speak TLS, as JSON: files in a folder that goes, where Dask would write its own elsewhere."""
    from distributed import Security

    made, paths = Security.temporary(), {}
    for part, text in {"key": made.tls_client_key, "cert": made.tls_client_cert}.items():
        path = folder / f"{part}.pem"
        path.touch(0o600)
        path.write_text(text)
        paths[part] = str(path)
    # One key for all roles, and a certificate that vouches for itself.
    roles = {f"tls_{role}_{part}": paths[part] for role in ("scheduler", "client", "worker") for part in paths}
    return {"require_encryption": True, "tls_ca_file": paths["cert"], **roles}
