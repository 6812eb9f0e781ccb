"""What the watched drug was compared with, each with the words that say so. Pure.

Only what the study itself compares counts: placebo or saline, another drug, other treatment or care as usual, another
dose or route of the watched drug. What everybody got beside it, what had been tried before and what other trials used
do not; before and after without a control is no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.comparator_prose import BEFORE, before_a_change, told_in_prose, unnamed_rivals
from litwatch.appraise.comparator_words import (
    ACTIVE_PLACEBO,
    AS_CONTROL,
    AS_MUCH,
    BESIDE,
    BETWEEN_FORMS,
    CHOICE,
    COMPARED_BEFORE,
    CONTROL_GOT,
    DEVICE,
    DEVICES,
    DILUTED,
    IN_BRACKETS,
    LEVELS,
    METABOLITE,
    NOT_HERE,
    OR,
    PLACEBO,
    RECEPTOR,
    TESTED_BESIDE,
    THE_OTHER,
    TOGETHER,
    TURNED_ROUND,
    USUAL,
    VERSUS_AFTER,
    VERSUS_BEFORE,
    WAITING,
    WITH,
    WITH_PLACEBO,
)
from litwatch.appraise.dose_notation import Amount, amounts_in
from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.level import SYNTHESES
from litwatch.appraise.route_words import RouteWord, routes_named
from litwatch.appraise.sentences import Sentence
from litwatch.model import Comparator

_UNCONTROLLED = frozenset(
    {"case_report", "case_series", "narrative_review", "guideline", "in_vitro", "cross_sectional"}
)
_TELLING = frozenset({"title", "aim", "methods", "results", "conclusion"})
_DESIGNING = frozenset({"title", "aim", "methods"})


def comparators_of(sentences: Sequence[Sentence], drugs: Drugs, design: str) -> tuple[Comparator, ...]:
    """Return what the watched drug (or, without one, the title's first drug) was compared with, each once."""
    if design in _UNCONTROLLED:
        return ()
    named = [
        (one, drugs.mentions(one.text)) for one in sentences if one.kind in _TELLING and not NOT_HERE.search(one.text)
    ]
    subject = _subject(named)
    if subject is None:
        return ()
    found: dict[tuple[str, str], Comparator] = {}
    for sentence, mentions in named:
        for entry in _in_sentence(sentence, mentions, subject, design):
            found.setdefault((entry.name, entry.type), entry)
    return _settled(tuple(found.values()))


def _settled(entries: tuple[Comparator, ...]) -> tuple[Comparator, ...]:
    """Return ``entries`` with one placebo, the plainest named, and other doses only where nothing else was compared.

    An active placebo that the text names is that drug, no placebo.
    """
    rivals = tuple(entry for entry in entries if entry.type in {"active", "standard_care", "other"})
    placebos = [entry for entry in entries if entry.type == "placebo"]
    named = any(entry.type == "active" and ACTIVE_PLACEBO.search(entry.quote.text) for entry in entries)
    saline = [entry for entry in placebos if "placebo" not in entry.name]
    if named and not saline:
        placebos = []
    if any(entry.type == "active" and entry.name != "active placebo" for entry in rivals):
        rivals = tuple(entry for entry in rivals if entry.name != "active placebo")
        rivals = tuple(entry for entry in rivals if entry.name != BEFORE)
    doses = tuple(entry for entry in entries if entry.type == "dose_or_route")
    return (*(saline or placebos)[:1], *rivals) or doses[:1]


def _subject(named: Sequence[tuple[Sentence, Sequence[Mention]]]) -> str | None:
    active = [one for _, mentions in named for one in mentions if not one.inert]
    watched = next((one for one in active if one.watched), None)
    first = watched or next(iter(active), None)
    return first.name if first else None


def _in_sentence(sentence: Sentence, mentions: Sequence[Mention], subject: str, design: str) -> Iterator[Comparator]:
    ours = [one for one in mentions if one.watched or one.name == subject]
    yield from _placebos(sentence, mentions)
    prose = list(_in_prose(sentence, mentions, ours, design))
    yield from prose
    if sentence.kind in _DESIGNING:
        yield from _usual(sentence, ours)
        yield from _devices(sentence, ours)
    if not any(entry.type == "other" and entry.name != BEFORE for entry in prose):
        for one in mentions:
            if not (one.inert or one.watched or one.name == subject) and _is_rival(sentence, one, ours, design):
                yield _entry(sentence, one.name, "active", one.start, one.end)
    if sentence.kind in _DESIGNING and ours and design not in SYNTHESES:
        yield from _own_levels(sentence, ours)


def _in_prose(
    sentence: Sentence, mentions: Sequence[Mention], ours: Sequence[Mention], design: str
) -> Iterator[Comparator]:
    """Yield what is compared without naming a rival drug: by a study in aim and methods, by a synthesis anywhere."""
    if design in SYNTHESES:
        for told in unnamed_rivals(sentence):
            if ours or VERSUS_BEFORE.search(sentence.text[: told[2]]):
                yield _entry(sentence, *told)
    elif sentence.kind in _DESIGNING:
        for told in (*told_in_prose(sentence, mentions, ours), *before_a_change(sentence)):
            yield _entry(sentence, *told)


def _usual(sentence: Sentence, ours: Sequence[Mention]) -> Iterator[Comparator]:
    for pattern, kind in ((USUAL, "standard_care"), (WAITING, "other")):
        for match in pattern.finditer(sentence.text):
            if _opposed(sentence.text, match.start(), match.end(), ours):
                yield _entry(sentence, match["name"], kind, match.start(), match.end())


def _placebos(sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[Comparator]:
    text = sentence.text
    for match in PLACEBO.finditer(text):
        if DILUTED.search(text[: match.start()]) and not re.match(r"\W*(?:group|arm)", text[match.end() :]):
            continue
        said = match["name"].lower()
        name = "placebo" if "dummy" in said or said == "pbo" else said.removesuffix("s")
        kind = "other" if name == "sham" else "active" if name.startswith("active") else "placebo"
        yield _entry(sentence, name, kind, match.start(), match.end())
    for one in mentions:
        if one.name in {"dextrose", "water"} and AS_MUCH.search(text[: one.start]):
            yield _entry(sentence, text[one.start : one.end].lower(), "placebo", one.start, one.end)


def _devices(sentence: Sentence, ours: Sequence[Mention]) -> Iterator[Comparator]:
    text = sentence.text
    for match in DEVICE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if ours and (
            (VERSUS_BEFORE.search(before) and ours[0].end <= match.start())
            or (VERSUS_AFTER.match(after) and match.end() <= ours[-1].start)
            or (ours[0].end <= match.start() and CHOICE.search(text) and THE_OTHER.search(before))
        ):
            yield _entry(sentence, DEVICES.get(match["name"].lower(), match["name"]), "active", *match.span())


def _opposed(text: str, start: int, end: int, ours: Sequence[Mention]) -> bool:
    """Tell whether the words around say that this is what something was compared with."""
    before, after = text[:start], text[end:]
    if TOGETHER.search(before) and not VERSUS_BEFORE.search(before):
        return False
    if VERSUS_BEFORE.search(before) or COMPARED_BEFORE.search(before) or AS_CONTROL.match(after):
        return True
    if ours and VERSUS_AFTER.match(after):
        return True
    if ours and re.search(r"\bor\s+(?:\w+\s+)?$", before) and ours[0].end <= start:
        return True
    return bool(CHOICE.search(before) and re.search(r"\b(?:or|and|to)\s+(?:[\w-]+\s+){0,6}$", before))


def _is_rival(sentence: Sentence, one: Mention, ours: Sequence[Mention], design: str) -> bool:
    text, before, after = sentence.text, sentence.text[: one.start], sentence.text[one.end :]
    if RECEPTOR.match(after) or WITH_PLACEBO.match(after):
        return False
    if sentence.kind in {"results", "conclusion"}:
        return bool(ours) and _named_against(before, after, ours, one)
    if IN_BRACKETS.search(before) or (TESTED_BESIDE.match(after) and not any(our.end <= one.start for our in ours)):
        return False
    if AS_CONTROL.match(after) or (CONTROL_GOT.search(before) and not BESIDE.search(text)):
        return True
    if not ours or BESIDE.search(text):
        return False
    if COMPARED_BEFORE.search(before) and any(our.end <= one.start for our in ours):
        return True
    if TOGETHER.search(before) and not VERSUS_BEFORE.search(before):
        return False
    following = next((our for our in ours if our.start >= one.end), None)
    if sentence.kind != "title" and following and WITH.fullmatch(text[one.end : following.start]):
        return False
    if _named_against(before, after, ours, one):
        return True
    return design not in SYNTHESES and bool(CHOICE.search(text) and OR.search(before) and ours[0].start < one.start)


def _named_against(before: str, after: str, ours: Sequence[Mention], one: Mention) -> bool:
    """Tell whether versus or the like stands between the drug and the watched one."""
    first, last = ours[0], ours[-1]
    if VERSUS_BEFORE.search(before[-80:]) and first.start < one.start:
        return True
    if last.start > one.end and TURNED_ROUND.search(before):
        return True
    return bool(last.start > one.end and VERSUS_AFTER.match(after))


def _own_levels(sentence: Sentence, ours: Sequence[Mention]) -> Iterator[Comparator]:
    """Yield other doses or routes of the watched drug that a sentence sets against each other."""
    text = sentence.text
    forms = list(dict.fromkeys(one.name for one in ours if not METABOLITE.search(one.name)))
    if len(forms) > 1 and sentence.kind != "results" and BETWEEN_FORMS.search(text[ours[0].end : ours[-1].start]):
        yield _entry(sentence, forms[1], "active", ours[0].start, ours[-1].end)
        return
    routes = list(routes_named(text))
    if len({word.route for word in routes}) > 1 and _is_set_against(text, routes):
        last = routes[-1]
        yield _entry(
            sentence, f"{text[last.start : last.end]} {ours[-1].name}", "dose_or_route", routes[0].start, last.end
        )
        return
    amounts = [amount for amount in amounts_in(text) if amount.per and amount.unit != "mL"]
    levels = _levels(amounts)
    if len(levels) > 1 and LEVELS.search(text):
        first, last_amount = amounts[0], amounts[-1]
        yield _entry(
            sentence,
            f"{ours[0].name} {text[first.start : last_amount.end]}",
            "dose_or_route",
            first.start,
            last_amount.end,
        )


def _is_set_against(text: str, routes: Sequence[RouteWord]) -> bool:
    """Tell whether two routes of the watched drug are compared, by word or by lot."""
    between = text[routes[0].end : routes[-1].start]
    if re.search(r"\b(?:versus|vs\.?|compar\w+|against)\b", text, re.IGNORECASE):
        return True
    return CHOICE.search(text[: routes[0].start]) is not None and re.search(r"\bor\b", between) is not None


def _levels(amounts: Sequence[Amount]) -> set[float]:
    pers = {(amount.unit, amount.per) for amount in amounts}
    return {low for amount in amounts for low, _ in amount.levels} if len(pers) == 1 else set()


def _entry(sentence: Sentence, name: str, kind: str, start: int, end: int) -> Comparator:
    quote = sentence.quote()
    if sentence.kind != "title":  # the clause is enough
        cuts = (sentence.text.rfind(mark, 0, start) for mark in (", ", "; "))
        left = max((cut + 2 for cut in cuts if cut >= 0), default=0)
        right = min(
            (place for place in (sentence.text.find(mark, end) for mark in (",", ";")) if place >= 0),
            default=len(sentence.text),
        )
        quote = sentence.quote(left, right)
    return Comparator(name=name, type=kind, quote=quote)
