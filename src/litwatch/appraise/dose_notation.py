"""Doses as the literature writes them: numbers, unit and denominator of each, with their place in the text. Pure.

One grammar for every notation met: ``0.5 mg/kg/h``, ``0.5 mg kg(-1) h(-1)``, ``0.5 mg·kg−1·h−1``, ``0.5 mg/kg per
hour``, ``80 micrograms/kg``, ``0.5 mg ketamine/kg``; lists (``0.1, 0.2 and 0.5 mg/kg``), ranges (``0.1-0.5 mg/kg``),
means (``65.2 ± 2.8 mg/h``). Concentrations (``ng/mL``, ``mg/dL``) are no doses. tests/test_doses.py is the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from litwatch.appraise.needles import Pattern

# One character for one, so that places in the flat text are places in the original.
_FLAT = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u207b\ufe63\uff0d\u00ad", "-")
    | dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u2063\n\t", " ")
    | dict.fromkeys("\u2219\u2022\u22c5\u30fb\u2027", "·")
    | {"μ": "u", "µ": "u", "¹": "1", "∕": "/", "⁄": "/", "\u00d7": "x", "\uff0c": ",", "\uff0f": "/"}
)


def flat(text: str) -> str:
    """Return ``text`` of the same length with dashes, spaces, dots, mu and slashes in their plain forms."""
    return text.translate(_FLAT)


# A number is taken whole: "0,0,1,0" can be read as decimals or as a list in more ways than there is time for.
_NUMBER = r"(?>(?!0,)\d{1,3}(?:,\d{3})+(?:[.·]\d+)?(?!\d)|\d+[.·]\d+|0,\d+|\d+,\d(?=\s?m)|\d+|\.\d+)"
_SPREAD = rf"""(?:
    \s*(?:±|\+\s?/\s?-|\+-)\s*{_NUMBER}
  | \s*[(\[]\s*(?:SD|SE|SEM|IQR|range)?[\s:=,]*{_NUMBER}(?:\s*(?:-|to|,)\s*{_NUMBER})?\s*[)\]](?=\s*(?:mg|mcg|ug|micro))
)"""
_RANGE = r"(?:\s*-\s*|\s+(?:up\s+)?to\s+)"
_LIST = r"(?:-?\s*,\s*(?:(?:and|or|&)\s*)?|-?\s+(?:and|or|&|vs\.?|versus)\s+|-?\s*/\s*)"
_UNITS = {
    "mg": r"mgs?|milligram(?:me)?s?(?:\s*\(mg\))?|m\.g\.",
    "ug": r"ugs?|mcgs?|mic|microg(?:m|rams?|rammes?)?|micro-?grams?(?:\s*\(ug\))?|mkg",
    "g": r"(?-i:g)|gm|grams?|grammes?",
    "ng": r"ng|nanograms?",
    "mL": r"mls?|millilit(?:er|re)s?|cc",
}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_IN_MG = {"g": 1000.0}
_IN_UG = {"ng": 0.001}

_POWER = r"(?:\s*[(\[{^]{0,2}\s*-\s*1(?:\s*[)\]}]){0,2}(?!\d|\.\d))"
_WEIGHT = r"""(?:kgs?|kilos?|kilogram(?:me)?s?)
    (?:\s+(?:of\s+)?(?:(?:total|ideal|lean|actual)\s+)?(?:body\s?-?(?:weight|mass)|bw|b\.w\.|ibw|lbm))?"""
_TIME = r"(?:h|hrs?|hours?|min|mins|minutes?|d|days?|s(?!\.)|sec|seconds?|wk|weeks?)"
_PER = r"(?:\)?\s+(?:per|each)\s+(?:the\s+)?|\s*/\s*(?:per\s+)?)"
# A denominator after a slash or "per", or one with an exponent; a third form leaves the slash of the hour out.
_DENOMINATOR = rf"""(?:
    \s*/\s*\(\s*(?:{_WEIGHT})(?:\s*[.·*x/-]\s*|\s+)(?:{_TIME})\s*\)
  | {_PER}\(?\s*(?:\d+(?:\.\d+)?\s*-?)?\s*(?:{_WEIGHT}|{_TIME}){_POWER}?(?![a-z])
  | \s*[.·*x-]*\s*(?:\d+(?:\.\d+)?\s*)?(?:{_WEIGHT}|{_TIME}){_POWER}(?![a-z])
  | (?<=kg)(?:\s*[.·*x-]\s*|\s+)(?:h|hr|min)(?![a-z])
  | (?<=[mu]g)[.·]kg(?![a-z])
  | \s*/\s*m(?:2|\^2|²)(?!\w)
  | (?<=[a-z])\s+(?:an|a)\s+(?:hour|minute|day)(?![a-z])
)"""
_NO_DOSE = Pattern(
    r"""\s*(?: (?:/|\bper\b)\s*(?:\d+\s*)?
            (?:m[lL]|u?l|dl|lit(?:er|re)s?|cm|mm|m3|mmol|nmol|mol|mg|ug|g|cc|tablespoon)(?![a-z])
        | [.·x ]*(?:m?l|dl){_POWER} | % | (?:of\s+)?(?:oral\s+)?\bmorphine\s+(?:milligram\s+)?equivalents?
        | \b(?:oral\s+)?morphine\s+equivalent
        | \bequivalents?\b | -?\s*(?:in|of)\s+weight)""".replace("{_POWER}", _POWER),
    re.VERBOSE | re.IGNORECASE,
)
_AMOUNT = Pattern(
    rf"""(?<![\w.·/^])(?<!\d[-:,])(?<![a-fh-z]-)
    (?P<numbers> {_NUMBER}(?:{_SPREAD})? (?: (?:{_RANGE}|{_LIST}) {_NUMBER}(?:{_SPREAD})? )* )
    (?:\s*-?\s*)(?:{_UNIT})(?![a-wyz]|x(?!kg))
    (?P<of> \s+(?:of\s+)?[a-z()+-]{{4,26}}(?=(?:\s*/\s*|\s+per\s+)(?:kg|kilo)) )?
    (?P<denominators> (?:{_DENOMINATOR})* )""",
    re.VERBOSE | re.IGNORECASE,
)
_LEVEL = re.compile(rf"(?P<joint>{_RANGE}|{_LIST})?(?P<value>{_NUMBER})(?:{_SPREAD})?", re.VERBOSE | re.IGNORECASE)
_PART = re.compile(
    rf"(?P<count>\d+(?:\.\d+)?)?\s*(?:-\s*)?(?:(?P<weight>(?:kg|kilo)[a-z]*)|(?P<time>{_TIME})(?![a-z]))",
    re.VERBOSE | re.IGNORECASE,
)
_TIMES = (("h", "h"), ("mi", "min"), ("d", "day"), ("s", "s"), ("w", "week"))
HOURS_A_DAY = 24
# A number that counts or dates something else cannot open a list of doses ("on day 1, 5 mg").
_COUNTS = re.compile(
    r"(?:\bn\s*=\s*|\b(?:groups?|days?|weeks?|visits?|phases?|in|aged?|years?|since|parts?|periods?|cohorts?|"
    r"panels?|stages?|"
    r"levels?|tables?|figs?\.?|scores?|studies|cases?|patients?|arms?|T|p\s*[<=>])\s*)$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:-|(?:up )?to)\s*")
_STEP = re.compile(r"\bby\s*$")
# "84 mg in 24 h" is of a day; "84 mg over 24 h" is how long it ran.
_IN_A_DAY = re.compile(
    r"\s+(?:in|within|per|every)\s+(?:any\s+|a\s+|each\s+)?24[\s-]?(?:h|hrs?|hours?)(?![a-z])", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:between|from|range[sd]?(?:\s+(?:of|between))?|ranging(?:\s+between)?)[\s:]*$", re.IGNORECASE
)
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One written quantity: ``text[start:end]`` holds numbers, unit and denominator.

    ``levels`` are (value, upper value or None) pairs, one per listed level; ``unit`` is mg, ug or mL; ``per`` is None
    or e.g. ``kg/h``; ``every_h`` the interval of ``15 mg kg(-1) 6 h(-1)``; ``minutes`` the time of
    ``0.5 mg/kg/40 min``.
    """

    start: int
    end: int
    levels: tuple[tuple[float, float | None], ...]
    unit: str
    per: str | None
    every_h: float | None = None
    minutes: float | None = None


def amounts_in(text: str) -> Iterator[Amount]:
    """Yield the written quantities of ``text`` in reading order; ``text`` may be in any typography.

    Two that make a range with the unit said twice (`0.75 mg/kg to 0.9 mg/kg`) are one.
    """
    plain = flat(text)
    held: Amount | None = None
    for amount in _written(plain):
        joined = _joined(plain, held, amount) if held else None
        if held and joined is None:
            yield held
        held = joined or amount
    if held:
        yield held


def _joined(plain: str, low: Amount, high: Amount) -> Amount | None:
    """Return the range that two neighbouring quantities make, if they make one."""
    if _STEP.search(plain[max(0, low.start - 8) : low.start]):
        return None  # "raised by 10 mg to 300 mg": a step and where it led
    if (low.unit, low.per) != (high.unit, high.per) or not _TO.fullmatch(plain[low.end : high.start]):
        return None
    if len(low.levels) > 1 or len(high.levels) > 1 or low.levels[0][1] or high.levels[0][1]:
        return None
    first, last = low.levels[0][0], high.levels[0][0]
    return replace(high, start=low.start, levels=((first, last),)) if first < last else None


def _written(plain: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(plain):
        if _NO_DOSE.match(plain, match.end()):
            continue
        unit = next(name for name in _UNITS if match[name])
        start, levels = _levels(plain, *match.span("numbers"))
        levels = tuple(level for level in levels if level[0] > 0 or level[1])
        per, every_h, minutes = _per(match["denominators"])
        daily = None if match["denominators"] else _IN_A_DAY.match(plain, match.end())
        if levels:
            scale = _IN_MG.get(unit) or _IN_UG.get(unit) or 1.0
            yield Amount(
                start=start,
                end=daily.end() if daily else match.end(),
                levels=tuple((low * scale, high * scale if high is not None else None) for low, high in levels),
                unit="mg" if unit in _IN_MG else "ug" if unit in _IN_UG else unit,
                per="day" if daily else per,
                every_h=every_h,
                minutes=minutes,
            )


def _levels(plain: str, start: int, end: int) -> tuple[int, tuple[tuple[float, float | None], ...]]:
    """Return where the doses begin and their levels: "0.1, 0.2-0.5" is (0.1, None), (0.2, 0.5)."""
    parts = list(_parts(plain, start, end))
    while len(parts) > 1 and _foreign(parts, plain[:start]):
        parts = parts[1:]
        start = parts[0].start("value")
    between = bool(_BETWEEN.search(plain[max(0, start - 24) : start]))
    levels: list[tuple[float, float | None]] = []
    for index, part in enumerate(parts):
        value = _number(part["value"])
        joint = (part["joint"] or "").strip(" ").lower() if index else ""
        spans = joint in {"-", "to", "up to"} or (between and joint == "and" and index == 1)
        if spans and levels and levels[-1][1] is None and value > levels[-1][0]:
            levels[-1] = (levels[-1][0], value)
        else:
            levels.append((value, None))
    return start, tuple(levels)


def _parts(plain: str, start: int, end: int) -> Iterator[re.Match[str]]:
    while start < end and (part := _LEVEL.match(plain, start)):
        yield part
        start = part.end()


def _foreign(parts: list[re.Match[str]], before: str) -> bool:
    """Return whether the first number belongs to something before the doses: a day, a year, a group's size."""
    first, second = _number(parts[0]["value"]), _number(parts[1]["value"])
    if "to" in parts[1]["joint"] or parts[1]["joint"].strip() == "-":
        return False
    return bool(_COUNTS.search(before)) or (first >= FIRST_YEAR and first.is_integer() and second < first / 10)


def _number(written: str) -> float:
    if re.fullmatch(r"\d+,\d{1,2}", written) or written.startswith("0,"):
        return float(written.replace(",", "."))
    return float(written.replace(",", "").replace("·", "."))


def _per(written: str) -> tuple[str | None, float | None, float | None]:
    """Return the denominator in its one form, an interval in hours, and a duration in minutes."""
    weight = "m2" if re.search(r"/\s*m(?:2|\^2|²)", written) else None
    time: str | None = None
    every: float | None = None
    minutes: float | None = None
    for part in _PART.finditer(re.sub(_POWER, " ", written, flags=re.VERBOSE)):
        count = float(part["count"]) if part["count"] else 1.0
        if part["weight"]:
            weight = "kg" if count == 1 else f"{count:g} kg"
            continue
        unit = next(name for lead, name in _TIMES if part["time"].lower().startswith(lead))
        if unit == "h" and count == HOURS_A_DAY:
            time = "day"
        elif count == 1:
            time = unit
        elif unit == "h":
            every = count
        elif unit == "min":
            minutes = count
    return "/".join(piece for piece in (weight, time) if piece) or None, every, minutes
