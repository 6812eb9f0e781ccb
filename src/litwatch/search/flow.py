"""The PRISMA 2020 flow of a watch: how many records each step took in, let go and passed on. Pure.

Every number counts what the store holds; nothing is estimated. Full texts are not retrieved by litwatch, so what a
reader did with them shows only in the marks. Source: Page et al., BMJ 2021;372:n71 (flow diagram for new reviews,
databases and registers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litwatch.model import Told

# The user's own library was not found by the search, and Crossref is asked about what is known already.
NOT_SEARCHED = frozenset({"known", "crossref"})
REGISTERS = frozenset({"clinicaltrials", "isrctn", "ctis", "ictrp"})
NO_REASON = "no reason noted"
# The kinds of reason in the label's own words (`litwatch.appraise.relevance`).
_OFF_TOPIC = (
    "no word of the watched drug",
    "no word of the condition",
    "only among side effects or exclusions",
    "without the condition",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The boxes of the diagram, top to bottom. Pairs are (name, number), the largest first."""

    databases: tuple[tuple[str, int], ...]
    registers: tuple[tuple[str, int], ...]
    duplicates: int
    screened: int
    off_topic: tuple[tuple[str, int], ...]  # by litwatch's label, with its reason
    excluded_by_hand: int  # off-topic reports that a human excluded as well
    assessed: int
    excluded: tuple[tuple[str, int], ...]  # by a human's mark, with the note as reason
    undecided: int
    included_reports: int
    included_studies: int

    @property
    def identified(self) -> int:
        """Return the records of all databases and registers."""
        return _sum(self.databases) + _sum(self.registers)

    @property
    def set_aside(self) -> int:
        """Return the records excluded in screening, by the label or by hand."""
        return _sum(self.off_topic) + self.excluded_by_hand

    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """Return the diagram as rows: stage, what is counted, number."""
        return (
            *(("identification", f"records from database: {name}", number) for name, number in self.databases),
            *(("identification", f"records from register: {name}", number) for name, number in self.registers),
            ("identification", "records identified", self.identified),
            ("identification", "duplicate records removed", self.duplicates),
            ("screening", "records screened", self.screened),
            *(("screening", f"excluded by litwatch, off topic: {name}", number) for name, number in self.off_topic),
            ("screening", "excluded by a human, off topic", self.excluded_by_hand),
            ("screening", "reports assessed for eligibility", self.assessed),
            *(("screening", f"excluded by a human: {name}", number) for name, number in self.excluded),
            ("screening", "not decided yet", self.undecided),
            ("included", "studies included", self.included_studies),
            ("included", "reports of included studies", self.included_reports),
        )


def flow(reports: Sequence[Told], platforms: Mapping[str, str], notes: Mapping[str, str]) -> Flow:
    """Count the flow of ``reports``; ``platforms`` names the sources, ``notes`` holds the note of each mark.

    Reports that only the user's own library or Crossref holds were not identified by a search, and are left out.
    """
    found = [report for report in reports if any(source not in NOT_SEARCHED for source, _ in report.sources)]
    records = Counter(source for report in found for source, _ in report.sources if source not in NOT_SEARCHED)
    named = {source: (platforms.get(source, source), number) for source, number in records.items()}
    off = [report for report in found if _is_off(report)]
    rest = [report for report in found if not _is_off(report)]
    by_litwatch = [report for report in off if report.mark != "exclude"]
    out = [report for report in rest if report.mark == "exclude"]
    included = [report for report in rest if report.mark == "include"]
    return Flow(
        databases=_ranked(Counter(dict(entry for source, entry in named.items() if source not in REGISTERS))),
        registers=_ranked(Counter(dict(entry for source, entry in named.items() if source in REGISTERS))),
        duplicates=sum(records.values()) - len(found),
        screened=len(found),
        off_topic=_ranked(Counter(_reason(report.appraisal.label_reason) for report in by_litwatch)),
        excluded_by_hand=len(off) - len(by_litwatch),
        assessed=len(rest),
        excluded=_ranked(Counter(notes.get(report.report_id, "").strip() or NO_REASON for report in out)),
        undecided=len(rest) - len(out) - len(included),
        included_reports=len(included),
        included_studies=len({report.study_id for report in included}),
    )


def _is_off(report: Told) -> bool:
    return report.appraisal.label == "off" and report.mark != "include"


def _reason(text: str) -> str:
    """Return the kind of reason, without the words of the report that it names."""
    return next((kind for kind in _OFF_TOPIC if kind in text), text)


def _ranked(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _sum(pairs: Sequence[tuple[str, int]]) -> int:
    return sum(number for _, number in pairs)
