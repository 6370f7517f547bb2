"""Pages over a run whose files were damaged: each is drawn, and says in a sentence what is missing."""

import random
import shutil
from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from core import RunConfig
from core.analysis import analyse, plotted, preview
from core.engine import Engine
from core.engine.jobs import Job
from core.errors import LatentLabError
from core.home import Home
from pages.ui.laboratory import Laboratory
from tests.test_address import trained
from tests.test_damaged_homes import damage

CONFIG = RunConfig(dataset="digits", model="vae", steps=2)
DRAWN = ("train", "latent", "reconstructions", "samples", "clusters", "uses", "compare", "runs")
# Of each file of a run.
TIMES = 4


def drawn(name):
    """A page, and what the laboratory says where it ends on an error that has a sentence."""
    import runpy

    from core.errors import LatentLabError
    from pages.ui.messages import explain
    from pages.ui.navigation import FOLDER
    from pages.ui.state import keep_address

    keep_address()
    try:
        runpy.run_path(str(FOLDER / f"{name}.py"))
    except LatentLabError as error:
        explain(error)


def answered(work, *given):
    """A job that is done, with what comes of some work, or with its sentence."""
    future = Future()
    try:
        future.set_result(work(*given))
    except LatentLabError as error:
        future.set_exception(error)
    return Job(future)


@pytest.fixture
def laboratory(tmp_path, monkeypatch):
    """Opens a laboratory over a home, one after the other."""
    opened = []

    def begin(home: Home) -> Engine:
        for engine in opened:
            engine.close()
        opened[:] = [engine] = [Engine(home, workers=1)]

        def analysed(run, name, parameters, seed=None):
            config, state = engine.store.get(run).config, engine.store.state(run)
            return answered(analyse, name, config, state, {}, home) if name == "projection" else Job(Future())

        monkeypatch.setattr(Laboratory, "engine", engine)
        monkeypatch.setattr(engine, "analyse", analysed)
        monkeypatch.setattr(engine, "preview", lambda config: answered(preview, config, home))
        monkeypatch.setattr(engine, "plotted", lambda samples: answered(plotted, samples.config, samples.part, home))
        return engine

    yield begin
    for engine in opened:
        engine.close()


def test_no_damage_to_a_run_stops_a_page(tmp_path, laboratory):
    whole = Home(tmp_path / "whole")
    engine = laboratory(whole)
    run, other = trained(engine, CONFIG), trained(engine, CONFIG.model_copy(update={"seed": 1}))
    engine.store.save_analysis(run, "kept", b"kept", engine.store.checkpoint(run))
    folder = whole.runs / run
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(files) > 6
    chance = random.Random(0)
    for i in range(TIMES * len(files)):
        home, file = Home(tmp_path / f"home {i}"), files[i % len(files)]
        shutil.copytree(whole.path, home.path, ignore=shutil.ignore_patterns("lock"))
        damage(home.runs / run / file, chance)
        laboratory(home)
        for name in DRAWN:
            app = AppTest.from_function(drawn, kwargs={"name": name}, default_timeout=120)
            query = {"compare": f"{run},{other}"} if name == "compare" else {"run": run}
            for word, text in query.items():
                app.query_params[word] = text
            app.run()
            assert not app.exception, (str(file), name, app.exception[0].message)
        shutil.rmtree(home.path)
