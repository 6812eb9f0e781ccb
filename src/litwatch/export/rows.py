"""A report as one flat row, shared by every export. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from litwatch.digest.links import report_url
from litwatch.identifiers import first_value
from litwatch.model import AnyRecord, Appraisal, Change, Citation, Digest, News, Registration, Told
from litwatch.text import clean_text, one_line

REMEMBERED = "remembered"  # the section of what was known before the watch began


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One report with what a list says of it; every text is one line, except the abstract."""

    section: str
    standing: str
    reason: str
    record: AnyRecord
    appraisal: Appraisal
    report_id: str
    changes: tuple[Change, ...] = ()

    @property
    def citation(self) -> Citation | None:
        """Return the record if it is a bibliographic one."""
        return self.record if isinstance(self.record, Citation) else None

    def identifier(self, kind: str) -> str:
        """Return the first identifier of ``kind``, or an empty string."""
        return first_value(self.record.identifiers, kind)

    @property
    def title(self) -> str:
        """Return the title as one line."""
        return one_line(self.record.title) or "[no title]"

    @property
    def authors(self) -> tuple[str, ...]:
        """Return the authors as ``Last, Fore``, groups as they are."""
        citation = self.citation
        if citation is None:
            return ()
        return tuple(
            one_line(
                author.collective or ", ".join(part for part in (author.last, author.fore or author.initials) if part)
            )
            for author in citation.authors
        )

    @property
    def year(self) -> str:
        """Return the year of publication or registration."""
        return self.record.published.value[:4] if self.record.published else ""

    @property
    def abstract(self) -> str:
        """Return the abstract, or a registration's brief summary."""
        text = self.record.summary if isinstance(self.record, Registration) else self.record.abstract_text
        return clean_text(text)

    @property
    def url(self) -> str:
        """Return the report's address."""
        return report_url(self.record)


def rows_of(digest: Digest, *, off_topic: bool) -> Iterator[Row]:
    """Yield every report ``digest`` tells: printed ones in order, remembered ones, and off-topic ones if wanted."""
    for section in digest.sections:
        for item in section.items:
            if item.news:
                yield _news_row(section.id, item.news)
        for news in section.unprinted:
            yield _news_row(section.id, news)
    for report in digest.remembered:
        if off_topic or report.appraisal.label != "off":
            yield told_row(report, section=REMEMBERED)
    if off_topic:
        for news in digest.off_topic:
            yield _news_row("off topic", news)


def _news_row(section: str, news: News) -> Row:
    return Row(
        section=section,
        standing=news.standing,
        reason=news.reason,
        record=news.record,
        appraisal=news.appraisal,
        report_id=news.report_id,
        changes=news.changes,
    )


def told_row(report: Told, *, section: str = "") -> Row:
    """Return the row of a report the store knows."""
    return Row(
        section=section,
        standing="remembered" if report.remembered else "same",
        reason=report.appraisal.label_reason,
        record=report.record,
        appraisal=report.appraisal,
        report_id=report.report_id,
    )
