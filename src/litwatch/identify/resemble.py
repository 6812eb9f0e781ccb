"""Reports that resemble each other: a proposal for a human, never a link that joins. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.identify.holdings import Holdings
from litwatch.model import Relation


def resemblances(held: Holdings) -> Iterator[Relation]:
    """Yield uncertain relations."""
    yield from ()
    del held
