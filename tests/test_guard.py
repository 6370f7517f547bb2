"""Who gets in: names of this machine and those that were opened, on pages and sockets alike, also behind a proxy."""

import http.server
import os
import re
import shutil
import socket
import subprocess
import threading
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest
from playwright.sync_api import expect
from starlette.responses import HTMLResponse
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pages.ui.guard import Guard
from tests.server import ROOT, Server
from tests.tab import Tab

HERE = "127.0.0.1:8501"
SERVED = {"lab.example"}


def answered(kind, host, origin=None, served=SERVED):
    """The status that a request or a socket gets (101 where it is let in), and the host that the application sees."""
    seen, sent = [], []

    async def app(scope, receive, send):
        seen.append(dict(scope["headers"])[b"host"].decode())

    async def receive():
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request"}

    async def send(message):
        sent.append(message)

    named = [(b"host", each) for each in ([host] if isinstance(host, str) else host)]
    named += [(b"origin", each) for each in ([origin] if isinstance(origin, str) else origin or [])]
    headers = [(name, value.encode("latin-1")) for name, value in named]
    # Nothing is waited for, so no event loop is needed beside the browser's.
    with pytest.raises(StopIteration):
        Guard(app, served)({"type": kind, "path": "/", "headers": headers}, receive, send).send(None)
    if seen:
        return 101, seen[0]
    return sent[0].get("status", 403 if sent[0]["type"] == "websocket.close" else 0), ""


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("host", [HERE, "localhost", "LOCALHOST:1", "[::1]:8501", "lab.example", "lab.example.:443"])
def test_names_that_are_served_get_in(kind, host):
    assert answered(kind, host, f"http://{host}") == (101, host)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        # Another site's name that points here for a moment, its page asking its own name.
        ("evil.example:8501", "http://evil.example:8501"),
        ("lab.example.evil.example", "http://lab.example.evil.example"),
        ("127.0.0.1.nip.example", "http://127.0.0.1.nip.example"),
        (HERE, "http://evil.example"),
        # Another server's page on this machine.
        (HERE, "http://127.0.0.1:9999"),
        (HERE, "http://localhost:8501"),
        (HERE, "null"),
        (HERE, "http://[::1"),
        ("[::1", f"http://{HERE}"),
        ("", f"http://{HERE}"),
        ([], f"http://{HERE}"),
        ([HERE, "evil.example"], f"http://{HERE}"),
        (HERE, [f"http://{HERE}", "http://evil.example"]),
        (f"evil.example@{HERE}", f"http://{HERE}"),
    ],
)
def test_all_others_are_refused(kind, host, origin):
    assert answered(kind, host, origin) == (403, "")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_names_of_this_machine_let_no_other_port_s_page_in_where_they_are_listed(kind, name):
    served = {"lab.example", "localhost", "127.0.0.1", "::1"}
    assert answered(kind, f"{name}:8501", f"http://{name}:3000", served) == (403, "")
    assert answered(kind, f"{name}:8501", f"http://{name}:8501", served) == (101, f"{name}:8501")
    assert answered(kind, HERE, "https://lab.example", served) == (101, "lab.example")


def test_a_page_may_be_read_without_an_origin_but_no_socket_opened():
    assert answered("http", HERE) == (101, HERE)
    assert answered("websocket", HERE) == (403, "")


def test_behind_a_proxy_that_asks_under_another_host_the_page_s_own_is_seen():
    assert answered("websocket", HERE, "https://lab.example") == (101, "lab.example")


def test_no_other_site_s_page_may_hold_ours():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"host", HERE.encode())]}
    with pytest.raises(StopIteration):
        Guard(HTMLResponse("<p>a page</p>"))(scope, None, send).send(None)
    assert (b"content-security-policy", b"frame-ancestors 'self'") in sent[0]["headers"]


class Recorder(http.server.BaseHTTPRequestHandler):
    """A proxy that notes what it is asked for, and answers nothing."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_error(502)

    do_CONNECT = do_GET

    def log_message(self, *args):
        """Say nothing."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


# Around what README says of a location: one server that does just that, and one that knows no live pictures.
CONFIG = """
daemon off; pid {folder}/pid; error_log stderr notice; worker_processes 1;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; {location} }}
  server {{ listen 127.0.0.1:{deaf}; {location} location /some/lab/live/ {{ return 404; }} }}
}}
"""


def example(pattern, server):
    """The one of README's examples that a pattern finds, for `server`."""
    (found,) = re.findall(pattern, (ROOT / "README.md").read_text(), re.M | re.S)
    assert "127.0.0.1:8501" in found
    return found.replace("127.0.0.1:8501", server)


@pytest.fixture(scope="module")
def recorder():
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}"
    proxy.shutdown()


@pytest.fixture(scope="module")
def moved(tmp_path_factory, recorder):
    """A server below a path, on all addresses of the machine, opened to one more name."""
    server = Server(
        tmp_path_factory.mktemp("home"),
        STREAMLIT_SERVER_BASE_URL_PATH="some/lab",
        STREAMLIT_SERVER_ADDRESS="0.0.0.0",
        LATENT_LAB_HOSTS="lab.localhost",
        http_proxy=recorder,
        https_proxy=recorder,
    )
    yield server
    server.stop()


@pytest.mark.browser
@pytest.mark.xdist_group("guard")
def test_foreign_sockets_are_refused_and_nobody_in_the_internet_is_asked(moved):
    for route in ("_stcore/stream", "live/x", "probe/x"):
        address = f"{moved.url.replace('http', 'ws', 1)}/{route}"
        for origin in ("http://evil.example", "null", "http://[::1", None):
            with pytest.raises(InvalidStatus, match="403"):
                connect(address, origin=origin)
        connect(address, origin=moved.url.removesuffix("/some/lab")).close()
    assert Recorder.asked == []


@pytest.mark.browser
@pytest.mark.xdist_group("guard")
def test_a_server_has_all_the_files_that_it_may(moved):
    soft, hard = psutil.Process(moved.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert soft == min(hard, 65_536) > 1024


@pytest.mark.browser
@pytest.mark.xdist_group("guard")
def test_below_a_path_runs_are_live_and_nobody_else_s(moved, browser, new_tab):
    tab = new_tab(moved)
    tab.visit(dataset="two_moons", model="autoencoder", steps=20)
    tab.press("train")
    tab.reaches("finished")
    run = tab.run
    strangers = browser.new_context(reduced_motion="reduce")
    try:
        # Somebody else may look at it and not touch it; whoever made it finds it among the own ones.
        stranger = new_tab(moved, strangers)
        stranger.visit(run=run)
        stranger.reaches("finished")
        stranger.visit("runs", run=run)
        expect(stranger.key("empty")).to_be_visible()
        tab.visit("runs", run=run)
        expect(tab.page.get_by_text("1 run.")).to_be_visible()
    finally:
        strangers.close()
    # What was written is nobody else's on this machine.
    written = [moved.home, *moved.home.rglob("*")]
    assert len(written) > 10
    assert [path for path in written if path.stat().st_mode & 0o077] == []


@pytest.mark.browser
@pytest.mark.xdist_group("guard")
def test_behind_nginx_runs_are_live_or_it_is_said_what_is_missing(moved, context, new_tab, tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: nobody tried whether the laboratory works behind it.")
    port, deaf = free_port(), free_port()
    location = example(r"^    location / \{\n.*?^    \}\n", moved.url.removeprefix("http://").removesuffix("/some/lab"))
    written = CONFIG.format(folder=tmp_path, port=port, deaf=deaf, location=location)
    (tmp_path / "nginx.conf").write_text(written)
    command = [nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path, "-e", "stderr"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        # It listens before it has anybody who answers.
        assert any(b"start worker process " in line for line in process.stderr)
        tab = new_tab(SimpleNamespace(url=f"http://lab.localhost:{port}/some/lab", log=moved.log))
        tab.visit(dataset="two_moons", model="autoencoder", steps=20)
        tab.press("train")
        tab.reaches("finished")
        run = tab.run
        # Under a name that nobody opened, it says at once how to open it.
        with pytest.raises(HTTPError, match="403") as refused:
            urlopen(Request(f"http://127.0.0.1:{port}/some/lab/", headers={"Host": "other.example"}))
        assert "LATENT_LAB_HOSTS" in refused.value.read().decode()
        deafened = Tab(context, SimpleNamespace(url=f"http://lab.localhost:{deaf}/some/lab", log=moved.log))
        deafened.visit(run=run)
        expect(deafened.page.get_by_text("set LATENT_LAB_HOSTS=lab.localhost")).to_be_visible()
        deafened.page.close()
        # Who is left without a server says so.
        tab.check()
    finally:
        process.terminate()
        process.wait()
    assert Recorder.asked == []


@pytest.mark.browser
@pytest.mark.xdist_group("guard")
def test_behind_caddy_as_the_readme_has_it_runs_are_live(moved, new_tab, tmp_path):
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("Caddy is not installed: nobody tried whether the laboratory works behind it.")
    port, server = free_port(), moved.url.removeprefix("http://").removesuffix("/some/lab")
    served = example(r"^lab\.school\.example \{\n.*?^\}\n", server)
    served = served.replace("lab.school.example", f"http://lab.localhost:{port}")
    (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + served)
    command = [caddy, "run", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile"]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        assert any(b"serving initial configuration" in line for line in process.stderr)
        tab = new_tab(SimpleNamespace(url=f"http://lab.localhost:{port}/some/lab", log=moved.log))
        tab.visit(dataset="two_moons", model="autoencoder", steps=20)
        tab.press("train")
        tab.reaches("finished")
        # Who is left without a server says so.
        tab.check()
    finally:
        process.terminate()
        process.wait()
