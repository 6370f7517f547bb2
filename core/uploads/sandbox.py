"""Reading a file in a process of its own: `python -m core.uploads.sandbox`, what it works on on its standard input.

Whatever a file makes a parser do, it takes no more memory and time than this process may have, and fills no disk: no
file can be written to. Windows knows no such limits, and they are no wall against code that is run on purpose.
The first line of the input names the task and what it is told, as JSON; the rest are a file's bytes, or what was read
of it. The output is what became of them, or the sentence why nothing did, which is told by the process's exit status.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

# Bytes of memory, and seconds of computing.
MEMORY = 4 << 30
SECONDS = 90
READ = 0
REFUSED = 3


def read(data: bytes, filename: str, format: dict[str, Any]) -> bytes:
    """A file's bytes as `Raw`, a table in it being of this `format`."""
    from core.uploads.parse.decode import decode
    from core.uploads.parse.format import Format

    return decode(filename, data, Format(**format)).to_bytes()


def make(data: bytes, filename: str, options: dict[str, Any]) -> bytes:
    """What was read of a file as samples, as the `options` say."""
    from core.uploads.parse.raw import Raw
    from core.uploads.prepare.making import make
    from core.uploads.prepare.options import Options

    return make(Raw.from_bytes(data), Options(**options)).to_bytes()


TASKS: dict[str, Callable[[bytes, str, dict[str, Any]], bytes]] = {"read": read, "make": make}


def main() -> int:
    """Do the task that comes in, within limits; the exit status."""
    _limit()
    from core.errors import UploadError

    task, filename, told = json.loads(sys.stdin.buffer.readline())
    try:
        answer, status = TASKS[task](sys.stdin.buffer.read(), filename, told), READ
    except UploadError as error:
        answer, status = json.dumps([str(error), error.notices]).encode(), REFUSED
    except MemoryError:
        sentence = f"{filename} takes more than {MEMORY >> 30} GiB of memory to read. Bring a part of it."
        answer, status = json.dumps([sentence, []]).encode(), REFUSED
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return status


def _limit() -> None:
    """Take from this process what reading does not need, where the system has such limits."""
    try:
        import resource
    except ImportError:
        # Windows has none; the time limit is kept by whoever started this process.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # No file grows beyond nothing; the output is a pipe.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
