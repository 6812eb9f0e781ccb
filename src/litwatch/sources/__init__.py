"""The sources: one module each, transport and paging beside pure ``parse_*`` functions.

`SOURCES` is the one place that registers them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from litwatch.config import Config, Secrets
from litwatch.model import Answer, Known
from litwatch.sources.clinicaltrials import ClinicalTrials
from litwatch.sources.crossref import Crossref
from litwatch.sources.ctis import Ctis
from litwatch.sources.europepmc import EuropePmc
from litwatch.sources.exports import Files, Ictrp
from litwatch.sources.http import Transport
from litwatch.sources.isrctn import Isrctn
from litwatch.sources.pubmed import PubMed


class Source(Protocol):
    """One service to ask. Reads only; raises `SourceError` and nothing else when the answer cannot be believed."""

    name: str  # the key in config.yaml
    platform: str  # display name
    interface: str  # base URL, or the folder that exports are dropped into
    caution: str  # what a user should know of the interface before relying on it, or ""
    follows: bool  # reads about reports that the other sources found

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        """Take the settings; ask nothing yet."""
        ...

    @property
    def query(self) -> str:
        """Return the exact query, as it is sent and as it stands in the search log."""
        ...

    def search(self) -> Answer:
        """Ask what the query matches, and read no record. Raises `SourceError`."""
        ...

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Ask for the whole set that the query matches, and re-read every known record of this source.

        ``known`` is every record of the store, of all sources; ``now`` is the run's clock. Raises `SourceError`.
        """
        ...


SOURCES: Mapping[str, type[Source]] = {
    "pubmed": PubMed,
    "clinicaltrials": ClinicalTrials,
    "europepmc": EuropePmc,
    "isrctn": Isrctn,
    "ctis": Ctis,
    "crossref": Crossref,
    "ictrp": Ictrp,
    "files": Files,
}
