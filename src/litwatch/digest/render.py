"""A digest as HTML, text, JSON and attachments. Pure: the same digest gives the same bytes.

The HTML stays under 90 kB decoded, because Gmail clips longer mail; what it leaves out stands in the text part and the
attachments, which are always complete.
"""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from operator import attrgetter
from typing import Any

import css_inline
from jinja2 import Environment, StrictUndefined

from litwatch.config import Config
from litwatch.digest.linked import linked
from litwatch.digest.pictures import ANSWERS, MAP, pictures
from litwatch.digest.view import View, view_of
from litwatch.export import csv, ris
from litwatch.export.doses import write_doses
from litwatch.export.json import digest_json
from litwatch.model import Attachment, Digest, Picture, Rendered
from litwatch.text import one_line

HTML_CAP = 90_000  # bytes
DOSES = "doses.csv"
RIS, CSV = "application/x-research-info-systems", "text/csv"
COLUMNS = 72
ALL = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much the HTML shows: items with quotes, with facts, at all; lines of the overview, and of each list."""

    quoted: int = ALL
    full: int = ALL
    shown: int = ALL
    glance: int = 20
    known: int = 3  # remembered reports a question
    answers: int = 8
    doses: int = 12


# The order in which a large digest gives way: quotes, then facts, then titles.
DEGREES = (
    Detail(),
    Detail(quoted=30),
    Detail(quoted=10),
    Detail(quoted=10, full=40, doses=6),
    Detail(quoted=8, full=25, doses=6),
    Detail(quoted=5, full=20, shown=200, known=2, doses=4),
    Detail(quoted=5, full=14, shown=150, known=2, doses=3),
    Detail(quoted=5, full=10, shown=100, known=1, doses=2),
    Detail(quoted=4, full=8, shown=80, known=1, doses=1),
    Detail(quoted=0, full=5, shown=50, glance=10, known=1, answers=4, doses=0),
    Detail(quoted=0, full=0, shown=25, glance=10, known=1, answers=2, doses=0),
    Detail(quoted=0, full=0, shown=10, glance=5, known=0, answers=0, doses=0),
)

# The text part names every item and is told in short from here on: a relay that takes 10 MB takes it.
IN_TEXT = Detail(full=200, doses=200)


def render(digest: Digest, config: Config, abstracts: ris.Abstracts | None = None) -> Rendered:
    """Return ``digest`` as a reader gets it; ``abstracts`` gives those of remembered reports, which a digest lacks."""
    drawn = pictures(digest, config)
    subject, html, text, dosed = _pages(view_of(digest, config), drawn)
    attached = [
        Attachment.written("items.ris", RIS, lambda file: ris.write_digest(digest, file, abstracts)),
        Attachment.written("items.csv", CSV, lambda file: csv.write_digest(digest, file)),
    ]
    if dosed:
        attached.append(Attachment.written(DOSES, CSV, lambda file: write_doses(digest.doses, file)))
    return Rendered(
        label=digest.label,
        subject=subject,
        html=html,
        text=text,
        json=_json(digest),
        attachments=tuple(attached),
        pictures=tuple(Attachment.of(one.name, "image/png", one.content) for one in drawn),
    )


def _pages(view: View, drawn: Sequence[Picture]) -> tuple[str, str, str, bool]:
    """Return the subject, the HTML, the text, and whether they point to the table of doses."""
    dosed = bool(view.doses or (view.first and view.doses_known))
    return view.subject, _html(view, drawn), _text(view), dosed


def _html(view: View, drawn: Sequence[Picture]) -> str:
    template = _environment(html=True).get_template("digest.html")
    files = {picture.name: picture for picture in drawn}
    named = {"evidence_map": files.get(MAP), "answers_expected": files.get(ANSWERS)}
    html = ""
    for detail in DEGREES:
        html = _inliner().inline(template.render(view=view, detail=detail, pictures=named))
        if len(html.encode()) <= HTML_CAP:
            break
    return html


def _json(digest: Digest) -> bytes:
    """Return digest.json; written piece by piece, since the pieces of a large one are ten times its size."""
    content = io.BytesIO()
    with io.TextIOWrapper(content, encoding="utf-8", newline="") as out:
        json.dump(digest_json(digest), out, ensure_ascii=False, indent=1)
        out.write("\n")
        out.flush()
        return content.getvalue()


def _text(view: View) -> str:
    return _environment(html=False).get_template("digest.txt").render(view=view, detail=IN_TEXT).strip("\n") + "\n"


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
    environment.filters |= {"linked": linked, "groupby_in_order": _grouped}
    environment.globals["rule"] = lambda sign: sign * COLUMNS
    return environment


def _grouped(lines: Sequence[Any], name: str) -> list[tuple[str, list[Any]]]:
    """Return neighbours that agree in ``name`` together, in their order."""
    return [(str(value), list(group)) for value, group in groupby(lines, key=attrgetter(name))]


def _loader() -> Any:
    from jinja2 import FunctionLoader

    return FunctionLoader(_source)


def _source(name: str) -> str:
    return resources.files("litwatch.digest").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        extra_css=_source("digest.css"),
        load_remote_stylesheets=False,
        keep_style_tags=True,
        inline_style_tags=False,
        minify_css=True,
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
