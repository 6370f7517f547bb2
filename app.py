"""The server: Streamlit's application with the shell script, our routes, start-up and shut-down."""

import os

import streamlit as st

from pages.ui import live, scripts, thumbnails
from pages.ui.laboratory import lifespan
from pages.ui.messages import explain

routes = [*live.ROUTES, *scripts.ROUTES, *thumbnails.ROUTES]
app = st.App("pages/ui/shell.py", lifespan=lifespan, routes=routes, on_script_error=explain)

if __name__ == "__main__":
    # `App.run` reads .streamlit/config.toml alone; `streamlit run` would read these variables too.
    options = {"server.port": "STREAMLIT_SERVER_PORT", "server.address": "STREAMLIT_SERVER_ADDRESS"}
    app.run(config={option: os.environ[name] for option, name in options.items() if name in os.environ})
