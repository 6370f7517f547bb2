"""All datasets in a table; what is known of the one that was picked, its samples, and what can be done with it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets import find
from core.fetching import missing
from core.uploads import shelf
from pages.ui.analyses import preview
from pages.ui.datasets import catalogue, describe, here, range_of, shape_of, size_of, titles
from pages.ui.messages import plain
from pages.ui.navigation import page
from pages.ui.state import FIRST, attempt, defaults, leave_run, models_for, reset_knobs

ROWS = 330


def show() -> None:
    """The table, and one dataset below it."""
    follow()
    _undo()
    names = catalogue()
    picked = st.dataframe(
        [_row(name, title) for name, title in titles(names).items()],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="localized") for name in ("Training", "Held out")},
        height=ROWS,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [names.index(_on_train(names))]}},
        key="catalogue",
    ).selection.rows
    # The last row may have been deleted since.
    name = names[min(picked[0], len(names) - 1)]
    describe(find(name))
    if shelf.is_id(name):
        _own(name)
    if here(name):
        st.button("Train on this", key="train_on", icon=":material/play_arrow:", on_click=choose, args=(name,))
        preview(defaults(name, models_for(name)[0]))


def choose(name: str) -> None:
    """Put a dataset on the Train page, with a model that accepts it."""
    leave_run()
    st.session_state["dataset"] = name
    st.session_state.setdefault("model", FIRST["model"])
    reset_knobs()
    st.session_state["go_to_train"] = True


def _on_train(names: list[str]) -> str:
    """What the Train page has picked, which is where the table begins."""
    name = st.session_state.get("dataset")
    return name if name in names else FIRST["dataset"]


def follow() -> None:
    """Go to Train if a dataset was chosen for it; before other widgets are drawn, which a change of pages drops."""
    if st.session_state.pop("go_to_train", False):
        st.switch_page(page("train"))


def _row(name: str, title: str) -> dict[str, Any]:
    source = find(name)
    train, held_out = source.sizes
    where = (
        "brought here" if shelf.is_id(name) else f"{size_of(source)} to fetch" if missing(source.downloads) else "here"
    )
    return {
        "Dataset": title.split(" · ")[0],
        "Kind": source.kind,
        "One sample": shape_of(source),
        "Training": train,
        "Held out": held_out,
        "Values": range_of(source),
        "Classes": len(source.label_names) or None,
        "Where": where,
        "Licence": source.licence,
    }


def _own(name: str) -> None:
    """What can be done with a dataset that was brought here."""
    kept = shelf.get(name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", kept.source.title, key=f"title-{name}", on_change=_rename, args=(name,), width=360)
        st.button("Delete", key="delete_dataset", icon=":material/delete:", on_click=_delete, args=(name,))
    if kept.notices:
        with st.expander("What was decided when it was read"):
            st.markdown("\n".join(f"- {plain(notice)}" for notice in kept.notices))


def _rename(name: str) -> None:
    title = st.session_state[f"title-{name}"].strip()
    if title:
        attempt(shelf.rename, name, title)


def _delete(name: str) -> None:
    def act() -> None:
        title = find(name).title
        shelf.delete(name)
        st.session_state["deleted_dataset"] = title

    attempt(act)


def _undo() -> None:
    """What was deleted just now, and everything else that can still be restored."""
    gone = shelf.deleted()
    if not gone:
        return
    with st.expander(f"Deleted in the last day: {len(gone)}", expanded="deleted_dataset" in st.session_state):
        st.caption("Runs that learned from these cannot be opened while they are gone.")
        for kept in gone:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button("Restore", key=f"restore-{kept.id}", on_click=_restore, args=(kept.id,))
                st.text(kept.source.title)


def _restore(name: str) -> None:
    st.session_state.pop("deleted_dataset", None)
    attempt(shelf.restore, name)
