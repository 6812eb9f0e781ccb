"""The words adverse events are told with: what they are called together, and the names of single ones. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.appraise.needles import Pattern

# What they are called together.
EVENTS = (
    r"(?:(?:adverse|undesirable|untoward|unwanted|ill)[ -](?:drug[ -])?(?:events?|effects?|reactions?|"
    r"experiences?|outcomes?)|"
    r"side[ -]?effects?|side[ -]reactions|(?<![A-Za-z])(?:TE|S|TR)?AEs?(?![A-Za-z])|complications?|adversities)"
)
TOGETHER = Pattern(EVENTS, re.IGNORECASE)
# How bad, of what kind: words that may stand before an event without changing what it is.
QUALITIES = (
    r"mild|moderate|severe|serious|minor|major|significant|clinically|relevant|important|notable|transient|transitory|"
    r"temporary|brief|short-lived|self-limiting|self-limited|slight|slightly|occasional|specific|persistent|lasting|"
    r"long-term|unexpected|unacceptable|intolerable|life-threatening|fatal|immediate|late|local|systemic|drug-related|"
    r"treatment-related|treatment-emergent|study-related|ketamine-related|psychotomimetic|psychomimetic|psychotropic|"
    r"psychedelic|dissociative|psychiatric|cardiovascular|h(?:a)?emodynamic|respiratory|neurological|cognitive|central|"
    r"gastrointestinal|urinary|apparent|obvious|documented|reported|observed|such|any|severe or|"
    r"mild to moderate|common|"
    r"frequent|tolerable|acute"
)
# Names of single events. Nouns only, so that what is said of them decides whether they happened.
_NAMES = (
    r"nausea|vomit(?:ing)?|emesis|retching|dizziness|vertigo|light-?headedness|wooziness|spaciness|drowsiness|"
    r"somnolence|"
    r"(?:over|excessive )?-?sedation|sleepiness|fatigue|tiredness|lethargy|asthenia|malaise|weakness|"
    r"(?:back|chest|abdominal|muscle|joint|injection[- ]site) pain|chest tightness|palpitations?|"
    r"tachycardia|bradycardia|arrhythmias?|hypertension|hypotension|syncope|"
    r"(?:increas\w+|elevat\w+|ris(?:e|es)|rais\w+)(?: in| of)?(?: (?:systolic|diastolic|arterial|the|"
    r"mean))* (?:blood pressure|"
    r"heart rate|intracranial pressure|liver enzymes?|transaminases?)|(?:blood pressure|heart rate|liver enzyme) "
    r"(?:increases?|elevations?|rises?|changes?)|"
    r"hallucinations?|dissociation|dissociative (?:symptoms?|effects?|states?|experiences?|reactions?|episodes?|"
    r"phenomena)|"
    r"psycho(?:to)?mimetic (?:symptoms?|effects?|experiences?|reactions?|phenomena)|psychos[ie]s|psychotic symptoms?|"
    r"paranoia|confusion|disorientation|agitation|restlessness|irritability|panic(?: attacks?)?|euphoria|dysphoria|"
    r"dysphoric (?:symptoms?|effects?)|nightmares?|(?:vivid|unpleasant|bad|disturbing) dreams?|delirium|"
    r"emergence (?:reactions?|phenomena|delirium|agitation)|depersonali[sz]ation|dereali[sz]ation|diplopia|"
    r"blurred vision|double vision|brain fog|unreality|drunkenness|insobriety|disinhibition|"
    r"abnormal (?:liver|renal|hepatic) (?:enzymes?|function(?: tests?)?)|(?:urinary )?urgency|"
    r"blurry vision|nystagmus|(?:visual|perceptual|sensory|taste|cognitive|speech|gait|sleep|mood) "
    r"(?:disturbances?|distortions?|impairments?|changes?)|(?:hyper)?salivation|dry mouth|dysgeusia|(?:bitter|"
    r"bad|metallic) taste|"
    r"par(?:a)?esthesias?|numbness|hypo(?:a)?esthesia|tinnitus|tremors?|myoclonus|dystonia|ataxia|dysarthria|seizures?|"
    r"convulsions?|rash|pruritus|itching|sweating|diaphoresis|flushing|shivering|diarrh(?:o)?ea|constipation|dyspepsia|"
    r"(?:ulcerative |interstitial |h(?:a)?emorrhagic )?cystitis|dysuria|h(?:a)?ematuria|urinary (?:symptoms?|"
    r"urgency|frequency|"
    r"retention|tract symptoms?)|hepatotoxicity|(?:liver|renal|kidney|bladder|hepatic) (?:injury|damage|"
    r"toxicity|dysfunction|"
    r"failure|abnormalities)|cirrhosis|hydronephrosis|apn(?:o)?ea|(?:oxygen )?desaturations?|hypoxi?a|hypox(?:a)?emia|"
    r"laryngospasm|respiratory depression|dyspn(?:o)?ea|cough(?:ing)?|nasal (?:discomfort|irritation|burning|"
    r"congestion)|"
    r"throat (?:irritation|discomfort)|nasopharyngitis|burning sensation|(?:general(?:i[sz]ed)? )discomfort|"
    r"feelings? of (?:unreality|intoxication|drunkenness|floating)|amnesia|memory (?:loss|impairment)|"
    r"dependence|addiction|"
    r"withdrawal symptoms|anaphylaxis|angioedema"
)
# What a patient became, and what that event is called.
STATES = {
    "agitated": "agitation",
    "confused": "confusion",
    "nauseated": "nausea",
    "dizzy": "dizziness",
    "drowsy": "drowsiness",
    "hypertensive": "hypertension",
    "hypotensive": "hypotension",
    "sedated": "sedation",
    "delirious": "delirium",
    "disoriented": "disorientation",
    "psychotic": "psychosis",
}
NAMED = Pattern(rf"\b(?P<head>{_NAMES})\b", re.IGNORECASE)
# What may stand before a name and belongs to it.
OF_NAME = Pattern(
    rf"(?:\b(?:(?!reported|observed|documented|significant|relevant|important|clinically|any|such|apparent|notable|"
    rf"common|frequent)(?:{QUALITIES})|"
    rf"out-of-body|vivid|extreme|excessive|visual|auditory|postoperative|post-operative)\s+)+$",
    re.IGNORECASE,
)
BECAME = Pattern(rf"\b(?:got|became|felt|were|was)\s+(?:\w+\s+)?(?P<head>{'|'.join(STATES)})\b", re.IGNORECASE)

# What a patient did or what rose, and what that event is called.
DEEDS = {
    "vomited": "vomiting",
    "hallucinated": "hallucinations",
    "fainted": "syncope",
    "desaturated": "desaturation",
    "blood pressure rose": "blood pressure increase",
    "blood pressure increased": "blood pressure increase",
    "heart rate rose": "heart rate increase",
    "heart rate increased": "heart rate increase",
    "liver enzymes rose": "liver enzyme increase",
    "liver enzymes increased": "liver enzyme increase",
}
DID = Pattern(rf"\b(?P<head>{'|'.join(DEEDS)})\b", re.IGNORECASE)

# Items of a list of events; what an item is not.
_ITEM_END = re.compile(
    r"\s*(?:;|,\s*(?:and|or|&)\s+(?!\d)|,(?!\s*\d))\s*|\s+(?:and|or|and/or|&|/|as well as)\s+|\s*/\s*",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:was|were|is|are|has|had|have|did|occur\w*|appear\w*|resolv\w*|disappear\w*|which|that|who|"
    r"with(?!drawal)|in|during|after|"
    r"among|between|compared|than|when|but|while|whereas|although|however|at|on|by|for|to|from|lasting|within|"
    r"respectively|"
    r"requiring|leading|without|differ\w*|also|reported|observed|noted|seen)\b|[.:]|"
    r";\s*(?:the|and|almost|most|all|other|of|in|it|no|none|an?|\d)\b",
    re.IGNORECASE,
)
_INNERMOST = re.compile(r"[(\[][^()\[\]]*[)\]]")
_NO_ITEM = re.compile(
    r"^(?:\W*|(?:considered|deemed|judged|rated|thought|assessed|generally)\b.*|there\b.*|.*\bimprove\w*|"
    r"(?!dysphoric)[a-z/-]+(?:al|ious|ic|ar|ive|able)|[A-Z]{2,5}|.*=.*|(?:and|or|the|an?|only|mostly|generally|"
    r"usually|all|both|other|others|no|none|not|more|less|fewer|most|similar|comparable|"
    rf"rare|infrequent|{QUALITIES}|few|low|lower|high|higher|greater|significantly|well tolerated|"
    rf"well-tolerated|manageable|"
    r"minimal|(?:in )?number|severity|intensity|incidence|frequency|duration|self-limiting|consistent|limited|related|"
    r"(?:risk|odds|rate|hazard) ratios?|relative risks?|predictable|expected|equally|statistically|different|"
    r"recorded|assessed|monitored|evaluated|measured|compared|"
    r"dose-dependent|acceptable|tolerability|safety|efficacy|\d[\d.,%/ -]*|patients?|participants?|subjects?|groups?)"
    r"(?:\s+(?:and|or|to|in|more|less|mild|moderate|common|frequent|nature|severity))*)$",
    re.IGNORECASE,
)
_LONGEST_ITEM = 5
_LEAD = re.compile(
    r"^(?:(?:the|an?|some|occasional|more|less|fewer|any|only|mainly|mostly|primarily|predominantly|especially|like|"
    r"increased incidence of|incidence of|risk of|rates? of|episodes? of|symptoms? of|cases? of|\d+|one|two|three|four|"
    r"five|of|as|both|either|significant)\s+)+",
    re.IGNORECASE,
)


def items_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each event of the list that ``text`` opens with; the list ends with its clause."""
    plain = _without_brackets(text)
    cut = _STOP.search(plain)
    reach = cut.start() if cut else len(plain)
    start = 0
    for match in (*_ITEM_END.finditer(plain, 0, reach), None):
        end = match.start() if match else reach
        item = _LEAD.sub(lambda lead: " " * len(lead[0]), plain[start:end].lower())
        name = item.strip(" ,;–-").rstrip("0123456789.,% ")
        if name and not _NO_ITEM.match(name) and len(name.split()) <= _LONGEST_ITEM and name[0].isalpha():
            first = start + item.index(name)
            yield first, first + len(name)
        if match:
            start = match.end()


def _without_brackets(text: str) -> str:
    """Return ``text`` of the same length with what stands in brackets blanked, innermost first."""
    before = ""
    while before != text:
        before, text = text, _INNERMOST.sub(lambda match: " " * len(match[0]), text)
    return text
