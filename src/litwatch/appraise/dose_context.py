"""How, how long and how often a dose is given, read from the words around it in its sentence. Pure.

A word belongs to the nearest dose: the text before a dose reaches back to the dose before it, the text after it on to
the next dose. What stands after several doses joined by "or", "and" or "versus" is shared by them, unless one has its
own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litwatch.appraise.dose_notation import flat
from litwatch.appraise.drugs import Mention
from litwatch.appraise.route_words import BOLUS, INFUSION, RouteWord, routes_named
from litwatch.model import Duration

_UNITS = (("mi", "minute"), ("h", "hour"), ("d", "day"), ("s", "second"), ("w", "week"))
_NUMBER = r"(\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|ten|twelve|twenty-?four)"
_WORDS = {
    word: float(value)
    for word, value in (
        *(("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8)),
        *(
            ("ten", 10),
            ("twelve", 12),
            ("twenty-four", 24),
            ("twentyfour", 24),
            ("forty", 40),
            ("an", 1),
            ("a", 1),
            ("first", 1),
        ),
    )
}
_SPAN = rf"""(?P<low>{_NUMBER}|forty|an?)(?:\s*(?:±|\+/-)\s*\d+(?:\.\d+)?)?
    (?:\s*(?:-|to|or)\s*(?P<high>\d+(?:\.\d+)?))?[\s-]*(?P<unit>min(?:ute)?s?|h(?:ou)?rs?|hr?s?|sec(?:ond)?s?|days?)(?![a-z])"""
# "over 40 min", "infused across 40 min", "a 40-minute infusion", "40-min infusions of".
_OVER = re.compile(
    rf"""\b(?:over|across|during|lasting|within|took|in)\s+
        (?:(?:a|the|an?\s+average\s+of|approximately|about|at\s+least|period\s+of|course\s+of|next|first)\s+){{0,3}}{_SPAN}
        (?!\s*(?:after|before|prior|later|following|post|of\s+(?:the\s+)?(?:end|surgery|arrival|each)))""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_FIRST = re.compile(
    r"\b(?:in|over|during|for)\s+the\s+(?P<low>first)\s+(?P<unit>hour|day|minute)(?P<high>(?!))?\b", re.IGNORECASE
)
_TIME_OF = re.compile(
    rf"\binfusions?\s+(?:time|duration|length|period)s?\s+(?:was|were|of|:)\s+(?:\w+\s+){{0,2}}?{_SPAN}",
    re.VERBOSE | re.IGNORECASE,
)
_FOR = re.compile(
    rf"(?:infus\w*|per\s+hour|/\s*h(?:r|our)?|/\s*min|h-1|min-1|h\(-1\)|min\(-1\)|rate)[^.;]{{0,30}}?"
    rf"\bfor\s+(?:an?\s+(?:mean|median|average)\s+of\s+|about\s+|up\s+to\s+)?{_SPAN}",
    re.VERBOSE | re.IGNORECASE,
)
# "infused for four hours each day with ketamine, 0.25 mg/kg/h on day one, 0.5 on day two".
_EACH_TIME = re.compile(
    rf"\b(?:infus\w+|given|ran|received)\s+(?:[\w-]+\s+){{0,3}}?for\s+{_SPAN}\s+(?:each|every|a|per)\s+(?:day|"
    rf"session|visit|time)\b",
    re.VERBOSE | re.IGNORECASE,
)
_OF_INFUSION = re.compile(
    rf"{_SPAN}\s*(?:,\s*)?(?:long\s+)?(?:(?:continuous|intravenous|IV|i\.v\.|iv|single|slow|ketamine|subanesthetic|"
    r"open-label)\s+){0,3}"
    r"(?:infusions?|period|drip)\b",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETED = re.compile(rf"^\s*[,;(]\s*{_SPAN}\s*[,;)]", re.VERBOSE | re.IGNORECASE)
_LONGEST_H = 24 * 14
_FREQUENCY = re.compile(
    r"""\bevery\s+(?:other\s+)?(?:\d+(?:\s*(?:-|to)\s*\d+)?|two|three|four|six|eight|twelve|second|third)?\s*-?\s*
          (?:min(?:ute)?s?|h(?:ou)?rs?|h|days?|weeks?|months?)\b(?:,?\s+(?:a\s+)?max(?:imum)?\s+(?:of\s+)?\w+(?:\s+times)?)?
      | \b(?:once|twice|thrice|(?:\d+|one|two|three|four|five|six|eight)\s+times|(?:\d+|two|three|four)x)
          \s*(?:-|\s|/)\s*
          (?:an?\s+|per\s+|each\s+|every\s+)?(?:daily|weekly|monthly|day|week|month|d)\b
      | \b(?:at\s+)?\d+(?:-|\s)h(?:our)?\s+intervals?\b | \b(?:at\s+)?weekly\s+intervals?\b
      | \b(?:once|twice|thrice)\s+(?:daily|weekly|monthly|a\s+(?:day|week|month)|per\s+(?:day|week))\b
      | \b(?:b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?d)\b\.? | \bq\s?\d+\s?h\b
      | \b(?:three|two|four|2|3|4)\s+times\s+(?:a|per)\s+(?:day|week)\b
      | \b(?:daily|weekly|monthly|hourly|nightly|on\s+alternate\s+days|at\s+bedtime|per\s+week)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_JOINED = re.compile(
    r"^[\s)\]]*+(?:(?:[\w+()-]+ine|[\w-]+la[mc]|or|and|versus|to|plus|either|maximum|the|of|a)(?!\w)|"
    r"(?:vs|max)(?:\.|(?!\w))|[,/;(\s])*+[\s(\[]*$",
    re.IGNORECASE,
)
_NEXT = re.compile(r"\b(?:followed by|and then|then|before|prior to|after which)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """One dose in its sentence: its own stretch, and how far the text on both sides is its own."""

    start: int
    end: int
    left: int
    right: int
    drug: Mention | None


def surroundings(sentence: str, spans: Sequence[tuple[int, int]], drugs: Sequence[Mention | None]) -> list[Around]:
    """Return each dose of a sentence with the reach of its own words."""
    found = []
    for index, (start, end) in enumerate(spans):
        left = spans[index - 1][1] if index else 0
        right = spans[index + 1][0] if index + 1 < len(spans) else len(sentence)
        found.append(Around(start=start, end=end, left=left, right=right, drug=drugs[index]))
    return found


def _joined(sentence: str, one: Around, other: Around) -> bool:
    return bool(_JOINED.match(sentence[one.end : other.start]))


def duration_of(sentence: str, doses: Sequence[Around], index: int) -> Duration | None:
    """Return how long the dose at ``index`` is given, when its own or shared words say so."""
    text = flat(sentence)
    own = _own_duration(text, doses[index])
    if own is not None:
        return own
    following = index
    while following + 1 < len(doses) and _joined(text, doses[following], doses[following + 1]):
        following += 1
        if _bracketed(text, doses[following]):
            continue
        shared = _after(text, doses[following])
        if shared is not None:
            return shared
    each = _EACH.search(text, doses[-1].end)  # "…, each given over 40 min"
    if each is not None:
        return _duration(each)
    before = _EACH_TIME.search(text, 0, doses[index].start)
    if before is not None:
        return _duration(before)
    if index and doses[index - 1].end <= doses[index].start and _joined(text, doses[index - 1], doses[index]):
        return _before(text, doses[index - 1])
    return None


def _bracketed(text: str, dose: Around) -> bool:
    """Return whether words after the dose stand in its own bracket, so that no other dose shares them."""
    inside = text[dose.left : dose.start]
    opened = inside.count("(") > inside.count(")")
    close = text.find(")", dose.end)
    match = _OVER.search(text, dose.end, dose.right)
    return bool(opened and match and close > match.start())


def _own_duration(text: str, dose: Around) -> Duration | None:
    return _after(text, dose) or _before(text, dose)


def _after(text: str, dose: Around) -> Duration | None:
    whole = text[dose.end : dose.right]
    cut = _NEXT.search(whole)
    reach = whole[: cut.start()] if cut else whole
    match = (
        _given_over(text, dose, reach) or _BRACKETED.search(reach) or _TIME_OF.search(reach) or _IN_FIRST.search(reach)
    )
    if match is None:
        match = _OF_INFUSION.search(reach)
        if match is not None and dose.right < len(text) and len(reach) - match.end() < match.start():
            match = None  # the next dose's
    if match is None:
        match = _FOR.search(text[dose.start : dose.end] + reach) or _HELD.search(whole)
    return _duration(match)


def _given_over(text: str, dose: Around, reach: str) -> re.Match[str] | None:
    """Return the length after the dose: "relief within 15 min" is none of it, "infused within 15 min" is."""
    for match in _OVER.finditer(reach):
        loose = match[0].lower().startswith(("in ", "within"))
        if not loose or _POURED.search(text[dose.left : dose.end + match.start()]):
            return match
    return None


def _before(text: str, dose: Around) -> Duration | None:
    reach = text[dose.left : dose.start]
    found = [*_TIME_OF.finditer(reach), *_OF_INFUSION.finditer(reach), *_OVER.finditer(reach)]
    if dose.left:  # what stands closer to the dose before is that one's
        found = [match for match in found if match.start() > len(reach) - match.end()]
    near = [match for match in found if _close(reach[match.end() :])]
    return _duration(near[-1]) if near else None


def _close(gap: str) -> bool:
    return len(gap) < _REACH and not re.search(r"[.;]|\)\s*(?:or|and|vs|plus)\b", gap)


_PUSH = re.compile(
    r"\b(?:slow(?:ly)? )?push(?:ed)?\b|\bslow(?:ly)? (?:IV |i\.v\. |intravenous )?(?:bolus|inject\w+)\b", re.IGNORECASE
)
# "… and then held for 16 h": of the dose before it, whatever comes between.
_HELD = re.compile(
    rf"\b(?:held|kept|maintained|continued|left)\s+(?:[\w-]+\s+){{0,3}}?for\s+{_SPAN}", re.VERBOSE | re.IGNORECASE
)
_EACH = re.compile(rf"\b(?:each|both)\b[^.;]{{0,40}}\b(?:over|across|during)\s+{_SPAN}", re.VERBOSE | re.IGNORECASE)
_POURED = re.compile(r"\b(?:infus|inject|administ|giv|deliver|drip|push|bolus|bag\b|saline|mL\b)", re.IGNORECASE)
_REACH = 70
_FREQUENCY_REACH = 130


def _duration(match: re.Match[str] | None) -> Duration | None:
    if match is None:
        return None
    low = match["low"].lower()
    value = _WORDS.get(low) or float(low)
    high = float(match["high"]) if match["high"] else None
    unit = next(name for lead, name in _UNITS if match["unit"].lower().startswith(lead))
    hours = value * {"second": 1 / 3600, "minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0}[unit]
    return Duration(value=value, value_high=high, unit=unit) if 0 < hours <= _LONGEST_H else None


def frequency_of(sentence: str, dose: Around) -> str | None:
    """Return how often the dose is given, in the words of the sentence."""
    text = flat(sentence)
    match = _FREQUENCY.search(text, dose.end, min(dose.right, dose.end + _FREQUENCY_REACH))
    return sentence[match.start() : match.end()] if match else None


def mode_of(
    sentence: str,
    doses: Sequence[Around],
    index: int,
    mentions: Sequence[Mention],
    per: str | None,
    duration: Duration | None,
) -> str | None:
    """Return the mode: a route, or infusion, bolus or iv_unspecified for what goes into a vein; None if not said."""
    dose = doses[index]
    word = _route(sentence, dose, mentions)
    route = word.route if word else None
    if route not in {None, "iv"}:
        return route
    timed = bool(per and per.rsplit("/", maxsplit=1)[-1] in {"h", "min"}) or (duration is not None and per != "day")
    manner = _manner(sentence, doses, index)
    shared = index + 1 < len(doses) and _joined(sentence, dose, doses[index + 1])
    reach = sentence[dose.left : doses[index + 1].right if shared else dose.right]
    if manner == "bolus" and (not timed or (duration is not None and _PUSH.search(reach))):
        return "bolus"  # a push over five minutes is one as well
    if timed or manner == "infusion":
        return "infusion"
    return "iv_unspecified" if route else None


def _manner(sentence: str, doses: Sequence[Around], index: int) -> str | None:
    dose = doses[index]
    before, after = sentence[dose.left : dose.start], sentence[dose.end : dose.right]
    cut = _NEXT.search(after)
    own = after[: cut.start()] if cut else after
    found = [(len(before) - match.end(), "bolus") for match in BOLUS.finditer(before)]
    found += [(len(before) - match.end(), "infusion") for match in INFUSION.finditer(before)]
    found += [(match.start(), "bolus") for match in BOLUS.finditer(own)]
    found += [(match.start(), "infusion") for match in INFUSION.finditer(own)]
    if found:
        return min(found)[1]
    if cut and INFUSION.search(after[cut.end() :]):
        return "bolus"  # a single dose before the infusion
    if index and _joined(sentence, doses[index - 1], dose):
        return _manner(sentence, doses, index - 1)
    if index + 1 < len(doses) and _joined(sentence, dose, doses[index + 1]):
        following = sentence[doses[index + 1].end : doses[index + 1].right]
        ways = [(match.start(), "bolus") for match in BOLUS.finditer(following)]
        ways += [(match.start(), "infusion") for match in INFUSION.finditer(sentence[doses[index + 1].end :])]
        return min(ways)[1] if ways else None
    return None


def _route(sentence: str, dose: Around, mentions: Sequence[Mention]) -> RouteWord | None:
    """Return the route word nearest to the dose or its drug; one that another drug cuts off counts only if shared."""
    anchors = [(dose.start, dose.end)]
    apart = _is_apart(sentence, dose)
    if dose.drug and not apart:
        anchors.append((dose.drug.start, dose.drug.end))
    free: list[tuple[int, RouteWord]] = []
    shared: list[tuple[int, RouteWord]] = []
    others = [one for one in mentions if dose.drug is None or one.name != dose.drug.name]
    for word in routes_named(sentence):
        if apart and word.end <= dose.left:
            continue
        start, end = min(anchors, key=lambda anchor: _gap(anchor, word))
        low, high = min(end, word.end), max(start, word.start)
        cut = any(low <= one.start < high or low < one.end <= high for one in others)
        cut = cut or _belongs_elsewhere(sentence, word, others)
        (shared if cut else free).append((_gap((start, end), word), word))
    if free:
        return min(free, key=lambda item: item[0])[1]
    routes = {word.route for _, word in shared}
    return shared[0][1] if len(routes) == 1 and not _only_tight(sentence, shared, others) else None


def _is_apart(sentence: str, dose: Around) -> bool:
    """Return whether the drug went before with another dose, and this one has words of its own for how it is given."""
    if dose.drug is None or dose.drug.end > dose.left:
        return False
    own = sentence[dose.left : dose.right]
    return bool(routes_named(own)) or INFUSION.search(own) is not None


def _gap(anchor: tuple[int, int], word: RouteWord) -> int:
    return max(word.start - anchor[1], anchor[0] - word.end, 0)


def _belongs_elsewhere(sentence: str, word: RouteWord, others: Sequence[Mention]) -> bool:
    """Return whether another drug follows or precedes the route word with nothing between: "oral midazolam"."""
    for one in others:
        if one.start >= word.end and re.fullmatch(r"[\s()A-Z.]{0,8}", sentence[word.end : one.start]):
            return True
        if one.end <= word.start and re.fullmatch(r"\s?\(?", sentence[one.end : word.start]):
            return True
    return False


def _only_tight(sentence: str, shared: Sequence[tuple[int, RouteWord]], others: Sequence[Mention]) -> bool:
    """Return whether each cut-off route word stands beside another drug that comes after this dose's."""
    return all(
        any(
            re.fullmatch(r"[\s()A-Z.]{0,8}", sentence[word.end : one.start]) and one.start >= word.end for one in others
        )
        and not re.search(r"\b(?:or|vs|versus|and)\b", sentence[word.end :])
        for _, word in shared
    )
