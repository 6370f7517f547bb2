"""How fast many points are drawn and answer the pointer, by the processor and by WebGL that it has to draw, too."""

from __future__ import annotations

import json
import statistics
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Page, Route, sync_playwright

from core.looks import class_mark
from pages.ui.encoding import pack
from pages.ui.scripts import ASSETS, SERVED, address
from tests.chromium import QUIET, find

COUNTS = (2_000, 10_000, 70_000)
SITE = "http://points.test"
# Where nobody can ask for the name of what draws, it is taken for a graphics processor.
HIDDEN = "WebGL2RenderingContext.prototype.getExtension = () => null;"
CLASSES = 10
# A page like Streamlit's, and the cloud on it; it is given `data` again where other points are to be seen.
PAGE = """<style>%s</style><body style="width:760px; font-family: sans-serif; --st-background-color: #fff">
<div id="parent"><div class="lab"></div></div>"""
SHOW = """async ([script, data]) => {
    window.cloud ??= (await import(script)).default;
    const began = performance.now();
    cloud({ data, parentElement: document.querySelector("#parent"), setTriggerValue: () => {} });
    return performance.now() - began;
}"""
# Milliseconds that each event of the pointer takes until its handlers are done, along a circle around the middle.
EVENTS = """([kind, count]) => {
    const canvas = document.querySelector("canvas.points");
    const { left, top, width, height } = canvas.getBoundingClientRect();
    canvas.setPointerCapture = () => {};
    const fire = (type, k) => {
        const angle = 6.283 * k / count;
        const [clientX, clientY] = [left + width / 2 + 150 * Math.cos(angle), top + height / 2 + 150 * Math.sin(angle)];
        const shared = { clientX, clientY, bubbles: true, pointerId: 1, buttons: 1 };
        const turned = { ...shared, deltaY: -3, ctrlKey: true, cancelable: true };
        const event = type === "wheel" ? new WheelEvent(type, turned) : new PointerEvent(type, shared);
        const began = performance.now();
        canvas.dispatchEvent(event);
        return performance.now() - began;
    };
    const times = [];
    if (kind === "lasso") {
        fire("pointerdown", 0);
        for (let k = 0; k < count; k++) fire("pointermove", k);
        times.push(fire("pointerup", 0));
    } else for (let k = 0; k < count; k++) times.push(fire(kind, k));
    return times;
}"""
# Pictures that the browser shows in a second while points travel to where `data` says or, without any, are turned.
FRAMES = """(data) => new Promise((resolve) => {
    const canvas = document.querySelector("canvas.points");
    canvas.setPointerCapture = () => {};
    let [count, x] = [0, 0];
    const fire = (type) => canvas.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: 50, bubbles: true }));
    if (data) cloud({ data, parentElement: document.querySelector("#parent"), setTriggerValue: () => {} });
    else fire("pointerdown");
    const began = performance.now();
    const tick = () => {
        count++;
        x += 5;
        if (!data) fire("pointermove");
        const passed = performance.now() - began;
        if (passed < (data ? 600 : 3000)) requestAnimationFrame(tick);
        else resolve([1000 * count / passed, count]);
    };
    requestAnimationFrame(tick);
})"""


def data_of(points: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """What the cloud is given for points (N, 2 or 3) without samples."""
    return {
        "points": pack(points.astype(np.float32)),
        "dimensions": points.shape[1],
        "groups": pack(labels.astype(np.uint16)),
        "samples": pack(np.zeros((len(points), 4), np.uint8)),
        "shape": [len(points), 4],
        "look": {"kind": "curve", "alphabet": "", "rate": None},
        "names": [str(k) for k in range(CLASSES)],
        "marks": [vars(class_mark(k)) for k in range(CLASSES)],
        "hollow": False,
        "ground": None,
        "selected": {"samples": "some", "indices": []},
        "hands": None,
        "frames": "",
        "steps": [],
        "moving": False,
    }


def _answer(route: Route) -> None:
    """Scripts from memory, as the server's route gives them."""
    path = urlsplit(route.request.url).path
    content = SERVED.get(path.removeprefix(address("")))
    style = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("room.css", "lab.css"))
    body, kind = (PAGE % style, "text/html") if content is None else (content, "text/javascript")
    route.fulfill(body=body, content_type=kind)


def _measured(page: Page, count: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, count)
    solid = (rng.normal(size=(CLASSES, 3)) * 3)[labels] + rng.normal(size=(count, 3))
    flat, mirrored, solid = (data_of(points, labels) for points in (solid[:, :2], solid[:, [1, 0]], solid))
    page.goto(SITE)
    script, median = address("cloud.js"), statistics.median
    profiler = page.context.new_cdp_session(page)
    profiler.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        """Seconds that the page's thread has computed, whatever else the machine does."""
        metrics = profiler.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    def moving(data: dict[str, Any] | None) -> tuple[float, float]:
        """Pictures a second, and milliseconds of computing for each."""
        before = worked()
        rate, pictures = page.evaluate(FRAMES, data)
        return rate, 1000 * (worked() - before) / pictures

    found = {"KB": len(json.dumps(flat)) / 1000, "first ms": page.evaluate(SHOW, [script, flat])}
    for kind in ("pointermove", "lasso", "wheel"):
        found[f"{kind} ms"] = median([median(page.evaluate(EVENTS, [kind, 20])) for _ in range(5)])
    found["travelling /s"] = median(moving(each)[0] for each in (mirrored, flat, mirrored))
    page.evaluate(SHOW, [script, solid])
    rates, costs = zip(*(moving(None) for _ in range(3)), strict=True)
    return {**found, "turning /s": median(rates), "turning ms": median(costs)}


def main() -> None:
    """Milliseconds until points are drawn and of events of the pointer, and pictures a second."""
    chromium = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for name, script in (("by hand", ""), ("WebGL", HIDDEN)):
            page = browser.new_page(device_scale_factor=1.25, viewport={"width": 1024, "height": 576})
            page.add_init_script(script)
            page.route("**/*", _answer)
            for count in COUNTS:
                print(
                    name, count, *(f"{what} {value:.1f}" for what, value in _measured(page, count).items()), sep=" | "
                )
        browser.close()
