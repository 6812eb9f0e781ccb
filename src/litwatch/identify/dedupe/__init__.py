"""Same report: which records of a bibliography are duplicates of each other. Any topic, any size. Pure.

Identifiers and repaired fields (`face`), a dozen hashed keys (`blocking`), all pairs compared at once (`features`),
named rules (`rules`), clusters grown from the best pairs under vetoes (`grouping`). Versions, notices, protocols and
follow-ups are other reports of a study: `litwatch.identify.link` relates them, nothing here merges them.
"""

from __future__ import annotations

from litwatch.identify.dedupe.clusters import Cluster, Duplicate, Possible, Resolution, cluster, resolve
from litwatch.identify.dedupe.index import Index
from litwatch.identify.dedupe.reference import Reference, reference

__all__ = ["Cluster", "Duplicate", "Index", "Possible", "Reference", "Resolution", "cluster", "reference", "resolve"]
