"""ClinicalTrials.gov's API, version 2: /version, /studies, /studies/{nctId}.

Errors are plain text, as recorded; a page token is minted whenever a page is exactly full, so that an empty last page
occurs. Source: https://clinicaltrials.gov/data-api/api (OpenAPI 2.0.5).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from litwatch.demo.essie import BadQuery, Test, compile_query
from litwatch.demo.exchange import Reply, Request, as_json, as_text
from litwatch.demo.pieces import PIECES, path_of, prune, values
from litwatch.demo.world import Trial, World

MAX_PAGE, DEFAULT_PAGE = 1_000, 10
_QUERIES = {
    "query.cond": "ConditionSearch",
    "query.term": "BasicSearch",
    "query.locn": "LocationSearch",
    "query.titles": "TitleSearch",
    "query.intr": "InterventionSearch",
    "query.outc": "OutcomeSearch",
    "query.spons": "SponsorSearch",
    "query.lead": "LeadSponsorName",
    "query.id": "IdSearch",
    "query.patient": "PatientSearch",
}
_FILTERS = ("overallStatus", "geo", "ids", "advanced", "synonyms")
_OTHER = ("format", "markupFormat", "aggFilters", "geoDecay", "fields", "sort", "countTotal", "pageSize", "pageToken")
_KNOWN = {*_QUERIES, *_OTHER} | {f"{kind}.{name}" for kind in ("filter", "postFilter") for name in _FILTERS}
_PAGING = {"countTotal", "pageSize", "pageToken"}
_NCT = re.compile(r"NCT0*[1-9]\d{0,7}", re.IGNORECASE)
_STATUSES = frozenset({
    "ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED",
    "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE",
    "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN",
})  # fmt: skip


class Refusal(Exception):
    """A plain-text 400."""


class ClinicalTrials:
    """The answering part."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens: dict[str, tuple[tuple[tuple[str, str], ...], int]] = {}

    def answer(self, request: Request) -> Reply:
        """Answer as the API does."""
        if request.method not in {"GET", "HEAD"}:
            return as_text("Method Not Allowed", 405)
        try:
            if request.path == "version":
                return self._version(request)
            if request.path == "studies":
                return self._studies(request)
            if request.path.startswith("studies/"):
                return self._study(request)
        except Refusal as refusal:
            return as_text(str(refusal), 400)
        return as_text("Not Found", 404)

    def _version(self, request: Request) -> Reply:
        """Answer with the last working morning, UTC: the data is refreshed Monday to Friday."""
        stamp = request.now.astimezone(UTC).replace(hour=9, minute=0, second=4, microsecond=0, tzinfo=None)
        if stamp > request.now.astimezone(UTC).replace(tzinfo=None):
            stamp -= timedelta(days=1)
        while stamp.weekday() > 4:
            stamp -= timedelta(days=1)
        return as_json({"apiVersion": "2.0.5", "dataTimestamp": stamp.isoformat()})

    # --- one study

    def _study(self, request: Request) -> Reply:
        asked = request.path.removeprefix("studies/")
        if not _NCT.fullmatch(asked):
            raise Refusal(f"`nctId` has incorrect format: {asked}")
        nct = _normal(asked)
        standing = self._world.trials_at(request.now)
        if nct in standing:
            return as_json(_shown(standing[nct], request.get("fields")))
        for current in standing.values():
            if nct in current.aliases:
                return as_text("", 301, headers=(("Location", f"/api/v2/studies/{current.nct}"),))
        return as_text(f"NCT number {nct} not found", 404)

    # --- many studies

    def _studies(self, request: Request) -> Reply:
        given = dict(request.params)
        for name in given:
            if name not in _KNOWN:
                raise Refusal(f"`{name}` is unknown parameter")
        if given.get("format", "json") != "json":
            raise Refusal("`format` other than json is not imitated")
        size = _page_size(given.get("pageSize", ""))
        same = tuple(sorted((name, value) for name, value in given.items() if name not in _PAGING))
        start = self._start(given.get("pageToken", ""), same)
        matching = _sorted(self._matching(request, given), given.get("sort", ""))
        page = matching[start : start + size]
        answer: dict[str, Any] = {}
        if given.get("countTotal") == "true" and not given.get("pageToken"):
            answer["totalCount"] = len(matching)
        answer["studies"] = [_shown(one, given.get("fields", "")) for one in page]
        if len(page) == size:
            answer["nextPageToken"] = self._mint(same, start + size)
        return as_json(answer)

    def _start(self, token: str, same: tuple[tuple[str, str], ...]) -> int:
        if not token:
            return 0
        before, start = self._tokens.get(token, ((), -1))
        if start < 0 or before != same:
            raise Refusal("`pageToken` is invalid")  # assumed wording
        return start

    def _mint(self, same: tuple[tuple[str, str], ...], start: int) -> str:
        token = hashlib.blake2b(repr((same, start)).encode(), digest_size=24).hexdigest()
        self._tokens[token] = same, start
        return token

    def _matching(self, request: Request, given: Mapping[str, str]) -> list[Trial]:
        queries = {name: text for name, text in given.items() if name in _QUERIES and text.strip()}
        tests = [_compiled(name, text, area) for name, area in _QUERIES.items() if (text := queries.get(name))]
        only_ids = any(
            all(_NCT.fullmatch(word) for word in re.split(r"[,\s]+", text.strip())) for text in queries.values()
        )
        if only_ids:
            tests = [_any_id(text) for text in queries.values() if _NCT.match(text.strip())]
        else:
            tests += _filters(given)
        return [one for one in self._world.trials_at(request.now).values() if all(test(one.study) for test in tests)]


def _filters(given: Mapping[str, str]) -> list[Test]:
    """Return the tests of the filter parameters. Raises `Refusal`."""
    tests: list[Test] = []
    for name, text in given.items():
        kind, _, what = name.partition(".")
        if kind not in {"filter", "postFilter"} or not text:
            continue
        if what == "advanced":
            tests.append(_compiled(name, text, "BasicSearch"))
        elif what == "ids":
            if bad := [one for one in re.split(r"[,|\s]+", text) if not _NCT.fullmatch(one)]:
                raise Refusal(f"`{name}` has incorrect format: {bad[0]}")
            tests.append(_any_id(text))
        elif what == "overallStatus":
            wanted = set(re.split(r"[,|]", text))
            if strange := wanted - _STATUSES:
                raise Refusal(f"Invalid value in parameter `overallStatus`: `{min(strange)}`")
            tests.append(_has_status(frozenset(wanted)))
    return tests


def _has_status(wanted: frozenset[str]) -> Test:
    return lambda study: bool(wanted & set(values(study, "OverallStatus")))


def _compiled(name: str, text: str, area: str) -> Test:
    try:
        return compile_query(text, area)
    except BadQuery as bad:
        raise Refusal(f"Error parsing query in `{name}`: {bad}") from bad


def _any_id(text: str) -> Test:
    wanted = {_normal(one) for one in _NCT.findall(text)}
    return lambda study: bool(wanted & {*values(study, "NCTId"), *values(study, "NCTIdAlias")})


def _normal(nct: str) -> str:
    return f"NCT{int(nct[3:]):08}"


def _page_size(text: str) -> int:
    if not text:
        return DEFAULT_PAGE
    if not text.isdecimal():
        raise Refusal("`pageSize` has incorrect format")
    return min(int(text), MAX_PAGE) or DEFAULT_PAGE


def _sorted(trials: list[Trial], sort: str) -> list[Trial]:
    for order in reversed(sort.split(",") if sort else []):
        piece, _, direction = order.partition(":")
        if piece == "@relevance":
            continue
        if piece not in PIECES:
            raise Refusal(f"`sort` contains invalid field name `{piece}`")
        trials = sorted(trials, key=lambda one: values(one.study, piece), reverse=direction == "desc")
    return trials


def _shown(one: Trial, fields: str) -> Mapping[str, Any]:
    """Return the study, cut to ``fields`` if any are named. Raises `Refusal`."""
    names = [name for name in re.split(r"[,|]", fields) if name]
    paths = [path_of(name.strip()) for name in names]
    for name, path in zip(names, paths, strict=True):
        if path is None:
            raise Refusal(f"`fields` contains invalid field name `{name}`")
    cut: Mapping[str, Any] = prune(one.study, [path for path in paths if path]) if names else one.study
    return cut
