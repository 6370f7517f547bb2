"""Back and Forward, also while the page that was left is still on its way to the browser."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.component import component
from pages.ui.component_data.back import BackData

_back = component("back")


def query() -> str:
    """What the browser's address says behind the question mark; once the page has written another, that one."""
    context = get_script_run_ctx()
    return context.query_string if context else ""


def drawn_for(page: str, query: str) -> None:
    """Tell the browser which address is drawn, so that it knows when a step back has arrived."""
    data: BackData = {"page": page, "query": query}
    _back(key="back", data=data)
