"""The rehearsal of the next run: `check`. It asks and composes as `run` does, and changes and sends nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from litwatch import guard, pipeline
from litwatch.cli.lab_words import located
from litwatch.cli.session import Session, progress, table
from litwatch.cli.watch import complain, outcome, rehearsal
from litwatch.config import Config
from litwatch.deliver.smtp import Mailer
from litwatch.errors import EXIT_DONE, EXIT_INCOMPLETE, DeliveryError, SourceError, StoreError
from litwatch.library import find_files
from litwatch.schedule import next_slot
from litwatch.sources import Source


@click.command()
@click.option("--quick", is_flag=True, help="Stop after the searches; read no record.")
@click.pass_context
def check(ctx: click.Context, *, quick: bool) -> None:
    """Rehearse the next run: ask every source, compose the next digest, greet the mail relay; change and send nothing.

    Exit 1, with the reasons on stderr, when the next run would be incomplete. --quick stops after the searches.
    """
    session = Session(ctx)
    good = _check_searches(session) if quick else _check_collection(session)
    for pattern in session.watch.config.known:
        if not find_files([pattern]):
            click.echo(f"Known studies: {pattern} names no file.")
    for flaw in located(session.watch):
        click.echo(str(flaw), err=True)
    obstacles = tuple(_obstacles(session.watch.config))
    for line in obstacles:
        click.echo(f"litwatch: {line}", err=True)
    good = _check_mail(session) and good and not obstacles
    if not good:
        click.echo("litwatch: check: the next run would be incomplete, for the reasons above", err=True)
    ctx.exit(EXIT_DONE if good else EXIT_INCOMPLETE)


def _check_searches(session: Session) -> bool:
    good = True
    rows: list[tuple[str, str, str]] = []
    with progress() as tell:
        for source in session.sources():
            tell(source.platform, "asking")
            try:
                answer = source.search()
            except SourceError as error:
                click.echo(f"litwatch: {error}", err=True)
                rows += _search_rows(source, "failed", "", ())
                good = False
                continue
            tell(source.platform, f"{answer.hits} records")
            counts = answer.skipped or f"{answer.hits} match"
            rows += _search_rows(source, counts, answer.translation, answer.warnings)
    table("", rows, ("source", "", ""))
    return good


def _check_collection(session: Session) -> bool:
    """Collect into a copy of the store, and compose there what the next digest would say."""
    with rehearsal(session) as store, progress() as tell:
        sources = session.sources(store)
        try:
            guard.told_in(session.watch.config, store, session.clock(), rebuild_from=None, start_over=False)
        except StoreError as error:
            click.echo(f"litwatch: {error}", err=True)
            return False
        collected = pipeline.collect(session.watch, store, sources, clock=session.clock, progress=tell, told_in={})
        now = session.clock()
        digest, rendered = pipeline.prepare(session.watch, store, now)
        if digest is None:
            slot = next_slot(now, session.watch.config.digest).slot
            digest, rendered = pipeline.prepare(session.watch, store, slot)
    rows: list[tuple[str, str, str]] = []
    for source, entry in zip(sources, collected.runs, strict=True):
        counts = outcome(entry)
        rows += _search_rows(source, counts, entry.translation, () if entry.state == "skipped" else entry.warnings)
    table("", rows, ("source", "", ""))
    complain(collected.runs)
    if digest is not None and rendered is not None:
        click.echo(f"Digest: {digest.label} would say, as of now: {rendered.subject}")
    return collected.complete


def _obstacles(config: Config) -> Iterator[str]:
    """Yield why the digest's folder or the store's file could not be written, without writing."""
    folder = config.delivery.folder
    standing = next(place for place in (folder, *folder.parents) if place.exists())
    if not standing.is_dir():
        yield f"{standing}: is not a folder; move it away, or set delivery.folder to another place"
    elif not os.access(standing, os.W_OK | os.X_OK):
        yield f"{standing}: cannot be written; give this user write access, or set delivery.folder to another place"
    url = make_url(config.store)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        for place in (path, path.parent):
            if place.exists() and not os.access(place, os.W_OK):
                yield f"{place}: cannot be written; give this user write access, or move the store"


def _search_rows(
    source: Source, counts: str, translation: str, warnings: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield what one search was like, as rows of one table of all searches."""
    rows = [("result", counts), ("query", source.query), ("translation", translation)]
    rows += [("warning", warning) for warning in warnings]
    rows += [("caution", source.caution)]
    yield from ((source.platform, name, value) for name, value in rows if value)


def _check_mail(session: Session) -> bool:
    smtp = session.watch.config.delivery.smtp
    if smtp is None:
        click.echo("Mail: not configured; digests go to the folder only.")
        return True
    with Mailer(smtp, session.password) as mailer:
        try:
            name = mailer.rehearse()
        except DeliveryError as error:
            click.echo(f"litwatch: mail: {error}", err=True)
            return False
    click.echo(f"Mail: {smtp.host}:{smtp.port} answers as {name}; {len(smtp.to)} recipients.")
    return True
