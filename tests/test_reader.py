"""Files are read in a process of their own, whatever they do there."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from core.engine import apart, reader
from core.engine.reader import Copy, Reader
from core.errors import StoreUnwritable, UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.prepare.making import Made, make
from core.uploads.prepare.options import Options
from core.uploads.prepare.second import matched, together
from core.uploads.sandbox import TASKS
from tests import files
from tests.patience import TIMEOUT

CSV = b"x,y,kind\n" + b"".join(b"%d.5,%d,%s\n" % (i, i * i, b"ab"[i % 2 : i % 2 + 1]) for i in range(30))


@pytest.fixture
def incoming(tmp_path):
    """Where what was read is kept; it need not exist."""
    return tmp_path / "incoming"


@pytest.fixture
def child(monkeypatch):
    """Let the process that reads do something else, within the same limits."""

    def told(script: str) -> None:
        start = f"from core.uploads import nursery, sandbox; do = lambda *_: exec({script!r}, {{}})"
        monkeypatch.setattr(
            apart,
            "NURSERY",
            [
                "-B",
                "-c",
                f"{start}; sandbox.TASKS |= dict.fromkeys({[*TASKS]}, do); nursery.NEEDED = (); nursery.main()",
            ],
        )
        # Also the one that keeping a file opens, or it would be the tests' own from then on.
        one = apart.Nursery()
        for module in (apart, reader):
            monkeypatch.setattr(module, "nursery", one)

    return told


def read(one: Reader, name: str, data: bytes) -> Copy:
    return one.read(name, one.keep(data))


def test_what_was_read_is_found_again_and_read_once(incoming, child):
    first = Reader(incoming)
    key = read(first, "leaves.csv", CSV)
    raw = first.raw(key)
    assert (raw.form, raw.names, set(raw.words)) == ("table", ("x", "y"), {"kind"})
    np.testing.assert_array_equal(raw.values, [[i + 0.5, i * i] for i in range(30)])
    child("import sys; sys.exit(1)")
    assert read(Reader(incoming), "leaves.csv", CSV) == key
    with pytest.raises(UploadError):
        read(first, "other.csv", CSV)


def test_a_bad_file_is_answered_with_its_sentence(incoming):
    with pytest.raises(UploadError, match="The file is empty"):
        read(Reader(incoming), "leaves.csv", b"")
    assert [*incoming.rglob("*.safetensors")] == []


def test_an_error_of_ours_is_in_the_log_also_where_that_is_a_file(incoming, child, capfd):
    child("raise KeyError('a mistake of ours')")
    with pytest.raises(UploadError, match="which is in the server's log"):
        read(Reader(incoming), "leaves.csv", CSV)
    assert "KeyError: 'a mistake of ours'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("bytearray(5 << 30)", "more than 4 GiB of memory"),
        ("import os; os.kill(os.getpid(), 9)", "could not be read"),
        ("open('written', 'wb', buffering=0).write(b'x' * 100_000)", "could not be read"),
    ],
    ids=["memory", "killed", "writes"],
)
def test_what_goes_wrong_in_there_stays_in_there(script, said, incoming, tmp_path, child):
    child(f"import os; os.chdir({str(tmp_path)!r}); {script}")
    one = Reader(incoming)
    with pytest.raises(UploadError, match=said):
        read(one, "leaves.csv", CSV)
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size and path.suffix != ".bytes"
    ]


def test_what_hangs_in_there_is_given_up(incoming, child, monkeypatch):
    child("import time; time.sleep(600)")
    monkeypatch.setattr(apart, "PATIENCE", 0.5)
    with pytest.raises(UploadError, match=r"0\.5 s to read and was given up"):
        read(Reader(incoming), "leaves.csv", CSV)


def test_each_file_has_a_process_of_its_own_and_none_is_left(incoming, child):
    child("import os; from core.errors import UploadError; raise UploadError(f'{os.getpid()} {os.getppid()}')")
    one, told = Reader(incoming), []
    for name in "ab":
        with pytest.raises(UploadError) as refused:
            read(one, name, CSV)
        told.append(str(refused.value).split())
    (first, parent), (second, same) = told
    assert first != second
    assert parent == same == str(apart.nursery._process.pid)


def test_a_nursery_that_ended_is_replaced(incoming):
    one = Reader(incoming)
    read(one, "a.csv", CSV)
    apart.nursery._process.kill()
    apart.nursery._process.wait(TIMEOUT)
    assert one.raw(read(one, "b.csv", CSV)).form == "table"


def test_the_nursery_ends_with_whoever_started_it():
    one = apart.Nursery()
    one.open()
    one._door.close()
    assert one._process.wait(TIMEOUT) == 0


def test_where_nothing_forks_a_process_is_started_for_each_file(incoming, monkeypatch):
    monkeypatch.setattr(apart, "FORKS", False)
    monkeypatch.setattr(apart, "nursery", None)
    one = Reader(incoming)
    assert one.raw(read(one, "leaves.csv", CSV)).names == ("x", "y")
    monkeypatch.setattr(apart, "ALONE", ["-c", "import sys; sys.exit(1)"])
    with pytest.raises(UploadError, match="could not be read"):
        read(one, "other.csv", CSV)


def test_two_are_read_at_once_and_the_others_wait(incoming, monkeypatch):
    running, most = [], []
    # Two have to be there at the same time, or none would get past.
    pair = threading.Barrier(2, timeout=TIMEOUT)

    def meet(task, paths, filename, told):
        running.append(filename)
        most.append(len(running))
        pair.wait()
        running.remove(filename)
        return b"read"

    one = Reader(incoming)
    monkeypatch.setattr(reader, "apart", meet)
    threads = [threading.Thread(target=read, args=(one, f"{i}.csv", CSV)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) == reader.AT_ONCE == 2


def test_what_nobody_kept_is_gone_after_a_day(incoming):
    key = read(Reader(incoming), "leaves.csv", CSV)
    yesterday = time.time() - reader.KEEP_SECONDS - 1
    for path in incoming.iterdir():
        os.utime(path, (yesterday, yesterday))
    other = read(Reader(incoming), "other.csv", CSV.replace(b"a", b"c"))
    with pytest.raises(UploadError, match="bring it again"):
        Reader(incoming).raw(key)
    with pytest.raises(UploadError, match="bring it again"):
        Reader(incoming).make("leaves.csv", [key], Options())
    assert Reader(incoming).raw(other).form == "table"


def test_what_was_read_longest_ago_makes_room(incoming, monkeypatch):
    one = Reader(incoming)
    first, second = (read(one, "leaves.csv", CSV.replace(b"a", letter)) for letter in (b"c", b"d"))
    size = sum(path.stat().st_size for path in incoming.glob(f"*{reader.READ}"))
    for age, key in enumerate((first, second)):
        os.utime(incoming / f"{key.key}{reader.READ}", (time.time() - 9 + age,) * 2)
    # What is used is the newest, whenever it was written.
    one.make("leaves.csv", [first], Options())
    monkeypatch.setattr(reader, "MOST_KEPT", 1.2 * size)
    third = read(one, "leaves.csv", CSV.replace(b"a", b"e"))
    assert {path.stem for path in incoming.glob(f"*{reader.READ}")} == {first.key, third.key}
    assert len([*incoming.glob("*.bytes")]) == 3


@pytest.mark.parametrize("damage", [b"", b"no such thing"])
def test_what_was_read_and_is_gone_or_damaged_is_read_anew(incoming, damage):
    one = Reader(incoming)
    copy = read(one, "leaves.csv", CSV)
    labels = one.label("labels.csv", copy, one.keep("\n".join(["kind", *"uvw" * 10]).encode()))
    for path in incoming.glob(f"*{reader.READ}"):
        path.write_bytes(damage) if damage else path.unlink()
    assert one.raw(copy).names == ("x", "y")
    assert one.raw(labels).words["labels.csv"].names == ("u", "v", "w")
    assert len(one.make("leaves.csv", [copy, labels], Options()).samples.x) == 30


def test_what_somebody_waits_for_makes_no_room(incoming, monkeypatch):
    one = Reader(incoming)
    first = read(one, "leaves.csv", CSV)
    monkeypatch.setattr(reader, "MOST_KEPT", 0)
    there, go_on, answer = threading.Event(), threading.Event(), reader.apart

    def wait(task, *asked):
        if task == "make":
            there.set()
            go_on.wait(TIMEOUT)
        return answer(task, *asked)

    monkeypatch.setattr(reader, "apart", wait)
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(one.make, "leaves.csv", [first], Options())
        there.wait(TIMEOUT)
        second = read(one, "other.csv", CSV)
        third = read(one, "another.csv", CSV)
        go_on.set()
        assert len(made.result(TIMEOUT).samples.x) == 30
    assert {path.stem for path in incoming.glob(f"*{reader.READ}")} == {first.key, third.key}
    assert one.raw(second).names == ("x", "y")


def test_a_file_may_have_any_name(incoming):
    assert Reader(incoming).raw(read(Reader(incoming), "\udcff\n.csv", CSV)).form == "table"


def test_a_full_disk_is_said(incoming):
    incoming.write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable, match="could not be written to disk"):
        read(Reader(incoming), "leaves.csv", CSV)


# ------------------------------------------------------------------------------------------------ from raw to samples


@pytest.mark.parametrize(
    "options", [{}, {"label": "none", "scaling": "none"}, {"label": "kind", "left_out": ("a",)}, {"read_as": "rows"}]
)
def test_samples_are_the_same_as_those_made_here(incoming, options):
    apart, chosen = Reader(incoming), Options(**options)
    one = apart.make("leaves.csv", [read(apart, "leaves.csv", CSV)], chosen)
    assert_same(one, make(decode("leaves.csv", CSV), chosen))


def assert_same(one: Made, other: Made) -> None:
    assert np.array_equal(one.samples.x, other.samples.x)
    assert one.notices == other.notices
    arrays = {"x": 0, "labels": None, "parts": None, "rows": None}
    assert replace(one.samples, **arrays) == replace(other.samples, **arrays)
    assert (one.samples.labels is None) == (other.samples.labels is None)
    assert one.samples.labels is None or one.samples.labels.names == other.samples.labels.names
    assert one.samples.labels is None or np.array_equal(one.samples.labels.places, other.samples.labels.places)
    for mine, theirs in ((one.samples.parts, other.samples.parts), (one.samples.rows, other.samples.rows)):
        assert (mine is None) == (theirs is None)
        assert mine is None or np.array_equal(mine, theirs)


@pytest.mark.parametrize("first", [("leaves.csv", CSV), ("leaves.npy", files.npy(files.table(30)))])
def test_labels_of_a_second_file_are_the_same_as_those_matched_here(incoming, first):
    labels = "\n".join(["kind", *["u", "v", "w"] * 10]).encode()
    one = Reader(incoming)
    key = read(one, *first)
    # By its name it is a text, and as labels it is a table.
    keys = key, one.label("labels.txt", key, one.keep(labels))
    raw = decode(*first)
    here = together(raw, matched(raw, decode("labels.txt.csv", labels), "labels.txt"))
    assert together(*map(one.raw, keys)).to_bytes() == here.to_bytes()
    assert_same(one.make("leaves.csv", keys, Options()), make(here, Options()))
    with pytest.raises(UploadError, match="28 labels for 30 samples"):
        one.label("labels.csv", key, one.keep(labels[:-4]))
    more = one.label("labels.csv", key, one.keep(b"exported\n" + labels), Format(skip=2, header="none"))
    assert [*one.raw(more).words["labels.csv"]] == ["u", "v", "w"] * 10


def test_why_there_are_no_samples_is_said_with_what_was_decided(incoming):
    one = Reader(incoming)
    with pytest.raises(UploadError, match="at least 20 are needed") as refused:
        one.make("leaves.csv", [read(one, "leaves.csv", CSV[:90])], Options())
    assert any("Left out" in notice for notice in refused.value.notices)


def test_why_a_part_cannot_be_read_is_said_with_all_parts(incoming):
    with pytest.raises(UploadError, match="complex numbers") as refused:
        read(Reader(incoming), "a.npz", files.npz(x=files.table().astype("c8"), other=files.table()))
    assert refused.value.parts == ("x", "other")


def test_samples_that_take_too_much_are_given_up(incoming, child):
    one = Reader(incoming)
    key = read(one, "leaves.csv", CSV)
    child("bytearray(5 << 30)")
    with pytest.raises(UploadError, match="more than 4 GiB of memory"):
        one.make("leaves.csv", [key], Options())
