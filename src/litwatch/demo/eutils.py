"""NCBI E-utilities as PubMed answers them: esearch and efetch, with their envelopes, limits and error forms.

Bodies follow recorded answers; where no recording exists the form is marked "assumed".
Source: https://www.ncbi.nlm.nih.gov/books/NBK25499/
"""

from __future__ import annotations

import re
from html import escape
from itertools import count

from litwatch.demo.esearch_answer import EDGE, WINDOW, Page, search_error, search_json, search_xml
from litwatch.demo.exchange import Reply, Request, as_json, as_xml
from litwatch.demo.pubmed_record import PROLOG, pubmed_article
from litwatch.demo.pubmed_search import PubMed
from litwatch.demo.world import World

MAX_FETCH = 10_000
MAX_URL = 8_000
_FETCH_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
)


class EUtils:
    """The answering part. ``limit_rate`` turns the rate limit on; ``valid_keys``, if given, refuses every other key."""

    def __init__(self, world: World) -> None:
        self.limit_rate = False
        self.valid_keys: frozenset[str] | None = None
        self._pubmed = PubMed(world)
        self._history: dict[str, list[tuple[str, ...]]] = {}
        self._numbers = count(1)
        self._times: list[float] = []

    def forget_history(self) -> None:
        """Lose every stored search, as the history server does after some hours or on a bad day."""
        self._history.clear()

    def answer(self, request: Request) -> Reply:
        """Answer as E-utilities do."""
        key = request.get("api_key")
        limit = 10 if key else 3
        self._times = [time for time in self._times if request.time - time < 1.0] + [request.time]
        headers = (
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", str(max(0, limit - len(self._times)))),
            ("NCBI-PHID", "322CDEMO00000000000000000000.1.1.m_1"),
            ("Cache-Control", "private"),
        )
        reply = self._refusal(request, key, limit) or self._dispatch(request)
        return Reply(status=reply.status, body=reply.body, type=reply.type, headers=headers)

    def _refusal(self, request: Request, key: str, limit: int) -> Reply | None:
        if key and self.valid_keys is not None and key not in self.valid_keys:
            return as_json({"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}, 400)
        if self.limit_rate and len(self._times) > limit:
            over = {"count": str(len(self._times))}
            whose = {"api-key": "127.0.0.1"} if not key else {}
            return as_json(
                {"error": "API rate limit exceeded", **whose, **over, **({} if key else {"limit": "3"})}, 429
            )
        if request.method == "GET" and sum(len(name) + len(value) + 2 for name, value in request.params) > MAX_URL:
            return Reply(status=414, body=b"<html><h1>414 Request-URI Too Long</h1></html>", type="text/html")
        return None

    def _dispatch(self, request: Request) -> Reply:
        if request.path == "esearch.fcgi":
            return self._esearch(request)
        if request.path == "efetch.fcgi":
            return self._efetch(request)
        return Reply(status=404, body=b"<html><h1>404 Not Found</h1></html>", type="text/html")

    # --- esearch

    def _esearch(self, request: Request) -> Reply:
        in_json = request.get("retmode") == "json"
        if (name := request.get("db")) != "pubmed":
            return search_error(f"Invalid db name specified: {name}", in_json=in_json)
        if not request.get("term"):
            return search_error("Empty term and query_key - nothing todo", in_json=in_json)
        found = self._pubmed.search(_dated(request), request.now)
        if request.get("rettype") == "count":
            if in_json:
                return search_json({"count": str(len(found.pmids))})
            return search_xml(f"<Count>{len(found.pmids)}</Count>")
        start, size = _number(request.get("retstart"), 0), _number(request.get("retmax"), 20)
        if start > WINDOW - 1:
            return search_error(EDGE, in_json=in_json)
        page = Page(found, start, min(size, MAX_FETCH))
        stored = self._store(request, found.pmids) if request.get("usehistory") == "y" else None
        return search_json(page.as_json(stored)) if in_json else search_xml(page.as_xml(stored))

    def _store(self, request: Request, pmids: tuple[str, ...]) -> tuple[str, str]:
        """Return the query key and the WebEnv under which a search is kept."""
        name = request.get("WebEnv")
        if name not in self._history:
            name = f"MCID_{next(self._numbers):024x}"
            self._history[name] = []
        self._history[name].append(pmids)
        return str(len(self._history[name])), name

    # --- efetch

    def _efetch(self, request: Request) -> Reply:
        start, size = _number(request.get("retstart"), 0), _number(request.get("retmax"), MAX_FETCH)
        if request.get("WebEnv"):
            kept = self._history.get(request.get("WebEnv"), [])
            key = _number(request.get("query_key"), 0)
            if not 1 <= key <= len(kept):
                return _lost(request, start, size)
            if start > WINDOW - 1:
                return _fetch_error(
                    "Search backend cannot retrieve history data. Reason: Exception: 'retstart' cannot be larger than "
                    "9998. For PubMed, EFetch can only retrieve the first 9,999 records matching the query."
                )
            wanted = kept[key - 1][start : min(start + size, WINDOW)]
        else:
            ids = re.findall(r"\d+", ",".join(value for name, value in request.params if name == "id"))
            if not ids:
                return _fetch_error("ID list is empty! Possibly it has no correct IDs.")
            if len(ids) > MAX_FETCH:
                return _fetch_error(f"Too many UIDs in request. Maximum number of UIDs is {MAX_FETCH}.")  # assumed
            wanted = tuple(ids[start : start + size])
        standing = self._pubmed.world.articles_at(request.now)
        known = [standing[pmid] for pmid in dict.fromkeys(str(int(one)) for one in wanted) if pmid in standing]
        if request.get("retmode") != "xml":
            return Reply(body="".join(f"{item.pmid}\n" for item in known).encode(), type="text/plain; charset=UTF-8")
        articles = "".join(map(pubmed_article, known))
        return as_xml(f"{PROLOG}<PubmedArticleSet>\n{articles}</PubmedArticleSet>")


def _dated(request: Request) -> str:
    """Return the term with the date parameters joined to it, as PubMed does; unknown date types are ignored."""
    term = request.get("term")
    field = {"mdat": "lr", "pdat": "dp", "edat": "edat", "crdt": "crdt"}.get(request.get("datetype") or "edat")
    if field is None:
        return term
    if days := request.get("reldate"):
        return f'({term}) AND "last {days} days"[{field}]'
    low, high = request.get("mindate"), request.get("maxdate")
    return f"({term}) AND {low}:{high}[{field}]" if low and high else term


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default


def _fetch_error(message: str) -> Reply:
    return as_xml(f"<eFetchResult><ERROR>{escape(message, quote=False)}</ERROR></eFetchResult>", 400)


def _lost(request: Request, start: int, size: int) -> Reply:
    asked = f"query_key: {request.get('query_key')}, WebEnv: {request.get('WebEnv')}, retstart: {start}, retmax: {size}"
    return as_xml(
        f"{_FETCH_HEAD}<eFetchResult>\n\t<ERROR>Cannot retrieve history data. {escape(asked, quote=False)}</ERROR>\n"
        "\t<ERROR>Can't fetch uids from history because of: NCBI C++ Exception:\n    Error: "
        'UNK_MODULE(CException::eInvalid) "UNK_FILE", line 18446744073709551615: UNK_FUNC ---\n</ERROR>\n'
        "</eFetchResult>\n"
    )
