"""Where a report's title or abstract names a trial number, and whether as its own. Pure.

A number is the report's own in its title, in a section on registration, and in a sentence that says where the study is
registered and nothing else; a sentence with any other word may speak of another study.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from litwatch.identifiers import KINDS, find
from litwatch.identify.numbers import trial_numbers
from litwatch.model import Citation, Identifier

Place = Literal["own", "beside", "talk"]

_SECTION = re.compile(r"regist|trial (?:number|identifier|id)|identifier", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:regist\w+|identifier|trials?\.gov|number|trial id|netherlands trial|isrctn|eudract)\W[^.]{0,80}$",
    re.IGNORECASE,
)
_LABELS = frozenset({"identifier", "clinicaltrials", "isrctn", "eudract", "number", "id"})  # in place of "registered"
_WORDS = """
trial trials study studies registration registrations registered registry register prospectively retrospectively
identifier id ids number numbers no nr unique universal clinical clinicaltrials gov www http https org com isrctn
eudract eu euctr ctis ctr drks ctri chictr irct anzctr actrn umin jrct jprn ntr netherlands dutch german iranian
indian chinese australian new zealand japan japanese thai pan african european international who ictrp medical
research information center centre network national institutes of health us u s this the our present was were is has
been have on at in with under as by before after prior to and enrolment enrollment recruitment inclusion first
participant patient date january february march april may june july august september october november december jan feb
mar apr jun jul aug sept sep oct nov dec
"""
_OF_REGISTRATION = frozenset(_WORDS.split())
_SENTENCE_END = re.compile(r"(?<=[\w)\]])[.;](?=\s|$)")
_WORD = re.compile(r"[a-z]+")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9-]{2,}\b")


def place(number: Identifier, records: Iterable[Citation]) -> tuple[Place, str]:
    """Tell whether the records of a report name ``number`` as its own, beside a word of registration, or in talk.

    The second value says where, for a reader.
    """
    beside = False
    for record in records:
        if number in trial_numbers(find(record.title)):
            return "own", "title"
        for section in record.abstract:
            if number not in trial_numbers(find(section.text)):
                continue
            if _SECTION.search(section.label):
                return "own", f"abstract's section “{section.label}”"
            if _registers(number, section.text):
                return "own", "abstract, in a sentence that says nothing else"
            at = next((m.start() for m in KINDS[number.kind].pattern.finditer(section.text)), 0)
            beside = beside or bool(_LEAD.search(section.text[:at]))
    return ("beside", "abstract, beside a word of registration") if beside else ("talk", "title or abstract")


def _registers(number: Identifier, text: str) -> bool:
    """Tell whether a sentence of ``text`` says that its study is registered under ``number``, and nothing else."""
    for sentence in _SENTENCE_END.split(text):
        if number in trial_numbers(find(sentence)):
            bare = _ACRONYM.sub(" ", KINDS[number.kind].pattern.sub(" ", sentence))  # a trial's short name says nothing
            words = _WORD.findall(bare.casefold())
            says = any(word.startswith("regist") or word in _LABELS for word in words)
            if says and _OF_REGISTRATION.issuperset(words):
                return True
    return False
