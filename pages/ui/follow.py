"""Follow the knobs: with the switch on, a knob that was turned starts the run anew at once."""

from __future__ import annotations

import streamlit as st

from core import RunConfig
from pages.ui import transport
from pages.ui.before import seen_before
from pages.ui.datasets import is_local
from pages.ui.runner import undisturbed
from pages.ui.session import memory
from pages.ui.state import current_run, is_following, settings_of
from pages.ui.widgets import KEPT


def switch() -> None:
    """Whether runs follow the knobs."""
    st.toggle(
        "Follow the knobs",
        key="follow",
        help="Each turn of a knob trains anew at once, and the run before stays to compare with. Runs that the next "
        "turn cuts short are not kept.",
        **KEPT,
    )


def follow(config: RunConfig | None) -> None:
    """Start anew with what the knobs say, if one was turned since this page was drawn last and runs follow."""
    if config is not None:
        # Else the next turn would leave a run behind that nobody sees.
        with undisturbed():
            _follow(config)


def _follow(config: RunConfig) -> None:
    before, memory().drawn = memory().drawn, config
    if not is_following() or before is None or before == config or not is_local(config.dataset):
        return
    # Another dataset or model is chosen to be looked at first; and a run that was opened brought its own settings.
    if (before.dataset, before.model) != (config.dataset, config.model) or settings_of(current_run()) == config:
        return
    seen = seen_before(config)
    if seen is not None:
        transport.show(seen)
    else:
        transport.restart(config)
