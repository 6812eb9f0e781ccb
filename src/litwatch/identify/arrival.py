"""Whether a record that was not known is new, or an old one that the search finds only now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from litwatch.identify.dates import last_day
from litwatch.model import AnyRecord, Citation, Standing

OVERLAP_DAYS = 7  # services complete a day's records days later
OLD_PAPER_DAYS = 365


def arrival(
    record: AnyRecord, platform: str, last_complete: datetime | None, *, strategy_changed: bool, terms: Sequence[str]
) -> tuple[Standing, str]:
    """Return the standing of ``record`` and why, a sentence for the reader.

    ``last_complete`` is when the last believed run of its source began; ``terms`` are those of a changed strategy that
    find it.
    """
    if last_complete is None:
        return "new", f"In the first complete reading of {platform}."
    last = last_complete.date()
    existed, field = _existed(record)
    if existed is None and strategy_changed and record.published is not None:
        existed, field = last_day(record.published), "published"  # the one date that tells it from news
    named = ", ".join(terms) if strategy_changed else ""
    if existed is None and named:
        return "by_new_terms", (
            f"Found because the search terms changed, by {named}: no date of the record tells it from news."
        )
    if existed is not None and strategy_changed and existed < last:
        by = f", by {named}" if named else ""
        return "by_new_terms", (
            f"Found because the search terms changed{by}: {platform} has had it since {existed} ({field}), "
            f"before the last complete run on {last}."
        )
    if existed is not None and existed < last - timedelta(days=OVERLAP_DAYS):
        return "late", (
            f"Matched only now: {platform} has had it since {existed} ({field}), before the last complete "
            f"run on {last}, and the search did not change; index terms or an abstract may have arrived since, "
            "or it could not be read before."
        )
    published = last_day(record.published) if record.published else None
    if published and existed and record.published and (existed - published).days > OLD_PAPER_DAYS:
        what = "An old paper added late: published" if isinstance(record, Citation) else "Found late: registered"
        return "late", f"{what} {record.published.value}, in {platform} since {existed} ({field})."
    return "new", f"New in {platform} since the last complete run on {last}."


def _existed(record: AnyRecord) -> tuple[date | None, str]:
    """Return the last day on which the source's record can have come into being, with the date's name."""
    if record.created is not None:
        return last_day(record.created), "record created"
    if not isinstance(record, Citation):
        return last_day(record.published), "first posted"
    return None, ""
