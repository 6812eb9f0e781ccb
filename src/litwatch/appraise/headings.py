"""The headings that part an abstract, and which kinds of sentence may stand under each. Pure.

A heading ends with a colon, a full stop or a line ("METHODS:", "Main outcome measures -"); the plain ones may also
stand bare before a capital ("Methods We asked …"), as texts copied from web pages have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

KINDS = ("background", "aim", "methods", "results", "conclusion")
NOTE = "note"  # registration numbers, funding, keywords: of the record, not of the study

# One word or phrase that headings are made of, and the kinds it announces.
_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (NOTE,),
        r"""trial\ registrations?(?:\ numbers?)? | registration(?:\ numbers?)?
        | clinical\ ?trials?\ regist(?:ration|ry)[a-z ]*
        | clinical\ ?trials?(?:\.gov)?\ (?:identifier|number) | clinicaltrials\.gov | systematic\ review\ registration
        | ethics | dissemination | funding(?:\ sources?)? | key\ ?words? | disclosures?(?:\ statement)?
        | conflicts?\ of\ interests? | references? | supported\ by | copyright""",
    ),
    (
        ("methods", "results"),
        r"""case\ (?:reports?|presentations?|descriptions?|series|summary|history|studies) | cases?
        | data\ synthesis | areas\ covered | data\ extraction\ and\ synthesis | recent\ findings""",
    ),
    (("background", "aim"), r"(?:scientific\ )?background | introduction | context | rationale | importance"),
    (
        ("background", "aim"),
        r"""(?:main\ |primary\ |secondary\ |study\ |review\ )?
        (?:objectives?|aims?|purposes?|goals?|hypothes[ei]s|question)(?:\ of\ (?:the\ )?review)?""",
    ),
    (
        ("methods",),
        r"""methods? | methodology | materials?
        | (?:study\ )?(?:designs?|settings?|populations?|samples?|selection|procedures?)
        | research\ design | patients? | participants? | subjects? | interventions? | exposures?
        | (?:main\ |primary\ |secondary\ |key\ )?(?:outcomes?|outcome\ measures?|measures?|measurements?|end\ ?points?)
        | (?:data|search|selection|statistical|review|eligibility|inclusion|exclusion)
          \ (?:sources?|collection|extraction|analys[ie]s|methods?|strategy|criteria|selection)
        | analys[ie]s | experimental\ approach | evidence\ acquisition | treatments? | search""",
    ),
    (("results",), r"(?:main\ |key\ |primary\ )?(?:results?|findings) | observations? | evidence\ synthesis"),
    (
        ("conclusion",),
        r"""(?:author'?s'?\ |main\ )?conclusions? | discussions? | interpretations? | implications? | comments?
        | relevance | summary | limitations? | strengths? | expert\ opinions? | perspectives?
        | significance(?:\ of\ (?:the\ )?results)? | (?:clinical|practical)\ (?:implications|relevance|significance)
        | take-home\ messages? | classification\ of\ evidence | outlook""",
    ),
)
_WORD = "|".join(f"(?:{words})" for _, words in _WORDS)
_JOINT = r"(?:\s*,\s*(?:and\s+)?|\s*[/&]\s*|\s+and\s+)"
_PHRASE = rf"(?:the\s+)?(?:{_WORD})(?:{_JOINT}(?:{_WORD}))*"
# A heading starts with a capital; without one it is prose ("methods: see below").
_HEADING = re.compile(
    rf"""(?: ^ | (?<=[.!?)\]'\"’”;:^])\s* | (?<=\s)(?=[A-Z]{{4}}) )
    (?=[A-Z]) (?P<name> (?i:{_PHRASE}) ) \s* (?: : | \.(?=\s+[A-Z]) | \s[-–—](?=\s) | \n ) \s*""",
    re.VERBOSE,
)
_BARE = re.compile(
    r"""(?: ^ | (?<=[.!?)\]^])\s* )
    (?P<name> Background | Introduction | Objectives? | Aims? | Purpose | Methods? | Materials\ and\ [Mm]ethods
        | Results | Findings | Conclusions? | Discussion )
    \s* (?= [A-Z0-9][a-z0-9,.]*\ [A-Za-z0-9(] )""",
    re.VERBOSE,
)
_BARE_AT_LEAST = 2
_SPLIT = re.compile(_JOINT, re.IGNORECASE)
_PARTS = tuple((re.compile(rf"(?:the\s+)?(?:{words})", re.IGNORECASE | re.VERBOSE), kinds) for kinds, words in _WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading as written, where its text begins, and the kinds of sentence that may stand under it."""

    name: str
    start: int
    end: int
    kinds: tuple[str, ...]


def headings_in(text: str) -> tuple[Heading, ...]:
    """Return the headings of ``text`` in reading order."""
    found = list(_read(_HEADING, text))
    bare = [heading for heading in _read(_BARE, text) if not any(_overlap(heading, other) for other in found)]
    if len({heading.name for heading in bare}) + len(found) >= _BARE_AT_LEAST:
        found += bare
    return tuple(sorted(found, key=lambda heading: heading.start))


@lru_cache(maxsize=512)  # a few dozen head nearly all abstracts
def kinds_of_heading(name: str) -> tuple[str, ...]:
    """Return the kinds of sentence a heading announces; all of them where it says nothing."""
    kinds: dict[str, None] = {}
    whole = name.strip().rstrip(":").replace("_", " ")
    for part in (whole, *_SPLIT.split(whole)):
        for pattern, announced in _PARTS:
            if pattern.fullmatch(part):
                kinds.update(dict.fromkeys(announced))
                break
        if part is whole and kinds:
            break
    real = tuple(kind for kind in KINDS if kind in kinds)
    return real or ((NOTE,) if NOTE in kinds else KINDS)


def _read(pattern: re.Pattern[str], text: str) -> Iterator[Heading]:
    for match in pattern.finditer(text):
        name = match["name"]
        yield Heading(name=name, start=match.start("name"), end=match.end(), kinds=kinds_of_heading(name))


def _overlap(one: Heading, other: Heading) -> bool:
    return one.start < other.end and other.start < one.end
