"""Titles in the form in which they are compared, and what they say the report is. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache

from litwatch.text import without_markup


class Mark(IntFlag):
    """What a title says of its report; two records of one report do not differ in it."""

    NOTICE = 1
    REPLY = 2
    PROTOCOL = 4
    FOLLOW_UP = 8
    RESULTS = 16
    MEETING = 32  # an abstract of a meeting
    VERNACULAR = 64  # a title translated by a database, or given in two languages
    COLLECTION = 128  # a whole issue, a list of abstracts: a title that recurs


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title: its words in plain letters, the digits in it, its numbered part, its marks."""

    words: str
    digits: str
    part: str
    marks: Mark


_GREEK = {
    letter: unicodedata.name(letter).rsplit(" ", 1)[-1].lower()
    for letter in map(chr, range(0x3B1, 0x3CA))
    if not unicodedata.name(letter).endswith("FINAL SIGMA")
}
_PLAIN = str.maketrans(
    {
        **{letter: f" {name} " for letter, name in _GREEK.items()},
        "ς": "s",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "µ": " mu ",
        "&": " and ",
        "’": "",
        "'": "",
        "`": "",
    }
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Return ``text`` as lower-case ASCII words with one space between them; Greek letters by name."""
    lowered = text.lower().translate(_PLAIN)
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFKD", lowered).translate(_PLAIN)
        lowered = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return " ".join(_NOT_WORD.sub(" ", lowered).split())


# Said by a database about the record, not by the title itself.
_ABOUT = re.compile(
    r"[\s.]*[\[(](?:multiple letters|corrected|see comments?|review|(?:structured|provisional) abstract|brief record|"
    r"\d+ refs?|(?:meeting )?abstract[^\])]{0,20}|letter|\d{1,2}|authors?'? transl?|proceedings|editorial|"
    r"in process citation|(?:published )?(?:erratum|errata|correction|corrigendum|retraction|comment|summary|update|"
    r"republished|reprint)\b[^\])]{2,400})[\])]\.?",
    re.IGNORECASE,
)
# What follows is the title in another language, or where a correction stands.
_ELSEWHERE = re.compile(
    r"\s*<original>.*$|[\]\s]TO:\s.*$|[\s.]*\[(?:(?:published )?erratum|corrected and republished|retraction|comment|"
    r"see comment|update)\w*\b.{0,30}\b(?:appears|in|on|of|for)\b.*$|"
    r"[.?!]*\s*(?:[A-Z][a-z]{3,11}(?:, | and )?){0,2}[A-Z][a-z]{3,11}\s*\n.*$",
    re.IGNORECASE | re.DOTALL,
)
# Where the corrected article stands, as Web of Science and Embase say it in the title of the notice.
_CORRECTS = re.compile(r"\s*\((?:vol\.? \d+|[A-Z][^()]*\((?:19|20)\d\d\)).*$")
_LONG = 40  # characters: a shorter title has nothing behind it to cut off
_MEETING_TITLE = re.compile(r"[\[(](?:meeting )?abstracts?\b[^\])]{0,30}[\])]\W*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"\s*[\[(](?:(?:[A-Z][a-z]{3,11}|Serbo-Croatian)(?:\s*(?:,|;|/|and)\s*)?){1,3}[\])]\.?\s*$")
_RETRACTED = re.compile(
    r"^\W*(?:retracted(?: article)?|withdrawn)\s*[:.]\s*|\(?\bretracted article\b.*$", re.IGNORECASE
)
_NOTICE = re.compile(
    r"^\W*(?:erratum|errata|corrigend\w+|corrections?\s*(?::|to\b|for\b|of\b|$)|correction notice|author correction|"
    r"publisher'?s? (?:correction|note)|addend\w+|retraction(?: note| notice)?\s*(?::|to\b|of\b|for\b|$)|"
    r"notice of (?:retraction|concern)|withdrawal\b|(?:editorial )?expression of concern|notification of|"
    r"statement of (?:concern|retraction)|republish\w*|clarification\b)|"
    r"\(vol\.? \d+|\((?:19|20)\d\d\)[\s,:]*\d+.{0,40}$|"
    r"[:.(\-\u2013\[]\s*(?:erratum|corrigendum|correction|retraction|retraction notice|"
    r"addendum)\W*$",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"^\W*(?:(?:in )?(?:reply|response|responses|answer|rebuttal|rejoinder)\b|re\s*[:.-]|(?:the )?authors?'? "
    r"(?:reply|response)|e?comments?\b|(?:invited |expert )?commentary\b|letters?\b|editorial comment|"
    r"discussion of\b|to the editor)|"
    r"\b(?:reply|authors?'? (?:reply|response|replies)|rebuttal|rejoinder|response|commentary|comment|letter)\W*$|"
    r"\bletter (?:by|to|regarding)\b|\bregarding (?:the )?article\b",
    re.IGNORECASE,
)
_PROTOCOL = re.compile(
    r"\bprotocols?\b|\brationale(?:,| and)|\b(?:study|trial) design\b|\bdesign(?: and| of)\b|"
    r"\bstatistical analysis plan\b",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"\bfollow[- ]?ups?\b|\blong[- ]term\b|\bextension\b|\bupdated?\b|\b\w+-years?\b", re.IGNORECASE
)
_RESULTS = re.compile(
    r"\b(?:preliminary|interim|final|initial|early|pilot|secondary|subgroup|post[- ]hoc|baseline)\b", re.IGNORECASE
)
_COLLECTION = re.compile(
    r"\babstracts\b|\bproceedings\b|\bmeeting\b|\bcongress\b|\bin (?:this|the) (?:issue|literature|news)\b|\bnews\b|"
    r"\bcontents\b|\bindex\b|^\W*(?:introduction|preface|foreword|editorial|editors? |overview|announcement|"
    r"book review|obituary|from the editor|in memoriam)\b",
    re.IGNORECASE,
)
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_NUMBERS = "two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS.split(), start=2)}
_COUNTED = (
    "part|pt|phase|study|paper|report|chapter|series|stage|section|volume|type|class|trial|grade|group|experiment"
)
_BEFORE_NUMBER = frozenset(_COUNTED.split("|"))
_PART = frozenset({"part", "pt", "paper", "report", "chapter", "section", "phase", "study", "episode", "case"})
_ORDINAL = {
    "one": "1",
    "first": "1",
    "second": "2",
    "third": "3",
    "a": "a",
    "b": "b",
    "c": "c",
}
_LETTER = frozenset("ivx")


@lru_cache(maxsize=4096)
def read_title(text: str) -> Title:
    """Return ``text`` in comparable form."""
    if "&" in text or "<" in text:
        text = html.unescape(without_markup(text))
    marks = Mark.MEETING if _MEETING_TITLE.search(text) else Mark(0)
    bare, translated = _bared(text)
    if translated:
        marks |= Mark.VERNACULAR
    for mark, pattern in _MARKS:
        if pattern.search(bare):
            marks |= mark
    if marks & Mark.NOTICE:
        bare = _CORRECTS.sub("", bare) or bare
    bare = _RETRACTED.sub("", bare) or bare
    words, part = _numbered(plain(bare).split())
    joined = " ".join(words)
    return Title(words=joined, digits="".join(sign for sign in joined if sign.isdigit()), part=part, marks=marks)


def _bared(text: str) -> tuple[str, bool]:
    """Return the title without what a database says about it, and whether it is or holds a translation."""
    bare = text
    if len(text) > _LONG and any(sign in text for sign in ("\n", "[", "TO:", "<")):
        bare = _ELSEWHERE.sub("", text) or text
    translated = bare != text
    if "[" in text or "(" in text:
        for _ in range(3):  # [Review] [16 refs] [Romanian]
            shorter = _LANGUAGE.sub("", _ABOUT.sub("", bare)).strip()
            if shorter == bare or len(shorter) < len(bare) // 5:
                break
            bare = shorter
        translated |= text.lstrip("\"' ").startswith("[") or bare.rstrip(". ").endswith("]")
    return bare, translated


_MARKS = (
    (Mark.NOTICE, _NOTICE),
    (Mark.REPLY, _REPLY),
    (Mark.PROTOCOL, _PROTOCOL),
    (Mark.FOLLOW_UP, _FOLLOW_UP),
    (Mark.RESULTS, _RESULTS),
    (Mark.COLLECTION, _COLLECTION),
)


def _numbered(words: list[str]) -> tuple[list[str], str]:
    """Return the words with roman and spelled numbers as digits, and the numbers of parts, phases and the like."""
    read: list[str] = []
    parts: list[str] = []
    before = ""
    for word in words:
        value = word
        if word in _NUMBER_WORDS:
            value = _NUMBER_WORDS[word]
        elif word in _ROMAN and (word not in _LETTER or before in _BEFORE_NUMBER):
            value = _ROMAN[word]
        elif word in _ORDINAL and before in _PART:
            value = _ORDINAL[word]
        if before in _PART and (value.isdigit() or value in {"a", "b", "c"}):
            parts.append(f"{value}")
        read.append(value)
        before = word
    return read, " ".join(parts)
