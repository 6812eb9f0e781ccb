"""Any drug or class of drugs, known by the ending of its name: data for telling studies of a treatment. Pure.

Wider than `litwatch.appraise.drugs`, which names what is dosed: this only has to see that a title is about a drug. The
endings are stems of international nonproprietary names (WHO, "The use of stems in the selection of INN",
https://www.who.int/teams/health-product-and-policy-standards/inn/stems). Patterns meet lower-cased text.
"""

from __future__ import annotations

_STEMS = (
    r"(?:apine|dipine|epine|azepam|azolam|olam|azole|idone|adone|oxetine|astine|mantine|latine|nitine|ristine|icotine|"
    r"ramine|amine(?<!ethanolamine)|yline|traline|oline|giline|"
    r"icline|cycline|pram|azine|oxacin|mycin|cillin|floxacin|nil|mab|parin|triptan|statin|setron|"
    r"(?<!co)caine|fentanil|olol|dopa|amate|gabalin|bamate|tigmine|tadine|nidine|peridol|trigine|serin|sartan|teplase|"
    r"thiazide|coxib|gepant|prazole|vudine|navir|tegravir|buvir|ciclovir|tinib|zolamide|racetam|profen|xaban|gatran|"
    r"grel|capone|ridone|piprazole|barbital|barbitone|butazone|toin|gliptin|glitazone|gliflozin|formin|relin|pressin|"
    r"tocin|curium|fylline|orphan|asteride|methasone|prednisone|solone|lukast|tidine|dronate|profen)"
)
_BODY = (  # of the body's own chemistry, or no drug at all
    r"(?:(?:dop|hist|glut|mono|poly|di|ex)amine|glutamate|"
    r"histidine|proline|choline|magazine|cystatin|vaccinia)\b"
)
# "spine", "routine", "borderline" and their like end as drugs do, and are none of the above.
DRUGS = (
    rf"\b(?!{_BODY})\w{{2,}}{_STEMS}\b|\b(?:valproate|valproic acid|naltrexone|naloxone|buprenorphine|morphine|"
    r"interferon|cannabidiol|ketamine|aspirin|warfarin|heparin|digoxin|melatonin|caffeine|statins?|nsaids?|"
    r"antidepressants?|antipsychotics?|neuroleptics?|antiepileptics?|anticonvulsants?|benzodiazepines?|z-drugs|"
    r"opioids?|"
    r"antibiotics?|contracepti\w+|(?:cortico)?steroids?|vaccin\w+|immuni[sz]ation|anticoagula\w+|antiplatelets?|"
    r"antiretroviral\w*|haart|thrombolysis|lithium|insulin|levodopa|oxytocin|botulinum|psychostimulants?|"
    r"(?:anti\w+|beta-|ace )?(?:inhibitors?|blockers?|agonists?|antagonists?))\b"
)
# A title whose subject is a drug that people took: "statin use", "relation of NSAIDs to", "X versus Y".
DRUG_TAKEN = (
    rf"(?:{DRUGS})[ -](?:use(?! disorders?)|users?|exposure|treatment|therapy|initiation|discontinuation|versus|vs)\b|"
    rf"\b(?:effects?|relation\w*|associations?|impact|influence|use|users|safety|exposure|response) "
    rf"(?:of|between|to) (?:[\w-]+ ){{0,3}}(?:{DRUGS})(?! use disorders?)"
)
