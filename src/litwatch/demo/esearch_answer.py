"""The envelopes of esearch: a page of results, warnings and errors, in JSON and XML, as recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from litwatch.demo.exchange import Reply, as_json, as_xml
from litwatch.demo.pubmed_search import Found

WINDOW = 9_999  # records of one search that can be reached
EDGE = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve "
    "the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that "
    "contains additional logic to batch PubMed search results automatically so that an arbitrary number can be "
    "retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_SEARCH_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search, as JSON and as XML."""

    found: Found
    start: int
    size: int

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids on this page, none beyond the window."""
        return self.found.pmids[self.start : min(self.start + self.size, WINDOW)]

    @property
    def messages(self) -> list[str]:
        """Return PubMed's output messages."""
        found = [] if self.found.pmids else ["No items found."]
        if self.start + self.size > WINDOW and len(self.found.pmids) > WINDOW:
            found.append(f"Restrictions achieved. start and count adjusted to {self.start}, {WINDOW - self.start}")
        return found

    def as_json(self, stored: tuple[str, str] | None) -> dict[str, object]:
        """Return the ``esearchresult``; ``stored`` are query key and WebEnv."""
        found = self.found
        result: dict[str, object] = {
            "count": str(len(found.pmids)),
            "retmax": str(len(self.ids)),
            "retstart": str(self.start),
        }
        if stored:
            result |= {"querykey": stored[0], "webenv": stored[1]}
        result |= {
            "idlist": list(self.ids),
            "translationset": [{"from": old, "to": new} for old, new in found.mapped],
            "querytranslation": found.translation,
        }
        if found.not_found or found.strange_tag:
            result["errorlist"] = {"phrasesnotfound": list(found.not_found), "fieldsnotfound": []}
        if self.messages or found.ignored or found.quoted_not_found:
            result["warninglist"] = {
                "phrasesignored": list(found.ignored),
                "quotedphrasesnotfound": [escape(phrase, quote=False) for phrase in found.quoted_not_found],
                "outputmessages": self.messages,
            }
        return result

    def as_xml(self, stored: tuple[str, str] | None) -> str:
        """Return the content of ``eSearchResult``."""
        found = self.found
        history = f"<QueryKey>{stored[0]}</QueryKey><WebEnv>{stored[1]}</WebEnv>" if stored else ""
        mapped = "".join(
            f"<Translation>     <From>{_esc(old)}</From>     <To>{_esc(new)}</To>    </Translation>"
            for old, new in found.mapped
        )
        errors = _each("PhraseNotFound", found.not_found)
        warnings = (
            _each("PhraseIgnored", found.ignored)
            + _each("QuotedPhraseNotFound", found.quoted_not_found)
            + _each("OutputMessage", self.messages)
        )
        return (
            f"<Count>{len(found.pmids)}</Count><RetMax>{len(self.ids)}</RetMax><RetStart>{self.start}</RetStart>{history}"
            f"<IdList>\n{''.join(f'<Id>{pmid}</Id>{chr(10)}' for pmid in self.ids)}</IdList>"
            f"<TranslationSet>{mapped}</TranslationSet><QueryTranslation>{_esc(found.translation)}</QueryTranslation>"
            + (f"<ErrorList>{errors}</ErrorList>" if errors or found.strange_tag else "")
            + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
        )


def _esc(text: str) -> str:
    return escape(text, quote=False)


def _each(name: str, values: tuple[str, ...] | list[str]) -> str:
    return "".join(f"<{name}>{_esc(value)}</{name}>" for value in values)


def search_json(result: dict[str, object]) -> Reply:
    """Return a result in its JSON envelope."""
    return as_json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def search_xml(content: str) -> Reply:
    """Return a result in its XML envelope."""
    return as_xml(f"{_SEARCH_HEAD}<eSearchResult>{content}</eSearchResult>\n")


def search_error(message: str, *, in_json: bool) -> Reply:
    """Return an error in PubMed's way: status 200; in JSON, line feeds of the message stand raw and break the JSON."""
    if not in_json:
        return search_xml(f"<ERROR>{_esc(message)}</ERROR>")
    text = json.dumps(
        {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {"ERROR": message}}, separators=(",", ":")
    )
    return Reply(body=text.replace("\\n", "\n").encode())
