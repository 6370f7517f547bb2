"""Lessons of a minute: guess, run both sides, see what happens, and why."""

import streamlit as st

from core.lessons import LESSONS
from pages.ui.choices import choice
from pages.ui.headings import heading
from pages.ui.laboratory import laboratory
from pages.ui.lesson import explain, go_on, offer_next, offer_sweep, open_lesson, sides_of, start, stop
from pages.ui.navigation import page
from pages.ui.once import once
from pages.ui.owners import is_mine
from pages.ui.session import GUESS, memory
from pages.ui.state import address, open_run, put, show_flash, write_address
from pages.ui.wall import Placed, wall

show_flash()
name = memory().lesson or next(iter(LESSONS))
put("lesson", name)
head = st.container(horizontal=True, vertical_alignment="center")
head.segmented_control(
    "Lesson",
    list(LESSONS),
    key="lesson",
    required=True,
    format_func=lambda name: LESSONS[name].title,
    label_visibility="collapsed",
    on_change=lambda: open_lesson(st.session_state["lesson"]),
)
memory().lesson = name
write_address()
lesson = LESSONS[name]

heading(lesson.question)
guesses = list(range(len(lesson.guesses)))
tied = choice(GUESS + name, guesses, None)
sides = sides_of(lesson, st.session_state[GUESS + name] is not None)
if not sides:
    st.caption("What is your guess? It starts both sides: what surprises you is what you learn.")
guess = st.radio(
    "Your guess",
    guesses,
    index=None,
    format_func=lambda i: lesson.guesses[i],
    horizontal=True,
    label_visibility="collapsed",
    on_change=None if sides else once(start, lesson),
    **tied,
)
play, are_ours = ":material/play_arrow:", all(map(is_mine, sides))
with head:
    if any(side.status.is_moving for side in sides):
        st.button(
            "Stop both", key="stop_both", icon=":material/stop:", disabled=not are_ours, on_click=stop, args=(sides,)
        )
    elif any(not side.status.is_over for side in sides):
        help = "Both sides go on where they were stopped."
        st.button("Go on", key="go_on_both", icon=play, help=help, disabled=not are_ours, on_click=once(go_on, sides))
    elif guess is not None and not sides:
        # There was no place for them when the guess was made, or they were deleted since.
        st.button("Run both sides", key="run_both", type="primary", icon=play, on_click=once(start, lesson))
    offer_sweep(lesson)
if sides:
    st.caption(f"Where to look. {lesson.look}")
    titled = enumerate(zip(sides, lesson.settings, strict=True))
    opened = wall(
        [Placed(side.id, setting.title, column=i) for i, (side, setting) in titled], f"sides-{name}", lesson.title
    )
    if opened:
        open_run(laboratory.engine.store.get(opened))
        st.switch_page(page("train"), query_params=address())
    if explain(lesson, sides, guess):
        offer_next(lesson, sides)
