"""Crossref's REST API: works by DOI, singly and as a filtered list, with the headers of its pools.

Source: https://www.crossref.org/documentation/retrieve-metadata/rest-api/ and recorded exchanges of 2026.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from litwatch.demo.exchange import Reply, Request, as_json, as_text
from litwatch.demo.world import World

DEFAULT_ROWS, MAX_ROWS = 20, 1_000
SELECTABLE = frozenset({
    "DOI", "type", "title", "container-title", "issued", "updated-by", "update-to", "author", "publisher", "abstract",
    "is-referenced-by-count", "relation", "published", "ISSN", "URL",
})  # fmt: skip


class Crossref:
    """The answering part."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Reply:
        """Answer as the service does."""
        works = self._world.works_at(request.now)
        headers = _pool(request)
        if request.path.startswith("works/"):
            found = works.get(unquote(request.path.removeprefix("works/")).casefold())
            if found is None:
                return as_text("Resource not found.", 404, headers=headers)
            return as_json(_envelope("work", dict(found.work)), headers=headers)
        if request.path != "works":
            return as_text("Resource not found.", 404, headers=headers)
        names = [name for name in request.get("select").split(",") if name]
        strange = [name for name in names if name not in SELECTABLE]
        rows = request.get("rows") or str(DEFAULT_ROWS)
        if strange or not rows.isdigit() or int(rows) > MAX_ROWS:
            failure = [{"type": "parameter-not-allowed", "value": (strange or [rows])[0], "message": "not allowed"}]
            return as_json(
                {"status": "failed", "message-type": "validation-failure", "message": failure}, 400, headers=headers
            )
        wanted = {part.removeprefix("doi:").casefold() for part in request.get("filter").split(",") if part}
        items = [dict(one.work) for doi, one in works.items() if doi in wanted or not wanted]
        shown = [{name: item[name] for name in names if name in item} if names else item for item in items]
        message = {
            "facets": {},
            "total-results": len(items),
            "items": shown[: int(rows)],
            "items-per-page": int(rows),
            "query": {"start-index": 0, "search-terms": None},
        }
        return as_json(_envelope("work-list", message), headers=headers)


def _envelope(kind: str, message: Any) -> dict[str, Any]:
    return {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}


def _pool(request: Request) -> tuple[tuple[str, str], ...]:
    polite = bool(request.get("mailto")) or "mailto:" in request.headers.get("user-agent", "")
    limits = ("10", "3", "polite") if polite else ("5", "1", "public")
    names = ("x-rate-limit-limit", "x-concurrency-limit", "x-api-pool")
    return (*zip(names, limits, strict=True), ("x-rate-limit-interval", "1s"))
