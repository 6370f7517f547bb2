"""The contract of all pages: each stands in the table, each says something before and after training."""

from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import expect

from core import DATASETS, MODELS
from core.lessons import LESSONS
from core.model import Capability
from pages.ui.header import LACKS
from pages.ui.navigation import FOLDER, PAGES
from pages.ui.scripts import address
from tests.making import first_dataset

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]

# Whether something is drawn in the last tenth of a canvas.
INK_AT_THE_END = """canvas => canvas.getContext("2d")
  .getImageData(0.9 * canvas.width, 0, 0.1 * canvas.width, canvas.height).data.some(Boolean)"""
# What a recording that is clicked tells the page; it is on none, so that nothing is drawn.
TOUCHED = """async (script) => {
  const { default: play } = await import(script);
  const [place, told] = [document.createElement("div"), []];
  place.innerHTML = "<div class='lab'></div>";
  const end = play({ data: {}, parentElement: place, setTriggerValue: (name) => told.push(name) });
  place.firstChild.click();
  end();
  return told;
}"""
# The key of what each page shows of a run, by what the run's model must be able to do.
CONTENT = {
    "train": {"": "stage .lab[data-step]"},
    "reconstructions": {"reconstruct": "order button"},
    "latent": {
        "encode": "cloud .lab[data-points]",
        "decode": "probe_decode .lab[data-answers]",
        "index": "gallery_entries .lab[data-samples]",
    },
    "samples": {
        "decode": "distances .js-plotly-plot",
        "flow": "flow .slider-container",
        "classify": "sample_condition input",
    },
    "clusters": {"encode": "clustered .lab[data-points]"},
    "compare": {"": "compared .stMultiSelect, .st-key-empty a"},
    "data": {"": "gallery_preview canvas, .st-key-preview .points"},
    "uses": {"encode": "use [role=radiogroup]", "predict": "use [role=radiogroup]"},
    "sweep": {"": "start_sweep button"},
    "lessons": {"": "guess_squeeze [role=radiogroup]"},
    "runs": {"": "run_table canvas"},
}


def test_every_file_stands_in_the_table():
    files = {path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert files == PAGES.keys()
    assert CONTENT.keys() == PAGES.keys()


def test_the_server_listens_where_it_is_told(empty_server):
    assert empty_server.url == f"http://127.0.0.1:{empty_server.asked}"


def test_a_page_without_runs_leads_to_train_which_is_ready_on_the_first_visit(new_tab, empty_server):
    tab = new_tab(empty_server)
    tab.page.emulate_media(reduced_motion="no-preference")
    # That all pages do so without runs says tests/test_address.py.
    tab.visit("samples")
    tab.key("empty", "a").click()
    expect(tab.page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()
    expect(tab.button("train")).to_be_enabled()
    expect(tab.key("dataset", "input")).to_have_value("MNIST digits")
    expect(tab.key("model", "input")).to_have_value("Variational autoencoder")
    # A recording plays, and its end is followed by its beginning.
    tab.grows(tab.key("recording", ".lab[data-step]"), "step")
    # Its few samples go all the way across.
    assert tab.key("recording", "[data-panel=strip] canvas").evaluate(INK_AT_THE_END)
    assert tab.page.evaluate(TOUCHED, address("recording.js")) == ["touched"]
    tab.press("card-sparse")
    expect(tab.page.get_by_role("heading", name=LESSONS["sparse"].question)).to_be_visible()


def asked_of(model: str, dataset: str) -> set:
    """What views ask of a model and its data: whether it has each capability, and their kind."""
    made = MODELS[model]
    able = {(capability, capability in made.capabilities) for capability in get_args(Capability)}
    return able | {("autoencodes", made.autoencodes), DATASETS[dataset].spec.kind}


# These stand for the others, on data that take little time: between them they give every answer.
REPRESENTATIVES = {
    "vae": "digits",
    "gan": "wine",
    "recurrent_clustering": "digit_rows",
    "flow_matching": "ring",
    "ac_gan": "wine",
    "vq_vae": "digits",
    "autoregressive": "digit_rows",
}
# What else they are trained with: a solver of few steps makes samples in a fifth of the time.
SETTINGS = {"flow_matching": {"solver_steps": "4"}}
# What a page has beside for some models, and does without for others.
BESIDE = {"flow", "index", "predict", "classify"}
# Where one stands for a few things, the pages that show them.
SHOWN_ON = {
    "gan": {"reconstructions", "latent", "samples"},
    "recurrent_clustering": {"reconstructions", "latent", "samples", "clusters"},
    "flow_matching": {"samples"},
    "ac_gan": {"samples"},
    "vq_vae": {"latent"},
    "autoregressive": {"uses"},
}


def test_the_representatives_give_every_answer():
    given = set().union(*(asked_of(*pair) for pair in REPRESENTATIVES.items()))
    assert set().union(*(asked_of(model, first_dataset(model)) for model in MODELS)) <= given


@pytest.mark.parametrize("model", REPRESENTATIVES)
def test_every_page_shows_what_a_model_can_do(model, trained, tab, server):
    run = trained(dataset=REPRESENTATIVES[model], model=model, steps="20", **SETTINGS.get(model, {}))
    tab.visit(run=run)
    for name, (title, _) in PAGES.items():
        if name not in SHOWN_ON.get(model, PAGES):
            continue
        # A page that asks nothing of a model is the same for all.
        if name != "train" and CONTENT[name].keys() == {""} and model != next(iter(REPRESENTATIVES)):
            continue
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        able = MODELS[model].capabilities.intersection(CONTENT[name])
        if not able and "" not in CONTENT[name]:
            needed = next(capability for capability in CONTENT[name] if capability not in BESIDE)
            expect(tab.page.get_by_text(LACKS[needed])).to_be_visible()
        for capability in able or {""} & CONTENT[name].keys():
            content = tab.page.locator(f".st-key-{CONTENT[name][capability]}").first
            expect(content).to_be_visible()
        # Analyses come from workers; the page is done when none is under way.
        expect(tab.key("progress")).to_have_count(0)
        tab.settle()
        # Who does not see a canvas is told what it shows.
        expect(tab.page.locator(".lab canvas:not([aria-label], [aria-hidden])")).to_have_count(0)
        if model == next(iter(REPRESENTATIVES)):
            # Names and roles are the same in both themes.
            assert not tab.breaks("dark", "color-contrast")
            # On a phone.
            wide = tab.page.viewport_size
            tab.page.set_viewport_size({"width": 390, "height": 844})
            assert not tab.breaks("light")
            assert tab.page.evaluate("document.documentElement.scrollWidth") == 390
            assert not tab.overlaps()
            tab.page.set_viewport_size(wide)
        assert tab.query["run"] == [run]
    # What takes seconds to import, workers alone do; which libraries a process has loaded is read from /proc.
    maps = Path(f"/proc/{server.pid}/maps")
    if maps.exists():
        loaded = maps.read_text()
        assert "/torch/" in loaded
        assert "/sklearn/" not in loaded
        assert "/numba/" not in loaded
