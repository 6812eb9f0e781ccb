"""Emptying the outbox: each folder copy, each message, each outcome a row of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from litwatch.config import Config
from litwatch.deliver.folder import write_folder
from litwatch.deliver.smtp import Mailer, Patience
from litwatch.errors import DeliveryError
from litwatch.model import Delivered, MessageState, Outgoing
from litwatch.store import Outbox

LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery: a message, or (``recipient_hash`` "folder") a folder copy."""

    label: str
    recipient_hash: str
    state: MessageState
    attempts: int
    answer: str = ""

    @property
    def left(self) -> bool:
        """Tell whether it is off our hands as it should be."""
        return self.state in {"sent", "withdrawn"}


def deliver(
    outbox: Outbox,
    config: Config,
    password: str | None,
    clock: Callable[[], datetime],
    *,
    patience: Patience = Patience(),  # noqa: B008  # frozen
) -> tuple[Outcome, ...]:
    """Write every folder copy that does not stand yet, and send every message that waits.

    One delivery's failure costs nothing of the others. Without a relay in the configuration waiting mail stays.
    """
    smtp = config.delivery.smtp
    if smtp is not None:
        outbox.withdraw(frozenset(address.lower() for address in smtp.to))
    outcomes = [_folder(outbox, config, label, clock) for label in outbox.unwritten()]
    waiting = outbox.waiting()
    if smtp is None or not waiting:
        return tuple(outcomes)
    with Mailer(smtp, password, patience) as mailer:
        outcomes += [_mail(outbox, mailer, entry, clock) for entry in waiting]
    return tuple(outcomes)


def _folder(outbox: Outbox, config: Config, label: str, clock: Callable[[], datetime]) -> Outcome:
    files = outbox.files(label)
    files |= {f"{entry.message.recipient_hash}.eml": entry.message.content for entry in outbox.messages(label)}
    try:
        write_folder(config.delivery.folder, label, files)
    except DeliveryError as error:
        LOG.error("folder copy not written", label=label, cause=str(error))  # noqa: TRY400  # one line, no traceback
        return Outcome(label=label, recipient_hash="folder", state="prepared", attempts=1, answer=str(error))
    outbox.written(label, clock())
    return Outcome(label=label, recipient_hash="folder", state="sent", attempts=1)


def _mail(outbox: Outbox, mailer: Mailer, entry: Outgoing, clock: Callable[[], datetime]) -> Outcome:
    outbox.sending(entry.message.message_id, clock())
    delivered: Delivered = mailer.send(entry.message)
    state = outbox.settle(entry.message.message_id, delivered, clock())
    log = LOG.info if state == "sent" else LOG.warning
    log("message", label=entry.label, recipient=entry.message.recipient_hash, state=state, answer=delivered.answer)
    return Outcome(
        label=entry.label,
        recipient_hash=entry.message.recipient_hash,
        state=state,
        attempts=entry.attempts + 1,
        answer=delivered.answer,
    )
