"""Where people were treated, as the record says: inpatients, an emergency department, at home … Pure.

A place that is only hoped for, avoided, or counted as an outcome ("fewer emergency department visits") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

from litwatch.appraise.needles import Pattern
from litwatch.appraise.sentences import Sentence
from litwatch.model import Setting

# Reviews and laboratory work have no setting of their own.
_SILENT = frozenset({"animal", "in_vitro", "narrative_review", "guideline"})
_KINDS = (("title", "aim", "methods", "results"), ("conclusion",))
# A name and the words it is told with.
_SETTINGS: dict[str, str] = {
    "emergency department": (
        r"\b(?:emergency (?:departments?|rooms?|wards?|care cent(?:er|re)s?)|accident and emergency)\b|"
        r"\b(?:the|an|our|in|adult|p(?:a)?ediatric|urban|academic)\s(?-i:EDs?)\b"
    ),
    "urgent care": r"\burgent care(?: (?:clinics?|cent(?:er|re)s?|setting))?",
    "prehospital": r"\bpre-?hospital\b|\bparamedics?\b|\bemergency medical services?\b",
    "intensive care": (
        r"\b(?:intensive|critical) care(?: units?)?\b|\b(?-i:ICUs?)\b|\b(?:step-?down|high-dependency) units?\b"
    ),
    "inpatient": (
        r"\bin-?patients?\b|\bhospitali[sz]ed\b|\badmitted (?:electively )?(?:to (?:(?:the|our|a|an) )?"
        r"(?:[\w-]+ ){0,3}?(?:hospital|ward|unit|service)|to hospital|for|over)\b|"
        r"\b(?:elective|hospital|planned) admissions? for\b|\bin-?hospital\b"
    ),
    "infusion clinic": (
        r"\binfusion (?:clinics?|cent(?:er|re)s?|suites?|units?|rooms?)\b|\bketamine (?:infusion )?clinics?\b"
    ),
    "headache clinic": (
        r"\b(?:headache|migraine)(?: (?:specialt?y|specialist|medicine|care))? (?:clinics?|cent(?:er|re)s?|units?)\b"
    ),
    "pain clinic": r"\bpain(?: (?:medicine|management))? (?:clinics?|cent(?:er|re)s?|units?)\b",
    "outpatient": (
        r"\bout-?patients?\b|\bambulatory (?:care|clinics?|setting|patients)\b|\bday (?:hospital|unit|case|ward)\b"
    ),
    "primary care": r"\bprimary care\b|\bgeneral practices?\b",
    "operating room": (
        r"\boperating (?:rooms?|theat(?:re|er)s?)\b|\bpost-?an(?:a)?esthesia care units?\b|\b(?-i:PACU)\b"
    ),
    "home": (
        r"\bat[- ]home\b|\bhome[- ](?:use|based|treatment|administration|setting)\b|"
        r"\b(?:in|at) (?:their|his|her|the patients?['’]?s?)(?: own)? homes?\b"
    ),
    "telehealth": (
        r"\btele-?(?:health|medicine|psychiatry|neurology)\b|\bvirtual (?:visits?|clinics?|consultations?|care)\b|"
        r"\bremote(?:ly)?[- ](?:supervis|monitor|prescri|deliver)\w*"
    ),
}
_PATTERNS = tuple((name, Pattern(pattern, re.IGNORECASE)) for name, pattern in _SETTINGS.items())
_NOT_BEFORE = Pattern(
    r"\b(?:avoid\w*|without|prevent\w*|reduc\w*|decreas\w*|fewer|less|lower|rather than|instead of|not|no|failed|"
    r"prior|previous|past|return\w*|subsequent|need for|number of|frequency of|requir\w+|repeat|discharged?|"
    r"nursing|exclu\w+|refractory to|unresponsive to|versus|rates? of)\b[^.;,]{0,40}$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^\s(?:and emergency department )?(?:re-?visits?|utili[sz]ation|length of stay|follow-?up|"
    r"(?:therap|medication|treatment)\w* (?:had )?fail\w*|costs?|days?\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^\s(?:visits?|admissions?|attendances?|stays?)\b", re.IGNORECASE)
_WISH = Pattern(
    r"\b(?:may|might|could|should|would|future|further|needed|warranted|alternative|exclu\w+)\b", re.IGNORECASE
)


def setting_of(sentences: Sequence[Sentence], design: str) -> tuple[Setting, ...]:
    """Return where people were treated, each place once, in reading order; () where none is stated."""
    if design in _SILENT:
        return ()
    for kinds in _KINDS:
        told: dict[str, Setting] = {}
        for sentence in sentences:
            if sentence.kind in kinds:
                for found in _in_sentence(sentence):
                    told.setdefault(found.name, found)
        if told:
            return tuple(told.values())
    return ()


def _in_sentence(sentence: Sentence) -> Iterator[Setting]:
    named = [(match.start(), name, match) for name, pattern in _PATTERNS for match in pattern.finditer(sentence.text)]
    for _, name, match in sorted(named, key=itemgetter(0)):
        before, after = sentence.text[: match.start()], sentence.text[match.end() :]
        counted = sentence.kind in {"results", "conclusion"} and _COUNTED.match(after)
        wished = sentence.kind != "title" and _WISH.search(sentence.text)
        if counted or wished or _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
            continue
        yield Setting(name=name, quote=sentence.quote(match.start(), match.end()))
