"""Text for a page in which every number that leads somewhere is a link. Pure; what is not a number stays text."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from litwatch.identifiers import located, url
from litwatch.model import Identifier

# A PMID and a DOI are numbers like others, so only those that are called so are taken for one.
_CALLED = re.compile(r"PMID (?P<pmid>[1-9]\d{0,7})(?!\d)|doi:(?P<doi>10\.\d{4,9}/[^\s<>\"),;]*[^\s<>\"),;.:])")


def linked(text: str) -> Markup:
    """Return ``text`` escaped for HTML, each registry number, PMID and DOI in it a link to its page."""
    named = tuple(
        (match.start(), match.end(), Identifier(kind=match.lastgroup or "", value=match[match.lastgroup or 0]))
        for match in _CALLED.finditer(text)
    )
    parts: list[str] = []
    position = 0
    for start, end, entry in sorted((*located(text), *named), key=lambda one: (one[0], -one[1])):
        address = url(entry)
        if address and start >= position:
            parts.append(escape(text[position:start]))
            parts.append(Markup('<a class="link" href="{}">{}</a>').format(address, text[start:end]))  # format escapes
            position = end
    parts.append(escape(text[position:]))
    return Markup("").join(parts)
