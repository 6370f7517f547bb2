"""Follow the knobs in a browser: a dial that is turned trains anew, and what it was compared with stays."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_turned_knob_trains_anew_and_the_run_before_stays(tab):
    told = []
    tab.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame))))
    tab.visit(dataset="digits", model="autoencoder", steps="200000", latent_size="4")
    tab.key("follow", "label").click()
    dial = tab.key("dial-latent_size", "input")
    expect(dial).to_have_attribute("aria-valuetext", "4")
    expect(tab.key("dial-latent_size", "small")).to_have_text(["1", "64"])
    tab.press("train")
    tab.reaches("running")
    first = tab.run
    pictures = tab.key("stage_view", ".panels canvas")
    tab.grows(tab.stage, "step", 0)

    def turned(key, size):
        dial.press(key)
        expect(tab.page).to_have_url(re.compile(f"latent_size={size}&.*run=(?!{first})\\w+&before={first}&follow=yes"))
        # The pictures of the run before stay until there are others.
        assert pictures.count()
        tab.grows(tab.stage, "step", 0)
        return tab.run

    second = turned("ArrowRight", 5)
    third = turned("ArrowRight", 6)
    assert third != second
    # The stage heard of them over the socket that it had, unless the page was there first.
    assert any('"next"' in frame and run in frame for run in (second, third) for frame in told)
    # With the data come the knobs of another model, and nothing is trained before somebody asks.
    tab.key("model", "input").fill("Sparse")
    tab.page.get_by_role("option", name="Sparse autoencoder").click()
    expect(tab.stage).to_have_count(0)
    expect(tab.key("dial-sparsity_weight", "input")).to_be_visible()
    expect(tab.key("flash")).to_contain_text("it is on the page Runs, and can go on")
    # What the next turn cut short was not kept; what somebody started was.
    tab.visit(run=second)
    expect(tab.page.get_by_text("not stored here any more")).to_be_visible()
    tab.visit(run=first)
    tab.reaches("stopped")
