"""Formulas in LaTeX, put together from their parts."""

from __future__ import annotations

import re

# Between two lines of a formula.
_BREAK = r" \\ "
# What lights up, as TeX is told; the page gives it the colour of its theme.
LIT = r"\textcolor{#d55e00}"
# Behind these a symbol is a part of another one.
_ACCENTS = "".join(rf"(?<!\\{accent} )" for accent in ("hat", "tilde", "bar"))


def stacked(*lines: str) -> str:
    """Formulas below each other; empty ones are left out."""
    return _BREAK.join(line for line in lines if line)


def lines(formula: str) -> list[str]:
    """The lines of a formula; one that is too long for a page may go on in the next also between words of a text."""

    def apart(text: re.Match[str]) -> str:
        return r"\allowbreak ".join(rf"\text{{{word}}}" for word in re.split("(?<= )", text[1]) if word)

    return [re.sub(r"\\text\{([^{}]*)\}", apart, line) for line in formula.split(_BREAK)]


def weighted(weight: float, term: str) -> str:
    """ " + weight · term", without a weight of one; nothing where the weight is zero."""
    if weight == 0:
        return ""
    return rf" + {term}" if weight == 1 else rf" + {weight:g}\, {term}"


def lit(formula: str, symbol: str) -> str:
    """The formula with each occurrence of a symbol lit up, and what stands in brackets behind it."""
    found = re.compile(rf"(?<![A-Za-z\\_^]){_ACCENTS}{re.escape(symbol)}(?![A-Za-z])")
    done, end = "", 0
    for match in found.finditer(formula):
        if match.start() >= end:
            closed = _closed(formula, match.end())
            done += formula[end : match.start()] + rf"{LIT}{{{formula[match.start() : closed]}}}"
            end = closed
    return done + formula[end:]


def lit_behind(formula: str, aim: str) -> str:
    """The formula with all lit up that stands behind `aim` on its line, as far as the next wide gap."""
    begin = formula.find(aim)
    if begin < 0:
        return formula
    begin += len(aim)
    gap = re.compile(r",?\s*(\\qquad|\\\\)")
    found = gap.search(formula, begin)
    end = len(formula) if found is None else found.start()
    return formula[:begin] + rf"{LIT}{{{formula[begin:end]}}}" + formula[end:]


def _closed(formula: str, begin: int) -> int:
    """The place behind the brackets that open at `begin`; there itself where none do."""
    depth, place = 0, begin
    while place < len(formula) and (depth or formula[place] == "("):
        depth += (formula[place] == "(") - (formula[place] == ")")
        place += 1
        if depth == 0:
            break
    return place
