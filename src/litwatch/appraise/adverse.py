"""The adverse events a record tells of, each with its sentence, or its statement that there were none. Pure.

An event counts when the sentence says that it happened; one that is negated, feared, planned to be watched for or only
compared is not listed. That there were none is said only where the record says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litwatch.appraise.adverse_words import (
    BECAME,
    DEEDS,
    DID,
    EVENTS,
    NAMED,
    OF_NAME,
    QUALITIES,
    STATES,
    TOGETHER,
    items_of,
)
from litwatch.appraise.needles import Pattern
from litwatch.appraise.sentences import Sentence
from litwatch.model import AdverseEvent

_SILENT = frozenset({"protocol", "registry_entry", "guideline", "in_vitro", "animal"})
_CASES = frozenset({"case_report", "case_series"})
_KINDS = ("results", "conclusion")

# "No serious adverse events occurred", "without side effects", "no patient had any adverse reaction".
_NONE = Pattern(
    rf"\b(?P<no>no|without|nor|zero|absence of|free of|free from|not? (?:have|cause|causing|report|experience|"
    rf"develop|show|observe)"
    rf"(?:d)?(?: any)?|never)\s+(?P<what>(?:(?:{QUALITIES}|or|and)[\s,]+){{0,5}}(?:{EVENTS}))(?!\s+(?:rating|"
    rf"scale|score))",
    re.IGNORECASE,
)
_NOBODY = Pattern(
    rf"\b(?:no|none of the) (?:patients?|participants?|subjects?|one|child(?:ren)?|individuals?)\b[^.;]{{0,60}}?"
    rf"\b(?:experienc|report|develop|ha[ds]|show|suffer|complain)\w*\s+(?:of |from |any |an? )?"
    rf"(?P<what>(?:(?:{QUALITIES})\s+){{0,4}}(?:{EVENTS}))",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"^[^.;]{0,20}\b(?:other|further|additional|more)\b", re.IGNORECASE)
_NEGATOR = Pattern(
    r"\b(?:no|not|nor|without|neither|never|none|absence of|free of|free from|denied|lack of|absent|avoid\w*|"
    r"prevent\w*|"
    r"did ?n[o']t|rather than|instead of|if|rule out|exclu\w+|history of|treat(?:ment)? of|management of)\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"\b(?:but|however|except(?: for)?|although|whereas|while|apart from|only|other than|yet)\b|;|"
    r"\bno (?:statistically )?(?:significant )?differences?\b(?=[^.;]*\d)|, (?=\d+ |one |two |three )",
    re.IGNORECASE,
)
# Words that name what is watched for, might be or should be, not what was.
_PLANNED = Pattern(
    r"\b(?:will be|to (?:assess|evaluate|examine|determine|monitor|compare|investigate)|(?:may|might|could|can|"
    r"should|would) |"
    r"(?:were|was|are|is) (?:\w+ )?(?:assessed|monitored|evaluated|measured|collected|defined|examined|recorded|"
    r"analy[sz]ed|"
    r"compared|studied|rated)|further (?:research|studies|trials)|(?:is|are) (?:needed|warranted|required)|aim\w*|"
    r"concern\w*|possible|potential(?:ly)?|need to be)\b",
    re.IGNORECASE,
)
_COUNTED_ONLY = Pattern(r"\b(?:incidence|differ\w*|similar|number|rates?|risk)\b", re.IGNORECASE)
_LEFT_FOR = Pattern(r"\b(?:discontinu|withdr|drop)[^.;]{0,40}\b(?:due to|because of|owing to|for) $", re.IGNORECASE)
_RECORDED = Pattern(r"\d\s?%|\bn ?=|\brecorded (?:in|by|after|with)\b|\b(?:no|none)\b[^.;]*\brecorded\b", re.IGNORECASE)
_MOST = Pattern(
    r"\b(?:most|common\w*|frequent\w*|main|only|predominant|principal|rates? of)\b[^.;:]{0,40}$", re.IGNORECASE
)
_MOST_AFTER = re.compile(
    r"^[^.;:]{0,110}?(?:\b(?:includ(?:ed|ing|es?)|were|was|are|compris\w+|consist\w+ of)\b|:|"
    r"\s\((?![A-Z]{2,6}s?\)))\s*:?\s*",
    re.IGNORECASE,
)
_LIST_AFTER = re.compile(
    r"^(?:[^.;:]{0,80}?[,–—-]\s*(?:most (?:often|commonly|frequently)|mostly|mainly|chiefly|notably|predominantly|"
    r"usually|in particular|especially|namely)|[^.;:()]{0,50}?(?:\([^()]{0,60}\))?[^.;:()]{0,50}?\b(?:includ(?:ed|"
    r"ing|es?)|compris\w+|consist\w+ of|such as|like|"
    r"namely|e\.g\.,?|i\.e\.,?)|\s*:|(?:\s\([A-Za-z]{2,6}\))?\s(?P<bare>were|was|are)\b|"
    r"\s*(?:\((?![A-Z]{2,6}s?\))|[–—])|\s+of)\s*:?\s*",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(
    r"(?:^|[.;:,]\s|\b(?:and|that|where|while|with)\s)(?P<list>[^.;:]{3,220}?)[\s,]+(?:were|was|are|"
    r"being)\s+(?:also\s+)?"
    r"(?:the\s+)?(?:only\s+|main\s+|most\s+(?:\w+ly\s+)?(?:common\w*|frequent\w*|reported|observed|noted)?\s*|"
    r"\(≥?\s*\d+\s?%\)\s*|"
    r"commonly\s+|frequently\s+|reported\s+|common\s+|frequent\s+|treatment-emergent\s*|\([^()]{1,14}\)\s*)*$",
    re.IGNORECASE,
)
# Somebody had it, or it happened.
_HAD = Pattern(
    r"\b(?:report(?:ed|s)?|experienc(?:ed|ing)|develop(?:ed|ing)|had|complain(?:ed|ing) of|suffer(?:ed|ing)(?: from)?|"
    r"got|show(?:ed|n)?|caus(?:ed|ing)|induc(?:ed|ing)|produc(?:ed|ing)|result(?:ed|ing) in|led to|incidences? of|"
    r"rates? of|provok\w+|due to|"
    r"(?:discontinu\w+|withdr\w+|stopp\w+|dropp\w+ out|terminat\w+)\b[^.;]{0,60}\b(?:because of|owing to|for|after))"
    r"\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_SOME = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# "(4 cases)", "(12%)", ", n = 1"; not a scale's "(0-10)".
_NUMBERED = (
    rf"^\s*(?:[(\[]|,)\s*n\s?=\s?\d|^\s*[(\[](?!0\b)(?:{_SOME}(?:\.\d+)?)"
    r"(?:\s?%|\s(?:patients?|cases?|participants?|subjects?|children)|\s?/|\sof\b|[;,)\]])"
)
_HAPPENED = re.compile(
    r"^[^.;]{0,80}?\b(?:occurred|occurring|(?:was|were) (?:\w+ )?(?:observed|reported|noted|seen|recorded|more|"
    r"less|higher|"
    rf"common|frequent|lower|transient|mild|present)|appeared|emerged|developed|in {_SOME}|"
    r"(?:was|were) the (?:most |only )?(?:common(?:est)?|frequent|event)|(?:led|leading) to|necessitat\w+)\b|"
    rf"{_NUMBERED}",
    re.IGNORECASE,
)
_AIMED_AT = re.compile(r"sedation|nausea|amnesia", re.IGNORECASE)  # as often the aim or the complaint as the harm
_FELT = Pattern(
    r"\b(?:report|experienc|develop|complain|suffer|had\b|got\b|because of|owing to|due to)\w*\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"^(?: and [\w-]+)? in {_SOME}\b|^ occurred\b|{_NUMBERED}", re.IGNORECASE)
_EVER = Pattern(
    r"\b(?:report|experienc|develop|had|complain|suffer|got|show|caus|induc|produc|result|led|incidence|associated|"
    r"rates?\b|provok|due|occur|observed|noted|seen|recorded|appeared|emerged|became|felt|were\b|was\b|because of|"
    rf"owing to|in {_SOME}\b)|\((?:n ?= ?)?{_SOME}",
    re.IGNORECASE,
)
_TREATED = Pattern(
    r"\b(?:received|given|treated with|took|administered|infus\w+|injected|began|started)\b|\dmg|\d mg", re.IGNORECASE
)
_DURING = Pattern(
    r"\b(?:during|after|following|with|from|on|upon|due to|by)\b[^.;]{0,40}\b(?:infusions?|ketamine|doses?|treatments?|"
    r"administration|injections?|sessions?|therapy|abuse|use|sprays?)\b|\b(?:ketamine|"
    r"infusions?)\b[^.;]{0,40}\b(?:caus|induc|produc)",
    re.IGNORECASE,
)
# A symptom that is measured or treated is no event: "reduced agitation", "sedation scores".
_OUTCOME_AFTER = re.compile(
    r"^(?:-\w|[^.;]{0,30}\bat baseline|[\s-]*(?:relief|scores?|scale|severity|intensity|free|level|depth|onset|"
    r"time|protocol|with (?:ketamine|propofol)|"
    r"energy|duration|threshold|quality|induction|disorders?|response|symptom (?:scale|score)|rating|inventory|"
    r"model|success\w*|regimen|was (?:achieved|adequate|"
    r"successful)))",
    re.IGNORECASE,
)
_OUTCOME_BEFORE = Pattern(
    r"\b(?:(?:reduc|decreas|lower|prevent|attenuat|diminish)\w* (?:the )?(?:incidence|frequency|risk|rate|"
    r"severity)[\w ]* of|reduc\w+|decreas\w+|improv\w+|attenuat\w+|reliev\w+|alleviat\w+|abolish\w+|deep|"
    r"adequate|satisfactory|"
    r"procedural|conscious|level of|depth of|responders? (?:to|with)|severity of|treat\w*|efficacy (?:of|for)|anti-?)"
    r"[\s-]+(?:the |in |of )?$",
    re.IGNORECASE,
)
_SEVERITY = re.compile(
    r"^[^.;]{0,60}?\b(?:was|were|being)\s+(?:\w+\s+){0,3}?(?P<how>mild|moderate|transient|minor|brief|"
    r"self-limit\w+|severe|minimal)"
    r"\b",
    re.IGNORECASE,
)
_GENERAL_BEFORE = re.compile(
    rf"\b(?P<how>(?:at least one |minimal |few )?(?:(?!reported|observed|any|such)(?:{QUALITIES})\s+)*)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:incidences?|differ\w*|similar|number|rates?|risk|frequency|comparable|profile|fewer|less|lower)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:report\w*|experienc\w+|had|occurr\w+|observed|noted|present(?:ed)?|seen|develop\w+)\b", re.IGNORECASE
)


_ASIDE = Pattern(rf"(?:{EVENTS})\s*[(\[]$", re.IGNORECASE)  # its abbreviation
_SCALE = re.compile(r"\s+(?:rating|scale|scores?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    term: str


def adverse_events_of(sentences: Sequence[Sentence], design: str) -> tuple[AdverseEvent, ...]:
    """Return the adverse events of a study, each term once, in reading order; () for plans and where none is told."""
    if design in _SILENT:
        return ()
    for kinds in (("results", "methods", "aim") if design in _CASES else _KINDS[:1], _KINDS[1:]):
        told: dict[str, AdverseEvent] = {}
        treated = design not in _CASES  # of a case, what comes before the treatment is the complaint
        for sentence in sentences:
            if sentence.kind in kinds:
                for found in _in_sentence(sentence, treated=treated):
                    told.setdefault(found.term.casefold(), AdverseEvent(term=found.term, quote=sentence.quote()))
            treated = treated or (sentence.kind != "title" and _TREATED.search(sentence.text) is not None)
        if told:
            return tuple(told.values())
    return ()


def _in_sentence(sentence: Sentence, *, treated: bool) -> list[_Found]:
    text = sentence.text
    context = TOGETHER.search(text) is not None
    together = [match for match in TOGETHER.finditer(text) if not _ASIDE.search(text[: match.start()])]
    together = [match for match in together if not _SCALE.match(text[match.end() :])]
    if _PLANNED.search(text) and not _RECORDED.search(text):
        return []
    if sentence.kind == "conclusion" and not context:
        return []
    none = [] if _BESIDE.match(text) else list(_none(text))
    named = [*_named(text, context=context, treated=treated), *_done(text)]
    for match in together:
        for found in _listed(text, match):
            if not any(found.start < other.end and other.start < found.end for other in named):
                named.append(found)
    if none or named or sentence.kind == "conclusion":
        return sorted((*none, *named), key=lambda found: found.start)
    return [found for match in together for found in _general(text, match)][:1]


def _none(text: str) -> Iterator[_Found]:
    for pattern in (_NONE, _NOBODY):
        for match in pattern.finditer(text):
            if not re.search(r"\b(?:other|further|additional)\b", match[0], re.IGNORECASE):
                what = re.sub(r"^(?:any|such)\s+", "", match["what"].lower())
                yield _Found(match.start(), match.end(), f"no {what}")
                return


def _named(text: str, *, context: bool, treated: bool) -> Iterator[_Found]:
    """Yield the events of the lexicon that happened; those of a case only while or after a drug was given."""
    if not context and not (_EVER.search(text) and (treated or _DURING.search(text))):
        return
    for match in NAMED.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if not context and _AIMED_AT.fullmatch(match[0]) and not (_FELT.search(before) or _COUNTED.match(after)):
            continue
        measured = _OUTCOME_AFTER.match(after) or _OUTCOME_BEFORE.search(before)
        if measured or _negated(before, after) or not (context or _HAD.search(before) or _HAPPENED.match(after)):
            continue
        quality = OF_NAME.search(before[-60:])
        start = match.start() - len(quality[0]) if quality else match.start()
        yield _Found(start, match.end(), text[start : match.end()].lower())


def _done(text: str) -> Iterator[_Found]:
    """Yield the events told by a verb: somebody vomited, became agitated; blood pressure rose."""
    for match in DID.finditer(text):
        if not _negated(text[: match.start()], ""):
            yield _Found(match.start(), match.end(), DEEDS[match["head"].lower()])
    for match in BECAME.finditer(text):
        if not _negated(text[: match.end("head")], ""):
            yield _Found(match.start("head"), match.end("head"), STATES[match["head"].lower()])


def _negated(before: str, after: str) -> bool:
    """Tell whether a negation before the term, with nothing that turns it, covers the term."""
    clause = _TURN.split(before)[-1]
    return bool(_NEGATOR.search(clause)) or bool(
        re.match(r"^[^.;,]{0,40}\b(?:was|were|did|has|have) (?:not|never)\b", after)
        or re.match(r"^[^.;,]{0,40}\b(?:was|were) absent\b", after)
    )


def _listed(text: str, together: re.Match[str]) -> Iterator[_Found]:
    """Yield the events a sentence lists after or before calling them adverse events, whatever their names."""
    before, after = text[: together.start()], text[together.end() :]
    if _negated(before, after):
        return
    opening = _MOST_AFTER.match(after) if _MOST.search(before) else _LIST_AFTER.match(after)
    if opening:
        base = together.end() + opening.end()
        stretch = text[base:].split(")", maxsplit=1)[0] if opening[0].rstrip().endswith("(") else text[base:]
    else:
        closing = _LIST_BEFORE.search(before.rstrip())
        if closing is None:
            return
        base, stretch = closing.start("list"), closing["list"]
    items = [span for span in items_of(stretch) if not TOGETHER.search(stretch[slice(*span)])]
    if len(items) > 1 or not (opening and opening.groupdict().get("bare")):  # "were severe" is no list
        for start, end in items:
            yield _Found(base + start, base + end, text[base + start : base + end].lower())


def _general(text: str, together: re.Match[str]) -> Iterator[_Found]:
    """Yield events told without a name: `mild side effects were seen`, `74 % had at least one adverse event`."""
    before, after = text[: together.start()], text[together.end() :]
    if _negated(before, "") or _COUNTED_ONLY.search(text) or _LEFT_FOR.search(before):
        return
    how = _SEVERITY.match(after)
    lead = _GENERAL_BEFORE.search(before)
    if how:
        yield _Found(together.start(), together.end(), f"{how['how']} {together[0]}".lower())
    elif _GENERAL.search(text):
        start = lead.start("how") if lead else together.start()
        yield _Found(start, together.end(), text[start : together.end()].lower())
