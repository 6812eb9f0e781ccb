"""The public JSON: digest.json and the item of `litwatch list --json`, exactly as the contract has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from litwatch.digest.languages import tag
from litwatch.digest.links import free_url, report_url
from litwatch.identify.overdue import overdue as overdue_of
from litwatch.model import (
    Appraisal,
    Citation,
    Counts,
    Digest,
    Kin,
    News,
    Receipt,
    Relation,
    SearchRun,
    Section,
    Told,
)

ITEM_QUESTIONS = 3


def digest_json(digest: Digest) -> dict[str, Any]:
    """Return digest.json.

    Beside the contract's keys: ``remembered`` and ``off_topic``, the records this digest told without printing them, so
    that a lost store can be rebuilt from the folder.
    """
    kin = {entry.report_id: entry for entry in digest.kin}
    overdue = frozenset(report_id for report_id, _ in digest.overdue)
    return {
        "label": digest.label,
        "watch": digest.watch_id,
        "period": {"from": _instant(digest.since), "to": _instant(digest.until)},
        "generated": _instant(digest.generated),
        "sources": [_receipt(receipt) for receipt in digest.receipts],
        "counts": asdict(digest.counts),
        "sections": [_section(section, kin, overdue) for section in digest.sections],
        "notes": list(digest.notes),
        "remembered": [_told_quietly(report.report_id, report.sources) for report in digest.remembered],
        "off_topic": [_told_quietly(news.report_id, news.sources) for news in (*digest.off_topic, *digest.set_aside)],
    }


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "source": receipt.source,
        "state": receipt.state,
        "query": receipt.query,
        "translation": receipt.translation,
        "version": receipt.version,
        "asked": _instant(receipt.asked),
        "hits": receipt.hits,
        "new": receipt.new,
        "changed": receipt.changed,
        "gone": receipt.gone,
        "known": receipt.known,
        "warnings": list(receipt.warnings),
        "error": receipt.error,
        "last_complete": _instant(receipt.last_complete),
    }


def run_json(run: SearchRun) -> dict[str, Any]:
    """Return a search run with the keys that scripts read."""
    return {
        "source": run.source,
        "platform": run.platform,
        "interface": run.interface,
        "state": run.state,
        "query": run.query,
        "translation": run.translation,
        "version": run.version,
        "limits": "none beyond the query",
        "started": _instant(run.started),
        "finished": _instant(run.finished),
        "hits": run.hits,
        "fetched": run.fetched,
        "new": run.new,
        "changed": run.changed,
        "duplicates": run.duplicates,
        "gone": run.gone,
        "requests": run.requests,
        "warnings": list(run.warnings),
        "error": run.failure or None,
        "baseline": run.baseline,
        "strategy_changed": run.strategy_changed,
        "edit": list(run.edit),
        "config_hash": run.config_hash,
        "litwatch_version": run.litwatch_version,
    }


def counts_json(counts: Counts) -> dict[str, int]:
    """Return the headline counts."""
    return asdict(counts)


def _section(section: Section, kin: Mapping[str, Kin], overdue: frozenset[str]) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "state_of_the_question": section.state_of_the_question,
        "items": [
            *(news_json(item.news, kin, overdue) if item.news else {"see": item.report_id} for item in section.items),
            *(news_json(news, kin, overdue) for news in section.unprinted),
        ],
    }


def _told_quietly(report_id: str, sources: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"report_id": report_id, "records": [{"source": source, "key": key} for source, key in sources]}


def news_json(news: News, kin: Mapping[str, Kin], overdue: frozenset[str]) -> dict[str, Any]:
    """Return the contract's ITEM for a piece of news."""
    item = _item(news, kin, overdue)
    return item | {
        "standing": news.standing,
        "changes": [asdict(change) for change in news.changes],
        "why_here": news.reason,
    }


def told_json(report: Told, kin: Mapping[str, Kin], overdue: frozenset[str]) -> dict[str, Any]:
    """Return the contract's ITEM for a report the store knows, with ``told_in``."""
    item = _item(report, kin, overdue)
    return item | {
        "standing": "same",
        "changes": [],
        "why_here": report.appraisal.label_reason,
        "told_in": report.told_in,
        "first_seen": _instant(report.first_seen),
        "vanished": report.vanished,
        "mark": report.mark,
    }


def all_json(reports: Sequence[Told], wanted: Iterable[Told], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the ITEM of each report in ``wanted``; ``reports`` is everything known, for what it is related to."""
    kin = {
        report.report_id: Kin(
            report_id=report.report_id, title=report.record.title, record=report.record, told_in=report.told_in
        )
        for report in reports
    }
    links = {relation for report in reports for relation in report.relations}
    late = frozenset(entry.report_id for entry in overdue_of(reports, links, now))
    yield from (told_json(report, kin, late) for report in wanted)


def _item(entry: News | Told, kin: Mapping[str, Kin], overdue: frozenset[str]) -> dict[str, Any]:
    report_id, record, appraisal = entry.report_id, entry.record, entry.appraisal
    citation = record if isinstance(record, Citation) else None
    return {
        "report_id": report_id,
        "study_id": entry.study_id,
        "kind": record.kind,
        "title": record.title,
        "url": report_url(record),
        "identifiers": {one.kind: one.value for one in record.identifiers},
        "records": [{"source": source, "key": key} for source, key in entry.sources],
        "published": record.published.value if record.published else None,
        "label": appraisal.label,
        "design": appraisal.design,
        "level": appraisal.level,
        "appraisal": appraisal_json(appraisal),
        "questions": [{"id": hit.id, "quote": hit.quote.text} for hit in appraisal.questions[:ITEM_QUESTIONS]],
        "overdue": report_id in overdue,
        "free_full_text": free_url(record) or None,
        "language": next(map(tag, citation.languages), None) if citation else None,
        "relations": [_relation(report_id, relation, kin) for relation in entry.relations],
    }


def _relation(report_id: str, relation: Relation, kin: Mapping[str, Kin]) -> dict[str, Any]:
    """Return a relation as seen from ``report_id``: what the other report is."""
    other_id = relation.to_report if relation.from_report == report_id else relation.from_report
    other = kin.get(other_id)
    return {
        "kind": relation.kind,
        "report_id": other_id,
        "title": other.title if other else None,
        "url": report_url(other.record) if other else None,
        "evidence": relation.evidence,
        "certain": relation.certain,
    }


def appraisal_json(appraisal: Appraisal) -> dict[str, Any]:
    """Return an appraisal with the contract's keys; quotes are plain strings."""
    return {
        "label": appraisal.label,
        "label_reason": appraisal.label_reason,
        "design": appraisal.design,
        "design_quote": appraisal.design_quote.text if appraisal.design_quote else None,
        "level": appraisal.level,
        "is_rct_score": appraisal.is_rct_score,
        "population_n": appraisal.population_n,
        "n_quote": appraisal.n_quote.text if appraisal.n_quote else None,
        "routes": list(appraisal.routes),
        "doses": [
            {
                "drug": dose.drug,
                "value": dose.value,
                "value_high": dose.value_high,
                "unit": dose.unit,
                "per": dose.per,
                "mode": dose.mode,
                "duration": asdict(dose.duration) if dose.duration else None,
                "freq": dose.freq,
                "role": dose.role,
                "quote": dose.quote.text,
                "start": dose.quote.start,
                "end": dose.quote.end,
                "field": dose.quote.field,
            }
            for dose in appraisal.doses
        ],
        "comparator": [
            {"name": entry.name, "type": entry.type, "quote": entry.quote.text} for entry in appraisal.comparator
        ],
        "followup": {
            "value": appraisal.followup.value,
            "value_high": appraisal.followup.value_high,
            "unit": appraisal.followup.unit,
            "quote": appraisal.followup.quote.text,
        }
        if appraisal.followup
        else None,
        "adverse_events": [{"term": event.term, "quote": event.quote.text} for event in appraisal.adverse_events],
        "outcome": {"direction": appraisal.outcome.direction, "quote": appraisal.outcome.quote.text}
        if appraisal.outcome
        else None,
        "questions": [{"id": hit.id, "quote": hit.quote.text, "strength": hit.strength} for hit in appraisal.questions],
        "setting": [{"name": entry.name, "quote": entry.quote.text} for entry in appraisal.setting],
        "diagnosis": [
            {"name": entry.name, "type": entry.type, "quote": entry.quote.text} for entry in appraisal.diagnosis
        ],
        "withdrawals": [
            {
                "kind": entry.kind,
                "n": entry.people,
                "of": entry.of,
                "percent": entry.percent,
                "because": entry.because,
                "quote": entry.quote.text,
            }
            for entry in appraisal.withdrawals
        ],
    }
