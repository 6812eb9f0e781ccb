"""The site command: the static site and its Atom feed."""

from __future__ import annotations

from pathlib import Path

import click

from litwatch.cli.session import Session
from litwatch.errors import InputError


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.pass_context
def site(ctx: click.Context, folder: Path | None) -> None:
    """Build the static site in DIR (default: site.folder): pages, downloads and an Atom feed that need no server.

    What an earlier build left in DIR is replaced in one step; a folder that holds anything else is refused.
    """
    from litwatch.site.build import build

    session = Session(ctx)
    place = folder or session.watch.config.site.folder
    if place is None:
        raise InputError("site: no folder; name one, or set site.folder in the configuration")
    if not session.has_store():
        raise InputError("site: nothing was collected yet; start with `litwatch run`")
    with session.store() as store, store.lease(session.owner, session.clock()):
        count = build(session.watch, store, place, session.clock())
    click.echo(f"{place}: {count} files; open {place / 'index.html'} in a browser")
