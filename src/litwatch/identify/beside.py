"""What the other records of a report say already: one event is told once, whichever source shows it first. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.identify.notices import NOTICE_FIELDS, notice_changes, notices_shown
from litwatch.model import AnyRecord, Change, Citation
from litwatch.whole import rank


def untold(changes: Sequence[Change], record: AnyRecord, others: Sequence[AnyRecord]) -> tuple[Change, ...]:
    """Return the changes of ``record`` that are news beside ``others``, the further records of the same report.

    A notice is news where no other record shows as many of its kind. Of everything else only the record that speaks for
    the report is heard: a copy in another database follows it, sooner or later.
    """
    if not others:
        return tuple(changes)
    speaks = all(rank(record.source) < rank(other.source) for other in others)
    return tuple(change for change in changes if _is_news(change, record, others, speaks=speaks))


def first_notices(record: AnyRecord, others: Sequence[AnyRecord]) -> tuple[Change, ...]:
    """Return the notices on a report that ``record``, newly read, is the first of its records to show."""
    if not isinstance(record, Citation):
        return ()
    # Against a record of the same report without any notice.
    bare = Citation(source=record.source, key=record.key, kind=record.kind, title=record.title, url=record.url)
    came = [change for change in notice_changes(bare, record) if change.field in NOTICE_FIELDS]
    return untold(came, record, others)


def _is_news(change: Change, record: AnyRecord, others: Sequence[AnyRecord], *, speaks: bool) -> bool:
    if change.field not in NOTICE_FIELDS or not isinstance(record, Citation):
        return speaks
    shown = [notices_shown(other, change.field) for other in others if isinstance(other, Citation)]
    return notices_shown(record, change.field) > max(shown, default=0)
