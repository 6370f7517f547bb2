"""A dataset of the plane that is drawn by hand."""

from __future__ import annotations

import streamlit as st
import torch

from core.dataset import Card, DataSpec
from pages.ui.board import CLASSES, board
from pages.ui.browse import choose, follow
from pages.ui.laboratory import laboratory
from pages.ui.state import attempt, session


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
    spec = DataSpec("vector", (2,), (-2.0, 2.0), names)
    card = Card(
        title=f"Drawing of {len(points):,} points",
        summary="Drawn by hand.",
        origin="the drawing board of this laboratory",
        licence="yours",
    )
    attempt(lambda: choose(laboratory.home.shelf.keep(spec, card, points, labels if names else None, owner=session())))
    st.rerun()
