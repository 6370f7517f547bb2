"""Where processes that read files come from: `python -m core.uploads.nursery` forks one for each task.

To start Python and load pandas takes a second of computing, which whoever turns a choice would wait for each time. Here
it is done once: a fork has all that at once, and what a file does to it ends with it. For each task a socket comes in
over the one that is standard input; when that is closed, so is the nursery.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from importlib import import_module

from core.uploads.sandbox import PATIENCE, answer_to

# What nearly every file needs; nothing here starts a thread that computes, and a fork has no other.
NEEDED = (
    *("pandas", "clevercsv", "safetensors.numpy", "core.uploads.parse.decode", "core.uploads.parse.table"),
    *("core.uploads.prepare.making", "core.uploads.prepare.second"),
)


def main() -> None:
    """Fork for every socket that comes in."""
    # Whoever presses Ctrl-C ends the server, and with it this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for name in NEEDED:
        import_module(name)
    with socket.socket(fileno=sys.stdin.fileno()) as door:
        while numbers := socket.recv_fds(door, 1, 1)[1]:
            with socket.socket(fileno=numbers[0]) as place:
                if os.fork() == 0:
                    door.close()
                    _answer(place)


def _answer(place: socket.socket) -> None:
    """Do the task that comes over a socket, and end."""
    # Also where nobody waits any more.
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        with place.makefile("rb") as task:
            for part in answer_to(task.readline()):
                place.sendall(part)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
