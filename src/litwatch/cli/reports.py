"""Commands about what is known: list, show, export, import, mark."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from litwatch import intake
from litwatch.cli.session import Session, check_source, table
from litwatch.digest import wording
from litwatch.digest.facts import report_facts
from litwatch.digest.trial_facts import trial_facts
from litwatch.errors import EXIT_DONE, EXIT_INCOMPLETE, InputError
from litwatch.identifiers import display, guess
from litwatch.library import COLUMNS, LIBRARY
from litwatch.model import Citation, Mark, Told
from litwatch.store import Store

VERDICTS = ("include", "exclude", "same", "different", "clear")


@click.command("list")
@click.option("--question", help="Only reports that bear on this question, for example Q02.")
@click.option("--label", type=click.Choice(["core", "adjacent", "off"]), help="Only reports with this label.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only reports first seen on or after this day.")
@click.option("--source", help="Only reports that this source returned, for example pubmed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.pass_context
def list_(ctx: click.Context, /, *, as_json: bool, **filters: object) -> None:
    """List the reports the watch knows, by report id."""
    from litwatch.export.json import all_json

    session = Session(ctx)
    _check_question(session, filters["question"])
    check_source(None if filters["source"] is None else str(filters["source"]))
    with session.store(read_only=True) as store:
        everything = store.reports()
    reports = [report for report in everything if _wanted(report, filters)]
    if as_json:
        for item in all_json(everything, reports, session.clock()):
            click.echo(json.dumps(item, ensure_ascii=False))
        return
    rows = [
        (
            report.report_id,
            report.appraisal.label,
            wording.DESIGNS.get(report.appraisal.design, report.appraisal.design),
            report.record.published.value if report.record.published else "",
            report.told_in or "",
            report.record.title,
        )
        for report in reports
    ]
    table("", rows, ("report", "label", "design", "date", "told in", "title"))


def _wanted(report: Told, filters: dict[str, object]) -> bool:
    since = filters.get("since")
    return (
        (not filters.get("label") or report.appraisal.label == filters["label"])
        and (not filters.get("question") or any(hit.id == filters["question"] for hit in report.appraisal.questions))
        and (not filters.get("source") or any(source == filters["source"] for source, _ in report.sources))
        and (since is None or report.first_seen.strftime("%Y-%m-%d") >= str(since)[:10])
    )


def _check_question(session: Session, question: object) -> None:
    """Raise `InputError` for a question that the watch does not follow."""
    known = [entry.id for entry in session.watch.config.questions]
    if question is not None and question not in known:
        raise InputError(f"--question: {question}: no such question; choose from {', '.join(known)}")


def find_report(store: Store, text: str) -> Told:
    """Return the report that ``text`` means: a report id, a study id, a PMID, a DOI, a trial number or an address.

    Raises `InputError` when it is none that the watch knows, or several.
    """
    reports = store.reports()
    names = {text, _standing(store, text)}
    found = [report for report in reports if not names.isdisjoint({report.report_id, report.study_id})]
    found = found or [report for report in reports if text in _records(report)]
    entry = guess(text)
    if not found and entry is not None:
        found = [report for report in reports if entry in report.record.identifiers]
    if not found:
        raise InputError(f"{text}: not known here; `litwatch list` names the reports")
    if len(found) > 1 and not all(report.study_id in names for report in found):
        raise InputError(f"{text}: means {', '.join(report.report_id for report in found)}; name one of them")
    return found[0]


def _standing(store: Store, study_id: str) -> str:
    """Return the study id that stands for ``study_id``, which may have been taken in by another long ago."""
    aliases = store.aliases()
    seen: set[str] = set()
    while study_id in aliases and study_id not in seen:
        seen.add(study_id)
        study_id = aliases[study_id]
    return study_id


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def show(ctx: click.Context, identifier: str, *, as_json: bool) -> None:
    """Show one report and the study it belongs to. ID is a report or study id, a PMID, a DOI or a trial number.

    Its text follows, with each sentence that a fact was read from set off and what was read from it in brackets.
    """
    from litwatch.cli.highlight import highlighted
    from litwatch.export.json import all_json

    session = Session(ctx)
    with session.store(read_only=True) as store:
        report = find_report(store, identifier)
        everything = store.reports()
        reasons = {entry.record: entry.reason for entry in store.likenesses() if entry.certain}
        aliases = sorted(alias for alias in store.aliases() if _standing(store, alias) == report.study_id)
    thread = [other for other in everything if other.study_id == report.study_id]
    if as_json:
        (item,) = all_json(everything, [report], session.clock())
        because = {name: reasons[name] for name in _records(report) if name in reasons}
        document = item | {
            "same_report": because,
            "study_aliases": aliases,
            "thread": [_member(other) for other in thread],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for line in (*_described(report, reasons), "", *highlighted(report.record, report.appraisal)):
        click.echo(line)
    if len(thread) > 1:
        for line in _thread(thread, aliases):
            click.echo(line)


def _dated(report: Told) -> tuple[str, str]:
    return report.record.published.value if report.record.published else "", report.report_id


def _thread(thread: Sequence[Told], aliases: Sequence[str]) -> Iterator[str]:
    """Yield the reports of one study, the oldest first, then every link between them with its evidence."""
    also = f" (also {', '.join(aliases)})" if aliases else ""
    yield f"\nStudy {thread[0].study_id}{also}:"
    members = {report.report_id for report in thread}
    for report in sorted(thread, key=_dated):
        told = f"told in {report.told_in}" if report.told_in else "not told yet"
        date = wording.partial(report.record.published) or "date not stated"
        yield f"  {report.report_id}  {wording.KINDS[report.record.kind]}, {date}, {told}  {report.record.title}"
    links = {relation for report in thread for relation in report.relations}
    for link in sorted(links, key=lambda entry: (not entry.certain, entry.kind, entry.from_report, entry.to_report)):
        if {link.from_report, link.to_report} <= members:
            doubt = "" if link.certain else "possibly "
            yield f"  {link.from_report} {doubt}{wording.RELATIONS[link.kind][0]} {link.to_report}: {link.evidence}"


def _member(report: Told) -> dict[str, object]:
    """Return one report of a thread as JSON."""
    return {
        "report_id": report.report_id,
        "kind": report.record.kind,
        "title": report.record.title,
        "published": report.record.published.value if report.record.published else None,
        "told_in": report.told_in,
        "links": [
            {"kind": entry.kind, "to": entry.to_report, "evidence": entry.evidence, "certain": entry.certain}
            for entry in report.relations
            if entry.from_report == report.report_id
        ],
    }


def _records(report: Told) -> list[str]:
    """Return the address of each record of a report."""
    return [f"{source}:{key}" for source, key in report.sources]


def _described(report: Told, reasons: Mapping[str, str]) -> list[str]:
    record, appraisal = report.record, report.appraisal
    lines = [
        record.title,
        f"  report       {report.report_id}  ({', '.join(_records(report))})",
        *(f"  same report  {name}: {reasons[name]}" for name in _records(report) if name in reasons),
        f"  identifiers  {', '.join(display(entry) for entry in record.identifiers) or 'none'}",
        f"  date         {wording.partial(record.published) or 'not stated'}",
        f"  label        {appraisal.label}: {appraisal.label_reason}",
        f"  told in      {report.told_in or ('known before the watch began' if report.remembered else 'not yet')}",
    ]
    if isinstance(record, Citation) and record.authors:
        lines.append(f"  authors      {', '.join(str(author) for author in record.authors)}")
    facts = report_facts(record, appraisal) if isinstance(record, Citation) else trial_facts(record, appraisal)
    lines += [f"  {fact.name.lower():<12} {fact.value}" for fact in facts]
    lines += [f"  {hit.id}          “{hit.quote.text}” ({hit.quote.field})" for hit in appraisal.questions]
    for relation in report.relations:
        outward, inward = wording.RELATIONS[relation.kind]
        forward = relation.from_report == report.report_id
        other = relation.to_report if forward else relation.from_report
        doubt = "" if relation.certain else "possibly "
        lines.append(f"  {doubt}{outward if forward else inward} {other}: {relation.evidence}")
    if report.vanished:
        lines.append("  no source returns it any more")
    if report.mark:
        lines.append(f"  marked       {report.mark}")
    return lines


@click.command()
@click.option(
    "--format", "style", type=click.Choice(["ris", "bibtex", "csv", "json"]), default="ris", show_default=True
)
@click.option("--label", type=click.Choice(["core", "adjacent", "off"]), help="Only reports with this label.")
@click.option("--question", help="Only reports that bear on this question.")
@click.pass_context
def export(ctx: click.Context, style: str, label: str | None, question: str | None) -> None:
    """Write reports to stdout as RIS, BibTeX, CSV or JSON; off-topic ones only when asked for with --label off."""
    from litwatch.export.bibtex import to_bibtex
    from litwatch.export.csv import to_csv
    from litwatch.export.json import all_json
    from litwatch.export.ris import to_ris
    from litwatch.export.rows import told_row

    session = Session(ctx)
    _check_question(session, question)
    with session.store(read_only=True) as store:
        everything = store.reports()
    reports = [report for report in everything if _wanted(report, {"label": label, "question": question})]
    chosen = [report for report in reports if label or report.appraisal.label != "off"]
    if style == "json":
        items = list(all_json(everything, chosen, session.clock()))
        content = f"{json.dumps(items, ensure_ascii=False, indent=1)}\n".encode()
    else:
        write = {"ris": to_ris, "bibtex": to_bibtex, "csv": to_csv}[style]
        content = write(told_row(report) for report in chosen)
    sys.stdout.buffer.write(content)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help=f"The column of a CSV file that holds a field ({', '.join(COLUMNS)}); may be given several times.",
)
@click.pass_context
def import_(ctx: click.Context, files: tuple[Path, ...], columns: tuple[str, ...]) -> None:
    """Mark the reports in RIS, NBIB, BibTeX, CSV or ICTRP (XML, CSV) files as known: they are never told as new."""
    session = Session(ctx)
    mapping = _mapping(columns)
    with session.store() as store, store.lease(session.owner, session.clock()):
        before = _library(store)
        read = intake.import_files(session.watch, store, files, session.clock(), mapping=mapping)
        after = _library(store)
    for file in read:
        fresh = [record.key for record in file.records if record.key not in before]
        matched = sum(not after[key].startswith(f"{LIBRARY}:") for key in fresh)
        click.echo(
            f"{file.file}: {len(file.records)} read, {len(fresh)} new to the library, {matched} of them match a report "
            f"already known, {file.repeated} repeated in the file, {len(file.unreadable)} unreadable"
        )
    unreadable = [row for file in read for row in file.unreadable]
    for row in unreadable:
        click.echo(f"litwatch: {row}", err=True)
    ctx.exit(EXIT_INCOMPLETE if unreadable else EXIT_DONE)


def _library(store: Store) -> dict[str, str]:
    """Return the report of each record of the user's library."""
    return {entry.record.key: entry.report_id for entry in store.known() if entry.record.source == LIBRARY}


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=COLUMN pairs. Raises `InputError`."""
    mapping: dict[str, str] = {}
    for pair in columns:
        field, equals, column = pair.partition("=")
        if not equals or not column or field not in COLUMNS:
            raise InputError(f"--map {pair}: not FIELD=COLUMN with one of {', '.join(COLUMNS)}")
        mapping[field] = column
    return mapping


@click.command()
@click.argument("identifier", metavar="ID")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.argument("other", metavar="[OTHER_ID]", required=False)
@click.option("--note", default="", help="Why, for yourself and your co-reviewers.")
@click.pass_context
def mark(ctx: click.Context, identifier: str, verdict: str, other: str | None, note: str) -> None:
    """Record your decision on a report (include, exclude, clear) or on two (same, different, clear).

    Two that are the same are one report from now on; two records of one report, by their addresses as `litwatch show`
    lists them, that are different are two for ever.
    """
    from litwatch.decide import decide_pair

    session = Session(ctx)
    if (verdict in {"same", "different"}) != (other is not None) and verdict != "clear":
        raise InputError(f"{verdict}: {'needs' if other is None else 'takes no'} second report")
    with session.store() as store, store.lease(session.owner, session.clock()):
        if other:
            report_id, second = decide_pair(session.watch, store, (identifier, other), verdict, note, session.clock())
        else:
            report_id, second = find_report(store, identifier).report_id, ""
            store.mark(Mark(report_id=report_id, verdict=verdict, other_id="", note=note, made=session.clock()))
    click.echo(f"{report_id}: {verdict}{f' {second}' if second else ''}")
