"""What a visitor does with data: look, fetch, bring, draw, rename, delete, and train on all of it."""

import math
import re

import pytest
from playwright.sync_api import expect

from pages.ui.navigation import PAGES
from tests import files

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]

# No labels, one row too short, one column that only numbers the others.
CSV = "id,a,b,c\n" + "".join(f"{i},{math.sin(i):.3f},{i % 7},{math.cos(i):.3f}\n" for i in range(80)) + "80,1\n"


def bring(tab, name: str, content: bytes) -> None:
    tab.visit("data")
    tab.page.get_by_role("radio", name="Bring a file").click()
    tab.key("brought", "input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def go(tab, name: str) -> None:
    title, _ = PAGES[name]
    tab.page.get_by_role("link", name=title, exact=True).first.click()
    expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


def test_a_file_of_ones_own_is_read_kept_and_trained_on(tab):
    bring(tab, "leaves.csv", CSV.encode())
    expect(tab.page.get_by_text("Left out, only numbering the rows")).to_be_visible()
    expect(tab.page.get_by_text("The first 8 of 81 rows")).to_be_visible()
    expect(tab.page.get_by_text("64 samples for training, 8 for validation, 8 held out · no labels")).to_be_visible()
    # A look at something else does not lose what was read.
    tab.page.get_by_role("radio", name="Browse").click()
    expect(tab.page.get_by_text("A file of your own")).to_have_count(0)
    tab.page.get_by_role("radio", name="Bring a file").click()
    expect(tab.page.get_by_text("Still here from before: leaves.csv")).to_be_visible()
    tab.press("keep")
    expect(tab.page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()
    expect(tab.key("dataset", "input")).to_have_value("leaves")
    expect(tab.key("gallery_preview", "canvas")).to_be_visible()
    tab.press("train")
    tab.reaches("running")
    tab.grows(tab.stage, "step")
    tab.press("stop")
    tab.reaches("stopped")
    # Without labels every page of what was learned still stands, and says what it cannot show.
    for name in ("reconstructions", "latent", "samples", "clusters"):
        go(tab, name)
        if name == "clusters":
            expect(tab.page.get_by_text(re.compile("no labels: clusters cannot be compared"))).to_be_visible()
        expect(tab.key("progress")).to_have_count(0)
        tab.settle()


def test_another_column_is_made_the_label_in_the_grid(tab):
    rows = "".join(f"{math.sin(i):.3f},{math.cos(i):.3f},{'xy'[i % 2]},{'uvw'[i % 3]}\n" for i in range(40))
    bring(tab, "kinds.zip", files.zipped({"kinds.csv": f"a,b,label,other\n{rows}".encode()}))
    expect(tab.page.get_by_text("Labels are those of column label")).to_be_visible()
    # A table is asked about as one, however it is packed.
    expect(tab.page.get_by_text("Decimal sign")).to_be_visible()
    grid = tab.page.locator("[data-testid=stDataFrame]").first

    def put(row, column, option):
        """Go to a row, and from its first cell to the right; the list that opens there is typed into."""
        tab.settle()
        grid.click(position={"x": 40, "y": 35 * row + 17})
        for key in (*["ArrowRight"] * column, "Enter"):
            tab.page.keyboard.press(key)
        options = tab.page.locator("[id*=react-select][id*=option]")
        options.first.wait_for()
        tab.page.keyboard.type(option)
        # Until the list heeds what is typed, Enter takes what stands there already.
        expect(options).to_have_text([option])
        tab.page.keyboard.press("Enter")

    put(4, 2, "label")
    expect(tab.page.get_by_text("Labels are those of column other")).to_be_visible()
    expect(tab.page.get_by_text("3 classes: u, v, w")).to_be_visible()
    # And the first of them is no number, but a text.
    put(1, 1, "text")
    expect(tab.page.get_by_text("Left out: 2 columns of text (a, label)")).to_be_visible()
    expect(tab.page.get_by_text("Labels are those of column other")).to_be_visible()


def test_a_file_of_any_name_gets_past_the_chooser_and_a_bad_one_is_answered_with_a_sentence(tab):
    bring(tab, "leaves.data", CSV.encode())
    expect(tab.page.get_by_text("The first 8 of 81 rows")).to_be_visible()
    # Another file in place of the one before.
    chooser = tab.key("brought", "input[type=file]")
    assert not chooser.get_attribute("accept")
    for name, content, said in (
        # A row more, so that it is told from the one before.
        ("twigs", f"{CSV}{CSV.splitlines()[-1]}\n".encode(), "The first 8 of 82 rows"),
        ("survey.sav", b"$FL2@(#) SPSS DATA FILE" + bytes(90), "Save the table as CSV"),
        ("empty.csv", b"", "The file is empty"),
        ("words.csv", b"a,b\nc,d\ne,f\n", "holds no numbers"),
        ("fake.npz", b"PK\3\4" * 9, "ZIP archive"),
    ):
        chooser.set_input_files({"name": name, "mimeType": "", "buffer": content})
        expect(tab.key("brought").get_by_text(name)).to_be_visible()
        expect(tab.page.get_by_text(said).first).to_be_visible()
        expect(tab.button("keep")).to_have_count(int(name == "twigs"))


def test_a_dataset_of_ones_own_is_renamed_deleted_and_restored(tab):
    bring(tab, "twigs.csv", CSV.replace("0.", "1.").encode())
    tab.key("bring-missing").get_by_role("radio", name="mean").click()
    expect(tab.page.get_by_text("65 samples for training, 8 for validation, 8 held out")).to_be_visible()
    tab.press("keep")
    expect(tab.key("dataset", "input")).to_have_value("twigs")
    tab.press("step")
    run = tab.run
    tab.reaches("paused")
    go(tab, "data")
    name = tab.page.get_by_label("Name", exact=True)
    expect(name).to_have_value("twigs")
    name.fill("branches")
    name.press("Enter")
    expect(tab.page.get_by_text("branches.", exact=False).first).to_be_visible()
    tab.press("delete_dataset")
    expect(tab.page.get_by_text("Deleted: branches.")).to_be_visible()
    # The run that learned from it opens as before, and what needs the data says that they are gone.
    go(tab, "runs")
    tab.reopen(run)
    expect(tab.page.get_by_text("What needs the data of the run on screen cannot be done.")).to_be_visible()
    expect(tab.stage).to_have_attribute("data-step", "1")
    expect(tab.key("stage_view", "canvas").first).to_be_visible()
    go(tab, "latent")
    # Said wherever something needs them.
    expect(tab.page.get_by_text("The data of this were deleted").first).to_be_visible()
    go(tab, "data")
    tab.press("undo")
    expect(tab.page.get_by_text("Deleted in the last day")).to_have_count(0)
    go(tab, "runs")
    tab.reopen(run)
    expect(tab.button("train")).to_have_text(re.compile("Resume"))
    expect(tab.key("dataset", "input")).to_have_value("branches")


def test_a_dataset_that_is_renamed_in_another_tab_stays_chosen(tab, new_tab, server):
    bring(tab, "roots.csv", CSV.replace("0.", "2.").encode())
    tab.press("keep")
    expect(tab.key("dataset", "input")).to_have_value("roots")
    tab.key("latent_size", "input").press("ArrowRight")
    expect(tab.page).to_have_url(re.compile("latent_size=3"))
    (dataset,) = tab.query["dataset"]
    other = new_tab(server)
    other.visit("data", dataset=dataset)
    name = other.page.get_by_label("Name", exact=True)
    name.fill("tubers")
    name.press("Enter")
    expect(other.page.get_by_text("tubers.", exact=False).first).to_be_visible()
    for latents in (4, 5):
        tab.key("latent_size", "input").press("ArrowRight")
        expect(tab.page).to_have_url(re.compile(f"dataset={dataset}.*latent_size={latents}"))
    expect(tab.key("dataset", "input")).to_have_value("tubers")
    expect(tab.page.locator("[data-testid=stAlert]")).to_have_count(0)


def test_what_a_file_says_is_shown_and_not_obeyed(tab):
    evil = '<img src=x onerror="window.obeyed=1">'
    rows = "".join(
        f'{math.sin(i):.3f},{i % 7},"{evil.replace(chr(34), chr(34) * 2) if i % 2 else "b"}"\n' for i in range(60)
    )
    bring(tab, "![](//elsewhere.example/a) :red[x] $1$.csv", f"![](//elsewhere.example/b),c,kind\n{rows}".encode())
    expect(tab.page.get_by_text("held out · 2 classes")).to_be_visible()
    tab.press("keep")
    expect(tab.page.get_by_text(":red[x] $1$.").first).to_be_visible()
    tab.press("step")
    tab.reaches("paused")
    expect(tab.key("stage_view", "[data-panel=codes]")).to_contain_text("onerror")
    assert tab.page.evaluate("window.obeyed") is None


def test_a_drawing_becomes_a_dataset(tab):
    tab.visit("data")
    tab.page.get_by_role("radio", name="Draw your own").click()
    canvas = tab.key("board", "canvas").first
    place = canvas.bounding_box()
    for radius in (0.2, 0.35):
        for turn in range(50):
            x, y = (0.5 + radius * wave(turn / 8) for wave in (math.cos, math.sin))
            tab.page.mouse.move(place["x"] + x * place["width"], place["y"] + y * place["height"])
            tab.page.mouse.down()
        tab.page.mouse.up()
    expect(tab.page.get_by_role("button", name="Keep these points")).to_be_enabled()
    assert not tab.breaks("dark")
    tab.page.get_by_role("button", name="Keep these points").click()
    expect(tab.key("dataset", "input")).to_have_value(re.compile(r"Drawing of \d{3} points"))
    expect(tab.page.get_by_text("Vectors of 2 values, −2 to 2")).to_be_visible()


def test_without_a_network_a_dataset_is_offered_and_its_absence_explained(tab):
    tab.visit(dataset="mnist")
    expect(tab.key("dataset", "input")).to_have_value("MNIST · about 12 MB, fetched once")
    expect(tab.button("train")).to_be_disabled()
    for _ in range(2):
        tab.press("fetch_now")
        expect(tab.page.get_by_text("no connection")).to_be_visible()
        expect(tab.button("fetch_now")).to_be_enabled()


def test_the_table_states_what_each_dataset_is(tab):
    tab.visit("data")
    # The table is drawn on a canvas, with a hidden one of text for those who cannot see it.
    table = tab.page.locator("[class*=st-key-catalogue]")
    expect(table.locator("table")).to_contain_text("Sprites")
    expect(tab.key("gallery_preview", "canvas")).to_be_visible()
    # Any cell of a row picks it: the ninth row is another dataset than the one that Train begins with.
    expect(tab.page.get_by_text("28 × 28 grey values, 500 of each digit")).to_be_visible()
    place = table.locator("canvas").first.bounding_box()
    tab.page.mouse.click(place["x"] + 120, place["y"] + 36 + 35 * 8.5)
    expect(tab.page.get_by_text("28 × 28 grey values, 500 of each digit")).to_have_count(0)
