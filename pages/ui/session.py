"""What a session remembers beside its widgets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from core import RunConfig
    from core.engine import Job, Record
    from core.selection import Selection
    from pages.ui.brought import Reading


# What an address may say beside a run and its settings: what was chosen on pages, by the keys of the widgets.
CHOICES = (
    "projection",
    "dimensions",
    "projected",
    "projection_perplexity",
    "projection_near",
    "projection_min_distance",
    "projection_seed",
    "colour_by",
    "walked_mark",
    "walked_to",
    "all_latents",
    "latent_across",
    "latent_up",
    "sample_seed",
    "sample_count",
    "sample_order",
    "prior_drawn",
    "sample_condition",
    "judged",
    "cluster_method",
    "clusters",
    "linkage",
    "min_samples",
    "dense_share",
    "min_cluster_size",
    "order",
    "repaired_noise",
    "repaired_level",
    "use",
    "classifier",
    "real_samples",
    "sequence",
    "unit_view",
    "hole",
    "beginning",
    "begun_by",
    "given",
    "temperature_drawn",
    "map_of_samples",
    "told_prior",
    "copied_by",
    "detector",
    "moved",
    "minus",
    "plus",
    "flagged",
    "detection",
    "data_view",
    "shown_dataset",
    "curve",
    "curve_over",
    "curve_target",
    "score_compared",
    "wall_mode",
    "wall_panel",
    "wall_metric",
    "wall_place",
    "wall_time",
    "plotted",
    "wall_seed",
    "measure",
    "filter_words",
    "filter_data",
    "filter_model",
    "filter_status",
    "listed_by",
    "swept",
    "sweep_seeds",
)
# Beside these, each with a name after it: the values at which a knob is swept, the guess in a lesson, and what a brush
# keeps of a sweep's runs, by a knob or by a number.
VALUES, GUESS, BRUSH = "values_", "guess_", "brush_"


def is_choice(name: str) -> bool:
    """Whether this stands for a choice in an address."""
    return name in CHOICES or name.startswith((VALUES, GUESS, BRUSH))


@dataclass
class Memory:
    """What one browser tab remembers from rerun to rerun; the knobs stand in its widgets, under their own names."""

    # Who looks at it, as the browser's cookie said last; without one it is somebody of its own.
    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)
    # What the live stage calls this tab to the server; nobody else knows it.
    page: str = field(default_factory=lambda: uuid.uuid4().hex)
    # The run on screen, the one before it, which stays as its ghost, and whether that one stays for the next runs, too.
    run: str | None = None
    before: str | None = None
    pinned: bool = False
    # The run that is looked back at, and at which step; it counts while that run is on screen.
    looked: tuple[str, int] | None = None
    # The runs that are compared, by id, and those that were set aside for it from page to page.
    compared: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    # On the Runs page: the runs that are picked, and those listed in the order of their rows.
    picked: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    # The runs, the sweep or the dataset that were deleted last.
    deleted: tuple[str, ...] = ()
    # The sweep on screen, and what workers were asked of its runs.
    sweep: str | None = None
    swept: dict[str, Job[Any]] = field(default_factory=dict)
    # The lesson on screen; its two sides are compared.
    lesson: str | None = None
    # What the knobs said when the Train page was drawn last, and the run that was started because they said so.
    drawn: RunConfig | None = None
    follower: str | None = None
    # The runs that were started here, or went on from here; those that left the screen and have still to end.
    started: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    # The samples that are selected, on all pages.
    selection: Selection | None = None
    # The knob that was turned last, and what all of them stood at then.
    turned: str | None = None
    stood: dict[str, Any] = field(default_factory=dict)
    # The run and its checkpoint whose next step plays in slow motion.
    slow: tuple[str, str] | None = None
    # The run whose codes were projected last, and how; the one whose latents have the sliders.
    projected: tuple[Record, dict[str, Any]] | None = None
    walked: str | None = None
    # Whether the Sweep page was asked for, with the knob that was turned last.
    go_to_sweep: bool = False
    # Whether any run was on screen, and the groups of knobs that are unfolded.
    has_seen_one: bool = False
    unfolded: frozenset[str] = frozenset()
    # What the knobs of each dataset and model stood at when they were on screen last.
    left: dict[tuple[str, str], RunConfig] = field(default_factory=dict)
    # What the address says of the knobs; nothing before it was read for the first time.
    address: dict[str, str] = field(default_factory=dict)
    # What is chosen on pages where that is not as they begin, what an address asked for that no page has drawn yet, and
    # what each choice began with when it was drawn last.
    chosen: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    begun: dict[str, Any] = field(default_factory=dict)
    # The settings that were put on the widgets last, by an address, a run or a dataset that was picked.
    adopted: dict[str, Any] = field(default_factory=dict)
    # A sentence to be shown, and the page and the address at which it was shown first.
    flash: str | None = None
    flashed_at: tuple[str, dict[str, str]] | None = None
    # What workers were asked for, by what was asked; the last few, for the others come back from the disk.
    jobs: dict[str, Job[Any]] = field(default_factory=dict)
    # Those that were stopped here where they stood, by their tokens, and those that were given up, by what was asked.
    stopped: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    # Whether the page is drawn anew because something was deleted while it was drawn.
    is_overtaken: bool = False
    # Whether a dataset was chosen for Train on the Data page.
    go_to_train: bool = False
    # The dataset that is being fetched.
    fetching: str | None = None
    # The file that was brought, and the key of the bytes of each by the id that Streamlit gave it.
    reading: Reading | None = None
    files_read: dict[str, str] = field(default_factory=dict)

    def say(self, sentence: str | None) -> None:
        """Have this sentence, or none, shown on the next paint."""
        self.flash, self.flashed_at = sentence, None


def memory() -> Memory:
    """What this browser tab remembers."""
    if "memory" not in st.session_state:
        st.session_state["memory"] = Memory()
    remembered: Memory = st.session_state["memory"]
    return remembered
