"""Every run that was trained here: find, reopen, compare, rename, delete and undo."""

import streamlit as st

from pages.ui.deleted import restorable
from pages.ui.laboratory import laboratory
from pages.ui.messages import invite
from pages.ui.run_actions import actions, show
from pages.ui.run_filter import pick
from pages.ui.run_table import table
from pages.ui.state import show_flash

store = laboratory.engine.store

show_flash()
restorable({record.id: record.name for record in store.deleted()}, store.restore)
records = store.all()
if not records:
    invite("Every run you train is kept here, across restarts.")
    st.stop()

listed = pick(records)
actions(records, listed)
opened = table(listed)
for record in listed:
    if record.id == opened:
        show(record)
