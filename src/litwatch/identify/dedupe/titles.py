"""Titles in the form in which they are compared: plain words, numbers as digits, marks. Pure."""

from __future__ import annotations

import html
import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from litwatch.identify.dedupe.marks import Mark, bared, marks_of, without_status
from litwatch.text import without_markup


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
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-") | {"\u00ad": ""}
)
_SPACES = re.compile(r"[^\S\n]+")  # a line's end tells a title in another language apart
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NO_LETTERS = str.maketrans("", "", string.ascii_lowercase + " ")


def plain(text: str) -> str:
    """Return ``text`` as lower-case ASCII words with one space between them; Greek letters by name."""
    lowered = text.lower().translate(_PLAIN)
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFKD", lowered).translate(_PLAIN)
        lowered = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return _NOT_WORD.sub(" ", lowered).strip()


_ROMAN = {
    numeral: str(number)
    for number, numeral in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 1)
}
_NUMBERS = "two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS.split(), start=2)}
_LETTER = frozenset("ivx")  # numbers only behind a word that is counted; else a letter, a vein, an unknown
_SERIAL = frozenset({"ii", "iii", "vi", "vii", "viii", "ix"})  # at the end of a title; iv there is intravenous
_COUNTED = frozenset(
    {"part", "pt", "phase", "study", "paper", "report", "chapter", "series", "stage", "section", "volume", "type"}
    | {"class", "trial", "grade", "group", "experiment"}
)
_PART = frozenset({"part", "pt", "paper", "report", "chapter", "section", "phase", "study", "episode", "case"})
_ORDINAL = {"one": "1", "first": "1", "second": "2", "third": "3"}
_LETTERED = frozenset({"a", "b", "c"})


@lru_cache(maxsize=512)
def read_title(text: str) -> Title:
    """Return ``text`` in comparable form."""
    if "&" in text or "<" in text:
        text = html.unescape(without_markup(text))
    bare, marks = bared(_SPACES.sub(" ", text.translate(_DASHES)))
    marks |= marks_of(bare)
    words, part = _numbered(plain(without_status(bare, marks)).split())
    joined = " ".join(words)
    return Title(words=joined, digits=joined.translate(_NO_LETTERS), part=part, marks=marks)


def _numbered(words: list[str]) -> tuple[list[str], str]:
    """Return the words with roman and spelled numbers as digits, and the numbers of parts, phases and the like."""
    read: list[str] = []
    parts: list[str] = []
    before = ""
    for word in words:
        value = word
        if word in _NUMBER_WORDS:
            value = _NUMBER_WORDS[word]
        elif word in _ROMAN and (word not in _LETTER or before in _COUNTED):
            value = _ROMAN[word]
        elif word in _ORDINAL and before in _PART:
            value = _ORDINAL[word]
        if before in _PART and (value.isdigit() or value in _LETTERED):
            parts.append(value)
        read.append(value)
        before = word
    if words and words[-1] in _SERIAL and words[-2:-1] and words[-2] not in _PART:
        parts.append(_ROMAN[words[-1]])
    return read, " ".join(parts)
