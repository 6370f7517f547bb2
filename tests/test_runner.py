"""A press is done to its end, and once, whatever else has the page run in the same moment."""

import subprocess
import sys
import threading

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.state.common import RegisterWidgetResult, WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

from pages.ui import owners, runner
from pages.ui.visitors import COOKIE, signed
from pages.ui.widget_values import WidgetValues
from pages.ui.widgets import KEPT
from tests.server import ROOT
from tests.session import PATIENCE, Host, Session


class Script:
    """What the page does; at a place in it that a test names, it does what the test says, once."""

    def __init__(self):
        self.acts, self.meanwhile, self.titles, self.is_short = [], {}, {}, False

    def reaches(self, place):
        self.meanwhile.pop(place, lambda: None)()

    def press(self):
        self.acts.append("begun")
        self.reaches("press")
        # Both look for newer requests.
        st.session_state["pressed"] = True
        st.query_params["pressed"] = "yes"
        self.acts.append("done")

    def undo(self):
        self.reaches("undo")
        st.session_state["choice"] = "one"

    def part(self):
        st.button("Part", key="part")
        self.reaches("part")

    def draw(self):
        try:
            self.reaches("page")
            st.button("Press", key="press", on_click=self.press)
            with runner.undisturbed():
                if st.session_state.get("pressed") is None:
                    self.acts.append("acts")
                    self.reaches("act")
                    st.session_state["pressed"] = False
                    self.acts.append("acted")
            if st.button("Undo", key="undo", on_click=self.undo):
                self.reaches("undone")
            if self.is_short:
                self.reaches("stop")
                st.stop()
                self.acts.append("went on")
            options = ["one", "other", "third"]
            titled = {"format_func": lambda option: self.titles.get(option, option)}
            self.chosen = st.radio("Choice", options, key="choice", on_change=self.press, **titled, **KEPT)
            self.reaches("drawn")
            if st.button("Open", key="open"):
                self.acts.append("opened")
            with st.container():
                st.fragment(self.part, run_every=600)()
        finally:
            self.reaches("way out")
            st.session_state["left"] = True


script = Script()


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    path = tmp_path_factory.mktemp("script") / "page.py"
    path.write_text(f"import sys\nsys.modules[{__name__!r}].script.draw()")
    runner.install()
    host = Host(path)
    yield host
    host.close()


@pytest.fixture
def session(host):
    session = Session(host)
    session.press()
    script.acts.clear()
    yield session
    session.leave()
    assert not script.meanwhile
    assert session.errors == []


@pytest.fixture
def between(host, monkeypatch):
    """Does something between the moment in which the page takes a request and that in which it is read."""
    files, doing = host.runtime.media_file_mgr, []
    clear = files.clear_session_refs

    def take():
        while doing:
            doing.pop()()
        clear()

    monkeypatch.setattr(files, "clear_session_refs", take)
    return doing.append


def test_what_a_press_does_is_done_though_the_page_is_asked_for_meanwhile(session):
    script.meanwhile["press"] = session.ask
    session.press("press")
    assert script.acts == ["begun", "done"]
    assert session.query == "pressed=yes"


def test_what_a_choice_does_is_done_too(session):
    script.meanwhile["press"] = session.ask
    session.choose("choice", 1)
    session.settle()
    assert script.acts == ["begun", "done"]
    assert session.query == "pressed=yes"


def test_a_press_is_not_lost_to_the_next_request(session, between):
    between(session.ask)
    session.press("press")
    assert script.acts == ["begun", "done"]


@pytest.mark.parametrize("place", ["page", "way out"])
@pytest.mark.parametrize("key", ["press", "open"])
def test_a_press_that_comes_while_the_page_runs_is_not_lost(session, key, place):
    script.meanwhile[place] = lambda: session.ask(key)
    session.press()
    assert script.acts == (["opened"] if key == "open" else ["begun", "done"])


@pytest.mark.parametrize("key", ["press", "open"])
def test_a_page_on_its_way_out_for_a_press_gives_way_to_nothing_else(session, key):
    script.meanwhile = {"page": lambda: session.ask(key), "way out": session.ask}
    session.press()
    assert script.acts == (["opened"] if key == "open" else ["begun", "done"])


def test_what_is_pressed_is_seen_by_the_page_though_it_is_asked_for_meanwhile(session):
    script.meanwhile["page"] = session.ask
    session.press("open")
    assert script.acts == ["opened"]


@pytest.mark.parametrize("place", ["undo", "undone"])
def test_what_a_press_sets_is_not_lost_to_a_request_that_does_not_know_of_it(session, place):
    session.choose("choice", 1)
    session.settle()
    assert script.chosen == "other"
    # Two requests, and a third when the browser has the news.
    script.meanwhile[place] = lambda: (session.ask(), session.ask("open"))
    session.press("undo")
    assert script.chosen == "one"
    session.choose("choice", 0)
    session.settle()
    assert script.chosen == "one"


def test_what_a_press_sets_is_not_lost_as_long_as_its_browser_has_not_drawn_it(session):
    session.choose("choice", 1)
    session.settle()
    session.press("undo")
    for _ in range(2):
        session.press("open")
        session.ask(fragment=session.fragments[0])
        session.settle()
        assert script.chosen == "one"
    # Who turns it again turns it.
    session.choose("choice", 1)
    session.settle()
    assert script.chosen == "other"


def test_what_is_chosen_while_the_page_runs_is_not_lost(session):
    session.choose("choice", 1)
    session.settle()

    def there_and_back():
        session.choose("choice", 0)
        session.choose("choice", 1)
        session.ask()

    script.meanwhile["undone"] = there_and_back
    session.press("undo")
    assert script.chosen == "other"


def test_nothing_is_sent_to_a_browser_that_said_it_or_has_it(session):
    session.choose("choice", 1)
    session.settle()
    session.press("open")
    assert session.sent == []
    session.press("undo")
    assert (session.sent, session.shown["choice"]) == (["choice"], "one")
    # What it says now, it had from the server.
    session.show("choice", 0)
    session.press("open")
    session.choose("choice", 2)
    session.settle()
    assert (session.sent, script.chosen) == (["choice"], "third")


def test_what_a_browser_may_not_have_drawn_is_sent_with_each_page_until_it_says_it(monkeypatch):
    # Streamlit says that it changed the first time alone, also where what was sent then is replaced on its way.
    changed = iter([True, False, False])
    monkeypatch.setattr(SessionState, "register_widget", lambda *_: RegisterWidgetResult("other", next(changed)))
    metadata = WidgetMetadata("choice", str, str, "string_value")
    values, said = WidgetValues(), WidgetStates(widgets=[WidgetState(id="choice", string_value="other")])
    assert values.register_widget(metadata, "choice").value_changed
    assert values.register_widget(metadata, "choice").value_changed
    request = RerunData(widget_states=said)
    values.hear(request)
    values.begin(request)
    assert not values.register_widget(metadata, "choice").value_changed


def test_a_choice_that_is_called_otherwise_now_is_sent(session, monkeypatch):
    session.choose("choice", 1)
    session.settle()
    monkeypatch.setitem(script.titles, "other", "another")
    session.press()
    assert (script.chosen, session.shown["choice"]) == ("other", "another")


def test_a_press_sends_nothing_to_who_turned_a_widget_meanwhile(session):
    session.choose("choice", 1)
    session.settle()
    script.meanwhile = {"page": lambda: session.choose("choice", 2), "drawn": session.arrives("choice")}
    session.press("open")
    assert script.chosen == session.shown["choice"] == "third"


@pytest.mark.parametrize("place", ["undo", "undone"])
def test_what_is_sent_to_who_turned_a_widget_meanwhile_does_not_stay(session, place):
    session.choose("choice", 1)
    session.settle()
    script.meanwhile = {place: lambda: session.choose("choice", 2), "drawn": session.arrives("choice")}
    session.press("undo")
    assert script.chosen == session.shown["choice"] == "third"


def test_what_a_page_sends_and_sends_again_by_itself_does_not_stay_over_what_is_turned_meanwhile(session):
    def choose():
        st.session_state["choice"] = "other"

    script.meanwhile = {"page": choose, "drawn": st.rerun}
    with session.delayed():
        session.press()
        session.choose("choice", 2)
        session.settle()
    assert script.chosen == session.shown["choice"] == "third"
    # Between what was sent and what was sent again its browser stood at the first.
    session.show("choice", 1)
    session.press("open")
    assert script.chosen == "third"
    # Who turns it there turns it.
    session.choose("choice", 1)
    session.settle()
    assert script.chosen == "other"


def test_a_press_that_a_part_of_the_page_sends_along_acts_when_it_comes_itself(session):
    session.ask("press", fragment=session.fragments[0])
    session.settle()
    assert script.acts == []
    session.ask("press", fragment=session.fragments[0])
    session.press("press")
    assert script.acts == ["begun", "done"]


def test_a_part_of_a_page_is_drawn_on_the_page_that_was_drawn(session):
    drawn, session.page = session.page, "left"
    session.ask(fragment=session.fragments[0])
    session.settle()
    assert session.page == drawn


def test_a_page_is_drawn_in_its_place_right_after_a_part_of_it(session):
    place = session.places["press"]
    script.meanwhile["part"] = session.ask
    session.ask("part", fragment=session.fragments[0], by_itself=False)
    session.settle()
    assert session.places["press"] == place


def test_a_page_that_is_asked_for_is_not_lost_to_a_part_of_the_one_before(session):
    (part,), before = session.fragments, session.page

    def leave():
        session.page = "next"
        session.ask()
        session.page = before
        session.ask(fragment=part)

    script.meanwhile["page"] = leave
    session.press()
    session.settle()
    assert session.page == "next"


def test_a_press_is_not_lost_with_the_connection(session):
    script.meanwhile["press"] = session.reconnect
    session.press("press")
    # The browser asks for the page as soon as it is back.
    session.press()
    assert script.acts == ["begun", "done"]
    assert session.query == "pressed=yes"


def test_who_lost_the_connection_is_who_they_were_in_what_they_pressed(session):
    session.cookies[COOKIE] = signed("ann")
    seen = []
    script.meanwhile["page"] = lambda: seen.append(owners.visitor())
    session.press()
    back = threading.Event()

    def leave():
        session.disconnect()
        seen.append(owners.visitor())
        session.reconnect()
        back.set()

    script.meanwhile["press"] = leave
    session.ask("press")
    assert back.wait(PATIENCE)
    session.settle()
    assert seen == ["ann", "ann"]


def test_a_press_that_waits_is_not_lost_with_the_connection(session):
    def press():
        session.ask("press")
        session.reconnect()

    script.meanwhile["page"] = press
    session.press()
    session.settle()
    assert script.acts == ["begun", "done"]


def test_what_a_page_does_by_itself_is_done_to_its_end(host):
    script.acts.clear()
    session = Session(host)
    script.meanwhile["act"] = session.ask
    session.press()
    assert script.acts == ["acts", "acted"]
    session.leave()


def test_the_application_runs_its_pages_like_this():
    code = "import app\nfrom streamlit.runtime.app_session import ForwardMsgQueue as Queue, ScriptRunner as Runner\n"
    code += "print(Runner.__module__, Queue.__module__)"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["pages.ui.runner", "pages.ui.messages_to_browser"]


def test_a_page_that_runs_for_a_press_ends_where_it_says_and_forgets_no_other(session, monkeypatch):
    monkeypatch.setattr(script, "is_short", True)
    script.meanwhile["stop"] = lambda: session.ask("press")
    session.press("press")
    session.settle()
    assert script.acts == ["begun", "done"] * 2


@pytest.mark.parametrize("leave", [lambda: st.rerun(), lambda: st.switch_page("page.py")], ids=["rerun", "switch_page"])
def test_a_page_that_runs_for_a_press_leaves_where_it_says(session, leave):
    script.meanwhile["drawn"] = leave
    session.press("press", "open")
    session.settle()
    # What comes after that place was not drawn for this press.
    assert script.acts == ["begun", "done"]


def test_a_page_that_runs_again_goes_where_its_browser_has_gone_meanwhile(session):
    def go():
        session.page = "next"
        session.ask()
        st.rerun()

    script.meanwhile["drawn"] = go
    session.press("press")
    session.settle()
    assert session.page == "next"
