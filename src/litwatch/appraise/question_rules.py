"""What makes a sentence speak for an open question: a route, a design, a follow-up, company, or mere words. Pure.

Each rule yields sentences with a score; the best above nothing is the one that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.level import REVIEWS
from litwatch.appraise.needles import Pattern
from litwatch.appraise.places import Place
from litwatch.appraise.question_claims import exposure_minutes, tells_who_gains
from litwatch.appraise.route_words import INFUSION, RouteWord
from litwatch.appraise.sentences import Sentence
from litwatch.appraise.times import MINUTES, lengths_in
from litwatch.appraise.vocabulary import Signals
from litwatch.model import AnyRecord, Dose, FollowUp, Quote

_BENCH = frozenset({"animal", "in_vitro"})
_FORWARD = frozenset({"non_randomised_trial", "cohort_prospective"})
_PARENTERAL = frozenset({"iv", "im", "sc", "unspecified"})
_TOGETHER = Pattern(
    r"\bcombin\w+|\bplus\b|\badd(?:ed|ing|ition of|-on)\b|\badjunct\w*|\btogether with\b|\bconcomitant\w*|"
    r"\bcoincident\w*|"
    r"\bco-?(?:administ\w+|infus\w+|treat\w+)|\bfollowed by\b|\baugment\w*|\bsimultaneous\w*|\bsequential\w*|"
    r"\bmultimodal\b|"
    r"\badding\b|\bwhile\b|\bduring (?:a |the )?(?:\w+ )?infusions?\b|"
    r"\bwith and without\b|\bin conjunction\b|\balongside\b|\bwith (?:or without )?$",
    re.IGNORECASE,
)
# Without regard to case, but a trial's name in capitals (SUSTAIN) is no lasting effect.
_LASTING = Pattern(
    r"\b(?:[Ss]ustained|[Mm]aintained)\b|(?i:\b(?:last(?:ed|ing|s)?|persist\w*|remain\w*|reli\w+|remission|respon\w+|"
    r"relaps\w+|benefit\w*|effects?|ceased|free|recurr\w*|improve\w*|reduc\w+|durab\w+|differ\w*)\b)"
)
_RANDOM = Pattern(r"\brandomi[sz]|\brandomly\b|\bplacebo-controlled\b|\bdouble-blind", re.IGNORECASE)
_PURPOSE = Pattern(r"\b(?:efficacy|effect(?:s|iveness)?|compar\w+|assess|evaluate|investigat\w+)\b", re.IGNORECASE)
# What a review says was given, found or compared, rather than that it exists.
_TOLD_OF = Pattern(
    r"\b(?:mg|mcg|[µμ]g)\b|\b(?:used|given|administ\w+|studied|tested|examin\w+|compar\w+|review\w*|reported|"
    r"shorten\w*|"
    r"reduc\w+|reliev\w+|improv\w+|superior|effective\w*|efficacy|doses?|infused|titrat\w+|trials?|studies|series|"
    r"included|"
    r"cover\w*|discuss\w*|summari\w+)\b",
    re.IGNORECASE,
)
_REGIMEN = Pattern(r"\b(?:dosing|schedule|titrat\w+|once|twice|weekly|daily|every)\b", re.IGNORECASE)
# Who may not take part says nothing of the study's subject: "a history of abuse was excluded".
_EXCLUDED = Pattern(r"\bexclu(?:sion|ded?|ding)\b|\binclusion criteria\b|\beligib\w+", re.IGNORECASE)
_DAY_MINUTES = 1_440
_ENOUGH = 2.5  # a bare word outside the study's own sentences is not enough
_REVIEWED_ENOUGH = 1.0  # … and a bare route in the background of a review is not
_FOUND = 2.6  # of a conclusion on harm or on who benefits: what was found says more than what was asked
# That a study was approved says nothing of how the drug is given.
_APPROVED = Pattern(r"\b(?:review board|ethics|IRB|informed consent|approv(?:ed|al))\b", re.IGNORECASE)
_KINDS = {"methods": 3.0, "results": 3.0, "aim": 2.5, "title": 1.5, "conclusion": 0.5, "background": -3.0, "note": -9.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of a record before its questions are asked."""

    record: AnyRecord
    places: Sequence[Place]
    sentences: Sequence[Sentence]
    drugs: Drugs
    design: str
    routes: Sequence[str]
    doses: Sequence[Dose]
    followup: FollowUp | None
    design_quote: Quote | None = None
    compared: bool = False  # the watched drug was compared with something


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its drugs."""

    sentence: Sentence
    mentions: tuple[Mention, ...]
    routes: tuple[RouteWord, ...]
    wish: bool
    watched: bool  # the watched drug is named here

    def quote(self) -> Quote:
        """Return the whole sentence as a quote."""
        return self.sentence.quote()


Best = tuple[float, Line]
Rule = Callable[[Signals, Read, Sequence[Line]], Iterator[Best]]


def rules_for(signals: Signals) -> list[Rule]:
    """Return the rules of a question: one for each fact that stands for its words, or the words; claims beside them."""
    facts: tuple[tuple[bool, Rule], ...] = (
        (bool(signals.routes), _by_route),
        (bool(signals.designs), _by_design),
        (signals.followup_hours is not None, _by_followup),
        (signals.together, _by_company),
    )
    claims: tuple[tuple[bool, Rule], ...] = (
        (signals.responders, _by_responders),
        (signals.exposure_weeks is not None, _by_exposure),
    )
    rules = [rule for named, rule in facts if named] or [_by_words]
    return rules + [rule for named, rule in claims if named]


def _by_route(signals: Signals, read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences that tell how the watched drug is given by one of the question's routes."""
    wanted = signals.routes & set(read.routes)
    if read.design in REVIEWS:
        yield from _reviewed(signals, lines)
    if not wanted or read.design in _BENCH:
        return
    names = {mention.name for line in lines for mention in line.mentions if mention.watched}
    sole = len(set(read.routes) - {"unspecified"}) <= 1
    for line in lines:
        if not (line.watched or sole):
            continue
        named = _beside_drug(line, wanted, sole=sole)
        infused = line.watched and bool(wanted & _PARENTERAL) and INFUSION.search(line.sentence.text) is not None
        dosed = 0.0 if read.design in REVIEWS else _dosed(read.doses, line, names, wanted, sole=sole)
        if not (named or infused or dosed) or (not named and read.design in REVIEWS):
            continue
        if not signals.negative.first(line.sentence.text):
            told = dosed + named + (0.5 if dosed else 1.5) * infused
            if not dosed:
                told += bool(_PURPOSE.search(line.sentence.text)) + 1.5 * bool(_REGIMEN.search(line.sentence.text))
            told -= 2.0 * bool(_APPROVED.search(line.sentence.text))
            yield told + _KINDS[line.sentence.kind] - 3.0 * line.wish - _ENOUGH, line


def _reviewed(signals: Signals, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences in which a review tells how the watched drug was given by one of the question's routes.

    Reviews tell of others' studies throughout, so no part is mere background; a title of the watched drug alone speaks
    for sentences that name none.
    """
    titled = [one for line in lines if line.sentence.kind == "title" for one in line.mentions if not one.inert]
    sole = bool(titled) and all(one.watched for one in titled)
    for line in lines:
        text, kind = line.sentence.text, line.sentence.kind
        if line.wish or kind == "note":
            continue
        infused = bool(signals.routes & _PARENTERAL) and _infused(line, sole=sole)
        told = max(_beside_drug(line, signals.routes, sole=sole), 2.0 * infused)
        if told and (kind == "title" or _TOLD_OF.search(text)) and not signals.negative.first(text):
            yield told + bool(_REGIMEN.search(text)) + max(_KINDS[kind], 0.0) - _REVIEWED_ENOUGH, line


def _infused(line: Line, *, sole: bool) -> bool:
    """Tell whether what is infused is the watched drug: named next to it, or no drug named where it alone is meant."""
    match = INFUSION.search(line.sentence.text)
    active = [mention for mention in line.mentions if not mention.inert]
    if match is None or not active:
        return match is not None and sole
    return min(active, key=lambda one: max(match.start() - one.end, one.start - match.end(), 0)).watched


def _beside_drug(line: Line, wanted: AbstractSet[str], *, sole: bool) -> float:
    """Return what a wanted route is worth: most beside the watched drug, less beside none if it is the only one."""
    active = [mention for mention in line.mentions if not mention.inert]
    for word in line.routes:
        if word.route not in wanted:
            continue
        if not active:
            return 1.0 if sole else 0.0
        nearest = min(active, key=lambda one: max(word.start - one.end, one.start - word.end, 0))
        if nearest.watched:
            return 3.0
    return 0.0


def _dosed(
    doses: Sequence[Dose], line: Line, names: AbstractSet[str], wanted: AbstractSet[str], *, sole: bool
) -> float:
    """Return what a dose of the watched drug by a wanted route says of the regimen: most if planned and beside it."""
    one, worth = line.sentence, 0.0
    for dose in doses:
        inside = dose.quote.field == one.field and one.start <= dose.quote.start < one.end
        if not inside or dose.drug not in names or dose.role in {"reported", "comparator"}:
            continue
        mode = dose.mode or ""
        if sole or mode in wanted or (mode in {"bolus", "infusion", "iv_unspecified"} and wanted & _PARENTERAL):
            planned = 1.0 if dose.role != "observed" else 0.0
            worth = max(worth, (5.0 if line.watched else 1.0) + planned + bool(dose.per))
    return worth


def _by_design(signals: Signals, read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences that say what kind of study the record reports, where it is of a kind asked for."""
    planned = read.design in {"protocol", "registry_entry"} and "rct" in signals.designs
    own = read.design in signals.designs or (planned and any(_RANDOM.search(line.sentence.text) for line in lines))
    own = own or ("rct" in signals.designs and read.compared and read.design in _FORWARD)
    if not own and read.design not in REVIEWS:
        return
    for line in lines:
        if line.wish or signals.negative.first(line.sentence.text):
            continue
        kind, review = line.sentence.kind, read.design in REVIEWS
        said = len({hit.term for hit in signals.positive.hits(line.sentence.text)})
        said = said or (own and read.design == "rct" and _holds(line.sentence, read.design_quote))
        if not said or not (own or (line.watched and kind != "title")):
            continue
        if kind == "background" and (own and review):
            continue
        home = 3.0 if kind == "background" else _KINDS[kind]
        # Of a review its yield of trials counts, of a trial the words for it and the drug.
        worth = min(said, 2) + 1.5 * (kind == "results") if review else said + 2.0 * line.watched
        yield worth + home, line


def _holds(sentence: Sentence, quote: Quote | None) -> bool:
    """Tell whether ``quote`` stands in ``sentence``: "by sealed envelopes" says no word for a trial, and is one."""
    if quote is None or quote.start is None:
        return False
    return quote.field == sentence.field and sentence.start <= quote.start < sentence.end


def _by_followup(signals: Signals, read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences that tell of an outcome at least so long after treatment."""
    if read.followup is None or signals.followup_hours is None:
        return
    least = signals.followup_hours * 60
    whole = (read.followup.value_high or read.followup.value) * MINUTES.get(read.followup.unit, _DAY_MINUTES)
    if whole < least:
        return
    for line in lines:
        one = line.sentence
        own = one.field == read.followup.quote.field and one.start <= read.followup.quote.start < one.end
        longest = max((length.minutes for length in lengths_in(one.text)), default=least if own else 0.0)
        if longest < least or one.kind in {"background", "title", "note"}:
            continue
        lasting = one.kind in {"results", "conclusion"} and _LASTING.search(one.text) is not None
        if not lasting and exposure_minutes(one.text, line.mentions) >= longest:
            continue  # so long it was taken; nothing is said of the time after
        yield own + 3.0 * lasting + min(longest / whole, 1.0) + _KINDS[one.kind], line


def _by_company(signals: Signals, _read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences in which a signal's drug or procedure is given together with the watched drug."""
    joined = any(_joined(signals, line) for line in lines if line.sentence.kind == "title")
    for line in lines:
        text = line.sentence.text
        if line.wish or signals.positive.first(text) is None or signals.negative.first(text):
            continue
        if joined or (_joined(signals, line) and line.sentence.kind not in {"background", "note"}):
            yield 1.0 + 2.0 * line.watched + _KINDS[line.sentence.kind], line


def _joined(signals: Signals, line: Line) -> bool:
    text = line.sentence.text
    return line.watched and signals.positive.first(text) is not None and _TOGETHER.search(text) is not None


def _by_words(signals: Signals, _read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences of the study itself that hold a signal near the watched drug."""
    titled = any(line.watched for line in lines if line.sentence.kind == "title")
    for line in lines:
        text, kind = line.sentence.text, line.sentence.kind
        others = [one for one in line.mentions if not one.watched and not one.inert]
        near = line.watched or (titled and not others and kind in {"aim", "methods", "results", "conclusion"})
        if line.wish or not near or kind == "background":
            continue
        said = len({hit.term for hit in signals.positive.hits(text)})
        if said and not signals.negative.first(text) and not _EXCLUDED.search(text):
            home = _FOUND if kind == "conclusion" else _KINDS[kind]
            yield 0.5 * said + line.watched + home, line


def _by_responders(signals: Signals, read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences of the study itself that set response to the watched drug against a feature of people."""
    if read.design in _BENCH:
        return
    for line in _own(signals, lines):
        if line.sentence.kind in {"results", "conclusion"} and tells_who_gains(line.sentence.text):
            yield 0.5 + line.watched + _KINDS[line.sentence.kind], line


def _by_exposure(signals: Signals, read: Read, lines: Sequence[Line]) -> Iterator[Best]:
    """Yield the sentences of the study itself that say that the watched drug was taken at least so long."""
    if signals.exposure_weeks is None or read.design in _BENCH:
        return
    least = signals.exposure_weeks * MINUTES["week"]
    for line in _own(signals, lines):
        if exposure_minutes(line.sentence.text, line.mentions) >= least:
            yield line.watched + _KINDS[line.sentence.kind], line


def _own(signals: Signals, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines in which a study on the watched drug tells of itself, without a wish or a negative signal."""
    titled = any(line.watched for line in lines if line.sentence.kind == "title")
    for line in lines:
        told = (line.watched or titled) and line.sentence.kind not in {"background", "note"} and not line.wish
        if told and not signals.negative.first(line.sentence.text):
            yield line
