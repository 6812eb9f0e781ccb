"""Where each page of the site stands: paths that never change, below the site's root. Pure."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[a-z]+:[A-Z0-9]+")


def slug(study_id: str) -> str:
    """Return a study's name in addresses: the same for ever, and never that of another study.

    A plain id (source and number) is kept readable; one that loses characters carries a hash of the whole.
    """
    name = study_id.removeprefix("study:")
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
    if _PLAIN.fullmatch(name):
        return readable
    return f"{readable or 'study'}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def study_page(study_id: str) -> str:
    """Return the page of one study; its citations stand beside it as .ris and .bib."""
    return f"studies/{slug(study_id)}.html"


def question_page(question: str) -> str:
    """Return the page of one question."""
    return f"questions/{question}.html"


def digest_page(label: str) -> str:
    """Return the page of one digest; what was delivered stands beside it."""
    return f"digests/{label}/index.html"


def root_of(path: str) -> str:
    """Return the way from the page at ``path`` to the site's root, to stand before another path."""
    return "../" * path.count("/")
