"""The contract of all pages: each stands in the table, each says something before and after training."""

from functools import cache

import pytest
from playwright.sync_api import expect

from core import DATASETS, MODELS, RunConfig
from pages.ui.navigation import FOLDER, PAGES

pytestmark = pytest.mark.browser

# One dataset of each kind for every model, and every other dataset once.
FIRST_OF_KIND = {source.kind: name for name, source in reversed(DATASETS.items())}
PAIRS = [(dataset, model) for model in MODELS for kind, dataset in FIRST_OF_KIND.items() if kind in MODELS[model].kinds]
PAIRS += [(dataset, "vae") for dataset in DATASETS if (dataset, "vae") not in PAIRS]

# The key of what each page shows of a run that it can show.
CONTENT = {
    "train": "stage .lab[data-step]",
    "reconstructions": "probe_noise .lab[data-answers]",
    "latent": "probe_decode .lab[data-answers]",
    "samples": "fresh button:visible",
    "clusters": "clusters input",
    "runs": "open-{run} button:visible",
}
NEEDS = {"reconstructions": "reconstruct", "latent": "decode", "samples": "sample", "clusters": "encode"}


def test_every_file_stands_in_the_table():
    files = {path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert files == PAGES.keys()
    assert CONTENT.keys() == PAGES.keys()


def test_the_server_listens_where_it_is_told(empty_server):
    assert empty_server.url == f"http://127.0.0.1:{empty_server.asked}"


def test_the_navigation_reaches_every_page(tab):
    tab.visit()
    for title, _ in reversed(PAGES.values()):
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "train"])
def test_a_page_without_runs_leads_to_train(name, new_tab, empty_server):
    tab = new_tab(empty_server)
    tab.visit(name)
    expect(tab.page.get_by_role("heading", name=PAGES[name][0], exact=True, level=1)).to_be_visible()
    tab.key("empty", "a").click()
    expect(tab.button("train")).to_be_enabled()


def test_train_is_ready_on_the_first_visit(new_tab, empty_server):
    tab = new_tab(empty_server)
    tab.visit()
    expect(tab.page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()
    expect(tab.button("train")).to_be_enabled()
    expect(tab.key("dataset", "input")).to_have_value("Digits")
    expect(tab.key("model", "input")).to_have_value("Variational autoencoder")
    expect(tab.key("stage", "img")).to_be_visible()


@pytest.mark.parametrize("model", ["vae", "gan"])
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_with_a_finished_run(name, model, request, tab):
    run = request.getfixturevalue(model)
    tab.visit("" if name == "train" else name, run=run)
    expect(tab.page.get_by_role("heading", name=PAGES[name][0], exact=True, level=1)).to_be_visible()
    content = tab.page.locator(f".st-key-{CONTENT[name].format(run=run)}")
    if NEEDS.get(name, "decode") in MODELS[model].capabilities:
        expect(content).to_be_visible()
        # Analyses come from workers; the page is done when none is under way.
        expect(tab.key("progress")).to_have_count(0, timeout=60_000)
        tab.settle()
    else:
        expect(tab.page.get_by_text(f"cannot {NEEDS[name]}")).to_be_visible()
        expect(content).to_have_count(0)
    assert tab.query["run"] == [run]


@cache
def knobs(dataset, model):
    return [*DATASETS[dataset].Parameters.knobs(), *MODELS[model].Hyperparameters.knobs()]


def drawn(tab):
    """The keys of all widgets that can be seen once every group is open."""
    for summary in tab.page.locator("details:not([open]) > summary").all()[::-1]:
        summary.click()
    expect(tab.page.locator("details:not([open])")).to_have_count(0)
    classes = tab.page.locator("[class*=st-key-]:visible").evaluate_all("all => all.flatMap(e => [...e.classList])")
    return {name.removeprefix("st-key-") for name in classes if name.startswith("st-key-")}


@pytest.mark.parametrize(("dataset", "model"), PAIRS)
def test_every_field_that_matters_is_drawn(dataset, model, tab):
    tab.visit(dataset=DATASETS[dataset].title, model=MODELS[model].title)
    base = RunConfig(dataset=dataset, model=model)
    values = {**dict(base.data), **dict(base.hyperparameters)}
    names = {knob.name for knob in knobs(dataset, model)}
    assert names & drawn(tab) == {knob.name for knob in knobs(dataset, model) if knob.matters(values)}
    assert {"dataset", "model", "steps", "seed"} <= drawn(tab)


@pytest.mark.parametrize("model", list(MODELS))
def test_every_field_can_be_drawn(model, tab):
    dataset = next(name for name, source in DATASETS.items() if source.kind in MODELS[model].kinds)
    wanted = {}
    for knob in knobs(dataset, model):
        for other, values in knob.needs.items():
            wanted.setdefault(other, []).append(set(values))
    answers = {other: sorted(set.intersection(*choices))[0] for other, choices in wanted.items()}
    tab.visit(dataset=DATASETS[dataset].title, model=MODELS[model].title, **answers)
    assert {knob.name for knob in knobs(dataset, model)} <= drawn(tab)
