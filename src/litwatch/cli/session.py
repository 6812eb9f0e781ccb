"""What every command needs: the configuration, the clock, the store and the sources, opened on demand."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from litwatch import logs
from litwatch.clock import Clock, clock_from
from litwatch.configfile import Loaded, config_path, load
from litwatch.pipeline import Progress
from litwatch.sources import SOURCES, Source
from litwatch.sources.http import Transport
from litwatch.store import Store, open_store


class Session:
    """One command's surroundings. Raises `ConfigError` at once when the configuration is not usable."""

    def __init__(self, ctx: click.Context) -> None:
        options = ctx.find_root().obj
        self.clock: Clock = clock_from()
        self.watch: Loaded = load(config_path(options["path"]), built=SOURCES)
        secrets = self.watch.secrets
        values = (secrets.ncbi_api_key, secrets.smtp_password, secrets.heartbeat)
        self.secret_values = tuple(value.get_secret_value() for value in values if value is not None)
        logs.configure(style=options["log_format"], verbose=options["verbose"], secrets=self.secret_values)

    @property
    def password(self) -> str | None:
        """Return the password of the mail relay."""
        secret = self.watch.secrets.smtp_password
        return secret.get_secret_value() if secret else None

    @property
    def owner(self) -> str:
        """Return who holds the lease while this command runs."""
        return f"{socket.gethostname()}:{os.getpid()}"

    def store(self, *, read_only: bool = False) -> Store:
        """Open the watch's store."""
        config = self.watch.config
        return open_store(config.store, config.watch.id, read_only=read_only)

    def sources(self) -> tuple[Source, ...]:
        """Return the enabled sources, sharing one transport."""
        config, secrets = self.watch.config, self.watch.secrets
        transport = Transport(contact=config.sources.pubmed.email, secrets=self.secret_values)
        return tuple(
            make(config, secrets, transport) for name, make in SOURCES.items() if getattr(config.sources, name).enabled
        )


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield a function that tells what a source is doing: a bar each on a terminal, nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _source, _what: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def tell(source: str, what: str) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task(source, total=1)
            done = 0 if what == "asking" else 1
            bars.update(tasks[source], description=f"{source}: {what}", completed=done)  # type: ignore[arg-type]  # TaskID is an int

        yield tell


def beside(path: Path) -> str:
    """Return ``path`` as a reader would type it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
