"""ISRCTN's query API, its ``default`` format. No paging; a filter that is not understood is dropped without a word.

Source: https://www.isrctn.com/page/api and what others measured (September 2026).
"""

from __future__ import annotations

import re
from functools import partial

from litwatch.demo.boolean import BadExpression, Term, holds, parse
from litwatch.demo.exchange import Reply, Request, as_xml
from litwatch.demo.isrctn_trial import NAMESPACE, IsrctnTrial
from litwatch.demo.world import World

DEFAULT_LIMIT = 10
_DATE_FILTER = re.compile(r"\s*(?:AND\s+)?lastEdited\s+(?:GE|GT|LE|LT)\s+(\S+)")
_BARE_WORDS = re.compile(r'(?<![\w":])([\w-]+)\s+(?!AND\b|OR\b|NOT\b)([\w-]+)(?![\w":])')
HTML = b"<!DOCTYPE html><html><head><title>500</title></head><body>Internal Server Error</body></html>"


class Isrctn:
    """The answering part."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Reply:
        """Answer as the registry does."""
        if request.path.startswith("trial/"):
            number = request.path.split("/")[1]
            found = self._world.isrctn_at(request.now).get(number)
            return as_xml(_document([found], 1)) if found else Reply(status=500, body=HTML, type="text/html")
        if request.path != "query/format/default":
            return Reply(status=404, body=HTML, type="text/html")
        matching = self._matching(request)
        limit = int(request.get("limit") or DEFAULT_LIMIT)
        return as_xml(_document(matching[:limit], len(matching)))

    def _matching(self, request: Request) -> list[IsrctnTrial]:
        every = list(self._world.isrctn_at(request.now).values())
        query = request.get("q")
        dates = _DATE_FILTER.findall(query)
        if any("T" not in day for day in dates):
            return every  # a date without a time of day: the filter is not applied, nor is anything else
        try:
            expression = parse(_phrased(_DATE_FILTER.sub("", query)))
        except BadExpression:
            return []
        return [one for one in every if expression(partial(_matches, one))]


def _phrased(query: str) -> str:
    """Make a phrase of words side by side without an operator: the registry looks for the whole string."""
    operators = {"AND", "OR", "NOT"}
    while match := _BARE_WORDS.search(query):
        if match[1] in operators or match[2] in operators:
            break
        query = f'{query[: match.start()]}"{match[1]} {match[2]}"{query[match.end() :]}'
    return query


def _matches(one: IsrctnTrial, term: Term) -> bool:
    if term.field == "TRIALSTATUS":
        return False
    return holds(one.words, term.text)


def _document(trials: list[IsrctnTrial], total: int) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<allTrials totalCount="{total}" xmlns="{NAMESPACE}"'
    return f"{head}>{''.join(one.xml for one in trials)}</allTrials>" if trials else f"{head}/>"
