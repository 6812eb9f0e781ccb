"""The interface behind EU CTIS's public portal: POST search, GET retrieve.

Undocumented; imitated after recorded answers and what others observed (2026): pages count from 1, page 0 and missing
criteria find nothing, GET of the search is refused by the gateway, an unknown number is an empty object.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from litwatch.demo.boolean import holds
from litwatch.demo.ctis_trial import CtisTrial
from litwatch.demo.exchange import Reply, Request, as_json
from litwatch.demo.world import World

MAX_PAGE = 100


class Ctis:
    """The answering part."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Reply:
        """Answer as the portal does."""
        if request.path == "search" and request.method == "POST":
            return self._search(request)
        if request.path.startswith("retrieve/") and request.method == "GET":
            found = self._world.ctis_at(request.now).get(request.path.removeprefix("retrieve/"))
            return as_json(dict(found.detail) if found else {})
        return as_json({"message": "Missing Authentication Token"}, 403)

    def _search(self, request: Request) -> Reply:
        asked: Mapping[str, Any] = json.loads(request.body or b"{}")
        criteria, paging = asked.get("searchCriteria"), asked.get("pagination") or {}
        page, size = int(paging.get("page", 1)), min(int(paging.get("size", 20)), MAX_PAGE)
        every = self._world.ctis_at(request.now).values() if criteria and page > 0 else ()
        matching = [one for one in every if _matches(one, criteria or {})]
        shown = matching[(page - 1) * size : page * size] if page > 0 else []
        pages = -(-len(matching) // size) if matching else 0
        return as_json(
            {
                "showWarning": False,
                "pagination": {
                    "totalRecords": len(matching),
                    "currentPage": page,
                    "totalPages": pages,
                    "nextPage": page < pages,
                    "prevPage": page > 1,
                },
                "data": [dict(one.line) for one in shown],
            }
        )


def _matches(one: CtisTrial, criteria: Mapping[str, Any]) -> bool:
    """Tell whether a trial fits the criteria; those that the portal ignores are ignored."""
    words = f"{json.dumps(one.line, ensure_ascii=False)} {json.dumps(one.detail, ensure_ascii=False)}"
    text, number = str(criteria.get("containAll") or ""), str(criteria.get("number") or "")
    condition = str(criteria.get("medicalCondition") or "")
    return (
        (not text or holds(words, text))
        and (not number or one.number.startswith(number))
        and (not condition or holds(str(one.line["conditions"]), condition))
    )
