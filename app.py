"""The server: Streamlit's application with the shell script, our routes behind the guard, start-up and shut-down."""

import os
import sys

import streamlit as st
from starlette.middleware import Middleware
from streamlit.web.bootstrap import load_config_options

from core.errors import LatentLabError
from pages.ui import live, runner, scripts, thumbnails
from pages.ui.guard import Guard, hosts
from pages.ui.laboratory import lifespan
from pages.ui.messages import explain
from pages.ui.variables import number
from pages.ui.visitors import Visitors

# What is written, by workers too, only this user can read.
os.umask(0o077)
# `App.run` reads .streamlit/config.toml alone; `streamlit run` would read these variables too.
VARIABLES = {
    "server.address": "STREAMLIT_SERVER_ADDRESS",
    "server.baseUrlPath": "STREAMLIT_SERVER_BASE_URL_PATH",
}
# Those that take a number, and the highest.
NUMBERS = {
    "server.port": ("STREAMLIT_SERVER_PORT", 65_535),
    "server.disconnectedSessionTTL": ("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", 365 * 24 * 3600),
}
options: dict[str, str | int] = {option: os.environ[name] for option, name in VARIABLES.items() if name in os.environ}
try:
    options |= {option: number(*about) for option, about in NUMBERS.items() if about[0] in os.environ}
except LatentLabError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
# Read before `App.run` reads them once more: our routes stand below the same path as Streamlit's.
load_config_options(options)
base = st.get_option("server.baseUrlPath").strip("/")
routes = [
    type(route)(f"/{base}{route.path}" if base else route.path, route.endpoint)
    for route in (*live.ROUTES, *scripts.ROUTES, *thumbnails.ROUTES)
]
runner.install()
app = st.App(
    "pages/ui/shell.py",
    lifespan=lifespan,
    routes=routes,
    middleware=[Middleware(Guard, served=hosts()), Middleware(Visitors)],
    on_script_error=explain,
)

if __name__ == "__main__":
    app.run(config=options)
