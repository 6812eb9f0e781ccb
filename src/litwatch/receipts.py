"""What a digest says of its own making: a receipt per source, and what the reader must know of the digest itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from litwatch.configfile import Loaded
from litwatch.digest.wording import day
from litwatch.library import LIBRARY
from litwatch.model import Receipt
from litwatch.schedule import period
from litwatch.sources import SOURCES
from litwatch.store import BELIEVED, Store, StoredDigest


def enabled(watch: Loaded) -> tuple[tuple[str, str], ...]:
    """Return (name, platform) of each source that is asked, in the order of the house."""
    sources = watch.config.sources
    return tuple((name, source.platform) for name, source in SOURCES.items() if getattr(sources, name).enabled)


def receipts_of(watch: Loaded, store: Store, *, since: datetime | None) -> tuple[Receipt, ...]:
    """Return one receipt per enabled source: its last run, and what came of all runs since the last digest."""
    held = store.held()
    return tuple(_receipt(store, name, platform, held.get(name, 0), since) for name, platform in enabled(watch))


def _receipt(store: Store, name: str, platform: str, held: int, since: datetime | None) -> Receipt:
    runs = store.runs(name)
    if not runs:
        return Receipt(source=name, platform=platform, state="skipped", query="", error="it was never asked")
    latest, believed = runs[0], store.last_complete(name)
    recent = [run for run in runs if since is None or run.started > since]
    return Receipt(
        source=name,
        platform=platform,
        state=latest.state,
        query=latest.query,
        translation=latest.translation,
        version=latest.version,
        asked=latest.started,
        hits=latest.hits,
        new=sum(run.new for run in recent),
        changed=sum(run.changed for run in recent),
        gone=sum(run.gone for run in recent),
        duplicates=sum(run.duplicates for run in recent),
        known=held,
        edit=tuple(dict.fromkeys(line for run in reversed(recent) if run.state in BELIEVED for line in run.edit)),
        warnings=latest.warnings,
        error=latest.failure or None,
        last_complete=believed.started if believed else None,
    )


def notes_of(watch: Loaded, store: Store, last: StoredDigest | None, slot: datetime) -> tuple[str, ...]:
    """Return what the reader must know of this digest itself: periods it stands in for, mail that never arrived."""
    notes = []
    zone = watch.config.digest.zone
    if last is not None:
        before = period(slot - timedelta(seconds=1), watch.config.digest)
        if len(before.label) == len(last.label) and before.label > last.label:
            notes.append(f"No digest was made since {last.label}; this one covers all since {day(last.until, zone)}.")
    expired = [entry for entry in store.outbox.messages(last.label if last else None) if entry.state == "expired"]
    if last is not None and expired:
        many = f"{len(expired)} message{'s' * (len(expired) > 1)} of {last.label}"
        notes.append(f"{many} could not be delivered within five days and were given up; the folder copy stands.")
    library = next(iter(store.runs(LIBRARY, limit=1)), None)
    if library is not None and library.warnings and (last is None or library.started > last.until):
        unread = len(library.warnings)
        count = f"{unread} records or files" if unread > 1 else "1 record or file"
        notes.append(f"Of your known studies, {count} could not be read, the first: {library.warnings[0]}.")
    return tuple(notes)
