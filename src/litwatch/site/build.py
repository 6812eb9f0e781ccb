"""Building the site of one watch from its store. The only place here that reads the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from litwatch import __version__
from litwatch.configfile import Loaded
from litwatch.receipts import receipts_of
from litwatch.site.folder import state_of_site, write_site
from litwatch.site.pages import files_of_site
from litwatch.site.shelf import Shelf
from litwatch.store import Store


def build(watch: Loaded, store: Store, folder: Path, now: datetime) -> int:
    """Build the site in ``folder`` and return how many files it has.

    Raises `InputError` when the folder holds something else and `DeliveryError` when it cannot be written; what stood
    there before still stands then.
    """
    state_of_site(folder, watch.config.watch.id)
    shelf = shelf_of(watch, store, now)
    files = files_of_site(shelf, _digests(store), url=watch.config.site.url)
    return write_site(folder, files, watch_id=watch.config.watch.id, state=_state(watch, store))


def refresh(watch: Loaded, store: Store, folder: Path, now: datetime) -> bool:
    """Build the site in ``folder`` unless it tells of the latest delivery already; tell whether it was built.

    Raises as `build` does.
    """
    if state_of_site(folder, watch.config.watch.id) == _state(watch, store):
        return False
    build(watch, store, folder, now)
    return True


def _state(watch: Loaded, store: Store) -> str:
    """Return what a site would have to be built again for: a delivery, another configuration, another version."""
    delivered = [f"{entry.label} {entry.accepted}" for entry in store.outbox.digests() if entry.folder_written]
    return hashlib.sha256("\n".join([__version__, watch.hash, *delivered]).encode()).hexdigest()[:16]


def shelf_of(watch: Loaded, store: Store, now: datetime) -> Shelf:
    """Read from the store what the pages are made from."""
    runs = store.runs()
    return Shelf(
        config=watch.config,
        reports=store.reports(),
        history=store.history(),
        aliases=store.aliases(),
        receipts=receipts_of(watch, store, since=None),
        runs=runs,
        as_of=max((run.finished for run in runs), default=now),
    )


def _digests(store: Store) -> Iterator[tuple[str, str, Mapping[str, bytes]]]:
    """Yield each delivered digest; one from before a lost store has left no files."""
    for entry in store.outbox.digests():
        if entry.folder_written is not None:
            files = store.outbox.files(entry.label)
            if "digest.json" in files:
                yield entry.label, entry.subject, files
