"""How long the pages of a large site take, and how much memory: reports of the demonstration, many times over."""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from litwatch.configfile import load
from litwatch.demo.run import run
from litwatch.site.build import shelf_of
from litwatch.site.pages import files_of_site
from litwatch.store import open_store

REPORTS = 20_000


def main() -> None:
    """Print one line of figures."""
    with tempfile.TemporaryDirectory() as name:
        list(run(Path(name)))
        watch = load(Path(name) / "config.yaml", {})
        with open_store(watch.config.store, watch.config.watch.id, read_only=True) as store:
            shelf = shelf_of(watch, store, datetime.now(UTC))
    listed = [report for report in shelf.reports if report.appraisal.label != "off"]
    reports = tuple(
        replace(listed[at % len(listed)], report_id=f"pubmed:{at}", study_id=f"study:pubmed:{at}", relations=())
        for at in range(REPORTS)
    )
    large = replace(shelf, reports=reports, history={}, aliases={})
    before, started = _memory_mb(), time.process_time()
    sizes = [len(content) for _, content in files_of_site(large, (), url=None)]
    took = time.process_time() - started
    print(
        f"{REPORTS} reports: {len(sizes)} files, {sum(sizes) / 1e6:.0f} MB, {took:.1f} s of CPU, "
        f"{_memory_mb() - before:.0f} MB more memory than before"
    )


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
