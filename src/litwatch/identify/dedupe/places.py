"""Where a report stands: journal, year, volume, pages, repaired per source. Pure.

Sources pack things into the wrong field: Embase writes a conference into the journal and a pagination note into the
volume, a spreadsheet turns the pages 10-12 into 10-Dec.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from litwatch.identify.dedupe.titles import plain

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_SECTION = re.compile(r"^([A-Za-z]+)\d?-(\d+)-[A-Za-z]+\d?-(\d+)$")  # "S4-76-S4-101"
_COUNT = re.compile(r"^\W*\d+\s?p(?:ages|p)?\b|no pagination|^n\W?a$", re.IGNORECASE)
_DATE = re.compile(r"^(\d{1,4})-([A-Za-z]{3})$|^([A-Za-z]{3})-(\d{1,4})$")
_RANGE = re.compile(
    r"^[A-Za-z]{1,6}-(?P<only>\d{1,4})$|"  # "Suppl-29", "t-6": the first page was lost
    r"([A-Za-z]{0,4})\s?(\d{1,7})(?:\s?([A-Za-z])(?![A-Za-z]))?(?:\s*-+\s*([A-Za-z]{0,4})\s?(\d{1,7}))?"
)
_MEETING = re.compile(r"conference|congress|meeting|symposium|annual scientific|abstract|proceedings", re.IGNORECASE)
_SUPPLEMENT = re.compile(r"\b(?:suppl\w*|s(?=\d))\.?\s*(\w{0,4})", re.IGNORECASE)
_VOLUME = re.compile(r"^\D{0,6}?(\d{1,5})\b")
_REMAINS = re.compile(r"^\W*\d{0,3}\s*\)")  # "1)", what is left of "31 (Suppl 1)"
_ISSUE = re.compile(r"^\W*0?(\d{1,4})\b")
_VOLUME_LAST = re.compile(r"(\d{1,5})\)?\s*$")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_SMALL_WORDS = "the of and in for et de la le les des du und der die das fur del di della y e on a an to"
_SMALL = frozenset({*_SMALL_WORDS.split(), "suppl", "supplement", "supplements"})
_TWO = 2
_ISSN = re.compile(r"(?<!\d)(\d{4})-?(\d{3}[\dXx])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The first and the last page as numbers (0: unknown), and the letters before the first."""

    letters: str = ""
    first: int = 0
    last: int = 0
    perhaps: int = 0  # another first page that a damaged range may have had


UNKNOWN = Pages()


@lru_cache(maxsize=65536)
def read_pages(text: str) -> Pages:
    """Return the pages that ``text`` gives: ``139-54`` ends on 154, ``10-Dec`` was 10-12, ``215 p`` is a count."""
    text = text.strip().strip("\"'").replace("\u2013", "-").replace("\u2014", "-").replace("\u2212", "-")
    text = _SECTION.sub(r"\1\2-\3", text)
    damaged = _DATE.match(text)
    if damaged:
        return _mended(*damaged.groups())
    if _COUNT.search(text):
        return UNKNOWN
    found = _RANGE.search(re.sub(r"^\W*pp?\.?\s*(?=[\dA-Za-z])", "", text))
    if found is None:
        return UNKNOWN
    only, letters, start, after, _, end = found.groups()
    if start is None:
        return Pages(last=int(only))
    first = int(start)
    last = _completed(start, end) if end else first
    if last < first:
        return Pages(last=last)  # one of the two is wrong, and we cannot know which
    return Pages(letters=letters or after or "", first=first, last=last)


def _completed(start: str, end: str) -> int:
    """Return the last page of ``139-54``."""
    return int(start[: -len(end)] + end) if len(end) < len(start) else int(end)


def _mended(day: str | None, month: str | None, other: str | None, number: str | None) -> Pages:
    """Return the pages that a spreadsheet took for a date: 13-8 (13 to 18) became 13-Aug, 10-17 became Oct-17."""
    named = _MONTHS.get((month or other or "").lower(), 0)
    if not named:
        return UNKNOWN
    if number is not None:
        return Pages(first=named, last=_completed(str(named), number))
    first = int(day or 0)
    last = named if named >= first else _completed(str(first), str(named))
    return Pages(first=first, last=last, perhaps=named if named < first else 0)


def read_year(text: str) -> int:
    """Return the year, or 0."""
    found = _YEAR.search(text)
    return int(found.group(1)) if found else 0


@lru_cache(maxsize=65536)
def read_volume(volume: str, number: str) -> tuple[str, str, str, bool]:
    """Return the volume, its supplement (``s`` and its name), the issue, and whether it holds a meeting's abstracts."""
    text = f"{volume} {number}"
    supplement = _SUPPLEMENT.search(text)
    named = f"s{supplement.group(1).lower()}" if supplement else ""
    issue = _ISSUE.match(number)
    found = None if _REMAINS.match(volume) else _VOLUME.search(volume) or _VOLUME_LAST.search(volume)
    return (
        found.group(1).lstrip("0") if found else "",
        named,
        issue.group(1) if issue else "",
        _MEETING.search(text) is not None,
    )


@lru_cache(maxsize=65536)
def read_journal(text: str) -> tuple[str, bool]:
    """Return the journal's words that matter, and whether the field names a meeting."""
    meeting = _MEETING.search(text) is not None
    name = re.split(r"[.\s]*\bconference\b|\s=\s|\s/\s|\s:\s|\(", text, maxsplit=1, flags=re.IGNORECASE)[0] or text
    words = [word for word in plain(name).split() if word not in _SMALL]
    return " ".join(words), meeting


def read_issns(text: str) -> str:
    """Return the ISSNs in ``text``, sorted, a space between them."""
    return " ".join(sorted({f"{a}{b.upper()}" for a, b in _ISSN.findall(text)})) if text else ""


@lru_cache(maxsize=65536)
def same_journal(one: str, other: str) -> bool:
    """Tell whether two names of `read_journal` can be of one journal: equal, or one abbreviates the other."""
    if one == other:
        return True
    shorter, longer = sorted((one.split(), other.split()), key=len)
    if not shorter:
        return False
    if len(shorter) == 1 and len(longer) > 1:
        initials = "".join(word[0] for word in longer)
        return shorter[0] == initials
    at = 0
    for word in shorter:
        while at < len(longer) and not (_abbreviates(word, longer[at]) or _abbreviates(longer[at], word)):
            at += 1
        if at == len(longer):
            return False
        at += 1
    return True


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether ``short`` is the beginning of ``long``, or its first letter and some of the next in order."""
    if long.startswith(short):
        return True
    if short[0] != long[0] or len(short) > len(long):
        return False
    rest = iter(long)
    return len(short) >= _TWO and all(letter in rest for letter in short)
