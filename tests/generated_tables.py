"""Tables of random numbers and texts, written in a random way, with the values that they were made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as some

KINDS = ("fraction", "whole", "large", "negative", "category", "price", "percent")
NAMES = ("width", "Höhe", "weight kg", "temp", "speed", "n")
CATEGORIES = (("red", "green", "blue"), ("Katze", "Hund"), ("n/s", "w/o", "e-w"), ("low", "mid level"))


@dataclass(frozen=True)
class Generated:
    """A file, the values of its columns of numbers, NaN where one is missing, and the texts of the others."""

    data: bytes
    values: dict[str, np.ndarray]
    texts: dict[str, list[str]]


@some.composite
def tables(draw) -> Generated:
    delimiter = draw(some.sampled_from([",", ";", "\t", "|"]))
    decimal = "." if delimiter == "," else draw(some.sampled_from([".", ","]))
    groups = draw(some.sampled_from(["", "", "." if decimal == "," else ",", "\u00a0", "'"]))
    quoted, end = draw(some.sampled_from(["needed", "needed", "always"])), draw(some.sampled_from(["\n", "\r\n"]))
    minus = draw(some.sampled_from(["-", "-", "−"]))
    missing = draw(some.sampled_from(["", "", "NA", "-", "n/a"]))
    share = draw(some.sampled_from([0.0, 0.0, 0.1]))
    kinds = draw(some.lists(some.sampled_from(KINDS), min_size=2, max_size=6).filter(_has_two_numbers))
    rows, random = draw(some.integers(25, 60)), np.random.default_rng(draw(some.integers(0, 2**32 - 1)))
    above = draw(some.sampled_from([0, 0, 0, 1, 2]))
    columns, values, texts = [], {}, {}
    for name, kind in zip(NAMES, kinds, strict=False):
        if kind == "category":
            chosen = CATEGORIES[draw(some.integers(0, len(CATEGORIES) - 1))]
            texts[name] = random.choice(chosen, rows).tolist()
            columns.append([name, *texts[name]])
            continue
        digits = {"fraction": 3, "price": 2, "percent": 1}.get(kind, 0)
        scale = {"fraction": 10, "whole": 900, "large": 5e6, "negative": 50, "price": 9e3, "percent": 100}[kind]
        column = np.round(random.random(rows) * scale - (scale / 2 if kind == "negative" else 0), digits)
        column[random.random(rows) < share] = np.nan
        cells = [_written(x, digits, kind, decimal, groups, minus, missing) for x in column.tolist()]
        columns.append([name, *cells])
        values[name] = column
    lines = [delimiter.join(_quoted(cell, quoted, delimiter) for cell in row) for row in zip(*columns, strict=True)]
    titles = [f"Report of {2000 + i}" for i in range(above)]
    return Generated((end.join([*titles, *lines]) + end).encode(), values, texts)


def _has_two_numbers(kinds: list[str]) -> bool:
    return sum(kind != "category" for kind in kinds) >= 2


def _written(x: float, digits: int, kind: str, decimal: str, groups: str, minus: str, missing: str) -> str:
    if np.isnan(x):
        return missing
    text = f"{abs(x):,.{digits}f}".replace(",", "\0").replace(".", decimal).replace("\0", groups)
    sign = minus if x < 0 else ""
    return {"price": f"{sign}€{text}", "percent": f"{sign}{text}%"}.get(kind, f"{sign}{text}")


def _quoted(cell: str, quoted: str, delimiter: str) -> str:
    return f'"{cell}"' if quoted == "always" or delimiter in cell else cell
