"""Workers do not grow: what an analysis has freed goes back to the system."""

import platform

import psutil
import pytest

from core import RunConfig
from core.engine.analyst import job, run_preview
from core.engine.memory import give_back
from core.errors import LatentLabError
from core.home import Home


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only GNU's C library keeps freed memory.")
def test_freed_memory_goes_back_to_the_system():
    pieces = [bytearray(4000) for _ in range(50_000)]
    # One piece in a thousand stays, the last one too: the rest lies between pieces that are used.
    kept = pieces[999::1000]
    del pieces
    before = psutil.Process().memory_info().rss
    give_back()
    assert before - psutil.Process().memory_info().rss > 100 * 2**20
    assert len(kept) == 50


def test_every_job_gives_its_memory_back_also_one_that_fails(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("core.engine.analyst.give_back", lambda: given.append(True))
    assert run_preview(RunConfig(dataset="ring", model="autoencoder").model_dump_json(), Home(tmp_path))

    @job
    def fail():
        raise LatentLabError("no")

    assert str(fail()) == "no"
    assert len(given) == 2
