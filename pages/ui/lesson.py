"""The two sides of a lesson: their runs, what they show, and the way on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import streamlit as st

from core.engine import Record
from core.lessons import LESSONS, Lesson
from core.protocol import Status
from core.sweeps.declaration import sweepable
from pages.ui import sweep_plan
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.owners import change, is_own
from pages.ui.session import memory
from pages.ui.state import address, adopt, attempt, open_run, session
from pages.ui.transport import train


def sides_of(lesson: Lesson, is_guessed: bool) -> list[Record]:
    """The runs of both sides: those that are compared, after a guess also own ones; none where a side has none."""
    # Before a guess, own runs of an earlier visit would give the answer away.
    found = _runs_of(lesson, is_own if is_guessed else lambda record: False)
    sides = [side for side in found if side is not None]
    return sides if len(sides) == len(found) else []


def _runs_of(lesson: Lesson, is_own: Callable[[Record], bool]) -> list[Record | None]:
    """For each side a run that is compared, or an own one, what is finished first; None where there is neither."""
    compared = memory().compared
    usable = [
        record
        for record in laboratory.engine.store.all()
        if (record.id in compared or is_own(record)) and (record.status is Status.FINISHED or not record.status.is_over)
    ]
    usable.sort(key=lambda run: (run.id not in compared, run.status is not Status.FINISHED, not run.status.is_moving))
    return [next((record for record in usable if record.config == config), None) for config in lesson.configs()]


def open_lesson(name: str) -> None:
    """Put a lesson on screen, and have the wall show what it is about."""
    memory().lesson = name
    st.session_state["wall_panel"] = LESSONS[name].view


def start(lesson: Lesson) -> None:
    """Start the sides that there is no run of yet; both are compared from now on."""

    def act() -> None:
        st.session_state["wall_panel"] = lesson.view
        engine, sides = laboratory.engine, []
        with ExitStack() as undo:
            for side, config, setting in zip(_runs_of(lesson, is_own), lesson.configs(), lesson.settings, strict=True):
                run = side.id if side else engine.start(config, session(), f"{lesson.title}: {setting.title}")
                if side is None:
                    # One side alone answers nothing: without a place for the other it goes.
                    undo.callback(engine.discard, run)
                sides.append(run)
            undo.pop_all()
        memory().compared = tuple(sides)

    attempt(act)


def go_on(sides: Sequence[Record]) -> None:
    """Let those of both sides go on that are not finished."""

    def act() -> None:
        for side in sides:
            if not side.status.is_over:
                change(side, laboratory.engine.resume, side.id, session())

    attempt(act)


def stop(sides: Sequence[Record]) -> None:
    """End both sides."""

    def act() -> None:
        for side in sides:
            change(side, laboratory.engine.stop, side.id)

    attempt(act)


def explain(lesson: Lesson, sides: Sequence[Record], guess: int | None) -> bool:
    """Say what happened once both sides are finished; whether they are."""
    keys = {claim.key for claim in lesson.claims}
    finished = [side.metrics for side in sides if side.status is Status.FINISHED and side.metrics.keys() >= keys]
    if len(finished) < len(lesson.settings):
        st.caption("What happened, and why, is said here as soon as both sides are finished.")
        return False
    heading("What happened")
    if guess is not None:
        right = guess == lesson.right
        st.markdown("**You guessed right.**" if right else f"**It was: {lesson.guesses[lesson.right]}.**")
    first, second = finished
    st.markdown(lesson.told(first, second))
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
    """What to try next, on the Train page: the side that it begins with stays as its ghost."""
    st.markdown(f"**Next.** {lesson.next.text}")
    if st.button("Try it on Train", key="go_on", icon=":material/play_circle:"):
        open_run(sides[lesson.next.side])
        train(lesson.next_config())
        st.switch_page(page("train"), query_params=address())
