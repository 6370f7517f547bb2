"""Formulas in LaTeX, put together from their parts."""

from __future__ import annotations


def stacked(*lines: str) -> str:
    """Formulas below each other; empty ones are left out."""
    return r"\begin{gathered}" + r" \\ ".join(line for line in lines if line) + r"\end{gathered}"


def weighted(weight: float, term: str) -> str:
    """ " + weight · term", without a weight of one; nothing where the weight is zero."""
    if weight == 0:
        return ""
    return rf" + {term}" if weight == 1 else rf" + {weight:g}\, {term}"
