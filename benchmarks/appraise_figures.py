"""A figure of the reading benchmark: what was measured case by case, its value, and how far chance may move it.

A measure is a function that takes the `Sets` at hand and returns `Figure`s. A figure is a list of `Case`s and the
function that makes one number of them, so that each is resampled in the same way: whole records, with replacement,
500 times, seeded, and the middle 95 % printed.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from litwatch.appraise import appraise
from litwatch.config import Config
from litwatch.model import AbstractSection, Appraisal, Citation

RESAMPLES = 500
WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record under one measure.

    ``tp``, ``fp``, ``fn`` are counts of found and true, found and false, missed; a right answer among classes is
    tp = 1, a wrong one fp = fn = 1 (so that micro-F1 is the accuracy). ``truth``, ``given`` and ``score`` serve figures
    over classes and thresholds. ``wrong`` tells what went wrong, empty where nothing did; ``badness`` ranks it.
    """

    id: str
    tp: float = 0
    fp: float = 0
    fn: float = 0
    truth: str = ""
    given: str = ""
    score: float = 0.0
    wrong: str = ""
    badness: float = 1.0


Value = Callable[[Sequence[Case]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: its cases, the number made of them, the figure to reach and the published anchors."""

    name: str
    cases: Sequence[Case]
    value: Value
    target: str = ""
    anchor: str = ""

    def interval(self) -> tuple[float, float]:
        """Return the middle 95 % of the value over resampled cases."""
        chance = random.Random(2026)  # noqa: S311  # resampling, not secrets
        values = sorted(self.value(chance.choices(self.cases, k=len(self.cases))) for _ in range(RESAMPLES))
        return values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]

    def worst(self) -> list[Case]:
        """Return the ten worst errors, the worst first."""
        return sorted((case for case in self.cases if case.wrong), key=lambda case: -case.badness)[:WORST]


def classed(identifier: str, truth: str, given: str, note: str = "", score: float = 0.0) -> Case:
    """Return the case of an answer out of several classes."""
    right = truth == given
    wrong = "" if right else f"{truth} read as {given}{': ' if note else ''}{note}"
    return Case(id=identifier, tp=right, fp=not right, fn=not right, truth=truth, given=given, score=score, wrong=wrong)


def matched(identifier: str, truth: Iterable[object], given: Iterable[object], ignored: Iterable[object] = ()) -> Case:
    """Return the case of a set (or bag) of answers; what is in ``ignored`` is neither required nor penalised."""
    spared = set(ignored)
    true, found = Counter(each for each in truth if each not in spared), Counter(g for g in given if g not in spared)
    missed, made_up = true - found, found - true
    wrong = "; ".join(
        f"{word} {', '.join(str(each) for each in rest)}"
        for word, rest in (("missed", missed), ("made up", made_up))
        if rest
    )
    fp, fn = made_up.total(), missed.total()
    return Case(id=identifier, tp=(true & found).total(), fp=fp, fn=fn, wrong=wrong, badness=fp + fn)


def accuracy(cases: Sequence[Case]) -> float:
    """Return the share of cases with nothing wrong."""
    return sum(case.fp == 0 and case.fn == 0 for case in cases) / len(cases) if cases else 0.0


def recall(cases: Sequence[Case]) -> float:
    """Return the share of what is true that was found."""
    return _ratio(sum(case.tp for case in cases), sum(case.fn for case in cases))


def precision(cases: Sequence[Case]) -> float:
    """Return the share of what was found that is true."""
    return _ratio(sum(case.tp for case in cases), sum(case.fp for case in cases))


def micro_f1(cases: Sequence[Case]) -> float:
    """Return F1 over all counts together."""
    return _ratio(2 * sum(case.tp for case in cases), sum(case.fp + case.fn for case in cases))


def macro_f1(cases: Sequence[Case]) -> float:
    """Return the mean over the true classes of each class's F1."""
    classes = sorted({case.truth for case in cases})
    return sum(_class_f1(cases, name) for name in classes) / len(classes) if classes else 0.0


def weighted_f1(cases: Sequence[Case]) -> float:
    """Return the mean over the true classes of each class's F1, weighted by how often it is true."""
    sizes = Counter(case.truth for case in cases)
    return sum(_class_f1(cases, name) * size for name, size in sizes.items()) / len(cases) if cases else 0.0


def auc(cases: Sequence[Case]) -> float:
    """Return the area under the ROC curve of ``score``; a case is positive where ``truth`` is "yes"."""
    ranked = sorted(cases, key=lambda case: case.score)
    positives, total, index = sum(case.truth == "yes" for case in cases), 0.0, 0
    while index < len(ranked):
        ties = index
        while ties < len(ranked) and ranked[ties].score == ranked[index].score:
            ties += 1
        mean_rank = (index + 1 + ties) / 2
        total += mean_rank * sum(case.truth == "yes" for case in ranked[index:ties])
        index = ties
    negatives = len(cases) - positives
    return (total - positives * (positives + 1) / 2) / (positives * negatives) if positives and negatives else 0.0


def _class_f1(cases: Sequence[Case], name: str) -> float:
    both = sum(case.truth == name == case.given for case in cases)
    return _ratio(2 * both, sum((case.truth == name) != (case.given == name) for case in cases))


def _ratio(good: float, bad: float) -> float:
    return good / (good + bad) if good + bad else 1.0


@dataclass(frozen=True, kw_only=True)
class Sets:
    """The annotated sets beside the checkout, and the reader under test; each record is read once.

    ``folder`` holds the sets of data/appraise, ``domain`` the known studies; ``part`` chooses train or val where a set
    has both.
    """

    folder: Path
    domain: Path
    config: Config
    part: str = "val"
    _read: dict[tuple[str, str, tuple[str, ...]], Appraisal] = field(default_factory=dict)

    def read(self, title: str, abstract: str = "", types: tuple[str, ...] = ()) -> Appraisal:
        """Return what litwatch reads in a title and an abstract."""
        key = (title, abstract, types)
        if key not in self._read:
            sections = (AbstractSection(text=abstract),) if abstract else ()
            record = Citation(
                source="file",
                key="1",
                kind="article",
                title=title,
                url="",
                abstract=sections,
                publication_types=types,
            )
            self._read[key] = appraise(record, self.config)
        return self._read[key]

    @cached_property
    def gold(self) -> list[dict[str, Any]]:
        """The abstracts annotated by hand: gold_dev.jsonl."""
        return list(_json_lines(self.folder / "gold_dev.jsonl"))

    @cached_property
    def others(self) -> list[dict[str, Any]]:
        """The abstracts that nobody annotated: pool_unannotated.jsonl."""
        return list(_json_lines(self.folder / "pool_unannotated.jsonl"))

    @cached_property
    def relevance(self) -> list[dict[str, Any]]:
        """The further relevance labels: relevance_dev.jsonl."""
        return list(_json_lines(self.folder / "relevance_dev.jsonl"))

    def known(self, name: str) -> list[dict[str, Any]]:
        """Return the known studies or near misses of domain/``name``.jsonl."""
        return list(_json_lines(self.domain / f"{name}.jsonl"))

    def sheet(self, stem: str) -> list[dict[str, str]]:
        """Return the rows of ``stem``_train.csv or _val.csv, as ``part`` says."""
        path = self.folder / f"{stem}_{self.part}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as stream:
            yield from (json.loads(line) for line in stream if line.strip())
