"""How right and how fast `litwatch dedupe` is: six labelled sets beside bib-dedupe, and made-up sets of any size.

    python benchmarks/dedupe.py                       # the labelled sets at ../shared/data/dedupe, beside bib-dedupe
    python benchmarks/dedupe.py --alone               # without bib-dedupe
    python benchmarks/dedupe.py --halves              # the labelled sets in a watch: half known, half arriving
    python benchmarks/dedupe.py --index               # 1,000 made-up records arriving beside 100,000 known
    python benchmarks/dedupe.py --scale 10000 80000   # made-up records: CPU seconds, memory, errors

Per true cluster one kept record counts TN, each further kept FN, each removed TP, all removed FP; a unique record
removed is FP. Pairwise F1 sees merges of two clusters, which the first hides. CPU is user + system of the process.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import dedupe_halves
from dedupe_variants import FIELDS, bibliography

from litwatch.identify.dedupe import Index, resolve

ROOT = Path(__file__).parent.parent
LABELLED = ROOT.parent / "shared" / "data" / "dedupe"
SETS = ("stroke", "haematology", "respiratory", "cytology_screening", "diabetes", "cardiac")
BIB_DEDUPE = Path(tempfile.gettempdir()) / "litwatch-bib-dedupe"


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true", help="leave bib-dedupe out")
    parser.add_argument("--index", action="store_true", help="1,000 new records against 100,000 known")
    parser.add_argument("--halves", action="store_true", help="half of each labelled set known, half arriving")
    parser.add_argument("--scale", type=int, nargs="+", metavar="N", help="made-up sets of N records")
    asked = parser.parse_args()
    if asked.index:
        _measure_index()
        return
    if asked.scale:
        for count in asked.scale:
            _measure_scale(count)
        return
    if not LABELLED.is_dir():
        sys.exit(f"no labelled sets at {LABELLED}: nothing measured")
    if asked.halves:
        _measure_halves()
        return
    _measure_sets(beside=not asked.alone)


def _measure_sets(*, beside: bool) -> None:
    python = _bib_dedupe() if beside else None
    sums = [0, 0, 0, 0]
    for name in SETS:
        rows = _rows(LABELLED / name / "records.csv")
        truth = [row["merged_ids"].split(";") for row in _rows(LABELLED / name / "labels.csv")]
        ids = [row["ID"] for row in rows]
        started = time.process_time()
        resolution = resolve(rows)
        cpu_s = time.process_time() - started
        ours = [one.record_ids for one in resolution.clusters if one.duplicates]
        false, missed, line = _judged(ids, truth, ours)
        print(f"{name:20} litwatch   {line} CPU {cpu_s:6.2f} s  left to a human {len(resolution.possible)}")
        sums[0] += false
        sums[1] += missed
        if python:
            answer = _theirs(python, LABELLED / name / "records.csv")
            false, missed, line = _judged(ids, truth, answer["clusters"])
            print(f"{'':20} bib-dedupe {line} CPU {answer['cpu_s']:6.2f} s = {answer['cpu_s'] / cpu_s:.0f} times")
            sums[2] += false
            sums[3] += missed
    print(f"all: litwatch FP {sums[0]} FN {sums[1]}" + (f"; bib-dedupe FP {sums[2]} FN {sums[3]}" if python else ""))


def _measure_halves() -> None:
    sums = [0, 0, 0]
    for name in SETS:
        truth = [row["merged_ids"].split(";") for row in _rows(LABELLED / name / "labels.csv")]
        known, arriving = dedupe_halves.halves(_rows(LABELLED / name / "records.csv"))
        homes, cpu_s = dedupe_halves.arrive(known, arriving, dedupe_halves.index_of(known))
        found = dedupe_halves.judge(known, homes, truth)
        sums = [one + other for one, other in zip(sums, found, strict=True)]
        print(f"{name:20} {len(arriving):5} arriving FP {found[0]} FN {found[1]} TP {found[2]} CPU {cpu_s:.2f} s")
    print(f"all: FP {sums[0]} FN {sums[1]} TP {sums[2]}")


def judge(ids: Iterable[str], truth: Iterable[Sequence[str]], found: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """Return TP, FP, FN over records, then over pairs; the first id of each found cluster is the kept one."""
    found = [list(one) for one in found]
    label = {record_id: f"cluster {number}" for number, one in enumerate(truth) for record_id in one}
    removed = {record_id for one in found for record_id in one[1:]}
    members: dict[str, list[str]] = {}
    for record_id in ids:
        members.setdefault(label.get(record_id, record_id), []).append(record_id)
    right = wrong = missed = 0
    for one in members.values():
        gone = sum(record_id in removed for record_id in one)
        wrong += gone == len(one)
        right += min(gone, len(one) - 1)
        missed += max(len(one) - gone - 1, 0)
    true = {pair for one in members.values() for pair in combinations(sorted(one), 2)}
    joined = {pair for one in found for pair in combinations(sorted(one), 2)}
    return right, wrong, missed, len(true & joined), len(joined - true), len(true - joined)


def _judged(ids: Iterable[str], truth: Iterable[Sequence[str]], found: Iterable[Sequence[str]]) -> tuple[int, int, str]:
    right, wrong, missed, *pairs = judge(ids, truth, found)
    line = f"FP {wrong:3} FN {missed:3} F1 {_f1(right, wrong, missed):.4f} pair F1 {_f1(*pairs):.4f}"
    return wrong, missed, line


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def _measure_scale(count: int) -> None:
    """Run the command on a made-up file in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file, answer = Path(folder, "records.csv"), Path(folder, "clusters.csv")
        truth: dict[str, list[str]] = {}
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, FIELDS)
            writer.writeheader()
            for report, row in bibliography(count):
                writer.writerow(row)
                truth.setdefault(str(report), []).append(row["record_id"])
        with answer.open("wb") as stream:
            child = subprocess.Popen([sys.executable, "-m", "litwatch", "dedupe", str(file)], stdout=stream)
            _, status, used = os.wait4(child.pid, 0)
        assert status == 0
        clusters: dict[str, list[str]] = {}
        for row in _rows(answer):
            at = 0 if row["decision"] == "kept" else len(clusters.get(row["cluster_id"], ()))
            clusters.setdefault(row["cluster_id"], []).insert(at, row["record_id"])
        ids = [record_id for one in truth.values() for record_id in one]
        _, _, line = _judged(ids, truth.values(), clusters.values())
    cpu_s = used.ru_utime + used.ru_stime
    memory_mb = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    print(f"{count:7} records  CPU {cpu_s:6.1f} s  {cpu_s / count * 1e6:4.0f} us a record  {memory_mb:5.0f} MB  {line}")


def _measure_index(known: int = 100_000, new: int = 1_000) -> None:
    """Compare new records with a stored index, their duplicates among them, by the command and in a watch."""
    rows = [row for _, row in bibliography(known + new)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "index")
        file.write_bytes(Index.empty().add(rows[:known]).to_bytes())
        started = time.process_time()
        held = Index.from_bytes(file.read_bytes())
        read_s = time.process_time() - started
        found = held.resolve(rows[known:])
        resolved_s = time.process_time() - started
        file.write_bytes(held.add(rows[known:]).to_bytes())
        every_s = time.process_time() - started
        size_mb = file.stat().st_size / (1 << 20)
    duplicates = sum(len(one.duplicates) for one in found.clusters)
    print(
        f"{new} new against {known} known: CPU {resolved_s:.2f} s ({read_s:.2f} s to read {size_mb:.0f} MB, "
        f"{duplicates} duplicates); {every_s:.2f} s with keeping them"
    )
    records = [dedupe_halves.citation(row) for row in rows]
    homes, cpu_s = dedupe_halves.arrive(records[:known], records[known:], dedupe_halves.index_of(records[:known]))
    folded = sum(home != f"files:{key}" for key, home in homes.items())
    print(f"… in a watch, identifiers first: CPU {cpu_s:.2f} s, {folded} folded")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _bib_dedupe() -> Path:
    """Return the Python of an environment with bib-dedupe, made from the package index when it is not there."""
    python = BIB_DEDUPE / "bin" / "python"
    if not (BIB_DEDUPE / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(BIB_DEDUPE)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "bib-dedupe"], check=True)
        (BIB_DEDUPE / "ready").touch()
    return python


def _theirs(python: Path, file: Path) -> Any:
    """Return bib-dedupe's clusters of ``file`` and its costs."""
    script = Path(__file__).parent / "bib_dedupe_run.py"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([str(python), str(script), str(file)], cwd=folder, capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
