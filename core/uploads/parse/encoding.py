"""Bytes to text: which encoding a file was saved in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from core.errors import UploadError

BLOCK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text has many of; more than this share of them, and it is none.
CONTROLS = frozenset(range(32)) - {9, 10, 11, 12, 13, 26, 27}
MOST_CONTROLS = 0.02
# Letters beyond ASCII side by side, as they never stand where Windows-1252 is written.
ABROAD = re.compile(rb"[\x80-\xff]{4}")
EASTERN = ("gb18030", "big5", "shift_jis", "cp932", "euc_kr", "cp949", "euc_jp", "cp1251", "koi8-r", "cp1253")
WORD = re.compile(rb'[^\s,;"]+')
# Bytes of different words that are looked at.
LOOKED_AT = 20_000


def encoding_in(data: bytes, chosen: str, notices: list[str]) -> str:
    """The name of the encoding of a text: the one that was `chosen`, or what `encoding_of` finds.

    Raises:
        UploadError: it is no text, or not in that encoding.
    """
    if chosen == "auto":
        return encoding_of(data, notices)
    if chosen != "utf-16" or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return chosen
    # Without its mark Python does not know which of two bytes comes first.
    found = _unmarked_utf16(data)
    if found is None:
        raise UploadError("The text is not UTF-16, in which about every second byte is zero: choose another encoding.")
    return found


def encoding_of(data: bytes, notices: list[str]) -> str:
    """The name of the encoding in which all of `data` is text.

    Raises:
        UploadError: it is no text, or damaged.
    """
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None) or _unmarked_utf16(data)
    if marked:
        try:
            _look_through(data, marked)
        except UnicodeDecodeError as error:
            raise UploadError(
                f"The text is not valid {marked.removesuffix('-sig').upper()} at byte {error.start:,}, though it "
                "begins like it: the file is damaged or was cut short; save it again as UTF-8."
            ) from error
        if marked != "utf-8-sig":
            notices.append(f"The text was read as {marked.upper()}.")
        return marked
    head = data[:BLOCK]
    if sum(head.count(sign) for sign in CONTROLS - {0}) > MOST_CONTROLS * len(head):
        raise UploadError("The file is not text: it holds control characters. Bring a CSV, TSV or TXT file in UTF-8.")
    try:
        _look_through(data, "utf-8")
    except UnicodeDecodeError as error:
        eastern = _eastern(data)
        if eastern is not None:
            notices.append(
                f"Unsure: the text is not UTF-8 and was read as {eastern.upper()}, as its letters look; if they make "
                "no words, choose another encoding."
            )
            return eastern
        count = len(data) - len(data.translate(None, bytes(range(128, 256))))
        notices.append(
            f"The text is not UTF-8 (byte {error.start:,}) and was read as Windows-1252 (Latin-1); look at the "
            f"{count:,} characters that are not ASCII."
        )
        try:
            _look_through(data, "cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def _eastern(data: bytes) -> str | None:
    """What chardet takes a text for, if that is an encoding of letters that are not Latin and all of it can be read."""
    import chardet

    if not ABROAD.search(data):
        return None
    # A class that comes up in each row would count for more than all others.
    words = b"\n".join(dict.fromkeys(word for word in WORD.findall(data[:BLOCK]) if not word.isascii()))[:LOOKED_AT]
    found = chardet.detect(words)["encoding"]
    name = codecs.lookup(found).name if found else ""
    if name not in EASTERN:
        return None
    try:
        _look_through(data, name)
    except UnicodeDecodeError:
        return None
    return name


def _look_through(data: bytes, encoding: str) -> None:
    """Decode everything once, a block at a time, in search of what is no text.

    Raises:
        UnicodeDecodeError: a byte has no meaning in this encoding.
        UploadError: there is a NUL.
    """
    line = 1
    for text in _decoded(data, encoding):
        nul = text.find("\0")
        if nul >= 0:
            raise UploadError(
                f"Line {line + text.count(chr(10), 0, nul):,} holds a NUL byte, which no text has: the file is damaged "
                "or not text; save it again as UTF-8."
            )
        line += text.count("\n")


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), BLOCK):
        yield decoder.decode(data[start : start + BLOCK], start + BLOCK >= len(data))


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: in most languages half of its bytes are zero, all at even or all at odd places."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.3 * len(head) / 2 or min(even, odd) > 0.02 * len(head):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def are_quotes_paired(data: bytes, encoding: str) -> bool:
    """Whether quotation marks come in pairs."""
    # In UTF-16 a byte like one is half of another sign, of "−" for instance.
    is_wide = encoding.startswith("utf-16")
    marks = data.decode(encoding, errors="replace").count('"') if is_wide else data.count(b'"')
    return marks % 2 == 0
