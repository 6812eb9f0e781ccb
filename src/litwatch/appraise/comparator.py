"""What the watched drug was compared with, each with the words that say so. Pure.

Only what the study itself compares counts: placebo or saline, another drug, other treatment or care as usual, another
dose or route of the watched drug. What everybody got beside it, what had been tried before and what other trials used
do not; before and after without a control is no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.dose_notation import Amount, amounts_in
from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.route_words import routes_named
from litwatch.appraise.sentences import Sentence
from litwatch.model import Comparator, Quote

_UNCONTROLLED = frozenset(
    {"case_report", "case_series", "narrative_review", "guideline", "in_vitro", "cross_sectional"}
)
_REVIEWS = frozenset({"systematic_review", "meta_analysis"})
_TELLING = frozenset({"title", "aim", "methods", "results", "conclusion"})
_DESIGNING = frozenset({"title", "aim", "methods"})

_PLACEBO = re.compile(
    r"\b(?P<name>(?:normal |physiological |isotonic |0\.9 ?% )?saline(?: placebo)?|(?:active |inert |saline |"
    r"oral |nasal |matching )?"
    r"placebos?|PBO|sodium chloride|dummy|vehicle|sham)\b(?! (?:response|effect|responders))",
    re.IGNORECASE,
)
_DILUTED = re.compile(
    r"\b(?:(?:diluted|dissolved|mixed|made up) (?:in|with|to)|in)\s+(?:\d[\d.]*\s*m[lL]\s+(?:of\s+)?)?$|"
    r"\d\s*m[lL]\s+(?:of\s+)?$"
)
_NOT_HERE = re.compile(
    r"\b(?:placebo|sham|randomi[sz]ed)[\w ,-]{0,40}(?:trials?|studies)\b[^.]{0,80}\b(?:needed|warranted|"
    r"required|necessary|"
    r"should|lacking|awaited)\b|\b(?:no|without|lack of|absence of|not|non)\b[\w, -]{0,22}\b(?:placebo|control)\b|"
    r"\b(?:previous|prior|earlier|recent|other)\s+(?:\w+\s+){0,3}(?:trials?|studies)\b",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"\b(?P<name>treatment[ -]as[ -]usual|(?:usual|standard|routine|conventional)(?: of)? (?:medical )?(?:care|"
    r"treatment|therapy|"
    r"management)|standard of care|TAU)\b",
    re.IGNORECASE,
)
_ACTIVE_PLACEBO = re.compile(
    r"active[ -](?:placebo|control)|placebo \(|placebo[ -]control|\bas (?:an? )?placebo", re.IGNORECASE
)
_WAITING = re.compile(
    r"\b(?P<name>wait(?:ing|-)?[ -]?list(?: controls?)?|no treatment|no[- ]intervention|untreated)\b", re.IGNORECASE
)
_DEVICE = re.compile(
    r"\b(?P<name>electroconvulsive (?:therapy|treatment)|ECT|cognitive[ -]behaviou?ral therapy|CBT|"
    r"psychotherapy|nerve blocks?|"
    r"transcranial magnetic stimulation|r?TMS)\b"
)
_DEVICES = {"ect": "electroconvulsive therapy", "electroconvulsive treatment": "electroconvulsive therapy"}
_VERSUS = (
    r"versus|vs\.?|(?:as )?compared (?:to|with)|in comparison (?:to|with)|against|than|relative to|"
    r"superior(?:ity)? (?:to|over)|non-?inferior(?:ity)? (?:to|of)"
)
_VERSUS_BEFORE = re.compile(rf"\b(?:{_VERSUS})\s+(?:[\w().,/%+-]+\s+){{0,5}}?$", re.IGNORECASE)
_VERSUS_AFTER = re.compile(rf"^\W*(?:[\w().,/%+-]+\W+){{0,4}}?(?:{_VERSUS})\b", re.IGNORECASE)
_AS_CONTROL = re.compile(
    r"^[\s(),\d./a-zµμ-]{0,40}?\b(?:as (?:an? )?(?:active )?(?:control|comparator|placebo)|"
    r"[( -]?(?:active )?(?:control|comparator)\b|"
    r"placebo\b|[- ]controlled)",
    re.IGNORECASE,
)
_CONTROL_GOT = re.compile(
    r"\b(?:control(?:led)?(?: group| arm| condition)?|comparator|group\s+[A-Z0-9]+|second group|other group|"
    r"active (?:placebo|control))\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"\b(?:randomi[sz]\w+|randomly|assigned|allocated|divided|received?|receiving|given|either|groups?|between|"
    r"crossover|cross-over|"
    r"compar\w+)\b",
    re.IGNORECASE,
)
_OR = re.compile(
    r"(?:\bor|\bversus|\bvs\.?|\band|/|,|;|\bto|\bthan|\bwith)\W*(?:[\w().,/%+·–-]+\W+){0,5}?$", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:plus|combin\w+|in addition to|added to|adjunct\w*|add-on|along with|together with|mixed with|"
    r"co-?administ\w+|with|in)\s+"
    r"(?:[\w().,/%-]+\s+){0,3}?$|\+\s*$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:rescue|breakthrough|premedicat\w*|an(?:a)?estheti[sz]ed|an(?:a)?esthesia|induc\w+|maintain\w*|"
    r"all patients|both groups|"
    r"each (?:patient|group)|requirements?|consumption|refractory to|resistant to|unresponsive to|fail\w*|"
    r"previously|on stable|"
    r"pretreat\w*|discontinu\w*|equivalents?|responders? to|treated for|abuse|users?|craving|levels?|taking|"
    r"continued|background)\b",
    re.IGNORECASE,
)
_RECEPTOR = re.compile(
    r"[\s-]+(?:(?:ant)?agonists?|receptors?|transporter|release|levels?|systems?|concentrations?)\b", re.IGNORECASE
)
# "riluzole or placebo": what is tried is riluzole, not the watched drug.
_TESTED_BESIDE = re.compile(
    r"^[\s()\w./,-]{0,40}?\b(?:or|versus|vs\.?|(?:was|were) compared (?:to|with))\s+(?:\w+\s+)?placebo\b", re.IGNORECASE
)
_WITH_OURS = re.compile(r"^[^.;]{0,24}?(?:\bplus|\+|\bwith|\band)\W+(?:[\w-]+\W+){0,2}(?:es)?ketamine", re.IGNORECASE)
_LEVELS = re.compile(
    r"\b(?:doses?|groups?|randomi[sz]\w+|assigned|levels?|arms?|either|crossover|cross-over)\b", re.IGNORECASE
)
_BETWEEN_FORMS = re.compile(r"\b(?:versus|vs\.?|or|compared (?:to|with))\b", re.IGNORECASE)
_METABOLITE = re.compile(r"nor|hydroxy|dehydro", re.IGNORECASE)


def comparators_of(sentences: Sequence[Sentence], drugs: Drugs, design: str) -> tuple[Comparator, ...]:
    """Return what the watched drug (or, without one, the title's first drug) was compared with, each once."""
    if design in _UNCONTROLLED:
        return ()
    named = [
        (one, drugs.mentions(one.text)) for one in sentences if one.kind in _TELLING and not _NOT_HERE.search(one.text)
    ]
    subject = _subject(named)
    if subject is None:
        return ()
    found: dict[tuple[str, str], Comparator] = {}
    for sentence, mentions in named:
        for entry in _in_sentence(sentence, mentions, subject, design):
            found.setdefault((entry.name, entry.type), entry)
    return _settled(tuple(found.values()))


def _settled(entries: tuple[Comparator, ...]) -> tuple[Comparator, ...]:
    """Return ``entries`` with one placebo, the plainest named, and other doses only where nothing else was compared.

    An active placebo that the text names is that drug, no placebo.
    """
    rivals = tuple(entry for entry in entries if entry.type in {"active", "standard_care", "other"})
    placebos = [entry for entry in entries if entry.type == "placebo"]
    named = any(entry.type == "active" and _ACTIVE_PLACEBO.search(entry.quote.text) for entry in entries)
    saline = [entry for entry in placebos if "placebo" not in entry.name]
    if named and not saline:
        placebos = []
    if any(entry.type == "active" and entry.name != "active placebo" for entry in rivals):
        rivals = tuple(entry for entry in rivals if entry.name != "active placebo")
    doses = tuple(entry for entry in entries if entry.type == "dose_or_route")
    return (*(saline or placebos)[:1], *rivals) or doses[:1]


def _subject(named: Sequence[tuple[Sentence, Sequence[Mention]]]) -> str | None:
    active = [one for _, mentions in named for one in mentions if not one.inert]
    watched = next((one for one in active if one.watched), None)
    first = watched or next(iter(active), None)
    return first.name if first else None


def _in_sentence(sentence: Sentence, mentions: Sequence[Mention], subject: str, design: str) -> Iterator[Comparator]:
    text = sentence.text
    ours = [one for one in mentions if one.watched or one.name == subject]
    for match in _PLACEBO.finditer(text):
        if not _DILUTED.search(text[: match.start()]) or re.match(r"\W*(?:group|arm)", text[match.end() :]):
            name = (
                re.sub(r"s$", "", match["name"].lower())
                if "placebo" in match["name"].lower()
                else match["name"].lower()
            )
            yield _entry(sentence, name, "other" if name == "sham" else "placebo", match.start(), match.end())
    if sentence.kind in _DESIGNING:
        for pattern, kind in ((_USUAL, "standard_care"), (_WAITING, "other")):
            for match in pattern.finditer(text):
                if _opposed(text, match.start(), match.end(), ours):
                    yield _entry(sentence, match["name"], kind, match.start(), match.end())
        yield from _devices(sentence, ours)
    for one in mentions:
        if not (one.inert or one.watched or one.name == subject) and _is_rival(sentence, one, ours, design):
            yield _entry(sentence, one.name, "active", one.start, one.end)
    if sentence.kind in _DESIGNING and ours and design not in _REVIEWS:
        yield from _own_levels(sentence, ours)


def _placebos(sentence: Sentence) -> Iterator[Comparator]:
    text = sentence.text
    for match in _PLACEBO.finditer(text):
        if _DILUTED.search(text[: match.start()]) and not re.match(r"\W*(?:group|arm)", text[match.end() :]):
            continue
        said = match["name"].lower()
        name = "placebo" if "dummy" in said or said == "pbo" else said.removesuffix("s")
        kind = "other" if name == "sham" else "active" if name.startswith("active") else "placebo"
        yield _entry(sentence, name, kind, match.start(), match.end())


def _devices(sentence: Sentence, ours: Sequence[Mention]) -> Iterator[Comparator]:
    text = sentence.text
    for match in _DEVICE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if ours and (
            (_VERSUS_BEFORE.search(before) and ours[0].end <= match.start())
            or (_VERSUS_AFTER.match(after) and match.end() <= ours[-1].start)
        ):
            yield _entry(sentence, _DEVICES.get(match["name"].lower(), match["name"]), "active", *match.span())


def _opposed(text: str, start: int, end: int, ours: Sequence[Mention]) -> bool:
    """Tell whether the words around say that this is what something was compared with."""
    before, after = text[:start], text[end:]
    if _TOGETHER.search(before) and not _VERSUS_BEFORE.search(before):
        return False
    if _VERSUS_BEFORE.search(before) or _AS_CONTROL.match(after) or (ours and _VERSUS_AFTER.match(after)):
        return True
    return bool(_CHOICE.search(before) and re.search(r"\b(?:or|and|to)\s+(?:[\w-]+\s+){0,3}$", before))


def _is_rival(sentence: Sentence, one: Mention, ours: Sequence[Mention], design: str) -> bool:
    text, before, after = sentence.text, sentence.text[: one.start], sentence.text[one.end :]
    if sentence.kind in {"results", "conclusion"}:
        return bool(ours) and _named_against(before, after, ours, one)
    if _RECEPTOR.match(after) or (_TESTED_BESIDE.match(after) and not any(our.end <= one.start for our in ours)):
        return False
    if _AS_CONTROL.match(after) or (_CONTROL_GOT.search(before) and not _BESIDE.search(text)):
        return True
    if not ours or _BESIDE.search(text) or (_TOGETHER.search(before) and not _VERSUS_BEFORE.search(before)):
        return False
    if (
        re.match(r"\W*(?:plus|\+|with|and)\W+(?:\w+\W+){0,2}(?:es)?ketamine", after, re.IGNORECASE)
        and sentence.kind != "title"
    ):
        return False
    if _named_against(before, after, ours, one):
        return True
    return design not in _REVIEWS and bool(_CHOICE.search(text) and _OR.search(before) and ours[0].start < one.start)


def _named_against(before: str, after: str, ours: Sequence[Mention], one: Mention) -> bool:
    """Tell whether versus or the like stands between the drug and the watched one."""
    first, last = ours[0], ours[-1]
    if _VERSUS_BEFORE.search(before[-80:]) and first.start < one.start:
        return True
    return bool(last.start > one.end and _VERSUS_AFTER.match(after))


def _own_levels(sentence: Sentence, ours: Sequence[Mention]) -> Iterator[Comparator]:
    """Yield other doses or routes of the watched drug that a sentence sets against each other."""
    text = sentence.text
    forms = list(dict.fromkeys(one.name for one in ours if not _METABOLITE.search(one.name)))
    if len(forms) > 1 and sentence.kind != "results" and _BETWEEN_FORMS.search(text[ours[0].end : ours[-1].start]):
        yield _entry(sentence, forms[1], "active", ours[0].start, ours[-1].end)
        return
    routes = list(routes_named(text))
    if len({word.route for word in routes}) > 1 and re.search(r"\b(?:versus|vs\.?|compar\w+)\b", text, re.IGNORECASE):
        last = routes[-1]
        yield _entry(
            sentence, f"{text[last.start : last.end]} {ours[-1].name}", "dose_or_route", routes[0].start, last.end
        )
        return
    amounts = [amount for amount in amounts_in(text) if amount.per and amount.unit != "mL"]
    levels = _levels(amounts)
    if len(levels) > 1 and _LEVELS.search(text):
        first, last_amount = amounts[0], amounts[-1]
        yield _entry(
            sentence,
            f"{ours[0].name} {text[first.start : last_amount.end]}",
            "dose_or_route",
            first.start,
            last_amount.end,
        )


def _levels(amounts: Sequence[Amount]) -> set[float]:
    pers = {(amount.unit, amount.per) for amount in amounts}
    return {low for amount in amounts for low, _ in amount.levels} if len(pers) == 1 else set()


def _entry(sentence: Sentence, name: str, kind: str, start: int, end: int) -> Comparator:
    quote = Quote(text=sentence.text, field=sentence.field, start=sentence.start, end=sentence.end)
    if sentence.kind != "title":  # the clause is enough
        cuts = (sentence.text.rfind(mark, 0, start) for mark in (", ", "; "))
        left = max((cut + 2 for cut in cuts if cut >= 0), default=0)
        right = min(
            (place for place in (sentence.text.find(mark, end) for mark in (",", ";")) if place >= 0),
            default=len(sentence.text),
        )
        text = sentence.text[left:right]
        quote = Quote(text=text, field=sentence.field, start=sentence.start + left, end=sentence.start + right)
    return Comparator(name=name, type=kind, quote=quote)
