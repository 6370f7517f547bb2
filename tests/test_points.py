"""Points as they are drawn by the processor and by WebGL, in a real browser: they look the same."""

from urllib.parse import urlsplit

import numpy as np
import pytest

from pages.ui.scripts import SERVED, address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SITE = "http://points.test/"
# The tests' browser has no graphics processor; where nobody can ask for its name, what draws instead is taken for one.
HIDDEN = "WebGL2RenderingContext.prototype.ask = WebGL2RenderingContext.prototype.getExtension;" + (
    "WebGL2RenderingContext.prototype.getExtension = () => null;"
    "const get = OffscreenCanvas.prototype.getContext; window.contexts = [];"
    "OffscreenCanvas.prototype.getContext = function (...wish) {"
    "  const found = get.apply(this, wish); if (wish[0] === 'webgl2') contexts.push(found); return found; };"
)
# Red squares, of so many groups that marks repeat, selected and not, halfway between two places; the ink of
# each colour times its opacity in squares of 8 pixels.
DRAWN = """async ([folder, from, to, width]) => {
    const { drawMarks } = await import(`${folder}marks.js`);
    const context = new OffscreenCanvas(width, 96).getContext("2d");
    context.scale(1.25, 1.25);
    context.translate(4, 0);
    const marks = Array.from({ length: 900 }, () => ({ colour: "#ff0000", shape: "square" }));
    const groups = Uint16Array.from({ length: to.length / 2 }, (_, i) => 899 - i);
    const way = { values: Float32Array.from(to), scale: [(x) => 40 + 30 * x, (y) => 40 - 30 * y], part: 0.5,
        from: { values: Float32Array.from(from), scale: [(x) => 40 + 10 * x, (y) => 40 - 10 * y] } };
    drawMarks(context, way, { marks, groups, isHollow: false }, 1.2, new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    const { data } = context.getImageData(0, 0, 96, 96);
    const ink = Array.from({ length: 144 }, () => [0, 0, 0, 0]);
    data.forEach((value, k) => {
        const [x, y, part] = [(k >> 2) % 96, Math.floor(k / 384), k % 4];
        ink[12 * (y >> 3) + (x >> 3)][part] += part === 3 ? value : (value * data[(k | 3)]) / 255;
    });
    return ink;
}"""
LOST_WHILE_LINKED = """() => {
    WebGL2RenderingContext.prototype.linkProgram = function () { this.ask("WEBGL_lose_context").loseContext(); };
}"""
LOSE = "contexts.at(-1).ask('WEBGL_lose_context').loseContext()"


def answer(route):
    content = SERVED.get(urlsplit(route.request.url).path.removeprefix(address("")))
    route.fulfill(body=content or "<body>", content_type="text/javascript" if content else "text/html")


@pytest.fixture
def pages(browser):
    """A page that draws by the processor, and one that draws by WebGL."""
    context = browser.new_context()
    context.route("**/*", answer)
    plain, hidden = context.new_page(), context.new_page()
    hidden.add_init_script(HIDDEN)
    for page in (plain, hidden):
        page.goto(SITE)
    yield plain, hidden
    context.close()


def test_the_processor_and_webgl_draw_the_same_and_a_lost_context_is_replaced(pages):
    plain, hidden = pages
    # No two touch each other. One is nowhere, which is no reason to draw none.
    to = np.array([[x, y] for y in (-0.6, -0.2, 0.2, 0.6) for x in (-1, -0.6, -0.2, 0.2, 0.6, 1)])
    ends = [np.where(np.arange(24)[:, None] == 20, None, end).ravel().tolist() for end in (1.5 * to, to)]

    def drawn(page, width):
        return np.array(page.evaluate(DRAWN, [address(""), *ends, width]))

    by_hand = drawn(plain, 96)
    # Squares of 2 · 2.4 · 1.2 · 1.25 pixels a side, 0.85 opaque: eight red, fifteen #7F7F7F and 72 / 255 as much.
    one, faded = 255 * 0.85 * (2 * 2.4 * 1.2 * 1.25) ** 2, 15 * 72 / 255
    whole = one * np.array([8 + faded * 127 / 255, faded * 127 / 255, faded * 127 / 255, 8 + faded])
    np.testing.assert_allclose(by_hand.sum(axis=0), whole, rtol=0.08)
    # 1.25 · (44 ± 22.5) pixels from the left, 1.25 · (40 ± 13.5) from the top, each half a mark more or less.
    held = by_hand[:, 3].reshape(12, 12)
    columns, rows = np.flatnonzero(held.sum(axis=0)), np.flatnonzero(held.sum(axis=1))
    assert (columns[0], columns[-1], rows[0], rows[-1]) == (2, 10, 3, 8)
    for width in (96, 200):
        by_webgl = drawn(hidden, width)
        np.testing.assert_allclose(by_webgl.sum(axis=0), by_hand.sum(axis=0), rtol=0.05)
        # A sprite that lies between pixels is moved to the next ones by hand.
        assert np.corrcoef(by_webgl.ravel(), by_hand.ravel())[0, 1] > 0.97
    hidden.evaluate(LOSE)
    np.testing.assert_array_equal(drawn(hidden, 200), by_webgl)
    assert hidden.evaluate("contexts.length") == 2
    # One that is lost while it is made ready gives way to the processor.
    hidden.evaluate(LOST_WHILE_LINKED)
    hidden.evaluate(LOSE)
    np.testing.assert_array_equal(drawn(hidden, 96), by_hand)


TIP = """async ([folder, eighth]) => {
    const { Tip } = await import(`${folder}cloud_tip.js`);
    const tip = document.body.appendChild(document.createElement("div"));
    tip.innerHTML = "<canvas></canvas><div></div>";
    const samples = { values: [0.523, -1.284, 0.05, 0.3], shape: [2, 2] };
    // The second point is that of the eighth sample, or of none.
    const places = { of: (i) => [0, eighth ? 7 : -1][i] };
    const made = new Tip(tip, { look: { kind: "dot" }, samples, names: ["a"], groups: [0, 0], places });
    const said = [0, 1].map((i) => {
        made.show(i, [0, 0], 100);
        return tip.textContent;
    });
    // Of another one the answer comes too late.
    for (const i of [0, 1]) made.see(i, { values: [i, 0.5], shape: [1, 2] });
    return [...said, tip.textContent];
}"""


def test_a_tip_says_where_a_point_of_the_plane_is_and_what_it_is_rebuilt_as(pages):
    first, second, rebuilt = pages[0].evaluate(TIP, [address(""), True])
    assert [first, second] == ["sample 1 · a · 0.523, −1.28", "sample 8 · a · 0.05, 0.3"]
    assert rebuilt == f"{second} · rebuilt as 1, 0.5"
    assert pages[0].evaluate(TIP, [address(""), False])[1] == "a · 0.05, 0.3"


# Where two points that travel stand on a sheet, a quarter of the way.
STANDING = """async (folder) => {
    const { Picture } = await import(`${folder}cloud_picture.js`);
    const picture = Object.create(Picture.prototype);
    const flat = Float32Array.from([0, 1, 1, 1]);
    Object.assign(picture, { flat, scale: [(x) => 200 * x, (y) => 200 - 200 * y] });
    const from = { values: Float32Array.from([1, 0, 0, 1]), scale: [(x) => 100 * x, (y) => 100 - 100 * y] };
    const { values, scale } = picture.onTheWay(from, 0.25);
    return Array.from(values, (value, k) => scale[k % 2](value));
}"""


def test_points_that_are_stopped_on_their_way_are_where_they_were_seen(pages):
    # From (100, 100) to (0, 0), and from (0, 0) to (200, 0).
    assert pages[0].evaluate(STANDING, address("")) == [75, 75, 50, 0]
