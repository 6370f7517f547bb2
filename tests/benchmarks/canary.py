"""A real browser in the crowd: whether pictures really move on its screen, and what it reads there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.server import Server
from tests.tab import Tab


class Canary:
    """A tab in a browser of its own; `first` is when its stage first moved and `stood` the longest that it then stood.

    Both in seconds. `sentences` are what the stage said of others, time and again.
    """

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.first: float | None = None
        self.stood = 0.0
        self.steps: list[int] = []
        self.sentences: list[str] = []
        self._pressed = self._moved = 0.0

    def press(self) -> None:
        """Press Train."""
        self._pressed = self._moved = time.monotonic()
        self.tab.press("train")

    def look(self) -> None:
        """Note what is on the stage now."""
        stage, now = self.tab.stage, time.monotonic()
        step = int(stage.get_attribute("data-step") or 0) if stage.count() else 0
        if step > (self.steps[-1] if self.steps else 0):
            if self.first is None:
                self.first = now - self._pressed
            else:
                self.stood = max(self.stood, now - self._moved)
            self._moved = now
            self.steps.append(step)
            self.sentences.append(self._sentence())

    @property
    def sentence(self) -> str:
        """What the stage said most of the time."""
        return statistics.mode(self.sentences) if self.sentences else ""

    def problems(self) -> list[str]:
        """Close the tab; what went wrong in it."""
        try:
            self.tab.check()
        except AssertionError as error:
            return [str(error)]
        return [] if len(self.steps) > 1 else ["its stage did not move"]

    def _sentence(self) -> str:
        words = " ".join(self.tab.stage.locator(".readout").inner_text().split())
        begin = words.find("shared with")
        return " ".join(words[begin:].split()[:4]) if begin >= 0 else ""


@contextmanager
def canaries(server: Server, count: int) -> Iterator[list[Canary]]:
    """So many, each in a Chromium of its own."""
    path = chromium.find()
    with sync_playwright() as playwright:
        browsers = [playwright.chromium.launch(executable_path=path, args=chromium.QUIET) for _ in range(count)]
        contexts = [browser.new_context(viewport={"width": 1280, "height": 800}) for browser in browsers]
        yield [Canary(Tab(context, server)) for context in contexts]
        for browser in browsers:
            browser.close()
