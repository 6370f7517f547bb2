"""Reading a file in a process of its own, which gets a task and answers: `python -m core.uploads.sandbox`.

Whatever a file makes a parser do, it takes no more memory and time than this process may have, and fills no disk: no
file can be written to. Windows knows no such limits, and they are no wall against code that is run on purpose.
A task is a line of JSON: what to do, with which files on disk, what the one that somebody brought is called, and what
was said about it. The first byte of an answer tells what follows, and the next eight how many bytes: what became of the
files, why nothing did, or the traceback of an error of ours, as a log that is a file cannot be written to from here.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Bytes of memory, and seconds of computing.
MEMORY = 4 << 30
SECONDS = 90
# Seconds by the clock, on a busy machine, after which a file is given up; computing is limited within.
PATIENCE = 2 * SECONDS
HEAD = 9
DONE = b"\x00"
REFUSED = b"\x01"
FAILED = b"\x02"


def read(paths: list[Path], filename: str, format: dict[str, Any]) -> bytes:
    """A file's bytes as `Raw`, a table in it being of this `format`."""
    from core.uploads.parse.decode import decode
    from core.uploads.parse.format import Format

    (path,) = paths
    return decode(filename, path.read_bytes(), Format(**format)).to_bytes()


def label(paths: list[Path], filename: str, format: dict[str, Any]) -> bytes:
    """What was read of a file, and the bytes of a second one of this `format`, as the labels for its samples."""
    from core.uploads.arrays import mapped
    from core.uploads.parse.decode import decode, named_as_table
    from core.uploads.parse.format import Format
    from core.uploads.parse.raw import Raw
    from core.uploads.prepare.second import matched

    first, second = mapped(paths[0]), paths[1].read_bytes()
    labels = decode(named_as_table(filename, second), second, Format(**format))
    return matched(Raw.from_bytes(first), labels, filename).to_bytes()


def make(paths: list[Path], filename: str, options: dict[str, Any]) -> bytes:
    """What was read of a file, and the labels for it if they are of another one, as samples."""
    from core.uploads.arrays import mapped
    from core.uploads.parse.raw import Raw
    from core.uploads.prepare.making import make
    from core.uploads.prepare.options import Options
    from core.uploads.prepare.second import together

    return make(together(*(Raw.from_bytes(mapped(path)) for path in paths)), Options(**options)).to_bytes()


TASKS: dict[str, Callable[[list[Path], str, dict[str, Any]], bytes]] = {"read": read, "label": label, "make": make}


def answer_to(line: bytes) -> tuple[bytes, bytes]:
    """Do a task within limits, which this process has from then on: the head of the answer, and what follows."""
    _limit()
    status, answer = _done(line)
    return status + len(answer).to_bytes(HEAD - 1), answer


def _done(line: bytes) -> tuple[bytes, bytes]:
    from core.errors import UploadError

    task, paths, filename, told = json.loads(line)
    try:
        return DONE, TASKS[task]([*map(Path, paths)], filename, told)
    except UploadError as error:
        return REFUSED, json.dumps([str(error), error.notices, error.parts]).encode()
    except MemoryError:
        sentence = f"{filename} takes more than {MEMORY >> 30} GiB of memory to read. Bring a part of it."
        return REFUSED, json.dumps([sentence, [], []]).encode()
    except Exception:
        return FAILED, traceback.format_exc().encode()


def _limit() -> None:
    """Take from this process what reading does not need, where the system has such limits."""
    try:
        import resource
    except ImportError:
        # Windows has none; the time limit is kept by whoever started this process.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # No file grows beyond nothing; the output is a pipe or a socket.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    sys.stdout.buffer.writelines(answer_to(sys.stdin.buffer.readline()))
