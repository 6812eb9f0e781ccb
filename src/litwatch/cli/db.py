"""The db command: migrate, check and back up the store."""

from __future__ import annotations

from pathlib import Path

import click

from litwatch.cli.session import Session, sessions
from litwatch.store import care


@click.group()
def db() -> None:
    """Look after the store: migrate it, check it, back it up."""


def _stores(ctx: click.Context) -> dict[str, Session]:
    """Return one session for each store of the watches meant, by address."""
    chosen, problems = sessions(ctx)
    for line in problems:
        click.echo(f"litwatch: {line}", err=True)
    return {session.watch.config.store: session for session in reversed(chosen)}


@db.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the store's schema up to date, as every run does; a SQLite store is backed up beside itself before."""
    for session in _stores(ctx).values():
        with session.store() as store:
            click.echo(f"{store.name}: up to date")


@db.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Read everything the store holds, change nothing; exit 74 at the first thing that is not as it was written."""
    for url in _stores(ctx):
        health = care.check(url)
        filled = ", ".join(f"{count} in {name}" for name, count in health.rows.items() if count)
        click.echo(f"{health.name}: whole, schema {health.schema}; rows: {filled or 'none'}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write a verified copy of the store to FILE, which is a store itself: put it in the place of a lost one.

    Safe while a run is at it. An existing file is never overwritten.
    """
    stores = _stores(ctx)
    if len(stores) > 1:
        raise click.UsageError("the watches of this folder use several stores; name one watch's file with --config")
    for url in stores:
        care.backup(url, file)
        click.echo(f"{file}: holds all of the store, verified")
