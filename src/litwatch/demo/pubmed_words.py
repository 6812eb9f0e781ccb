"""Words and phrases that the imitated PubMed knows before it has read a single record."""

from __future__ import annotations

STOP_WORDS = frozenset({
    "a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "have", "in", "is",
    "it", "its", "of", "on", "or", "than", "that", "the", "their", "these", "this", "to", "was", "were", "which",
    "with",
})  # fmt: skip
# Phrases that the real phrase index holds whether or not a small world uses them.
KNOWN_PHRASES = (
    "cluster headache", "primary headache", "tension-type headache", "chronic daily headache",
    "medication overuse headache", "new daily persistent headache", "status migrainosus", "chronic migraine",
    "refractory migraine", "spreading depression", "spreading depolarization", "spreading depolarisation",
    "cortical spreading depression", "craniofacial pain", "orofacial pain", "facial pain", "hemicrania continua",
    "paroxysmal hemicrania", "trigeminal autonomic cephalalgia", "post-dural puncture headache",
    "postoperative headache", "post-traumatic headache", "idiopathic intracranial hypertension", "emergency department",
    "nasal spray",
    "systematic review", "meta-analysis", "practice guideline",
)  # fmt: skip
