"""Reading a file in a process of its own: `python -m core.uploads.parse.sandbox`, the file on its standard input.

Whatever a file makes a parser do, it takes no more memory and time than this process may have, and fills no disk: no
file can be written to. Windows knows no such limits, and they are no wall against code that is run on purpose.
The first line of the input is the file's name, and how a table in it is written, as JSON. The output is what was read,
or the sentence why it was not, which is told by the process's exit status.
"""

from __future__ import annotations

import json
import sys

# Bytes of memory, and seconds of computing.
MEMORY = 4 << 30
SECONDS = 90
READ = 0
REFUSED = 3


def main() -> int:
    """Read what comes in, within limits; the exit status."""
    _limit()
    from core.errors import UploadError
    from core.uploads.parse.decode import decode
    from core.uploads.parse.format import Format

    filename, format = json.loads(sys.stdin.buffer.readline())
    try:
        answer, status = decode(filename, sys.stdin.buffer.read(), Format(**format)).to_bytes(), READ
    except UploadError as error:
        answer, status = str(error).encode(), REFUSED
    except MemoryError:
        sentence = f"{filename} takes more than {MEMORY >> 30} GiB of memory to read. Bring a part of it."
        answer, status = sentence.encode(), REFUSED
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
