"""The tables. Every one carries ``watch_id``: several watches may share a store.

Instants are ISO 8601 text in UTC with microseconds, so that they sort, compare and read the same on every back end.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
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

METADATA = MetaData()


def _watch() -> Column[str]:
    return Column("watch_id", String(63), nullable=False)


search_run = Table(
    "search_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("source", String(40), nullable=False),
    Column("started", String(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("content", Text, nullable=False),
    Index("search_run_by_source", "watch_id", "source", "id"),
)

report = Table(
    "report",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("report_id", String(200), primary_key=True),
    Column("study_id", String(220), nullable=False),
    Column("first_seen", String(32), nullable=False),
    Column("remembered", Boolean, nullable=False),
)

record = Table(
    "record",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("report_id", String(200), nullable=False),
    Column("content", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("vanished", Boolean, nullable=False),
    Column("first_seen", String(32), nullable=False),
    ForeignKeyConstraint(["watch_id", "report_id"], ["report.watch_id", "report.report_id"]),
    Index("record_by_report", "watch_id", "report_id"),
)

record_version = Table(
    "record_version",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("source", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seen", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Index("record_version_by_record", "watch_id", "source", "key"),
)

study_alias = Table(
    "study_alias",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("alias", String(220), primary_key=True),
    Column("study_id", String(220), nullable=False),
)

relation = Table(
    "relation",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("kind", String(20), nullable=False),
    Column("from_report", String(200), nullable=False),
    Column("to_report", String(200), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("certain", Boolean, nullable=False),
    Index("relation_by_watch", "watch_id"),
)

appraisal = Table(
    "appraisal",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("report_id", String(200), primary_key=True),
    Column("config_hash", String(64), nullable=False),
    Column("record_hash", String(64), nullable=False),
    Column("content", Text, nullable=False),
)

mark = Table(
    "mark",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("report_id", String(200), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("other_id", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("made", String(32), nullable=False),
)

news = Table(
    "news",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("report_id", String(200), nullable=False),
    Column("standing", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("found", String(32), nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("label", String(12)),  # the digest that tells it; NULL while it waits
    ForeignKeyConstraint(["watch_id", "report_id"], ["report.watch_id", "report.report_id"]),
    Index("news_by_label", "watch_id", "label"),
)

digest = Table(
    "digest",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("label", String(12), primary_key=True),
    Column("since", String(32)),
    Column("until", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("prepared", String(32), nullable=False),
    Column("folder_written", String(32)),
)

digest_file = Table(
    "digest_file",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("label", String(12), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["watch_id", "label"], ["digest.watch_id", "digest.label"]),
)

message = Table(
    "message",
    METADATA,
    Column("id", Integer, primary_key=True),
    _watch(),
    Column("message_id", String(255), nullable=False),
    Column("label", String(12), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("recipient_hash", String(16), nullable=False),
    Column("date", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # attempts after which it may have arrived
    Column("prepared", String(32), nullable=False),
    Column("last_attempt", String(32)),
    Column("answer", Text, nullable=False),
    UniqueConstraint("watch_id", "message_id"),
    ForeignKeyConstraint(["watch_id", "label"], ["digest.watch_id", "digest.label"]),
)

lease = Table(
    "lease",
    METADATA,
    Column("watch_id", String(63), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("started", String(32), nullable=False),
    Column("heartbeat", String(32), nullable=False),
)
