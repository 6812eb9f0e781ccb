"""How the watch is doing: its last run, each source, what waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from litwatch.cli.session import Session, sessions
from litwatch.digest import wording
from litwatch.errors import EXIT_CONFIG, EXIT_DONE, EXIT_INCOMPLETE
from litwatch.model import SearchRun
from litwatch.receipts import receipts_of
from litwatch.schedule import due, is_ahead, latest_label, next_slot

HISTORY = 8  # runs of a source that `status` looks back on


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Tell how the watch is doing: last run, each source, what waits. Exit 0 when healthy, 1 when not."""
    chosen, problems = sessions(ctx)
    for line in problems:
        click.echo(f"litwatch: {line}", err=True)
    codes = [EXIT_CONFIG] if problems else []
    for session in chosen:
        facts = _facts(session)
        if as_json:
            click.echo(json.dumps(facts, ensure_ascii=False, indent=1 if len(chosen) == 1 else None))
        else:
            _print(facts, session)
        codes.append(EXIT_DONE if facts["healthy"] else EXIT_INCOMPLETE)
    ctx.exit(max(codes))


def _facts(session: Session) -> dict[str, Any]:
    now, settings = session.clock(), session.watch.config.digest
    facts: dict[str, Any] = {"watch": session.watch.config.watch.id, "healthy": False, "trouble": []}
    trouble: list[str] = facts["trouble"]
    if not session.has_store():
        trouble.append("never run; start with `litwatch run`")
        return facts
    with session.store(read_only=True) as store:
        receipts = receipts_of(session.watch, store, since=None)
        last = store.outbox.last()
        labels = [entry.label for entry in store.outbox.digests()]
        waiting = store.outbox.waiting()
        running = store.running()
        unwritten = store.outbox.unwritten()
        history = {receipt.source: _history(store.runs(receipt.source, limit=HISTORY)) for receipt in receipts}
        facts["reports"] = len(store.reports())
        facts["pending"] = len(store.pending())
    facts["last_digest"] = last.label if last else None
    facts["next_digest"] = next_slot(now, settings).slot.isoformat()
    facts["outbox"] = len(waiting)
    facts["sources"] = [
        {
            "source": receipt.source,
            "state": receipt.state,
            "asked": _iso(receipt.asked),
            "last_complete": _iso(receipt.last_complete),
            "error": receipt.error,
            "warnings": list(receipt.warnings),
            "history": history[receipt.source],
        }
        for receipt in receipts
    ]
    trouble += wording.alarms(receipts, settings.zone)
    newest = latest_label(labels, settings)
    if newest is not None and is_ahead(now, settings, newest):
        trouble.append(f"the last digest is {newest}: the clock is wrong, or was; none is due before that period")
    late = due(now - GRACE, settings, newest)
    if late is not None:
        trouble.append(f"the digest {late.label} has been due since {wording.moment(late.slot, settings.zone)}")
    facts["running"] = {"by": running[0], "since": running[1].isoformat()} if running else None
    if running is not None and now - running[1] > STUCK:
        since = wording.moment(running[1], settings.zone)
        trouble.append(f"a run ({running[0]}) has been at it since {since}; end it, the next one takes over")
    for receipt in receipts:
        if receipt.last_complete is not None and now - receipt.last_complete > UNSEEN[settings.every]:
            since = wording.moment(receipt.last_complete, settings.zone)
            trouble.append(f"{receipt.platform}: no complete answer since {since}")
    trouble += [f"the folder copy of {label} is not written" for label in unwritten]
    trouble += [f"{entry.label}: mail waits after {entry.attempts} attempts: {entry.answer}" for entry in waiting]
    facts["healthy"] = not trouble
    return facts


GRACE = timedelta(minutes=90)  # a run that knocks every hour makes a digest somewhat behind its slot
STUCK = timedelta(hours=1)  # twice what all sources together may take
# A period, and a day for a digest that came late.
UNSEEN = {"day": timedelta(days=2), "week": timedelta(days=8), "month": timedelta(days=32)}


def _history(runs: Sequence[SearchRun]) -> list[dict[str, Any]]:
    """Return what the last runs of one source came to, the latest first."""
    return [{"started": run.started.isoformat(), "state": run.state, "hits": run.hits} for run in runs]


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _print(facts: dict[str, Any], session: Session) -> None:
    """Print what a tired person needs to know first: is it well, what is not, and when to look again."""
    zone = session.watch.config.digest.zone
    click.echo(f"{facts['watch']}: {'healthy' if facts['healthy'] else 'NOT healthy'}")
    for line in facts["trouble"]:
        click.echo(f"  ! {line}")
    if "sources" not in facts:
        return
    for source in facts["sources"]:
        asked = wording.moment(datetime.fromisoformat(source["asked"]), zone) if source["asked"] else "never"
        click.echo(f"  {source['source']}: {source['state']}, asked {asked}")
        for warning in source["warnings"]:
            click.echo(f"    ! {warning}")
        earlier = [f"{run['started'][:10]} {run['state']} ({run['hits']})" for run in source["history"][1:]]
        if earlier:
            click.echo(f"    before: {', '.join(earlier)}")
    click.echo(f"  {facts['reports']} reports known, {facts['pending']} pending, {facts['outbox']} messages waiting")
    due_at = wording.moment(datetime.fromisoformat(facts["next_digest"]), zone)
    click.echo(f"  last digest {facts['last_digest'] or 'none'}, next due {due_at}")
    if facts["running"]:
        since = wording.moment(datetime.fromisoformat(facts["running"]["since"]), zone)
        click.echo(f"  a run is at it since {since} ({facts['running']['by']})")
