"""Is an answer to be believed? Tripwires over a source's totals; pure.

Source of the rule: a service that silently drops part of a query looks exactly like a quiet week, so a total that falls
by a fifth or to nothing is not believed at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.identify.words import differing
from litwatch.model import Answer, RunState, SearchRun

FALL = 0.8  # of the last believed total
FALL_RECORDS = 3  # a fall smaller than this is ordinary
UNREADABLE = 0.05  # of the whole set
LOST = 0.5  # of the whole set: so many unreadable records are a changed format, not a few broken entries


def judge(answer: Answer, believed: SearchRun | None, latest: SearchRun | None) -> tuple[RunState, tuple[str, ...]]:
    """Return the state of a run and its warnings.

    ``believed`` is the source's last complete run with the same query, if any; ``latest`` its last run of any state. A
    fallen total is suspect once; the same total twice in a row is believed, with a warning, so that no source stays
    suspect for ever. So are records that cannot be read, as long as they are the smaller part: the others are news.
    """
    if answer.skipped:
        return "skipped", (answer.skipped,)
    warnings = list(answer.warnings)
    if believed is not None and believed.translation and believed.translation != answer.translation:
        was, now = differing(believed.translation, answer.translation)
        warnings.append(f"the service reads the same query differently than before: was {was!r}, now {now!r}")
    warnings += [f"record {item.key} could not be read: {item.reason}" for item in answer.unreadable]
    unread = "" if answer.nature == "exports" else _unread(answer)
    if unread:
        again = latest is not None and latest.state == "suspect" and any(UNREAD in line for line in latest.warnings)
        if not again or len(answer.unreadable) > answer.hits * LOST:
            warnings.insert(0, unread)
            return "suspect", tuple(warnings)
        warnings.insert(0, f"{unread} a second time, so the others are believed")
    fall = "" if answer.nature == "exports" else _fall(answer.hits, believed)
    if fall:
        if latest is not None and latest.state == "suspect" and latest.hits == answer.hits:
            warnings.insert(0, f"{fall}; the same total twice in a row, so it is believed")
            return "warnings", tuple(warnings)
        warnings.insert(0, f"{fall}; not believed until a second run confirms it")
        return "suspect", tuple(warnings)
    return ("warnings" if warnings else "complete"), tuple(warnings)


UNREAD = "records could not be read"


def _unread(answer: Answer) -> str:
    """Say that too many of the whole set could not be read to believe the others at once."""
    whole = max(answer.hits, len(answer.records) + len(answer.unreadable))
    if len(answer.unreadable) <= max(1, whole * UNREADABLE):
        return ""
    return f"{len(answer.unreadable)} of {whole} {UNREAD}"


def _fall(hits: int, believed: SearchRun | None) -> str:
    if believed is None or hits >= believed.hits:
        return ""
    if hits == 0 or (hits < believed.hits * FALL and believed.hits - hits >= FALL_RECORDS):
        return f"the total fell from {believed.hits} to {hits}"
    return ""


FAILED_RUNS = 3


def is_down(runs: Sequence[SearchRun]) -> bool:
    """Tell whether the last three of ``runs`` (of one source, the latest first) failed.

    Such a source is still asked in every run, but with one try only, so that the others need not wait for it; the first
    answer restores the ordinary patience. It is never given up.
    """
    latest = runs[:FAILED_RUNS]
    return len(latest) == FAILED_RUNS and all(run.state == "failed" for run in latest)
