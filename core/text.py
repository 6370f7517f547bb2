"""Text folded for comparison."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Small letters without accents: "Çelik" → "celik", "Groß" → "gross"."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
