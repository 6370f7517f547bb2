"""Tables of random numbers and texts, written in a random way, with the values that they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
from hypothesis import strategies as some

# Digits behind the decimal sign, and how large numbers are.
NUMBERS = {
    "fraction": (3, 10),
    "whole": (0, 900),
    "large": (0, 5e6),
    "negative": (0, 50),
    "price": (2, 9e3),
    "percent": (1, 100),
    "measured": (1, 300),
}
TEXTS = {
    "category": (
        *(("red", "green", "blue"), ("Katze", "Hund"), ("n/s", "w/o", "e-w"), ("low", "mid level")),
        *(("Doe, Jane", "Roe; Rick"), ('5" disk', "tape"), ("1A", "1B", "2A")),
    ),
    "truth": (("true", "false"), ("yes", "no"), ("True", "False"), ("Y", "N")),
}  # fmt: skip
KINDS = (*NUMBERS, *TEXTS, "id", "long id", "day", "list")
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
UNITS = (" kg", "kg", " °C", " km/h", " kr", " K")
HEADERS = {
    "names": ("width", "Höhe", "weight kg", "temp", "speed", "n"),
    "terms": ("T [°C]", "a, b", "x_1", "%", "2nd", "Name"),
    "counted": tuple(map(str, range(6))),
    "years": tuple(map(str, range(2015, 2021))),
    "none": (),
}


@dataclass(frozen=True)
class Generated:
    """A file, the values of its columns of numbers, NaN where one is missing, and the texts of the others."""

    data: bytes
    values: dict[str, np.ndarray]
    texts: dict[str, list[str]]


@dataclass(frozen=True)
class Style:
    """How numbers are written, what stands for a missing one, and the share of those."""

    decimal: str
    groups: str
    minus: str
    missing: str
    share: float

    def number(self, x: float, digits: int, before: str = "", after: str = "") -> str:
        if np.isnan(x):
            return self.missing
        text = f"{abs(x):,.{digits}f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.groups)
        return f"{self.minus if x < 0 else ''}{before}{text}{after}"


@some.composite
def tables(draw) -> Generated:
    delimiter = draw(some.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(some.sampled_from([".", ".", ","]))
    style = Style(
        decimal,
        draw(some.sampled_from(["", "", "." if decimal == "," else ",", "\u00a0", "'"])),
        draw(some.sampled_from(["-", "-", "−"])),
        draw(some.sampled_from(["", "", "NA", "-", "n/a", "null", "?"])),
        draw(some.sampled_from([0.0, 0.0, 0.1])),
    )
    quoted, end = draw(some.sampled_from(["needed", "needed", "always"])), draw(some.sampled_from(["\n", "\r\n"]))
    encoding = draw(some.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"]))
    kinds = draw(some.lists(some.sampled_from(KINDS), min_size=2, max_size=6).filter(_has_two_numbers))
    rows, random = draw(some.integers(25, 60)), np.random.default_rng(draw(some.integers(0, 2**32 - 1)))
    # Of two numbers above others nobody could say that they are names.
    known = HEADERS if len(kinds) > 2 else ("names", "terms", "none")
    header = HEADERS[draw(some.sampled_from(["names", "names", *known]))]
    above = draw(some.sampled_from([0, 0, 0, 1, 2])) if header else 0
    columns, values, texts = [], {}, {}
    for place, kind in enumerate(kinds):
        name = header[place] if header else f"column {place + 1}"
        cells, found = _column(draw, kind, rows, style, random)
        columns.append([*([name] if header else []), *cells])
        if found is None:
            texts[name] = cells
        elif found.ndim == 2:
            values |= {f"{name} {i + 1}": column for i, column in enumerate(found.T)}
        else:
            values[name] = found
    # A row of nothing is an empty line.
    kept = [any(cells) for cells in zip(*columns, strict=True)]
    columns = [[*compress(cells, kept)] for cells in columns]
    values = {name: column[kept[-rows:]] for name, column in values.items()}
    texts = {name: [*compress(cells, kept[-rows:])] for name, cells in texts.items()}
    lines = [delimiter.join(_quoted(cell, quoted, delimiter) for cell in row) for row in zip(*columns, strict=True)]
    titles = [f"Report of {2000 + i}" for i in range(above)]
    return Generated((end.join([*titles, *lines]) + end).encode(encoding), values, texts)


def _has_two_numbers(kinds: list[str]) -> bool:
    return sum(kind in NUMBERS for kind in kinds) >= 2


def _column(
    draw, kind: str, rows: int, style: Style, random: np.random.Generator
) -> tuple[list[str], np.ndarray | None]:
    """The cells of a column and the values (rows,) or (rows, width) in them, None if they are texts."""
    if kind in TEXTS:
        return random.choice(draw(some.sampled_from(TEXTS[kind])), rows).tolist(), None
    if kind == "long id":
        return [f"{x}" for x in random.integers(10**17, 10**18, rows)], None
    if kind == "id":
        found = np.arange(rows) + 10 ** draw(some.integers(0, 12))
        return [f"{x}" for x in found.tolist()], found
    if kind == "list":
        found = np.round(random.random((rows, draw(some.integers(3, 5)))), 3)
        return [str(row) for row in found.tolist()], found
    missing = random.random(rows) < style.share
    if kind == "day":
        form = draw(some.sampled_from(DAYS))
        step = 1 if "%H" in form else 86_400
        seconds = random.integers(946_684_800 // step, 1_893_456_000 // step, rows) * step
        moments = seconds.astype("datetime64[s]").tolist()
        cells = [style.missing if gone else x.strftime(form) for x, gone in zip(moments, missing, strict=True)]
        return cells, np.where(missing, np.nan, seconds)
    digits, scale = NUMBERS[kind]
    found = np.round(random.random(rows) * scale - (scale / 2 if kind == "negative" else 0), digits)
    found[missing] = np.nan
    dress = {
        "price": ("€", ""),
        "percent": ("", "%"),
        "measured": ("", draw(some.sampled_from(UNITS))),
    }.get(kind, ("", ""))
    return [style.number(x, digits, *dress) for x in found.tolist()], found


def _quoted(cell: str, quoted: str, delimiter: str) -> str:
    if quoted == "always" or delimiter in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
