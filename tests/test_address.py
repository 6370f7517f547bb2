"""The contract of all choices, on all pages: in the address, found again at it, and never in the way."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button, Widget

from core import MODELS, RunConfig, Sweep
from core.analysis import analyse, cluster_methods, plotted, preview
from core.engine import Engine
from core.engine.jobs import Job
from core.home import Home
from core.lessons import LESSONS
from core.protocol import Status
from core.selection import Samples, Selection
from core.training.loop import Training
from pages.ui import analyses, browse
from pages.ui.laboratory import Laboratory
from pages.ui.navigation import PAGES
from pages.ui.session import BRUSH, CHOICES, is_choice
from pages.ui.state import MOST_PICKED
from tests.test_analysis import in_haste

pytestmark = pytest.mark.xdist_group("address")

# It can do all that pages ask of a model.
MODEL = "adversarial_autoencoder"
# What is not analysed never ends.
ANALYSED = {
    "projection",
    "reconstruction",
    "generation",
    "clustering",
    "few_labels",
    "completion",
    "disentanglement",
    "anomaly",
    "two_sample",
    "sample_map",
    "augmentation",
    "remembering",
    "copying",
    "unfolding",
    "continuation",
}
# Where which choices are offered depends on more than a run: the page, and what its address says beside that.
PLACES = [
    *((name, {}) for name in PAGES),
    ("data", {"data_view": "Browse"}),
    ("latent", {"run": "with factors"}),
    ("latent", {"run": "of classes"}),
    ("latent", {"run": "of many latents"}),
    *(("latent", {"projection": method}) for method in ("tsne", "umap")),
    ("samples", {"run": "of points"}),
    ("samples", {"run": "of classes"}),
    *(("clusters", {"cluster_method": method}) for method in ("agglomerative", "dbscan", "hdbscan")),
    *(("uses", {"use": use}) for use in ("completion", "few_labels", "augmentation")),
    ("uses", {"use": "disentanglement", "run": "with factors"}),
    ("uses", {"use": "anomalies", "run": "without a class"}),
    ("uses", {"use": "told_apart"}),
    *(("uses", {"use": use, "run": "of sequences"}) for use in ("step_by_step", "memory")),
    *(("uses", {"use": "continuation", "run": run}) for run in ("guessing words", "guessing series")),
    ("sweep", {"sweep": "kept"}),
    ("sweep", {"sweep": "of three knobs", "measure": "test_mse"}),
    ("compare", {"compare": "two"}),
    ("compare", {"compare": "two", "curve": "mse"}),
    *(("lessons", {"lesson": lesson}) for lesson in LESSONS),
]
# What components choose has no widget of Streamlit's: something else than the default.
OF_COMPONENTS = {
    "wall_mode": "knob",
    "wall_panel": "codes",
    "wall_metric": "mse",
    "wall_place": (0, 1),
    "wall_time": 0.5,
    "repaired_noise": "masking",
    "repaired_level": 0.75,
    "shown_dataset": "ring",
}
# Widgets that are neither knobs nor choices, because of what remembers them instead.
ELSEWHERE = (
    # The address, under another name: the run, those that are compared, the lesson, and a preset by its knobs.
    *("pick-", "pin-", "compared", "lesson", "follow", "preset"),
    # What runs and sweeps are called.
    "name-",
    # A form that is there until it is sent.
    "further-",
    # A file to save, or to open.
    "save_",
    "open_",
)
# Anything can be searched for, and typed as a value, which is then refused in a sentence.
TYPED = ("filter_words", "values_", "beginning")
IDS: dict[str, str] = {}


def trained(engine: Engine, config: RunConfig) -> str:
    """A run of two steps."""
    training = Training(config)
    run = engine.store.create(config, "", training.dataset.spec)
    for last in (False, True):
        snapshot = training.snapshot()
        engine.store.add_snapshot(run, training.step, training.seconds, snapshot.metrics, snapshot.to_bytes(), last)
        training.advance(steps=2)
    engine.store.save_state(run, training.state())
    engine.store.update(run, status=Status.FINISHED, step=2, seconds=0.1, metrics=snapshot.metrics)
    return run


@pytest.fixture(scope="module", autouse=True)
def laboratory(tmp_path_factory):
    """A laboratory with a few runs and a sweep, whose analyses are there at once or never."""
    engine = Engine(Home(tmp_path_factory.mktemp("home")), workers=1)
    config = RunConfig(dataset="digits", model=MODEL, steps=2)
    sweep = Sweep(base=config, axes={"latent_size": [2, 3]}, seeds=2)
    first, *_, last = runs = [trained(engine, each) for each in sweep.configs()]
    IDS["run"], IDS["two"] = first, f"{first},{last}"
    IDS["kept"] = engine.sweeps.kept.save("Kept", sweep, runs)
    wide = Sweep(base=config, axes={"latent_size": [2, 3], "batch_size": [16, 32], "activation": ["relu", "tanh"]})
    # All but the first two were deleted.
    IDS["of three knobs"] = engine.sweeps.kept.save("Wide", wide, [first, last, *("gone" for _ in wide.configs()[2:])])
    IDS["with factors"] = trained(engine, RunConfig(dataset="sprites", model="vae", steps=2))
    left_out = RunConfig(dataset="wine", model=MODEL, steps=2, data={"left_out": ["third cultivar"]})
    IDS["without a class"] = trained(engine, left_out)
    recurrent = RunConfig(dataset="digit_rows", model="recurrent_clustering", steps=2)
    IDS["of sequences"] = trained(engine, recurrent)
    for name, dataset in (("words", "surnames"), ("series", "digit_rows")):
        IDS[f"guessing {name}"] = trained(engine, RunConfig(dataset=dataset, model="autoregressive", steps=2))
    IDS["of points"] = trained(engine, RunConfig(dataset="ring", model="gan", steps=2))
    many = RunConfig(dataset="wine", model="autoencoder", steps=2, hyperparameters={"latent_size": 9})
    IDS["of many latents"] = trained(engine, many)
    IDS["of classes"] = trained(engine, RunConfig(dataset="wine", model="ac_gan", steps=2))

    def done(result):
        future = Future()
        future.set_result(result)
        return Job(future)

    @cache
    def analysed(run, name):
        first = {"projection": {"method": "pca", "dimensions": 2}, "clustering": {"method": "kmeans", "clusters": 4}}
        config, state = engine.store.get(run).config, engine.store.state(run)
        return analyse(name, config, state, first.get(name, {}), engine.home)

    def inline(run, name, parameters, seed=None):
        return done(analysed(run, name)) if name in ANALYSED else Job(Future())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Laboratory, "engine", engine)
        in_haste(patch)
        patch.setattr(cluster_methods, "RESTARTS", 1)
        patch.setattr(analyses, "PATIENCE", 0)
        patch.setattr(engine, "analyse", inline)
        patch.setattr(engine, "preview", lambda config: done(preview(config, engine.home)))
        patch.setattr(engine, "plotted", lambda samples: done(plotted(samples.config, samples.part, engine.home)))
        yield engine
    engine.close()


def page(name):
    """What the frame of all pages does, and a page."""
    import runpy

    from pages.ui.navigation import FOLDER
    from pages.ui.state import keep_address

    keep_address()
    runpy.run_path(str(FOLDER / f"{name}.py"))


def opened(name: str, query: dict[str, str]) -> AppTest:
    app = AppTest.from_function(page, kwargs={"name": name}, default_timeout=60)
    for word, text in query.items():
        app.query_params[word] = text
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def at(app: AppTest, query: dict[str, str]) -> AppTest:
    """The tab when its browser has gone back, or forward, to another address of it."""
    for word in address(app):
        del app.query_params[word]
    for word, text in query.items():
        app.query_params[word] = text

    def gone():
        context = get_script_run_ctx()
        context.is_history_navigation = True
        return context

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pages.ui.state.get_script_run_ctx", gone)
        return run(app)


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"train", "data", "sweep", "lessons"}))
def test_a_page_without_runs_leads_to_train(name, tmp_path, monkeypatch):
    monkeypatch.setattr(Laboratory, "engine", Engine(Home(tmp_path), workers=1))
    [link] = opened(name, {}).get("page_link")
    assert link.proto.label == "Go to Train and start a run"


def address(app: AppTest) -> dict[str, str]:
    return dict(parse_qsl(urlencode(app.query_params, doseq=True)))


def widgets(app: AppTest) -> Iterator:
    """All widgets that hold a value."""

    def below(block):
        for element in block.children.values():
            if isinstance(element, Block):
                yield from below(element)
            elif isinstance(element, Widget) and not isinstance(element, Button):
                yield element

    return below(app.main)


def turn(widget) -> None:
    """Have it say something else."""
    options, value = getattr(widget, "options", None), widget.value
    if isinstance(value, list):
        others = [each for k, each in enumerate(options) if k not in widget.indices]
        widget.set_value([*value, others[-1]] if others else value[:-1])
    elif options:
        widget.set_value(next(each for each in reversed(options) if value is None or each != widget.format_func(value)))
    elif isinstance(value, tuple):
        widget.set_value((value[0], value[1] - widget.step))
    elif isinstance(value, bool):
        widget.set_value(not value)
    elif isinstance(value, str):
        widget.set_value("auto")
    else:
        widget.set_value(value + type(value)(widget.step))


@dataclass
class Seen:
    """The choices of a place: as they begin, turned, the address then, at that address, and at one without sense.

    Of one tab also after Back, to the address before they were turned, and after Forward.
    """

    begun: dict
    turned: dict
    address: dict[str, str]
    again: dict
    back: dict
    forward: dict
    senseless: dict
    keys: set[str]
    knobs: set[str]


def a_metric_of(run: str) -> str:
    return MODELS[Laboratory.engine.store.get(run).config.model].metrics[0].name


@cache
def seen(place: int) -> Seen:
    name, said = PLACES[place]
    query = {"run": IDS["run"], **{word: IDS.get(text, text) for word, text in said.items()}}
    app = opened(name, query)
    begun = {choice: app.session_state[choice] for choice in app.session_state["memory"].begun if choice not in said}
    before = address(app)
    keys = {widget.key for widget in widgets(app)}
    for widget in widgets(app):
        if widget.key in begun:
            turn(widget)
    for choice in begun.keys() - keys:
        # As many sliders as there are, each moved a little.
        moved = tuple(place + 0.01 for place in begun[choice]) if choice == "walked_to" else None
        app.session_state[choice] = moved or {**OF_COMPONENTS, "plotted": [a_metric_of(query["run"])]}[choice]
    run(app)

    found = address(app)
    again, senseless = opened(name, found), opened(name, query | dict.fromkeys(begun, "senseless~"))
    # What was turned may have others out of sight.
    begun = {choice: value for choice, value in begun.items() if choice in again.session_state["memory"].begun}

    def stand(app):
        return {choice: app.session_state[choice] for choice in begun}

    turned, knobs = stand(app), {*app.session_state["memory"].adopted}
    back, forward = stand(at(app, before)), stand(at(app, found))
    return Seen(begun, turned, found, stand(again), back, forward, stand(senseless), keys, knobs)


each_place = pytest.mark.parametrize("place", range(len(PLACES)), ids=[f"{name} {said}" for name, said in PLACES])


@each_place
def test_what_is_chosen_stands_in_the_address_and_is_found_again(place):
    here = seen(place)
    for choice, value in here.begun.items():
        assert here.turned[choice] != value, choice
        assert choice in here.address
    assert here.again == here.turned


@each_place
def test_back_and_forward_give_what_stood_there(place):
    here = seen(place)
    assert here.back == here.begun
    assert here.forward == here.turned


@each_place
def test_what_makes_no_sense_gives_way_to_what_a_page_begins_with(place):
    here = seen(place)
    for choice, value in here.begun.items():
        assert here.senseless[choice] == value or choice.startswith(TYPED), choice


@each_place
def test_what_a_widget_says_is_remembered(place):
    here = seen(place)
    lost = {key for key in here.keys - here.knobs if not is_choice(key) and not key.startswith(ELSEWHERE)}
    assert lost == set()


def test_every_choice_is_offered_somewhere():
    offered = {choice for place in range(len(PLACES)) for choice in seen(place).begun}
    assert {*CHOICES} - offered == {"cluster_method"} - offered == set()
    assert all(map(is_choice, offered))


def test_runs_that_are_picked_stand_in_the_address_and_are_found_again():
    picked = IDS["two"].split(",")
    app = opened("runs", {"picked": IDS["two"], "run": IDS["run"]})
    rows = app.session_state["run_table"]["selection"]["rows"]
    assert sorted(app.session_state["memory"].listed[row] for row in rows) == sorted(picked)
    assert address(app)["picked"] == IDS["two"]
    # The browser's Back comes with another address.
    app.session_state["memory"].picked = (picked[0],)
    run(app)
    assert [app.session_state["memory"].listed[row] for row in app.session_state["run_table"]["selection"]["rows"]] == [
        picked[0]
    ]
    assert address(app)["picked"] == picked[0]
    # Of too many there is no word.
    app.session_state["memory"].picked = ("many",) * (MOST_PICKED + 1)
    assert "picked" not in address(run(app))


def test_what_is_set_aside_stands_in_the_address_beside_what_is_compared():
    one, other = IDS["two"].split(",")
    app = opened("compare", {"compare": IDS["two"], "aside": f"{other},{IDS['of points']}"})
    assert address(app)["aside"] == f"{other},{IDS['of points']}"
    app.button(key="compare_aside")
    # Nowhere to go.
    assert "compare_aside" not in {button.key for button in opened("compare", {"compare": IDS["two"]}).button}
    aside = {"compare": IDS["two"], "aside": f"{other},{one}"}
    assert "compare_aside" not in {button.key for button in opened("compare", aside).button}


@pytest.mark.parametrize(("dataset", "model"), [("ring", "gan"), ("digits", "vae")])
def test_samples_are_selected_before_anything_is_trained(dataset, model):
    samples = Samples(RunConfig(dataset=dataset, model=model, seed=3), "validation")
    selected = Selection(samples, (0, 2)).to_text()
    app = opened("train", {"dataset": dataset, "model": model, "seed": "3", "selected": selected})
    assert next(text.value for text in app.markdown if "validation samples" in text.value).startswith("**2 of ")
    # Of other samples it is none.
    other = opened("train", {"dataset": dataset, "model": model, "seed": "4", "selected": selected})
    assert "None of them is drawn here." in " ".join(caption.value for caption in other.caption)


@pytest.mark.parametrize("place", ["latent", "samples", "clusters", "reconstructions"])
def test_what_was_selected_on_train_is_shown_and_can_be_let_go_on_other_pages(place):
    config = Laboratory.engine.store.get(IDS["run"]).config
    selected = Selection(Samples(config, "validation"), (0, 2)).to_text()
    app = opened(place, {"run": IDS["run"], "selected": selected})
    assert next(text.value for text in app.markdown if "validation samples" in text.value).startswith("**2 of ")
    assert ("None of them is drawn here" in " ".join(caption.value for caption in app.caption)) == (
        place in ("clusters", "reconstructions")
    )
    app.button(key="let_go").click()
    assert "selected" not in address(run(app))


@pytest.mark.parametrize(
    ("name", "said", "part", "gallery"),
    [("uses", {"use": "completion"}, "held-out", "completed"), ("samples", {}, "training", "nearest")],
)
def test_real_samples_of_a_gallery_are_selected_there_and_elsewhere(name, said, part, gallery):
    samples = Samples(Laboratory.engine.store.get(IDS["run"]).config, part)
    app = opened(name, {"run": IDS["run"], **said, "selected": Selection(samples, (0, 2)).to_text()})
    assert "None of them is drawn here" not in " ".join(caption.value for caption in app.caption)
    drawn = next(each.proto for each in app.get("bidi_component") if f"gallery_{gallery}" in each.proto.id)
    data = json.loads(drawn.json)
    assert data["selected"] == {"samples": samples.key, "indices": [0, 2]}
    assert data["places"]
    assert min(data["places"]) >= 0


def test_it_is_looked_back_at_a_step_while_its_run_is_on_screen():
    app = opened("train", {"run": IDS["run"], "at": "1"})
    assert address(app)["at"] == "1"
    app.session_state["memory"].run = IDS["of points"]
    assert "at" not in address(run(app))
    app.session_state["memory"].run = IDS["run"]
    assert address(run(app))["at"] == "1"
    for senseless in ("-1", "9" * 5000):
        assert "at" not in address(opened("train", {"run": IDS["run"], "at": senseless}))


def test_a_brush_keeps_by_each_knob_and_by_the_number():
    here = seen(PLACES.index(("sweep", {"sweep": "of three knobs", "measure": "test_mse"})))
    axes = ("latent_size", "batch_size", "activation", "test_mse")
    assert {name for name in here.begun if name.startswith(BRUSH)} == {BRUSH + axis for axis in axes}


def test_a_brush_goes_with_its_sweep():
    app = opened("sweep", {"sweep": IDS["of three knobs"], "measure": "test_mse", f"{BRUSH}latent_size": "2"})
    assert f"{BRUSH}latent_size" in address(app)
    app.button(key="new_sweep").click()
    run(app).button(key=f"open-{IDS['of three knobs']}").click()
    assert not [word for word in address(run(app)) if word.startswith(BRUSH)]
    assert app.session_state[f"{BRUSH}latent_size"] == []


def test_sliders_begin_anew_where_another_run_has_them_and_its_address_finds_them_again(laboratory):
    app = opened("latent", {"run": IDS["run"]})
    one, another = app.session_state["walked_to"]
    app.session_state["walked_to"] = moved = (one + 0.01, another)
    there = address(run(app))
    # What was not moved needs no word.
    assert there["walked_to"] == f"{one + 0.01}~"
    config = laboratory.store.get(IDS["run"]).config
    other = config.model_copy(update={"seed": config.seed + 1})
    app.session_state["memory"].run = next(each.id for each in laboratory.store.all() if each.config == other)
    assert "walked_to" not in address(run(app))
    assert app.session_state["walked_to"] not in (moved, (one, another))
    assert opened("latent", there).session_state["walked_to"] == moved


def test_a_run_that_cannot_leads_to_one_that_can(laboratory):
    app = opened("samples", {"run": IDS["of sequences"]})
    app.button(key="lead").click()
    shown = laboratory.store.get(run(app).session_state["memory"].run)
    assert "decode" in MODELS[shown.config.model].capabilities
    assert [button.key for button in app.button].count("lead") == 0


@pytest.mark.parametrize(("dataset", "model"), [("ring", "gan"), ("wine", "vae")])
def test_a_dataset_is_trained_on_with_the_model_that_suits_it(dataset, model, laboratory, monkeypatch):
    started, gone = [], []
    monkeypatch.setattr(laboratory, "start", lambda config, *_: started.append(config) or IDS["run"])
    monkeypatch.setattr(browse.st, "switch_page", lambda to, query_params: gone.append(to.url_path))
    app = opened("data", {"shown_dataset": dataset, "dataset": "digits", "model": "vae", "seed": "7"})
    app.button(key="train_on").click()
    run(app)
    assert [(config.dataset, config.model, config.seed) for config in started] == [(dataset, model, 7)]
    assert gone == [""]
