"""Which way a sentence's finding points, from its own words alone. Pure.

A comparison needs its side (whose pain was lower) and its measure (lower pain is good, lower response is not); where
one of them is not plain, there is no direction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.arms import Arm, amounts, are_joined, shares
from litwatch.appraise.significance import is_insignificant, is_tested

FAVOURS, AGAINST, NONE, IMPROVED, MIXED = (
    "favours_ketamine",
    "favours_comparator",
    "no_difference",
    "improved_pre_post",
    "mixed",
)
_MIXED = re.compile(
    r"\b(?:conflicting|mixed|inconsistent|contradictory|heterogeneous) (?:results?|findings?|evidence)\b", re.IGNORECASE
)
_NULL = re.compile(
    r"\bno (?:\w+ ){0,3}?(?:differences?|effects?|benefits?|improvements?|reductions?|changes?|advantage|"
    r"superiority|evidence)\b|"
    r"\bnot? (?:\w+ ){0,2}?(?:significant|significantly|superior|differ\w*|effective|efficacious|better)\b|"
    r"\bnot? more \w+ than\b|"
    r"\b(?:did|do|does|could|was|were) ?n[o']t (?:\w+ ){0,2}?(?:differ\w*|reduc\w+|improv\w+|decreas\w+|"
    r"produc\w+|provid\w+|result|"
    r"attenuat\w+|enhanc\w+|lead|affect\w*|alter\w*|prevent\w*|increas\w+|chang\w+|influenc\w+|show\w*|"
    r"demonstrat\w+|confirm\w*|"
    r"associated|met|have|lower\w*|alleviat\w+)\b|\bfail(?:ed|s|ure)? to\b|\bineffective\b|"
    r"\bnon-?significant\w*|\bnonsuperior\w*|"
    r"\bdifferences? (?:\w+ ){0,4}?(?:was|were) not\b|\bunchanged\b|\bequally effective\b|\bas effective as\b|"
    r"\bneither\b|\black of\b",
    re.IGNORECASE,
)
_ALIKE = re.compile(
    r"\b(?:similar(?:ly)?|comparabl[ey]|equivalent|equal(?:ly)?|non-?inferior(?:ity)?)\b(?!\s+(?:volume|dose|"
    r"amount|to (?:those|that) (?:of|in) other))",
    re.IGNORECASE,
)
# Said of the other arm, so that it speaks for this one: "but not placebo", "whereas midazolam had no effect".
_RIVAL_NULL = (
    r"[,;]?\s*(?:but not|and not|unlike|whereas|while|although|but)\b[^.;]{{0,30}}\b(?:{rivals})\b"
    r"(?:[^.;]*\b(?:no|not|n't|fail\w*)\b[^.;]*)?"
)
# A dose too small, before the one that worked: "ineffective at 6 mg/kg but".
_BELOW = re.compile(
    r"\b(?:ineffective|not effective|had no effect|without effect)\b (?:at|with|after) [^.;,]{0,24}\d[^.;,]{0,16}"
    r"[,;]? (?=but\b)",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"\bbut not\b[^.;,]{0,60}", re.IGNORECASE)

# "(14% vs 31%)": the other arm is there, though not by name.
_AGAINST_OTHERS = re.compile(
    r"[(\[][^()\[\]]*\d[^()\[\]]*\b(?:vs?|versus)\b[^()\[\]]*\d[^()\[\]]*[)\]]|"
    r"\b(?:odds|risk|rate|hazard)s? ratio\b|(?-i:\b[aA]?(?:OR|RR|HR)\b)|\b(?:mean )?difference\b",
    re.IGNORECASE,
)
_ENDPOINT = re.compile(r"\b(?:primary|main) (?:\w+ )?(?:outcomes?|end ?-?points?)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(r"\bdifferences?\b|\bMD\b", re.IGNORECASE)
_UP = r"greater|higher|larger|more|increas\w+|longer|faster|stronger|earlier|enhanc\w+|prolong\w+|sooner|quicker"
_DOWN = (
    r"lower|less|smaller|fewer|reduc\w+|decreas\w+|shorter|shorten\w+|halv\w+|diminish\w+|declin\w+|drop\w*|fell|"
    r"attenuat\w+|weaker"
)
_COMPARATIVE = re.compile(
    r"\b(?:(?:fell|decreas\w+|declin\w+|dropp\w+|reduc\w+|diminish\w+|lowered|attenuat\w+|(?P<eased>reliev\w+|"
    r"alleviat\w+|improv\w+)) (?:(?!to\b|by\b|in\b|with\b|and\b)[\w-]+ ){0,4}?(?P<by>more|less|faster)\b|"
    rf"(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<good>superior\w*|better|improv\w+)|(?P<bad>inferior|worse\w*))\b",
    re.IGNORECASE,
)
_GOOD = re.compile(
    r"\b(?:improve\w*|relief|respon[sd]\w*|remission|reductions?|decreases?|declines?|efficacy|effect(?:ive|"
    r"iveness|s)?|success\w*|"
    r"satisfaction|analgesia|analgesic (?:effects?|efficacy)|pain[- ]free|benefit\w*|quality|recovery|tolerance|"
    r"change|changes|antidepressant|threshold|sustained)\b",
    re.IGNORECASE,
)
_POOR = re.compile(
    r"\b(?:pain|severity|intensity|headaches?|migraines?|attacks?|depressi\w+|symptoms?|incidence|consumption|"
    r"requirements?|"
    r"recurrence|need|rescue|crying|ideation|anxiety|suicid\w+|disability|relapse|craving|VAS|NRS|MADRS|QIDS|HIT-?6|MIDAS|"
    r"HAMA|BSS|BDI|CGI|CAPS|PCL|Y-?BOCS|HAM-?D|HDRS|aura|delirium|agitation|"
    r"duration of (?:aura|headache|attack)|hyperalgesia|opioids?|analgesics|morphine|propagation|"
    r"depolari[sz]ations?|impairment|risk)\b",
    re.IGNORECASE,
)
_REDUCTION = re.compile(
    r"\b(?:improvements?|reductions?|decreases?|declines?|changes?|relief|responses?|remission|rates? of respon\w+)\b",
    re.IGNORECASE,
)
_AFTER_THAN = re.compile(
    r"\b(?:than|compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|relative to|over|to)\b", re.IGNORECASE
)
_THAN = re.compile(r"\b(?:than|versus|vs\.?|compared (?:with|to)(?! (?:baseline|T0|pre)))\b", re.IGNORECASE)
# What a treatment does that is good by itself, and what it does to something bad.
_HELPS = re.compile(
    r"\b(?:improv(?:ed|es|ing)|reliev(?:ed|es)|abolish(?:ed|es)|alleviat(?:ed|es)|resolved|remitted|ceased|"
    r"responded|terminated|aborted|"
    r"recovered|favou?r(?:ed|s)|much better|(?:is|was|were|as|an?|be|appears?|seems?|more|most|highly|very|and|"
    r"quite)\W+(?:\w+ ){0,2}?"
    r"(?:effective(?:ly)?|efficacious)|(?:produc\w+|show\w*|demonstrat\w+|provid\w+|had|experienced|reported|"
    r"achiev\w+|attain\w+|"
    r"associated with|led|leads?|result\w*|exert\w*|offer\w*|confirm\w*|observed|found|maintain\w*|elicit\w*|induc\w+|"
    r"was|were|is|of|support\w*)\b[^.;]{0,60}?\b(?:improvements?|relief|remission|analgesia|efficacy|benefits?|"
    r"response|"
    r"response rates?|responders|pain[- ]free|antidepressant (?:\w+ )?(?:effects?|action|response)))\b|"
    r"\b(?:improvements?|relief|remission|response|analgesia|efficacy|benefits?)\b[^.;]{0,60}?\b(?:was|were|"
    r"persist\w*|sustained|"
    r"maintained|occurred|seen|observed|achieved|found)\b",
    re.IGNORECASE,
)
_LESSENS = re.compile(
    r"\b(?:reduc\w+|decreas\w+|lower\w*|diminish\w+|declin\w+|attenuat\w+|prevent\w*|block\w*|inhibit\w*|"
    r"suppress\w*|fell|fall|dropp?\w*)\b",
    re.IGNORECASE,
)


def direction_of(text: str, arms: Sequence[Arm], *, controlled: bool) -> str | None:
    """Return the direction of ``text``'s finding, or None where its words do not settle one."""
    if _MIXED.search(text):
        return MIXED
    plain, arms = _without_rivals_null(_BELOW.sub(lambda match: " " * len(match[0]), text), arms)
    null = _NULL.search(_PARTLY.sub("", plain)) is not None
    both = {arm.ours for arm in arms} == {True, False}
    alike = (
        (controlled or both) and _ALIKE.search(plain) is not None and bool(_GOOD.search(plain) or _POOR.search(plain))
    )
    if not null and not alike:
        found = _positive(plain, arms, controlled=controlled)
        differs = controlled and both and _DIFFERENCE.search(plain)
        return NONE if (found in {FAVOURS, AGAINST} or differs) and is_insignificant(plain) else found
    if not controlled and not any(arm.ours for arm in arms) and not _ENDPOINT.search(plain):
        return None
    if alike and not null:
        return MIXED if _sides(plain, arms) else NONE
    turned = re.search(r"\b(?:but|however|although|while|whereas|despite|yet)\b|;", _BRACKETED.sub("", plain))
    return MIXED if turned and _positive(plain, arms, controlled=controlled) else NONE


def _without_rivals_null(text: str, arms: Sequence[Arm]) -> tuple[str, Sequence[Arm]]:
    """Return ``text`` with what is denied of the other arm blanked out."""
    rivals = "|".join(sorted({re.escape(text[arm.start : arm.end]) for arm in arms if not arm.ours}))
    if not rivals or not any(arm.ours for arm in arms):
        return text, arms
    match = re.search(_RIVAL_NULL.format(rivals=rivals), text, re.IGNORECASE)
    denied = match is not None and re.search(r"\b(?:not|no|fail\w*)\b|unlike|n't", match[0], re.IGNORECASE)
    if match is None or not denied:
        return text, arms
    plain = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return plain, [arm for arm in arms if not match.start() <= arm.start < match.end()]


def _positive(text: str, arms: Sequence[Arm], *, controlled: bool) -> str | None:
    against_others = _THAN.search(text) is not None
    if not controlled:
        return IMPROVED if _helped(text) and not against_others else None
    found = _sides(text, arms) or _by_share(text, arms)
    if found:
        return FAVOURS if found == {True} else AGAINST if found == {False} else MIXED
    if arms and all(arm.ours for arm in arms) and not against_others and _helped(text[arms[0].start :]):
        return FAVOURS
    return None


def _sides(text: str, arms: Sequence[Arm]) -> set[bool]:
    """Return for whom the comparatives of ``text`` speak: the watched drug (True), the other arm (False)."""
    if all(arm.ours for arm in arms) and not _AGAINST_OTHERS.search(text):
        return set()
    said = (match for match in _COMPARATIVE.finditer(text) if not _is_of_another(text, match))
    return {side for match in said if (side := _sided(text, match, arms)) is not None}


def _is_of_another(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match is the noun of a comparative: of "a larger reduction" the first word says it all."""
    return _NOUN.fullmatch(match[0]) is not None and _DEGREE.search(text, 0, match.start()) is not None


def _by_share(text: str, arms: Sequence[Arm]) -> set[bool]:
    """Return for which arm speaks what each reached: "pain-free were 68% after ketamine and 31% after placebo".

    Only where a test tells whether the difference is one, and where the measure is plainly good or bad.
    """
    reached = shares(text, arms)
    good, poor = _first_measures(text)
    plain = bool(good) is not bool(poor) and not _ABSENT.search(text)
    if not reached or reached[True] == reached[False] or not (plain and is_tested(text)):
        return set()
    return {(reached[True] > reached[False]) is bool(good)}


def _helped(text: str) -> bool:
    if re.search(r"\b(?:both|all) (?:drugs|treatments|groups|arms)\b", text, re.IGNORECASE):
        return False
    if _HELPS.search(text):
        return True
    return any(
        _POOR.search(text[match.end() : match.end() + _REACH])
        or _POOR.search(text[max(0, match.start() - _REACH) : match.start()])
        for match in _LESSENS.finditer(text)
    )


def _sided(text: str, match: re.Match[str], arms: Sequence[Arm]) -> bool | None:
    """Return whether a comparative speaks for the watched drug (True), against it (False), or neither plainly."""
    better = _better(text, match)
    if better is not None and _CHANGED.fullmatch(match[0]):
        than = _THAN.search(text, match.end())
        beside = [
            arm for arm in arms if arm.compared and match.end() <= arm.start and (not than or arm.end <= than.start())
        ]
        if are_joined(text, beside):
            return None  # "decreased with ketamine and the other"
        changed = amounts(text, match, arms)
        if changed:  # "fell by 43 with ketamine and by 63 with the other"
            return None if changed[True] == changed[False] else better is (changed[True] > changed[False])
    ours = _side(text, match, arms)
    if better is None or ours is None:
        return None
    return better is ours


def _better(text: str, match: re.Match[str]) -> bool | None:
    if match["eased"]:  # "relieved pain more"
        return match["by"].lower() != "less"
    if match["good"]:
        return True
    if match["bad"]:
        return False
    raised = match["up"] is not None or (match["by"] or "").lower() == "less"  # "fell less"
    if match["by"] and (_POOR.search(match[0]) or _GOOD.search(match[0])):  # "lowered pain more"
        return (_POOR.search(match[0]) is None) is raised
    return _measured(text, match, raised=raised)


def _measured(text: str, match: re.Match[str], *, raised: bool) -> bool | None:
    """Return whether more (``raised``), or less, of what is measured near ``match`` is better."""
    clause = re.split(r"[,;]\s", text[: match.start()])[-1]
    after = text[match.end() : match.end() + 50]
    cut = _AFTER_THAN.search(after)
    timed = _TIME_TO.search(clause) or _TIME_TO.match(after)
    if timed:  # the time to relief is better short, that to the next attack long
        return (raised and not _SPEED.fullmatch(match[0])) is (_RETURN.search(timed["what"]) is not None)
    after = after[: cut.start()] if cut else after
    good, poor = _first_measures(after)
    nearest = min((one for one in (good, poor) if one), key=lambda one: one.start(), default=None)
    if nearest is not None:
        return (nearest is good) is raised
    around = text[max(0, match.start() - _REACH) : match.start()]  # "severity, but not duration, was lower"
    for before in (clause, around):
        if _REDUCTION.search(before):
            return raised
        good, poor = _last(_GOOD, before), _last(_POOR, before)
        nearest = max((one for one in (good, poor) if one), key=lambda one: one.start(), default=None)
        if nearest is not None:
            return (nearest is good) is raised
    return None


def _first_measures(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """Return the first good and the first poor measure; in "pain relief" the pain is none."""
    good, poor = _GOOD.search(text), _POOR.search(text)
    return good, None if good and poor and poor.end() + 1 == good.start() else poor


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _side(text: str, match: re.Match[str], arms: Sequence[Arm]) -> bool | None:
    """Return whether the comparative is said of the watched drug's arm; None where that is not plain."""
    before = [arm for arm in arms if arm.end <= match.start()]
    if before and (match["good"] or match["bad"]) and _IS.fullmatch(text[before[-1].end : match.start()]):
        return before[-1].ours  # "the other was superior"
    for than in _AFTER_THAN.finditer(text):
        reach = [arm for arm in arms if than.end() <= arm.start < than.end() + _REACH]
        after = [arm for arm in reach if "," not in text[than.end() : arm.start]]  # "Compared with this, that rose"
        if not after:
            continue
        if than[0].lower() in {"to", "over"} and not re.match(r"superior|inferior|prefer", match[0], re.IGNORECASE):
            continue
        ahead = {arm.ours for arm in arms if arm.start < than.start()}
        if len({arm.ours for arm in after}) == 1 and after[0].ours not in ahead:
            return not after[0].ours
        if ahead == {True}:
            return True if not all(arm.ours for arm in after) else None
    inside = re.match(
        r"(?:\s+[\w-]+){0,8}?\s+(?:in|with|for|by|after|among)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?", text[match.end() :]
    )
    if inside:
        base = match.end()
        first = base + len(inside[0])
        near = next((arm for arm in arms if first <= arm.start <= first + _PHRASE), None)
        if near is not None:
            return near.ours
    if len({(arm.ours, "" if arm.ours else arm.name) for arm in arms}) == 1:
        return arms[0].ours
    alone = len({arm.ours for arm in before}) == 1 and any(arm.ours for arm in arms) and before[-1].compared
    return before[-1].ours if alone else None


_CHANGED = re.compile(
    r"decreas(?:ed|es|ing)|reduc(?:ed|es|ing)|fell|dropp?ed|declin(?:ed|es|ing)|diminished|increas(?:ed|es|ing)|improv(?:ed|es)",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"\b(?:zero|no|none|without|absen\w+|resol\w+|below|under|free from|free of)\b", re.IGNORECASE)
_NOUN = re.compile(r"(?:reduction|decrease|decline|drop|increase|improvement)s?", re.IGNORECASE)
_DEGREE = re.compile(
    r"\b(?:greater|larger|higher|more|bigger|stronger|smaller|lower|less|weaker)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_TIME_TO = re.compile(
    r"\s*\b(?:time|latency|interval|delay)s? (?:to|until|before|of) (?P<what>(?:[\w-]+ ?){1,4})", re.IGNORECASE
)
_SPEED = re.compile(r"faster|earlier|sooner|quicker", re.IGNORECASE)
_RETURN = re.compile(r"relaps|recur|return|rescue|next|attack|migraine|worsen", re.IGNORECASE)
_IS = re.compile(
    r"(?:\s+(?:groups?|arms?|infusions?))?\s+(?:was|were|is|are|proved|appeared|seemed|did)\s+(?:\w+ly\s+)?",
    re.IGNORECASE,
)
_REACH = 60
_PHRASE = 24
_BRACKETED = re.compile(r"[(\[][^()\[\]]*(?:[(\[][^()\[\]]*[)\]][^()\[\]]*)*[)\]]")
