"""A browser tab that looks at the laboratory, and everything that went wrong in it."""

import contextlib
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.server import Server

# Milliseconds: longer than two workers need for a sweep where four other processes want the same two cores.
PATIENCE = 120_000
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# What of WCAG's rules a page breaks: contrast, names, roles, … or of those that are named.
BROKEN = """(runOnly) => axe.run({ resultTypes: ["violations"], ...(runOnly.length && { runOnly }) })
  .then(({ violations }) => violations
    .filter(({ impact }) => impact !== "minor")
    .map(({ help, nodes }) => [help, nodes.map(({ html }) => html)]))"""
# The same of the texts in Plotly's drawings, which axe does not read.
PALE = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const bright = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const share = rgb[i] / 255;
    return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0.05);
  const page = channels(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  const isPale = (text) => {
    const { fill, fillOpacity, opacity } = getComputedStyle(text);
    const [red, green, blue, alpha = 1] = channels(fill);
    const cover = alpha * fillOpacity * opacity;
    const seen = bright([red, green, blue].map((value, i) => cover * value + (1 - cover) * page[i]));
    return Math.max(seen, bright(page)) / Math.min(seen, bright(page)) < 4.5;
  };
  // Those on cells of a heat map have other grounds.
  const texts = [...document.querySelectorAll(".js-plotly-plot text:not(.heatmap-label text)")];
  return texts.filter((text) => text.textContent.trim() && isPale(text)).map((text) => text.textContent);
}"""
# What Plotly drew, and how.
DRAWN = """() => [...document.querySelectorAll(".js-plotly-plot .main-svg, .main-svg [style]")]
  .map((each) => [each, each.getAttribute("style")])"""
PICTURE = "canvas => canvas.toDataURL()"
GROWN = "([element, name, before]) => Number(element.dataset[name]) > before"
WRONG = ("Traceback", "stopped on an error of ours", "did not succeed")
# What can be used or is a heading and lies over another such thing by more than an edge, in our components, too.
OVERLAPPING = """() => {
  const found = [];
  const look = (root) => root.querySelectorAll("*").forEach((each) => {
    if (each.shadowRoot) look(each.shadowRoot);
    const isSeen = each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (isSeen && each.matches("button, input, select, textarea, a[href], figcaption, h1, h2, h3")) found.push(each);
  });
  look(document.querySelector("[data-testid=stMain]"));
  const over = (a, b) => {
    const [p, q] = [a, b].map((each) => each.getBoundingClientRect());
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    return wide > 2 && high > 2 && !a.contains(b);
  };
  // What holds another comes before it.
  const pairs = found.flatMap((a, i) => found.slice(i + 1).map((b) => [a, b]));
  return pairs.filter(([a, b]) => over(a, b)).map((pair) => pair.map((each) => each.outerHTML.slice(0, 120)));
}"""


class Tab:
    """One tab: `page` is Playwright's, the rest is what a person sees and does in the laboratory."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self._problems: list[str] = []
        self._asked: list[str] = []
        self._log_before = len(server.log)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._note)
        self.page.on("request", lambda request: self._asked.append(request.url))
        self.page.on("websocket", lambda socket: self._asked.append(socket.url))

    def _hear(self, message: ConsoleMessage) -> None:
        # On a page's own address Streamlit's script first looks for the server below it, then above.
        looking = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
        # Through a proxy both ends may hang up at once.
        hung_up = "Close received after close" in message.text
        if message.type == "error" and not looking and not hung_up:
            self._problems.append(f"{message.text} ({message.location['url']})")

    def _note(self, error: Error) -> None:
        # Playwright's stand-in for a socket that closes complains where a browser's own says nothing.
        if "already in CLOSING or CLOSED state" not in error.message:
            self._problems.append(error.stack or f"{error.name}: {error.message}")

    # Where it is

    def visit(self, name: str = "", **query: Any) -> None:
        """Open a page by its address and wait until all of it is painted."""
        self.page.goto(f"{self.server.url}/{name}?{urlencode(query)}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page's script has run to its end."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning] h1")

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)

    @property
    def run(self) -> str:
        """The run on screen, from the address."""
        self.page.wait_for_url(re.compile("[?&]run="))
        return self.query["run"][0]

    # What is on it

    def key(self, name: str, inner: str = "") -> Locator:
        """What stands under a widget's or a container's key."""
        return self.page.locator(f".st-key-{name} {inner}")

    def button(self, name: str) -> Locator:
        # Streamlit draws a button with a help text twice and hides one of them.
        return self.key(name, "button:visible")

    def press(self, name: str) -> None:
        self.button(name).click()

    def hears_keys(self) -> None:
        """Wait until Train acts on keys: its script listens, and the buttons are there, which it draws last."""
        self.key("keys", ".lab[data-listens]").wait_for(state="attached")
        self.button("slow").wait_for()

    @property
    def stage(self) -> Locator:
        return self.key("stage_view", ".lab")

    def reaches(self, status: str) -> None:
        """Wait until the stage says this status."""
        expect(self.stage).to_have_attribute("data-status", status)

    @property
    def step(self) -> int:
        """The step on the stage."""
        self.key("stage", ".lab[data-step]").wait_for()
        return int(self.stage.get_attribute("data-step") or 0)

    def grows(self, what: Locator, name: str, before: int | None = None) -> None:
        """Wait until the number that the element shows as `data-<name>` is greater than `before`, or than now."""
        element = what.element_handle()
        if before is None:
            before = int(what.get_attribute(f"data-{name}") or 0)
        # Asked with each frame, as Playwright does unasked, a page at rest draws sixty a second.
        self.page.wait_for_function(GROWN, arg=[element, name, before], polling=50)

    def changes(self, canvas: Locator, before: str) -> None:
        """Wait until a canvas shows another picture than the one `before`."""
        arguments = [canvas.element_handle(), before]
        self.page.wait_for_function("([canvas, before]) => canvas.toDataURL() !== before", arg=arguments)

    def train(self, **query: Any) -> str:
        """Train what the address says until the stage says it runs; the run's id."""
        self.visit(**query)
        self.press("train")
        self.reaches("running")
        return self.run

    def pick(self, run: str) -> None:
        """On the page Runs: find a run by its id and mark its row."""
        words = self.key("filter_words", "input")
        words.fill(run)
        words.press("Enter")
        # The head and the first row, of which the mark is at the left; what was picked before still is.
        rows = self.key("run_table", "[role=row]")
        expect(rows).to_have_count(2)
        # The address of its picture has its id; until it is there, the row is that of another run.
        expect(rows.nth(1)).to_contain_text(run)
        if rows.nth(1).get_attribute("aria-selected") != "true":
            self.key("run_table", ".dvn-scroller").click(position={"x": 16, "y": 60})
        expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
        expect(self.button("delete")).to_be_enabled()

    def reopen(self, run: str) -> None:
        """Open a run on the page Runs."""
        self.pick(run)
        self.press("open")

    def breaks(self, theme: Literal["light", "dark"], *rules: str) -> list[Any]:
        """What keeps some people from reading or using the page in this theme: each rule, or these, and where."""
        drawn = self.page.evaluate_handle(DRAWN)
        self.page.emulate_media(color_scheme=theme)
        expect(self.page.locator(".stApp")).to_have_css("color-scheme", theme)
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        broken = self.page.evaluate(BROKEN, rules)
        # A drawing of Plotly's that was under way when the theme changed brings back what it drew before.
        self.page.evaluate("(kept) => kept.forEach(([each, style]) => each.setAttribute('style', style))", drawn)
        return broken + self.page.evaluate(PALE)

    def overlaps(self) -> list[list[str]]:
        """The pairs of things to use, and of headings, that lie over each other."""
        found: list[list[str]] = self.page.evaluate(OVERLAPPING)
        return found

    # Whether it went well

    def check(self) -> None:
        """Fail on errors in the browser or the server, and on any request to somebody else.

        A run that still moves is stopped, so that it takes no turns from the next test's.
        """
        text = ""
        if not self.page.is_closed():
            text = self.page.inner_text("body")
            if self.key("stage", ".lab[data-status=running]").count():
                # It may end by itself first, and the button with it.
                with contextlib.suppress(PlaywrightTimeout):
                    self.button("stop").click(timeout=5000)
                expect(self.stage).not_to_have_attribute("data-status", "running")
            self.page.close()
        home = urlsplit(self.server.url).netloc
        foreign = {url for url in self._asked if urlsplit(url).netloc not in ("", home)}
        assert not foreign, f"asked others: {foreign}"
        assert not self._problems, self._problems
        log = self.server.log[self._log_before :]
        for sign in WRONG:
            assert sign not in text, text
            assert sign not in log, log
