"""Two to six runs side by side: what differs, what each makes of the same samples, what it scores and what it costs."""

import streamlit as st

from pages.ui.compared import axis, pick, what_differs
from pages.ui.compared_scores import scores
from pages.ui.costs import progress
from pages.ui.differences import in_order, titles
from pages.ui.laboratory import laboratory
from pages.ui.navigation import page
from pages.ui.state import address, open_run, show_flash
from pages.ui.wall import Placed, wall

show_flash()
chosen = pick()
records = in_order([record for record in chosen.values() if record is not None])
what_differs(records)

names = dict(zip((record.id for record in records), titles(records), strict=True))
# Those that are gone come last.
runs = [*names, *(run for run in chosen if run not in names)]
placed = [Placed(run, names.get(run, "A run that is gone"), column=i) for i, run in enumerate(runs)]
opened = wall(
    placed, "compared_runs", "Runs side by side", across=axis(records) if len(records) == len(chosen) else None
)
if opened:
    open_run(laboratory.engine.store.get(opened))
    st.switch_page(page("train"), query_params=address())

if records:
    progress(records)
    scores(records)
