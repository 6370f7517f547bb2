"""Analyses on a page: ask for one, show that it is under way, draw it when it is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core import RunConfig
from core.analysis import Result
from core.datasets import find
from core.engine import Analysis, Record
from core.errors import LatentLabError
from core.looks import LOOKS
from pages.ui.figures import points
from pages.ui.galleries import wall
from pages.ui.laboratory import laboratory

# Answers that come this fast are waited for: a progress line that flashes by helps nobody.
PATIENCE = 0.3
# Results that a session keeps at hand; older ones come back from the disk.
REMEMBERED = 8


def analysed(record: Record, name: str, what: str, **parameters: Any) -> Result | None:
    """The result of analysis `name` on the run's last checkpoint; None, with a progress line, until it is there.

    While the run trains, the first result stays until the page is opened anew: a newer checkpoint every few seconds
    would leave a slow analysis without an end.
    """
    engine = laboratory.engine
    when = "live" if engine.live(record.id) else str(engine.store.checkpoint(record.id))
    key = f"{record.id} {name} {sorted(parameters.items())} {when}"
    result = settled(key, lambda: engine.analyse(record.id, name, parameters), what)
    if result is not None:
        _say_what_was_measured(result.numbers)
    return result


def _say_what_was_measured(numbers: Mapping[str, Any]) -> None:
    """One line where not all samples were looked at, because there are so many."""
    parts = []
    # Results that an earlier version kept do not say it.
    if numbers.get("shown", 0) < numbers.get("held_out", 0):
        parts.append(f"measured on a fixed {numbers['shown']:,} of {numbers['held_out']:,} held-out samples")
    if numbers.get("fitted", 0) < numbers.get("training", 0):
        parts.append(f"fitted to a fixed {numbers['fitted']:,} of {numbers['training']:,} training samples")
    if parts:
        st.caption(f"There are many samples: what you see is {' and '.join(parts)}.")


def preview(config: RunConfig, invitation: str = "") -> None:
    """A wall of the dataset's held-out samples, before anything is trained, and what to do next."""
    key = f"preview {config.dataset} {config.seed} {config.data.model_dump_json()}"
    result = settled(key, lambda: laboratory.engine.preview(config), "Loading the data")
    if result is None:
        return
    samples = result.arrays["samples"]
    spec = find(config.dataset, laboratory.home).spec
    if spec.rendering == "dot":
        st.plotly_chart(points(samples, result.arrays.get("labels")), width="stretch", key="preview")
    else:
        wall(samples, spec, "preview", columns=LOOKS[spec.rendering].preview_columns, size=64)
    hint = LOOKS["sound"].hint if spec.rendering == "sound" else ""
    st.caption(f"{len(samples):,} held-out samples. {hint} {invitation}")


def under_way(key: str) -> bool:
    """Whether what this session asked for under `key` is being worked on."""
    analysis = st.session_state.get("analyses", {}).get(key)
    return analysis is not None and not analysis.future.done()


def forget(key: str) -> None:
    """Ask anew the next time, after a failure for instance."""
    st.session_state.get("analyses", {}).pop(key, None)


def settled(key: str, ask: Callable[[], Analysis], what: str) -> Result | None:
    """The result that this session asked for under `key`, asked for now if it was not."""
    asked: dict[str, Analysis] = st.session_state.setdefault("analyses", {})
    if key not in asked:
        while len(asked) >= REMEMBERED:
            asked.pop(next(iter(asked)))
        asked[key] = ask()
    analysis = asked[key]
    future = analysis.future
    try:
        return Result.from_bytes(future.result(timeout=PATIENCE))
    except TimeoutError:
        _progress(analysis, what)
    except LatentLabError as error:
        st.warning(str(error), icon=":material/info:")
    except Exception as error:
        # Whatever an analysis stumbles over on its worker, the page stands and says which one it was.
        st.error(f"{what} did not succeed: {type(error).__name__}: {error}", icon=":material/error:")
    return None


@st.fragment(run_every=0.3)
def _progress(analysis: Analysis, what: str) -> None:
    """A line that counts the seconds, with a bar where it is known how far it is; then the page runs again."""
    if analysis.future.done():
        st.rerun()
    seconds = time.time() - analysis.started
    with st.container(key=f"progress-{what}"):
        line = f":material/hourglass_top: {what}… {seconds:.0f} s. Everything else on the page works meanwhile."
        if analysis.done > 0:
            st.progress(analysis.done, line)
        else:
            st.markdown(line)
