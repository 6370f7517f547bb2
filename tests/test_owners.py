"""Whose runs are whose: a visitor is a signed cookie; others' runs are watched and not touched; a teacher sees all."""

from types import SimpleNamespace

import pytest
import torch
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from streamlit.testing.v1 import AppTest

from core import DATASETS
from core.dataset import Card
from core.engine import RunStore
from core.engine.repetition import REPETITIONS
from core.engine.sweep_store import SweepStore
from core.errors import LatentLabError
from core.home import Home
from core.protocol import Status
from pages.ui import browse, datasets, owners, visitors
from pages.ui.laboratory import Laboratory
from pages.ui.visitors import COOKIE, Visitors, cookie_name, signed, visitor_of
from tests.making import config_of

SOMEBODY_ELSES = "This is somebody else's"


def test_only_a_cookie_that_was_signed_here_names_a_visitor():
    assert visitor_of({COOKIE: signed("abc")}) == "abc"
    for forged in ("", "abc", "abc.", "abd." + signed("abc").split(".")[1], signed("abc") + "0", ".", "ä.ö"):
        assert visitor_of({COOKIE: forged}) is None
    assert visitor_of({}) is None


@pytest.mark.parametrize("cut", [b"", b"short"])
def test_a_key_that_was_cut_short_signs_nothing_and_another_is_kept(tmp_path, monkeypatch, cut):
    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path))
    (tmp_path / "cookie-key").write_bytes(cut)
    made = visitors._key.__wrapped__()
    assert len(made) == 32
    assert visitors._key.__wrapped__() == made
    assert (tmp_path / "cookie-key").stat().st_mode & 0o077 == 0


def test_the_key_lies_beside_the_runs_in_the_user_s_own_folder_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LATENT_LAB_HOME", "~/lab")
    made = visitors._key.__wrapped__()
    assert (tmp_path / "lab" / "cookie-key").read_bytes() == made


class Browser:
    """Keeps the cookies that it is sent, and knows nothing else of browsers."""

    def __init__(self, app):
        self.app, self.jar, self.given = app, {}, []

    def get(self, path, scheme="http", **told):
        sent = []

        async def receive():
            return {"type": "http.request"}

        async def send(message):
            sent.append(message)

        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        told = {"host": "localhost", "cookie": cookies, "x-forwarded-proto": scheme, **told}
        headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": headers,
            "scheme": "http",
            "query_string": b"",
        }
        with pytest.raises(StopIteration):
            self.app(scope, receive, send).send(None)
        for name, value in sent[0]["headers"]:
            if name == b"set-cookie":
                self.given.append(value.decode())
                key, _, text = value.decode().split(";")[0].partition("=")
                self.jar[key] = text
        return sent


def test_a_browser_gets_one_cookie_with_its_first_page_that_no_script_can_read():
    responses = {"/": HTMLResponse("<p>a page</p>"), "/script": PlainTextResponse("a script")}

    async def app(scope, receive, send):
        await responses[scope["path"]](scope, receive, send)

    browser = Browser(Visitors(app))
    browser.get("/script")
    assert browser.given == []
    browser.get("/")
    (cookie,) = browser.given
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {*cookie.split("; ")}
    first = visitor_of(browser.jar)
    assert first
    # With the next page its year begins anew.
    browser.get("/")
    assert browser.given == [cookie, cookie]
    browser.jar[cookie_name()] = "somebody.else"
    browser.get("/")
    assert visitor_of(browser.jar) not in (None, first)
    # Behind a proxy that says so, it goes the secure way alone.
    secure = Browser(Visitors(app))
    secure.get("/", scheme="https")
    assert ["; Secure" in given for given in (*secure.given, *browser.given)] == [True, False, False, False]


def test_a_browser_that_has_the_page_from_before_gets_its_cookie_and_fetches_no_script_twice():
    statuses = []

    async def app(scope, receive, send):
        response = Response(status_code=304) if b"if-none-match" in dict(scope["headers"]) else HTMLResponse()
        statuses.append(response.status_code)
        await response(scope, receive, send)

    browser = Browser(Visitors(app))
    browser.get("/script", accept="*/*", if_none_match='"known"')
    for _ in range(2):
        browser.get("/", accept="text/html,*/*;q=0.8", if_none_match='"known"')
    assert statuses == [304, 200, 200]
    assert len(browser.given) == 2
    assert browser.given[0] == browser.given[1]


def test_two_laboratories_under_one_name_leave_each_other_s_visitors_alone(monkeypatch):
    browser = Browser(Visitors(HTMLResponse("<p>a page</p>")))
    # As it was called at first.
    browser.jar[COOKIE] = signed("abc")
    browser.get("/")
    with monkeypatch.context() as other:
        other.setattr(visitors, "_key", lambda: b"of the other one")
        browser.get("/")
        assert visitor_of(browser.jar) not in (None, "abc")
    assert visitor_of(browser.jar) == "abc"


def test_what_others_on_the_same_name_keep_in_cookies_makes_nobody_somebody_else():
    browser = Browser(Visitors(HTMLResponse("<p>a page</p>")))
    browser.jar = {"theirs": '{"of": "another site"}', COOKIE: signed("abc")}
    browser.get("/")
    assert visitor_of(browser.jar) == "abc"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A laboratory without workers, with runs of three people."""
    home = Home(tmp_path)
    store = RunStore(home)
    asked = []
    engine = SimpleNamespace(
        home=home,
        store=store,
        sweeps=SimpleNamespace(kept=SweepStore(home)),
        stop=lambda run, patience=0: asked.append(("stop", run)),
        pause=lambda run: asked.append(("pause", run)),
        live=lambda run: None,
        repeated=lambda run: (),
        repeating=lambda run: None,
        asked=asked,
    )
    engine.runs = {
        owner: store.create(config_of(), f"Run of {owner or 'nobody'}", DATASETS["digits"].spec, owner)
        for owner in ("ann", "bob", "")
    }
    monkeypatch.setattr(Laboratory, "engine", engine)
    yield engine
    store.close()


@pytest.fixture
def separate(monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example")


@pytest.fixture
def as_visitor(monkeypatch):
    def become(name):
        for place in (owners, browse):
            monkeypatch.setattr(place, "visitor", lambda: name)

    return become


def listed(engine) -> set[str]:
    return {record.owner for record in owners.mine(engine.store.all())}


def test_on_one_machine_everything_is_everybody_s(engine, as_visitor):
    as_visitor("ann")
    assert listed(engine) == {"ann", "bob", ""}


def test_where_others_are_let_in_each_has_the_own_runs(engine, separate, as_visitor, monkeypatch):
    as_visitor("ann")
    assert listed(engine) == {"ann"}
    renamed = []
    owners.change(engine.store.get(engine.runs["ann"]), renamed.append, "ann's")
    for other in ("bob", ""):
        with pytest.raises(LatentLabError, match=SOMEBODY_ELSES):
            owners.change(engine.store.get(engine.runs[other]), renamed.append, f"{other}'s")
    assert renamed == ["ann's"]
    monkeypatch.setenv("LATENT_LAB_SHARED", "1")
    assert listed(engine) == {"ann", "bob", ""}


def test_a_laboratory_that_lists_its_own_machine_alone_is_common(engine, as_visitor, monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOSTS", "localhost 127.0.0.1")
    as_visitor("ann")
    assert listed(engine) == {"ann", "bob", ""}


@pytest.mark.parametrize(
    ("text", "is_common"), [("1", True), (" True", True), ("0", False), ("no", False), ("", False)]
)
def test_what_makes_it_common_is_yes_or_no(separate, monkeypatch, text, is_common):
    monkeypatch.setenv("LATENT_LAB_SHARED", text)
    assert owners.is_common() == is_common


def first_page():
    from pages.ui.state import keep_address

    keep_address()


def test_a_tab_notes_who_looks_at_it_before_anything_can_be_pressed(engine, monkeypatch):
    monkeypatch.setattr(owners, "visitor_of", lambda cookies: "ann")
    app = AppTest.from_function(first_page, default_timeout=60).run()
    assert not app.exception
    assert app.session_state["memory"].visitor == "ann"


def transport():
    import streamlit as st

    from pages.ui import transport
    from pages.ui.laboratory import laboratory
    from pages.ui.session import memory

    record = laboratory.engine.store.get(st.session_state["shown"])
    memory().run = record.id
    transport.buttons(record.config, record, None)


def test_somebody_else_s_run_cannot_be_resumed_or_stopped(engine, separate, as_visitor):
    as_visitor("ann")
    for owner, disabled in (("ann", False), ("bob", True)):
        engine.store.update(engine.runs[owner], status=Status.PAUSED, step=7)
        app = AppTest.from_function(transport, default_timeout=60)
        app.session_state["shown"] = engine.runs[owner]
        app.run()
        assert not app.exception
        assert app.button(key="stop").disabled == disabled
        assert (app.button(key="train").label == "Resume") != disabled


def repetition():
    import streamlit as st

    from core.analysis import score_clusters
    from pages.ui.laboratory import laboratory
    from pages.ui.repetition import repeated

    repeated(laboratory.engine.store.get(st.session_state["shown"]), score_clusters, "Clusters")


def test_somebody_else_s_run_is_not_repeated(engine, separate, as_visitor):
    as_visitor("ann")
    for owner, buttons in (("ann", ["repeat"]), ("bob", [])):
        app = AppTest.from_function(repetition, default_timeout=60)
        app.session_state["shown"] = engine.runs[owner]
        app.run()
        assert not app.exception
        assert [button.key for button in app.button] == buttons


def spreads():
    import streamlit as st

    from pages.ui.compared_scores import _spreads
    from pages.ui.laboratory import laboratory

    _spreads([laboratory.engine.store.get(run) for run in st.session_state["shown"]])


def test_where_runs_are_compared_the_own_ones_can_be_repeated_until_they_are(engine, separate, as_visitor):
    as_visitor("ann")
    runs = [engine.runs["ann"], engine.runs["bob"]]
    for repeated, buttons in (((), [f"repeat-{runs[0]}"]), (range(REPETITIONS), [])):
        engine.repeated = lambda run, seeds=repeated: seeds
        app = AppTest.from_function(spreads, default_timeout=60)
        app.session_state["shown"] = runs
        app.run()
        assert not app.exception
        assert [button.key for button in app.button] == buttons


def test_the_page_runs_lists_the_own_ones(engine, separate, as_visitor):
    as_visitor("bob")
    app = AppTest.from_file("../pages/runs.py", default_timeout=60).run()
    assert not app.exception
    said = " ".join(caption.value for caption in app.caption)
    assert "1 run" in said
    assert "2 runs" not in said


def own_data():
    import streamlit as st

    from pages.ui.browse import _own

    _own(st.session_state["dataset"])


def may_rename(name) -> list[bool]:
    """Whether the field for the name of a dataset that was brought may be written in."""
    app = AppTest.from_function(own_data, default_timeout=60)
    app.session_state["dataset"] = name
    app.run()
    assert not app.exception
    return [not field.disabled for field in app.text_input]


def test_data_that_were_brought_are_offered_to_those_who_brought_them(engine, separate, as_visitor, monkeypatch):
    shelf, spec = engine.home.shelf, DATASETS["two_moons"].spec
    x = torch.rand(40, *spec.shape)
    card = Card("Points", "", "", "")
    as_visitor("ann")
    name = shelf.keep(spec, card, x, owner="ann")
    assert datasets.is_own(name)
    assert name in datasets.catalogue()
    as_visitor("bob")
    assert name not in datasets.catalogue()
    # By a link it is still known what a run learned from.
    assert name in datasets.known()
    assert shelf.keep(spec, card, x, owner="bob") == name
    assert name in datasets.catalogue()
    # Neither takes the name from the other, who has no title of their own.
    with pytest.raises(LatentLabError, match="Others brought the same data"):
        shelf.rename(name, "Bob's", "bob")
    assert may_rename(name) == [False]
    monkeypatch.setenv("LATENT_LAB_SHARED", "1")
    assert may_rename(name) == [True]
    monkeypatch.delenv("LATENT_LAB_SHARED")
    shelf.delete(name, "bob")
    assert name not in datasets.catalogue()
    as_visitor("ann")
    assert name in datasets.catalogue()
    assert may_rename(name) == [True]
    shelf.rename(name, "Ann's", "ann")
    shelf.delete(name, "ann")
    assert name not in datasets.known()
