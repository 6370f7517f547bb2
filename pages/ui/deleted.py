"""What was deleted and can be restored for a day: runs, sweeps, datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from pages.ui.session import memory
from pages.ui.state import attempt

# More are restored by and by.
LISTED = 30


def undo_last(gone: Mapping[str, str], restore: Callable[[str], None], note: str = "") -> None:
    """One press undoes the last deletion, which the `note` is about, as long as it is among the `gone`, names by id."""
    just = [id for id in memory().deleted if id in gone]
    if just:
        what = gone[just[0]] if len(just) == 1 else f"{len(just)} runs"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Deleted: {what}. {note}".strip())
            st.button("Undo", key="undo", icon=":material/undo:", on_click=_restore, args=(restore, just))


def restorable(gone: Mapping[str, str], restore: Callable[[str], None]) -> None:
    """All that is `gone`, names by id, and can be restored."""
    if not gone:
        return
    with st.expander(f"Deleted in the last day: {len(gone)}"):
        for id, name in list(gone.items())[:LISTED]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button("Restore", key=f"restore-{id}", on_click=_restore, args=(restore, [id]))
                st.text(name)
        if len(gone) > LISTED:
            st.caption(f"The last {LISTED} are listed; the others follow as these are restored.")


def _restore(restore: Callable[[str], None], ids: Iterable[str]) -> None:
    for id in ids:
        attempt(restore, id)
    memory().deleted = ()
