"""Digests and the mail that carries them: prepared in one transaction, settled message by message.

A digest is *accepted* when its folder copy stands and every message it was prepared with is sent, refused for good,
expired or withdrawn; only then does what it carries count as told. A copy queued later, for who joined since, does not
undo that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from litwatch.errors import StoreError
from litwatch.model import Attachment, Delivered, Digest, Message, MessageState, Outgoing, Rendered
from litwatch.store import codec
from litwatch.store import tables as t
from litwatch.store.transactions import Transactions, tried_again

MEDIA_TYPES = {
    "html": "text/html",
    "txt": "text/plain",
    "json": "application/json",
    "ris": "application/x-research-info-systems",
    "csv": "text/csv",
    "png": "image/png",
}
LIFETIME = timedelta(days=5)  # after which a message that nobody takes is given up, as mail relays do
UNKNOWN_ATTEMPTS = 3  # a message that may have arrived is sent again at most this often
# What is still to be sent: of what may have arrived already, only so much as is not doubtful too often.
_OPEN = (t.message.c.state == "prepared") | (
    t.message.c.state.in_(("sending", "unknown")) & (t.message.c.doubts < UNKNOWN_ATTEMPTS)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDigest:
    """A digest the store holds."""

    label: str
    since: datetime | None
    until: datetime
    subject: str
    prepared: datetime
    folder_written: datetime | None
    accepted: bool


class Outbox:
    """The digests and messages of one watch."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    @tried_again
    def prepare(self, digest: Digest, rendered: Rendered, messages: Sequence[Message], now: datetime) -> None:
        """Bind the news to the digest and freeze its files and messages, in one transaction.

        Raises `StoreError` when the label or any of the news is taken already.
        """
        with self._store.begin() as connection:
            self._bind(connection, digest)
            connection.execute(
                insert(t.digest).values(
                    watch_id=self._watch,
                    label=digest.label,
                    since=codec.instant_text(digest.since) if digest.since else None,
                    until=codec.instant_text(digest.until),
                    subject=rendered.subject,
                    prepared=codec.instant_text(now),
                )
            )
            for part in parts_of(rendered):
                place = {"watch_id": self._watch, "label": digest.label, "name": part.name}
                connection.execute(insert(t.digest_file), place | {"content": part.packed})
            for message in messages:
                self._queue(connection, digest.label, message, now)

    def _bind(self, connection: Connection, digest: Digest) -> None:
        if not digest.news_ids:
            return
        free = t.news.c.watch_id == self._watch, t.news.c.id.in_(digest.news_ids), t.news.c.label.is_(None)
        bound = connection.execute(update(t.news).where(*free).values(label=digest.label)).rowcount
        if bound != len(digest.news_ids):
            raise StoreError(
                f"{self._store.name}: digest {digest.label}: some of its news was told meanwhile; run again"
            )

    def _queue(self, connection: Connection, label: str, message: Message, now: datetime) -> None:
        values = {
            "watch_id": self._watch,
            "message_id": message.message_id,
            "label": label,
            "recipient": message.recipient,
            "recipient_hash": message.recipient_hash,
            "date": codec.instant_text(message.date),
            "subject": message.subject,
            "content": message.content,
            "state": "prepared",
            "attempts": 0,
            "doubts": 0,
            "prepared": codec.instant_text(now),
            "answer": "",
        }
        connection.execute(insert(t.message), values)

    @property
    def _watch(self) -> str:
        return self._store.watch_id

    # -- messages

    def waiting(self) -> tuple[Outgoing, ...]:
        """Return the messages still to send, the oldest first; one left in ``sending`` is of a run that was killed."""
        query = select(t.message).where(t.message.c.watch_id == self._watch, _OPEN).order_by(t.message.c.id)
        with self._store.begin() as connection:
            return tuple(_outgoing(row) for row in connection.execute(query))

    def recipients(self) -> frozenset[str]:
        """Return the addresses, lower-cased, that a digest was ever sent to, or still may be."""
        here = t.message.c.watch_id == self._watch, t.message.c.state != "withdrawn"
        query = select(t.message.c.recipient).where(*here).distinct()
        with self._store.begin() as connection:
            return frozenset(row.recipient.lower() for row in connection.execute(query))

    def messages(self, label: str | None = None) -> tuple[Outgoing, ...]:
        """Return the messages of one digest, or of all."""
        query = select(t.message).where(t.message.c.watch_id == self._watch).order_by(t.message.c.id)
        if label is not None:
            query = query.where(t.message.c.label == label)
        with self._store.begin() as connection:
            return tuple(_outgoing(row) for row in connection.execute(query))

    @tried_again
    def queue(self, label: str, message: Message, now: datetime) -> None:
        """Add one message of a stored digest, for who joined after it was prepared; in place of one withdrawn."""
        columns = t.message.c
        same = columns.watch_id == self._watch, columns.message_id == message.message_id
        with self._store.begin() as connection:
            connection.execute(delete(t.message).where(*same, columns.state == "withdrawn"))
            self._queue(connection, label, message, now)

    @tried_again
    def sending(self, message_id: str, now: datetime) -> None:
        """Note, before the socket opens, that a message is about to leave."""
        here = t.message.c.watch_id == self._watch, t.message.c.message_id == message_id
        values = {
            "state": "sending",
            "attempts": t.message.c.attempts + 1,
            "doubts": t.message.c.doubts + 1,
            "last_attempt": codec.instant_text(now),
        }
        with self._store.begin() as connection:
            connection.execute(update(t.message).where(*here).values(values))

    @tried_again
    def settle(self, message_id: str, delivered: Delivered, now: datetime) -> MessageState:
        """Note what became of an attempt, and return the message's state. Here a record becomes delivered."""
        here = t.message.c.watch_id == self._watch, t.message.c.message_id == message_id
        with self._store.begin() as connection:
            row = connection.execute(select(t.message).where(*here)).one()
            state: MessageState = "prepared" if delivered.state == "not_sent" else delivered.state
            if state == "prepared" and now - codec.instant_of(row.prepared) > LIFETIME:
                state = "expired"
            certain = row.state == "sending" and delivered.state == "not_sent"
            values = {"state": state, "answer": delivered.answer[:500], "doubts": row.doubts - certain}
            connection.execute(update(t.message).where(*here).values(values))
        return state

    @tried_again
    def recover(self) -> None:
        """Note that whatever is still in ``sending`` may have arrived: the run that sent it was killed."""
        here = t.message.c.watch_id == self._watch, t.message.c.state == "sending"
        values = {"state": "unknown", "answer": "the run that sent it was killed"}
        with self._store.begin() as connection:
            connection.execute(update(t.message).where(*here).values(values))

    @tried_again
    def withdraw(self, recipients: frozenset[str]) -> None:
        """Withdraw what waits for people no longer written to; ``recipients`` (lower-cased) are those who stay."""
        with self._store.begin() as connection:
            query = select(t.message.c.id, t.message.c.recipient).where(
                t.message.c.watch_id == self._watch, t.message.c.state.in_(("prepared", "unknown"))
            )
            for row in connection.execute(query).all():
                if row.recipient.lower() not in recipients:
                    gone = {"state": "withdrawn", "answer": "no longer among the recipients"}
                    connection.execute(update(t.message).where(t.message.c.id == row.id).values(gone))

    # -- digests

    def digests(self) -> tuple[StoredDigest, ...]:
        """Return every digest, the oldest first."""
        query = (
            select(t.digest).where(t.digest.c.watch_id == self._watch).order_by(t.digest.c.prepared, t.digest.c.label)
        )
        open_ = select(t.message.c.label, t.message.c.prepared).where(t.message.c.watch_id == self._watch, _OPEN)
        with self._store.begin() as connection:
            unsettled = {(row.label, row.prepared) for row in connection.execute(open_)}
            return tuple(
                StoredDigest(
                    label=row.label,
                    since=codec.instant_of(row.since) if row.since else None,
                    until=codec.instant_of(row.until),
                    subject=row.subject,
                    prepared=codec.instant_of(row.prepared),
                    folder_written=codec.instant_of(row.folder_written) if row.folder_written else None,
                    accepted=row.folder_written is not None and (row.label, row.prepared) not in unsettled,
                )
                for row in connection.execute(query)
            )

    def accepted(self) -> frozenset[str]:
        """Return the labels of the digests that were accepted."""
        return frozenset(entry.label for entry in self.digests() if entry.accepted)

    def last(self) -> StoredDigest | None:
        """Return the digest prepared last."""
        found = self.digests()
        return found[-1] if found else None

    def files(self, label: str) -> Mapping[str, bytes]:
        """Return the files of one digest by name: digest.html, items.ris and so on; each is read when it is used."""
        return _Files(self._store, label)

    def parts(self, label: str) -> tuple[Attachment, ...]:
        """Return the files of one digest, packed."""
        files = _Files(self._store, label)
        return tuple(files.part(name) for name in files)

    def rendered(self, label: str) -> Rendered | None:
        """Return one digest as it was rendered, or None where the store does not hold its files."""
        files = self.files(label)
        if not files:
            return None
        subject = next(entry.subject for entry in self.digests() if entry.label == label)
        parts = [
            Attachment.of(name, _media_type(name), content)
            for name, content in files.items()
            if not name.startswith("digest.")
        ]
        return Rendered(
            label=label,
            subject=subject,
            html=files["digest.html"].decode(),
            text=files["digest.txt"].decode(),
            json=files["digest.json"],
            attachments=tuple(part for part in parts if not part.media_type.startswith("image/")),
            pictures=tuple(part for part in parts if part.media_type.startswith("image/")),
        )

    def unwritten(self) -> tuple[str, ...]:
        """Return the labels of digests whose folder copy does not stand yet."""
        return tuple(entry.label for entry in self.digests() if entry.folder_written is None)

    @tried_again
    def written(self, label: str, now: datetime) -> None:
        """Note that a digest's folder copy stands."""
        here = t.digest.c.watch_id == self._watch, t.digest.c.label == label
        with self._store.begin() as connection:
            connection.execute(update(t.digest).where(*here).values(folder_written=codec.instant_text(now)))

    @tried_again
    def restore(self, labels: Sequence[tuple[str, datetime]], now: datetime) -> None:
        """Note digests that were told before this store existed, so that none of their periods comes again."""
        instant = codec.instant_text(now)
        with self._store.begin() as connection:
            for label, until in labels:
                connection.execute(
                    insert(t.digest).values(
                        watch_id=self._watch,
                        label=label,
                        until=codec.instant_text(until),
                        subject="",
                        prepared=codec.instant_text(until),
                        folder_written=instant,
                    )
                )


class _Files(Mapping[str, bytes]):
    """The stored files of one digest, in the order of their names. All at once those of a large one fill memory."""

    def __init__(self, store: Transactions, label: str) -> None:
        self._store = store
        self._here = t.digest_file.c.watch_id == store.watch_id, t.digest_file.c.label == label
        with store.begin() as connection:
            names = connection.execute(select(t.digest_file.c.name).where(*self._here)).scalars()
            self._names = dict.fromkeys(sorted(names))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> bytes:
        try:
            return self.part(name).content
        except zlib.error as error:
            raise StoreError(
                f"{self._store.name}: {name} of a digest is not what was written; restore a backup and run again"
            ) from error

    def part(self, name: str) -> Attachment:
        """Return one file as it is kept."""
        query = select(t.digest_file.c.content).where(*self._here, t.digest_file.c.name == name)
        with self._store.begin() as connection:
            packed = connection.execute(query).scalar()
        if packed is None:
            raise KeyError(name)
        return Attachment(name=name, media_type=_media_type(name), packed=packed)


def _media_type(name: str) -> str:
    return MEDIA_TYPES[name.rpartition(".")[2]]


def parts_of(rendered: Rendered) -> tuple[Attachment, ...]:
    """Return the files of a rendered digest."""
    pages = {"digest.html": rendered.html.encode(), "digest.txt": rendered.text.encode(), "digest.json": rendered.json}
    return (
        *(Attachment.of(name, _media_type(name), content) for name, content in pages.items()),
        *rendered.attachments,
        *rendered.pictures,
    )


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        message=Message(
            recipient=row.recipient,
            recipient_hash=row.recipient_hash,
            message_id=row.message_id,
            date=codec.instant_of(row.date),
            subject=row.subject,
            content=bytes(row.content),
        ),
        label=row.label,
        state=row.state,
        attempts=row.attempts,
        doubts=row.doubts,
        prepared=codec.instant_of(row.prepared),
        last_attempt=codec.instant_of(row.last_attempt) if row.last_attempt else None,
        answer=row.answer,
    )
