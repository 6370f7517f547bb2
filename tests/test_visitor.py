"""Visitors without a browser, as `make load` sends many: they see runs move, and leave nothing behind."""

import asyncio

import psutil
import pytest

from tests.visitor import Visitor, at_once

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]
# A session's own event loop holds three, and the page's socket is one.
PER_SESSION = 4
SESSIONS = 6


def test_a_visitor_presses_train_sees_pictures_move_turns_a_knob_and_pauses(server):
    async def visit():
        visitor = Visitor(server.url)
        await visitor.open(dataset="digits", model="autoencoder", steps=200_000)
        await visitor.press("train")
        await visitor.until(lambda: visitor.stage and visitor.stage.moved)
        await visitor.turn("latent_size", "8")
        assert "latent_size=8" in visitor.query
        await visitor.press("pause")
        await visitor.until(lambda: visitor.stage.phase == "paused")
        # The knob differs from the run, so that the button starts another one.
        assert visitor.widget("train").label == "Train"
        await visitor.press("stop")
        await visitor.leave()
        assert visitor.stage.picture == visitor.stage.status["step"] > 0
        assert visitor.problems == []

    at_once(visit())


def test_sessions_hold_few_descriptors_and_give_them_back_when_their_visitors_have_left(empty_server):
    process = psutil.Process(empty_server.pid)

    async def visit():
        # With somebody who stays, everything is open that the server itself needs.
        stays = Visitor(empty_server.url)
        await stays.open(dataset="digits")
        await stays.until(lambda: stays.has("gallery_preview"))
        before = process.num_fds()
        visitors = [Visitor(empty_server.url) for _ in range(SESSIONS)]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        assert process.num_fds() < before + (PER_SESSION + 1) * SESSIONS
        await asyncio.gather(*(visitor.leave() for visitor in visitors))
        async with asyncio.timeout(30):
            # One kept of each would be too many; Streamlit keeps the session that ended last until the next one ends.
            while process.num_fds() >= before + SESSIONS:
                await asyncio.sleep(0.05)
        await stays.leave()

    at_once(visit())
