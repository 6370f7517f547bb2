"""Files that datasets fetch: the real code against a server of our own."""

import gzip
import hashlib
import socket
from concurrent.futures import Future
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

import core
from core import DATASETS
from core.dataset import Download
from core.datasets import mnist
from core.datasets._idx import read_idx
from core.engine.jobs import Job
from core.errors import DownloadFailed
from core.fetching import fetch, missing
from core.home import Home
from pages.ui.laboratory import Laboratory
from tests.making import held_out
from tests.mirror import FETCHED, files, numbered, point_to, portraits, serve

each_fetched = pytest.mark.parametrize("name", FETCHED)


@pytest.fixture
def home(tmp_path):
    """A home to which nothing was fetched yet."""
    return Home(tmp_path)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.mark.parametrize("name", ["mnist", "fashion_full"])
@pytest.mark.usefixtures("fetched")
def test_pictures_keep_their_labels_and_the_published_split(name):
    data = core.load_dataset(name)
    for part, first, count in ((data.train, 0, 60_000), (held_out(data), 60_000, 10_000)):
        first += 100_000 * (name == "fashion_full")
        images, labels = numbered(first, count)
        bits = (part.x[:, 0, 0, :20] > 0.5).long()
        numbers = (bits << torch.arange(20)).sum(dim=1)
        assert sorted(numbers.tolist()) == list(range(first, first + count))
        torch.testing.assert_close(part.x[:50, 0] * 255, torch.from_numpy(images[numbers[:50] - first]).float())
        assert np.array_equal(part.y.numpy(), labels[numbers.numpy() - first])


@pytest.mark.usefixtures("fetched")
def test_faces_stand_upright_and_two_of_each_person_are_held_out():
    data = core.load_dataset("faces")
    assert torch.bincount(data.train.y).tolist() == [8] * 40
    assert torch.bincount(data.validation.y).tolist() == torch.bincount(data.test.y).tolist() == [1] * 40
    known = {image.tobytes(): person // 10 for person, image in enumerate(portraits())}
    for split in (data.train, data.validation, data.test):
        for image, person in zip(split.x, split.y, strict=True):
            assert known[(image[0] * 255).round().byte().numpy().tobytes()] == person


@each_fetched
def test_each_file_is_fetched_once_with_its_share_told(name, home, monkeypatch):
    asked, shares = [], []
    with serve(files(), asked.append) as url:
        point_to(url, monkeypatch)
        downloads = DATASETS[name].downloads
        assert missing(downloads, home.downloads) == list(downloads)
        paths = fetch(downloads, home.downloads, shares.append)
        assert missing(downloads, home.downloads) == []
        fetch(downloads, home.downloads)
    assert asked == [download.name for download in downloads]
    assert [path.read_bytes() for path in paths] == [files()[download.name] for download in downloads]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    # Without the server, from the disk.
    assert len(core.load_dataset(name, home=home).train.x) == DATASETS[name].sizes[0]


def test_a_mirror_is_asked_instead(home, monkeypatch):
    asked = []
    content = b"what the mirror has"
    download = Download(
        "some/file", "http://nowhere.invalid/file", f"md5:{hashlib.md5(content).hexdigest()}", len(content)
    )
    with serve({"some/file": content}, asked.append) as url:
        monkeypatch.setenv("LATENT_LAB_MIRROR", url + "/")
        (path,) = fetch((download,), home.downloads)
    assert asked == ["some/file"]
    assert path.read_bytes() == content


@each_fetched
def test_without_a_network_it_says_so_and_where_the_file_would_go(name, home, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_MIRROR", f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(DownloadFailed, match=r"no connection.*Check the network") as refused:
        core.load_dataset(name, home=home)
    assert str(home.downloads) in str(refused.value)
    assert all(download.name in str(refused.value) for download in DATASETS[name].downloads)


@pytest.mark.parametrize(("content", "said"), [(None, "answered 404"), (b"something else", "checksum is wrong")])
def test_what_is_not_the_file_is_not_kept(content, said, home, monkeypatch):
    wrong = {} if content is None else dict.fromkeys((download.name for download in mnist.FILES), content)
    with serve(wrong) as url:
        monkeypatch.setenv("LATENT_LAB_MIRROR", url)
        with pytest.raises(DownloadFailed, match=said):
            core.load_dataset("mnist", home=home)
    assert [path for path in home.path.rglob("*") if path.is_file()] == []


def test_a_file_that_was_damaged_on_disk_is_fetched_anew(home, monkeypatch):
    with serve(files()) as url:
        point_to(url, monkeypatch)
        (path,) = fetch(DATASETS["faces"].downloads, home.downloads)
        path.write_bytes(b"cut short")
        fetch(DATASETS["faces"].downloads, home.downloads)
    assert path.read_bytes() == files()["faces/olivettifaces.mat"]


def test_a_place_that_cannot_be_written_is_named(home, monkeypatch):
    home.downloads.write_text("a file where the folder should be")
    with serve(files()) as url:
        point_to(url, monkeypatch)
        with pytest.raises(DownloadFailed, match=r"downloads.*(written|fetched)"):
            fetch(DATASETS["faces"].downloads, home.downloads)


@pytest.mark.parametrize(
    "data", [b"", b"\0\0", b"\0\0\x08\x03" + b"\xff" * 12, b"\0\0\x08\x01\0\0\0\x09" + b"short"], ids=len
)
def test_an_idx_file_that_promises_what_it_lacks_is_refused(data, tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(data))
    with pytest.raises(DownloadFailed, match="damaged"):
        read_idx(path)
    path.write_bytes(data)
    with pytest.raises(DownloadFailed, match="damaged"):
        read_idx(path)


@each_fetched
def test_sources_name_their_files_with_size_and_checksum(name):
    for download in DATASETS[name].downloads:
        assert download.url.startswith("http")
        assert download.checksum.split(":")[0] in ("md5", "sha256")
        assert download.size > 0


class Ending(Future):
    """It ends in the moment in which somebody waits for it."""

    def result(self, timeout=None):
        if not self.done():
            self.set_exception(DownloadFailed("There is no connection."))
        return super().result(timeout)


def offered():
    from pages.ui.datasets import offer_fetch
    from pages.ui.laboratory import laboratory
    from pages.ui.session import memory

    memory().fetching = "mnist"
    memory().jobs["fetch mnist"] = laboratory.engine.fetch("mnist")
    offer_fetch("mnist")


def test_what_ends_while_the_page_is_drawn_can_be_fetched_again(tmp_path, monkeypatch):
    engine = SimpleNamespace(home=Home(tmp_path), fetch=lambda name: Job(Ending()))
    monkeypatch.setattr(Laboratory, "engine", engine)
    app = AppTest.from_function(offered, default_timeout=60).run()
    assert not app.exception
    assert "no connection" in app.warning[0].value
    assert not app.button(key="fetch_now").disabled
