"""Files are read in a process of their own, whatever they do there."""

import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from core.engine import reader
from core.engine.reader import Reader
from core.errors import StoreUnwritable, UploadError
from core.uploads.parse.decode import decode
from core.uploads.prepare.making import make
from core.uploads.prepare.options import Options

TIMEOUT = 60.0
CSV = b"x,y,kind\n" + b"".join(b"%d.5,%d,%s\n" % (i, i * i, b"ab"[i % 2 : i % 2 + 1]) for i in range(30))


@pytest.fixture
def incoming(tmp_path):
    """Where what was read is kept; it need not exist."""
    return tmp_path / "incoming"


def child(monkeypatch, script: str) -> None:
    """Let the process that reads do something else, within the same limits."""
    start = f"import sys; from core.uploads import sandbox; sandbox._limit(); {script}"
    monkeypatch.setattr(reader, "COMMAND", ["-B", "-c", start])


def test_what_was_read_is_found_again_and_read_once(incoming, monkeypatch):
    first = Reader(incoming)
    key = first.read("leaves.csv", CSV)
    raw = first.raw(key)
    assert (raw.form, raw.names, set(raw.words)) == ("table", ("x", "y"), {"kind"})
    np.testing.assert_array_equal(raw.values, [[i + 0.5, i * i] for i in range(30)])
    child(monkeypatch, "sys.exit(1)")
    assert Reader(incoming).read("leaves.csv", CSV) == key
    with pytest.raises(UploadError):
        first.read("other.csv", CSV)


def test_a_bad_file_is_answered_with_its_sentence(incoming):
    with pytest.raises(UploadError, match="The file is empty"):
        Reader(incoming).read("leaves.csv", b"")
    assert [path for path in incoming.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "script",
    [
        "bytearray(5 << 30)",
        "import os; os.kill(os.getpid(), 9)",
        "open('written', 'wb', buffering=0).write(b'x' * 100_000)",
    ],
    ids=["memory", "killed", "writes"],
)
def test_what_goes_wrong_in_there_stays_in_there(script, incoming, tmp_path, monkeypatch):
    child(monkeypatch, f"import os; os.chdir({str(tmp_path)!r}); {script}")
    with pytest.raises(UploadError, match="could not be read"):
        Reader(incoming).read("leaves.csv", CSV)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) == 0


def test_what_hangs_in_there_is_given_up(incoming, monkeypatch):
    child(monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(reader, "PATIENCE", 0.5)
    with pytest.raises(UploadError, match=r"0\.5 s to read and was given up"):
        Reader(incoming).read("leaves.csv", CSV)


def test_two_are_read_at_once_and_the_others_wait(incoming, monkeypatch):
    running, most = [], []
    # Two have to be there at the same time, or none would get past.
    pair = threading.Barrier(2, timeout=TIMEOUT)

    def meet(task, filename, told, data):
        running.append(filename)
        most.append(len(running))
        pair.wait()
        running.remove(filename)
        return b"read"

    one = Reader(incoming)
    monkeypatch.setattr(reader, "_apart", meet)
    threads = [threading.Thread(target=one.read, args=(f"{i}.csv", CSV)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) == reader.AT_ONCE == 2


def test_what_nobody_kept_is_gone_after_a_day(incoming):
    key = Reader(incoming).read("leaves.csv", CSV)
    (path,) = incoming.iterdir()
    yesterday = time.time() - reader.KEEP_SECONDS - 1
    os.utime(path, (yesterday, yesterday))
    other = Reader(incoming).read("other.csv", CSV)
    with pytest.raises(UploadError, match="bring the file again"):
        Reader(incoming).raw(key)
    assert Reader(incoming).raw(other).form == "table"


def test_a_file_may_have_any_name(incoming):
    assert Reader(incoming).raw(Reader(incoming).read("\udcff\n.csv", CSV)).form == "table"


def test_a_full_disk_is_said(incoming):
    incoming.write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="could not be written to disk"):
        Reader(incoming).read("leaves.csv", CSV)


# ------------------------------------------------------------------------------------------------ from raw to samples


@pytest.mark.parametrize(
    "options", [{}, {"label": "none", "scaling": "none"}, {"label": "kind", "left_out": ("a",)}, {"read_as": "rows"}]
)
def test_samples_are_the_same_as_those_made_here(incoming, options):
    apart, chosen = Reader(incoming), Options(**options)
    raw = decode("leaves.csv", CSV)
    one, other = apart.make("leaves.csv", raw, chosen), make(raw, chosen)
    assert np.array_equal(one.samples.x, other.samples.x)
    assert one.notices == other.notices
    assert replace(one.samples, x=0, labels=None, parts=None) == replace(other.samples, x=0, labels=None, parts=None)
    assert (one.samples.labels is None) == (other.samples.labels is None)
    assert one.samples.labels is None or one.samples.labels.names == other.samples.labels.names
    assert (one.samples.parts is None) == (other.samples.parts is None)
    assert one.samples.parts is None or np.array_equal(one.samples.parts, other.samples.parts)


def test_why_there_are_no_samples_is_said_with_what_was_decided(incoming):
    raw = decode("leaves.csv", CSV[:90])
    with pytest.raises(UploadError, match="at least 20 are needed") as refused:
        Reader(incoming).make("leaves.csv", raw, Options())
    assert any("Left out" in notice for notice in refused.value.notices)


def test_samples_that_take_too_much_are_given_up(incoming, monkeypatch):
    child(monkeypatch, "bytearray(5 << 30)")
    with pytest.raises(UploadError, match="could not be read"):
        Reader(incoming).make("leaves.csv", decode("leaves.csv", CSV), Options())
