"""The longest time after treatment at which an outcome is reported or planned, with its words. Pure.

Ages, illness durations, infusion times, intervals, recruitment periods and the literature are no follow-up. Of an
extension study the length of exposure counts. What is not stated is None: nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.level import SYNTHESES
from litwatch.appraise.needles import Pattern
from litwatch.appraise.population import SILENT
from litwatch.appraise.sentences import Sentence
from litwatch.appraise.times import Length, lengths_in
from litwatch.model import FollowUp

_NOT_BEFORE = Pattern(
    r"(?:\b(?:every|each|per|ages?|aged|past|last|previous|preceding|prior|history of|half-life|within the (?:last|"
    r"past)|"
    r"intervals? of|apart|at least|less than|more than|longer than|greater than|wash-?out(?: of)?|once|twice|times|"
    r"(?:time|latency) to (?!relapse|recurr)[\w ]{0,30}|onset[\w ]{0,20}|ranged?(?: from)?|min\.|"
    r"max(?:imum)? duration|delay\w*|(?:infusions?|ketamine|it) (?:[\w./-]+ ){0,5}?(?:lasted|ran|continued)"
    r"(?: at [\w./-]+(?: [\w./-]+){0,4}?)?(?: for)?(?: up to| about)?|"
    r"separated by|repeated (?:\w+ ){0,2}(?:after|at)|again after|taper\w*(?: [\w-]+){0,6} over(?: an?)?|"
    r"reaction time|experience of|duration of (?:illness|disease|symptoms|surgery|anesthesia|anaesthesia|"
    r"headache|pain|seizures?|action)[\w ]{0,15}|illness[\w ]{0,20}|length of stay[\w ]{0,15}|"
    r"(?:infus|inject|administ|giv|deliver|sipp|appl|bolus|dose|dosed|drip|mg/kg|mg|[µμ]g|mL|ml|kg)[\w(),.%/·−-]*"
    r"(?: [\w(),.%/·−-]+){0,4}? (?:over|for|during|within|lasting|in)(?: about| approximately| a period of)?|"
    r"(?:admitted|recruit\w*|enrol\w*|collected|identified|referred|seen|reviewed|data)(?: \w+){0,4} "
    r"(?:over|for|during|within|in)(?: an?| the)?)|[(\[]range[ =:]*|[=≥≤<>]|\b(?:inject|administ|giv|appl|infus|"
    r"intubat)\w*)\s*$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^[\s)]*(?:-?old\b|of age\b|per\b|/|apart\b|intervals?\b|each\b|a (?:day|week|month)|(?:before|prior|earlier|ago|"
    r"previous|pre-?)\b|(?:screening|run-in|baseline|wash-?out|lead-in|drug-free|history|infusions?\b|bolus|scan|"
    r"interval|window|"
    r"recall|half-life|experience|cycle)|of (?:illness|disease|onset|symptom|arrival|admission|injury|age|intravenous)|"
    r"after (?:her|his|their|the|an?) (?:[\w-]+ )?(?:episode|onset|injury|diagnosis|accident|trauma|arrival|admission)|"
    r"(?:[\w-]+ ){0,4}(?:questionnaire|scale|inventory|recall)\b|(?:iv |intravenous |continuous |ketamine |saline |"
    r"subanesthetic |slow )*infusions?\b)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[\s,)]*(?:later|after\b|post\b|post-|following|follow-?up|from (?:baseline|randomi|treatment|infusion|start)|"
    r"thereafter|of (?:follow-?up|treatment|therapy|observation)|postoperativ|posttreat|postdos|postinf|postadmin|"
    r"time ?points?)",
    re.IGNORECASE,
)
_FOLLOWED = Pattern(r"\bfollow(?:ed|-?up)\b(?: \w+){0,3} $", re.IGNORECASE)
_BEFORE = Pattern(
    r"(?:\b(?:at an? (?:first|second|third|last|final)(?: visit)?|at|after|until|till|through|up to|post|"
    r"visit(?: \d+)?|follow(?:ed|ing|-?)? ?up(?: period| visit| time|"
    r" assessment)?"
    r"(?: \w+){0,4}|followed(?: \w+){0,5}|to (?:week|day|month)|"
    r"(?:exposure|treatment duration|duration of (?:treatment|therapy|exposure|follow-?up))[^.;]{0,60}))"
    r"[\s(:,]*(?:the |a |about |approximately |an average of |a (?:mean|median) of |(?:mean|median)(?: of)?,? )*$",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"^[\s,-]*(?:\w+[ -]){0,4}?(?:trial|study|follow-?up|extension|phase|period|course|regimen|therapy|treatment|"
    r"programme|program|observation)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"^[\s-]*(?:[\w-]+ ){0,3}?(?:readmissions?|mortality|recurrences?|relapses?|response|remission|retention|"
    r"abstinence)\b",
    re.IGNORECASE,
)
_LASTING = Pattern(
    r"\b(?:last(?:ed|ing|s)?|persist\w*|sustain\w*|maintain\w*|remain\w*|relief|remission|respon\w+|relaps\w+|"
    r"benefit\w*|"
    r"effects?|ceased|free|recurr\w*|improve\w*|reduc\w+|durab\w+|extend\w*)\b",
    re.IGNORECASE,
)
_FOR = Pattern(
    r"\b(?:for|lasted|lasting|of|was|over|within|beyond|during|to)(?: up to| at least| about)?\s+(?:the )?$",
    re.IGNORECASE,
)
_CONDITION = Pattern(
    r"\binformed consent\b|\bmust (?:be|have|meet|not)\b|\b(?:recent findings|previous (?:stud|work|research)|"
    r"prior stud|other stud)|\bcontracept|\bpregnan(?:cy|t)\b.*\bmust\b|\bexclu(?:ded|sion)\b|\beligib",
    re.IGNORECASE,
)
_MEASURED = Pattern(
    r"\b(?:assess\w*|measur\w+|record\w*|rat(?:ed|ings?)|scor\w+|monitor\w*|evaluat\w+|collect\w*|obtain\w*|"
    r"interview\w*|"
    r"count\w*|question\w*|visits?|follow\w*|outcome|endpoint|end point|complet\w+)\b",
    re.IGNORECASE,
)
_WITHIN = Pattern(
    r"\b(?:incidence|rates?|occurr\w+|recurr\w+|relaps\w+|headaches?)\b[^.;]{0,60}\bwithin\s(?:the first )?$",
    re.IGNORECASE,
)
_LISTED = Pattern(r"(?:\b(?:at|over|to|and|baseline)\b[^.;]{0,60}|[(,][^()]{0,60})$", re.IGNORECASE)
_DOSED = Pattern(r"\b(?:infus|administ|receiv|given|dos(?:e|ing)|inject)", re.IGNORECASE)
_HERE = "\0"
# "25 mg three times daily, for four weeks": a course, at the end of which people were asked.
_COURSE = Pattern(
    r"\b(?:received|took|taken|takes?|given|treated|used)\b[^.;]{0,120}\b(?:daily|weekly|nightly|"
    r"(?:a|per) (?:day|week)|(?:once|twice|times) (?:a|per) (?:day|week)),? for (?:up to )?"
    r"(?:\0|\w+ (?:weeks|months|years)\b)",
    re.IGNORECASE,
)
_LONG = frozenset({"day", "week", "month", "year"})
_OCCASIONS = 5
_AGES = 3.0  # years between the ends of a range: nobody reports at "18 to 65 years" after treatment
_READ = frozenset({"title", "aim", "methods", "results", "conclusion"})


def followup_of(sentences: Sequence[Sentence], design: str) -> FollowUp | None:
    """Return the longest follow-up that a study states; None for a review, a guideline or where none is stated."""
    if design in SYNTHESES or design in SILENT or design == "animal":
        return None
    read = [sentence for sentence in sentences if sentence.kind in _READ or _COURSE.search(sentence.text)]
    found = [(length, one) for one in read if one.kind in _READ for length in _told(one)]
    found = found or [(length, one) for one in read for length in _courses(one)]
    if not found:
        return None
    length, sentence = max(found, key=lambda pair: (pair[0].minutes, -pair[1].start))
    return FollowUp(value=length.value, value_high=length.value_high, unit=length.unit, quote=sentence.quote())


def _courses(sentence: Sentence) -> Iterator[Length]:
    """Yield how long a treatment taken day by day or week by week went on, where no later time is told."""
    for length in lengths_in(sentence.text):
        if length.unit in {"week", "month", "year"} and _COURSE.search(sentence.text[: length.start] + _HERE):
            yield length


def _told(sentence: Sentence) -> Iterator[Length]:
    lengths = lengths_in(sentence.text)
    if not lengths or _CONDITION.search(sentence.text):
        return
    for length in lengths:
        before, after = sentence.text[: length.start], sentence.text[length.end :]
        given = _NOT_BEFORE.search(before[-120:]) and not _FOLLOWED.search(before)
        if given or _NOT_AFTER.match(after):
            continue
        if length.unit == "day" and not length.index and length.value <= _OCCASIONS and before.endswith("on "):
            continue  # "on two days": occasions
        if length.unit == "year" and "±" in sentence.text[length.start : length.end]:  # an age
            continue
        if length.unit == "year" and (length.value_high or 0.0) - length.value >= _AGES:
            continue
        if _is_followup(before[-120:], after[:80], sentence, length):
            yield length


def _is_followup(before: str, after: str, sentence: Sentence, length: Length) -> bool:
    """Tell whether the words around a length make it a time at which something is observed."""
    if _AFTER.match(after) or _BEFORE.search(before):
        return True
    measured = _MEASURED.search(sentence.text) is not None
    told = sentence.kind in {"results", "conclusion"}
    if _RATE.match(after) or (told and _WITHIN.search(before)):
        return True
    if length.index:
        return measured or told or not _DOSED.search(sentence.text)
    if length.unit in _LONG and _SPAN.match(after):
        return True
    if told and _FOR.search(before) and _LASTING.search(before):
        return True
    return measured and sentence.kind == "methods" and _LISTED.search(before) is not None
