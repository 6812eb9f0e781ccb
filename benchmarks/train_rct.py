"""Learn the weights of the RCT score from PubMed publication types, and print them as rct_weights.toml.

    python benchmarks/train_rct.py > src/litwatch/appraise/rct_weights.toml

Learned from: the articles of ../shared/data/recordings/pubmed-xml, and the half of medline_dev.txt's records whose PMID
has an even first byte of SHA-256; the other half is for measuring. Nothing else: no annotated set. Logistic regression
with a ridge penalty, by Newton's method, the start shifted to where F1 is
greatest; the same input gives the same weights.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from Bio import Medline

from litwatch.appraise.rct import answers, questions
from litwatch.appraise.reading import reading_of
from litwatch.model import AbstractSection, Citation
from litwatch.sources.pubmed_xml import Malformed, read

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
RIDGE = 1.0
STEPS = 25
RANDOMISED = "Randomized Controlled Trial"


def main() -> None:
    """Print the weights learned."""
    if not SHARED.is_dir():
        sys.exit(f"no records at {SHARED}: nothing learned")
    names = questions()
    rows, truths = [], []
    for record, truth in (*_recorded(), *_half()):
        yes = set(answers(reading_of(record)))
        rows.append([1.0, *(float(name in yes) for name in names)])
        truths.append(float(truth))
    weights = _fitted(rows, truths)
    weights[0] += _shift(rows, truths, weights)
    print("# How much each answer speaks for a randomised trial, in log-odds; written by benchmarks/train_rct.py from")
    print(f"# the publication types of {len(rows)} PubMed records, {int(sum(truths))} of them randomised trials.")
    print("[weights]")
    for name, weight in zip(("start", *names), weights, strict=True):
        print(f'"{name}" = {weight:.2f}')


def trains(pmid: str) -> bool:
    """Return whether a MEDLINE record is of the half that may be learned from."""
    return sha256(pmid.encode()).digest()[0] % 2 == 0


def _half() -> Iterator[tuple[Citation, bool]]:
    with (SHARED / "appraise" / "medline_dev.txt").open(encoding="utf-8") as stream:
        for entry in Medline.parse(stream):  # type: ignore[no-untyped-call]  # Biopython ships no types here
            if trains(entry["PMID"]):
                abstract = (AbstractSection(text=entry["AB"]),) if entry.get("AB") else ()
                record = Citation(
                    source="file", key="1", kind="article", title=entry.get("TI", ""), url="", abstract=abstract
                )
                yield record, RANDOMISED in entry.get("PT", [])


def _recorded() -> Iterator[tuple[Citation, bool]]:
    found: dict[str, Citation] = {}
    for path in sorted((SHARED / "recordings" / "pubmed-xml").rglob("*.xml")):
        with suppress(Malformed):  # what stands before a recording's break is good
            for entry in read(path.read_bytes()):
                if isinstance(entry, Citation) and entry.abstract:
                    found.setdefault(entry.key, entry)
    for key in sorted(found):
        yield found[key], RANDOMISED in found[key].publication_types


def _shift(rows: Sequence[Sequence[float]], truths: Sequence[float], weights: Sequence[float]) -> float:
    """Return what to add to the start so that F1 over the records learned from is greatest at a score of 0.5."""
    totals = [sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in rows]

    def f1(cut: float) -> float:
        chosen = [truth for total, truth in zip(totals, truths, strict=True) if total >= cut]
        return 2 * sum(chosen) / (sum(truths) + len(chosen))

    return -max((step / 10 for step in range(-20, 21)), key=lambda cut: (f1(cut), -abs(cut)))


def _fitted(rows: Sequence[Sequence[float]], truths: Sequence[float]) -> list[float]:
    width = len(rows[0])
    weights = [0.0] * width
    for _ in range(STEPS):
        slope = [-RIDGE * weight if index else 0.0 for index, weight in enumerate(weights)]
        curve = [[RIDGE * (i == j and i > 0) + 1e-9 * (i == j) for j in range(width)] for i in range(width)]
        for row, truth in zip(rows, truths, strict=True):
            chance = 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, row, strict=True))))
            yes = [index for index, value in enumerate(row) if value]
            for i in yes:
                slope[i] += truth - chance
                for j in yes:
                    curve[i][j] += chance * (1 - chance)
        weights = [weight + step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve ``matrix · x = right`` by elimination with pivots."""
    size = len(right)
    table = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda index: abs(table[index][column]))
        table[column], table[pivot] = table[pivot], table[column]
        for index in range(size):
            if index != column:
                factor = table[index][column] / table[column][column]
                table[index] = [a - factor * b for a, b in zip(table[index], table[column], strict=True)]
    return [table[index][size] / table[index][index] for index in range(size)]


if __name__ == "__main__":
    main()
