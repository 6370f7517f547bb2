"""The table of pages: one file each, one line here."""

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]
# A word that a page puts into its address when it is asked for by Back or Forward, and takes away again. Whatever
# address the browser hears of before this word belongs to the step that it has left.
ANSWER = "answer"

# Name of the file, and of the address but for the first page, which is at / → title, icon.
PAGES = {
    "train": ("Train", ":material/play_circle:"),
    "data": ("Data", ":material/database:"),
    "reconstructions": ("Reconstructions", ":material/compare:"),
    "latent": ("Latent space", ":material/scatter_plot:"),
    "samples": ("Samples", ":material/grid_view:"),
    "clusters": ("Clusters", ":material/workspaces:"),
    "uses": ("Uses", ":material/build:"),
    "sweep": ("Sweep", ":material/tune:"),
    "compare": ("Compare", ":material/difference:"),
    "lessons": ("Lessons", ":material/school:"),
    "runs": ("Runs", ":material/history:"),
}


def page(name: str) -> Any:
    """The page called `name`, for navigation and links."""
    # Scripts are served before Streamlit is there, and know the titles.
    import streamlit as st

    title, icon = PAGES[name]
    return st.Page(FOLDER / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "train")
