"""Opening a store: the engine's settings, the refusals, the migrations. Nothing here knows what a record is.

SQLite's settings and their measurements: a rollback journal (readable from a read-only folder, untouched by the
WAL-reset bug before 3.51.3), synchronous=EXTRA, BEGIN IMMEDIATE (a deferred transaction loses its turn under load).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from litwatch.disk import flush
from litwatch.errors import StoreError

APPLICATION_ID = 0x6C697477  # "litw"
HEAD = "0004"
MAGIC = b"SQLite format 3\x00"
BUSY_MS = 30_000
CONNECT_S = 10


def open_engine(url: str, *, read_only: bool = False) -> tuple[Engine, str]:
    """Return an engine on the store at ``url``, its schema up to date, and the store's name for messages.

    Raises `StoreError` with a one-line remedy; whatever is there is never overwritten.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is the latter
        raise StoreError(
            "store: not a database address; write sqlite:///litwatch.db or postgresql+psycopg://…"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("store: a store in memory would forget what was told; name a file: sqlite:///litwatch.db")
        return _open_sqlite(path, read_only=read_only), str(path)
    if parsed.get_backend_name() != "postgresql":
        raise StoreError(f"store: {parsed.drivername}: write sqlite:///litwatch.db or postgresql+psycopg://…")
    return _open_postgresql(parsed, read_only=read_only)


def _open_postgresql(address: URL, *, read_only: bool) -> tuple[Engine, str]:
    name = address.render_as_string(hide_password=True)
    try:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,  # a run may pause longer between two transactions than a firewall keeps a connection
            connect_args={"connect_timeout": CONNECT_S},
        )
    except ModuleNotFoundError as error:
        raise StoreError(f"{name}: {error}; install litwatch with the postgres extra: litwatch[postgres]") from error
    with _refusing(name), engine.connect() as connection:
        revision = _revision(connection)
    if revision != HEAD:
        # Two containers may start on an empty database together: one brings it up, the other waits and finds it done.
        with _refusing(name), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": APPLICATION_ID})
            try:
                _bring_up(engine, _revision(connection), name, read_only=read_only)
            finally:
                connection.invalidate()  # closed, not pooled: the lock ends with its connection
    return engine, name


def _open_sqlite(path: Path, *, read_only: bool) -> Engine:
    if not path.exists():
        if read_only:
            raise StoreError(f"{path}: no store yet; run `litwatch run` first")
        _create_sqlite(path)
    _refuse_unusable(path, read_only=read_only)
    engine = _sqlite_engine(path, read_only=read_only)
    with _refusing(str(path)), engine.connect() as connection:
        application = connection.execute(text("PRAGMA application_id")).scalar()
        if application != APPLICATION_ID:
            raise StoreError(f"{path}: belongs to another program; name another file under store")
        damage = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if damage != "ok":
            raise StoreError(f"{path}: damaged ({damage}); restore a backup and run again")
        revision = _revision(connection)
    _bring_up(engine, revision, str(path), read_only=read_only)
    return engine


def _refuse_unusable(path: Path, *, read_only: bool) -> None:
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file under store")
    try:
        with path.open("rb" if read_only else "r+b") as file:
            head = file.read(len(MAGIC))
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; give this user write access, or move the store") from error
    if not head:
        raise StoreError(f"{path}: empty; restore a backup, or delete the file to start over")
    if head != MAGIC:
        raise StoreError(f"{path}: not a SQLite database; name another file under store, or restore a backup")


def _create_sqlite(path: Path) -> None:
    """Make a new store beside its place and move it there whole: a crash leaves no half-made file."""
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist; create it, or move the store")
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)
        engine = _sqlite_engine(fresh, read_only=False)
        with _refusing(str(path)), engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        with _refusing(str(path)):
            _migrate(engine)
        engine.dispose()
        os.link(fresh, path)
    except FileExistsError:
        pass  # another run made it first; it is the store
    except OSError as error:
        raise StoreError(f"{path}: cannot be created: {error.strerror}; move the store or free the disk") from error
    finally:
        for leftover in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            leftover.unlink(missing_ok=True)


def _sqlite_engine(path: Path, *, read_only: bool) -> Engine:
    mode = "ro" if read_only else "rw" if path.exists() else "rwc"
    quoted = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    # Statements are not kept: a kept one holds what was last bound to it, which may be megabytes.
    settings = {"timeout": BUSY_MS / 1000, "cached_statements": 0}
    engine = create_engine(f"sqlite:///file:{quoted}?mode={mode}&uri=true", connect_args=settings)

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        pragmas = ["foreign_keys=ON", f"busy_timeout={BUSY_MS}", "trusted_schema=OFF"]
        if not read_only:
            pragmas += ["journal_mode=DELETE", "synchronous=EXTRA"]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _revision(connection: Connection) -> str | None:
    """Return the schema's revision, None for an empty database; refuse a database of somebody else's."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return str(found)
    if tables - {"alembic_version"}:
        raise StoreError("store: holds tables of another program; name another database under store")
    return None


def _bring_up(engine: Engine, revision: str | None, name: str, *, read_only: bool) -> None:
    """Migrate an older schema, a verified backup of it at hand; refuse a newer one."""
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        raise StoreError(f"{name}: written by a newer litwatch (schema {revision}, this one knows {HEAD}); upgrade")
    if read_only:
        raise StoreError(f"{name}: schema {revision or 'none'} is older than {HEAD}; run `litwatch db migrate`")
    if revision is not None and engine.dialect.name == "sqlite":
        # A backup that stands already is of a migration that was cut off; what it holds is what there is to lose.
        target = Path(f"{name}.before-{HEAD}")
        if not target.exists():
            vacuum_into(engine, name, target)
    with _refusing(name):
        _migrate(engine)


def vacuum_into(engine: Engine, name: str, target: Path) -> None:
    """Write a copy of a SQLite store to ``target``, whole and verified or not at all.

    Raises `StoreError`; an existing file is never overwritten.
    """
    if target.exists():
        raise StoreError(f"{target}: exists already; name another file, or move it away")
    if not target.parent.is_dir():
        raise StoreError(f"{target}: the folder {target.parent} does not exist; name another place")
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)
        with _refusing(name), engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # VACUUM runs outside a transaction, which the engine has begun
            connection.exec_driver_sql("VACUUM INTO ?", (str(fresh),))
            connection.exec_driver_sql("BEGIN")
            before = _sizes(connection)
        copy = _sqlite_engine(fresh, read_only=True)
        with _refusing(str(fresh)), copy.connect() as connection:
            damage = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
            if damage != "ok" or _sizes(connection) != before:
                raise StoreError(f"{target}: the copy does not hold what the store holds; check the disk")
        copy.dispose()
        flush(fresh)
        os.link(fresh, target)
        flush(target.parent)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror}; name another place") from error
    finally:
        fresh.unlink(missing_ok=True)


def _sizes(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    names = sorted(inspect(connection).get_table_names())
    return {name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()) for name in names}  # noqa: S608  # names of our own tables


def _migrate(engine: Engine) -> None:
    # Imported here: Alembic costs more than a steady week's work, and is needed once.
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn what the database says into a `StoreError` with a remedy."""
    try:
        yield
    except SQLAlchemyError as error:
        raise store_error(name, error) from error


def store_error(name: str, error: SQLAlchemyError) -> StoreError:
    """Return the one-line error for ``error``, with the remedy its cause suggests."""
    cause = _cause(error)
    remedies = {
        "readonly": "give this user write access to the file and its folder",
        "read-only": "give this user write access to the file and its folder",
        "disk is full": "free some space; nothing was lost, run again",
        "disk I/O error": "check the disk; nothing was sent, run again",
        "malformed": "restore a backup and run again",
        "not a database": "restore a backup, or name another file under store",
        "locked": "another program holds the file; close it and run again",
        "unable to open": "check that the folder exists and this user may write there",
        "connection": "check that the database server runs and the address under LITWATCH_STORE is right",
    }
    remedy = next((remedy for sign, remedy in remedies.items() if sign in cause), "nothing was sent; run again")
    return StoreError(f"{name}: {cause}; {remedy}")


def _cause(error: BaseException) -> str:
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split())[:200] or type(original).__name__
