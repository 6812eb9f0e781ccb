"""The unit of work: one run of one watch, with its lease, its heartbeat and its words on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import structlog

from litwatch import guard, pipeline
from litwatch.cli.session import Session, progress
from litwatch.cli.termination import Termination
from litwatch.deliver.deliver import Outcome, deliver
from litwatch.digest.wording import moment
from litwatch.errors import EXIT_DONE, EXIT_INCOMPLETE, Busy, LitwatchError
from litwatch.heartbeat import Heartbeat
from litwatch.model import SearchRun

SILENT = ("complete", "warnings", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one run of one watch came to. ``outcomes`` is None when it could not be done at all."""

    watch_id: str
    code: int
    outcomes: pipeline.Outcomes | None = None
    error: LitwatchError | None = None


def run_watch(
    session: Session, termination: Termination, *, rebuild_from: Path | None = None, start_over: bool = False
) -> Done:
    """Collect and tell what is due. Whatever goes wrong is said on stderr and in the result, never raised."""
    watch_id = session.watch.config.watch.id
    heartbeat = session.heartbeat
    with structlog.contextvars.bound_contextvars(watch=watch_id, run=heartbeat.run_id):
        heartbeat.start()
        try:
            outcomes = _run(session, termination, rebuild_from=rebuild_from, start_over=start_over)
        except LitwatchError as error:
            click.echo(f"litwatch: {error}", err=True)
            if not isinstance(error, Busy):  # the run that is at it has a heartbeat of its own
                heartbeat.fail(str(error).splitlines())
            return Done(watch_id=watch_id, code=error.exit_code, error=error)
        return Done(
            watch_id=watch_id,
            code=_report(heartbeat, _lines(session, outcomes), complete=outcomes.complete),
            outcomes=outcomes,
        )


def _run(
    session: Session, termination: Termination, *, rebuild_from: Path | None, start_over: bool
) -> pipeline.Outcomes:
    with session.store() as store, store.lease(session.owner, session.clock()), progress() as tell:
        told_in = guard.told_in(
            session.watch.config, store, session.clock(), rebuild_from=rebuild_from, start_over=start_over
        )
        return pipeline.run(
            session.watch,
            store,
            session.sources(store),
            password=session.password,
            clock=session.clock,
            progress=tell,
            told_in=told_in,
            uncut=termination.uncut,
        )


def drain_watch(session: Session, termination: Termination) -> Done:
    """Send what waits in the outbox, and nothing else."""
    config = session.watch.config
    heartbeat = session.heartbeat
    try:
        with session.store() as store, store.lease(session.owner, session.clock()):
            outcomes = deliver(store.outbox, config, session.password, session.clock, uncut=termination.uncut)
    except LitwatchError as error:
        click.echo(f"litwatch: {error}", err=True)
        return Done(watch_id=config.watch.id, code=error.exit_code, error=error)
    complete = all(entry.left for entry in outcomes)
    lines = list(undelivered(outcomes, config.digest.zone))
    return Done(watch_id=config.watch.id, code=_report(heartbeat, lines, complete=complete))


def _lines(session: Session, outcomes: pipeline.Outcomes) -> list[str]:
    zone = session.watch.config.digest.zone
    return [*unanswered(outcomes.collected.runs), *undelivered(outcomes.deliveries, zone)]


def _report(heartbeat: Heartbeat, lines: Sequence[str], *, complete: bool) -> int:
    for line in lines:
        click.echo(f"litwatch: {line}", err=True)
    if complete:
        heartbeat.success()
        return EXIT_DONE
    heartbeat.fail(lines)
    return EXIT_INCOMPLETE


def unanswered(runs: Sequence[SearchRun]) -> Iterator[str]:
    """Yield one line for each source that is incomplete."""
    for entry in runs:
        if entry.state not in SILENT:
            yield entry.failure or f"{entry.platform}: {entry.state}: {entry.warnings[0]}"


def undelivered(deliveries: Sequence[Outcome], zone: ZoneInfo) -> Iterator[str]:
    """Yield one line for all that did not leave for the same reason: what, why, and what becomes of it."""
    alike: dict[Outcome, list[str]] = {}
    for outcome in deliveries:
        if not outcome.left:
            alike.setdefault(replace(outcome, recipient_hash="", attempts=0), []).append(outcome.recipient_hash)
    for outcome, hashes in alike.items():
        if hashes == ["folder"]:
            yield f"{outcome.label}: the folder copy is not written: {outcome.answer}; every run tries again"
        elif hashes == ["site"]:
            yield f"the site is not built: {outcome.answer}; every run tries again"
        else:
            readers = f"{len(hashes)} reader{'s' * (len(hashes) > 1)}"
            yield f"{outcome.label}: mail to {readers} {_fate(outcome, hashes, zone)}"


def _fate(outcome: Outcome, hashes: Sequence[str], zone: ZoneInfo) -> str:
    until = f" until {moment(outcome.until, zone)}" if outcome.until else ""
    match outcome.state:
        case "prepared":
            return f"waits: {outcome.answer}; every run tries again{until}"
        case "unknown":
            return f"may have arrived or not: {outcome.answer}; the next run sends the same message again"
        case "expired":
            return f"could not be delivered within five days and was given up: {outcome.answer}"
        case state:
            return f"was {state} for good ({', '.join(f'{hash_}.eml' for hash_ in hashes)}): {outcome.answer}"
