"""Text: lines that are words, or one long run of characters, in small letters without accents."""

from __future__ import annotations

import numpy as np

from core.errors import UploadError
from core.text import fold
from core.uploads.limits import CHARACTERS, SAMPLES
from core.uploads.parse.encoding import encoding_in
from core.uploads.parse.format import Format
from core.uploads.parse.raw import Raw
from core.uploads.parse.words import Words
from core.uploads.phrases import counted

SHORTEST_WORD = 2
LONGEST_WORD = 24
# Lines are words where at least this share of them is short enough, and there are so many.
MOST = 0.8
FEWEST_LINES = 20


def read(data: bytes, format: Format, notices: list[str]) -> Raw:
    """Words, one a line, or the code points (T,) of a text.

    Raises:
        UploadError: it is no text, or empty.
    """
    encoding = encoding_in(data, format.encoding, notices)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if len(text) > CHARACTERS:
        notices.append(f"Only the first {CHARACTERS:,} of {len(text):,} characters were read.")
        text = text[:CHARACTERS]
    if not text.strip():
        raise UploadError("The text is empty: bring words, one a line, or a longer text.")
    lines = [line for line in (" ".join(fold(line).split()) for line in text.splitlines()) if line]
    words = [line for line in lines if SHORTEST_WORD <= len(line) <= LONGEST_WORD]
    if len(words) < max(FEWEST_LINES, MOST * len(lines)):
        folded = " ".join(fold(text).split())
        notices.append(f"Read as one text of {counted(len(folded), 'character')}, in small letters without accents.")
        return Raw("text", np.frombuffer(folded.encode("utf-32-le"), np.uint32))
    notices.append(f"Each of {counted(len(words), 'line')} was read as a word, in small letters without accents.")
    if len(words) < len(lines):
        notices.append(
            f"Left out: {counted(len(lines) - len(words), 'line')} of fewer than {SHORTEST_WORD} or more than "
            f"{LONGEST_WORD} characters."
        )
    if len(words) > SAMPLES:
        notices.append(f"Only the first {SAMPLES:,} of {len(words):,} words were read.")
    return Raw("text", np.empty(0, np.uint32), words={"word": Words.of(words[:SAMPLES])})
