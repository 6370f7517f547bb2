"""A dataset of the plane that is drawn by hand."""

from __future__ import annotations

import streamlit as st
import torch

from core.dataset import Source
from core.uploads import shelf
from pages.ui.board import CLASSES, board
from pages.ui.browse import choose, follow
from pages.ui.state import attempt


def show() -> None:
    """The drawing board; what is kept goes straight to Train."""
    follow()
    st.caption(
        "Spray points on the plane and keep them: a generator then learns your drawing. Classes are colours to look "
        "at; no model sees them."
    )
    drawn = board("board")
    if drawn is None:
        return
    points, classes = (torch.from_numpy(part) for part in drawn)
    used, labels = classes.unique(return_inverse=True)
    # A single class tells nothing.
    names = tuple(CLASSES[int(k)] for k in used) if len(used) > 1 else ()
    held_out = shelf.held_out_of(len(points))
    source = Source(
        title=f"Drawing of {len(points):,} points",
        summary="Drawn by hand.",
        origin="the drawing board of this laboratory",
        licence="yours",
        kind="vector",
        shape=(2,),
        value_range=(-2.0, 2.0),
        label_names=names,
        sizes=(len(points) - held_out, held_out),
        read=shelf.unread,
    )
    attempt(lambda: choose(shelf.keep(source, points, labels if names else None)))
    st.rerun()
