"""Keeping secrets out of every message."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from litwatch.text import one_line

MASK = "***"
# NCBI echoes the key, or the caller's address, in its refusals.
_ECHOED = re.compile(r'("?api[-_]?key"?\s*[:=]\s*"?)[^"&,}\s]+', re.IGNORECASE)


class Redactor:
    """Replaces every secret it was given, in raw, URL-encoded, JSON and base64 form."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        # From the last in the alphabet: a form stands behind whatever it begins.
        ordered = sorted(forms, reverse=True)
        self._pattern = re.compile("|".join(map(_expression, ordered))) if forms else None

    def __call__(self, text: str) -> str:
        """Return ``text`` with every secret masked."""
        text = _ECHOED.sub(rf"\g<1>{MASK}", text)
        return self._pattern.sub(MASK, text) if self._pattern is not None else text

    def line(self, text: str, cap: int = 200) -> str:
        """Return ``text`` redacted, on one line, cut to ``cap`` characters (after redaction: half a key is a key)."""
        return one_line(self(text), cap=cap)

    def holds(self, error: BaseException) -> bool:
        """Tell whether a traceback of ``error`` would show a secret."""
        seen: set[int] = set()
        chain: BaseException | None = error
        while chain is not None and id(chain) not in seen:
            seen.add(id(chain))
            if self(str(chain)) != str(chain):
                return True
            chain = chain.__cause__ or chain.__context__
        return False


def _forms(secret: str) -> Iterator[str]:
    in_base64 = b64encode(secret.encode(errors="surrogatepass")).decode()
    in_form = quote_plus(secret, errors="replace")
    yield from (secret, json.dumps(secret)[1:-1], in_base64, in_base64.replace("=", ""))
    yield from (quote(secret, errors="replace"), in_form.replace("+", "%20"), in_form)


def _expression(form: str) -> str:
    """Match ``form`` as it is, its percent-encoded bytes in either case."""
    return re.sub("%([0-9A-F]{2})", lambda match: f"%(?i:{match[1]})", re.escape(form))
