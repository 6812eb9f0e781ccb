"""Measures of what kind of report a record is: relevance, design, RCT score, open questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appraise_figures import (
    Case,
    Figure,
    Sets,
    accuracy,
    auc,
    classed,
    macro_f1,
    matched,
    micro_f1,
    precision,
    recall,
)
from Bio import Medline

from litwatch.appraise import appraise
from litwatch.model import Appraisal, Registration

# Labels of domain/*.jsonl in today's words; a borderline row of a primary headache is core (CONTRACT, "Labels").
_PRIMARY = ("migraine", "headache", "cluster", "sunct", "hemicrania")
# StudyTypeTeller's fourteen labels in nine, and our designs in the same.
STUDY_TYPES = {
    "Human-RCT-drug-intervention": "rct",
    "Human-RCT-non-drug-intervention": "rct",
    "Human-RCT-non-intervention": "rct",
    "Human-non-RCT-drug-intervention": "human",
    "Human-non-RCT-non-drug-intervention": "human",
    "Human-case-report": "case report",
    "Human-systematic-review": "systematic review",
    "Non-systematic-review": "other review",
    "Clinical-study-protocol": "protocol",
    "Animal-drug-intervention": "animal",
    "Animal-non-drug-intervention": "animal",
    "Animal-other": "animal",
    "In-vitro-study": "in vitro",
    "Remaining": "remaining",
}
DESIGNS = {
    "rct": "rct",
    "non_randomised_trial": "human",
    "cohort_prospective": "human",
    "cohort_retrospective": "human",
    "case_series": "human",
    "case_report": "case report",
    "systematic_review": "systematic review",
    "meta_analysis": "systematic review",
    "narrative_review": "other review",
    "guideline": "other review",
    "protocol": "protocol",
    "animal": "animal",
    "in_vitro": "in vitro",
}
QUESTIONS = {
    "infusion_protocol": ("Q01",),
    "intranasal": ("Q02",),
    "oral": ("Q03",),
    "combination": ("Q05", "Q06"),
    "predictors": ("Q07",),
    "duration": ("Q08",),
    "long_term_safety": ("Q09",),
    "prospective_controlled": ("Q10",),
}
_NAMES = {number: name for name, numbers in QUESTIONS.items() for number in numbers}


def relevance(sets: Sets) -> Iterator[Figure]:
    """Measure core recall and precision over every labelled record, and how much labelled off a digest would show."""
    cases, shown = [], []
    for identifier, appraisal, label in _labelled(sets):
        core, given = label == "core", appraisal.label == "core"
        case = matched(identifier, ["core"] * core, ["core"] * given)
        wrong = f"{label} read as {appraisal.label}: {appraisal.label_reason[:120]}"
        cases.append(
            Case(
                id=case.id,
                tp=case.tp,
                fp=case.fp,
                fn=case.fn,
                wrong=case.wrong and wrong,
                badness=2 * case.fn + case.fp,
            )
        )
        if label == "off":
            hidden = appraisal.label == "off"
            shown.append(Case(id=identifier, tp=hidden, fn=not hidden, wrong="" if hidden else wrong))
    yield Figure(name="core recall", cases=cases, value=recall, target="1.000")
    yield Figure(name="core precision", cases=cases, value=precision, target="≥ .97")
    yield Figure(name="off kept out of the digest", cases=shown, value=recall)


def _labelled(sets: Sets) -> Iterator[tuple[str, Appraisal, str]]:
    for row in (*sets.gold, *sets.relevance):
        yield row["id"], sets.read(row["title"], row["abstract"]), row["relevance"]
    for name in ("publications", "negatives"):
        for row in sets.known(name):
            yield row["gold_id"], sets.read(row["title"]), _today(row, row["title"], name)
    for row in sets.known("trials"):
        conditions = tuple(filter(None, [row.get("conditions")]))
        trial = Registration(
            source="file", key="1", kind="registration", title=row["title"], url="", conditions=conditions
        )
        yield row["gold_id"], appraise(trial, sets.config), _today(row, f"{row['title']} {conditions}", "trials")


def _today(row: dict[str, Any], about: str, name: str) -> str:
    """Return a row's label in today's words: borderline in a primary headache of people is core, else adjacent."""
    label = row.get("label") or row["suggested_label"]
    primary = name != "negatives" and any(word in about.lower() for word in _PRIMARY) and row.get("design") != "animal"
    return {"relevant": "core", "irrelevant": "off"}.get(label, "core" if primary else "adjacent")


def design(sets: Sets) -> Iterator[Figure]:
    """Measure the design on the gold set, and StudyTypeTeller in nine classes."""
    cases = []
    for row in sets.gold:
        appraisal = sets.read(row["title"], row["abstract"])
        quote = appraisal.design_quote.text if appraisal.design_quote else ""
        cases.append(classed(row["id"], row["design"], appraisal.design, f"{row['title'][:60]} “{quote}”"))
    yield Figure(name="design, gold", cases=cases, value=accuracy, target="≥ 27 of 30")
    types = []
    for row in sets.sheet("studytype"):
        appraisal = sets.read(row["title"], row["abstract"])
        given = DESIGNS.get(appraisal.design, "remaining")
        quote = appraisal.design_quote.text if appraisal.design_quote else ""
        truth = STUDY_TYPES[row["accepted_label"]]
        types.append(classed(row["pmid"], truth, given, f"{row['title'][:60]} “{quote[:60]}”"))
    if types:
        anchor = "BioLinkBERT on a GPU, 14 classes: .841"
        yield Figure(name="study type, 9 classes", cases=types, value=accuracy, target="≥ .80", anchor=anchor)
        anchor = "BioLinkBERT macro-F1 .818; GPT-4-turbo weighted .60"
        yield Figure(name="… macro-F1", cases=types, value=macro_f1, target="≥ .82", anchor=anchor)


def randomised(sets: Sets) -> Iterator[Figure]:
    """Measure the RCT score on MEDLINE records, publication types hidden, and on StudyTypeTeller."""
    medline = []
    path = sets.folder / "medline_dev.txt"
    if path.exists():
        with path.open(encoding="utf-8") as stream:
            for record in Medline.parse(stream):  # type: ignore[no-untyped-call]  # Biopython ships no types here
                types = record.get("PT", [])
                truth = "yes" if "Randomized Controlled Trial" in types else "no"
                medline.append(_trial(sets, record["PMID"], record.get("TI", ""), record.get("AB", ""), truth))
    anchor = "robotsearch SVM: {}"
    if medline:
        yield Figure(
            name="RCT AUC, MEDLINE", cases=medline, value=auc, target="≥ .985", anchor=anchor.format("AUC .968")
        )
        yield Figure(
            name="RCT F1, MEDLINE", cases=medline, value=micro_f1, target="≥ .95", anchor=anchor.format("F1 .93")
        )
    typed = [
        _trial(
            sets,
            row["pmid"],
            row["title"],
            row["abstract"],
            "yes" if STUDY_TYPES[row["accepted_label"]] == "rct" else "no",
        )
        for row in sets.sheet("studytype")
    ]
    if typed:
        yield Figure(name="RCT AUC, StudyTypeTeller", cases=typed, value=auc, anchor=anchor.format("AUC .944"))
        yield Figure(
            name="RCT F1, StudyTypeTeller", cases=typed, value=micro_f1, target="≥ .88", anchor=anchor.format("F1 .56")
        )


_THRESHOLD = 0.5


def _trial(sets: Sets, identifier: str, title: str, abstract: str, truth: str) -> Case:
    score = sets.read(title, abstract).is_rct_score
    given = "yes" if score >= _THRESHOLD else "no"
    return Case(
        id=identifier,
        tp=truth == given == "yes",
        fp=truth == "no" and given == "yes",
        fn=truth == "yes" and given == "no",
        truth=truth,
        given=given,
        score=score,
        wrong="" if truth == given else f"RCT: {truth}, score {score:.3f}: {title[:90]}",
        badness=abs((truth == "yes") - score),
    )


def questions(sets: Sets) -> Iterator[Figure]:
    """Measure the eight annotated questions on the gold set, and whether the right sentence shows each."""
    cases, sentences = [], []
    for row in sets.gold:
        appraisal = sets.read(row["title"], row["abstract"])
        given = {_NAMES[hit.id]: hit.quote.text for hit in appraisal.questions if hit.id in _NAMES}
        found = {
            _NAMES[hit.id]: hit.quote.text
            for hit in appraisal.questions
            if hit.id in _NAMES and hit.strength == "evidence"
        }
        truth = {each["q"] for each in row["questions"] if each["strength"] == "evidence"}
        mentioned = {each["q"] for each in row["questions"]} - truth
        cases.append(matched(row["id"], truth, found, mentioned))
        for name in truth & set(given):
            quotes = [each["quote"] for each in row["questions"] if each["q"] == name]
            right = any(_overlap(quote, given[name]) for quote in quotes)
            wrong = "" if right else f"{name}: “{given[name][:80]}” instead of “{quotes[0][:80]}”"
            sentences.append(Case(id=row["id"], tp=right, fp=not right, fn=not right, wrong=wrong))
    yield Figure(name="questions, gold: micro-F1", cases=cases, value=micro_f1, target="≥ .90")
    yield Figure(name="… by the right sentence", cases=sentences, value=accuracy, target="≥ .92")


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one
