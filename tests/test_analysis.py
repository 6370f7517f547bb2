"""What the analyses say about hand-made cases whose answer is known, and about every model."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from typing import get_type_hints

import numpy as np
import pytest
from safetensors.numpy import load, save

import core
from core import DATASETS, MODELS, RunConfig
from core.analysis import ANALYSES, Result, analyse, name_of, plotted, preview
from core.analysis.result import Counts, measured
from core.engine.analyst import run_preview
from core.errors import LatentLabError, UnknownDataset
from core.home import Home
from core.metrics import Metric
from core.protocol import Array
from core.training.loop import Training
from core.training.tensors import pack, read_head
from tests.making import CENTRES, Constant, Mirror, blobs, bring, context, first_dataset

# The table and the result


@dataclass(frozen=True)
class Part:
    mean: float
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Found(Result):
    """`x` (N, 2), and `y` (N,) or None."""

    x: Array
    y: Array | None
    part: Part | None
    auc: Mapping[str, float]
    share: float = measured("Share", "%", ".0f", "higher", "How much of it.")


COUNTS = Counts(shown=2, held_out=3, fitted=4, training=5)


def found(**changes):
    values = {"x": np.arange(6.0).reshape(2, 3)[:, ::-1], "y": None, "part": None, "auc": {"pca": 0.5}, "share": 0.25}
    return Found(**{"counts": COUNTS, **values, **changes})


def assert_same(after, before):
    assert type(after) is type(before)
    for entry in fields(before):
        mine, theirs = getattr(before, entry.name), getattr(after, entry.name)
        if isinstance(mine, np.ndarray):
            assert theirs.dtype == mine.dtype
            np.testing.assert_array_equal(theirs, mine)
        else:
            assert theirs == mine, entry.name


@pytest.mark.parametrize("changes", [{}, {"y": np.array([3, 1])}, {"part": Part(0.1, ("a", "b"))}])
def test_a_result_survives_the_way_through_bytes(changes):
    assert_same(Found.from_bytes(found(**changes).to_bytes()), found(**changes))


@pytest.mark.parametrize("data", [b"", b"nonsense", found().to_bytes()[:-8]])
def test_damaged_bytes_hold_no_result(data):
    with pytest.raises(ValueError, match="hold no Found"):
        Found.from_bytes(data)


def test_what_version_0_3_kept_holds_no_result():
    kept = pack(save, {"points": np.zeros((8, 2)), "samples": np.zeros((8, 2))}, {"neighbours": 3, "shown": 8})
    with pytest.raises(ValueError, match="hold no Projection"):
        ANALYSES["projection"].result.from_bytes(kept)


def test_what_was_kept_before_a_number_meant_something_else_holds_no_result(monkeypatch):
    kept = found().to_bytes()
    monkeypatch.setattr(Found, "definition", 2)
    with pytest.raises(ValueError, match="hold no Found: its numbers were defined otherwise"):
        Found.from_bytes(kept)
    assert_same(Found.from_bytes(found().to_bytes()), found())
    monkeypatch.undo()
    # The first definition was not said.
    values, arrays = read_head(kept), load(kept)
    assert values.pop("definition") == 1
    assert_same(Found.from_bytes(pack(save, arrays, values)), found())


def test_a_metric_is_called_by_its_field_and_words_its_value():
    assert Found.metrics() == {"share": Metric("share", "Share", "%", ".0f", "higher", "How much of it.")}
    assert found().text("share") == "25 %"


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_says_what_it_gives(name):
    result = ANALYSES[name].result
    assert issubclass(result, Result)
    hints = get_type_hints(result)
    assert hints.keys() > {"counts"}
    for array in (field for field, hint in hints.items() if hint in (Array, Array | None)):
        # Its shape stands behind it, or behind the last of several that share one.
        assert re.search(rf"`{array}`[^.;:]*?\(\w+,|`{array}` is ", result.__doc__), array
    for metric in result.metrics().values():
        assert metric.title
        assert metric.help.endswith(".")
        assert metric.text(0.5)


# A classifier that has hardly learned is one all the same, and so is a search that has hardly begun.
HASTE = {
    "core.analysis.sequences": {"STEPS": 2},
    "core.analysis.judge": {"LEARNED": 100, "PARTS": 2, "PASSES": 2},
    "core.analysis.fidelity": {"JUDGED": 60},
    "core.analysis.few_labels": {"DRAWS": 2, "LABELS": (1, 5)},
    "core.analysis.denoising": {"FEWEST_SEARCHED": 8, "MOST_SEARCHED": 8},
    "core.analysis.cluster_number": {"SAMPLES": 100, "STARTS": 1},
    "core.analysis.remembering": {"CHANGED": 20, "DRAWS": 2, "LAGS": 4},
    "core.analysis.unfolding": {"UNTRAINED": 2},
    "core.analysis.disentanglement": {"LEARNED": 30, "DRAWS": 2},
    "core.analysis.data": {"SHOWN": 100, "FITTED": 500},
    "core.analysis.two_sample": {"COMPARED": 40, "TREES": 5, "FOLDS": 2},
    "core.analysis.anomaly": {"DRAWS": 2},
    "core.analysis.augmentation": {"DRAWS": 2, "FEWEST_DRAWS": 2, "TIMES": (0, 1), "POOL": 200},
    "core.nn.inversion": {"STEPS": 2},
}


@pytest.fixture
def hasty(monkeypatch):
    """All analyses in haste."""
    in_haste(monkeypatch)


def in_haste(monkeypatch) -> None:
    for module, constants in HASTE.items():
        for constant, value in constants.items():
            # Not by its path: an analysis may be called like its module.
            monkeypatch.setattr(import_module(module), constant, value)


def asked_of(name: str) -> tuple:
    """All that analyses ask of a model, and the kind of its samples."""
    model = MODELS[name]
    fitting = tuple(key for key, analysis in ANALYSES.items() if analysis.fits(model))
    return fitting, model.capabilities, DATASETS[first_dataset(name)].spec.kind


# The first of those of which the same is asked; tests/benchmarks/test_every_analysis.py takes the others.
FIRST_ASKED = {asked_of(name): name for name in reversed(MODELS)}.values()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", FIRST_ASKED)
def test_every_analysis_runs_on_every_model_that_can(name):
    assert_analyses_run_on(name)


def assert_analyses_run_on(name: str) -> None:
    model = MODELS[name]
    training = Training(RunConfig(dataset=first_dataset(name), model=name, steps=5))
    training.advance()
    state = training.state()
    parameters = {"projection": {"dimensions": 2}, "clustering": {"clusters": 4, "restarts": 2},
                  "clustering_scores": {"clusters": 4, "restarts": 2}, "cluster_number": {"most": 3},
                  "generation": {"seed": 1}}  # fmt: skip
    for key, analysis in ANALYSES.items():
        if analysis.fits(model) and analysis.of_factors and len(training.dataset.spec.known_factors) < 2:
            with pytest.raises(LatentLabError, match="Fewer than two factors"):
                analyse(key, training.config, state, {})
        elif analysis.fits(model):
            result = analyse(key, training.config, state, parameters.get(key, {}))
            if key == "compression":
                parameters["unpacking"] = {"file": result.file.tobytes().hex()}
            assert_same(analysis.result.from_bytes(result.to_bytes()), result)
            arrays = [value for value in vars(result).values() if isinstance(value, np.ndarray)]
            assert all(np.isfinite(values).all() for values in arrays)
        else:
            needs = "a decoder of its own codes" if analysis.of_autoencoders else f"the capability {analysis.needs}"
            needs += ", trained without labels" if analysis.before_labels else ""
            with pytest.raises(LatentLabError, match=f"{needs}; {re.escape(model.title)} lacks it"):
                analyse(key, training.config, state, {})


@pytest.mark.usefixtures("hasty")
def test_analyses_need_no_labels():
    unlabelled = context(Mirror(CENTRES), blobs(labelled=False))
    unlabelled.model.memory = CENTRES
    # As many as a sample has values, so that a search can decode what it draws.
    unlabelled.model.latents = 3
    for name, analysis in ((name, each) for name, each in ANALYSES.items() if each.fits(Mirror)):
        if name in ("unpacking", "slow_motion"):
            # It is given what "compression" wrote, or a run that goes on, which the tests of these do.
            continue
        if analysis.of_factors:
            with pytest.raises(LatentLabError, match="Fewer than two factors"):
                analysis(unlabelled)
        elif analysis.of_labels:
            with pytest.raises(LatentLabError, match="no labels"):
                analysis(unlabelled)
        else:
            assert getattr(analysis(unlabelled), "labels", None) is None
    result = ANALYSES["clustering"](unlabelled, clusters=4)
    assert result.codes.accuracy is result.codes.nmi is result.codes.ari is None
    assert result.codes.silhouette.mean > 0
    assert result.confusion is result.chance_accuracy is None


@pytest.mark.parametrize(("name", "parameters", "sentence"), [
    ("projection", {"method": "lda"}, "no projection called 'lda'; choose one of pca, tsne, umap"),
    ("projection", {"dimensions": 4}, "2 or 3 dimensions, not in 4"),
    ("clustering", {"method": "guess"}, "no clustering called 'guess'"),
    ("clustering", {"clusters": 0}, "clusters = 0"),
    ("clustering", {"clusters": 201}, "201 clusters cannot be found in 200"),
])  # fmt: skip
def test_parameters_that_do_not_fit_are_refused_with_a_sentence(name, parameters, sentence):
    with pytest.raises(LatentLabError, match=sentence):
        ANALYSES[name](context(), **parameters)


@pytest.mark.parametrize("name", ["projection", "clustering"])
@pytest.mark.parametrize(("value", "sentence"), [(1.0, "All codes are the same"), (float("nan"), "not finite")])
def test_codes_that_say_nothing_are_refused_with_a_sentence(name, value, sentence):
    with pytest.raises(LatentLabError, match=sentence):
        ANALYSES[name](context(Constant(value)))


def test_an_unknown_analysis_is_refused_with_a_sentence():
    with pytest.raises(LatentLabError, match="no analysis called 'palmistry'"):
        analyse("palmistry", RunConfig(dataset="digits", model="vae"), b"", {})


@pytest.mark.parametrize(("name", "shape"), [("digits", (64, 1, 8, 8)), ("ring", (1000, 2))])
def test_preview_shows_validation_samples_of_the_run(name, shape):
    config = RunConfig(dataset=name, model="vae", seed=3)
    result, validation = preview(config), core.load_dataset(name, seed=3).validation
    assert result.samples.shape == shape
    where = [int((validation.x == sample).flatten(1).all(dim=1).nonzero()[0]) for sample in result.samples[:20]]
    np.testing.assert_array_equal(result.labels[:20], validation.y[where])
    # What is selected of them is found among those that plots of a run draw.
    among = plotted(config, "validation").samples
    np.testing.assert_array_equal(result.samples, among[: len(result.samples)])


def test_an_analysis_is_found_by_its_function():
    assert [name_of(analysis.function) for analysis in ANALYSES.values()] == list(ANALYSES)


def test_without_its_data_a_run_is_not_analysed_and_the_sentence_is_returned_to_the_server(tmp_path):
    home = Home(tmp_path)
    name = bring("vector", (3,), 50, home)
    training = Training(
        RunConfig.for_data(home.shelf.source(name).spec, dataset=name, model="autoencoder", steps=2), home
    )
    training.advance()
    home.shelf.delete(name)
    with pytest.raises(UnknownDataset, match="restore them on the Data page"):
        analyse("reconstruction", training.config, training.state(), {}, home)
    answer = run_preview(training.config.model_dump_json(), home)
    assert isinstance(answer, UnknownDataset)
