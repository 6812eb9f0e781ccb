"""Serving: a clock that knocks every few minutes, and a store that decides what is due. For containers and services.

APScheduler only knocks. Its cron triggers are not used: they lose runs in the hour after midnight on the day after a
clock change, and misread the days of the week.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import click
import structlog

from litwatch.cli.session import Session, sessions
from litwatch.cli.termination import Termination
from litwatch.cli.unit import drain_watch, run_watch
from litwatch.errors import EXIT_DONE, LitwatchError
from litwatch.schedule import due, latest_label, mail_due, pause

LOG = structlog.get_logger()
EVERY_MINUTES = 5
PROOF_OF_LIFE = timedelta(hours=1)


@click.command()
@click.option(
    "--every", type=click.FloatRange(min=0.01, max=60), default=EVERY_MINUTES, show_default=True, help="Minutes."
)
@click.pass_context
def serve(ctx: click.Context, *, every: float) -> None:
    """Collect and send digests on the configured schedule until SIGTERM.

    Looks every few minutes whether a digest is due or mail waits, and does then what `litwatch run` does. After
    downtime the digest that was missed is made at once, one for all missed periods. A changed configuration is read at
    the next look.
    """
    from apscheduler.executors.debug import DebugExecutor
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.interval import IntervalTrigger

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a knock says itself what went wrong
    # The executor of this very thread: a signal then ends a knock as it ends `litwatch run`.
    scheduler = BlockingScheduler(timezone="UTC", executors={"default": DebugExecutor()})
    # To be ended is how serving ends: no error, hence the code.
    with Termination(EXIT_DONE) as termination:
        door = Door(ctx, termination)

        def knock() -> None:
            try:
                door.knock()
            finally:
                if termination.requested:  # the executor lets no exit through
                    scheduler.shutdown(wait=False)

        door.knock()
        if termination.requested:
            return  # asked amid a callback that let no exit through
        trigger = IntervalTrigger(minutes=every, timezone="UTC")
        scheduler.add_job(knock, trigger, misfire_grace_time=None, coalesce=True, max_instances=1)
        scheduler.start()


class Door:
    """Where the clock knocks: each watch that has something due gets its run."""

    def __init__(self, ctx: click.Context, termination: Termination) -> None:
        self._ctx = ctx
        self._termination = termination
        self._problems: tuple[str, ...] = ()
        self._proved: dict[str, datetime] = {}
        self._failures: dict[str, tuple[int, datetime]] = {}
        self._chosen, _ = sessions(ctx)  # a configuration of which nothing is usable ends the start, not a later knock

    def knock(self) -> None:
        """Do what is due for each watch. What goes wrong is said, and tried again at a later knock."""
        try:
            self._chosen, problems = sessions(self._ctx)
        except LitwatchError as error:
            problems = tuple(str(error).splitlines())  # somebody is editing: go on with what was read last
        if problems != self._problems:
            for line in problems:
                click.echo(f"litwatch: {line}", err=True)
        self._problems = problems
        for session in self._chosen:
            if self._termination.requested:
                return
            self._serve(session)

    def _serve(self, session: Session) -> None:
        try:
            what = due_work(session)
        except LitwatchError as error:
            click.echo(f"litwatch: {error}", err=True)
            return
        if what == "run":
            self._run(session)
        elif what == "send":
            drain_watch(session, self._termination)
        elif not self._problems:
            self._prove_life(session)

    def _run(self, session: Session) -> None:
        """Run a watch, unless its last run could not be done: then the services are not asked at every knock."""
        name, now = session.watch.config.watch.id, session.clock()
        count, since = self._failures.get(name, (0, now))
        if count and since <= now < since + pause(count):
            return
        if run_watch(session, self._termination).error is None:
            self._failures.pop(name, None)
        else:
            self._failures[name] = (count + 1, now)

    def _prove_life(self, session: Session) -> None:
        """Tell the watcher outside now and then that nothing is due and this process is alive."""
        name, now = session.watch.config.watch.id, session.clock()
        last = self._proved.get(name)
        if last is None or not last <= now < last + PROOF_OF_LIFE:
            self._proved[name] = now
            session.heartbeat.success()


def due_work(session: Session) -> str | None:
    """Return what is due for one watch: ``run``, ``send`` (mail waits), or None. Raises `LitwatchError`."""
    now, settings = session.clock(), session.watch.config.digest
    if not session.has_store():
        return "run"
    with session.store() as store:
        labels = [entry.label for entry in store.outbox.digests()]
        waiting, unwritten = store.outbox.waiting(), store.outbox.unwritten()
    if due(now, settings, latest_label(labels, settings)) is not None:
        return "run"
    return "send" if unwritten or mail_due(now, waiting) else None
