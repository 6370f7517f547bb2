"""What the server prints when it starts."""

from __future__ import annotations

import streamlit as st

from pages.ui.guard import LOOPBACK, hosts, is_for_others
from pages.ui.variables import misread


def announcement() -> str:
    """Where this server is to be found, for whoever started it."""
    address, port, base = (st.get_option(f"server.{name}") for name in ("address", "port", "baseUrlPath"))
    here = "127.0.0.1" if address in (None, "0.0.0.0", "::") else address
    lines = [f"Latent Lab is at http://{here}:{port}/{base.strip('/')}".rstrip("/")]
    if is_for_others():
        lines.append(f"It also answers to {', '.join(sorted(hosts()))}.")
    elif address not in LOOPBACK:
        lines.append("It answers to this machine alone: to let others in, set LATENT_LAB_HOSTS to the name they use.")
    return "\n".join([*lines, *misread()])
