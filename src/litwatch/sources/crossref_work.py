"""One work of Crossref as a `Citation` with the notices on it. Pure.

Source: Crossref's ``updated-by`` and ``update-to``; recorded works. Publisher and Retraction Watch report one event
each in a row of their own, and a deposit may point at itself by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litwatch.identifiers import identifier, url
from litwatch.model import Citation, CommentCorrection, PartialDate
from litwatch.sources.expect import Unbelieved
from litwatch.sources.fields import Fields
from litwatch.text import one_line, without_markup

# Crossref's word, with - for _ and space, in PubMed's words for what points at the article.
KINDS = {
    "retraction": "RetractionIn",
    "withdrawal": "RetractionIn",
    "removal": "RetractionIn",
    "partial-retraction": "PartialRetractionIn",
    "expression-of-concern": "ExpressionOfConcernIn",
    "correction": "ErratumIn",
    "corrigendum": "ErratumIn",
    "erratum": "ErratumIn",
    "addendum": "ErratumIn",
    "clarification": "ErratumIn",
    "new-version": "UpdateIn",
    "new-edition": "UpdateIn",
}
# Of these an article has one, so that two rows of different sources are one event whatever notice they name.
SINGLE = frozenset({"RetractionIn", "ExpressionOfConcernIn"})
SOURCES = {"publisher": "publisher", "retraction-watch": "Retraction Watch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Update:
    """One row of ``updated-by``."""

    kind: str
    doi: str  # of the notice
    source: str
    day: str


def parse_work(item: Any) -> tuple[Citation, frozenset[str]]:
    """Return the citation of one work, and the kinds of update on it that are unknown here.

    Raises `Unbelieved` when it has no DOI.
    """
    fields = Fields(item)
    doi = identifier("doi", fields.line("DOI"))
    if doi is None:
        raise Unbelieved("a work without a DOI")
    updates = list(_updates(fields, doi.value))
    unknown = frozenset(update.kind for update in updates if update.kind not in KINDS)
    titles = fields.strings("title")
    is_notice = any(
        (target := identifier("doi", entry.line("DOI"))) is not None and target != doi
        for entry in fields.blocks("update-to")
    )
    citation = Citation(
        source="crossref",
        key=doi.value,
        kind="notice" if is_notice else "article",
        title=one_line(without_markup(titles[0])) if titles else "[no title]",
        url=url(doi),
        identifiers=(doi,),
        published=_date(fields.block("issued")),
        journal=next(iter(fields.strings("container-title")), ""),
        corrections=tuple(_events([update for update in updates if update.kind in KINDS])),
    )
    return citation, unknown


def _updates(fields: Fields, own: str) -> Iterator[_Update]:
    """Yield the rows of ``updated-by``.

    A publisher's row that names the work itself is a slip; Retraction Watch's is not: a paper may be retracted in
    place, under its own DOI.
    """
    for entry in fields.blocks("updated-by"):
        kind = entry.line("type").lower().replace("_", "-").replace(" ", "-")
        notice = identifier("doi", entry.line("DOI"))
        source = entry.line("source") or "publisher"
        if not kind or (notice is not None and notice.value == own and source != "retraction-watch"):
            continue
        day = _date(entry.block("updated"))
        yield _Update(
            kind=kind,
            doi=notice.value if notice else "",
            source=SOURCES.get(source, source),
            day=day.value if day else "",
        )


def _events(updates: Sequence[_Update]) -> Iterator[CommentCorrection]:
    """Yield one pointer per event, its sources named together."""
    events: dict[tuple[str, str], list[_Update]] = defaultdict(list)
    for update in updates:
        kind = KINDS[update.kind]
        events[kind, "" if kind in SINGLE else update.doi].append(update)
    for (kind, _), rows in sorted(events.items()):
        # The publisher's own notice before the one that Retraction Watch points at.
        rows.sort(key=lambda row: (row.source != "publisher", not row.doi, row.day, row.doi))
        sources = " and ".join(dict.fromkeys(row.source for row in rows))
        first = min((row.day for row in rows if row.day), default="")
        yield CommentCorrection(
            ref_type=kind,
            citation=", ".join(word for word in (rows[0].kind.replace("-", " "), sources, first) if word),
            doi=rows[0].doi,
        )


def _date(struct: Fields) -> PartialDate | None:
    """Read ``date-parts``, which may be ``[[null]]``."""
    parts = struct.numbers("date-parts")
    if not parts or not 1000 <= parts[0] <= 9999:  # noqa: PLR2004  # four digits
        return None
    words = [f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:3] if 1 <= part <= 31)]  # noqa: PLR2004  # days
    return PartialDate(value="-".join(words))
