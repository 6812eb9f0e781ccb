"""Europe PMC's REST service: search and searchPOST, with its cursor and its errors under HTTP 200.

Source: https://europepmc.org/RestfulWebService, https://europepmc.org/searchsyntax; recorded answers (version 6.9).
"""

from __future__ import annotations

import base64
import re
from functools import partial
from typing import Any

from litwatch.demo.boolean import BadExpression, Term, holds, parse
from litwatch.demo.deposit import Deposit
from litwatch.demo.exchange import Reply, Request, as_json
from litwatch.demo.world import World

VERSION = "6.9"
MAX_PAGE, DEFAULT_PAGE = 1_000, 25
LITE = ("id", "source", "pmid", "pmcid", "fullTextIdList", "doi", "title", "authorString", "pubYear", "isOpenAccess",
        "inEPMC", "inPMC", "citedByCount", "firstIndexDate", "firstPublicationDate")  # fmt: skip
_MARKUP = re.compile(r"<[^>]*>")


class EuropePmc:
    """The answering part."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Reply:
        """Answer as the service does."""
        if request.path not in {"search", "searchPOST"}:
            return as_json({"errCode": 404, "errMsg": "not found"})
        query = request.get("query")
        if not query.strip() or request.get("format", "xml") != "json":
            return as_json({"errCode": 404, "errMsg": "the query is missing, or a format that is not imitated"})
        try:
            expression, start = parse(query), _start(request.get("cursorMark") or "*")
        except (BadExpression, ValueError) as error:
            return as_json({"errCode": 404, "errMsg": str(error)})
        standing = self._world.deposits_at(request.now).values()
        matching = [one for one in standing if expression(partial(_matches, one))]
        return as_json(_page(request, query, matching, start))


def _start(cursor: str) -> int:
    """Return where a page begins. Raises `ValueError` for a cursor that was never given."""
    return 0 if cursor in {"*", "%2A"} else int(base64.urlsafe_b64decode(cursor).decode())


def _page(request: Request, query: str, matching: list[Deposit], start: int) -> dict[str, Any]:
    """Return one page. The next cursor is absent where everything fits on one page; at the end it is the one sent."""
    size = min(int(request.get("pageSize") or DEFAULT_PAGE), MAX_PAGE)
    cursor = request.get("cursorMark") or "*"
    page = matching[start : start + size]
    detail = request.get("resultType") or "lite"
    results = [
        dict(one.result) if detail == "core" else {name: one.result[name] for name in LITE if name in one.result}
        for one in page
    ]
    answer: dict[str, Any] = {"version": VERSION, "hitCount": len(matching)}
    if len(matching) > size:
        end = start + len(page)
        answer["nextCursorMark"] = base64.urlsafe_b64encode(str(end).encode()).decode() if page else cursor
    answer["request"] = {
        "queryString": query,
        "resultType": detail,
        "cursorMark": cursor,
        "pageSize": size,
        "sort": "",
        "synonym": False,
    }
    return answer | {"resultList": {"result": results}}


def _matches(one: Deposit, term: Term) -> bool:
    result = one.result
    if term.field == "SRC":
        return one.database == term.text
    if term.field == "EXT_ID":
        return one.number == term.text
    if term.field == "CITES":
        return term.text.removesuffix("_MED") in one.cites
    if term.field in {"DOI", "PMCID"}:
        return str(result.get(term.field.lower(), "")).casefold() == term.text.casefold()
    if term.field == "KW":
        return any(holds(word, term.text) for word in result.get("keywordList", {}).get("keyword", []))
    title, abstract = str(result.get("title", "")), _MARKUP.sub(" ", str(result.get("abstractText", "")))
    if term.field in {"TITLE_ABS", ""}:
        return holds(f"{title}\n{abstract}", term.text)
    return holds(title, term.text) if term.field == "TITLE" else False
