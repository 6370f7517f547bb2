"""The application and a browser, started once for all tests that ask for them."""

import atexit
import functools
import os
import shutil
import socket
import tempfile
import warnings
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect, sync_playwright
from streamlit.components.v2 import manifest_scanner

# Processes and a server share the cores: idle threads that spin for work would take them from each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# What tests bring and fetch is no business of whoever runs them.
os.environ["LATENT_LAB_HOME"] = tempfile.mkdtemp(prefix="latent-lab-tests-")

from core.engine import Engine, RunStore
from core.engine.compiler import leave_out
from core.engine.worker import NICE
from core.home import Home
from core.training import loop
from tests import chromium, mirror
from tests.model_cases import CHECK_EVERY
from tests.patience import TIMEOUT
from tests.server import Server
from tests.tab import PATIENCE, Tab
from tests.visitor import Visitor, at_once

# Groups of tests that wait for processes they started.
WAITING = ("browser", "second browser", "guard", "engine")

# As workers do.
leave_out()
atexit.register(shutil.rmtree, os.environ["LATENT_LAB_HOME"], ignore_errors=True)
# Longer than Playwright's five seconds: on a busy machine a worker takes that long to start.
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    """The browser's tests first, then others that wait for workers: another process computes meanwhile."""
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, not waits(item)))


def waits(item) -> bool:
    """Whether a test waits for other processes more than it computes."""
    group = item.get_closest_marker("xdist_group")
    return group is not None and group.args[0] in WAITING


@functools.cache
def give_way() -> None:
    """From now on this process computes: servers and browsers, which others wait for, go first, as for workers."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def pytest_runtest_setup(item):
    """What waits has been given out by the time that a process of several begins with something else."""
    if not waits(item) and "PYTEST_XDIST_WORKER" in os.environ:
        give_way()


def pytest_make_parametrize_id(val, argname):
    """Bytes name no test: those of an archive say when it was packed, and each process packs its own."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def _no_search_for_components():
    """For each `AppTest` Streamlit looks through all that is installed, 0.3 s; our components are found otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The application, with runs from all tests, and one worker, as each takes seconds to start."""
    server = Server(tmp_path_factory.mktemp("home"), workers=1)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def fetched():
    """Small files of the right form in place of those that datasets fetch, on a server of our own."""
    with mirror.serve(mirror.files()) as url, pytest.MonkeyPatch.context() as patch:
        mirror.point_to(url, patch)
        yield


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory):
    """The application as on the first day, without any run, on a port of our choice (`empty_server.asked`).

    It forgets sessions a second after their visitors have left.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Server(tmp_path_factory.mktemp("empty"), port, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1")
    server.asked = port
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    """A Chromium; without one the tests that need it are skipped, but never in CI."""
    try:
        path = chromium.find()
    except RuntimeError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        warnings.warn(f"THE BROWSER TESTS DID NOT RUN. {error}", stacklevel=1)
        pytest.skip(str(error))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.QUIET, chromium.UNOPTIMISED])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser):
    """One visitor, whose cache is warm after the first page, and who wants nothing to move that need not."""
    context = browser.new_context(viewport={"width": 1440, "height": 950}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def new_tab(context):
    """Opens tabs, of the same visitor or of another context, that are checked when the test is over."""
    tabs = []

    def new_tab(server, context=context):
        if not context.pages:
            # One tab stays, and with it the process and what it has compiled.
            context.new_page().goto(f"{server.url}/_stcore/health")
        tabs.append(Tab(context, server))
        return tabs[-1]

    yield new_tab
    problems = []
    for tab in tabs:
        try:
            tab.check()
        except AssertionError as problem:
            problems.append(str(problem))
    assert not problems, "\n".join(problems)


@pytest.fixture
def tab(new_tab, server):
    """A tab on the application."""
    return new_tab(server)


@pytest.fixture(scope="session")
def trained(server):
    """Trains a configuration given as an address's query to its end, without a browser, once; returns the run's id."""
    known = {}

    async def train(query):
        visitor = Visitor(server.url)
        await visitor.open(**query)
        await visitor.press("train")
        # Both may have to start first: the server's workers, and the machine is busy.
        await visitor.until(lambda: visitor.stage and visitor.stage.phase == "finished", patience=TIMEOUT)
        await visitor.leave()
        return parse_qs(visitor.query)["run"][0]

    def trained(**query):
        key = tuple(query.items())
        if key not in known:
            known[key] = at_once(train(query))
        return known[key]

    return trained


@pytest.fixture(scope="session")
def vae(trained):
    """A finished run of the variational autoencoder on digits."""
    return trained(dataset="digits", model="vae", steps="500")


@pytest.fixture(scope="session")
def gan(trained):
    """A finished run of the GAN on the ring."""
    return trained(dataset="ring", model="gan", steps="200")


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """An engine with two workers, for all tests of the group `engine`."""
    engine = Engine(Home(tmp_path_factory.mktemp("engine")), workers=2)
    engine.open()
    engine.wait_until_ready(TIMEOUT)
    yield engine
    engine.close()


@pytest.fixture
def store(tmp_path):
    """A run store that is empty."""
    store = RunStore(Home(tmp_path))
    yield store
    store.close()


@pytest.fixture(scope="module")
def often_checked():
    """Losses are looked at so often that a few steps are enough to see that it makes no difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "CHECK_EVERY", CHECK_EVERY)
        yield
