"""What a server that was killed left half written is gone after the next start, and nothing else is."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import DATASETS
from core.engine import RunStore
from core.fetching import PATIENCE, clear
from core.home import Home
from tests.making import bring, config_of

CONFIG = config_of("autoencoder", "ring", steps=40, hidden_sizes=(4,))
# A process that is killed while it writes, which it never ends to.
KILLED = """
import os, signal, sys
from pathlib import Path
import core.files
core.files.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
core.files.write(Path(sys.argv[1]), b"half")
"""


def kill_while_writing(path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, path], check=False, cwd=Path(__file__).parent.parent)


def files(home: Home) -> set[Path]:
    return {path for path in home.path.rglob("*") if path.is_file()}


@pytest.fixture
def home(tmp_path):
    """A home with a run and a dataset, in a folder where other files are, too."""
    (tmp_path / "mine.12345678.tmp").write_text("not ours")
    home = Home(tmp_path / "home")
    store = RunStore(home)
    run = store.create(CONFIG, "run", DATASETS["ring"].spec)
    store.save_state(run, b"a checkpoint")
    store.add_snapshot(run, 20, 1.0, {}, b"a picture", last=True)
    bring("vector", (3,), 30, home)
    store.close()
    return home


def test_what_was_half_written_is_gone_at_the_next_start(home, tmp_path):
    run, (data,) = next(home.runs.iterdir()), home.shelf.folder.glob("upload_*")
    others = [run / "notes.tmp", run / "my.backup.tmp", home.path / "x.12345678.tmp"]
    for path in others:
        path.write_text("somebody's")
    before = files(home)
    kill_while_writing(run / "snapshots" / "000000030.safetensors")
    # What the first left tells how all of them are called.
    (left,) = files(home) - before
    assert left.read_bytes() == b"half"
    ending = "".join(left.suffixes[-2:])
    unborn = home.runs / "unborn"
    in_runs = [run / "run", run / "analyses" / "pca", unborn / "spec", unborn / "snapshots" / "000000000"]
    for place in [*in_runs, data / "data", home.sweeps / "abc" / "sweep", home.path / "reserve", home.incoming / "01"]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.with_name(place.name + ending).write_bytes(b"half")
    (run / "state.fresh").write_bytes(b"whole, and nowhere yet")
    store = RunStore(home)
    home.shelf.clear()
    assert files(home) == before
    assert [record.name for record in store.all()] == ["run"]
    assert not (home.sweeps / "abc").exists()
    assert (tmp_path / "mine.12345678.tmp").exists()
    store.close()


def test_halves_of_downloads_go_when_nobody_fetches_them_any_more(tmp_path):
    place = tmp_path / "mnist"
    place.mkdir()
    old, fresh, whole = place / "tmp0a1b2c3_", place / "tmpzzzzzzzz", place / "images.gz"
    for path in (old, fresh, whole):
        path.write_bytes(b"half")
    long_ago = time.time() - 3 * PATIENCE
    for path in (old, whole):
        os.utime(path, (long_ago, long_ago))
    clear(tmp_path)
    assert {*place.iterdir()} == {fresh, whole}
