"""What every command needs: the configuration, the clock, the store and the sources, opened on demand."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from litwatch import logs
from litwatch.clock import Clock, clock_from
from litwatch.configfile import Loaded, config_path, load, load_all
from litwatch.deliver.deliver import Outcome
from litwatch.deliver.smtp import Mailer
from litwatch.errors import InputError
from litwatch.health import FAILED_RUNS, is_down
from litwatch.heartbeat import Heartbeat
from litwatch.library import LIBRARY
from litwatch.model import Message
from litwatch.pipeline import Progress
from litwatch.receipts import enabled
from litwatch.sources import SOURCES, Source
from litwatch.sources.http import Transport
from litwatch.store import Store, open_store


class Session:
    """One command's surroundings. Raises `ConfigError` at once when the configuration is not usable."""

    def __init__(self, ctx: click.Context, watch: Loaded | None = None) -> None:
        options = ctx.find_root().obj
        self.clock: Clock = clock_from()
        self.watch: Loaded = watch or load(config_path(options["path"]))
        secrets = self.watch.secrets
        values = (secrets.ncbi_api_key, secrets.smtp_password, secrets.heartbeat)
        own = tuple(value.get_secret_value() for value in values if value is not None)
        self.secret_values = (*own, *password_in(self.watch.config.store))
        beats = (self.watch.config.heartbeat,) if self.watch.config.heartbeat else ()
        logs.configure(style=options["log_format"], verbose=options["verbose"], secrets=(*self.secret_values, *beats))

    @property
    def password(self) -> str | None:
        """Return the password of the mail relay."""
        secret = self.watch.secrets.smtp_password
        return secret.get_secret_value() if secret else None

    @property
    def heartbeat(self) -> Heartbeat:
        """Return the signals of one run to whoever watches this watch from outside."""
        secret = self.watch.secrets.heartbeat
        return Heartbeat(secret.get_secret_value() if secret else self.watch.config.heartbeat)

    @property
    def owner(self) -> str:
        """Return who holds the lease while this command runs."""
        return f"{socket.gethostname()}:{os.getpid()}"

    def store(self, *, read_only: bool = False) -> Store:
        """Open the watch's store."""
        config = self.watch.config
        return open_store(config.store, config.watch.id, read_only=read_only)

    def has_store(self) -> bool:
        """Tell whether there is a store to open, without making one."""
        url = make_url(self.watch.config.store)
        return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()

    def send(self, messages: Sequence[Message], label: str) -> tuple[Outcome, ...]:
        """Send messages outside the outbox: copies somebody asked for by hand."""
        smtp = self.watch.config.delivery.smtp
        if smtp is None:
            return ()
        with Mailer(smtp, self.password) as mailer:
            sent = [(message, mailer.send(message)) for message in messages]
        return tuple(
            Outcome(
                label=label,
                recipient_hash=message.recipient_hash,
                state="prepared" if delivered.state == "not_sent" else delivered.state,
                attempts=1,
                answer=delivered.answer,
            )
            for message, delivered in sent
        )

    def sources(self, store: Store | None = None) -> tuple[Source, ...]:
        """Return the enabled sources, sharing one transport; one that ``store`` knows to be down is tried once only."""
        config, secrets = self.watch.config, self.watch.secrets
        names = [name for name, _ in enabled(self.watch)]
        down = [name for name in names if store and is_down(store.runs(name, limit=FAILED_RUNS))]
        transport = Transport(
            contact=config.sources.pubmed.email,
            secrets=self.secret_values,
            down=down,
            sharing=store.turns if store else None,
        )
        return tuple(SOURCES[name](config, secrets, transport) for name in names)


def check_source(name: str | None) -> None:
    """Raise `InputError` for a source that is none; None is no choice."""
    known = (*SOURCES, LIBRARY)
    if name is not None and name not in known:
        raise InputError(f"--source: {name}: no such source; choose from {', '.join(known)}")


def password_in(address: str) -> Iterator[str]:
    """Yield the password in the address of a store, as it is written there and as it is meant."""
    try:
        meant = make_url(address).password
    except (ArgumentError, ValueError):  # an address that cannot be read; opening the store says so
        meant = None
    written = re.search(r"//[^/]*?:(.+)@", address)
    yield from (part for part in (meant, written and written[1]) if part)


def sessions(ctx: click.Context) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """Return a session for each usable watch of the file or folder meant, and the problems of the others.

    Raises `ConfigError` when none is usable.
    """
    watches, problems = load_all(config_path(ctx.find_root().obj["path"]))
    return tuple(Session(ctx, watch) for watch in watches), problems


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield a function that tells what a source is doing: a bar each on a terminal, nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _source, _what: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def tell(source: str, what: str) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task(source, total=1)
            done = 0 if what == "asking" else 1
            bars.update(tasks[source], description=f"{source}: {what}", completed=done)  # type: ignore[arg-type]  # TaskID is an int

        yield tell


def table(title: str, rows: Sequence[tuple[str, ...]], header: Sequence[str] = ()) -> None:
    """Print rows in columns: ruled on a terminal, separated by tabs elsewhere."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        grid = Table(*header, title=title, title_justify="left", show_header=bool(header), pad_edge=False)
        for row in rows:
            grid.add_row(*(escape(cell) for cell in row))
        Console().print(grid)
        return
    for row in rows:
        click.echo("\t".join((title, *row) if title else row))


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that counts requests done: a bar on a terminal, nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=total)
        yield lambda done: bars.advance(task, done)
