"""A report's text for reading on a terminal: its sentences in order, those that a fact was read from set off. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from litwatch.appraise.sentences import Sentence, sentences_in
from litwatch.digest import wording
from litwatch.model import AnyRecord, Appraisal, Quote

WIDTH = 100
_PLAIN, _SET_OFF = "    ", "  » "


def highlighted(record: AnyRecord, appraisal: Appraisal) -> Iterator[str]:
    """Yield the lines of title and abstract, or of a registration's prose.

    A sentence that holds a quote stands in bold after a mark, and ends with what was read from it in brackets.
    """
    quotes = list(_quotes(appraisal))
    for sentence in sentences_in(record):
        facts = tuple(dict.fromkeys(name for name, quote in quotes if _holds(sentence, quote)))
        text = f"{sentence.text} [{', '.join(facts)}]" if facts else sentence.text
        first = _SET_OFF if facts else _PLAIN
        for line in textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=_PLAIN):
            yield click.style(line, bold=True) if facts else line


def _quotes(appraisal: Appraisal) -> Iterator[tuple[str, Quote]]:
    single = (("design", appraisal.design_quote), ("people", appraisal.n_quote))
    yield from ((name, quote) for name, quote in single if quote is not None)
    yield from ((f"diagnosis: {one.name}", one.quote) for one in appraisal.diagnosis)
    yield from ((f"setting: {one.name}", one.quote) for one in appraisal.setting)
    yield from (("dose", dose.quote) for dose in appraisal.doses)
    yield from (("comparator", one.quote) for one in appraisal.comparator)
    if appraisal.followup is not None:
        yield "follow-up", appraisal.followup.quote
    yield from ((f"adverse event: {event.term}", event.quote) for event in appraisal.adverse_events)
    yield from ((f"withdrawals: {wording.withdrawal(one)}", one.quote) for one in appraisal.withdrawals)
    if appraisal.outcome is not None:
        yield "outcome", appraisal.outcome.quote
    yield from ((hit.id, hit.quote) for hit in appraisal.questions)


def _holds(sentence: Sentence, quote: Quote) -> bool:
    return quote.field == sentence.field and quote.start < sentence.end and sentence.start < max(quote.end, 1)
