"""Every run that was trained here: reopen, compare, rename, delete and undo."""

import datetime

import streamlit as st

from core import MODELS
from core.engine import Record
from core.glossary import explained
from pages.ui.compared import COMPARED
from pages.ui.datasets import title_of
from pages.ui.differences import own_settings
from pages.ui.laboratory import laboratory
from pages.ui.messages import invite, plain
from pages.ui.navigation import page
from pages.ui.session import memory
from pages.ui.state import address, attempt, leave_run, open_run, show_flash, write_address

store = laboratory.engine.store
SHOWN = 30


def rename(record: Record) -> None:
    name = st.session_state[f"name-{record.id}"].strip()
    if name:
        store.rename(record.id, name)


def delete(record: Record) -> None:
    attempt(laboratory.engine.stop, record.id)
    store.delete(record.id)
    if memory().run == record.id:
        leave_run()
    memory().deleted_run = record.id, record.name


def undo(run: str) -> None:
    store.restore(run)
    memory().deleted_run = None


def choose(record: Record) -> None:
    others = tuple(run for run in memory().compared if run != record.id)
    memory().compared = (*others, record.id) if st.session_state[f"compare-{record.id}"] else others
    write_address()


def score(record: Record) -> tuple[str, str | None]:
    """The validation number that a run is known by, and what it means."""
    metrics = MODELS[record.config.model].validated(record.metrics) if record.config else {}
    for metric, value in metrics.items():
        return f"{metric.title} {metric.text(value)}", metric.explanation
    return "–", None


show_flash()
if deleted := memory().deleted_run:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"Deleted: {deleted[1]}")
        st.button("Undo", key="undo", icon=":material/undo:", on_click=undo, args=(deleted[0],))

gone = store.deleted()
if gone:
    with st.expander(f"Deleted in the last day: {len(gone)}"):
        for record in gone:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button("Restore", key=f"restore-{record.id}", on_click=store.restore, args=(record.id,))
                st.text(record.name)

records = store.all()
if not records:
    invite("Every run you train is kept here, across restarts.")
    st.stop()

chosen = len(memory().compared)
if st.button(
    f"Compare {chosen} runs" if chosen else "Compare",
    key="compare",
    icon=":material/difference:",
    disabled=chosen not in COMPARED,
    help="Mark two to six runs below, then look at them side by side.",
):
    st.switch_page(page("compare"), query_params=address())

WIDTHS = [0.4, 2.6, 2.1, 3, 1.8, 1.6, 2.5]
for column, title in zip(
    st.columns(WIDTHS), ["", "Name", "Model and data", "Settings", "Validation", "Status", ""], strict=True
):
    column.caption(title, help=explained(title) or None)
sheet = st.number_input("Page", 1, -(-len(records) // SHOWN), 1, key="runs_page") if len(records) > SHOWN else 1
for record in records[(sheet - 1) * SHOWN : sheet * SHOWN]:
    mark, name, what, settings, validated, status, actions = st.columns(WIDTHS, vertical_alignment="center")
    mark.checkbox(
        f"Compare {plain(record.name)}",
        record.id in memory().compared,
        key=f"compare-{record.id}",
        label_visibility="collapsed",
        disabled=record.config is None,
        on_change=choose,
        args=(record,),
    )
    name.text_input(
        "Name", record.name, key=f"name-{record.id}", label_visibility="collapsed", on_change=rename, args=(record,)
    )
    if record.config is not None:
        steps = f"{record.step:,} of {record.config.steps:,} steps"
        what.markdown(f"{MODELS[record.config.model].title}  \n{plain(title_of(record.config.dataset))}")
    else:
        steps = record.reason
    settings.caption(own_settings(record))
    text, meaning = score(record)
    validated.markdown(text, help=meaning)
    when = datetime.datetime.fromtimestamp(record.created).strftime("%d %b, %H:%M")
    status.markdown(f"{record.status}  \n:small[{steps} · {when}]", help=record.reason or None)
    with actions.container(horizontal=True, gap="small", wrap=False):
        if st.button("Open", key=f"open-{record.id}", disabled=record.config is None):
            open_run(record)
            st.switch_page(page("train"), query_params=address())
        st.button(
            "",
            key=f"delete-{record.id}",
            icon=":material/delete:",
            help="Delete (can be undone)",
            on_click=delete,
            args=(record,),
        )
