"""Figures of sweeps of two knobs and of three: what a click opens, what a brush keeps."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import Sweep
from core.metrics import MSE
from core.sweeps.curve import Point
from core.sweeps.table import Row
from pages.ui import choices
from pages.ui.sweep_figures import around
from pages.ui.sweep_lines import Brush, lines_of
from pages.ui.sweep_map import map_of
from pages.ui.sweep_numbers import Runs
from tests.making import config_of

MEASURE = SimpleNamespace(key="mse", metric=MSE)


def swept(seeds=1, **axes):
    """A sweep, its rows, whose numbers grow from run to run, and its runs."""
    sweep = Sweep(base=config_of(), axes=axes, seeds=seeds)
    configs = sweep.configs()
    rows = [Row(sweep.setting_of(config), config.seed, {"mse": float(i)}) for i, config in enumerate(configs)]
    return sweep, rows, Runs(sweep, [SimpleNamespace(id=f"run{i}") for i in range(len(configs))])


def test_a_cell_opens_the_run_nearest_to_its_mean_and_one_without_a_number_says_so():
    sweep, rows, runs = swept(seeds=3, latent_size=(2, 4, 8), batch_size=(16, 32))
    # The mean of the first cell is nearer to its second seed, run6, than to the others.
    rows[0], rows[12] = (Row(row.settings, row.seed, {"mse": number}) for row, number in ((rows[0], 5), (rows[12], 30)))
    for lost in (1, 7, 13):
        rows[lost] = Row(rows[lost].settings, rows[lost].seed, {}, "Diverged.")
    best = Point({"latent_size": 8, "batch_size": 16}, (), 0, None)
    figure = map_of(sweep, rows, MEASURE, runs, best)
    heat, cells = figure.data
    assert heat.x == ("2", "4", "8")
    assert heat.z[1][0] is None
    # Seeds 5, 6 and 30 of the first cell.
    assert heat.text[0][0] == "13.6667<br>± 14.1539"
    # The best has the frame: the third column of the first row.
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 2.5, -0.5, 0.5)
    assert cells.customdata[0] == "run6"
    assert "the mean of 3 seeds" in cells.hovertext[0]
    assert "seed 2, the nearest" in cells.hovertext[0]
    assert cells.text[1] == "no number"
    assert "Diverged." in cells.hovertext[1]


@pytest.mark.parametrize(
    ("brush", "kept"),
    [
        (Brush(), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Brush({"latent_size": [2], "batch_size": []}), [0, 1, 2, 3]),
        (Brush({"latent_size": [2], "batch_size": [32]}, (2.5, 6)), [3]),
    ],
    ids=str,
)
def test_lines_stay_that_the_brush_keeps(brush, kept):
    sweep, rows, runs = swept(latent_size=(2, 4), batch_size=(16, 32), learning_rate=(0.001, 0.01))
    figure, left = lines_of(sweep, rows, MEASURE, runs, brush, Point(rows[5].settings, (), 0, None))
    assert left == [rows[i] for i in kept]
    strong = {trace.customdata[0] for trace in figure.data if trace.opacity == 1}
    assert strong == {f"run{i}" for i in kept}
    # Lower is better: the first run is drawn last, and as the widest.
    assert figure.data[-1].customdata[0] == "run0"
    assert figure.data[-1].line.width > figure.data[0].line.width
    assert [trace.customdata[0] for trace in figure.data if trace.marker.symbol == "circle-open"] == ["run5"]


def brush():
    import streamlit as st

    from pages.ui import sweep_figures

    st.session_state["brush"] = sweep_figures._brush(*st.session_state["asked"])


def test_an_end_of_the_brush_that_was_not_moved_keeps_runs_that_end_later():
    sweep, rows, _ = swept(latent_size=(2, 4), batch_size=(16, 32), learning_rate=(0.001, 0.01))
    app = AppTest.from_function(brush, default_timeout=60)
    app.session_state["asked"] = sweep, rows[:6], MEASURE
    assert app.run().session_state["brush"] == Brush()
    app.slider[0].set_value((2.0, 5.0)).run()
    assert app.session_state["brush"].limits == (2, math.inf)
    app.session_state["asked"] = sweep, rows, MEASURE
    app.run()
    assert app.slider[0].value == (2, 7)
    assert app.session_state["brush"].limits == (2, math.inf)


@pytest.mark.parametrize(
    ("numbers", "reach"),
    [
        ([0.0566414, 0.0712637, 0.06], (0.0566, 0.0713, 0.0001)),
        ([-97.25, 3.5], (-98.0, 4.0, 1.0)),
        ([12_345.0, 98_765.0], (12_300.0, 98_800.0, 100.0)),
    ],
    ids=str,
)
def test_a_slider_over_numbers_goes_from_end_to_end_in_steps_that_are_decimals(numbers, reach):
    assert choices.reach(numbers) == reach


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [([0.5, 0.5004], (0.4502, 0.5502)), ([0.98, math.nan, 1.0], (0.94, 1.0)), ([0.1, 0.9], (0.45, 0.55))],
    ids=str,
)
def test_numbers_with_a_least_and_a_most_are_not_blown_up(numbers, shown):
    assert tuple(around(np.array(numbers), (0.0, 1.0))) == pytest.approx(shown)
