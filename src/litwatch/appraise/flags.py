"""What a record says of itself that might lower its level: caveats for the reader, never a computed level. Pure.

Few people, open label, few completers, stopped early, one centre, a stand-in population, an abstract or preprint only,
no or late registration. Silence about a caveat is not its absence: nothing is flagged that is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.appraise.reading import Reading
from litwatch.model import AnyRecord, Citation, Registration

FEW_PEOPLE = 50
ENOUGH_COMPLETED = 0.8
_STUDIES = frozenset({"rct", "non_randomised_trial", "cohort_prospective", "cohort_retrospective", "registry_entry"})
_TRIALS = frozenset({"rct", "non_randomised_trial"})
_KINDS = {"abstract": "abstract only", "preprint": "preprint, not peer-reviewed"}
_SAID = {
    "open label": r"\bopen[- ]label(?:led)?\b|\bunblinded\b|\bunmasked\b",
    "stopped early": (
        r"\b(?:stopped|terminated|halted|discontinued|ended) (?:early|prematurely)\b|\b(?:early|"
        r"premature) (?:termination|"
        r"stopping)\b|\b(?:trial|study|recruitment|enrol+ment) was (?:stopped|terminated|halted)\b"
    ),
    "single centre": r"\b(?:single|one)[- ](?:\w+ )?(?:cent(?:er|re)|site|institution|hospital)\b|\bmonocentric\b",
}
_STAND_IN = r"\bhealthy (?:\w+ )?(?:volunteers|subjects|participants|adults|men|women)\b|\bvolunteers\b"
_COMPLETED = re.compile(
    r"\b(?P<some>\d+)(?: \w+)? (?:out )?of (?:the )?(?P<all>\d+) (?:[\w-]+ ){0,4}completed\b|"
    r"\b(?P<share>\d+(?:\.\d+)?) ?% (?:of (?:[\w-]+ ){0,4})?completed\b|"
    r"\bof (?:the )?(?P<all2>\d+) (?:[\w-]+[ ,]+){0,6}(?P<some2>\d+) (?:[\w-]+ ){0,3}completed\b"
)
_NUMBER = re.compile(
    r"\b(?:nct\d{8}|isrctn\d{6,}|actrn\d{10,}|eudract|\d{4}-\d{6}-\d\d|drks\d{8}|chictr\S*\d{6,}|irct\S*\d{8,}|"
    r"ctri/\d{4}|"
    r"umin\d{9}|kct\d{7}|jrcts?\d{9,}|ntr\d{3,}|nl\d{4,}|tctr\d{8,}|pactr\d{12,}|rbr-\w+|clinicaltrials\.gov)"
)


def flags_of(record: AnyRecord, reading: Reading | None, design: str, people: int | None) -> tuple[str, ...]:
    """Return the caveats in a fixed order; ``reading`` is of a citation, ``people`` how many entered the study."""
    found = list(_of_people(design, people))
    if isinstance(record, Registration):
        found += _of_registration(record)
    elif reading is not None:
        found += _of_text(record, reading, design)
    return tuple(found)


def _of_people(design: str, people: int | None) -> Iterator[str]:
    if design in _STUDIES and people is not None and people < FEW_PEOPLE:
        yield f"fewer than {FEW_PEOPLE} people"


def _of_registration(record: Registration) -> Iterator[str]:
    if record.masking.upper().startswith("NONE"):
        yield "open label"
    if record.status.upper() == "TERMINATED":
        yield "stopped early"
    first, start = record.first_submitted, record.start
    if first is not None and start is not None:
        shorter = min(len(first.value), len(start.value))
        if first.value[:shorter] > start.value[:shorter]:
            yield "registered after its start"


def _of_text(record: Citation, reading: Reading, design: str) -> Iterator[str]:
    if design in _STUDIES:
        for flag, pattern in _SAID.items():
            if reading.in_title(pattern) or reading.told(pattern, ("aim", "methods", "results")):
                yield flag
        if _completers(reading) < ENOUGH_COMPLETED:
            yield "fewer than 80 % completed"
    if design in _TRIALS and (reading.in_title(_STAND_IN) or reading.told(_STAND_IN, ("aim", "methods"))):
        yield "healthy volunteers"
    if record.kind in _KINDS:
        yield _KINDS[record.kind]
    if design == "rct" and reading.abstract and not _registered(record, reading):
        yield "no registration number stated"


def _completers(reading: Reading) -> float:
    """Return the least share of people who are said to have completed; 1 where nothing is said."""
    shares = [1.0]
    for match in _COMPLETED.finditer(reading.low_abstract):
        if match["share"]:
            shares.append(float(match["share"]) / 100)
            continue
        some, whole = int(match["some"] or match["some2"]), int(match["all"] or match["all2"])
        if whole and some <= whole:
            shares.append(some / whole)
    return min(shares)


def _registered(record: Citation, reading: Reading) -> bool:
    return bool(record.data_banks or record.mentions or _NUMBER.search(reading.low_abstract))
