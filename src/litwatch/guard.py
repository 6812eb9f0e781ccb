"""A lost store must not swallow news: an empty one beside digests of the same watch is refused, with two ways on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from litwatch.config import Config
from litwatch.deliver.folder import told_before
from litwatch.errors import InputError, StoreError
from litwatch.store import Store


def told_in(
    config: Config, store: Store, now: datetime, *, rebuild_from: Path | None, start_over: bool
) -> Mapping[str, str]:
    """Return which digest told of which report before this store existed; nothing for a store that has a past.

    With ``rebuild_from`` the digests in that folder are noted as made, so that none of their periods comes again.
    Raises `StoreError` when the store is empty, digests exist and neither way on was chosen.
    """
    if not store.is_empty():
        if rebuild_from is not None:
            raise InputError("--rebuild-from: the store is not empty; it needs no rebuilding")
        return {}
    folder = rebuild_from or config.delivery.folder
    found = told_before(folder, config.watch.id)
    if rebuild_from is not None:
        if not found:
            raise InputError(f"{rebuild_from}: holds no digest of {config.watch.id}")
        store.outbox.restore([(label, until) for label, (until, _) in found.items()], now)
        return {report: label for label, (_, content) in reversed(found.items()) for report in _reports(content)}
    if found and not start_over:
        raise StoreError(
            f"{store.name}: empty, but {folder} holds {len(found)} digests of {config.watch.id}; was a volume lost? "
            f"Run with --rebuild-from {folder} to go on from them, or with --start-over to begin anew"
        )
    return {}


def _reports(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the reports that a digest.json told, printed or not, and the addresses of their records.

    A report is called after the record that came first, which need not be the first again.
    """
    told = [item for section in content["sections"] for item in section["items"] if "report_id" in item]
    for entry in (*told, *content.get("remembered", ()), *content.get("off_topic", ())):
        yield entry["report_id"]
        yield from (f"{record['source']}:{record['key']}" for record in entry.get("records", ()))
