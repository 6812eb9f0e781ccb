"""The doses a record states, each with its drug, manner, duration and role, and its exact words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from litwatch.appraise.dose_context import duration_of, frequency_of, mode_of, surroundings
from litwatch.appraise.dose_drug import drugs_of
from litwatch.appraise.dose_notation import Amount, amounts_in
from litwatch.appraise.dose_role import role_of
from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.level import REVIEWS
from litwatch.appraise.needles import Pattern
from litwatch.appraise.route_words import BOLUS, INFUSION
from litwatch.appraise.sentences import Sentence
from litwatch.model import Dose, Duration, Quote

_UNIT_NEAR = Pattern(
    r"\d[^A-Za-z]{0,4}(?:mg|m\.g|mcg|ug|[μµ]g|mic|mkg|ml|mL|g\b|gm\b|gram|cc\b|ng|nano|milli)|mill|micro", re.IGNORECASE
)
# What patients took of an opioid is an outcome, no dose.
_CONSUMED = Pattern(
    r"\b(?:consum\w+|requirements?|demand|usage|use of|required|sparing|intake|equivalents?|need for)\b", re.IGNORECASE
)
_GIVEN = re.compile(
    r"\b(?:dos\w+|receiv\w+|giv\w+|administ\w+|sprays?|tablets?|capsules?|infus\w+|inject\w+|bolus\w*|titrat\w+|"
    r"treat\w+|took|taken|"
    r"start\w*|commenc\w*|initiat\w*|increas\w*|rate|regimen|oral\w*|daily|"
    r"intra(?:nasal|venous|muscular)\w*|subcutaneous\w*|maximum\s+\d+)\b",
    re.IGNORECASE,
)
_CONTINUOUS = re.compile(r"\bcontinuous|\bday infusion|\bpump", re.IGNORECASE)
_RESPECTIVELY = 40
_STRENGTH = re.compile(r"\bm[cg]g?\s?/\s?m[lL]\b")  # "ketamine syrup (10 mg/mL), 2.5 mL at night"
_DILUENT = re.compile(r"(?:\b(?:in|with|to|into|diluted|of|volume|total|per|each|every)|/)\s*$", re.IGNORECASE)
_VOLUME_OF = re.compile(r"^\W*(?:of\s+)?(?:\d+(?:\.\d+)?\s*%\s*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What is known of the record when its doses are read."""

    design: str
    routes: tuple[str, ...]  # of the watched drug
    compared: frozenset[str]  # names of comparators, lower case


def doses_of(sentences: Sequence[Sentence], drugs: Drugs, study: Study) -> tuple[Dose, ...]:
    """Return every dose stated in ``sentences``, in reading order; exact repeats of a statement once."""
    found: list[Dose] = []
    named = [(sentence, drugs.mentions(sentence.text)) for sentence in sentences]
    about = any(mention.watched for _, mentions in named for mention in mentions)
    subject = _subject(named)
    infused = _infused(named)
    for sentence, mentions in named:
        if _UNIT_NEAR.search(sentence.text):
            found += _in_sentence(sentence, mentions, subject, study, about=about, infused=infused)
        active = [mention for mention in mentions if not mention.inert]
        if sentence.field.endswith(".label") and not active:
            subject = None  # another arm, of which no drug is named yet
        if active and sentence.kind != "title":
            watched = [mention for mention in active if mention.watched]
            subject = (watched or active)[-1]
    told: dict[tuple[object, ...], Dose] = {}
    for dose in _completed(found):
        told.setdefault(_said(dose), dose)
    return tuple(told.values())


def _said(dose: Dose) -> tuple[object, ...]:
    return (*_amount(dose), dose.mode, dose.duration, dose.role)


def _amount(dose: Dose) -> tuple[object, ...]:
    return dose.drug, dose.value, dose.value_high, dose.unit, dose.per


def _completed(doses: Sequence[Dose]) -> Iterator[Dose]:
    """Yield ``doses``; an unsaid mode, or length of an infusion, is as the record says of the same dose, if once."""
    modes: dict[tuple[object, ...], set[str]] = {}
    lengths: dict[tuple[object, ...], set[Duration]] = {}
    for dose in doses:
        modes.setdefault(_amount(dose), set()).update({dose.mode} if dose.mode else set())
    named = []
    for dose in doses:
        known = modes[_amount(dose)]
        named.append(replace(dose, mode=next(iter(known))) if dose.mode is None and len(known) == 1 else dose)
        lengths.setdefault(_given(named[-1]), set()).update({dose.duration} if dose.duration else set())
    for dose in named:
        told = lengths[_given(dose)]
        unsaid = dose.duration is None and dose.mode == "infusion" and len(told) == 1
        yield replace(dose, duration=next(iter(told))) if unsaid else dose


def _given(dose: Dose) -> tuple[object, ...]:
    return (*_amount(dose), dose.mode, dose.role)


def _subject(named: Sequence[tuple[Sentence, Sequence[Mention]]]) -> Mention | None:
    """Return what the record is about: the title's watched drug, else the title's first drug."""
    title = [
        mention for sentence, mentions in named if sentence.kind == "title" for mention in mentions if not mention.inert
    ]
    return next((mention for mention in title if mention.watched), title[0] if title else None)


def _infused(named: Sequence[tuple[Sentence, Sequence[Mention]]]) -> bool:
    """Return whether the record speaks of the watched drug as infused, and never as a bolus."""
    texts = [sentence.text for sentence, mentions in named if any(mention.watched for mention in mentions)]
    return any(INFUSION.search(text) for text in texts) and not any(BOLUS.search(text) for text in texts)


def _in_sentence(
    sentence: Sentence,
    mentions: Sequence[Mention],
    subject: Mention | None,
    study: Study,
    *,
    about: bool,
    infused: bool,
) -> Iterator[Dose]:
    text = sentence.text
    active = [mention for mention in mentions if not mention.inert]
    kept = list(_owned(sentence, mentions, active, subject))
    around = surroundings(text, [(amount.start, amount.end) for amount, _, _ in kept], [named for _, named, _ in kept])
    previous: str | None = None
    for index, (amount, _, drug) in enumerate(kept):
        duration = _of_one_dose(duration_of(text, around, index), amount, text) or _of_minutes(amount.minutes)
        mode = mode_of(text, around, index, active, amount.per, duration)
        previous = role_of(
            text,
            amount.start,
            amount.end,
            left=around[index].left,
            watched=drug.watched,
            compared=drug.name in study.compared,
            alone=not about,
            reported=study.design in REVIEWS or sentence.kind == "background",
            previous=previous,
        )
        yield from _levels(
            amount,
            drug=drug.name,
            mode=_mode_of_record(mode, study, infused=infused) if drug.watched else mode,
            duration=None if previous == "cap" and not _is_rate(amount) else duration,
            freq=f"every {amount.every_h:g} h" if amount.every_h else frequency_of(text, around[index]),
            role=previous,
            quote=sentence.quote(amount.start, amount.end),
        )


def _owned(
    sentence: Sentence, mentions: Sequence[Mention], active: Sequence[Mention], subject: Mention | None
) -> Iterator[tuple[Amount, Mention | None, Mention]]:
    """Yield each dose with the drug its sentence names, if it does, and the drug it is of."""
    amounts = [one for amount in amounts_in(sentence.text) for one in _apart(sentence.text, amount)]
    gives = "[" in sentence.field or bool(amounts and _GIVEN.search(sentence.text))  # a registered arm always does
    for amount, (named, tight) in zip(amounts, drugs_of(sentence.text, amounts, active), strict=True):
        if _is_dose(sentence, amount, named, mentions, tight=tight):
            drug = named or _spoken_of(amount, subject, gives=gives)
            if drug is not None:
                yield amount, named, drug


def _levels(
    amount: Amount, *, drug: str, mode: str | None, duration: Duration | None, freq: str | None, role: str, quote: Quote
) -> Iterator[Dose]:
    for low, high in amount.levels:
        yield Dose(
            drug=drug,
            value=low,
            value_high=high,
            unit=amount.unit,
            per=amount.per,
            mode=mode,
            duration=duration,
            freq=freq,
            role=role,
            quote=quote,
        )


def _apart(text: str, amount: Amount) -> Iterator[Amount]:
    """Yield the levels of `0.5 and 0.045 mg/kg, respectively` one by one: each is another drug's."""
    if len(amount.levels) > 1 and "respectively" in text[amount.end : amount.end + _RESPECTIVELY]:
        yield from (replace(amount, levels=(level,)) for level in amount.levels)
    else:
        yield amount


def _of_one_dose(duration: Duration | None, amount: Amount, text: str) -> Duration | None:
    """Return ``duration`` unless it is that of a course: `six infusions of 0.5 mg/kg over 12 days`."""
    if duration is None or duration.unit not in {"day", "week"} or _is_rate(amount):
        return duration
    return duration if _CONTINUOUS.search(text) else None


def _is_rate(amount: Amount) -> bool:
    return (amount.per or "").endswith(("h", "min", "day"))


def _of_minutes(minutes: float | None) -> Duration | None:
    return Duration(value=minutes, unit="minute") if minutes else None


def _mode_of_record(mode: str | None, study: Study, *, infused: bool) -> str | None:
    """Return the mode of the watched drug; where its sentence is silent, the record's only route."""
    infused = infused and study.design not in REVIEWS  # which tell of several studies
    if mode in {None, "iv_unspecified"} and infused and set(study.routes) <= {"iv", "unspecified"}:
        return "infusion"
    if mode is None and len(study.routes) == 1 and study.routes != ("unspecified",):
        return "iv_unspecified" if study.routes == ("iv",) else study.routes[0]
    return mode


def _spoken_of(amount: Amount, subject: Mention | None, *, gives: bool) -> Mention | None:
    """Return the drug a sentence without a drug's name goes on to speak of, when it speaks of giving something."""
    return subject if amount.unit != "mL" and (gives or "kg" in (amount.per or "")) else None


def _is_dose(
    sentence: Sentence, amount: Amount, drug: Mention | None, mentions: Sequence[Mention], *, tight: bool
) -> bool:
    text = sentence.text
    if amount.unit == "mL":
        strong = drug is not None and drug.watched and _STRENGTH.search(text[: amount.start]) is not None
        return (tight or strong) and drug is not None and _is_volume_of_drug(text, amount, mentions)
    before = text[: amount.start]
    if sentence.kind == "results" and not tight and "kg" not in (amount.per or "") and _CONSUMED.search(before):
        return False
    if drug is not None and not drug.watched and not (amount.per or "").startswith("kg") and sentence.kind != "methods":
        return not _CONSUMED.search(before)
    return True


def _is_volume_of_drug(text: str, amount: Amount, mentions: Sequence[Mention]) -> bool:
    """Return whether millilitres are of a drug itself, not of what it is dissolved in."""
    after = next((mention for mention in mentions if mention.start >= amount.end), None)
    if after is not None and after.inert and _VOLUME_OF.match(text[amount.end : after.start]):
        return False
    return not _DILUENT.search(text[: amount.start]) and (amount.per is None or "kg" in amount.per)
