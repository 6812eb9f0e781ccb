"""What a reader is told of an edit of the search terms, at the head of the section it fills. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.model import Receipt
from litwatch.text import shortened

PARTS_SHOWN = 12
PART_CAP = 60


def edited(receipts: Sequence[Receipt], unprinted: int) -> str:
    """Return what was edited, source by source, and how many reports are listed in the attachments only."""
    edits = [f"{receipt.platform}: {_parts(receipt.edit)}" for receipt in receipts if receipt.edit]
    words = ["Older reports that the search finds since its terms were edited."]
    words += [f"{'; '.join(edits)}."] if edits else []
    if unprinted:
        words.append(
            f"{unprinted} more {'are' if unprinted > 1 else 'is'} not printed here; items.csv, items.ris and "
            "digest.json list every one."
        )
    return " ".join(words)


def _parts(edit: Sequence[str]) -> str:
    shown = ", ".join(shortened(part, PART_CAP) for part in edit[:PARTS_SHOWN])
    more = len(edit) - PARTS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
