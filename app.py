"""The server: Streamlit's application with the shell script, the live routes, start-up and shut-down."""

import streamlit as st

from pages.ui.laboratory import lifespan
from pages.ui.live import ROUTES
from pages.ui.messages import explain

app = st.App("pages/ui/shell.py", lifespan=lifespan, routes=ROUTES, on_script_error=explain)

if __name__ == "__main__":
    app.run()
