"""The search-term lab: show, counts, diff, recall. Asks the sources and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from litwatch.cli import lab_words
from litwatch.cli.session import Session, bar, table
from litwatch.configfile import load
from litwatch.errors import EXIT_CONFIG, EXIT_DONE, EXIT_INCOMPLETE, InputError, SourceError
from litwatch.model import AnyRecord, Known
from litwatch.receipts import enabled
from litwatch.search.bench import Bench
from litwatch.search.units import units
from litwatch.sources.http import Transport

SEARCHED = ("pubmed", "clinicaltrials", "europepmc", "isrctn", "ctis")  # sources that are asked by the strategy
COUNTED = ("pubmed", "europepmc", "clinicaltrials")  # those of them that count without listing
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_source = click.option("--source", "only", type=click.Choice(SEARCHED), help="Only this source.")


@click.group()
def search() -> None:
    """Try the search strategy: what it asks, what each term is worth, what an edit changes, what it misses."""


@search.command()
@_source
@click.option("--offline", is_flag=True, help="Ask no source: queries and flaws only.")
@_json
@click.pass_context
def show(ctx: click.Context, *, only: str | None, offline: bool, as_json: bool) -> None:
    """Show each source's exact query, how the service reads it, and the flaws of config.yaml by line and column.

    Exit 78 when a term or native query is wrong, 1 when a source did not answer, else 0.
    """
    session = Session(ctx)
    found = lab_words.located(session.watch)
    entries = []
    failed = False
    with _bench(session) as bench:
        for name in _names(session, only):
            source = bench.source(name, session.watch.config.search)
            entry: dict[str, Any] = {"source": name, "platform": source.platform, "query": source.query}
            if not offline:
                try:
                    entry |= lab_words.answer_json(source.search())
                except SourceError as error:
                    click.echo(f"litwatch: {error}", err=True)
                    entry |= {"error": str(error)}
                    failed = True
            entries.append(entry)
    if as_json:
        flaws = [flaw.document for flaw in found]
        click.echo(json.dumps({"sources": entries, "flaws": flaws}, ensure_ascii=False, indent=1))
    else:
        for entry in entries:
            table(entry["platform"], lab_words.shown(entry))
    for flaw in found:
        click.echo(str(flaw), err=True)
    wrong = any(flaw.grade == "error" for flaw in found)
    ctx.exit(EXIT_CONFIG if wrong else EXIT_INCOMPLETE if failed else EXIT_DONE)


@search.command()
@click.option("--concept", help="Only the terms of this concept, for example condition.")
@click.option("--source", type=click.Choice(COUNTED), default="pubmed", show_default=True, help="Where to count.")
@click.option("--no-titles", is_flag=True, help="Read no titles of what only one term brings.")
@click.option("--dry-run", is_flag=True, help="Only say how many requests it would take.")
@_json
@click.pass_context
def counts(
    ctx: click.Context, *, concept: str | None, source: str, no_titles: bool, dry_run: bool, as_json: bool
) -> None:
    """Count in one source, term by term: records alone, with the other concepts, and those that only this term brings.

    How many requests it takes is said before the first is sent.
    """
    from litwatch.search import counts as lab

    session = Session(ctx)
    strategy = session.watch.config.search
    platform = dict(enabled(session.watch)).get(source)
    if platform is None or source in strategy.native:
        raise InputError(f"search counts: needs {source} enabled and searched by concepts, not by a native query")
    if concept is not None and concept not in strategy.concepts:
        raise InputError(f"--concept: {concept}: no such concept; choose from {', '.join(strategy.concepts)}")
    roles = [concept] if concept else list(strategy.concepts)
    terms = sum(unit.role in roles for unit in units(strategy, source))
    most = lab.planned(strategy, source, roles, read=not no_titles)
    click.echo(f"{terms} terms: at most {most} requests to {platform}.", err=True)
    if dry_run:
        return
    if terms > lab.MOST_UNITS:
        raise InputError(f"search counts: {terms} terms are more than {lab.MOST_UNITS}; choose one with --concept")
    held = {key: record for (where, key), record in _held(session).items() if where == source}
    with bar(platform, most) as tell, _bench(session, tell, citing=False) as bench:
        found = lab.count(bench, strategy, source, roles, held=held, read=not no_titles, now=session.clock())
        spent = bench.requests
    if as_json:
        click.echo(json.dumps(lab_words.counts_json(found, spent), ensure_ascii=False, indent=1))
        return
    for line in lab_words.counts_lines(found, platform):
        click.echo(line)
    click.echo(f"{spent} requests.", err=True)


@search.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@click.option("--stored", "only_stored", is_flag=True, help="Compare the stored records only; ask no source.")
@_source
@_json
@click.pass_context
def diff(
    ctx: click.Context, *, old: Path, new: Path | None, only_stored: bool, only: str | None, as_json: bool
) -> None:
    """Compare the strategy of OLD with that of NEW (else the watch's own): reports gained and lost, and by which term.

    Exit 0 whatever the difference is; 1 when a source did not answer.
    """
    from litwatch.search import diff as lab

    session = Session(ctx)
    before = load(old).config.search
    after = load(new).config.search if new else session.watch.config.search
    known = _known(session)
    gained, lost = lab.stored(before, after, known, _same_query(session, before))
    held = {(entry.record.source, entry.record.key): entry.record for entry in known if not entry.vanished}
    with _bench(session) as bench:
        names = [] if only_stored else _names(session, only)
        found = lab.live(bench, before, after, names, held, session.clock())
        spent = bench.requests
    headings = lab.headings_moved(before, after)
    words = lab_words.Differences(session.watch.config, held, found, gained, lost, headings, spent)
    if as_json:
        click.echo(json.dumps(words.document, ensure_ascii=False, indent=1))
    else:
        for line in words.lines():
            click.echo(line)
    for entry in found:
        if entry.failure:
            click.echo(f"litwatch: {entry.failure}", err=True)
    ctx.exit(EXIT_INCOMPLETE if any(entry.failure for entry in found) else EXIT_DONE)


@search.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_source
@_json
@click.pass_context
def recall(ctx: click.Context, *, file: Path | None, only: str | None, as_json: bool) -> None:
    """Tell which known reports the strategy finds, which concept excludes the others, and which word would catch them.

    FILE is RIS, NBIB, BibTeX or CSV, or a .txt of PMIDs, DOIs or trial numbers; without it, the publications of the
    article that a shipped watch follows, or the files under known: in config.yaml.
    """
    from litwatch.search.known import known_reports, named_reports
    from litwatch.search.recall import recall as measure

    session = Session(ctx)
    reports, bad = known_reports(file) if file else named_reports(session.watch.config)
    for line in bad:
        click.echo(f"litwatch: {line}", err=True)
    with _bench(session) as bench:
        found = measure(bench, session.watch.config.search, reports, _names(session, only), session.clock())
        spent = bench.requests
    if as_json:
        click.echo(json.dumps(lab_words.recall_json(reports, found, spent), ensure_ascii=False, indent=1))
    else:
        for line in lab_words.recall_lines(reports, found):
            click.echo(line)
    for entry in found:
        if entry.failure:
            click.echo(f"litwatch: {entry.failure}", err=True)
    ctx.exit(EXIT_INCOMPLETE if bad or any(entry.failure for entry in found) else EXIT_DONE)


def _names(session: Session, only: str | None) -> list[str]:
    """Return the sources to ask. Raises `InputError` when the one named is not enabled."""
    names = [name for name, _ in enabled(session.watch) if name in SEARCHED]
    if only is not None and only not in names:
        raise InputError(f"--source: {only}: not enabled in config.yaml")
    return [name for name in names if only in {None, name}]


@contextmanager
def _bench(session: Session, tell: Callable[[int], None] = lambda _: None, *, citing: bool = True) -> Iterator[Bench]:
    """Yield a bench; without ``citing`` for what is about terms, and not about papers that cite one."""
    config, secrets = session.watch.config, session.watch.secrets
    if not citing:
        europepmc = config.sources.europepmc.model_copy(update={"citing": ()})
        sources = config.sources.model_copy(update={"europepmc": europepmc})
        config = config.model_copy(update={"sources": sources})
    with Transport(contact=config.sources.pubmed.email, secrets=session.secret_values) as transport:
        yield Bench(config, secrets, transport, tell)


def _known(session: Session) -> tuple[Known, ...]:
    if not session.has_store():
        return ()
    with session.store(read_only=True) as store:
        return store.known()


def _held(session: Session) -> Mapping[tuple[str, str], AnyRecord]:
    return {(entry.record.source, entry.record.key): entry.record for entry in _known(session) if not entry.vanished}


def _same_query(session: Session, before: Any) -> dict[str, bool]:
    """Tell of each source whether its last complete run asked what the old strategy asks."""
    if not session.has_store():
        return {}
    with session.store(read_only=True) as store, _bench(session) as bench:
        runs = {name: store.last_complete(name) for name in _names(session, None)}
        return {name: run is not None and run.query == bench.source(name, before).query for name, run in runs.items()}
