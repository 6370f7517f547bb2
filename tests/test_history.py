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


def test_back_while_the_page_is_on_its_way_is_one_step_back(tab, trained):
    held, is_holding = [], False

    def between(socket):
        server = socket.connect_to_server()
        server.on_message(lambda message: held.append((socket, message)) if is_holding else socket.send(message))

    tab.page.route_web_socket(re.compile("/_stcore/stream"), between)
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
    is_holding = True
    tab.key("clusters", "input").press("ArrowRight")
    while not held:
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    tab.page.go_back()
    latent = tab.page.url
    assert latent != clusters
    is_holding = False
    for socket, message in held:
        socket.send(message)
    stands("Latent space")
    assert tab.page.url == latent
    tab.page.go_back()
    stands("Samples")
