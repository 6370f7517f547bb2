"""What the system does not let us look at counts as not there, and stops neither the start nor a page."""

import pytest

from core.dataset import Download
from core.engine import RunStore
from core.engine.reader import Reader
from core.fetching import missing
from core.home import Home
from tests.disks import unprivileged


@pytest.fixture
def place():
    """A folder, and in it links to `hidden`, where nobody may look; whoever may do everything is somebody else here."""
    with unprivileged() as place:
        hidden = place / "hidden"
        hidden.mkdir()
        hidden.chmod(0)
        yield place
        hidden.chmod(0o700)


def test_a_folder_that_cannot_be_looked_at_is_not_there_now(place):
    assert "is not there now" in Home(place / "hidden" / "home").problem


def test_a_server_starts_beside_what_it_cannot_look_at(place):
    home = Home(place / "home")
    home.shelf.folder.mkdir(parents=True)
    names = [home.path / "reserve", home.shelf.folder / "upload_0123456789abcdef.deleted"]
    for name in names:
        name.symlink_to(place / "hidden" / name.name)
    RunStore(home).close()
    assert names[1].is_symlink()


def test_files_that_cannot_be_looked_at_are_brought_and_fetched_again(place):
    for name in ("a.bytes", "a.gz"):
        (place / name).symlink_to(place / "hidden" / name)
    assert not Reader(place).has("a")
    download = Download("a.gz", "http://127.0.0.1:9", "", 1)
    assert missing((download,), place) == [download]
