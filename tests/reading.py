"""Records in our own words for the tests of reading: a title and an abstract, read as `litwatch appraise` does."""

from __future__ import annotations

from conftest import ROOT
from litwatch.appraise import appraise
from litwatch.configfile import load
from litwatch.model import AbstractSection, Appraisal, Citation, Quote

CONFIG = load(ROOT / "config.yaml", {}).config


def article(title: str, abstract: str = "") -> Citation:
    """Return an article of ``title`` and ``abstract``."""
    sections = (AbstractSection(text=abstract),) if abstract else ()
    return Citation(source="file", key="1", kind="article", title=title, url="", abstract=sections)


def read(abstract: str, title: str = "Ketamine for migraine") -> Appraisal:
    """Return what litwatch reads in ``abstract``."""
    return appraise(article(title, abstract), CONFIG)


def quotes(found: Appraisal) -> list[Quote]:
    """Return every quote of an appraisal."""
    single = (found.design_quote, found.n_quote)
    groups = (
        *(found.doses, found.comparator, found.adverse_events, found.questions),
        *(found.setting, found.diagnosis, found.withdrawals),
    )
    whole = tuple(one.quote for one in (found.followup, found.outcome) if one is not None)
    return [
        quote for quote in (*single, *whole, *(one.quote for group in groups for one in group)) if quote is not None
    ]
