"""The drugs a text names, so that a dose or a route goes to the right one. Pure.

The watched drug's words come from the configuration; the others from a lexicon of what is given beside or against it in
anaesthesia, pain, headache and psychiatry, from the stems of the nonproprietary names
(https://www.who.int/teams/health-product-and-policy-standards/inn/stems), and from abbreviations the text defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from litwatch.appraise.needles import Pattern
from litwatch.appraise.vocabulary import HEADING, Vocabulary

# Names that have no telling stem; one regular expression for each canonical name that differs from the word itself.
_NAMES = """
acetaminophen paracetamol propacetamol aspirin ibuprofen naproxen ketoprofen dexketoprofen diclofenac ketorolac
morniflumate metamizole dipyrone nefopam tramadol tapentadol morphine hydromorphone oxymorphone oxycodone hydrocodone
codeine meperidine pethidine methadone buprenorphine nalbuphine butorphanol pentazocine piritramide naloxone
naltrexone propofol etomidate thiopental thiopentone methohexital methohexitone sevoflurane isoflurane desflurane
halothane enflurane urethane chloralose xylazine medetomidine dexmedetomidine clonidine guanfacine atropine
glycopyrrolate scopolamine hyoscine neostigmine succinylcholine suxamethonium rocuronium vecuronium atracurium
cisatracurium pancuronium ephedrine phenylephrine epinephrine adrenaline norepinephrine dopamine dobutamine
vasopressin labetalol esmolol droperidol haloperidol chlorpromazine prochlorperazine promethazine metoclopramide
ondansetron granisetron tropisetron palonosetron dimenhydrinate diphenhydramine hydroxyzine domperidone dexamethasone
prednisone prednisolone methylprednisolone hydrocortisone dihydroergotamine ergotamine caffeine valproate divalproex
topiramate gabapentin pregabalin carbamazepine oxcarbazepine lamotrigine levetiracetam phenytoin phenobarbital
riluzole lacosamide zonisamide amitriptyline nortriptyline imipramine desipramine clomipramine trimipramine doxepin
mirtazapine trazodone venlafaxine desvenlafaxine duloxetine milnacipran sertraline paroxetine fluoxetine fluvoxamine
citalopram escitalopram vortioxetine bupropion agomelatine tranylcypromine phenelzine moclobemide buspirone lithium
quetiapine olanzapine risperidone aripiprazole clozapine ziprasidone lurasidone brexpiprazole cariprazine amisulpride
sulpiride memantine amantadine dextromethorphan phencyclidine dizocilpine lanicemine rapastinel nitroglycerin
nitroprusside d-cycloserine minocycline rapamycin sirolimus psilocybin psilocin ayahuasca ibogaine mescaline
cannabidiol dronabinol amphetamine methylphenidate modafinil yohimbine physostigmine donepezil rivastigmine oxytocin
carbetocin tranexamic insulin heparin erythromycin clarithromycin rifampicin rifampin itraconazole ticlopidine
tolfenamic rofecoxib celecoxib parecoxib etoricoxib sumatritpan flunarizine verapamil nimodipine candesartan
lisinopril propranolol metoprolol timolol atenolol bisoprolol zavegepant indomethacin acetazolamide
"""
# INN stems: a word with such an ending is a drug.
_STEMS = """
azepam azolam zolam fentanil fentanyl triptan gepant caine curonium curium flurane setron barbital barbitone oxetine
azodone giline peridol umab coxib tadine dipine pidem orexant sartan ketamine
"""
_NO_DRUGS = frozenset({"cocaine"})  # a condition or an exposure far more often than something given
# What is written (a pattern) and the name to report, where they differ.
_ALIASES: tuple[tuple[str, str], ...] = (
    (r"(?:\(\s*S\s*\)|\bS\s?\(\s?\+\s?\)|\(\+\)|\bS\+?|\(2S\))\s?-?\s?ketamine", "esketamine"),
    (r"(?:\(\s*R\s*\)|\bR\s?\(\s?[-−–]\s?\)|\([-−–]\)|\bR)\s?-?\s?ketamine|\bPCN-?101\b", "arketamine"),
    (r"\bspravato\b|\bketanest[ -]S\b|\bJNJ-?54135419\b|\besk[ée]tamin[ea]?\b", "esketamine"),
    (r"\bketalar\b|\bketaset\b|\bketaject\b|\bcalypsol\b|\bketanest\b|\bk[ée]tamin[ea]?\b|\bquetamina\b", "ketamine"),
    (r"\bmagnesium(?:[- ]sul(?:f|ph)ate)?\b|\bMgSO ?4\b", "magnesium sulfate"),
    (r"\bvalproic acid\b|\bsodium valproate\b", "valproate"),
    (r"\blignocaine\b", "lidocaine"),
    (r"\bDHE(?:-?45)?\b", "dihydroergotamine"),
    (r"\b(?:onabotulinum|botulinum ?)toxin(?:[- ]?A)?\b|\bbotox\b", "botulinum toxin"),
    (r"\bMK-?801\b", "dizocilpine"),
    (r"\bMDMA\b", "MDMA"),
    (r"\bLSD\b|\blysergic acid diethylamide\b", "LSD"),
    (r"\b(?:N,N-)?dimethyltryptamine\b|\bDMT\b", "DMT"),
    (r"\bnitrous oxide\b|\bN2O\b", "nitrous oxide"),
    (r"\bpotassium (?:acetate|chloride)\b|\bKCl\b", "potassium"),
    (r"\b(?:normal |physiological |isotonic |0\.9 ?% )?saline\b|\bsodium chloride\b|\bNaCl\b", "saline"),
    (r"\bplacebos?\b|\bPBO\b|\bPLO\b", "placebo"),
    (r"\bwater\b", "water"),
    (r"\bdextrose\b|\bglucose\b", "dextrose"),
)
_ALIASED = frozenset(name for _, name in _ALIASES)
INERT = frozenset({"saline", "placebo", "water", "dextrose"})  # given instead of a drug
_ALIAS = tuple((Pattern(pattern, re.IGNORECASE), name) for pattern, name in _ALIASES)
_KNOWN = frozenset(_NAMES.split())
_ENDINGS = tuple(_STEMS.split())
_WORD = re.compile(r"[A-Za-z][A-Za-z]{5,}")
# Short capitals that stand for something else wherever they stand.
_OTHER_MEANINGS = frozenset(
    (
        "IV",
        "IM",
        "SC",
        "IN",
        "PO",
        "ED",
        "US",
        "SD",
        "CI",
        "RCT",
        "OR",
        "IP",
        "TRD",
        "MDD",
        "NMDA",
        "FDA",
        "PTSD",
        "NRS",
        "VAS",
        "EEG",
        "MRI",
        "ICU",
        "AE",
        "QOL",
        "CM",
        "CH",
    )
)
_GROUP = r"(?:[Gg]roup\s+{0}|{0}(?:\s+|-)[Gg]roup)(?!\w)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A drug named at ``text[start:end]``; ``name`` is what to report, ``watched`` whether the watch is about it."""

    start: int
    end: int
    name: str
    watched: bool = False

    @property
    def inert(self) -> bool:
        """Return whether this is saline, placebo or the like."""
        return self.name in INERT

    def moved(self, by: int) -> Mention:
        """Return the same mention in a text with ``by`` characters before it."""
        return replace(self, start=self.start + by, end=self.end + by)


class Drugs:
    """Finds drugs in the texts of one record; its own abbreviations are read from ``sentences``, all of its text."""

    def __init__(self, vocabulary: Vocabulary, sentences: Sequence[str]) -> None:
        self._vocabulary = vocabulary
        self._sentences = frozenset(sentences)
        whole = "\n".join(sentences)
        self._likely = tuple(alias for alias in _ALIAS if alias[0].may_match(whole))  # to stand in one of them
        self._plain: dict[str, tuple[Mention, ...]] = {}  # what is named without abbreviations
        self._read: dict[str, tuple[Mention, ...]] = {}
        self._short: tuple[tuple[re.Pattern[str], str, bool], ...] = ()
        self._short = tuple(self._abbreviations(sentences, whole))
        if any(pattern.search(whole) for pattern, _, _ in self._short):
            self._read.clear()

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the drugs named in ``text``, left to right, none overlapping."""
        if text not in self._read:  # each fact asks for the same sentences
            self._read[text] = self._settled(text, [*self._named(text), *self._shortened(text)])
        return self._read[text]

    def _named(self, text: str) -> tuple[Mention, ...]:
        """Return what ``text`` names in full, the watched drug's own words aside."""
        if text not in self._sentences:
            return _of_heading(text) if len(text) <= HEADING else _named_in(text, _ALIAS)
        if text not in self._plain:
            self._plain[text] = _named_in(text, self._likely)
        return self._plain[text]

    def _shortened(self, text: str) -> Iterator[Mention]:
        """Yield what ``text`` names by the record's own abbreviations."""
        for pattern, name, watched in self._short:
            for match in pattern.finditer(text):
                yield Mention(start=match.start(), end=match.end(), name=name, watched=watched)

    def _settled(self, text: str, found: list[Mention]) -> tuple[Mention, ...]:
        """Return ``found`` and the watched drug's own words, the longer of two overlapping ones kept."""
        watched = list(self._vocabulary.drug.hits(text))
        if not (found or watched):
            return ()
        friends = {hit.start for hit in self._vocabulary.false_friends.hits(text)}
        watched = [hit for hit in watched if hit.start not in friends]
        found += [
            Mention(start=hit.start, end=hit.end, name=text[hit.start : hit.end].lower(), watched=True)
            for hit in watched
        ]
        covered = {place for hit in watched for place in range(hit.start, hit.end)}
        kept: list[Mention] = []
        for mention in sorted(found, key=lambda one: (one.start, -one.end, not _is_alias(one.name))):
            if kept and mention.start < kept[-1].end:
                continue
            ours = mention.watched or not covered.isdisjoint(range(mention.start, mention.end))
            kept.append(replace(mention, watched=ours) if ours != mention.watched else mention)
        return tuple(kept)

    def _abbreviations(self, sentences: Sequence[str], whole: str) -> Iterator[tuple[re.Pattern[str], str, bool]]:
        """Yield the abbreviations that the record defines, each as a pattern with the drug it stands for."""
        start, mentions = 0, list[Mention]()
        for text in sentences:
            mentions += [one.moved(start) for one in self.mentions(text) if not one.inert]
            start += len(text) + 1
        seen: set[str] = set()
        for short, mention in _defined(whole, mentions):
            if short in seen or short.upper() in _OTHER_MEANINGS:
                continue
            seen.add(short)
            single = len(short) == 1
            pattern = _GROUP.format(short) if single else rf"(?<![\w-]){re.escape(short)}(?!\w)"
            yield re.compile(pattern), mention.name, mention.watched
        if "KET" not in seen:
            meant = {mention.name: mention for mention in mentions if mention.name in {"ketamine", "ketorolac"}}
            if len(meant) == 1:
                mention = next(iter(meant.values()))
                yield re.compile(r"(?<![\w-])KET(?![\w-])"), mention.name, mention.watched


def _named_in(text: str, aliases: Sequence[tuple[Pattern, str]]) -> tuple[Mention, ...]:
    named = [
        Mention(start=match.start(), end=match.end(), name=name)
        for pattern, name in aliases
        for match in pattern.finditer(text)
    ]
    named += [
        Mention(start=match.start(), end=match.end(), name=word)
        for match in _WORD.finditer(text)
        if ((word := match[0].lower()) in _KNOWN or word.endswith(_ENDINGS)) and word not in _NO_DRUGS
    ]
    return tuple(named)


@lru_cache(maxsize=1024)
def _of_heading(text: str) -> tuple[Mention, ...]:
    return _named_in(text, _ALIAS)


def _is_alias(name: str) -> bool:
    return name in _ALIASED


_AFTER = re.compile(r"[\w\s-]{0,30}?\((?:the )?(?:group )?([A-Z][A-Za-z0-9+]{0,5})\)")
_BEFORE = re.compile(
    r"(?<![\w-])(?:[Gg]roup\s+)?([A-Z][A-Za-z]{0,6}-?\d{0,6})(?:\s+group)?\s*[(=:]\s*(?:[\w-]+\s+){0,4}$"
)


def _defined(whole: str, mentions: list[Mention]) -> Iterator[tuple[str, Mention]]:
    """Yield (abbreviation, the drug it stands for): "ketorolac (KET)", "Group K (ketamine", "SLS-002 (ketamine)"."""
    for index, mention in enumerate(mentions):
        after = _AFTER.match(whole, mention.end)
        following = mentions[index + 1].start if index + 1 < len(mentions) else len(whole)
        if (
            after
            and after.end() <= following
            and after[1][0].lower() in {mention.name[0], whole[mention.start].lower()}
        ):
            yield after[1], mention
        before = _BEFORE.search(whole[max(0, mention.start - 50) : mention.start])
        if before and (before[1][-1].isdigit() or before[1][0].lower() == mention.name[0]) and len(before[1]) < _LONG:
            yield before[1], mention


_LONG = 12
