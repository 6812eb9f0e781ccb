"""Which untold news goes where: one digest from what waits. Pure.

An item is printed once, in the first section that claims it; the others point at it. Nothing is left out: what is off
topic is counted and listed in the attachments, and all pending news counts as told once the digest is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.awaited import awaited, begins_quarter
from litwatch.digest.dosing import dose_rows
from litwatch.digest.edited import edited
from litwatch.digest.evidence import evidence
from litwatch.digest.state import about, state_of
from litwatch.digest.thread import threaded
from litwatch.identify.decisions import INCLUDED_LINK
from litwatch.identify.notices import LATER_VERSION
from litwatch.identify.overdue import overdue
from litwatch.model import Awaited, Counts, Digest, Item, Kin, News, Receipt, Section, Told

QUESTIONS_PER_ITEM = 3
BY_NEW_TERMS_PRINTED = 10  # an edit of the terms may bring hundreds of old reports; the attachments list them all
SUMMARIES = frozenset({"guideline", "systematic_review", "meta_analysis"})
ADDED = frozenset({"new", "late", "by_new_terms"})  # standings that add a report to what is known
NOTICE_RELATIONS = frozenset({"retraction_of", "erratum_of", "concern_about"})
VERSION_RELATIONS = frozenset({"preprint_of", "update_of"})
TITLES = {
    "S3": "Corrections, retractions and expressions of concern",
    "S0": "Guidelines and evidence summaries",
    "S1": "Adjacent: bears on a question without being about the topic itself",
    "S2": "Relevant, without an open question",
    "S4": "Found because you changed the search terms",
    "S5": "Possible duplicates, for you to decide",
}
NO_LEVEL = 9  # sorts behind every level of evidence
RANKS = {"notice": 0, "article": 1, "protocol": 2, "abstract": 3, "preprint": 4, "registration": 5}


def compose(
    *,
    config: Config,
    pending: Sequence[News],
    reports: Sequence[Told],
    receipts: Sequence[Receipt],
    label: str,
    since: datetime | None,
    now: datetime,
    notes: Sequence[str] = (),
) -> Digest:
    """Return the digest of one period.

    ``pending`` is what no digest has told, one piece of news a report; ``reports`` is everything known; ``since`` is
    the previous digest's end, None for the first.
    """
    remembered_ids = {news.report_id for news in pending if news.remembered}
    remembered = tuple(report for report in reports if report.report_id in remembered_ids)
    # A report that joined one of which the reader has heard is no news, and counts as told.
    fresh = [news for news in pending if not news.remembered and news.standing != "duplicate"]
    folded = _folded(fresh)
    shown = [news for news in fresh if news.report_id not in folded]
    excluded = _excluded(shown, reports)
    shown = _without(shown, excluded)
    off_topic = [news for news in shown if news.appraisal.label == "off" and news.standing != "notice"]
    told = _without(shown, off_topic)
    superseded = _superseded(told)
    told = [news for news in told if news.report_id not in superseded]
    kin = _kin(told, reports)
    told = [threaded(news, kin) for news in told]
    claims = {news.report_id: _claims(news, config) for news in told}
    late = overdue(reports, {relation for report in reports for relation in report.relations}, now)
    added = {news.report_id for news in told if news.standing in ADDED}
    expected = awaited(reports, config, now, late=late)
    listed = expected if begins_quarter(since, now, config) else ()
    return Digest(
        watch_id=config.watch.id,
        watch_name=config.watch.name,
        label=label,
        since=since,
        until=now,
        generated=now,
        receipts=tuple(receipts),
        counts=_counts(told, off_topic, receipts, remembered),
        sections=_sections(config, told, claims, reports, remembered, receipts, listed, now),
        news_ids=tuple(sorted(number for news in pending for number in (news.id, *news.also))),
        remembered=remembered,
        off_topic=tuple(sorted(off_topic, key=lambda news: news.report_id)),
        notes=(*notes, *wording.set_aside(excluded)),
        set_aside=tuple(sorted(excluded, key=lambda news: news.report_id)),
        kin=kin,
        overdue=tuple((entry.report_id, entry.basis) for entry in late),
        awaited=expected,
        evidence=evidence(reports, config, added),
        doses=dose_rows(reports, config, added),
    )


def _without(news: Sequence[News], left_out: Sequence[News]) -> list[News]:
    """Return ``news`` but for the reports of ``left_out``; there is one piece of news a report."""
    names = {entry.report_id for entry in left_out}
    return [entry for entry in news if entry.report_id not in names]


def _kin(told: Sequence[News], reports: Sequence[Told]) -> tuple[Kin, ...]:
    """Return the reports that printed ones are related to."""
    wanted = {end for news in told for relation in news.relations for end in (relation.from_report, relation.to_report)}
    return tuple(
        Kin(report_id=report.report_id, title=report.record.title, record=report.record, told_in=report.told_in)
        for report in reports
        if report.report_id in wanted
    )


def _folded(fresh: Sequence[News]) -> frozenset[str]:
    """Return the notices whose original is told in the same digest: the two are one item."""
    told = {news.report_id for news in fresh if news.standing == "notice"}
    return frozenset(
        news.report_id
        for news in fresh
        if news.record.kind == "notice"
        and any(
            relation.kind in NOTICE_RELATIONS
            and relation.from_report == news.report_id
            and relation.to_report in told - {news.report_id}
            for relation in news.relations
        )
    )


def _superseded(told: Sequence[News]) -> frozenset[str]:
    """Return the earlier versions of which only the later one is news, which is told in the same digest and says so."""
    arrived = {news.report_id for news in told if news.standing in ADDED}
    return frozenset(
        news.report_id
        for news in told
        if [change.field for change in news.changes] == [LATER_VERSION]
        and any(
            relation.kind in VERSION_RELATIONS
            and relation.certain
            and not arrived.isdisjoint({relation.from_report, relation.to_report} - {news.report_id})
            for relation in news.relations
        )
    )


def _excluded(fresh: Sequence[News], reports: Sequence[Told]) -> list[News]:
    """Return the news on reports that people excluded, but for notices and new links to included studies."""
    judged = {report.report_id for report in reports if report.mark == "exclude"}
    return [
        news
        for news in fresh
        if news.report_id in judged
        and news.standing != "notice"
        and all(change.field != INCLUDED_LINK for change in news.changes)
    ]


def _claims(news: News, config: Config) -> tuple[str, ...]:
    """Return the sections that claim ``news``, in the order of the digest."""
    if news.standing == "possible_duplicate":
        return ("S5",)
    if news.standing == "notice":
        return ("S3",)
    if news.standing == "by_new_terms":
        return ("S4",)
    if news.appraisal.label == "adjacent":
        return ("S1",)
    hits = {hit.id: hit.strength for hit in news.appraisal.questions}
    order = [question.id for question in config.questions if question.id in hits]
    # Evidence before a passing mention; within each the configuration's order, which puts route and schedule first.
    chosen = sorted(order, key=lambda name: (hits[name] != "evidence", order.index(name)))[:QUESTIONS_PER_ITEM]
    claimed = tuple(name for name in order if name in chosen)
    if news.appraisal.design in SUMMARIES:
        return ("S0", *claimed)
    return claimed or ("S2",)


def _sections(
    config: Config,
    told: Sequence[News],
    claims: dict[str, tuple[str, ...]],
    reports: Sequence[Told],
    remembered: Sequence[Told],
    receipts: Sequence[Receipt],
    listed: Sequence[Awaited],
    now: datetime,
) -> tuple[Section, ...]:
    labels = {question.id: question.label for question in config.questions}
    order = ["S3", "S0", *labels, "S1", "S2", "S4", "S5"]
    found = []
    for name in order:
        items = _items(name, told, claims)
        question = name in labels
        printed = items[:BY_NEW_TERMS_PRINTED] if name == "S4" else items
        unprinted = tuple(item.news for item in items[len(printed) :] if item.news)
        state = edited(receipts, len(unprinted)) if name == "S4" else ""
        if not (items or question or name == "S2"):
            continue
        found.append(
            Section(
                id=name,
                title=labels.get(name) or TITLES[name],
                state_of_the_question=state_of(name, reports, now) if question else state,
                items=printed,
                unprinted=unprinted,
                remembered=_strongest_first(about(name, remembered)) if question else (),
                overdue=tuple(
                    entry for entry in listed if (entry.question or "S2") == name and entry.state == "overdue"
                ),
            )
        )
    return tuple(found)


def _items(name: str, told: Sequence[News], claims: dict[str, tuple[str, ...]]) -> tuple[Item, ...]:
    """Return what a section prints, then what it points at."""
    printed = [news for news in told if claims[news.report_id][0] == name]
    elsewhere = [news for news in told if name in claims[news.report_id][1:]]
    return (
        *(Item(report_id=news.report_id, news=news) for news in sorted(printed, key=_order)),
        *(Item(report_id=news.report_id, see=claims[news.report_id][0]) for news in sorted(elsewhere, key=_order)),
    )


def _order(news: News) -> tuple[object, ...]:
    """Sort new results before registry changes, retractions before errata, stronger designs before weaker ones."""
    changed, late = news.standing == "changed", news.standing == "late"
    minor = bool(news.changes) and all(change.grade == "minor" for change in news.changes)
    kind = RANKS[news.record.kind]
    return (changed, late, minor, kind, news.appraisal.level or NO_LEVEL, news.record.title.casefold(), news.report_id)


def _strongest_first(reports: Iterable[Told]) -> tuple[Told, ...]:
    """Sort what is known by its design, the latest first within one; trials that are only registered come last."""
    latest = sorted(
        sorted(reports, key=lambda report: report.report_id),
        key=lambda report: report.record.published.value if report.record.published else "",
        reverse=True,
    )
    return tuple(
        sorted(latest, key=lambda report: (report.record.kind == "registration", report.appraisal.level or NO_LEVEL))
    )


def _counts(
    told: Sequence[News], off_topic: Sequence[News], receipts: Sequence[Receipt], remembered: Sequence[Told]
) -> Counts:
    standings = [news.standing for news in told]
    return Counts(
        new=standings.count("new"),
        changed=standings.count("changed"),
        notices=standings.count("notice"),
        late=standings.count("late"),
        by_new_terms=standings.count("by_new_terms"),
        off_topic=len(off_topic),
        duplicates=sum(receipt.duplicates for receipt in receipts),
        remembered=len(remembered),
    )
