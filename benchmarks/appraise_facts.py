"""Measures of the facts of a study: doses, routes, number of people, follow-up, adverse events, outcome, comparator."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from appraise_figures import Case, Figure, Sets, accuracy, matched, micro_f1, recall

from litwatch.appraise.sentences import sentences_of
from litwatch.model import Appraisal, Dose, Quote

_DRUG = re.compile(r"ketamin", re.IGNORECASE)
# PsyNamic's eight labels of `application_form`, in our words; the last two (not said, not applicable) are no route.
_FORMS = ("oral", "intranasal", "iv", "inhaled", "sc", "im", "", "")
_AS_FORM = {"sublingual": "oral", "buccal": "oral"}
# PsyNamic's `study_control`: placebo, active placebo or drug; the others do not say what we call a comparator.
_CONTROLS = ("placebo", "active")
# PsyNamic's bins of `number_of_participants`; 8 (not said) and 9 (not applicable) are left out.
_BINS = {
    "0": (1, 20),
    "3": (21, 40),
    "4": (41, 60),
    "6": (61, 80),
    "7": (81, 100),
    "1": (101, 199),
    "2": (200, 500),
    "5": (501, 1000),
    "10": (1001, 10**9),
}


def doses(sets: Sets) -> Iterator[Figure]:
    """Measure the ketamine doses of the gold set: as tuples, with drug, mode and duration, role; and denominators."""
    views: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
        ("ketamine doses", "≥ .97", lambda one: one[1:5]),
        ("… with drug", "≥ .95", lambda one: one[:5]),
        ("… with mode and duration", "≥ .90", lambda one: one[1:7]),
        ("… with role", "", lambda one: (*one[1:5], one[7])),
    )
    rows = [(row["id"], _true_doses(row), _given_doses(sets, row)) for row in sets.gold]
    for name, target, view in views:
        cases = [matched(key, {view(one) for one in truth}, {view(one) for one in given}) for key, truth, given in rows]
        yield Figure(name=name, cases=cases, value=micro_f1, target=target, anchor="quantulum3 .68 found")
    wrong = [_denominators(key, truth, given) for key, truth, given in rows]
    yield Figure(name="denominators right", cases=wrong, value=accuracy, target="1.000")
    everything = [matched(row["id"], _all(row["doses"]), _all(_plain(sets, row))) for row in sets.gold]
    yield Figure(name="doses of every drug, with drug", cases=everything, value=micro_f1)


def _true_doses(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [_dose(one) for one in row["doses"] if _DRUG.search(one["drug"])]


def _given_doses(sets: Sets, row: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [_dose(one) for one in _plain(sets, row) if _DRUG.search(one["drug"])]


def _plain(sets: Sets, row: dict[str, Any]) -> list[dict[str, Any]]:
    return [_fields(one) for one in sets.read(row["title"], row["abstract"]).doses]


def _fields(dose: Dose) -> dict[str, Any]:
    names = ("drug", "value", "value_high", "unit", "per", "mode", "role")
    long = dose.duration
    length = {"value": long.value, "value_high": long.value_high, "unit": long.unit} if long else None
    return {name: getattr(dose, name) for name in names} | {"duration": length}


def _dose(one: dict[str, Any]) -> tuple[Any, ...]:
    length = one["duration"]
    duration = (length["value"], length["value_high"], length["unit"]) if length else None
    said = (one["value"], one["value_high"], one["unit"], one["per"], one["mode"])
    return (one["drug"], *said, duration, one["role"])


def _all(found: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {_dose(one)[:5] for one in found}


def _denominators(key: str, truth: list[tuple[Any, ...]], given: list[tuple[Any, ...]]) -> Case:
    """Return whether no dose that was found has another denominator than the same number has in truth."""
    pers: dict[tuple[Any, ...], set[Any]] = {}
    for one in truth:
        pers.setdefault(one[1:4], set()).add(one[4])
    wrong = [one for one in given if one[1:4] in pers and one[4] not in pers[one[1:4]]]
    return Case(id=key, tp=not wrong, fp=bool(wrong), wrong=str(wrong) if wrong else "")


def routes(sets: Sets) -> Iterator[Figure]:
    """Measure the routes of the gold set as sets, and PsyNamic's `application_form` on its ketamine records."""
    cases = []
    for row in sets.gold:
        truth, given = set(row["routes"]), set(sets.read(row["title"], row["abstract"]).routes)
        spared = truth == {"unspecified"} and given == {"iv"}  # the set's README accepts it
        cases.append(matched(row["id"], truth, truth if spared else given))
    yield Figure(name="routes, exact set, gold", cases=cases, value=accuracy, target="≥ .93")
    rows = list(_psynamic(sets, "application_form"))
    forms = [_form(key, labels, found) for key, labels, found in rows]
    anchor = "BERT .845, GPT-4o .645"
    yield Figure(name="routes, PsyNamic, weighted F1", cases=forms, value=_weighted, target="≥ .85", anchor=anchor)


def _psynamic(sets: Sets, task: str) -> Iterator[tuple[str, list[int], Appraisal]]:
    """Yield PsyNamic's records with ketamine in the title: id, labels as 0 and 1, what litwatch reads."""
    for row in sets.sheet(f"psynamic_{task}"):
        title, _, abstract = row["text"].replace("\\n", "\n").partition("^\n")
        if _DRUG.search(title):
            yield row["id"], ast.literal_eval(row["labels"]), sets.read(title, abstract)


def _form(key: str, labels: list[int], found: Appraisal) -> Case:
    truth = {_FORMS[index] for index, on in enumerate(labels) if on}
    given = {_AS_FORM.get(route, route) for route in found.routes} & set(_FORMS) or {""}
    case = matched(key, truth, given)
    return Case(
        id=key, tp=case.tp, fp=case.fp, fn=case.fn, truth="|".join(sorted(truth)), given="|".join(sorted(given))
    )


def _weighted(cases: Sequence[Case]) -> float:
    """Return the mean over the labels of each one's F1, weighted by how often it is true; a record may have several."""
    total = score = 0.0
    for name in sorted(set(_FORMS)):
        truth = [name in case.truth.split("|") for case in cases]
        given = [name in case.given.split("|") for case in cases]
        both, size = sum(a and b for a, b in zip(truth, given, strict=True)), sum(truth)
        if size:
            score += size * 2 * both / (size + sum(given))
            total += size
    return score / total if total else 0.0


def people(sets: Sets) -> Iterator[Figure]:
    """Measure the number of people: gold exact, and wrong answers; PsyNamic's bins on its ketamine records."""
    cases, wrong = [], []
    for row in sets.gold:
        truth, given = row["population_n"], sets.read(row["title"], row["abstract"]).population_n
        cases.append(matched(row["id"], [truth], [given]))
        wrong.append(Case(id=row["id"], tp=given in {None, truth}, fp=given not in {None, truth}))
    yield Figure(name="number of people, exact, gold", cases=cases, value=accuracy, target="≥ .92")
    yield Figure(name="… no wrong answer", cases=wrong, value=accuracy, target="≥ .95")
    bins, wrong = [], []
    for row in sets.sheet("psynamic_number_of_participants"):
        title, _, abstract = row["text"].replace("\\n", "\n").partition("^\n")
        if not _DRUG.search(title) or row["labels"] not in _BINS:
            continue
        low, high = _BINS[row["labels"]]
        given = sets.read(title, abstract).population_n
        right = given is not None and low <= given <= high
        said = "" if right else f"{low} to {high} read as {given}: {title[:80]}"
        bins.append(Case(id=row["id"], tp=right, fp=not right, wrong=said))
        wrong.append(Case(id=row["id"], tp=right or given is None, fp=not (right or given is None)))
    yield Figure(name="number of people, PsyNamic's bins", cases=bins, value=accuracy, anchor="BERT .919, GPT-4o .666")
    yield Figure(name="… no wrong answer", cases=wrong, value=accuracy)


def followup(sets: Sets) -> Iterator[Figure]:
    """Measure the follow-up where the gold set has one or none, and that nothing is invented where it has none."""
    cases, silent = [], []
    for row in sets.gold:
        found = sets.read(row["title"], row["abstract"]).followup
        given = (found.value, found.value_high, found.unit) if found else None
        stated = row["followup"]
        truth = (stated["value"], stated["value_high"], stated["unit"]) if stated else None
        case = matched(row["id"], [truth], [given])
        cases.append(case)
        if truth is None:
            silent.append(case)
    yield Figure(name="follow-up, exact, gold", cases=cases, value=accuracy, target="≥ .92")
    yield Figure(name="… nothing invented where none is", cases=silent, value=accuracy, target="≥ .95")


def adverse(sets: Sets) -> Iterator[Figure]:
    """Measure adverse-event terms: the same head noun in the same sentence."""
    cases = []
    for row in sets.gold:
        found = sets.read(row["title"], row["abstract"]).adverse_events
        left = [(event.term, event.quote.text) for event in found]
        missed = []
        for event in row["adverse_events"]:
            same = next((one for one in left if _same(event["term"], event["quote"], *one)), None)
            if same is None:
                missed.append(event["term"])
            else:
                left.remove(same)
        hits = len(row["adverse_events"]) - len(missed)
        wrong = f"missed {missed}, made up {[term for term, _ in left]}" if missed or left else ""
        cases.append(
            Case(id=row["id"], tp=hits, fp=len(left), fn=len(missed), wrong=wrong, badness=len(missed) + len(left))
        )
    yield Figure(name="adverse-event terms, gold", cases=cases, value=micro_f1, target="≥ .85")


def _same(term: str, quote: str, given: str, sentence: str) -> bool:
    heads = {re.sub(r"s$", "", word) for word in re.findall(r"[a-z-]+", term.lower())[-2:]}
    ours = {re.sub(r"s$", "", word) for word in re.findall(r"[a-z-]+", given.lower())}
    return bool(heads & ours) and (quote in sentence or sentence in quote)


def outcome(sets: Sets) -> Iterator[Figure]:
    """Measure the direction of the stated outcome; one annotator's judgement."""
    cases, against = [], []
    for row in sets.gold:
        found = sets.read(row["title"], row["abstract"]).outcome
        truth, given = (row["outcome"] or {}).get("direction"), found.direction if found else None
        case = matched(row["id"], [truth], [given])
        cases.append(case)
        opposite = {truth, given} in ({"favours_ketamine", "favours_comparator"}, {"favours_ketamine", "no_difference"})
        if truth and given:
            against.append(Case(id=row["id"], tp=not opposite, fp=opposite, wrong=case.wrong if opposite else ""))
    yield Figure(name="outcome, same direction, gold", cases=cases, value=accuracy)
    yield Figure(name="… not the opposite", cases=against, value=accuracy, target="1.000")


def comparator(sets: Sets) -> Iterator[Figure]:
    """Measure the kinds of comparator on the gold set, and placebo and active on PsyNamic's ketamine records."""
    cases = [
        matched(
            row["id"],
            {one["type"] for one in row["comparator"]},
            {one.type for one in sets.read(row["title"], row["abstract"]).comparator},
        )
        for row in sets.gold
    ]
    yield Figure(name="comparator types, gold", cases=cases, value=micro_f1)
    rows = [row for row in _psynamic(sets, "study_control") if not row[1][5]]
    for index, name in enumerate(_CONTROLS):
        hits = [
            matched(key, [name] * labels[index], {one.type for one in found.comparator} & {name})
            for key, labels, found in rows
        ]
        yield Figure(
            name=f"comparator is {name}, PsyNamic", cases=hits, value=micro_f1, anchor="all classes: BERT .746"
        )


def quoting(sets: Sets) -> Iterator[Figure]:
    """Measure that every quote stands at its place in the record."""
    exact = []
    for row in sets.gold:
        found = sets.read(row["title"], row["abstract"])
        places = {"title": row["title"], "abstract": row["abstract"]}
        wrong = [quote for quote in _quotes(found) if places[quote.field][quote.start : quote.end] != quote.text]
        exact.append(Case(id=row["id"], tp=not wrong, fn=bool(wrong), wrong=str(wrong) if wrong else ""))
    yield Figure(name="quotes exact", cases=exact, value=recall, target="1.000")


def speed(sets: Sets) -> Iterator[Figure]:
    """Measure the CPU time of one record, in milliseconds, each read for the first time.

    Patterns are compiled when they are first tried, so others are read before, as in a run.
    """
    cases = []
    for row in sets.others:
        sets.read(row["title"], row["abstract"])
    for row in sets.gold:
        sentences_of.cache_clear()
        fresh = Sets(folder=sets.folder, domain=sets.domain, config=sets.config)
        started = time.process_time()
        fresh.read(row["title"], row["abstract"])
        cases.append(Case(id=row["id"], tp=1, score=(time.process_time() - started) * 1000))
    yield Figure(name="milliseconds a record", cases=cases, value=_mean, target="< 15")


def _mean(cases: Sequence[Case]) -> float:
    return sum(case.score for case in cases) / len(cases) if cases else 0.0


def _quotes(found: Appraisal) -> Iterator[Quote]:
    groups = (
        *(found.doses, found.comparator, found.adverse_events, found.questions),
        *(found.setting, found.diagnosis, found.withdrawals),
    )
    single = (one.quote for one in (found.followup, found.outcome) if one is not None)
    for quote in (found.design_quote, found.n_quote, *single, *(one.quote for group in groups for one in group)):
        if quote is not None and quote.field in {"title", "abstract"}:
            yield quote
