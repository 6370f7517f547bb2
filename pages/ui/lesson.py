"""The two sides of a lesson: their runs, what they show, and the way on."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import streamlit as st

from core.engine import Record
from core.errors import UnknownRun
from core.lessons import LESSONS, Lesson
from core.protocol import Status
from core.sweeps.declaration import sweepable
from pages.ui import sweep_plan
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.session import memory
from pages.ui.state import address, adopt, attempt, open_run, session


def sides_of(lesson: Lesson) -> list[Record]:
    """The runs of both sides, among those that are compared; none until they were started, or where one is gone."""
    found: list[Record] = []
    for config in lesson.configs():
        for run in memory().compared:
            with contextlib.suppress(UnknownRun):
                record = laboratory.engine.store.get(run)
                if record.config == config:
                    found.append(record)
                    break
    return found if len(found) == len(lesson.settings) else []


def open_lesson(name: str) -> None:
    """Put a lesson on screen, and have the wall show what it is about."""
    memory().lesson = name
    st.session_state["wall_panel"] = LESSONS[name].view


def start(lesson: Lesson) -> None:
    """Start both sides, which are compared from now on."""

    def act() -> None:
        st.session_state["wall_panel"] = lesson.view
        sides = zip(lesson.configs(), lesson.settings, strict=True)
        memory().compared = tuple(
            laboratory.engine.start(config, session(), f"{lesson.title}: {setting.title}") for config, setting in sides
        )

    attempt(act)


def stop(sides: Sequence[Record]) -> None:
    """End both sides."""
    for side in sides:
        attempt(laboratory.engine.stop, side.id)


def explain(lesson: Lesson, sides: Sequence[Record], guess: int | None) -> bool:
    """Say what happened once both sides are finished; whether they are."""
    finished = [side.metrics for side in sides if side.status is Status.FINISHED]
    key = f"test_{lesson.claim.metric}"
    values = [metrics[key] for metrics in finished if key in metrics]
    if len(values) < len(lesson.settings):
        st.caption("What happened, and why, is said here as soon as both sides are finished.")
        return False
    heading("What happened")
    if guess is not None:
        right = guess == lesson.right
        st.markdown("**You guessed right.**" if right else f"**It was: {lesson.guesses[lesson.right]}.**")
    st.markdown(lesson.told((values[0], values[1])))
    return True


def offer_sweep(lesson: Lesson) -> None:
    """Where both sides differ by a single knob: that knob at more values than two."""
    first, second = lesson.configs()
    turned = [name for name in first.differences(second) if name in sweepable(second)]
    if len(turned) != 1:
        return
    label = sweepable(second)[turned[0]].label
    help = "The same question with more than two answers."
    if st.button(f"Sweep {label}", key="sweep_lesson", icon=":material/stacked_line_chart:", help=help):
        adopt(second)
        sweep_plan.suggest(turned[0])
        memory().sweep = None
        st.switch_page(page("sweep"), query_params=address())


def offer_next(lesson: Lesson, sides: Sequence[Record]) -> None:
    """What to try next, and both sides on the Train page: the second as the run, the first as what was before."""
    st.markdown(f"**Next.** {lesson.next}")
    first, second = sides
    if st.button("Go on with this on Train", key="go_on", icon=":material/play_circle:"):
        open_run(second)
        memory().before = first.id
        st.switch_page(page("train"), query_params=address())
