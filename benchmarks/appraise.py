"""How truthfully `litwatch appraise` reads: each figure with its interval beside the published anchors.

    python benchmarks/appraise.py                      # all figures on the sets at ../shared/data/appraise (val parts)
    python benchmarks/appraise.py --part train         # the other part of the sets that have two
    python benchmarks/appraise.py --only design        # one measure
    python benchmarks/appraise.py --errors             # the ten worst errors of each figure as well

The anchors are those of the sets' README. Nothing is trained here; nothing of the sets is kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from appraise_facts import adverse, comparator, doses, followup, outcome, people, quoting, routes, speed
from appraise_figures import Figure, Sets
from appraise_labels import design, questions, randomised, relevance

from litwatch.configfile import load

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
# Each measure takes the sets and yields its figures.
MEASURES: dict[str, Callable[[Sets], Iterator[Figure]]] = {
    "relevance": relevance,
    "design": design,
    "randomised": randomised,
    "questions": questions,
    "doses": doses,
    "routes": routes,
    "people": people,
    "followup": followup,
    "adverse": adverse,
    "outcome": outcome,
    "comparator": comparator,
    "quotes": quoting,
    "speed": speed,
}


def main() -> None:
    """Print the figures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=MEASURES, nargs="+", default=list(MEASURES))
    parser.add_argument("--part", choices=("train", "val"), default="val")
    parser.add_argument("--errors", action="store_true", help="print the ten worst errors of each figure")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "appraise", help="folder of the annotated sets")
    asked = parser.parse_args()
    if not asked.data.is_dir():
        sys.exit(f"no annotated sets at {asked.data}: nothing measured")
    config = load(ROOT / "config.yaml", {}).config
    sets = Sets(folder=asked.data, domain=SHARED / "domain", config=config, part=asked.part)
    started = time.process_time()
    print(f"{'figure':<36} {'records':>7} {'value':>6}  {'95 % interval':<14} {'to reach':<11} anchor")
    for name in asked.only:
        for figure in MEASURES[name](sets):
            _print(figure, errors=asked.errors)
    print(f"\n{time.process_time() - started:.0f} s of CPU, resampling included")


def _print(figure: Figure, *, errors: bool) -> None:
    if not figure.cases:
        return
    low, high = figure.interval()
    value = figure.value(figure.cases)
    span = f"{low:.3f}–{high:.3f}"
    print(f"{figure.name:<36} {len(figure.cases):>7} {value:>6.3f}  {span:<14} {figure.target:<11} {figure.anchor}")
    for case in figure.worst() if errors else ():
        print(f"      {case.id}: {case.wrong}")


if __name__ == "__main__":
    main()
