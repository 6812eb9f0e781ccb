"""The way through the house: collect, identify, keep, appraise, compose, render, prepare, deliver.

`run` is those lines in that order and little else; each stage is a room of its own. Nothing flows back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from litwatch import __version__
from litwatch.configfile import Loaded
from litwatch.deliver.deliver import Outcome, deliver
from litwatch.deliver.message import messages
from litwatch.deliver.newcomers import invite
from litwatch.digest.compose import compose
from litwatch.digest.render import render
from litwatch.errors import DeliveryError, InputError, SourceError
from litwatch.health import judge
from litwatch.identify.decisions import arrivals, different
from litwatch.identify.identify import identify
from litwatch.identify.link import relations, studies
from litwatch.identify.one import at_home, left_behind, unions
from litwatch.intake import index_of, keep_library
from litwatch.model import Answer, Counts, Digest, Known, Message, Period, Rendered, SearchRun
from litwatch.readers import read_all
from litwatch.receipts import notes_of, receipts_of
from litwatch.schedule import due, latest_label
from litwatch.search.responsible import added, bringing
from litwatch.search.units import edit
from litwatch.sources import Source
from litwatch.store import Store, StoredDigest

Clock = Callable[[], datetime]
Progress = Callable[[str, str], None]
BATCH = 500  # reports appraised and kept at once: a killed run has read them, and memory holds no more
Uncut = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one collection came to: a search run per source, in the order of the configuration."""

    runs: tuple[SearchRun, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every source that had something to be asked answered and was believed."""
        return all(run.state in {"complete", "warnings", "skipped"} for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one digest came to; ``label`` is None when none was due. Its content is in the store, not in memory."""

    label: str | None
    subject: str
    counts: Counts | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What one run came to."""

    collected: Collected
    told: Told
    drained: tuple[Outcome, ...]  # what an earlier run had left in the outbox

    @property
    def deliveries(self) -> tuple[Outcome, ...]:
        """Return every delivery this run tried."""
        return (*self.drained, *self.told.outcomes)

    @property
    def complete(self) -> bool:
        """Tell whether every source was believed and nothing is left in the outbox."""
        last = {(entry.label, entry.recipient_hash): entry for entry in self.deliveries}
        return self.collected.complete and all(entry.left for entry in last.values())


def run(
    watch: Loaded,
    store: Store,
    sources: Sequence[Source],
    *,
    password: str | None,
    clock: Clock,
    progress: Progress,
    told_in: Mapping[str, str],
    uncut: Uncut = nullcontext,
) -> Outcomes:
    """Deliver what an earlier run prepared, collect, then tell what is due: the unit of work that cron calls.

    ``uncut`` surrounds what a termination of the process should not cut in two.
    """
    drained = deliver(store.outbox, watch.config, password, clock, uncut=uncut)
    collected = collect(watch, store, sources, clock=clock, progress=progress, told_in=told_in)
    told = tell(watch, store, password=password, clock=clock, tried=drained, uncut=uncut)
    return Outcomes(collected=collected, told=told, drained=drained)


def collect(
    watch: Loaded,
    store: Store,
    sources: Sequence[Source],
    *,
    clock: Clock,
    progress: Progress,
    told_in: Mapping[str, str],
) -> Collected:
    """Ask every source for the whole set, and keep what is known of each record.

    A source that fails costs nothing of the others; its failure is a row of the search log and nothing of it advances.
    ``told_in`` names the digest that told of a report id before this store existed.
    """
    keep_library(watch, store, clock())
    # A source that reads about what the others found has nothing to ask on its first run until they have answered.
    waiting = [source for source in sources if source.follows and store.last_complete(source.name) is None]
    runs = {}
    for group in ([source for source in sources if source not in waiting], waiting):
        for run in _collect(watch, store, group, clock=clock, progress=progress, told_in=told_in):
            runs[run.source] = run
    read(watch, store, clock())
    return Collected(runs=tuple(runs[source.name] for source in sources))


def _collect(
    watch: Loaded,
    store: Store,
    sources: Sequence[Source],
    *,
    clock: Clock,
    progress: Progress,
    told_in: Mapping[str, str],
) -> Iterator[SearchRun]:
    """Ask ``sources`` at the same time, each in its own budget, and keep their answers in their order."""
    known = store.known() if sources else ()
    pool = ThreadPoolExecutor(max_workers=max(1, len(sources)))
    try:
        asked = [(source, clock(), pool.submit(_ask, source, known, clock(), progress)) for source in sources]
        del (
            known
        )  # the sources hold it as long as they ask, and no longer: each answer is judged by the store's of then
        while asked:
            source, started, future = asked.pop(0)  # an answer goes when it is kept
            yield _keep(watch, store, source, started, future.result(), clock=clock, told_in=told_in)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # a run that is stopped does not wait for the slowest service


def _ask(source: Source, known: Sequence[Known], now: datetime, progress: Progress) -> Answer | SourceError:
    progress(source.platform, "asking")
    try:
        answer = source.census(known, now)
    except SourceError as error:
        progress(source.platform, "failed")
        return error
    progress(source.platform, answer.skipped or f"{answer.hits} records")
    return answer


def _keep(
    watch: Loaded,
    store: Store,
    source: Source,
    started: datetime,
    answer: Answer | SourceError,
    *,
    clock: Clock,
    told_in: Mapping[str, str],
) -> SearchRun:
    """Judge one source's answer, identify its records, and keep both in one transaction."""
    believed = store.last_complete(source.name)
    run = SearchRun(
        source=source.name,
        platform=source.platform,
        interface=source.interface,
        query=source.query,
        started=started,
        finished=clock(),
        state="failed",
        baseline=believed is None,
        strategy_changed=believed is not None and believed.query != source.query,
        edit=edit(believed.query, source.query) if believed is not None else (),
        config_hash=watch.hash,
        litwatch_version=__version__,
    )
    if isinstance(answer, SourceError):
        run = replace(run, failure=str(answer), baseline=False)
        store.keep(run, (), None)
        return run
    latest = next(iter(store.runs(source.name, limit=1)), None)
    state, warnings = judge(answer, None if run.strategy_changed else believed, latest)
    run = replace(
        run,
        state=state,
        warnings=warnings,
        translation=answer.translation,
        version=answer.version,
        hits=answer.hits,
        fetched=len(answer.records),
        requests=answer.requests,
    )
    if state in {"suspect", "skipped"}:
        store.keep(replace(run, baseline=False), (), None)
        return run
    known = store.known() if answer.records or answer.gone else ()  # of an empty answer nothing is to be judged
    findings = identify(
        answer,
        source=source.name,
        known=known,
        last_complete=believed.started if believed else None,
        strategy_changed=run.strategy_changed,
        now=started,
        terms=partial(bringing, units=added(run.edit, watch.config.search, source.name)),
        index=partial(index_of, store, known),
    )
    standings = [finding.standing for finding in findings]
    run = replace(
        run,
        new=sum(standing in {"new", "late", "by_new_terms"} for standing in standings),
        changed=sum(bool(finding.changes) and not finding.vanished for finding in findings),
        duplicates=sum(standing in {"duplicate", "possible_duplicate"} for standing in standings),
        gone=sum(finding.vanished for finding in findings),
    )
    remember = run.baseline and watch.config.search.first_run == "remember"
    # After a rebuild, what no earlier digest told is news: a lost store must not swallow it. And an export that
    # somebody drops in later is dropped in to be read, not to be remembered.
    remember = remember and not told_in and (answer.nature != "exports" or store.outbox.last() is None)
    store.keep(run, findings, answer.matched, remember=remember, told_in=told_in)
    return run


def read(watch: Loaded, store: Store, now: datetime) -> None:
    """Link what belongs together, and appraise what is new or changed (all after an edit or an upgrade)."""
    _link(store, now)
    reader = reader_of(watch)
    waiting = store.unappraised(reader)
    batches = (store.texts(waiting[start : start + BATCH]) for start in range(0, len(waiting), BATCH))
    for found in read_all(watch.config, batches, len(waiting)):
        store.appraise(found, reader)


def reader_of(watch: Loaded) -> str:
    """Return what names the reader of a report: another version or configuration may read the same words otherwise."""
    return f"{__version__}:{watch.hash}"


def _link(store: Store, now: datetime) -> None:
    known, likenesses = store.known(), store.likenesses()
    moves = unions(known, likenesses, store.marks())
    if moves:
        store.rehome(moves, now=now)
        known = store.known()
    marks = at_home(store.marks(), known)
    links = relations(known, marks, likenesses)
    names = store.studies()
    joined = studies(
        [*names, *(entry.report_id for entry in known)], (*links, *left_behind(names, known)), names, different(marks)
    )
    news = arrivals(store.relations(), links, known, waiting=store.waiting(), told_in=store.told_in(), marks=marks)
    store.link(links, *joined, arrivals=news, found=now)


def tell(
    watch: Loaded,
    store: Store,
    *,
    password: str | None,
    clock: Clock,
    tried: Sequence[Outcome] = (),
    uncut: Uncut = nullcontext,
) -> Told:
    """Compose, render and prepare the digest that is due, if any, deliver it, and bring the site up to date.

    ``tried`` are the deliveries this run has tried already: a message whose arrival is in doubt waits for the next.
    """
    label, subject, counts = _prepared(watch, store, clock())
    invited = invite(store.outbox, watch.config, clock())
    outcomes: tuple[Outcome, ...] = ()
    if label is not None or invited:
        outcomes = deliver(store.outbox, watch.config, password, clock, tried=tried, uncut=uncut)
    outcomes = (*outcomes, *publish(watch, store, clock()))
    return Told(label=label, subject=subject, counts=counts, outcomes=outcomes)


def _prepared(watch: Loaded, store: Store, now: datetime) -> tuple[str | None, str, Counts | None]:
    digest, rendered = prepare(watch, store, now)
    return (digest.label, rendered.subject, digest.counts) if digest and rendered else (None, "", None)


def publish(watch: Loaded, store: Store, now: datetime) -> tuple[Outcome, ...]:
    """Build the site again, where the configuration has one and something was delivered since it was built.

    Its failure costs nothing of the mail: it is an outcome of its own, and the next run tries again.
    """
    from litwatch.site.build import refresh

    folder = watch.config.site.folder
    if folder is None:
        return ()
    try:
        refresh(watch, store, folder, now)
    except (DeliveryError, InputError) as error:
        return (Outcome(label="site", recipient_hash="site", state="prepared", attempts=1, answer=str(error)),)
    return (Outcome(label="site", recipient_hash="site", state="sent", attempts=1),)


def prepare(watch: Loaded, store: Store, now: datetime) -> tuple[Digest | None, Rendered | None]:
    """Put the digest that is due into the outbox, in one transaction; (None, None) when none is due."""
    last = store.outbox.last()
    labels = [entry.label for entry in store.outbox.digests()]
    current = due(now, watch.config.digest, latest_label(labels, watch.config.digest))
    if current is None:
        return None, None
    digest, quiet = _composed(watch, store, current, last, now)
    rendered = render(digest, watch.config, store.abstracts)
    mail: tuple[Message, ...] = ()
    if not (quiet and watch.config.digest.quiet == "skip"):
        mail = messages(rendered, watch.config, now, written_to=store.outbox.recipients())
    store.outbox.prepare(digest, rendered, mail, now)
    return digest, rendered


def _composed(
    watch: Loaded, store: Store, current: Period, last: StoredDigest | None, now: datetime
) -> tuple[Digest, bool]:
    """Return the digest that is due, and whether it has nothing to say."""
    since = last.until if last else None
    reports = store.reports(abstracts=False)  # of what is told they come with the news
    pending = store.pending(reports)
    receipts = receipts_of(watch, store, since=since)
    digest = compose(
        config=watch.config,
        pending=pending,
        reports=reports,
        receipts=receipts,
        label=current.label,
        since=since,
        now=now,
        notes=notes_of(watch, store, last, current.slot),
    )
    return digest, not pending and all(receipt.state == "complete" for receipt in receipts)
