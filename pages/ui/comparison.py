"""The run on screen against its ghost: how they differ in a sentence, and what can be done with the ghost."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st
import torch

from core import MODELS, RunConfig
from core.dataset import DataSpec
from core.engine import ReadableRecord, Record
from pages.ui.before import forget_ghost, ghost_of
from pages.ui.differs import differences
from pages.ui.laboratory import laboratory
from pages.ui.session import memory
from pages.ui.state import attempt, current_run, open_run, write_address


def difference(before: ReadableRecord, now: ReadableRecord) -> str:
    """The settings that differ, and how alike the two began."""
    one, other = before.config.in_force(before.step), now.config.in_force(now.step)
    found = [f"{name} {was} → {is_now}" for name, was, is_now in differences(one, other)]
    return " · ".join(
        ["Before → now: " + (" · ".join(found) or "the same settings"), _beginnings(one, other, now.spec)]
    )


def _beginnings(one: RunConfig, other: RunConfig, spec: DataSpec) -> str:
    if one.seed != other.seed:
        return "other first weights, other validation samples"
    share = same_first_weights(one.model_dump_json(), other.model_dump_json(), spec)
    return (
        "same seed, same first weights" if share == 1 else f"same seed, {share:.0%} of the first weights are the same"
    )


@lru_cache(maxsize=32)
def same_first_weights(one: str, other: str, spec: DataSpec) -> float:
    """The share of the weights of `other` that begin as those of `one` do; both are configurations as JSON."""
    first, second = (_first_weights(RunConfig.model_validate_json(text, context=spec), spec) for text in (one, other))
    if not second:
        # All begin at zero: alike only if those of `one` do.
        return float(not first)
    same = sum(weight.numel() for name, weight in second.items() if name in first and torch.equal(first[name], weight))
    return same / sum(weight.numel() for weight in second.values())


def _first_weights(config: RunConfig, spec: DataSpec) -> dict[str, torch.Tensor]:
    model = MODELS[config.model](config.hyperparameters, spec)
    model.initialize(torch.Generator().manual_seed(config.seed))
    # Biases begin at zero everywhere, which says nothing.
    return {name: weight.detach() for name, weight in model.named_parameters() if weight.any()}


def act() -> None:
    """Do what a button beside the ghost asked for."""
    attempt(WISHES[st.session_state["stage_view"]["ghost"]])


def _pin() -> None:
    """Let the ghost stay for the next runs or not; where there is none, it is the run on screen that will be theirs."""
    record, remembered = current_run(), memory()
    if record is None:
        return
    ghost = ghost_of(record)
    remembered.pinned = not is_pinned(record, ghost)
    if remembered.pinned:
        remembered.before = (ghost or record).id
    elif ghost is None:
        remembered.before = None


def is_pinned(record: Record, ghost: Record | None) -> bool:
    """Whether the ghost of a run on screen, or where it has none the run itself, stays for the next runs."""
    return memory().pinned and memory().before == (ghost or record).id


def _swap() -> None:
    remembered = memory()
    if remembered.run is None or remembered.before is None:
        return
    shown, pinned = remembered.run, remembered.pinned
    open_run(laboratory.engine.store.get(remembered.before))
    remembered.before, remembered.pinned = shown, pinned
    write_address()


def _compare() -> None:
    memory().compared = tuple(filter(None, (memory().before, memory().run)))


COMPARE = "compare"
WISHES = {"pin": _pin, "swap": _swap, COMPARE: _compare, "remove": forget_ghost}
