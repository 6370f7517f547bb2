"""Sessions of visitors who have left end in time, and give back the file descriptors that each of them holds.

Streamlit keeps a session for a while, so that a visitor whose connection was lost finds it again, but it looks for
those whose time is over only when somebody else leaves. After a class has gone home nobody does.
"""

from __future__ import annotations

import asyncio

import streamlit as st
from streamlit.runtime import Runtime

# How often they are looked for while one session's time goes by.
LOOKS = 8


async def forget_sessions() -> None:
    """End those whose time is over, until this task is cancelled."""
    sessions = Runtime.instance()._session_mgr
    kept = sessions._session_storage._cache  # type: ignore[attr-defined]
    while True:
        await asyncio.sleep(st.get_option("server.disconnectedSessionTTL") / LOOKS)
        kept.expire()
