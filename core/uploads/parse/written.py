"""Numbers as people write them: any minus, groups of thousands, decimal commas, currencies, percent, units."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from core.uploads.parse.numbers import is_missing

# Other minus and plus signs, blanks, apostrophes and the separators of Arabic.
SIGNS = str.maketrans(
    {**dict.fromkeys("−‒–﹣－", "-"), **dict.fromkeys("\u00a0\u202f\u2009\u2007\u3000", " ")}
    | {"＋": "+", "’": "'", "ʼ": "'", "´": "'", "`": "'", "٫": ".", "٬": "'", "，": ",", "．": "."}
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
CURRENCIES = (
    r"US\$|R\$|A\$|C\$|HK\$|NT\$|S\$|[$€£¥₹₩₽₺₪฿₫₴₦₱₡₲₵₸₼₾¢￥￡元円]|"
    r"(?:CHF|USD|EUR|GBP|JPY|CNY|RMB|INR|BRL|MXN|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|KRW|ZAR|zł|Kč|kr|Rs|Fr|Ft|лв|руб)\b\.?"
)
# What stands behind a number and how much more it says: percent are only known to be none of the numbers beside them.
MARKS = {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "Mio": 1e6, "Mio.": 1e6, "B": 1e9, "bn": 1e9, "Mrd": 1e9, "Mrd.": 1e9}
MARKS |= {"%": 1, "‰": 1}
MARK = "|".join(map(re.escape, MARKS))
# No unit follows a point at once: 003.png is a file.
DRESSED = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+])? ?(?P<before>{CURRENCIES})? ?(?P<second>[-+])? ?"
    r"(?P<core>(?:[\d.,' ]*\d(?:[.,](?![^\W\d_]{2}))?|\d+[.,](?![^\W\d_]{2}))(?:[eEdD][-+]?\d+)?)"
    rf"(?P<after> ?(?:(?:(?:{MARK}) ?)?(?:{CURRENCIES})|[%‰]|°[CFK]?|[^\W\d_][^\d\s()\-+;|]*))?"
    r" ?(?P<minus>-)?(?P<close>\))?"
)
# Only a currency follows a mark: no kr, BRL or km/h is a k or a B. Kelvin stand behind a blank.
MARKED = re.compile(rf"(?! K$) ?(?P<mark>{MARK})? ?(?:{CURRENCIES})?")
# As most programs write them, which is quickly seen.
PLAIN = re.compile(r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*")
WORDS = frozenset({"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})
# What may part thousands, by the decimal sign.
GROUPS = {".": ("", ",", " ", "'"), ",": ("", ".", " ", "'")}
# What only one of the two decimal signs explains.
DECISIVE = {
    ",": re.compile(r"0+,\d+|\d+,(\d{1,2}|\d{4,})|\d{1,3}([. ']\d{3})+,\d*|\d{1,3}(\.\d{3}){2,}"),
    ".": re.compile(r"0*\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}([, ']\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}"),
}
# Whole numbers with more digits than 64-bit floats tell apart are names.
LONGEST = 15
MOST = 0.5
# The share of numbers that have the same behind them.
SAME = 0.9


# 1.2 × 10³, and how sure a number is.
POWER = re.compile(r"(?<=\d) ?[×x·*⋅] ?10(?:\^([-+]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
SURE = re.compile(r"(?<=\d) ?(±|\+/-|\+-) ?[\d.,]+")
# What keeps Excel from taking a text for a number, and what leads to a note below the table.
GUARDED = re.compile(r"=\"([^\"]*)\"|'(?=[-+.\d])(.*)")
NOTE = re.compile(r"(?<=[\d%]) ?([*†‡§¶]|\[\w{1,3}\])+$")


def simple(cell: str) -> str:
    """A cell with the signs of a keyboard."""
    text = cell.translate(SIGNS).strip()
    if guarded := GUARDED.fullmatch(text):
        text = guarded[1] or guarded[2] or ""
    if text[-1:] in "*†‡§¶]":
        text = NOTE.sub("", text)
    if "10" in text:
        text = POWER.sub(lambda found: f"e{found[1] or found[2].translate(RAISED)}", text)
    return SURE.sub("", text) if "±" in text or "+" in text else text


@dataclass(frozen=True)
class Written:
    """How the numbers of a column are written: decimal sign, what parts thousands ("" for nothing), unit, and marks."""

    decimal: str = "."
    groups: str = ""
    unit: str = ""
    marks: frozenset[str] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether they are as programs write them."""
        return self == Written()

    def number(self, cell: str) -> float | None:
        """A cell's number, NaN if it is missing, None if it is something else."""
        text = simple(cell)
        if is_missing(text):
            return math.nan
        if text.lower() in WORDS:
            return float(text)
        found = DRESSED.fullmatch(text)
        if found is None or not self._may_end(found):
            return None
        core = found["core"]
        if not _shape(self.decimal, self.groups).fullmatch(core):
            return None
        plain = core.replace(self.groups, "") if self.groups else core
        value = float(re.sub("[dD]", "e", plain.replace(self.decimal, "."))) * MARKS.get(_ending(found)[1], 1)
        negative = "-" in (found["sign"], found["second"], found["minus"]) or (found["open"] and found["close"])
        return -value if negative else value

    def mixture(self, cells: Iterable[str]) -> tuple[str, str] | None:
        """The first cell with a unit or a mark and the first number without, which may mean another; 0 is always 0."""
        if not (self.unit or self.marks):
            return None
        found = {
            any(_ending(match)): cell
            for cell in reversed([*cells])
            if self.number(cell) and (match := DRESSED.fullmatch(simple(cell)))
        }
        return (found[True], found[False]) if len(found) == 2 else None

    def _may_end(self, found: re.Match[str]) -> bool:
        unit, mark = _ending(found)
        return unit in ("", self.unit) and mark in ("", *self.marks)


def written(cells: Sequence[str], decimal: str, hint: str) -> Written | None:
    """How most of these cells are written as numbers; None where most are none.

    `decimal` is the sign that was chosen, or auto, and `hint` the likelier one where both would do.
    """
    if hint == "." and decimal in ("auto", ".") and all(map(PLAIN.fullmatch, cells)):
        return None if _are_names([cell.strip() for cell in cells]) else Written()
    full = [simple(cell) for cell in cells if not is_missing(cell)]
    found = [match for match in map(DRESSED.fullmatch, full) if match]
    if len(found) + sum(text.lower() in WORDS for text in full) <= MOST * len(full):
        return None
    form = _ended(found)
    cores = [match["core"] for match in found if form._may_end(match)]
    if _are_names(cores):
        return None
    signs = (decimal,) if decimal != "auto" else (hint, "," if hint == "." else ".")
    ways = [(sign, groups) for sign in signs for groups in GROUPS[sign]]
    counts = [sum(_shape(*way).fullmatch(core) is not None for core in cores) for way in ways]
    decimal, groups = ways[counts.index(max(counts))]
    words = sum(text.lower() in WORDS for text in full)
    return replace(form, decimal=decimal, groups=groups) if max(counts) + words > MOST * len(full) else None


def _are_names(cores: list[str]) -> bool:
    """Whether most are whole numbers of more digits than are told apart."""
    return sum(core.isdigit() and len(core) > LONGEST for core in cores) > MOST * len(cores)


def decimal_sign(cells: Iterable[str]) -> str:
    """The decimal sign that more of the cells of a table can only be read with, "" where none says anything."""
    cores = [match["core"] for cell in cells if (match := DRESSED.fullmatch(simple(cell)))]
    votes = {sign: sum(pattern.fullmatch(core) is not None for core in cores) for sign, pattern in DECISIVE.items()}
    return max(votes, key=lambda sign: votes[sign]) if len(set(votes.values())) > 1 else ""


def is_number(cell: str) -> bool:
    """Whether a cell can be read as a number without a unit, in some way."""
    if PLAIN.fullmatch(cell):
        return True
    text = simple(cell)
    found = DRESSED.fullmatch(text)
    if found is None or _ending(found)[0]:
        return text.lower() in WORDS
    return any(_shape(sign, groups).fullmatch(found["core"]) for sign in GROUPS for groups in GROUPS[sign])


def _ended(found: list[re.Match[str]]) -> Written:
    """The unit and the marks behind numbers."""
    endings = [_ending(match) for match in found]
    units, marks = Counter(unit for unit, _ in endings if unit), Counter(mark for _, mark in endings if mark)
    unit, most = max(units.items(), key=lambda counted: counted[1], default=("", 0))
    # 3 and 3a are two names, 3 and 3 kg two numbers, unless a cell alone has a unit.
    apart = all(match["after"].startswith(" ") for match in found if unit and _ending(match)[0] == unit)
    is_one = most >= SAME * units.total() and most >= (1 - SAME if apart else SAME) * len(found)
    # Beside other letters those of a mark are names, too: 1A, 1B.
    are_marks = units.total() <= (1 - SAME) * len(found)
    return Written(unit=unit if is_one else "", marks=frozenset(marks if are_marks else ()))


def _ending(found: re.Match[str]) -> tuple[str, str]:
    """The unit behind a number, or else its mark; currencies, which tables mix with bare numbers, are neither."""
    after = found["after"] or ""
    marked = MARKED.fullmatch(after)
    return ("", marked["mark"] or "") if marked else (after.strip(), "")


@cache
def _shape(decimal: str, groups: str) -> re.Pattern[str]:
    """Numbers with this decimal sign and these groups; of two digits in India, but for the last."""
    sign, power = re.escape(decimal), r"(?:[eEdD][-+]?\d+)?"
    bare = rf"(?:\d+(?:{sign}\d*)?|{sign}\d+){power}"
    if not groups:
        return re.compile(bare)
    part = re.escape(groups)
    return re.compile(rf"{bare}|[1-9]\d{{0,2}}(?:{part}\d{{2,3}})*{part}\d{{3}}(?:{sign}\d*)?")
