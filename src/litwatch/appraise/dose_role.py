"""What a dose is in the study: given, a start, a step, a mean, a cap, a comparator's, a rescue, or reported. Pure."""

from __future__ import annotations

import re

from litwatch.appraise.needles import Pattern

_OBSERVED = re.compile(
    r"\b(?:(?:mean|average|median)(?!\s+(?:of|duration|time)\s+(?:[\w-]+\s+){0,3}?(?:min(?:ute)?s?|h|hours?|days?|"
    r"weeks?|months?)\b)|"
    r"averaged|averaging|actual|highest|lowest|(?:doses?|rates?)\s+(?:ran|ranged|varied|lay)\b|"
    r"total(?:led)?(?! of \d+ (?:[\w-]+ ){0,2}(?:patients|adults|participants|subjects|wom|men|child))|"
    r"cumulative|typical)\b",
    re.IGNORECASE,
)
_RANGE_OF = re.compile(r"\brange[sd]?\b", re.IGNORECASE)
_SPREAD = re.compile(r"±|\+/-|\bSD\b")
_START = re.compile(
    r"\b(?:start(?:ing|ed|s)?|initial(?:ly)?|initiat\w+|commenc\w+|begin(?:ning|s)?|began|begun|"
    r"first(?!\s+(?:\w+\s+)?(?:hours?|h|days?|min(?:ute)?s?|weeks?|visits?)\b))\b"
    r"(?!.*\b(?:bolus|loading)\b)",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"\b(?:increas\w*|escalat\w*|titrat\w*|decreas\w*|reduc\w*|rais\w*|step\w*|"
    r"adjust\w*)\b(?:\s+[\w%-]+){0,4}?\s+(?:by|of|in)\s*$|"
    r"\b(?:increments?|steps?)\s+of\s*$",
    re.IGNORECASE,
)
_CAP = re.compile(
    r"\b(?:max(?:\.|imum|imal(?:ly)?)?|not\s+(?:to\s+)?exceed(?:ing)?|not\s+more\s+than|(?:not|never)\s+above|"
    r"exceed|upper\s+limit|up\s+to|no\s+more\s+than|at\s+(?:the\s+)?most|"
    r"limit(?:ed)?\s+(?:of|to|at|was|is)|ceiling)\b"
    r"(?:\s+(?!(?:sprays?|puffs?|doses|tablets?|capsules?|lozenges?|injections?|infusions?)\b)[A-Za-z][\w-]*){0,4}\W*$",
    re.IGNORECASE,
)
_AFTER_CAP = re.compile(r"^\W{0,3}(?:max(?:imum|\.)?|at\s+most)\b(?!\W*(?:dose\s+)?(?:of\s+)?\d)", re.IGNORECASE)
_RESCUE = Pattern(
    r"\b(?:rescue|breakthrough|as\s+needed|on\s+demand|PRN|p\.r\.n|if\s+needed|if\s+required|when\s+required|"
    r"if\s+(?:the\s+)?(?:pain|headache|attack)s?\s+(?:persist\w*|return\w*|recur\w*|remain\w*|continu\w*|went\s+on|"
    r"did\s+not\s+\w+)|if\s+no\s+relief)\b",
    re.IGNORECASE,
)
# "25 mg more could be given": a repeat that the need decides.
_OPTIONAL = re.compile(
    r"\b(?:could|may|might|can)\s+(?:then\s+)?be\s+(?:given|repeated|added|taken|used)\b", re.IGNORECASE
)
_MAY_REPEAT = re.compile(r"\b(?:could|may|might|can|allowed to|free to)\s+repeat\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
# What is due "if required" after this is another dose: "30 mg and, if required, a second".
_AGAIN = re.compile(r"\band\b,?\s|,\s*(?:with|followed)\b", re.IGNORECASE)
_MORE = re.compile(r"^\s*(?:more|again)\b|^[^.;]{0,20}?\b(?:could|may|might|can)\s+be\s+repeated\b", re.IGNORECASE)
_REPEAT = re.compile(r"\b(?:repeat\w*|second|additional|further|subsequent)\b", re.IGNORECASE)
_ANAESTHESIA = re.compile(
    r"\b(?:an(?:a)?estheti[sz]ed|induction|induced|maintain(?:ed)?|maintenance of an|general an(?:a)?esth|under\s+an|"
    r"intubat|premedicat|sedat(?:ed|ion)\s+with)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\([^()]*\)")  # (median age 34)
_WINDOW = 70
_SHORT = 45


def role_of(  # each says a different thing about the dose
    sentence: str,
    start: int,
    end: int,
    *,
    left: int,
    watched: bool,
    compared: bool,
    alone: bool,
    reported: bool,
    previous: str | None,
) -> str:
    """Return the role of the dose at ``sentence[start:end]``; ``left`` is where the dose before it ends.

    ``compared``: its drug is a comparator; ``alone``: the record does not name the watched drug; ``reported``: the
    sentence tells of other people's studies; ``previous`` is the role of the dose before it in the sentence.
    """
    before = sentence[max(left, start - _WINDOW) : start]
    observed = (
        _OBSERVED.search(_BRACKETED.sub("", before))
        or _SPREAD.search(sentence[start:end])
        or _SPREAD.search(before[-_SHORT:])
    )
    if reported:
        return "reported"
    if _RESCUE.search(before.rpartition(";")[2]) or _RESCUE.search(_AGAIN.split(sentence[end : end + _SHORT])[0]):
        return "rescue_repeat" if _REPEAT.search(before) else "rescue"
    if _MAY_REPEAT.search(before):
        return "rescue_repeat"
    if _OPTIONAL.search(sentence[end : end + _SHORT]) and (
        _REPEAT.search(before[-_SHORT:]) or _MORE.match(sentence[end:])
    ):
        return "rescue_repeat"
    if (
        observed
        or (previous == "observed" and _RANGE_OF.search(before))
        or (previous == "observed" and not before.strip(" (,;"))
    ):
        return "observed"
    titrated = _titration(before, sentence[end : end + _SHORT])
    if titrated:
        return titrated
    if _ANAESTHESIA.search(before) and (not watched or "induc" in before or "anesth" in before or "anaesth" in before):
        return "anaesthesia"
    if watched or alone:
        return "study"
    return "comparator" if compared else "co_treatment"


def _titration(before: str, after: str) -> str | None:
    if _STEP.search(before):
        return "titration_step"
    if _CAP.search(before[-_SHORT:]) or _AFTER_CAP.search(after[:24]):
        return "cap"
    return "start" if _START.search(before[-_SHORT:]) else None
