"""Words, and how far letters follow each other in them as they do elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor


def words_of(x: Tensor, alphabet: str) -> list[str]:
    """The words that samples (N, T, letters) are, the most probable letter at each step, without blanks at the end."""
    return ["".join(alphabet[letter] for letter in word).rstrip() for word in x.argmax(dim=2).tolist()]


def trigrams(word: str) -> set[str]:
    """All three letters in a row, a blank before and after the word counting as one."""
    padded = f" {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def share_spelled(words: Iterable[str], known: Iterable[str]) -> float:
    """The share of `words` that have letters, and whose trigrams all occur in words that are `known`."""
    spelled = set().union(*map(trigrams, known))
    right = [bool(word) and trigrams(word) <= spelled for word in words]
    return sum(right) / len(right)


def share_copied(words: Iterable[str], known: Iterable[str]) -> float:
    """The share of `words` that are `known`."""
    there = set(known)
    copied = [word in there for word in words]
    return sum(copied) / len(copied)
