"""Authors' names in the form in which they are compared. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from litwatch.identify.dedupe.titles import plain

_AND = re.compile(r"\s+and\s+|\s*;\s*|\s*\n\s*|\s*\|\s*")
_RUN_ON = re.compile(r"(?<=\.)(?=[^\W\d_][^\W\d_.'’-]|[Oo]['’]|[dD]['’])")
_AND_OTHERS = re.compile(r"[\s,;]*(?:\band\s+|&\s*)?\b(?:others|et\s+al(?:ii)?)\b[\s.]*$", re.IGNORECASE)
_PARTICLES = "van von der den de di da del della la le el al dos du ter ten st san mc"
_PARTICLE = frozenset(_PARTICLES.split())
_INITIALS = 3  # letters at most
NAMES_CAP = 40


def are_cut(text: str) -> bool:
    """Tell whether a list of authors says that it leaves some out: "et al.", "and others"."""
    return bool(_AND_OTHERS.search(text))


def read_authors(text: str) -> tuple[str, ...]:
    """Return each author's family name in plain letters without spaces, in order, at most `NAMES_CAP`."""
    text = _AND_OTHERS.sub("", text)
    if not text:
        return ()
    parts = _AND.split(text)
    if len(parts) == 1:
        parts = _RUN_ON.split(text)
    if len(parts) == 1 and text.count(",") > 1:
        parts = _by_comma(text)
    names = (_family(part) for part in parts[:NAMES_CAP])
    return tuple(name for name in names if name)


def _by_comma(text: str) -> list[str]:
    """Split ``Last F, Last F`` and ``Last, F., Last, F.`` alike."""
    pieces = [piece.strip() for piece in text.split(",")]
    initials = [piece for piece in pieces[1::2] if len(re.sub(r"[\W\d_]", "", piece)) <= _INITIALS]
    if len(initials) == len(pieces[1::2]):
        return [", ".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2)]
    return pieces


@lru_cache(maxsize=65536)
def _family(name: str) -> str:
    before, comma, after = name.partition(",")
    if comma:
        words = plain(before).split()
        if words and all(word in _PARTICLE for word in words):
            words += [word for word in plain(after).split() if len(word) > 1]
    else:
        words = plain(name).split()
        kept = [word for word in words if len(word) > 1 and not _are_initials(word, name)]
        if len(words) > 1 and len(kept) > 1 and len(words[-1]) > 1 and kept == words:
            kept = kept[-1:]  # "Marion Walker": no initials anywhere, the family name stands last
        words = kept or words[:1]
    return "".join(words)


def _are_initials(word: str, name: str) -> bool:
    """Tell whether ``word`` stands in capitals in a name that is not all in capitals: ``JC``."""
    return len(word) <= _INITIALS and word.upper() in re.split(r"[^\w]+", name) and not name.isupper()
