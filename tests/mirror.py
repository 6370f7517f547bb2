"""A local server with files of the form that fetched datasets have, so that the real loading code can be tested."""

import gzip
import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from scipy.io import savemat

from core import DATASETS
from core.datasets import faces, fashion_full, mnist
from core.datasets._idx import FILES

FETCHED = {"mnist": mnist, "fashion_full": fashion_full, "faces": faces}


def numbered(first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (N, 28, 28) that carry their number in bits of the first row and their label as a bright row."""
    numbers = np.arange(first, first + count)
    images, labels = np.zeros((count, 28, 28), np.uint8), numbers % 10
    images[:, 0, :20] = 255 * (numbers[:, None] >> np.arange(20) & 1)
    images[np.arange(count), 10 + labels] = 200
    return images, labels.astype(np.uint8)


def idx(values: np.ndarray) -> bytes:
    """An array of bytes as a gzipped idx file."""
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes()
    return gzip.compress(head + values.tobytes(), compresslevel=1, mtime=0)


@cache
def portraits() -> np.ndarray:
    """Pictures (400, 64, 64): a person's number in one corner, noise elsewhere."""
    images = np.random.default_rng(0).integers(0, 255, (400, 64, 64), dtype=np.uint8)
    images[:, 0, 0] = np.arange(400) // 10
    return images


@cache
def files() -> dict[str, bytes]:
    """The files of all fetched datasets by name."""
    found = {}
    for name, first in (("mnist", 0), ("fashion_full", 100_000)):
        parts = [*numbered(first, 60_000), *numbered(first + 60_000, 10_000)]
        found |= {f"{name}/{file}.gz": idx(part) for file, part in zip(FILES, parts, strict=True)}
    mat = io.BytesIO()
    # A column a picture, its pixels column by column.
    savemat(mat, {"faces": portraits().swapaxes(1, 2).reshape(400, -1).T})
    return found | {"faces/olivettifaces.mat": mat.getvalue()}


@contextmanager
def serve(contents: dict[str, bytes], asked: Callable[[str], None] = lambda name: None) -> Iterator[str]:
    """A server on this machine that knows these files by name; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.lstrip("/")
            asked(name)
            body = contents.get(name)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def point_to(url: str, patch: pytest.MonkeyPatch) -> None:
    """Let every fetched dataset ask this server, and expect what it has."""
    for name, module in FETCHED.items():
        downloads = tuple(
            replace(
                download,
                url=f"{url}/{download.name}",
                checksum=f"md5:{hashlib.md5(files()[download.name]).hexdigest()}",
                size=len(files()[download.name]),
            )
            for download in module.FILES
        )
        patch.setattr(module, "FILES", downloads)
        patch.setitem(DATASETS, name, replace(DATASETS[name], downloads=downloads))
