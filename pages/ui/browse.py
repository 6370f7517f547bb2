"""All datasets in a table; what is known of the one that was picked, its samples, and what can be done with it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import MODELS, RunConfig
from core.query import FIRST_DATASET, PLANE_MODEL
from core.uploads.shelf import OTHERS, is_upload
from pages.ui import scripts
from pages.ui.choices import chosen
from pages.ui.datasets import (
    catalogue,
    describe,
    is_local,
    is_own,
    offer_fetch,
    range_of,
    shape_of,
    size_of,
    source_of,
    spec_of,
    titles,
)
from pages.ui.deleted import restorable, undo_last
from pages.ui.laboratory import laboratory
from pages.ui.messages import plain
from pages.ui.navigation import page
from pages.ui.once import once
from pages.ui.owners import is_common, is_teacher, mine, visitor
from pages.ui.preview import preview
from pages.ui.session import memory
from pages.ui.state import address, adopt, attempt, leave_run, suited
from pages.ui.transport import train

# What a table says of which no cell was clicked.
NOWHERE: dict[str, Any] = {"selection": {"cells": []}}
# The columns that count samples.
SIZES = ("Training", "Validation", "Held out")


def show() -> None:
    """The table, and one dataset below it."""
    follow()
    gone = {kept.id: kept.source.card.title for kept in laboratory.home.shelf.deleted() if is_own(kept.id)}
    undo_last(gone, _restore)
    restorable(gone, _restore)
    table, about = st.columns([3, 2], gap="medium")
    with table:
        name = _picked(catalogue())
    with about, st.container(key="about_data"):
        source = source_of(name)
        describe(spec_of(name), source.card, source.sizes)
        if is_upload(name):
            _own(name)
        if offer_fetch(name):
            config = _suited(name)
            label = f"Train {MODELS[config.model].title} on this"
            st.button(label, key="train_on", icon=":material/play_arrow:", on_click=once(_train, config))
            preview(config)


def _suited(name: str) -> RunConfig:
    """The model on the widgets on a dataset, or one that suits it."""
    return suited(name, PLANE_MODEL if source_of(name).spec.is_plane else st.session_state["model"])


def _train(config: RunConfig) -> None:
    train(config)
    _go_to_train(config.dataset)


def _picked(names: list[str]) -> str:
    """The dataset of which any cell was clicked last."""
    now = memory().address["dataset"]
    shown = chosen("shown_dataset", names, now if now in names else FIRST_DATASET)
    # With other rows it is another table.
    key = f"catalogue-{hash(tuple(names))}"

    def pick() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            st.session_state["shown_dataset"] = names[cells[0][0]]

    row = names.index(shown)
    if row not in [place for place, _ in st.session_state.get(key, NOWHERE)["selection"]["cells"]]:
        st.session_state[key] = {"selection": {"cells": [(row, "Dataset")]}}
    st.dataframe(
        [_row(name, title) for name, title in titles(names).items()],
        hide_index=True,
        column_config={
            "Samples": st.column_config.ImageColumn(width=130),
            **{name: st.column_config.NumberColumn(format="localized") for name in SIZES},
        },
        height="content",
        on_select=pick,
        selection_mode="single-cell",
        key=key,
    )
    return str(shown)


def choose(name: str) -> None:
    """Put a dataset on the Train page, with a model that suits it."""
    adopt(_suited(name))
    leave_run()
    _go_to_train(name)


def _go_to_train(name: str) -> None:
    # Who comes back to the page looks at it, however it was brought.
    memory().asked |= {"shown_dataset": name, "data_view": ""}
    memory().go_to_train = True


def follow() -> None:
    """Go to Train if a dataset was chosen for it; before other widgets are drawn, which a change of pages drops."""
    if memory().go_to_train:
        memory().go_to_train = False
        st.switch_page(page("train"), query_params=address())


def _picture(name: str) -> str:
    """Where the picture of a dataset is served, seen from a page, or nothing where there is none."""
    picture = f"samples/{name}.png"
    return scripts.address(picture).lstrip("/") if picture in scripts.DATA else ""


def _row(name: str, title: str) -> dict[str, Any]:
    source = source_of(name)
    train, held_out = source.sizes
    where = "brought here" if is_upload(name) else f"{size_of(source)} to fetch" if not is_local(name) else "here"
    return {
        "Dataset": title if is_upload(name) else source.card.title,
        "Samples": _picture(name),
        "Kind": source.spec.kind,
        "One sample": shape_of(source.spec),
        **dict(zip(SIZES, (train, held_out // 2, held_out - held_out // 2), strict=True)),
        "Values": range_of(spec_of(name)),
        "Classes": str(len(source.spec.label_names) or "–"),
        "Where": where,
        "Licence": source.card.licence,
    }


def _own(name: str) -> None:
    """What can be done with a dataset that was brought here."""
    kept = laboratory.home.shelf.get(name)
    runs = mine(laboratory.engine.store.all())
    learned = [record for record in runs if record.config and record.config.dataset == name]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if is_own(name):
            title = kept.source.card.title
            others = bool(_owner() and laboratory.home.shelf.owners(name) - {_owner()})
            st.text_input(
                "Name",
                title,
                key=f"title-{name}",
                on_change=_rename,
                args=(name,),
                width=360,
                disabled=others,
                help=OTHERS if others else None,
            )
            st.button("Delete", key="delete_dataset", icon=":material/delete:", on_click=_delete, args=(name,))
        if learned:
            count = f"{len(learned)} runs" if len(learned) > 1 else "One run"
            st.caption(f"{count} learned from it; while it is deleted they open as before, but cannot go on.")
    if kept.notices:
        with st.expander("What was decided when it was read"):
            st.markdown("\n".join(f"- {plain(notice)}" for notice in kept.notices))


def _rename(name: str) -> None:
    title = st.session_state[f"title-{name}"].strip()
    if title:
        attempt(laboratory.home.shelf.rename, name, title, _owner())


def _delete(name: str) -> None:
    def act() -> None:
        laboratory.home.shelf.delete(name, _owner())
        memory().deleted = (name,)

    attempt(act)


def _owner() -> str:
    """For whom a dataset is renamed or deleted; "" is for all who brought it."""
    return "" if is_common() or is_teacher() else visitor()


def _restore(name: str) -> None:
    memory().asked["shown_dataset"] = name
    laboratory.home.shelf.restore(name)
