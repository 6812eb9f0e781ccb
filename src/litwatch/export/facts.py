"""What `litwatch appraise` prints: one line of JSON a record. Pure."""

from __future__ import annotations

import json

from litwatch.export.json import appraisal_json
from litwatch.model import Appraisal, Quote


def facts_line(identifier: str | int, appraisal: Appraisal) -> bytes:
    """Return the output line of `litwatch appraise`: ``id`` first, then the facts in the contract's order.

    A quote from indexing rather than from the title or abstract is null: whoever reads the line holds only those two.
    """
    facts = {"id": identifier, **appraisal_json(appraisal)}
    for key, quote in (("design_quote", appraisal.design_quote), ("n_quote", appraisal.n_quote)):
        facts[key] = _in_text(quote)
    for question, hit in zip(facts["questions"], appraisal.questions, strict=True):
        question["quote"] = _in_text(hit.quote)
    try:
        return json.dumps(facts, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair in the input: no UTF-8 can carry it, an escape can
        return json.dumps(facts).encode() + b"\n"


def _in_text(quote: Quote | None) -> str | None:
    return quote.text if quote is not None and quote.field in {"title", "abstract"} else None
