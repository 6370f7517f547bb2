"""From an address to widgets and back, without a browser: every knob drawn, every address read and answered."""

from functools import cache
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from core import DATASETS, MODELS, RunConfig
from core.errors import UnknownRun
from core.home import Home
from core.query import FIRST_DATASET, FIRST_MODEL, WELCOME_DATASET
from pages.ui.laboratory import Laboratory
from tests.making import bring, first_dataset

# With a knob that was turned on the way.
RUN = RunConfig(dataset="ring", model="gan", steps=50).changed(5, {"learning_rate": 0.5})


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A laboratory without workers and with a single run; its home."""
    home = Home(tmp_path)

    def get(run):
        if run != "mine":
            raise UnknownRun(f"There is no run {run}.")
        return SimpleNamespace(id=run, config=RUN, step=7)

    engine = SimpleNamespace(home=home, store=SimpleNamespace(get=get))
    monkeypatch.setattr(Laboratory, "engine", engine)
    return home


def panel():
    import streamlit as st

    from pages.ui.controls import draw_controls, said
    from pages.ui.state import keep_address, show_flash, write_address

    keep_address()
    st.session_state["picked"] = None
    if st.session_state.get("on_train", True):
        st.session_state["picked"], mistake = said()
        draw_controls(st.session_state["picked"], st.container())
        if mistake:
            st.error(mistake)
    write_address()
    show_flash()


@cache
def knobs(model):
    return [*DATASETS[first_dataset(model)].Parameters.knobs(), *MODELS[model].Hyperparameters.knobs()]


# Knobs that are folded away are not drawn.
UNFOLDED = ",".join({knob.group for model in MODELS for knob in knobs(model)} | {"Run"})


def opened(**query: str | list[str]) -> AppTest:
    """The knobs as they stand at this address, all groups of them unfolded."""
    app = AppTest.from_function(panel, default_timeout=60)
    for name, value in {"unfolded": UNFOLDED, **query}.items():
        app.query_params[name] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def unescaped(markdown: str) -> str:
    return markdown.replace("\\", "")


def address(app: AppTest) -> dict[str, str]:
    """What it says of a run and its knobs."""
    said = dict(parse_qsl(urlencode(app.query_params, doseq=True)))
    said.pop("unfolded", None)
    return said


def drawn(app: AppTest) -> set[str]:
    """The keys of all widgets."""

    def below(block):
        for element in block.children.values():
            yield getattr(element, "key", None)
            yield from below(element) if hasattr(element, "children") else ()

    return set(below(app.main)) - {None}


def doors(model):
    """As few settings as it takes to see every knob: choices by name, each a set of which one is needed."""
    found: list[dict[str, set]] = [{}]
    for knob in knobs(model):
        needs = {name: set(values) for name, values in knob.needs.items()}
        fitting = (door for door in found if all(door.get(name, values) & values for name, values in needs.items()))
        door = next(fitting, None)
        if door is None:
            found.append(door := {})
        door |= {name: door.get(name, values) & values for name, values in needs.items()}
    return [{name: sorted(values)[0] for name, values in door.items()} for door in found]


@pytest.mark.parametrize("model", MODELS)
def test_every_knob_is_drawn_exactly_where_it_matters(model):
    dataset, names, seen = first_dataset(model), {knob.name for knob in knobs(model)}, set()
    base = RunConfig(dataset=dataset, model=model)
    for door in doors(model):
        here = drawn(opened(dataset=dataset, model=model, **door))
        values = {**dict(base.data), **dict(base.hyperparameters), **door}
        assert names & here == {knob.name for knob in knobs(model) if knob.matters(values)}
        assert {"dataset", "model", "steps", "seed"} <= here
        seen |= here
    assert names <= seen


@pytest.mark.parametrize("model", MODELS)
def test_untouched_knobs_say_the_defaults(model):
    picked = opened(dataset=first_dataset(model), model=model).session_state["picked"]
    assert picked == RunConfig(dataset=first_dataset(model), model=model)


@pytest.mark.parametrize("named", ["title", "id"])
def test_an_address_names_things_by_id_and_in_version_0_3_by_title(named):
    old = {"dataset": "Ring of 8 Gaussians", "model": "GAN", "objective": "wasserstein clipping", "clip": "0.05"}
    new = {"dataset": "ring", "model": "gan", "objective": "wasserstein_clipping", "clip": "0.05"}
    app = opened(**(old if named == "title" else new))
    changed = {"objective": "wasserstein_clipping", "clip": 0.05}
    assert app.session_state["picked"] == RunConfig(dataset="ring", model="gan", hyperparameters=changed)
    assert address(app) == new


@pytest.mark.parametrize(
    "query",
    [
        {"dataset": "digits"},
        {"model": "gan", "dataset": "ring", "batch_size": "1024", "steps": "200000"},
        # Beyond the soft range, and between the steps of a slider or of its ladder.
        {
            "dataset": "digits",
            "model": "vae",
            "beta": "40.12345",
            "kl_warmup": "12345",
            "learning_rate": "0.0012345678",
        },
        {"dataset": "digits", "model": "vae", "hidden_sizes": "7-3-5", "steps": "12345", "seed": "2147483647"},
        {"dataset": "digits", "model": "denoising_autoencoder", "noise": "none", "noise_level": "0.9"},
    ],
    ids=str,
)
def test_an_address_is_shown_and_written_as_it_is(query):
    app = opened(**query)
    expected, mistakes = RunConfig.from_query(query)
    for _ in range(2):
        assert app.session_state["picked"] == expected
        assert address(app) == expected.to_query()
        assert not mistakes
        assert not app.warning
        run(app)


def test_a_visitor_begins_with_digits_that_can_be_looked_at():
    app = opened()
    assert app.session_state["picked"] == RunConfig(dataset=WELCOME_DATASET, model=FIRST_MODEL)
    assert address(app) == {"dataset": WELCOME_DATASET, "model": FIRST_MODEL}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"latent_size": "99999"}, "latent_size = 99999 is too large: the largest allowed is 256."),
        ({"dataset": "foo"}, "The dataset 'foo' of this address is not here"),
        ({"model": "Nope"}, "There is no model called 'Nope'"),
        ({"dataset": "ring", "seed": "1e309"}, "seed = 1e309 is not a whole number."),
        ({"dataset": "waves", "model": "gan"}, "GAN works on image or vector data; these are sequence data."),
        ({"dataset": "ring", "seed": ["1", "2"]}, "seed has several values"),
        ({"run": "gone"}, "There is no run gone."),
    ],
    ids=str,
)
def test_a_wrong_address_is_answered_once_and_written_right(query, said):
    app = opened(**query)
    # The page runs again by itself while one reads.
    assert run(app).warning
    (warning,) = app.warning
    assert said in unescaped(warning.value)
    picked = app.session_state["picked"]
    assert address(app) == picked.to_query()
    # A run that is gone has no settings: what is shown is what a visitor begins with.
    expected = WELCOME_DATASET if "run" in query else FIRST_DATASET
    assert picked.dataset == (query.get("dataset") if query.get("dataset") in DATASETS else expected)
    app.number_input(key="seed").set_value(5)
    assert not run(app).warning


def test_a_turned_knob_is_written_into_the_address():
    app = opened(dataset="digits", model="vae", beta="40.5")
    for beta in (20.0, 5.0):
        app.slider(key="beta").set_value(beta)
        for _ in range(2):
            run(app)
            assert app.session_state["picked"].hyperparameters.beta == beta
            assert address(app) == {"dataset": "digits", "model": "vae", "beta": f"{beta:g}"}


def test_preprocessing_is_turned_and_says_which_loss_does_not_go_with_it():
    app = opened(dataset="digits", model="denoising_autoencoder")
    app.selectbox(key="preprocessing").set_value("standardise")
    (mistake,) = run(app).error
    assert "these are in standard deviations of training from its mean. Choose MSE" in mistake.value
    app.button_group(key="reconstruction_loss").set_value("mse")
    assert not run(app).error
    settings = {"dataset": "digits", "model": "denoising_autoencoder", "preprocessing": "standardise"}
    assert address(app) == settings
    again = opened(**settings)
    assert again.session_state["picked"] == app.session_state["picked"]


def test_what_a_hidden_knob_said_is_kept():
    app = opened(dataset="digits", model="denoising_autoencoder")
    app.slider(key="noise_level").set_value(0.75)
    run(app)
    for noise in ("none", "masking"):
        app.selectbox(key="noise").set_value(noise)
        for _ in range(3):
            run(app)
            assert app.session_state["picked"].hyperparameters.noise_level == 0.75


def test_the_knobs_survive_another_page():
    app = opened(dataset="ring", model="gan", r1="0.25")
    app.slider(key="momentum").set_value(0.25)
    before = address(run(app))
    assert before == {"dataset": "ring", "model": "gan", "r1": "0.25", "momentum": "0.25"}
    for on_train in (False, False, True, True):
        app.session_state["on_train"] = on_train
        # Links within the application drop the query.
        app.query_params.clear()
        assert address(run(app)) == before
    assert app.session_state["picked"].to_query() == before


def test_another_model_begins_with_its_defaults_and_the_same_seed():
    app = opened(dataset="ring", model="gan", r1="0.25", seed="7")
    app.selectbox(key="model").set_value("vae")
    assert address(run(app)) == {"dataset": "ring", "model": "vae", "seed": "7"}
    app.number_input(key="seed").set_value(8)
    run(app)
    # One that was left finds its own again.
    app.selectbox(key="model").set_value("gan")
    assert address(run(app)) == {"dataset": "ring", "model": "gan", "r1": "0.25", "seed": "8"}


def test_the_browsers_back_is_news_and_a_late_address_is_not(monkeypatch):
    app = opened(dataset="ring", model="gan")
    before = address(app)
    app.slider(key="momentum").set_value(0.25)
    after = address(run(app))
    # The browser had not heard of the new address when it ran the page again.
    app.query_params.pop("momentum")
    assert address(run(app)) == after
    app.query_params.pop("momentum")
    context = SimpleNamespace(is_history_navigation=True, page_script_hash="")
    monkeypatch.setattr("pages.ui.state.get_script_run_ctx", lambda: context)
    assert address(run(app)) == before
    assert app.session_state["picked"].to_query() == before


def test_a_dataset_that_was_brought_stands_in_the_address_until_it_is_deleted(home):
    name = bring("vector", (3,), 20, home)
    app = opened(dataset=name, latent_size="4")
    assert address(app) == {"dataset": name, "model": "vae", "latent_size": "4"}
    home.shelf.rename(name, "Another title")
    assert address(run(app))["dataset"] == name
    assert not app.warning
    home.shelf.delete(name)
    (warning,) = run(app).warning
    assert "is not here, or not any more" in unescaped(warning.value)
    assert address(app) == {"dataset": "digits", "model": "vae", "latent_size": "4"}


def test_a_run_alone_brings_its_settings_in_force():
    app = opened(run="mine")
    settings = {"dataset": "ring", "model": "gan", "steps": "50", "learning_rate": "0.5"}
    assert address(app) == {**settings, "run": "mine"}
    assert app.session_state["picked"] == RUN.in_force(7)


def test_a_run_and_knobs_in_an_address_are_both_honoured():
    query = {"dataset": "digits", "model": "vae", "latent_size": "4", "run": "mine"}
    app = opened(**query)
    assert address(app) == query
    assert app.session_state["picked"].hyperparameters.latent_size == 4


def test_a_preset_sets_the_knobs_and_the_address_and_keeps_data_and_seed():
    app = opened(dataset="ring", model="gan", sigma="0.01", seed="7", latent_size="4")
    assert app.selectbox(key="preset").value == "Own settings"
    preset = MODELS["gan"].presets[0]
    app.selectbox(key="preset").set_value(preset.title)
    for _ in range(2):
        run(app)
        expected = RunConfig(dataset="ring", model="gan", seed=7, data={"sigma": 0.01}, **preset.settings())
        assert app.session_state["picked"] == expected
        assert address(app) == expected.to_query()
        assert app.selectbox(key="preset").value == preset.title
        assert preset.what_you_will_see in [caption.value for caption in app.caption]
    assert address(app)["beta2"] == "0.999"
    app.select_slider(key="beta2").set_value(0.9999)
    run(app)
    assert app.selectbox(key="preset").value == "Own settings"
    assert address(app)["beta2"] == "0.9999"
    app.selectbox(key="preset").set_value("Defaults")
    assert address(run(app)) == {"dataset": "ring", "model": "gan", "sigma": "0.01", "seed": "7"}


def test_presets_made_for_other_data_are_not_offered():
    assert not [box for box in opened(dataset="ring", model="vae").selectbox if box.key == "preset"]


@pytest.mark.parametrize("model", MODELS)
def test_every_slider_shows_the_values_of_defaults_and_presets(model):
    for dataset, source in DATASETS.items():
        if source.spec.kind not in MODELS[model].kinds:
            continue
        begin = RunConfig(dataset=dataset, model=model)
        presets = [preset for preset in MODELS[model].presets if source.spec.kind in preset.kinds]
        if not (presets or begin.data.knobs() or dataset in MODELS[model].defaults_for):
            continue
        for settings in ({}, *(preset.settings() for preset in presets)):
            config = RunConfig(dataset=dataset, model=model, **settings)
            app = opened(**config.to_query())
            for knob in config.knobs():
                if knob.type not in (int, float) or not knob.matters(config.settings()):
                    continue
                value = config.settings()[knob.name]
                widget = app.slider if knob.scale == "linear" else app.select_slider
                shown = next(slider for slider in widget if slider.key == knob.name)
                assert shown.value == value
                if knob.scale != "linear":
                    assert knob.text(value) in shown.options
                else:
                    for number in (value, shown.min, shown.max):
                        assert float(shown.proto.format % number) == number
        return


def test_the_first_knobs_are_in_sight_and_a_changed_one_can_be_put_back():
    app = opened(dataset="digits", model="vae", latent_size="16", beta="4", seed="3")
    in_groups = {slider.key for group in app.expander for slider in (*group.slider, *group.select_slider)}
    assert {"beta", "batch_size"} <= in_groups
    assert not {"latent_size", "learning_rate"} & in_groups
    marked = {slider.key for slider in (*app.slider, *app.select_slider) if "●" in slider.label}
    assert marked == {"latent_size", "beta"}
    app.button(key="undo-latent_size").click()
    assert address(run(app)) == {"dataset": "digits", "model": "vae", "beta": "4", "seed": "3"}
    assert "undo-latent_size" not in drawn(app)
    app.button(key="defaults").click()
    assert address(run(app)) == {"dataset": "digits", "model": "vae"}
    assert app.button(key="defaults").disabled


def test_knobs_that_are_folded_away_are_not_drawn_and_stay_as_they_were_turned():
    app = opened(dataset="digits", model="vae", batch_size="64")
    app.select_slider(key="batch_size").set_value(32)
    run(app)
    for unfolded in (frozenset(), {"Run"}, {"Optimisation"}):
        app.session_state["memory"].unfolded = frozenset(unfolded)
        run(run(app))
        assert ("batch_size" in drawn(app)) == ("Optimisation" in unfolded)
        assert ("steps" in drawn(app)) == ("Run" in unfolded)
        # A change that is folded away is said.
        said = [text.value for text in app.markdown if "●" in text.value and "Batch size 32" in text.value]
        assert len(said) == ("Optimisation" not in unfolded)
        assert dict(app.session_state["picked"].hyperparameters)["batch_size"] == 32
    assert app.select_slider(key="batch_size").value == 32
    # They can be put back all the same.
    app.session_state["memory"].unfolded = frozenset()
    run(app)
    app.button(key="defaults").click()
    assert address(run(app)) == {"dataset": "digits", "model": "vae"}
    assert not [text for text in app.markdown if "Batch size" in text.value]
    app.session_state["memory"].unfolded = frozenset({"Optimisation"})
    run(app)
    assert (
        app.select_slider(key="batch_size").value == RunConfig(dataset="digits", model="vae").hyperparameters.batch_size
    )
