"""What is wrong with a configuration, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from core.scaling import MEANING

if TYPE_CHECKING:
    from core.dataset import DataSpec
    from core.model import Model

# Characters of what somebody typed that a sentence repeats.
SHOWN = 60
# What a value of each type is, for those who typed another one.
TYPES: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    tuple: "none or a list of sizes such as 256-128",
    tuple[str, ...]: "none or a list of names",
}


def sentences(error: ValidationError) -> list[str]:
    """What is wrong in a rejected configuration, one sentence a mistake."""
    found = []
    for item in error.errors():
        if item["type"] == "sentence":
            found.append(item["msg"])
        else:
            found.append(_explain(".".join(str(part) for part in item["loc"]), item))
    return found


def sentence(text: str) -> PydanticCustomError:
    """The error that a validator raises to say `text`."""
    # Braces would be read as a template.
    return PydanticCustomError("sentence", "{text}", {"text": text})


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """No dataset or model is called so."""
    return f"There is no {what} called {name!r}; choose one of {', '.join(known)}."


def wrong_kind(model: type[Model], kind: str) -> str:
    """A model does not accept this kind of data."""
    return f"{model.title} works on {' or '.join(sorted(model.kinds))} data; these are {kind} data."


def needs_labels(model: type[Model]) -> str:
    """A model learns from labels, and these data have none, or no two classes."""
    return f"{model.title} learns from the labels of two classes or more; these data have none. Choose another model."


def misfit(model: type[Model], spec: DataSpec) -> str:
    """Why a model cannot learn from samples such as `spec` describes; nothing where it can."""
    if spec.kind not in model.kinds:
        return wrong_kind(model, spec.kind)
    return needs_labels(model) if model.needs_labels and len(spec.label_names) < 2 else ""


def bce_outside_unit_range(spec: DataSpec) -> str:
    """Cross-entropy is for shares."""
    need, (low, high) = "Reconstruction loss BCE needs values between 0 and 1", spec.value_range
    if spec.scaling in MEANING:
        return f"{need}; these are {MEANING[spec.scaling]}. Choose MSE, or min-max for Preprocessing."
    return f"{need}; these run from {low:g} to {high:g}. Choose MSE."


def letters_are_no_numbers() -> str:
    """Words were to be scaled."""
    return "Words are letters, no numbers that could be scaled: choose none for Preprocessing."


def softmax_without_letters() -> str:
    """A softmax chooses one of an alphabet."""
    return "Reconstruction loss softmax is for words, which are letters of an alphabet; choose MSE."


def not_live(name: str, live: Iterable[str]) -> str:
    """A knob that shapes the network was turned while a run went on."""
    known = ", ".join(sorted(live)) or "none of this model"
    return f"{name} cannot be changed while a run goes on; these can: {known}."


def not_a_dictionary(given: Any) -> str:
    """Hyper-parameters came as something else."""
    return f"Hyper-parameters are given as a dictionary from name to value, not as {given!r}."


def no_dataset_here(text: str, instead: str) -> str:
    """An address names a dataset that is not (any more) on this machine."""
    return f"The dataset {_short(text)!r} of this address is not here, or not any more; {instead} is taken instead."


def no_model_here(text: str, instead: str) -> str:
    """An address names a model that there is not."""
    return f"There is no model called {_short(text)!r}; {instead} is taken instead."


def model_replaced(reason: str, instead: str) -> str:
    """An address names a model that does not accept its data, for a `reason`."""
    return f"{reason} {instead} is taken instead."


def several_values(name: str, texts: Sequence[str]) -> str:
    """An address gives a name several values."""
    return f"{_short(name)} has several values, {_short(', '.join(texts))}: the last one is taken."


def unknown_knob(name: str, model: str) -> str:
    """An address names something that cannot be turned here."""
    return f"{_short(name)} is nothing that can be set for {model} on these data."


def wrong_type(name: str, text: str, kind: type) -> str:
    """What an address says is no value of the knob's type."""
    return f"{name} = {_short(text)} is not {TYPES[kind]}."


def _short(text: str) -> str:
    """What somebody typed, cut where it would fill the page."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _explain(name: str, item: Any) -> str:
    """One of pydantic's findings in our words: what, where, and the limit."""
    got, context = item["input"], item.get("ctx", {})
    templates = {
        "greater_than_equal": "{name} = {got} is too small: the smallest allowed is {ge}.",
        "less_than_equal": "{name} = {got} is too large: the largest allowed is {le}.",
        "finite_number": "{name} = {got} is not a finite number.",
        "extra_forbidden": "{name} is not a hyper-parameter here.",
        "literal_error": "{name} = {got!r} is not a choice: take {expected}.",
        "missing": "{name} is missing.",
        "too_long": "{name} = {got} is too long: at most {max_length} entries.",
    }
    template = templates.get(item["type"], "{name} = {got!r} does not fit: {reason}.")
    reason = item["msg"][0].lower() + item["msg"][1:]
    return template.format(name=name, got=got, reason=reason, **context)
