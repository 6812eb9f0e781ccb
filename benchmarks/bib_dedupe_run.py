"""Run bib-dedupe on one records.csv, in an environment of its own; print clusters and costs as JSON. See dedupe.py."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time


def main(path: str) -> None:
    """Cluster the records of ``path`` as bib-dedupe's documentation shows: prep, block, match, cluster."""
    import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]  # only in that environment
    from bib_dedupe.bib_dedupe import (  # type: ignore[import-untyped,import-not-found,unused-ignore]  # same
        block,
        cluster,
        match,
        prep,
    )

    records = pd.read_csv(path)
    started = time.perf_counter()
    before = _cpu_s()
    with contextlib.redirect_stdout(io.StringIO()):
        clusters = cluster(match(block(prep(records))))
    cost = {"cpu_s": _cpu_s() - before, "wall_s": time.perf_counter() - started}
    print(json.dumps({"clusters": [list(map(str, one)) for one in clusters], **cost}))


def _cpu_s() -> float:
    """Return the CPU seconds of this process and its finished children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(sys.argv[1])
