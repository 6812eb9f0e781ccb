"""The digest command: compose and deliver what is pending; show, resend and list what was made."""

from __future__ import annotations

import json
import sys

import click
from pydantic import TypeAdapter, ValidationError

from litwatch import pipeline
from litwatch.cli.session import Session
from litwatch.cli.unit import undelivered
from litwatch.config import MailAddress
from litwatch.deliver.deliver import Outcome, deliver
from litwatch.deliver.message import message_to
from litwatch.errors import EXIT_DONE, EXIT_INCOMPLETE, InputError
from litwatch.store import Store

NO_SUCH = "no such digest; `litwatch digest list` names them"
FORMATS = {"html": "digest.html", "txt": "digest.txt", "json": "digest.json"}


@click.group(invoke_without_command=True)
@click.pass_context
def digest(ctx: click.Context) -> None:
    """Compose and deliver what is pending, once per period."""
    if ctx.invoked_subcommand is not None:
        return
    session = Session(ctx)
    with session.store() as store, store.lease(session.owner, session.clock()):
        drained = deliver(store.outbox, session.watch.config, session.password, session.clock)
        told = pipeline.tell(session.watch, store, password=session.password, clock=session.clock, tried=drained)
    click.echo(f"{told.label}: {told.subject}" if told.label else "No digest is due.")
    ctx.exit(_report(session, (*drained, *told.outcomes)))


def _report(session: Session, outcomes: tuple[Outcome, ...]) -> int:
    lines = list(undelivered(outcomes, session.watch.config.digest.zone))
    for line in lines:
        click.echo(f"litwatch: {line}", err=True)
    return EXIT_INCOMPLETE if lines else EXIT_DONE


@digest.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """List every digest, the oldest first, and whether all its mail is settled."""
    session = Session(ctx)
    with session.store(read_only=True) as store:
        for entry in store.outbox.digests():
            state = "delivered" if entry.accepted else "waiting"
            if as_json:
                click.echo(json.dumps({"label": entry.label, "state": state, "subject": entry.subject}))
            else:
                click.echo(f"{entry.label}  {state}  {entry.subject}")


@digest.command()
@click.argument("label")
@click.option("--format", "style", type=click.Choice([*FORMATS, "eml"]), default="txt", show_default=True)
@click.pass_context
def show(ctx: click.Context, label: str, style: str) -> None:
    """Print one digest as it was made."""
    session = Session(ctx)
    with session.store(read_only=True) as store:
        label = _label(store, label)
        files = store.outbox.files(label)
        if style == "eml":
            messages = store.outbox.messages(label)
            if not messages:
                raise InputError(f"{label}: was not mailed to anybody; use --format html")
            content = messages[0].message.content
        else:
            content = files[FORMATS[style]]
    sys.stdout.buffer.write(content)


@digest.command()
@click.argument("label")
@click.option("--to", "address", help="Send a copy to this address instead.")
@click.pass_context
def resend(ctx: click.Context, label: str, address: str | None) -> None:
    """Send one digest again, the same bytes to the same people, or a copy to one address."""
    session = Session(ctx)
    smtp = session.watch.config.delivery.smtp
    if smtp is None:
        raise InputError("delivery.smtp is not configured; the folder copy is all there is")
    with session.store() as store, store.lease(session.owner, session.clock()):
        label = _label(store, label)
        rendered = store.outbox.rendered(label)
        if rendered is None:
            raise InputError(f"{label}: {NO_SUCH}")
        entry = next(entry for entry in store.outbox.digests() if entry.label == label)
        if address is not None:
            _check(address)
            message = message_to(address, rendered, session.watch.config, smtp, entry.prepared, welcome=False)
            outcomes = session.send((message,), label)
        else:
            outcomes = session.send(tuple(sent.message for sent in store.outbox.messages(label)), label)
    for outcome in outcomes:
        click.echo(f"{label}: {outcome.recipient_hash}: {outcome.state}")
    ctx.exit(_report(session, outcomes))


def _check(address: str) -> None:
    try:
        TypeAdapter(MailAddress).validate_python(address)
    except ValidationError as error:
        raise InputError(f"--to: {error.errors()[0]['ctx']['error']}") from error


def _label(store: Store, text: str) -> str:
    """Return the digest's label that ``text`` means: the whole of it, or an end that only one has ("W47").

    Raises `InputError`.
    """
    labels = [entry.label for entry in store.outbox.digests()]
    meant = [label for label in labels if label == text] or [label for label in labels if label.endswith(f"-{text}")]
    if len(meant) == 1:
        return meant[0]
    raise InputError(f"{text}: means {', '.join(meant)}; name one of them" if meant else f"{text}: {NO_SUCH}")
