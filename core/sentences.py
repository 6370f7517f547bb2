"""What is wrong with a rejected configuration, in sentences for people."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError


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


def _explain(name: str, item: Any) -> str:
    """One of pydantic's findings in our words: what, where, and the limit."""
    got, context = item["input"], item.get("ctx", {})
    templates = {
        "greater_than_equal": "{name} = {got} is too small: the smallest allowed is {ge}.",
        "less_than_equal": "{name} = {got} is too large: the largest allowed is {le}.",
        "extra_forbidden": "{name} is not a hyper-parameter here.",
        "literal_error": "{name} = {got!r} is not a choice: take {expected}.",
        "missing": "{name} is missing.",
        "too_long": "{name} = {got} is too long: at most {max_length} entries.",
    }
    template = templates.get(item["type"], "{name} = {got!r} does not fit: {reason}.")
    reason = item["msg"][0].lower() + item["msg"][1:]
    return template.format(name=name, got=got, reason=reason, **context)
