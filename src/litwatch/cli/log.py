"""The search log (PRISMA-S), the methods paragraph and the PRISMA 2020 flow."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence

import click

from litwatch.cli.session import Session, check_source, table
from litwatch.digest import wording
from litwatch.errors import InputError
from litwatch.model import SearchRun
from litwatch.search.flow import Flow, flow

COLUMNS = ("when", "source", "state", "match", "fetched", "new", "changed", "gone", "duplicates", "note")


@click.command()
@click.option(
    "--format", "style", type=click.Choice(["table", "csv", "json", "svg"]), default="table", show_default=True
)
@click.option("--source", help="Only this source, for example pubmed.")
@click.option("--methods", "as_methods", is_flag=True, help="Write the methods paragraph and the PRISMA-S checklist.")
@click.option("--flow", "as_flow", is_flag=True, help="Count the PRISMA 2020 flow; --format svg draws the diagram.")
@click.option("--decisions", is_flag=True, help="Print what you decided with `litwatch mark` instead of the searches.")
@click.pass_context
def log(
    ctx: click.Context, *, style: str, source: str | None, as_methods: bool, as_flow: bool, decisions: bool
) -> None:
    """Print the search log (PRISMA-S): one row per search of one source, the oldest first."""
    session = Session(ctx)
    if (as_methods and as_flow) or (style == "svg" and not as_flow) or (as_methods and style != "table"):
        raise InputError("log: --methods is Markdown, --flow takes --format table, csv, json or svg; one at a time")
    check_source(source)
    if source is not None and (as_methods or as_flow):
        raise InputError("log: --source narrows the log alone; --methods and --flow are about all sources")
    if decisions and (as_methods or as_flow or source is not None):
        raise InputError("log: --decisions stands alone; leave out --methods, --flow and --source")
    if decisions:
        _decisions(session, style)
    elif as_flow:
        _flow(session, style)
    elif as_methods:
        _methods(session)
    else:
        _log(session, style, source)


def _log(session: Session, style: str, source: str | None) -> None:
    from litwatch.export.json import run_json

    with session.store(read_only=True) as store:
        runs = tuple(reversed(store.runs(source)))
    if style == "json":
        for entry in runs:
            click.echo(json.dumps(run_json(entry), ensure_ascii=False))
    elif style == "csv":
        rows = [run_json(entry) for entry in runs]
        _csv(rows[0] if rows else (), (row.values() for row in rows))
    else:
        table("", [_row(entry, session) for entry in runs], COLUMNS)


def _decisions(session: Session, style: str) -> None:
    """Print every decision ever made, the oldest first: a later one on the same report or pair stands."""
    with session.store(read_only=True) as store:
        marks = store.marks()
    names = ("made", "report_id", "verdict", "other_id", "note")
    rows = [(mark.made.isoformat(), mark.report_id, mark.verdict, mark.other_id, mark.note) for mark in marks]
    if style == "json":
        for row in rows:
            click.echo(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
    elif style == "csv":
        _csv(names, rows)
    else:
        table("", rows, names)


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    from litwatch.export.csv import safe

    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = ("; ".join(map(str, value)) if isinstance(value, list) else value for value in row)
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])


def _row(entry: SearchRun, session: Session) -> tuple[str, ...]:
    zone = session.watch.config.digest.zone
    counts = (entry.hits, entry.fetched, entry.new, entry.changed, entry.gone, entry.duplicates)
    edit = (f"terms edited: {', '.join(entry.edit)}",) if entry.edit else ()
    note = "; ".join((*edit, *([entry.failure] if entry.failure else entry.warnings)))
    when = wording.moment(entry.started, zone)
    return (when, entry.platform, entry.state, *(str(count) for count in counts), note)


def _methods(session: Session) -> None:
    from litwatch.search.methods import methods

    with session.store(read_only=True) as store:
        runs = store.runs()
    click.echo(methods(session.watch.config, runs, _counted(session, runs)), nl=False)


def _flow(session: Session, style: str) -> None:
    from litwatch.search.flow_svg import flow_svg

    with session.store(read_only=True) as store:
        runs = store.runs()
    counted = _counted(session, runs)
    rows = counted.rows()
    if style == "svg":
        click.echo(flow_svg(counted, session.watch.config.watch.name), nl=False)
    elif style == "json":
        keys = ("stage", "what", "n")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
    elif style == "csv":
        _csv(("stage", "what", "n"), rows)
    else:
        table("", [(stage, what, str(number)) for stage, what, number in rows], ("stage", "what", "n"))


def _counted(session: Session, runs: Sequence[SearchRun]) -> Flow:
    """Count the flow of what the store holds."""
    with session.store(read_only=True) as store:
        notes = {mark.report_id: mark.note for mark in store.marks() if not mark.other_id}
        return flow(store.reports(), {run.source: run.platform for run in runs}, notes)
