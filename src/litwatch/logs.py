"""Logging to stderr, for a console or as JSON lines; secrets never pass."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import stamina.instrumentation
import structlog

from litwatch.redaction import Redactor


def configure(*, style: str, verbose: bool, secrets: Iterable[str]) -> None:
    """Send every log line to stderr as ``style`` (console or json), from INFO or (verbose) DEBUG on."""
    masked = Redactor(secrets)

    if not verbose:
        stamina.instrumentation.set_on_retry_hooks([])

    def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            text = value if isinstance(value, str) else str(value) if isinstance(value, BaseException) else None
            if text is not None:
                text = masked(text)
                event[key] = text.encode("unicode_escape").decode("ascii") if _unsafe(text) else text
        return event

    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if style == "console":
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _unsafe(text: str) -> bool:
    """Tell whether ``text`` would break its log line or move a terminal's cursor."""
    return any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text)  # noqa: PLR2004  # C0, DEL and C1
