"""What the site's pages are made from: everything the watch knows at one moment. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from litwatch.config import Config
from litwatch.model import Event, Receipt, SearchRun, Told
from litwatch.site.study import Study, off_topic, studies_of


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The reports, their history, and the search log, the latest run first.

    ``as_of`` is when a source was last asked: what the pages are true of.
    """

    config: Config
    reports: tuple[Told, ...]
    history: Mapping[str, tuple[Event, ...]]
    aliases: Mapping[str, str]
    receipts: tuple[Receipt, ...]
    runs: tuple[SearchRun, ...]
    as_of: datetime

    @cached_property
    def studies(self) -> tuple[Study, ...]:
        """Return every study with a core or adjacent report, the latest first."""
        return studies_of(self.reports, self.config)

    @cached_property
    def off_topic(self) -> tuple[Told, ...]:
        """Return the reports that are off topic, the latest first."""
        return off_topic(self.reports)

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """Return the page of each listed report's study."""
        return {report.report_id: study.page for study in self.studies for report in study.reports}

    @cached_property
    def by_id(self) -> Mapping[str, Told]:
        """Return each report by its id."""
        return {report.report_id: report for report in self.reports}
