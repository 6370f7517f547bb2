"""The scripts of the pages: what the route serves, and what it keeps to itself."""

import re
import subprocess
import sys
import urllib.request
from http.client import HTTPResponse
from urllib.error import HTTPError

import pytest

from pages.ui.scripts import ASSETS, SCRIPTS, SERVED, VENDORED, VERSION, address
from tests.server import ROOT, TIMEOUT, Server

IMPORTED = re.compile(r'from "(.+)"')


def ask(server: Server, path: str) -> HTTPResponse:
    return urllib.request.urlopen(f"{server.url}{path}", timeout=TIMEOUT)


@pytest.mark.xdist_group("browser")
def test_every_script_may_be_kept_for_ever(server):
    for name in [*SCRIPTS, *VENDORED, "lab.css"]:
        with ask(server, address(name)) as answer:
            assert answer.status == 200
            kind = "css" if name.endswith("css") else "javascript"
            assert answer.headers["Content-Type"] == f"text/{kind}; charset=utf-8"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.read() == SERVED[name], name


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["nothing.js", "room.css", "stage", "deeper/stage.js", "%2Fetc%2Fpasswd"])
def test_nothing_else_is_served(server, name):
    with pytest.raises(HTTPError, match="404") as refused:
        ask(server, address(name))
    assert "Cache-Control" not in refused.value.headers


@pytest.mark.xdist_group("browser")
def test_another_version_is_not_there(server):
    with pytest.raises(HTTPError, match="404"):
        ask(server, address("stage.js").replace(VERSION, VERSION[::-1]))


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["../app.py", "../../app.py", "..%2F..%2Fapp.py", "..%5C..%5Capp.py", "%2e%2e/x.js"])
def test_no_way_leads_out_of_the_folder(server, name):
    # Streamlit refuses some of them before our route is asked.
    with pytest.raises(HTTPError, match=r"400|404"):
        ask(server, address(name))


def test_scripts_import_each_other_by_their_names():
    for script in SCRIPTS.values():
        for imported in IMPORTED.findall(script.decode()):
            assert imported.removeprefix("./") in SERVED, imported


def test_no_line_is_longer_than_the_others_may_be():
    # The formatter leaves comments and texts as they are.
    lines = [line for script in SCRIPTS.values() for line in script.decode().splitlines()]
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("name", VENDORED)
def test_what_others_wrote_has_its_licence_beside_it(name):
    script = ASSETS / name
    notice = (ASSETS / "vendor" / f"{script.name.split('.')[0]}.txt").read_text(encoding="utf-8")
    assert notice.startswith(f"{script.name} is dist/")
    assert "Licen" in notice


def test_the_route_is_there_before_the_core():
    code = "import sys, pages.ui.scripts; print(*{'torch', 'numpy', 'pydantic', 'streamlit'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
