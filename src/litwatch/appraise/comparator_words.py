"""The words by which a text says what was compared with what, and what only stands beside it. Patterns alone."""

from __future__ import annotations

import re

from litwatch.appraise.needles import Pattern

PLACEBO = re.compile(
    r"\b(?P<name>(?:normal |physiological |isotonic |0\.9 ?% )?saline(?: placebo)?|(?:active |inert |saline |"
    r"oral |nasal |matching )?"
    r"placebos?|PBO|sodium chloride|dummy|vehicle|sham)\b(?! (?:response|effect|responders))",
    re.IGNORECASE,
)
DILUTED = re.compile(
    r"\b(?:(?:diluted|dissolved|mixed|made up) (?:in|with|to)|in)\s+(?:\d[\d.]*\s*m[lL]\s+(?:of\s+)?)?$|"
    r"\d\s*m[lL]\s+(?:of\s+)?$"
)
NOT_HERE = Pattern(
    r"\b(?:placebo|sham|randomi[sz]ed)[\w ,-]{0,40}(?:trials?|studies)\b[^.]{0,80}\b(?:needed|warranted|"
    r"required|necessary|"
    r"should|lacking|awaited|next step)\b|"
    r"\b(?:no|without|lack of|absence of|not|non)\b[\w, -]{0,22}\b(?:placebo|control)\b|"
    r"\b(?:previous|prior|earlier|recent|other)\s+(?:\w+\s+){0,3}(?:trials?|studies)\b",
    re.IGNORECASE,
)
USUAL = re.compile(
    r"\b(?P<name>treatment[ -]as[ -]usual|(?:usual|standard|routine|conventional)(?: of)? (?:medical )?(?:care|"
    r"treatment|therapy|"
    r"management)|(?:usual|standard|routine|conventional) (?:analgesi(?:cs?|a)|medications?|medicines?|drugs|protocol|"
    r"abortives?|regimens?)|standard of care|TAU)\b",
    re.IGNORECASE,
)
ACTIVE_PLACEBO = re.compile(
    r"active[ -](?:placebo|control)|placebo \(|placebo[ -]control|\bas (?:an? )?placebo", re.IGNORECASE
)
WAITING = re.compile(
    r"\b(?P<name>wait(?:ing|-)?[ -]?list(?: controls?)?|no treatment|no[- ]intervention|untreated)\b", re.IGNORECASE
)
DEVICE = re.compile(
    r"\b(?P<name>electroconvulsive (?:therapy|treatment)|ECT|cognitive[ -]behaviou?ral therapy|CBT|"
    r"psychotherapy|nerve blocks?|oxygen(?! (?:saturation|consumption|level))|"
    r"transcranial magnetic stimulation|r?TMS)\b"
)
DEVICES = {"ect": "electroconvulsive therapy", "electroconvulsive treatment": "electroconvulsive therapy"}
VERSUS = (
    r"versus|vs\.?|(?:as )?compared (?:to|with)|in comparison (?:to|with)|against|than|relative to|"
    r"superior(?:ity)? (?:to|over)|(?:non-?)?inferior(?:ity)? (?:to|of)|(?:comparable|equivalent|similar) to|"
    r"matched\b[^.;]{0,20}?\b(?:with|to)|"
    r"as (?:effective|efficacious|good|fast|quick|safe) as|(?:treats?|works?|relieves?|performs?|does|"
    r"do)\b[^.;]{0,40}?\bas well as"
)
VERSUS_BEFORE = re.compile(rf"\b(?:{VERSUS})\s+(?:[\w().,/%+-]+\s+){{0,5}}?$", re.IGNORECASE)
# "to compare ketamine with": what follows at once is the rival.
COMPARED_BEFORE = re.compile(
    r"\bcompar(?:e|es|ed|ing|ison of)\s[^.;]{1,60}?\b(?:with|to)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)
# "Compared with midazolam, ketamine …"; "a crossover with midazolam".
TURNED_ROUND = re.compile(
    r"\b(?:compared (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|cross-?over (?:trial |study |"
    r"design )?with)\s+"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
# Given to both groups: "escitalopram + placebo".
WITH_PLACEBO = re.compile(
    r"^[^,;]{0,24}?(?:\+|\bplus|\bwith|\band)\s+(?:[\w-]+\s+){0,2}(?:placebo|saline)\b", re.IGNORECASE
)
# Words are told apart by white space alone: were punctuation both word and gap, a row of dots would take for ever.
VERSUS_AFTER = re.compile(rf"^[^\w\s]{{0,4}}\s*(?:\S+\s+){{0,4}}?(?:{VERSUS})\b", re.IGNORECASE)
AS_CONTROL = re.compile(
    r"^[\s(),\d./a-zµμ-]{0,40}?\b(?:as (?:an? )?(?:active )?(?:control|comparator|placebo)|"
    r"[( -]?(?:active )?(?:control|comparator)\b|"
    r"placebo\b|[- ]controlled)",
    re.IGNORECASE,
)
CONTROL_GOT = re.compile(
    r"\b(?:controls?|control(?:led)?(?: group| arm| condition)?|comparator(?: group| arm)?|(?:group|"
    r"arm)\s+[A-Z0-9]+|second group|other group|"
    r"active (?:placebo|control))\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
CHOICE = re.compile(
    r"\b(?:randomi[sz]\w+|randomly|assigned|allocated|divided|received?|receiving|given|either|groups?|between|"
    r"crossover|cross-over|random order|at once|immediate(?:ly)?|delayed|"
    r"compar\w+)\b",
    re.IGNORECASE,
)
OR = re.compile(
    r"(?:\bor|\bversus|\bvs\.?|\band|/|,|;|\bto|\bthan|\bwith)[^\w\s]{0,3}\s*(?:\S+\s+){0,5}?[^\w\s]{0,4}$",
    re.IGNORECASE,
)
# "… or nerve block", "one attack with … and the next with oxygen".
THE_OTHER = re.compile(
    r"\bor\s+(?:to\s+)?(?:[\w%-]+\s+){0,2}$|\band\s+(?:the|an)\s?(?:next|other)\s+with\s+(?:[\w%]+\s+)?$", re.IGNORECASE
)
TOGETHER = re.compile(
    r"\b(?:plus|combin\w+|in addition to|added to|adjunct\w*|add-on|along with|together with|mixed with|"
    r"co-?administ\w+|with|in)\s+"
    r"(?:[\w().,/%-]+\s+){0,3}?$|\+\s*$",
    re.IGNORECASE,
)
BESIDE = re.compile(
    r"\b(?:rescue|breakthrough|premedicat\w*|an(?:a)?estheti[sz]ed|an(?:a)?esthesia|induc\w+|maintain\w*|"
    r"all patients|both groups|"
    r"each (?:patient|group)|requirements?|consumption|refractory to|resistant to|unresponsive to|fail\w*|"
    r"previously|on stable|"
    r"pretreat\w*|discontinu\w*|equivalents?|responders? to|treated for|abuse|users?|craving|levels?|taking|"
    r"continued|background|beyond)\b",
    re.IGNORECASE,
)
RECEPTOR = re.compile(
    r"[\s-]+(?:(?:ant)?agonists?|receptors?|transporter|release|levels?|systems?|concentrations?)\b", re.IGNORECASE
)
# Drugs that only say what usual treatment was: "standard therapy (metoclopramide".
IN_BRACKETS = re.compile(r"\b(?:care|treatment|therapy|management|usual)\s*\([^)]*$", re.IGNORECASE)
# Sugar water that stands for the drug.
AS_MUCH = re.compile(
    r"\b(?:(?:equal|equivalent|same|identical|matching) (?:volumes?|amounts?) of|or|versus|vs\.?|placebo)\s*\(?$",
    re.IGNORECASE,
)
# "riluzole or placebo": what is tried is riluzole, not the watched drug.
TESTED_BESIDE = re.compile(
    r"^[\s()\w./,-]{0,40}?\b(?:or|versus|vs\.?|(?:was|were) compared (?:to|with))\s+(?:\w+\s+)?placebo\b", re.IGNORECASE
)
WITH = re.compile(
    r"[^.;]{0,24}?(?:\bplus|\+|\bwith|\band)[^\w\s]{0,3}\s*(?:\w[\w-]*[^\w\s-]{0,3}\s+|\w\.){0,6}", re.IGNORECASE
)
LEVELS = re.compile(
    r"\b(?:doses?|groups?|randomi[sz]\w+|random order|assigned|levels?|arms?|either|crossover|cross-over)\b",
    re.IGNORECASE,
)
BETWEEN_FORMS = re.compile(r"\b(?:versus|vs\.?|or|compared (?:to|with))\b", re.IGNORECASE)
METABOLITE = re.compile(r"nor|hydroxy|dehydro", re.IGNORECASE)
