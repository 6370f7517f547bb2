"""Components that our own scripts draw, each the default export of a module in `assets/`."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from pages.ui.scripts import ASSETS, address

# What the first component of a tab brings for all pages.
BESIDE = ("style.js", "back.js")
# A component's script is text without an address of its own, from which nothing could be imported by a relative path.
# So it only fetches the module from our route, which stands beside the page, also behind a proxy that moves both.
SCRIPT = """
const base = location.origin + location.pathname.replace(/\\/[^/]*$/, "");
const [{ default: draw }, { dress }] = await Promise.all(%s.map((name) => import(base + name)));
export default (component) => {
  dress(component.parentElement);
  return draw(component);
};
"""


def component(name: str, style: str = "") -> Any:
    """The component that `assets/<name>.js` exports; `style`, its classes, keeps its room until that is here."""
    return st.components.v2.component(
        f"latent_lab_{name}",
        html=f"<div class='lab {style}'></div>",
        # Sent with each drawing: what all look like is fetched, once.
        css=(ASSETS / "room.css").read_text(encoding="utf-8"),
        js=SCRIPT % json.dumps([address(f"{name}.js"), *map(address, BESIDE)]),
    )
