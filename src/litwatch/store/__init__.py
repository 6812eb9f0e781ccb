"""The store: what is known, what was told, and what waits to be sent."""

from __future__ import annotations

from litwatch.store.outbox import Outbox, StoredDigest
from litwatch.store.store import BELIEVED, Store, open_store

__all__ = ["BELIEVED", "Outbox", "Store", "StoredDigest", "open_store"]
