"""Every run that was trained here: find, reopen, compare, rename, delete and undo."""

import streamlit as st

from pages.ui.deleted import restorable, undo_last
from pages.ui.laboratory import laboratory
from pages.ui.messages import invite, plain
from pages.ui.owners import mine
from pages.ui.run_actions import actions, show
from pages.ui.run_filter import offer_all, pick
from pages.ui.run_table import table
from pages.ui.state import show_flash
from pages.ui.teacher import teach

store = laboratory.engine.store

show_flash()
if store.room.is_short:
    st.warning(plain(store.room.sentence), icon=":material/hard_drive:")
gone = {record.id: record.name for record in mine(store.deleted())}
undo_last(gone, store.restore)
records = mine(store.all())
teach()
if records:
    listed = pick(records)
    actions(records, listed)
    if listed:
        show(table(listed))
    else:
        offer_all(len(records))
else:
    invite("Every run you train is kept here, across restarts.")
restorable(gone, store.restore)
