"""Templates to bytes: one environment that escapes everything, and what every page of one site shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from litwatch.digest import wording
from litwatch.digest.linked import linked
from litwatch.site.addresses import digest_page, question_page, root_of
from litwatch.site.feed import PATH as FEED
from litwatch.site.order import by_dose, by_length, by_number
from litwatch.site.shelf import Shelf
from litwatch.text import shortened

MENU = (
    ("index.html", "Now"),
    ("studies/index.html", "Studies"),
    ("map.html", "Evidence map"),
    ("answers.html", "Answers expected"),
    ("doses.html", "Doses"),
    ("digests/index.html", "Digests"),
    ("log.html", "Search log"),
)
STATIC = ("site.css", "site.js", "tablesort.min.js", "tablesort.LICENCE.txt")
WINDOW_CAP = 70  # characters of a page's title: what a tab or a bookmark shows
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Prints the pages of one site."""

    shelf: Shelf

    def page(self, path: str, template: str, title: str, **values: Any) -> File:
        """Return the page at ``path`` with its bytes."""
        config = self.shelf.config
        text = (
            _environment()
            .get_template(template)
            .render(
                path=path,
                root=root_of(path),
                window=shortened(f"{title} · {config.watch.name}", WINDOW_CAP),
                name=config.watch.name,
                about=config.watch.about,
                menu=MENU,
                feed=FEED,
                questions={question.id: question for question in config.questions},
                footer=(*wording.FOOTER, *config.watch.notes),
                as_of=wording.moment(self.shelf.as_of, config.digest.zone),
                **values,
            )
        )
        return path, text.encode()


def static_files() -> tuple[File, ...]:
    """Return the style sheet and the scripts as they ship, the table library's licence with it."""
    folder = resources.files("litwatch.site").joinpath("static")
    return tuple((f"static/{name}", folder.joinpath(name).read_bytes()) for name in STATIC)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"digest_page": digest_page, "question_page": question_page}
    environment.globals |= {"by_number": by_number, "by_dose": by_dose, "by_length": by_length}
    environment.filters |= {"partial": wording.partial, "linked": linked, "reasoned": wording.reasoned}
    return environment


def _source(name: str) -> str:
    return resources.files("litwatch.site").joinpath("templates", name).read_text(encoding="utf-8")
