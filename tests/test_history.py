"""Back, Forward and reload in a real browser, over several pages: everything stands as it stood."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_back_forward_and_reload_give_what_stood_there(tab, trained):
    run = trained(dataset="digits", model="autoencoder", steps="61", latent_size="3")
    other = trained(dataset="digits", model="autoencoder", steps="61", latent_size="8")
    tab.visit("latent", run=run, compare=f"{run},{other}")
    cloud, wall = tab.key("cloud", ".lab"), tab.key("compared_runs", ".lab")
    codes = wall.get_by_role("button", name="Codes", exact=True)

    def go(title):
        tab.page.get_by_role("link", name=title, exact=True).first.click()

    def stands(title, *checks):
        """The steps on the way: the page, and what is to be seen there."""
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        for check in checks:
            check()

    def selected(count):
        return lambda: expect(cloud).to_have_attribute("data-selected", str(count))

    def clusters(count):
        return lambda: expect(tab.key("clusters", "[data-testid=stSliderThumbValue]")).to_have_text(str(count))

    def pressed(is_pressed):
        return lambda: expect(codes).to_have_attribute("aria-pressed", str(is_pressed).lower())

    def words(text):
        return lambda: expect(tab.key("filter_words", "input")).to_have_value(text)

    steps = [("Latent space", selected(0))]

    def done(*step):
        stands(*step)
        steps.append(step)

    tab.grows(cloud, "points", 0)
    box = tab.key("cloud", "canvas.points").bounding_box()
    tab.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 5)
    tab.page.keyboard.down("Shift")
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] - 5)
    tab.page.mouse.up()
    tab.page.keyboard.up("Shift")
    tab.page.wait_for_url(re.compile("selected="))
    count = cloud.get_attribute("data-selected")
    assert int(count) > 0
    done("Latent space", selected(count))
    go("Clusters")
    done("Clusters", clusters(10))
    tab.key("clusters", "input").press("ArrowRight")
    tab.page.wait_for_url(re.compile("clusters=11"))
    done("Clusters", clusters(11))
    go("Compare")
    done("Compare", pressed(False))
    codes.click()
    tab.page.wait_for_url(re.compile("wall_panel=codes"))
    done("Compare", pressed(True))
    go("Runs")
    done("Runs", words(""))
    tab.key("filter_words", "input").fill("auto")
    tab.key("filter_words", "input").press("Enter")
    tab.page.wait_for_url(re.compile("filter_words=auto"))
    done("Runs", words("auto"))

    for step in reversed(steps[:-1]):
        tab.page.go_back()
        stands(*step)
    for step in steps[1:]:
        tab.page.go_forward()
        stands(*step)
    tab.page.reload()
    stands(*steps[-1])
    # What was chosen on other pages stands there, too.
    for title, step in (("Compare", steps[5]), ("Clusters", steps[3]), ("Latent space", steps[1])):
        go(title)
        stands(*step)


# Where a browser is slow Streamlit draws the next page before it writes the address of the one that was left.
WRITTEN_LATE = """([title, address]) => {
  const heading = document.querySelector("[data-testid=stMain] h1");
  document.createTreeWalker(heading, NodeFilter.SHOW_TEXT).nextNode().nodeValue = title;
  history.pushState({}, "", address);
}"""


@pytest.fixture
def late(tab):
    """Withholds what the server sends between its beginning and its end."""
    held = []

    def between(socket):
        server = socket.connect_to_server()
        server.on_message(lambda message: held[-1].append((socket, message)) if held else socket.send(message))

    tab.page.route_web_socket(re.compile("/_stcore/stream"), between)

    class Late:
        def begin(self):
            held.append([])

        def hears(self, text):
            while not any(text.encode() in message for _, message in held[-1]):
                tab.page.evaluate("() => new Promise(requestAnimationFrame)")

        def end(self):
            for socket, message in held.pop():
                socket.send(message)

    return Late()


def test_back_while_the_page_is_on_its_way_is_one_step_back(tab, trained, late):
    run = trained(dataset="digits", model="autoencoder", steps="61", latent_size="3")

    def stands(title):
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        tab.settle()

    tab.visit("samples", run=run)
    for title in ("Latent space", "Clusters"):
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        stands(title)
        tab.page.wait_for_url(re.compile(title.split()[0].lower()))
    clusters = tab.page.url
    late.begin()
    tab.key("clusters", "input").press("ArrowRight")
    late.hears("clusters=11")
    tab.page.go_back()
    latent = tab.page.url
    assert latent != clusters
    tab.page.evaluate(WRITTEN_LATE, ["Latent space", clusters])
    assert tab.page.url == latent
    late.hears("Latent space")
    late.end()
    stands("Latent space")
    assert tab.page.url == latent
    tab.page.go_back()
    stands("Samples")


def test_back_on_a_page_that_is_on_its_way_to_its_next_step_is_one_step_back(tab, trained, late):
    run = trained(dataset="digits", model="autoencoder", steps="61", latent_size="3")
    clusters = tab.key("clusters", "input")
    tab.visit("clusters", run=run)
    begun = tab.page.url
    clusters.press("ArrowRight")
    tab.page.wait_for_url(re.compile("clusters=11"))
    tab.settle()
    late.begin()
    clusters.press("ArrowRight")
    late.hears("clusters=12")
    tab.page.go_back()
    # Of Back twice the first one is answered, too: that is no answer to the second.
    tab.page.evaluate("() => ['clusters=12&answer=yes', 'clusters=12'].map((q) => history.pushState({}, '', `?${q}`))")
    assert tab.page.url == begun
    late.end()
    expect(clusters).to_have_value("10")
    tab.settle()
    assert tab.page.url == begun
