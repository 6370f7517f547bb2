"""The run on screen and the knobs, kept the same in the session, on the widgets and in the page's address."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import RunConfig, query
from core.engine import LiveRun, Record
from core.errors import LatentLabError, UnknownRun
from core.lessons import LESSONS
from core.selection import Selection
from pages.ui.before import put_on_screen, step_back
from pages.ui.datasets import known, source_of, uploads
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.navigation import ANSWER
from pages.ui.owners import visitor
from pages.ui.session import is_choice, memory

# Runs that are picked of which an address tells: of more it would be too long.
MOST_PICKED = 50
# Of a step, at most.
DIGITS = 9


def session() -> str:
    """Whose runs are started here, for their share of the queue."""
    return visitor()


def keep_address() -> None:
    """Before a page is drawn: read its address where that may be news, and write there what a reload must find.

    An address is news when a session begins, and when the browser's Back or Forward ran the page. Otherwise the session
    knows better: a widget that is turned before the browser has the last address comes with the one before. So it does
    where the address says nothing.
    """
    # Noted before anything can be pressed: without a connection no cookie tells.
    visitor()
    context = get_script_run_ctx()
    is_back = context is not None and context.is_history_navigation
    if is_back:
        st.query_params[ANSWER] = "yes"
        del st.query_params[ANSWER]
    if not memory().address or (is_back and st.query_params):
        _read_address()
    write_address()


def _read_address() -> None:
    """Put the run that the address names on screen, and the knobs on the widgets; a run alone brings its own."""
    asked = _address()
    run, at, before, pinned, sweep, lesson, follow, selected = (
        asked.pop(name, [""])[-1] for name in ("run", "at", "before", "pinned", "sweep", "lesson", "follow", "selected")
    )
    compared, aside, picked, unfolded = (
        tuple(filter(None, asked.pop(name, [""])[-1].split(","))) for name in ("compare", "aside", "picked", "unfolded")
    )
    st.session_state["follow"] = bool(follow)
    chosen = {name: asked.pop(name)[-1] for name in [*asked] if is_choice(name)}
    # What is not asked for is as its page begins, whether it was drawn or only asked for by an address before this one.
    memory().asked = {**dict.fromkeys((*memory().begun, *memory().asked), ""), **chosen}
    memory().chosen = chosen
    memory().lesson = lesson if lesson in LESSONS else None
    memory().selection = Selection.from_text(selected)
    memory().sweep = sweep or None
    memory().looked = (run, int(at)) if at.isdecimal() and len(at) <= DIGITS else None
    memory().compared, memory().aside, memory().picked = compared, aside, picked
    memory().unfolded = frozenset(unfolded)
    known = {name: [text] for name, text in memory().address.items()}
    if asked and asked != known:
        _read_knobs(asked)
    elif not known:
        adopt(first_visit())
    if asked or run:
        memory().before, memory().pinned = before or None, bool(before and pinned)
    if not run:
        # An address without anything, the very first of a visit, says nothing about runs either.
        memory().run = None if asked else memory().run
    elif run != memory().run:
        try:
            record = laboratory.engine.store.get(run)
        except UnknownRun as error:
            memory().run = None
            memory().say(str(error))
            return
        put_on_screen(run)
        if not asked:
            open_run(record)


def _read_knobs(asked: query.Query) -> None:
    config, mistakes = RunConfig.from_query(asked, uploads())
    adopt(config)
    if mistakes:
        memory().say(" ".join(mistakes))


def address() -> dict[str, str]:
    """The query that says what is on screen: the knobs, and what else a reload, a link and Back find again."""
    remembered = memory()
    open_now = {
        "run": remembered.run,
        "at": str(step) if (step := step_of(remembered.run)) is not None else None,
        "before": remembered.before,
        "pinned": "yes" if remembered.pinned else None,
        "follow": "yes" if is_following() else None,
        "sweep": remembered.sweep,
        "lesson": remembered.lesson,
        "compare": ",".join(remembered.compared),
        "aside": ",".join(remembered.aside),
        "unfolded": ",".join(sorted(remembered.unfolded)),
        "picked": ",".join(remembered.picked) if len(remembered.picked) <= MOST_PICKED else None,
        "selected": remembered.selection.to_text() if remembered.selection else None,
    }
    return {**remembered.address, **{name: text for name, text in open_now.items() if text}, **remembered.chosen}


def step_of(run: str | None) -> int | None:
    """The step at which a run on screen is looked back at, or None for the newest."""
    looked = memory().looked
    return looked[1] if looked is not None and looked[0] == run else None


def write_address() -> None:
    """Let the page's address say what is on screen; each new one is a step of the browser's history."""
    if _address() != {name: [text] for name, text in address().items()}:
        st.query_params.from_dict(address())


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def current_run() -> Record | None:
    """The run on screen, as it is stored now."""
    run = memory().run
    if not run:
        return None
    try:
        return laboratory.engine.store.get(run)
    except UnknownRun as error:
        leave_run()
        memory().say(str(error))
        return None


def live_run() -> LiveRun | None:
    """The run on screen if it is moving or waiting."""
    run = memory().run
    return laboratory.engine.live(run) if run else None


def open_run(record: Record) -> None:
    """Put a run on screen and its settings on the widgets."""
    put_on_screen(record.id)
    settings = settings_of(record)
    # Without its data the settings cannot be chosen: the widgets stay as they are.
    if settings is not None and settings.dataset in known():
        adopt(settings)
    write_address()


def settings_of(record: Record | None) -> RunConfig | None:
    """What a run's knobs stand at now, the ones that were turned on the way included."""
    return record.config.in_force(record.step) if record and record.config else None


def leave_run() -> None:
    """Take the run off the screen; it stays on the Runs page."""
    memory().run = None
    write_address()


def put(name: str, value: Any) -> None:
    """Set a widget, unless it stands there: what is set reaches the browser over what was turned there meanwhile."""
    if name not in st.session_state or st.session_state[name] != value:
        st.session_state[name] = value


def adopt(config: RunConfig) -> None:
    """Set every widget to what `config` says."""
    memory().adopted = config.settings()
    for name, value in memory().adopted.items():
        put(name, value)
    remember(config)


def remember(config: RunConfig) -> None:
    """Note what the widgets say, for the address and for when this dataset and model are picked again."""
    memory().left[config.dataset, config.model] = config
    memory().address = config.to_query(source_of(config.dataset).spec)


def defaults(dataset: str, model: str) -> RunConfig:
    """The configuration that a dataset and a model begin with."""
    return RunConfig.for_data(source_of(dataset).spec, dataset=dataset, model=model)


def is_following() -> bool:
    """Whether runs follow the knobs."""
    return bool(st.session_state.get("follow"))


def first_visit() -> RunConfig:
    """The configuration that a visitor begins with."""
    return defaults(query.WELCOME_DATASET, query.FIRST_MODEL)


def suited(dataset: str, model: str) -> RunConfig:
    """The settings of a dataset and a model, as they were left or the defaults; the seed is the widget's.

    If the model does not accept the dataset it is one that does.
    """
    fitting = models_for(dataset)
    config = defaults(dataset, model if model in fitting else fitting[0])
    left = memory().left.get((config.dataset, config.model), config)
    return left.model_copy(update={"seed": st.session_state["seed"]})


def choose_anew() -> None:
    """Another dataset or model was picked: its data come on screen, and the run steps back."""
    # A title that was changed in another tab comes as it was: nothing was picked then.
    if st.session_state["dataset"] in known():
        live = live_run()
        step_back()
        if live is not None and live.id in memory().started:
            memory().say("The run that was on screen ends here: it is on the page Runs, and can go on.")
        adopt(suited(st.session_state["dataset"], st.session_state["model"]))


def find_dataset_again() -> None:
    """Where the widget's dataset is not there, because it was renamed or deleted in another tab: find it, or another.

    A renamed one has another title, and the widget then says the old one, which is nobody's id.
    """
    if st.session_state["dataset"] in known():
        return
    if memory().address["dataset"] in known():
        st.session_state["dataset"] = memory().address["dataset"]
    else:
        _read_knobs(memory().address)


def models_for(dataset: str) -> list[str]:
    """The models that accept a dataset's kind."""
    return query.models_for(source_of(dataset).spec)


def attempt(action: Any, *arguments: Any) -> None:
    """Do what a button says; if it cannot be done, its sentence is shown on the next paint."""
    memory().say(None)
    try:
        action(*arguments)
    except LatentLabError as error:
        memory().say(str(error))


def show_flash() -> None:
    """Show the sentence that the last action, or the address, left.

    It stays until something is done: a page also runs again by itself, when an analysis is there for instance.
    """
    context, remembered = get_script_run_ctx(), memory()
    here = (context.page_script_hash if context else "", address())
    if remembered.flashed_at not in (None, here):
        remembered.say(None)
    if remembered.flash:
        remembered.flashed_at = here
        with st.container(key="flash"):
            st.warning(plain(remembered.flash), icon=":material/info:")
