"""The tables. Every one but the pace carries ``watch_id``: several watches may share a store.

Instants are ISO 8601 text in UTC with microseconds, so that they sort, compare and read the same on every back end.
Short text sorts by its bytes everywhere: a server's language must not change the order of a digest.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

METADATA = MetaData()


def _short(length: int) -> TypeEngine[str]:
    """Return the type of text of at most ``length`` characters that sorts by its bytes."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _watch() -> Column[str]:
    return Column("watch_id", _short(63), nullable=False)


search_run = Table(
    "search_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("source", _short(40), nullable=False),
    Column("started", _short(32), nullable=False),
    Column("state", _short(12), nullable=False),
    Column("content", Text, nullable=False),
    Index("search_run_by_source", "watch_id", "source", "id"),
)

report = Table(
    "report",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("report_id", _short(200), primary_key=True),
    Column("study_id", _short(220), nullable=False),
    Column("first_seen", _short(32), nullable=False),
    Column("remembered", Boolean, nullable=False),
)

record = Table(
    "record",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("source", _short(40), primary_key=True),
    Column("key", _short(200), primary_key=True),
    Column("report_id", _short(200), nullable=False),
    Column("content", Text, nullable=False),
    Column("hash", _short(64), nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("vanished", Boolean, nullable=False),
    Column("first_seen", _short(32), nullable=False),
    ForeignKeyConstraint(["watch_id", "report_id"], ["report.watch_id", "report.report_id"]),
    Index("record_by_report", "watch_id", "report_id"),
)

record_version = Table(
    "record_version",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("source", _short(40), nullable=False),
    Column("key", _short(200), nullable=False),
    Column("hash", _short(64), nullable=False),
    Column("seen", _short(32), nullable=False),
    Column("content", Text, nullable=False),
    Index("record_version_by_record", "watch_id", "source", "key"),
)

# Why a record is, or may be, a record of a report; ``record`` is its address, source:key.
likeness = Table(
    "likeness",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("record", _short(241), nullable=False),
    Column("report_id", _short(200), nullable=False),
    Column("certain", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("watch_id", "record", "report_id"),
)

# `litwatch.identify.dedupe.Index` as bytes. It is made again from the records where it is missing.
likeness_index = Table(
    "likeness_index",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

study_alias = Table(
    "study_alias",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("alias", _short(220), primary_key=True),
    Column("study_id", _short(220), nullable=False),
)

relation = Table(
    "relation",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("kind", _short(20), nullable=False),
    Column("from_report", _short(200), nullable=False),
    Column("to_report", _short(200), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("certain", Boolean, nullable=False),
    Index("relation_by_watch", "watch_id"),
)

appraisal = Table(
    "appraisal",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("report_id", _short(200), primary_key=True),
    Column("config_hash", _short(64), nullable=False),  # the reader: version and configuration
    Column("record_hash", _short(64), nullable=False),
    Column("content", Text, nullable=False),
)

mark = Table(
    "mark",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("report_id", _short(200), nullable=False),
    Column("verdict", _short(12), nullable=False),
    Column("other_id", _short(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("made", _short(32), nullable=False),
)

news = Table(
    "news",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("report_id", _short(200), nullable=False),
    Column("standing", _short(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("found", _short(32), nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("label", _short(12)),  # the digest that tells it; NULL while it waits
    ForeignKeyConstraint(["watch_id", "report_id"], ["report.watch_id", "report.report_id"]),
    Index("news_by_label", "watch_id", "label"),
)

digest = Table(
    "digest",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("label", _short(12), primary_key=True),
    Column("since", _short(32)),
    Column("until", _short(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("prepared", _short(32), nullable=False),
    Column("folder_written", _short(32)),
)

digest_file = Table(
    "digest_file",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("label", _short(12), primary_key=True),
    Column("name", _short(80), primary_key=True),
    Column("content", LargeBinary, nullable=False),  # a gzip stream
    ForeignKeyConstraint(["watch_id", "label"], ["digest.watch_id", "digest.label"]),
)

message = Table(
    "message",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("message_id", _short(255), nullable=False),
    Column("label", _short(12), nullable=False),
    Column("recipient", _short(320), nullable=False),
    Column("recipient_hash", _short(16), nullable=False),
    Column("date", _short(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", _short(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # attempts after which it may have arrived
    Column("prepared", _short(32), nullable=False),
    Column("last_attempt", _short(32)),
    Column("answer", Text, nullable=False),
    UniqueConstraint("watch_id", "message_id"),
    ForeignKeyConstraint(["watch_id", "label"], ["digest.watch_id", "digest.label"]),
)

lease = Table(
    "lease",
    METADATA,
    Column("watch_id", _short(63), primary_key=True),
    Column("owner", _short(200), nullable=False),
    Column("started", _short(32), nullable=False),
    Column("heartbeat", _short(32), nullable=False),
)

# The turns of each host, shared by all watches of the store and all processes that run them.
pace = Table(
    "pace",
    METADATA,
    Column("host", _short(255), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("free_at", Float, nullable=False),  # seconds since the epoch, by the database's clock
)
