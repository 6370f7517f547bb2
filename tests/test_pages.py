"""The contract of all pages: each stands in the table, each says something before and after training."""

from functools import cache

import pytest
from playwright.sync_api import expect

from core import DATASETS, MODELS, RunConfig
from pages.ui.navigation import FOLDER, PAGES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# One model for each kind of data; `test_every_field_can_be_drawn` sees the knobs that these do not show.
PAIRS = [("digits", "vae"), ("ring", "gan"), ("waves", "recurrent_clustering")]

# The key of what each page shows of a run, by what the run's model must be able to do.
CONTENT = {
    "train": {"": "stage .lab[data-step]"},
    "reconstructions": {"reconstruct": "order button"},
    "latent": {"encode": "cloud .lab[data-points]", "decode": "probe_decode .lab[data-answers]"},
    "samples": {"sample": "distances .js-plotly-plot"},
    "clusters": {"encode": "clustered .js-plotly-plot"},
    "runs": {"": "open-{run} button:visible"},
}


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
    expect(tab.key("gallery_preview", "canvas")).to_be_visible()


# Views ask for capabilities and for the kind of data alone: one model stands for all that share both.
REPRESENTATIVES = {(made.kinds, made.capabilities): model for model, made in reversed(MODELS.items())}


@pytest.mark.parametrize("model", sorted(REPRESENTATIVES.values()))
def test_every_page_shows_what_a_model_can_do(model, trained, tab):
    dataset = next(name for name, source in DATASETS.items() if source.kind in MODELS[model].kinds)
    run = trained(dataset=DATASETS[dataset].title, model=MODELS[model].title, steps="20")
    tab.visit(run=run)
    for name, (title, _) in PAGES.items():
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        expect(tab.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        able = MODELS[model].capabilities.intersection(CONTENT[name])
        if not able and "" not in CONTENT[name]:
            expect(tab.page.get_by_text(f"cannot {' or '.join(CONTENT[name])}")).to_be_visible()
        for capability in able or {""} & CONTENT[name].keys():
            content = tab.page.locator(f".st-key-{CONTENT[name][capability].format(run=run)}").first
            expect(content).to_be_visible(timeout=60_000)
        # Analyses come from workers; the page is done when none is under way.
        expect(tab.key("progress")).to_have_count(0, timeout=60_000)
        tab.settle()
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


def doors(dataset, model):
    """As few settings as it takes to see every knob: choices by name, each a set of which one is needed."""
    found: list[dict[str, set]] = [{}]
    for knob in knobs(dataset, model):
        needs = {name: set(values) for name, values in knob.needs.items()}
        fitting = (door for door in found if all(door.get(name, values) & values for name, values in needs.items()))
        door = next(fitting, None)
        if door is None:
            found.append(door := {})
        door |= {name: door.get(name, values) & values for name, values in needs.items()}
    return [{name: sorted(values)[0] for name, values in door.items()} for door in found]


@pytest.mark.parametrize("model", sorted(REPRESENTATIVES.values()))
def test_every_field_can_be_drawn(model, tab):
    dataset = next(name for name, source in DATASETS.items() if source.kind in MODELS[model].kinds)
    seen = set()
    for door in doors(dataset, model):
        tab.visit(dataset=DATASETS[dataset].title, model=MODELS[model].title, **door)
        seen |= drawn(tab)
    assert {knob.name for knob in knobs(dataset, model)} <= seen
