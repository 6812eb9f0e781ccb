"""A digest as HTML, text, JSON and attachments. Pure: the same digest gives the same bytes.

The HTML stays under 90 kB decoded, because Gmail clips longer mail; what it leaves out stands in the text part and the
attachments, which are always complete.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import css_inline
from jinja2 import Environment, StrictUndefined

from litwatch.config import Config
from litwatch.digest.view import View, view_of
from litwatch.export.csv import digest_csv
from litwatch.export.json import digest_json
from litwatch.export.ris import digest_ris
from litwatch.model import Attachment, Digest, Rendered
from litwatch.text import one_line

HTML_CAP = 90_000  # bytes
COLUMNS = 72
ALL = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much the HTML shows: items with quotes, items with facts, items at all, remembered reports a question."""

    quoted: int = ALL
    full: int = ALL
    shown: int = ALL
    known: int = 8


# The order in which a large digest gives way: quotes, then facts, then titles.
DEGREES = (
    Detail(),
    Detail(quoted=30),
    Detail(quoted=10),
    Detail(quoted=10, full=40, known=5),
    Detail(quoted=5, full=20, shown=200, known=3),
    Detail(quoted=5, full=10, shown=100, known=2),
    Detail(quoted=0, full=5, shown=50, known=1),
    Detail(quoted=0, full=0, shown=25, known=1),
    Detail(quoted=0, full=0, shown=10, known=0),
)


def render(digest: Digest, config: Config) -> Rendered:
    """Return ``digest`` as a reader gets it."""
    view = view_of(digest, config)
    return Rendered(
        label=digest.label,
        subject=view.subject,
        html=_html(view),
        text=_text(view),
        json=f"{json.dumps(digest_json(digest), ensure_ascii=False, indent=1)}\n",
        attachments=(
            Attachment(name="items.ris", media_type="application/x-research-info-systems", content=digest_ris(digest)),
            Attachment(name="items.csv", media_type="text/csv", content=digest_csv(digest)),
        ),
    )


def _html(view: View) -> str:
    template = _environment(html=True).get_template("digest.html")
    html = ""
    for detail in DEGREES:
        html = _inliner().inline(template.render(view=view, detail=detail))
        if len(html.encode()) <= HTML_CAP:
            break
    return html


def _text(view: View) -> str:
    return _environment(html=False).get_template("digest.txt").render(view=view).strip("\n") + "\n"


@cache
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=_loader(),
        autoescape=html,  # noqa: S701  # off only for the plain-text part
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["wrap"] = _wrap
    environment.globals["rule"] = lambda sign: sign * COLUMNS
    return environment


def _loader() -> Any:
    from jinja2 import FunctionLoader

    return FunctionLoader(_source)


def _source(name: str) -> str:
    return resources.files("litwatch.digest").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        extra_css=_source("digest.css"), load_remote_stylesheets=False, keep_style_tags=True, inline_style_tags=False
    )


def _wrap(text: str, indent: str = "") -> str:
    """Fold one line of ``text`` at 72 columns; continued lines start with ``indent``."""
    lead = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        one_line(text, cap=20_000),
        width=COLUMNS,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
