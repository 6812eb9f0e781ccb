"""Which part of a study a sentence tells of: background, aim, methods, results or conclusion. Pure.

A heading settles which kinds may stand under it; within that, and where there is none, wording and place decide: the
likeliest walk from background to conclusion (a Viterbi search over five kinds). The weights are round numbers by
judgement; the facts read from the sentences are what measures them (benchmarks/appraise.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import itemgetter

from litwatch.appraise.headings import KINDS, NOTE
from litwatch.appraise.needles import Pattern

_NOTE = Pattern(
    r"""^(?:https?://|www\.|(?:Clinical\ ?Trials?\.gov|Trial)\ (?:identifier|registration|number)
        |Registered\ (?:at|with|on)\b|©|Copyright\b|\(?PsycInfo\b|\(?PsycINFO\b|Published\ by\b
        |All\ rights\ reserved|Funded\ by\b|Supported\ by\b)
    | \b(?:was|is|were|has\ been)\ (?:prospectively\ |retrospectively\ )?registered\ (?:at|with|on
        |in|under)\b
    | ^[\w\ .:-]{0,60}\b(?:NCT\d{8}|ISRCTN\d+|ACTRN\d+|EudraCT)[\w\ .,;:()/-]{0,60}$""",
    re.VERBOSE,
)
# A kind, its weight, and the wording that speaks for it.
_CUES = tuple(
    (kind, weight, Pattern(pattern, re.IGNORECASE | re.VERBOSE))
    for kind, weight, pattern in (
        (
            "aim",
            3.0,
            r"""\b(?:aims?|objectives?|purpose|goals?)\b.{0,70}\b(?:was|were|is|are|to)\b
            | \b(?:we|study|trial|authors?|review|article|paper|report)\b.{0,30}\b(?:aim(?:s|ed)?|sought
                |set\ out|intend(?:s|ed)?|hypothesi[sz]ed?)\ (?:to|that|at)\b
            | ^to\ (?:\w+\ ){0,2}(?:determine|evaluate|assess|compare|investigate|examine|test|study
                |explore|describe|review|identify|report|characteri[sz]e|estimate|establish|find|analy[sz]e
                |provide|summari[sz]e)\b
            | \b(?:study|trial|analysis|review)\ was\ (?:\w+\ )?(?:devised|designed|undertaken|conducted|performed
                |planned)\ (?:in\ order\ )?to\b
            | \bhypothesi[sz]ed\ that\b | \b(?:here|herein|therefore|thus),?\ we\b
            | \b(?:this|present|current)\ (?:\w+\ ){0,3}(?:study|trial|review|article|paper|report|work
                |analysis|meta-analysis)\ (?:\w+\ )?(?:aim(?:s|ed)|evaluat|assess|investigat|examin|compar
                |explor|describ|review|test)""",
        ),
        (
            "background",
            1.5,
            r"""\b(?:has|have)\ (?:\w+\ )?(?:been|shown|demonstrated|become|emerged|long|not|failed|received)\b
            | \b(?:is|are)\ (?:an?\ |the\ )?(?:\w+\ ){0,4}(?:common|prevalent|major|leading|known
                |associated\ with|effective|disorder|condition|antagonist|unknown|unclear|limited|lacking
                |challenging|debilitating|used|widely)\b
            | \b(?:little\ is\ known|remains?\ (?:\w+\ )?(?:unclear|unknown|challeng|controversial)
                |previous(?:ly)?|recently|growing|recent\ (?:stud|evidence|research)|evidence\ suggests
                |patients\ with\ .{3,40}\ often|worldwide
                |there\ is\ (?:a\ |an\ |no\ |limited\ |growing\ |increasing\ )?(?:\w+\ )?(?:need|evidence))\b
            | \b(?:however|although|despite),?\ """,
        ),
        (
            "methods",
            2.0,
            r"""\b(?:was|were)\ (?:\w+\ )?(?:random|assigned|allocated|recruited|enrolled|included|administered
                |measured|assessed|performed|conducted|collected|evaluated|recorded|obtained|treated|given
                |used|divided|followed|searched|analy[sz]ed|examined|invited|studied|reviewed|identified
                |screened|monitored|scanned|asked|rated|defined|infused|injected|extracted|compared\ using
                |calculated|tested|selected|anaestheti[sz]ed|anestheti[sz]ed|trained)
            | \b(?:we|authors)\ (?:\w+\ )?(?:conducted|performed|recruited|enrolled|included|used|measured
                |randomi[sz]ed|searched|collected|assessed|analy[sz]ed|examined|evaluated|compared
                |administered|reviewed|studied|identified|retrospectively|prospectively|investigated
                |tested)\b
            | \bparticipants?\ (?:received|underwent|completed)\b
            | ^(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-?)?(?:two|three|four|five|six|seven|eight
                |nine|ten|eleven|twelve|\w+teen|\w+ty|\w+\ hundred|\d+)\ (?:[\w-]+\ ){0,6}?(?:patients|adults
                |children|adolescents|participants|volunteers|people|subjects|men|women|migraineurs|inpatients
                |outpatients|parturients)\b
            | \b(?:patients|subjects|participants|animals|rats|mice|volunteers|adults|children
                |group\ \w+)\ (?:\w+\ )?(?:received|underwent|will|completed|aged)\b
            | \b(?:double|single|triple)-blind | \bplacebo-controlled\b | \bopen-label\b
            | \b(?:primary|secondary|main)\ (?:outcome|end\ ?point|efficacy)\b | \bwill\ be\b | \bPubMed\b
            | \bMEDLINE\b | \bcriteria\b | \bmg/kg\b""",
        ),
        (
            "results",
            2.5,
            r"""\bp\s?[<=>≤]\s?0?[.·]\d | \b95\ ?%\ ?(?:CI|confidence) | \bCI\b | \bodds\ ratio\b
            | \bhazard\ ratio\b | \bn\ ?=\ ?\d
            | \bsignificant(?:ly)?\ (?:\w+\ )?(?:reduc|increas|decreas|improv|higher|lower|greater
                |difference|better|more|less|change|correlat|associat|effect|interaction)
            | \b(?:no|not)\ (?:statistically\ )?significant | \b\d+(?:\.\d+)?\ ?%
            | \b(?:was|were)\ (?:\w+\ )?(?:observed|found|reported|noted|seen|detected|higher|lower|greater|more
                |less|common|frequent
                |reduced|increased|decreased|similar|associated\ with|correlated|improved)\b
            | \b(?:showed|experienced|demonstrated|revealed|exhibited|responded|remained|occurred|reduced
                |increased|decreased|improved|produced|induced|did\ not
                |had\ (?:a\ |an\ |no\ )?(?:\w+\ )?(?:higher|lower|greater|response|significant))\b
            | \bmean\ (?:\w+\ ){0,3}(?:was|were|of)\b | ±
            | \b(?:fell|fallen|dropped|rose|declined|ceased|resolved|prevented|abolished|ineffective|lasted|vomited)\b
            | \b(?:was|were)\ (?:\w+\ )?(?:relieved|not\ met)\b
            | ^(?:he|she|the\ (?:patient|woman|man|child|girl|boy))\ (?:\w+\ )?(?:had|was|reported|remained)\b
            | ^(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\ (?:\w+\ )?(?:patients?|participants?
                |subjects?|volunteers?|child(?:ren)?)\ (?:\w+ed|had|was|were|became|got)\b
            | \b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\ (?:of\ the\ )?(?:patients
                |participants|subjects|studies|trials|articles)\ (?:\w+\ )?(?:were|had|met|completed|showed
                |reported)\b""",
        ),
        (
            "conclusion",
            3.0,
            r"""\b(?:in\ (?:conclusion|summary)|(?:we|authors)\ (?:conclude|suggest|recommend|propose)
                |to\ conclude|taken\ together|overall,)\b
            | \b(?:these|our|the|this|present|preliminary|current)\ (?:\w+\ ){0,3}(?:results?|findings?
                |data|study|trial|case|review|observations?|report|analysis
                |evidence)\ (?:\w+\ ){0,2}(?:suggests?|indicates?|supports?|demonstrates?|shows?|provides?
                |confirms?|highlights?|impl(?:y|ies)|points?|underscores?|adds?)\b
            | \b(?:further|future|additional|more|larger|prospective)\ (?:\w+\ ){0,4}(?:studies|research
                |trials?|work|investigations?)\b
            | \b(?:is|are)\ (?:needed|warranted|required|necessary)\b
            | \b(?:should\ be|may\ be|might\ be|could\ be|appears?\ to|seems?\ to|may\ (?:provide|offer
                |help|represent|have))\b
            | \b(?:clinicians|implications|promising|feasible|well[-\ ]tolerated\ and)\b""",
        ),
    )
)
_FORWARD = {0: 0.0, 1: 0.0, 2: -0.5, 3: -1.5, 4: -2.5}
_BACK = {("aim", "background"): -1.0, ("results", "methods"): -2.0}
_BACKWARD = -4.0
# Where in an unlabelled abstract a kind is at home (first and last relative place), and what that is worth.
_POSITIONS = {
    "background": (0.0, 0.15, 1.0),
    "methods": (0.1, 0.5, 1.0),
    "results": (0.4, 0.9, 1.0),
    "conclusion": (0.85, 1.0, 1.5),
}
_LAST = 2.0
_SECOND_HALF = 0.5
_PRESENT = re.compile(
    r"\b(?:is|are|may|might|can|could|should|appears?|seems?|remains?|suggests?|indicates?|supports?|provides?|"
    r"warrants?|"
    r"holds?|offers?|represents?|has|have|will)\b"
)
_PAST = re.compile(r"\b(?:was|were|had|did|p ?[<=]|\d+(?:\.\d+)? ?%|n ?=)")


def kinds_of(texts: Sequence[str], allowed: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the likeliest kind of each sentence, given the kinds its heading allows."""
    kinds: list[str] = [NOTE] * len(texts)
    chosen = [index for index, text in enumerate(texts) if allowed[index] != (NOTE,) and not _NOTE.search(text)]
    totals: dict[str, float] = {"": 0.0}
    steps: list[dict[str, str]] = []  # a sentence's kind -> the likeliest kind of the one before it
    for place, index in enumerate(chosen):
        scores = _scores(texts[index], place, len(chosen), allowed[index])
        ahead: dict[str, float] = {}
        steps.append({})
        for kind, score in scores.items():
            walks = [(total + _step(before, kind) + score, before) for before, total in totals.items()]
            ahead[kind], steps[-1][kind] = max(walks, key=itemgetter(0))
        totals = ahead
    kind = max(totals.items(), key=itemgetter(1))[0]
    path = []
    for step in reversed(steps):
        path.append(kind)
        kind = step[kind]
    path.reverse()
    for index, kind in zip(chosen, path, strict=True):
        kinds[index] = kind
    return kinds


def _step(before: str, kind: str) -> float:
    if not before:
        return 0.0
    distance = KINDS.index(kind) - KINDS.index(before)
    return _FORWARD[distance] if distance >= 0 else _BACK.get((before, kind), _BACKWARD)


def _scores(text: str, place: int, count: int, allowed: tuple[str, ...]) -> dict[str, float]:
    scores = dict.fromkeys(allowed, 0.0)
    if len(allowed) == 1:
        return scores
    for kind, weight, pattern in _CUES:
        if kind in scores and pattern.search(text):
            scores[kind] += weight
    where = place / max(count - 1, 1)
    found = where >= _POSITIONS["conclusion"][0] and _is_found(text, scores)
    for kind, (first, last, worth) in _POSITIONS.items():
        if kind in scores and first <= where <= last and not (kind == "conclusion" and found):
            scores[kind] += worth
    if count > 1 and place == count - 1 and "conclusion" in scores and not found:
        scores["conclusion"] += _LAST
    if where >= _SECOND_HALF and "conclusion" in scores and _PRESENT.search(text) and not _PAST.search(text):
        scores["conclusion"] += 2.0
    return scores


def _is_found(text: str, scores: Mapping[str, float]) -> bool:
    """Tell whether a sentence, wherever it stands, reports what was found: "Nausea occurred in five."."""
    return scores.get("results", 0.0) > 0 and not scores.get("conclusion") and _PRESENT.search(text) is None
