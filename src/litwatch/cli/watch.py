"""Commands that ask the sources and keep what they answer: run, collect."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from litwatch import guard, pipeline
from litwatch.cli.session import Session, progress, sessions
from litwatch.cli.termination import Termination
from litwatch.cli.unit import Done, run_watch, unanswered
from litwatch.deliver.deliver import Outcome
from litwatch.errors import EXIT_CONFIG, EXIT_DONE, EXIT_INCOMPLETE
from litwatch.model import SearchRun
from litwatch.store import Store, open_store

_rebuild = click.option(
    "--rebuild-from", type=click.Path(path_type=Path), help="Go on from the digests in this folder after a lost store."
)
_over = click.option("--start-over", is_flag=True, help="Begin anew although digests exist.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing; print the digest that would be sent.")
@_json
@_rebuild
@_over
@click.pass_context
def run(ctx: click.Context, *, dry_run: bool, as_json: bool, rebuild_from: Path | None, start_over: bool) -> None:
    """Collect, then send the digest if one is due: the command for cron.

    Exit 0: every source complete and the outbox empty, or nothing was due. Exit 1: something is incomplete, and said so
    in the digest and on stderr. Exit 75: another run is at it. With a folder of watches the gravest code of all.
    """
    chosen, problems = sessions(ctx)
    for line in problems:
        click.echo(f"litwatch: {line}", err=True)
    codes = [EXIT_CONFIG] if problems else []
    if dry_run:
        ctx.exit(max([*codes, *(_rehearse(session) for session in chosen)]))
    with Termination() as termination:
        for session in chosen:
            done = run_watch(session, termination, rebuild_from=rebuild_from, start_over=start_over)
            codes.append(done.code)
            _print_run(done, as_json=as_json, named=len(chosen) > 1)
    ctx.exit(max(codes))


def _print_run(done: Done, *, as_json: bool, named: bool) -> None:
    if done.outcomes is None:
        return
    told = done.outcomes.told
    if as_json:
        document = ({"watch": done.watch_id} if named else {}) | _run_json(done.outcomes, done.code)
        click.echo(json.dumps(document, ensure_ascii=False, indent=None if named else 1))
    else:
        said = f"{told.label}: {told.subject}" if told.label else "No digest is due; collected and kept."
        for line in (*_left(done.outcomes.drained), said):
            click.echo(f"{done.watch_id}: {line}" if named else line)


def _left(drained: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each digest of which messages of an earlier run were sent now."""
    sent = Counter(entry.label for entry in drained if entry.state == "sent" and entry.recipient_hash != "folder")
    for label, count in sorted(sent.items()):
        yield f"{label}: {count} message{'s' * (count > 1)} that waited {'was' if count == 1 else 'were'} sent."


def _run_json(outcomes: pipeline.Outcomes, code: int) -> dict[str, Any]:
    from litwatch.export.json import counts_json, run_json

    return {
        "label": outcomes.told.label,
        "sources": [run_json(entry) for entry in outcomes.collected.runs],
        "counts": counts_json(outcomes.told.counts) if outcomes.told.counts else None,
        "deliveries": [
            {"recipient_hash": entry.recipient_hash, "state": entry.state, "attempts": entry.attempts}
            for entry in outcomes.deliveries
            if entry.recipient_hash not in {"folder", "site"}
        ],
        "exit": code,
    }


@click.command()
@_rebuild
@_over
@click.pass_context
def collect(ctx: click.Context, *, rebuild_from: Path | None, start_over: bool) -> None:
    """Search every source and keep what is found; send nothing."""
    session = Session(ctx)
    with session.store() as store, store.lease(session.owner, session.clock()), progress() as tell:
        told_in = guard.told_in(
            session.watch.config, store, session.clock(), rebuild_from=rebuild_from, start_over=start_over
        )
        collected = pipeline.collect(
            session.watch, store, session.sources(store), clock=session.clock, progress=tell, told_in=told_in
        )
    complain(collected.runs)
    for entry in collected.runs:
        click.echo(f"{entry.platform}: {outcome(entry)}")
    ctx.exit(EXIT_DONE if collected.complete else EXIT_INCOMPLETE)


def outcome(entry: SearchRun) -> str:
    """Return what one search came to; one that was not answered, or had nothing to ask, counted nothing."""
    if entry.state == "failed":
        return f"failed: {entry.failure}"
    if entry.state == "skipped":
        return f"skipped: {', '.join(entry.warnings)}"
    return f"{entry.state}: {entry.hits} match, {entry.new} new, {entry.changed} changed"


def _rehearse(session: Session) -> int:
    """Do everything on a copy of the store, print the digest that would go out, and throw the copy away."""
    with rehearsal(session) as store, progress() as tell:
        collected = pipeline.collect(
            session.watch, store, session.sources(store), clock=session.clock, progress=tell, told_in={}
        )
        _, rendered = pipeline.prepare(session.watch, store, session.clock())
    complain(collected.runs)
    if rendered is None:
        click.echo("No digest is due.")
    else:
        click.echo(f"Subject: {rendered.subject}\n\n{rendered.text}", nl=False)
    return EXIT_DONE if collected.complete else EXIT_INCOMPLETE


@contextmanager
def rehearsal(session: Session) -> Iterator[Store]:
    """Yield a throw-away copy of the store, or an empty one where there is none yet."""
    with tempfile.TemporaryDirectory(prefix="litwatch-") as folder:
        if session.has_store():
            with session.store(read_only=True) as store, store.copy_to(Path(folder)) as copy:
                yield copy
        else:
            with open_store(f"sqlite:///{folder}/rehearsal.db", session.watch.config.watch.id) as copy:
                yield copy


def complain(runs: Sequence[SearchRun]) -> None:
    """Say on stderr what is incomplete."""
    for line in unanswered(runs):
        click.echo(f"litwatch: {line}", err=True)
